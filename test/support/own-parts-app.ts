/** An app with two auditors, one of which has every part of the app that the construct takes. */
export const ownPartsApp = `import { App, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { IrsaAuditor } from 'irsa-auditor';

const app = new App({ context: { '@aws-cdk/core:validateAgainstDefaultRules': false } });
const stack = new Stack(app, 'Platform');
Tags.of(app).add('team', 'platform');
const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
  vpcId: 'vpc-0a1b2c3d4e5f60718', availabilityZones: ['a', 'b'], privateSubnetIds: ['subnet-0a1b2c3d', 'subnet-1a1b2c3d'],
});
const boundary = new ManagedPolicy(stack, 'Boundary', {
  managedPolicyName: 'boundary', statements: [new PolicyStatement({ actions: ['*'], resources: ['*'] })],
});
new Role(stack, 'OfTheApp', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
const key = new Key(stack, 'OwnKey');
key.addToResourcePolicy(new PolicyStatement({
  sid: 'OfTheApp', principals: [new ServicePrincipal('backup.amazonaws.com')], actions: ['kms:CreateGrant'], resources: ['*'],
}));
new IrsaAuditor(stack, 'Audit', {
  configuration: { operations: 'none', eventBridge: { enabled: true }, weeklySummary: { enabled: true } },
  keepData: false,
  encryptionKey: key,
  findingsTopic: new Topic(stack, 'OwnFindings', { topicName: 'own-findings' }),
  operationsTopic: new Topic(stack, 'OwnOperations', { topicName: 'own-operations' }),
  serverAccessLogsBucket: new Bucket(stack, 'OwnLogs', { removalPolicy: RemovalPolicy.DESTROY }),
  vpc,
  securityGroups: [SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-0a1b2c3d')],
  permissionsBoundary: boundary,
  rolePath: '/audit/',
});
new IrsaAuditor(new Stack(app, 'Second'), 'Audit', { configuration: { name: 'second', operations: 'none' } });
`;
