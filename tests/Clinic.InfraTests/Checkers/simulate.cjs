'use strict';
// In: [{ "id", "principal", "identity": [{ "name", "policy" }], "resourcePolicy", "action", "resource", "account", "context" }].
// Out: [{ "id", "verdict", "ignored" }]: Allowed, ExplicitlyDenied, ImplicitlyDenied, or what is wrong with the question; and the
// context keys that the simulator did not look at.
//
// Known gap of the simulator: it drops kms:EncryptionContext:x from requests and takes the key as absent in every condition. So
// these keys go in under the name of a tag, in policies and requests alike: one value, compared as text, like the original.
console.log = console.error;

const fs = require('node:fs');
const { runSimulation } = require('@cloud-copilot/iam-simulate');

const readable = (json) => json.replaceAll('kms:EncryptionContext:', 'aws:RequestTag/kms-context-');

async function verdict(question) {
  const answer = await runSimulation({
    request: {
      principal: question.principal,
      action: question.action,
      resource: { resource: question.resource, accountId: question.account },
      contextVariables: question.context,
    },
    identityPolicies: question.identity,
    resourcePolicy: question.resourcePolicy ?? undefined,
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  }, {});
  return answer.resultType === 'single'
    ? { id: question.id, verdict: answer.overallResult, ignored: answer.result.ignoredContextKeys ?? [] }
    : { id: question.id, verdict: `Unanswered: ${JSON.stringify(answer)}`, ignored: [] };
}

(async () => {
  const answers = [];
  for (const question of JSON.parse(readable(fs.readFileSync(0, 'utf8')))) { answers.push(await verdict(question)); }
  process.stdout.write(JSON.stringify(answers));
})();
