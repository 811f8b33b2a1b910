/** A CDK app of your own with the auditor in it: `npm install aws-cdk-lib constructs` and the package, then `cdk deploy`. */
import { App, Stack } from 'aws-cdk-lib';
import { IrsaAuditor } from 'irsa-auditor';

const app = new App();
const stack = new Stack(app, 'Platform');
new IrsaAuditor(stack, 'Audit', {
  configuration: {
    name: 'irsa-auditor',
    schedule: { expression: 'rate(6 hours)' },
    operations: { to: 'email', addresses: ['platform@example.com'] },
  },
});
