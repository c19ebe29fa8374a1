'use strict';
// In: [{ "stack": "prod/Data", "template": {…} }]. Out: [{ "stack", "rule", "resource", "info" }], what the packs of cdk-nag find.
// The templates come in by CfnInclude, because the stacks are written in C# and cdk-nag walks constructs of its own runtime.
console.log = console.error;

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { App, Aspects, Stack } = require('aws-cdk-lib');
const { CfnInclude } = require('aws-cdk-lib/cloudformation-include');
const { AwsSolutionsChecks, HIPAASecurityChecks, ServerlessChecks } = require('cdk-nag');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'clinic-nag-'));
const findings = [];
const names = new Map();

const found = (rule, data) => findings.push({
  stack: names.get(Stack.of(data.resource)),
  rule,
  resource: data.resource.node.id,
  info: data.ruleInfo,
});
const nothing = () => {};
const logger = {
  onCompliance: nothing,
  onNotApplicable: nothing,
  onNonCompliance: (data) => found(data.findingId ? `${data.ruleId}[${data.findingId}]` : data.ruleId, data),
  // A rule that could not read the template has not passed it.
  onError: (data) => found(`CdkNagValidationFailure[${data.ruleId}]`, data),
  // Suppressions inside templates count as findings: acknowledgements stand in one place only.
  onSuppressed: (data) => found(data.ruleId, data),
  onSuppressedError: (data) => found(`CdkNagValidationFailure[${data.ruleId}]`, data),
};

try {
  const app = new App({ outdir: path.join(folder, 'out'), analyticsReporting: false });
  JSON.parse(fs.readFileSync(0, 'utf8')).forEach(({ stack, template }, at) => {
    // What the CDK itself puts in of its bootstrap is no part of the system, and CfnInclude would make it twice.
    delete template.Parameters?.BootstrapVersion;
    delete template.Rules?.CheckBootstrapVersion;
    const file = path.join(folder, `${at}.template.json`);
    fs.writeFileSync(file, JSON.stringify(template));
    const scope = new Stack(app, `Stack${at}`);
    names.set(scope, stack);
    new CfnInclude(scope, 'Template', { templateFile: file });
  });
  for (const Pack of [AwsSolutionsChecks, HIPAASecurityChecks, ServerlessChecks]) {
    Aspects.of(app).add(new Pack({ reports: false, additionalLoggers: [logger] }));
  }
  app.synth();
} finally {
  fs.rmSync(folder, { recursive: true });
}

process.stdout.write(JSON.stringify(findings));
