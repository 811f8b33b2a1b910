/** The levels of policies that AWS publishes for EKS add-ons, nodes and common jobs (test/fixtures/aws-managed), and of those that
 *  controllers ask for in their own documentation. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { actionTable } from '../../lib/collect/iam/action-table.ts';
import type { Level, RoleLevel } from '../../lib/model/role-level.ts';
import { secretActions } from '../../lib/reach/secret-actions.ts';
import {
  administratorAccess,
  byPods,
  wholeLevelOfApp as levelOfApp,
  policyArn,
  policyOf,
  roleArn,
  type SmallRole,
  type StatementText,
} from './reach-world.ts';

/** The level, and the stronger one that is open. */
type Expected = readonly [Level, Level?];
const levelsIn = ({ level, mayBe }: RoleLevel): readonly Level[] => (mayBe ? [level, mayBe.level] : [level]);

const others: readonly SmallRole[] = [
  { name: 'node', trusts: { Service: 'ec2.amazonaws.com' }, inProfile: true },
  { name: 'admin-function', trusts: { Service: 'lambda.amazonaws.com' }, attached: [administratorAccess] },
];
const levelOf = (inline: string, tags: Readonly<Record<string, string>> = {}) =>
  levelOfApp({ roles: [{ name: 'app', trusts: byPods, inline: [inline], tags }, ...others] });
const managed = (name: string): string => readFileSync(`test/fixtures/aws-managed/${name}.json`, 'utf8');

test.each<[policy: string, expected: Expected]>([
  ['AmazonEKS_CNI_Policy', ['changes-data']],
  ['AmazonEBSCSIDriverPolicy', ['changes-data']],
  ['AmazonEFSCSIDriverPolicy', ['changes-data']],
  ['AmazonEKSWorkerNodePolicy', ['little']],
  ['AmazonEC2ContainerRegistryReadOnly', ['reads-data']],
  // It imports images into the registry by pull-through caches, which is a write.
  ['AmazonEC2ContainerRegistryPullOnly', ['changes-data']],
  ['AmazonSSMManagedInstanceCore', ['reads-secrets']],
  // It reads the parameters whose names begin with AmazonCloudWatch-.
  ['CloudWatchAgentServerPolicy', ['reads-secrets']],
  ['AWSXRayDaemonWriteAccess', ['changes-data']],
  ['AmazonPrometheusRemoteWriteAccess', ['changes-data']],
  ['AmazonPrometheusQueryAccess', ['reads-data']],
  ['SecretsManagerReadWrite', ['reads-secrets']],
  ['PowerUserAccess', ['reads-secrets', 'can-become-administrator']],
  ['IAMFullAccess', ['can-become-administrator']],
  ['AWSLambda_FullAccess', ['can-become-administrator']],
  ['AmazonEKSClusterPolicy', ['changes-data']],
  ['AmazonEKSVPCResourceController', ['changes-data']],
  ['AmazonEKSFargatePodExecutionRolePolicy', ['reads-data']],
  // It launches instances with the tag of the cluster that the role itself has: without that tag none. It may put any role into an
  // instance profile that is there, and an instance with that profile then runs as the role.
  ['AmazonEKSComputePolicy', ['changes-data', 'can-become-role']],
  ['AmazonS3FullAccess', ['changes-data']],
  ['AmazonRoute53FullAccess', ['changes-data']],
  // Of EKS, for its nodes, its own controllers and add-ons.
  ['AmazonEKSWorkerNodeMinimalPolicy', ['little']],
  ['AmazonEKSBlockStoragePolicy', ['changes-data']],
  ['AmazonEKSBlockStoragePolicyV2', ['changes-data']],
  ['AmazonEKSNetworkingPolicy', ['changes-data']],
  // It describes a client of Cognito, with its secret.
  ['AmazonEKSLoadBalancingPolicy', ['reads-secrets']],
  ['AmazonEKSLocalOutpostClusterPolicy', ['reads-secrets']],
  ['AmazonEKSServicePolicy', ['changes-data']],
  ['AmazonEKSMCPReadOnlyAccess', ['reads-data']],
  ['AmazonEKSDashboardConsoleReadOnly', ['little']],
  ['AmazonEBSCSIDriverPolicyV2', ['changes-data']],
  ['AmazonEBSCSIDriverEKSClusterScopedPolicy', ['changes-data']],
  ['AmazonS3FilesCSIDriverPolicy', ['changes-data']],
  ['AWSFaultInjectionSimulatorEKSAccess', ['changes-data']],
  ['AWSElasticBeanstalkEKSObservability', ['changes-data']],
  ['AWSXrayWriteOnlyAccess', ['changes-data']],
  ['CloudWatchAgentAdminPolicy', ['reads-secrets']],
  ['AmazonPrometheusFullAccess', ['changes-data']],
  ['AWSPrivateCAConnectorForKubernetesPolicy', ['changes-data']],
  ['AWSAppMeshEnvoyAccess', ['reads-data']],
  ['VPCLatticeServicesInvokeAccess', ['changes-data']],
  ['AWSSecretsManagerClientReadOnlyAccess', ['reads-secrets']],
  ['AmazonElasticContainerRegistryPublicReadOnly', ['reads-data']],
  ['AmazonEC2ContainerRegistryPowerUser', ['changes-data']],
  // Of common jobs.
  ['AmazonRoute53ReadOnlyAccess', ['reads-data']],
  ['AmazonRoute53AutoNamingFullAccess', ['changes-data']],
  ['AmazonS3ReadOnlyAccess', ['reads-data']],
  ['AmazonSQSFullAccess', ['changes-data']],
  ['AmazonSNSFullAccess', ['changes-data']],
  ['AmazonDynamoDBReadOnlyAccess', ['reads-data']],
  // It takes an instance over, which may run as the role of the nodes.
  ['AmazonEC2FullAccess', ['changes-data', 'can-become-role']],
  ['AmazonEC2ReadOnlyAccess', ['reads-data']],
  ['AmazonSSMReadOnlyAccess', ['reads-secrets']],
  ['AmazonElasticFileSystemFullAccess', ['changes-data']],
  ['AmazonFSxFullAccess', ['changes-data']],
  ['AmazonKinesisFullAccess', ['changes-data']],
  ['CloudWatchLogsFullAccess', ['changes-data']],
  ['AWSKeyManagementServicePowerUser', ['changes-data']],
  ['AWSCertificateManagerReadOnly', ['reads-data']],
  ['AWSCodeBuildAdminAccess', ['changes-data']],
])('%s: %j', (name, expected) => {
  expect(levelsIn(levelOf(managed(name)))).toEqual(expected);
});

test('AmazonEKSComputePolicy of a role with the tag of its cluster', () => {
  expect(levelOf(managed('AmazonEKSComputePolicy'), { 'eks:eks-cluster-name': 'prod' }).level).toBe('can-become-role');
});

const onNode = { Action: 'iam:PassRole', Resource: roleArn('node') };

test.each<[controller: string, policy: string, Level]>([
  [
    'cluster-autoscaler',
    policyOf(
      { Action: ['autoscaling:DescribeAutoScalingGroups', 'ec2:DescribeInstanceTypes'], Resource: '*' },
      {
        Action: ['autoscaling:SetDesiredCapacity', 'autoscaling:TerminateInstanceInAutoScalingGroup'],
        Resource: '*',
        Condition: { StringEquals: { 'aws:ResourceTag/k8s.io/cluster-autoscaler/enabled': 'true' } },
      },
    ),
    'changes-data',
  ],
  [
    'external-dns',
    policyOf(
      { Action: 'route53:ChangeResourceRecordSets', Resource: 'arn:aws:route53:::hostedzone/*' },
      { Action: ['route53:ListHostedZones', 'route53:ListResourceRecordSets'], Resource: '*' },
    ),
    'changes-data',
  ],
  [
    'external-secrets',
    policyOf({
      Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
      Resource: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/*',
    }),
    'reads-secrets',
  ],
  [
    'karpenter',
    policyOf(
      { Action: ['ec2:RunInstances', 'ec2:CreateFleet'], Resource: '*' },
      {
        ...onNode,
        Condition: { StringEquals: { 'iam:PassedToService': ['ec2.amazonaws.com', 'ec2.amazonaws.com.cn'] } },
      },
    ),
    'can-become-role',
  ],
  ['velero reading', policyOf({ Action: 's3:GetObject', Resource: 'arn:aws:s3:::backups/*' }), 'reads-data'],
  // An object is not a bucket: the statement allows nothing.
  [
    'a bucket in place of its objects',
    policyOf({ Action: 's3:GetObject', Resource: 'arn:aws:s3:::backups' }),
    'little',
  ],
  ['a describing controller', policyOf({ Action: 'ec2:Describe*', Resource: '*' }), 'little'],
])('%s: its policy has the level that a person would give it', (_, inline, level) => {
  expect(levelOf(inline).level).toBe(level);
});

test.each<[what: string, statements: readonly StatementText[], expected: Expected]>([
  ['everything', [{ Action: '*', Resource: '*' }], ['administrator']],
  ['everything, spelled with a colon', [{ Action: '*:*', Resource: '*' }], ['administrator']],
  ['all but billing', [{ NotAction: 'aws-portal:*', Resource: '*' }], ['administrator']],
  ['all but IAM', [{ NotAction: 'iam:*', Resource: '*' }], ['reads-secrets', 'can-become-administrator']],
  [
    'everything, and a Deny of deleting',
    [
      { Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: 's3:Delete*', Resource: '*' },
    ],
    ['administrator'],
  ],
  [
    'everything, and a Deny of IAM',
    [
      { Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: 'iam:*', Resource: '*' },
    ],
    ['reads-secrets', 'can-become-administrator'],
  ],
  [
    'everything with MFA, which no pod has',
    [{ Action: '*', Resource: '*', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }],
    ['little'],
  ],
  [
    'everything from one network',
    [{ Action: '*', Resource: '*', Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } }],
    ['little', 'administrator'],
  ],
  [
    'everything until a day that is over',
    [{ Action: '*', Resource: '*', Condition: { DateLessThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } } }],
    ['little'],
  ],
  ['everything in its own namespace of S3', [{ Action: '*', Resource: 'arn:aws:s3:::own/*' }], ['changes-data']],
  [
    'everything but the roles of the account: a new user is an administrator',
    [{ Action: 'iam:*', NotResource: roleArn('*') }],
    ['can-become-administrator'],
  ],
  ['nothing', [], ['little']],
])('%s', (_, statements, expected) => {
  const found = levelOf(policyOf(...statements));
  expect(levelsIn(found)).toEqual(expected);
});

test('a boundary that allows one service leaves an administrator that', () => {
  const bound = 'arn:aws:iam::111122223333:policy/bound';
  const app: SmallRole = { name: 'app', trusts: byPods, attached: [administratorAccess], boundary: bound };
  const level = (text: string) => levelOfApp({ roles: [app, ...others], policies: { [bound]: text } }).level;
  expect(level(policyOf({ Action: 's3:Get*', Resource: '*' }))).toBe('reads-data');
  expect(level(policyOf({ Action: '*', Resource: '*' }))).toBe('administrator');
  expect(level(policyOf({ Action: ['iam:PutRolePolicy'], Resource: '*' }))).toBe('changes-data');
});

test('a service control policy of each level must allow, and none may deny', () => {
  const app: SmallRole = { name: 'app', trusts: byPods, attached: [administratorAccess] };
  const everything = policyOf({ Action: '*', Resource: '*' });
  const level = (...controls: readonly string[][]) => levelOfApp({ roles: [app, ...others], controls }).level;
  expect(level([everything], [everything])).toBe('administrator');
  expect(level([everything], [policyOf({ Action: 's3:*', Resource: '*' })])).toBe('changes-data');
  expect(level([everything, policyOf({ Effect: 'Deny', Action: '*', Resource: '*' })])).toBe('little');
});

test('a chain of roles leads to an administrator', () => {
  const root = 'arn:aws:iam::111122223333:root';
  const assume = (name: string) => policyOf({ Action: 'sts:AssumeRole', Resource: roleArn(name) });
  const chain: readonly SmallRole[] = [
    { name: 'app', trusts: byPods, inline: [assume('middle')] },
    { name: 'middle', trusts: { AWS: root }, inline: [assume('top')] },
    { name: 'top', trusts: { AWS: roleArn('middle') }, attached: [administratorAccess] },
  ];
  expect(levelOfApp({ roles: chain })).toMatchObject({
    level: 'can-become-administrator',
    way: { way: 'sts-001', role: roleArn('middle') },
    through: [roleArn('middle'), roleArn('top')],
  });
});

test('a role that names another one in its trust policy needs no permission of that, unless it is denied', () => {
  const top: SmallRole = { name: 'top', trusts: { AWS: roleArn('app') }, attached: [administratorAccess] };
  const app = (...inline: string[]): SmallRole => ({ name: 'app', trusts: byPods, inline });
  expect(levelOfApp({ roles: [app(), top] }).level).toBe('can-become-administrator');
  const denied = policyOf({ Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' });
  expect(levelOfApp({ roles: [app(denied), top] }).level).toBe('little');
});

test.each([
  ['*', 'can-become-role'],
  ['arn:aws:iam::444455556666:role/x', 'can-become-role'],
  ['arn:aws:iam::*:role/x', 'can-become-role'],
  [roleArn('*'), undefined],
])('to assume %s may lead to a role of another account, whose trust is not read: %s', (Resource, may) => {
  const app: SmallRole = { name: 'app', trusts: byPods, inline: [policyOf({ Action: 'sts:AssumeRole', Resource })] };
  const level = levelOfApp({ roles: [app] });
  expect([level.level, level.mayBe?.level]).toEqual(['little', may]);
});

test('an unread policy is an unknown level', () => {
  const missing = 'arn:aws:iam::aws:policy/Unread';
  const level = levelOfApp({ roles: [{ name: 'app', trusts: byPods, attached: [missing] }] });
  expect(level).toMatchObject({ level: 'unknown', isAsked: true });
});

test('every action whose answer is a secret is among those that are looked at', async () => {
  const names = new Set([...(await actionTable()).values()].flat().map(({ name }) => name));
  expect([...secretActions].filter(name => !names.has(name))).toEqual([]);
});

test.each([
  ['the first', [{ Action: '*' }, { NotAction: 'iam:*' }], 'a'],
  ['the second', [{ NotAction: 'iam:*' }, { Action: '*' }], 'b'],
])('of two policies whose statements have one Sid %s, which allows everything, is shown', (_, texts, name) => {
  const names = ['a', 'b'].map(policyArn);
  const policies = Object.fromEntries(
    names.map((arn, at) => [arn, policyOf({ Sid: 'All', Resource: '*', ...texts[at] })]),
  );
  const level = levelOfApp({ roles: [{ name: 'app', trusts: byPods, attached: names }], policies });
  expect(level).toMatchObject({ level: 'administrator', shown: { policy: policyArn(name), statement: 'All' } });
});
