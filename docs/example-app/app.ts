/** A CDK app of your own with the auditor in it: `npm install aws-cdk-lib constructs` and the package, then `cdk deploy`. */
import { App, Stack } from 'aws-cdk-lib';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { IrsaAuditor } from 'irsa-auditor';

const app = new App();
const stack = new Stack(app, 'Platform');
const auditor = new IrsaAuditor(stack, 'Audit', {
  configuration: {
    name: 'irsa-auditor',
    schedule: { expression: 'rate(6 hours)' },
    operations: { to: 'email', addresses: ['platform@example.com'] },
    eventBridge: { enabled: true },
  },
});

auditor.onFinding('Urgent', {
  minSeverity: 'high',
  transitions: ['opened', 'reopened', 'escalated'],
  target: new SqsQueue(new Queue(stack, 'Tickets', { enforceSSL: true })),
});
auditor.metricUnreadAccounts().createAlarm(stack, 'Unread', { threshold: 1, evaluationPeriods: 2 });
auditor.grantReadFindings(new Role(stack, 'Reader', { assumedBy: new AccountRootPrincipal() }));
