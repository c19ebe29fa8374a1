'use strict';
// In: { "documents": [policy], "questions": [{ "principal", "identity": [number of a document], "resourcePolicy": number or null,
// "action", "resource", "account", "context", "raw" }] }.
// Out, in the same order: [{ "verdict", "identity", "resource", "ignored" }]: Allowed, ExplicitlyDenied, ImplicitlyDenied, or what
// is wrong with the question; the same of each side alone; and the context keys that the simulator did not look at.
//
// Known gap of the simulator: it drops kms:EncryptionContext:x from requests and takes the key as absent in every condition. So
// these keys go in under the name of a tag, in policies and requests alike: one value, compared as text, like the original. A raw
// question goes in as it is: a test asks one, to see whether the gap is still there.
console.log = console.error;

const fs = require('node:fs');
const { runSimulation } = require('@cloud-copilot/iam-simulate');

const readable = (json) => JSON.parse(JSON.stringify(json).replaceAll('kms:EncryptionContext:', 'aws:RequestTag/kms-context-'));

async function answer(question, documents) {
  const given = await runSimulation({
    request: {
      principal: question.principal,
      action: question.action,
      resource: { resource: question.resource, accountId: question.account },
      contextVariables: question.raw ? question.context : readable(question.context),
    },
    identityPolicies: question.identity.map((number) => ({ name: `policy-${number}`, policy: documents[number] })),
    resourcePolicy: question.resourcePolicy === null ? undefined : documents[question.resourcePolicy],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  }, {});
  return given.resultType === 'single'
    ? {
      verdict: given.overallResult,
      identity: given.result.analysis.identityAnalysis?.result,
      resource: given.result.analysis.resourceAnalysis?.result,
      ignored: given.result.ignoredContextKeys ?? [],
    }
    : { verdict: `Unanswered: ${given.resultType} ${JSON.stringify(given.errors ?? '')}`, ignored: [] };
}

(async () => {
  const { documents, questions } = JSON.parse(fs.readFileSync(0, 'utf8'));
  const renamed = documents.map(readable);
  const answers = [];
  for (const question of questions) { answers.push(await answer(question, question.raw ? documents : renamed)); }
  process.stdout.write(JSON.stringify(answers));
})();
