'use strict';
// In and out as in nag.cjs: what cfn-guard finds by the rules of Control Tower that its package carries.
console.log = console.error;

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { CfnGuardValidator } = require('@cdklabs/cdk-validator-cfnguard');

const OUTPUT_BYTES_MAX = 256 * 1024 * 1024;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'clinic-guard-'));
const findings = [];
try {
  const names = new Map(JSON.parse(fs.readFileSync(0, 'utf8')).map(({ stack, template }, at) => {
    const file = path.join(folder, `${at}.template.json`);
    fs.writeFileSync(file, JSON.stringify(template));
    return [file, stack];
  }));
  const report = new CfnGuardValidator({ maxBuffer: OUTPUT_BYTES_MAX }).validate({ templatePaths: [...names.keys()] });
  for (const violation of report.violations) {
    for (const resource of violation.violatingResources) {
      findings.push({
        stack: names.get(resource.templatePath),
        rule: violation.ruleName,
        // Some rules ask the template for at least one of something and name none.
        resource: resource.resourceLogicalId ?? '(template)',
        info: violation.description,
      });
    }
  }
} finally {
  fs.rmSync(folder, { recursive: true });
}

process.stdout.write(JSON.stringify(findings));
