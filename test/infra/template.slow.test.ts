import { beforeAll, describe, expect, test } from '@jest/globals';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { anyValue, environmentNames, runMetrics, stepNames, tableDefinition } from '../../lib/audit/contract.ts';
import { documentKeys, inFlightKey } from '../../lib/audit/document-keys.ts';
import { auditorStack, everything, holds } from '../support/synthesized.ts';

let plain: Template;
let full: Template;
beforeAll(() => {
  plain = Template.fromStack(auditorStack());
  full = Template.fromStack(auditorStack(everything));
});

const properties = (template: Template, type: string) =>
  Object.values(template.findResources(type)).map(resource => resource.Properties);

/** CDK's function that empties a bucket before it is deleted. */
const emptiesBucket = { Properties: { Handler: 'index.handler', Timeout: 900, MemorySize: 128 } };

describe('what is remembered', () => {
  test('the table is the one of the contract: on demand, recoverable, encrypted, kept', () => {
    const [table] = properties(plain, 'AWS::DynamoDB::Table');
    expect(table).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      TableName: 'irsa-auditor-findings',
      TimeToLiveSpecification: { AttributeName: tableDefinition.timeToLive, Enabled: true },
      KeySchema: [
        { AttributeName: tableDefinition.partitionKey, KeyType: 'HASH' },
        { AttributeName: tableDefinition.sortKey, KeyType: 'RANGE' },
      ],
    });
    expect(table?.GlobalSecondaryIndexes).toEqual(
      tableDefinition.indexes.map(index => ({
        IndexName: index.name,
        KeySchema: [
          { AttributeName: index.partitionKey, KeyType: 'HASH' },
          { AttributeName: index.sortKey, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: index.projection },
      })),
    );
  });

  test.each(['AWS::DynamoDB::Table', 'AWS::S3::Bucket'])(
    'a %s outlives the stack, and nothing of it hinders the rollback of a first deployment',
    type => {
      holds(() => plain.hasResource(type, { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' }));
      expect(properties(plain, type)[0]).not.toHaveProperty('DeletionProtectionEnabled');
    },
  );

  test('the bucket is closed, encrypted, TLS only, and forgets runs in time', () => {
    holds(() =>
      plain.hasResourceProperties('AWS::S3::Bucket', {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: Match.anyValue(),
        LifecycleConfiguration: {
          Rules: Match.arrayWith([Match.objectLike({ Prefix: 'runs/', ExpirationInDays: 30, Status: 'Enabled' })]),
        },
      }),
    );
    holds(() =>
      plain.hasResourceProperties('AWS::S3::BucketPolicy', {
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          ]),
        },
      }),
    );
  });

  test('no lifecycle rule takes away what waits to be sent', () => {
    const [bucket] = properties(plain, 'AWS::S3::Bucket');
    const rules: readonly { readonly Prefix?: string; readonly ExpirationInDays?: number }[] =
      bucket?.LifecycleConfiguration.Rules;
    const prefixes = rules.flatMap(({ Prefix = '', ExpirationInDays }) => (ExpirationInDays ? [Prefix] : []));
    expect(prefixes.length).toBeGreaterThan(0);
    for (const key of [inFlightKey, documentKeys('').outbox('sns')])
      expect(prefixes.filter(prefix => key.startsWith(prefix))).toEqual([]);
  });

  test('the log group of the function that empties the bucket goes too, and that function makes no other', () => {
    const template = Template.fromStack(auditorStack({}, false));
    const [handler = ''] = Object.keys(template.findResources('AWS::Lambda::Function', emptiesBucket));
    const LogGroupName = { 'Fn::Join': ['', ['/aws/lambda/', { Ref: handler }]] };
    const [log = ''] = Object.keys(
      template.findResources('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete', Properties: { LogGroupName } }),
    );
    expect([handler, log]).not.toContain('');
    // The bucket is emptied, with lines in the log, before the group and the function go.
    template.hasResource('Custom::S3AutoDeleteObjects', { DependsOn: Match.arrayWith([log]) });
    const [role] = Object.keys(template.findResources('AWS::IAM::Role')).filter(id => /AutoDelete/.test(id));
    const { ManagedPolicyArns, Policies } = template.findResources('AWS::IAM::Role')[role ?? '']?.Properties ?? {};
    expect(ManagedPolicyArns).toBeUndefined();
    expect(Policies).toMatchObject([
      { PolicyDocument: { Statement: [{ Action: ['logs:CreateLogStream', 'logs:PutLogEvents'] }] } },
    ]);
  });
});

describe('who is told', () => {
  test('topics and queues take TLS only, and have the keys that AWS manages, but for the topic of alarms', () => {
    expect(properties(full, 'AWS::SNS::Topic').map(topic => topic.TopicName)).toEqual([
      'irsa-auditor-findings',
      'irsa-auditor-operations',
      'irsa-auditor-chat',
    ]);
    const encrypted = properties(full, 'AWS::SNS::Topic').map(topic => JSON.stringify(topic.KmsMasterKeyId ?? ''));
    expect(encrypted.map(key => key.includes('alias/aws/sns'))).toEqual([true, false, true]);
    holds(() => full.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true }));
    holds(() => full.resourceCountIs('AWS::KMS::Key', 0));
    const policies = [...properties(full, 'AWS::SNS::TopicPolicy'), ...properties(full, 'AWS::SQS::QueuePolicy')];
    expect(policies).toHaveLength(5);
    for (const policy of policies)
      expect(policy.PolicyDocument.Statement).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      );
  });

  test('with a customer key all are encrypted with it, and CloudWatch may use it for the alarms of the account', () => {
    const keyed = Template.fromStack(auditorStack({ ...everything, customerKey: true }));
    holds(() => keyed.allResourcesProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() }));
    holds(() => keyed.allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: Match.anyValue() }));
    holds(() => keyed.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true }));
    holds(() => keyed.hasResource('AWS::KMS::Key', { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' }));
    // The scheduler writes its dead letters with the rights of the role of each schedule.
    const granted = Object.entries(keyed.findResources('AWS::IAM::Policy'))
      .filter(([id]) => /^Schedules/.test(id))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
      .filter(({ Resource }) => JSON.stringify(Resource).includes('Key'));
    const onKey = ['kms:Decrypt', 'kms:GenerateDataKey'];
    expect(granted.map(({ Action }) => [Action].flat().sort())).toEqual([onKey, onKey]);
    holds(() =>
      keyed.hasResourceProperties('AWS::KMS::Key', {
        KeyPolicy: {
          Statement: Match.arrayWith([
            Match.objectLike({
              Sid: 'AlarmsPublish',
              Principal: { Service: 'cloudwatch.amazonaws.com' },
              Condition: {
                StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
                ArnLike: { 'aws:SourceArn': Match.anyValue() },
              },
            }),
          ]),
        },
      }),
    );
  });

  test('alarms of this account alone are published to the topic of operations', () => {
    const policies = Object.values(full.findResources('AWS::SNS::TopicPolicy')).flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement,
    );
    const publishing = policies.filter(({ Sid }) => Sid === 'AlarmsPublish');
    expect(publishing.map(({ Principal, Condition }) => [Principal, Condition.StringEquals])).toEqual([
      [{ Service: 'cloudwatch.amazonaws.com' }, { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } }],
    ]);
    expect(publishing[0].Condition.ArnLike).toHaveProperty('aws:SourceArn');
  });

  test('an address gets digests by its filter; the auditor’s own alarms go to who reads them, and to nobody else', () => {
    const subscriptions = properties(full, 'AWS::SNS::Subscription');
    const topicOf = ({ TopicArn }: { readonly TopicArn: object }) =>
      /Findings|Operations/.exec(JSON.stringify(TopicArn))?.[0];
    expect(subscriptions.map(each => [topicOf(each as never), each.Endpoint, each.FilterPolicy])).toEqual([
      [
        'Findings',
        'platform@example.com',
        { severity: ['critical', 'high', anyValue], account: ['111122223333', anyValue] },
      ],
      ['Operations', 'platform@example.com', undefined],
      ['Operations', 'ops@example.com', undefined],
    ]);
    expect(properties(plain, 'AWS::SNS::Subscription')).toEqual([]);
  });

  test('an address is subscribed once a topic, in whichever letter case it is written', () => {
    const operations = { to: 'email', addresses: ['ops@example.com', 'OPS@example.com'] };
    const again = { to: 'email', addresses: ['Ops@example.com'] };
    const template = Template.fromStack(auditorStack({ operations, notifications: [operations, again] }));
    expect(properties(template, 'AWS::SNS::Subscription')).toHaveLength(2);
  });

  test('regions of another partition than its own are refused before anything is deployed', () => {
    const of = (region: string) => () =>
      auditorStack({ regions: ['cn-north-1'] }, true, undefined, undefined, { region });
    expect(of('eu-west-1')).toThrow('regions: got cn-north-1 of aws-cn beside eu-west-1 of aws, wanted regions of one');
    expect(of('cn-northwest-1')).not.toThrow();
  });

  test('an address has a filter and its scope from the first release on: one that gains them later cannot be updated', () => {
    const reader = { to: 'email', addresses: ['all@example.com'] };
    const template = Template.fromStack(auditorStack({ notifications: [reader] }));
    expect(properties(template, 'AWS::SNS::Subscription')).toMatchObject([
      { FilterPolicy: { severity: [{ exists: true }] }, FilterPolicyScope: 'MessageAttributes' },
    ]);
  });

  test.each([
    [50, 50],
    [51, 1],
    [500, 1],
  ])('of %i listed accounts the roles are named by %i ARNs', (count, arns) => {
    const accountIds = Array.from({ length: count }, (_, index) => String(111122220000 + index));
    const template = Template.fromStack(auditorStack({ accounts: { from: 'list', accountIds } }));
    const named = properties(template, 'AWS::IAM::Policy')
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(({ Action }) => Action === 'sts:AssumeRole')
      .map(({ Resource }) => [Resource].flat().length);
    expect([...new Set(named)]).toEqual([arns]);
  });

  test('taking away one chat channel renames no other', () => {
    const channels = ['C0123456789', 'C0123456780'].map(channelId => ({
      to: 'chatbot-slack',
      workspaceId: 'T0123456789',
      channelId,
    }));
    const idsOf = (notifications: readonly object[]) =>
      Object.entries(
        Template.fromStack(auditorStack({ notifications })).findResources('AWS::Chatbot::SlackChannelConfiguration'),
      ).map(([id, { Properties }]) => `${id} ${Properties.ConfigurationName}`);
    expect(idsOf(channels)).toEqual(expect.arrayContaining(idsOf(channels.slice(1))));
    expect(idsOf(channels.slice(1))).toHaveLength(1);
  });

  test('the address of a team gets digests with something of that owner', () => {
    const team = { to: 'email', addresses: ['orders@example.com'], when: { owners: ['team-orders'] } };
    const template = Template.fromStack(auditorStack({ notifications: [team] }));
    expect(properties(template, 'AWS::SNS::Subscription').map(each => each.FilterPolicy)).toEqual([
      { owner: ['team-orders', anyValue] },
    ]);
  });

  test('a channel that reads digests and alarms has one configuration with both topics', () => {
    const channel = { to: 'chatbot-slack', workspaceId: 'T0123456789', channelId: 'C0123456789' };
    const template = Template.fromStack(auditorStack({ notifications: [channel, channel], operations: channel }));
    const [configuration, ...more] = properties(template, 'AWS::Chatbot::SlackChannelConfiguration');
    expect(more).toEqual([]);
    expect(JSON.stringify(configuration?.SnsTopicArns)).toMatch(/Chat.*Operations/);
  });

  test.each([
    ['both', true, true],
    ['digests', true, false],
    ['alarms', false, true],
  ])(
    'a channel that has a configuration already, said of %s, gets a topic alone, whose ARN is an output',
    (...said) => {
      const [, digests, alarms] = said;
      const channel = { to: 'chatbot-slack', workspaceId: 'T0123456789', channelId: 'C0123456789' };
      const template = Template.fromStack(
        auditorStack({
          notifications: [{ ...channel, topicOnly: digests }],
          operations: { ...channel, topicOnly: alarms },
        }),
      );
      holds(() => template.resourceCountIs('AWS::Chatbot::SlackChannelConfiguration', 0));
      holds(() => template.hasResourceProperties('AWS::SNS::Topic', { TopicName: 'irsa-auditor-chat' }));
      expect(Object.keys(template.findOutputs('ChatTopicArn'))).toEqual(['ChatTopicArn']);
    },
  );

  test.each([
    ['cn-north-1', false],
    ['us-gov-west-1', false],
    ['eu-west-1', true],
  ])('a chat channel in %s', (region, isAllowed) => {
    const channel = { to: 'chatbot-slack', workspaceId: 'T0123456789', channelId: 'C0123456789' };
    const synth = (more: object) =>
      auditorStack({ notifications: [{ ...channel, ...more }] }, true, undefined, undefined, { region });
    if (isAllowed) expect(() => synth({})).not.toThrow();
    else expect(() => synth({})).toThrow(`chatbot-slack: got the region ${region}, where CloudFormation has no`);
    synth({ topicOnly: true });
  });

  test('a chat channel reads the chat topic with a role that may do nothing', () => {
    holds(() =>
      full.hasResourceProperties('AWS::Chatbot::SlackChannelConfiguration', {
        SlackWorkspaceId: 'T0123456789',
        SlackChannelId: 'C0123456789',
        SnsTopicArns: [Match.anyValue()],
      }),
    );
    holds(() => plain.resourceCountIs('AWS::Chatbot::SlackChannelConfiguration', 0));
    const channelRole = Object.keys(full.findResources('AWS::IAM::Role')).find(id => id.includes('ChannelRole'));
    const attached = properties(full, 'AWS::IAM::Policy')
      .flatMap(policy => policy.Roles)
      .map(role => role.Ref);
    expect(channelRole).toBeDefined();
    expect(attached).not.toContain(channelRole);
  });
});

describe('functions', () => {
  test('one a step: Node 24 on arm64, traced, with a log that ends and a role of its own', () => {
    const functions = properties(full, 'AWS::Lambda::Function');
    expect(functions.map(each => each.FunctionName)).toEqual(stepNames.map(step => `irsa-auditor-${step}`));
    for (const each of functions)
      expect(each).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogFormat: 'JSON' },
      });
    expect(new Set(functions.map(each => JSON.stringify(each.Role))).size).toBe(stepNames.length);
    for (const log of properties(full, 'AWS::Logs::LogGroup')) expect(log.RetentionInDays).toBe(30);
    expect(properties(full, 'AWS::Logs::LogGroup')).toHaveLength(stepNames.length + 1);
  });

  test('those that hold whole snapshots have the memory of a whole CPU', () => {
    const functions = properties(full, 'AWS::Lambda::Function');
    const memory = new Map(functions.map(({ FunctionName, MemorySize }) => [FunctionName, MemorySize]));
    for (const step of ['index-issuers', 'evaluate-account']) expect(memory.get(`irsa-auditor-${step}`)).toBe(1769);
    // Lambda ends a function after fifteen minutes, and takes no other number.
    const timeouts = new Map(functions.map(({ FunctionName, Timeout }) => [FunctionName, Timeout]));
    expect(Math.max(...timeouts.values())).toBe(900);
    expect(timeouts.get('irsa-auditor-list-targets')).toBe(900);
    for (const step of ['list-targets', 'probe-issuers']) expect(memory.get(`irsa-auditor-${step}`)).toBe(512);
    for (const step of ['collect-account', 'collect-cluster', 'notify-drift'])
      expect(memory.get(`irsa-auditor-${step}`)).toBe(1024);
  });

  test('the one in a VPC may make, find and take away its network interfaces', () => {
    const actions = properties(full, 'AWS::IAM::Policy')
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .map(({ Action }) => [Action].flat().filter((action: string) => action.startsWith('ec2:')))
      .filter(list => list.length > 0);
    // Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC".
    const wanted = ['AssignPrivateIpAddresses', 'CreateNetworkInterface', 'DeleteNetworkInterface'];
    const more = ['DescribeNetworkInterfaces', 'DescribeSubnets', 'UnassignPrivateIpAddresses'];
    expect(actions.map(list => list.sort())).toEqual([[...wanted, ...more].map(action => `ec2:${action}`)]);
  });

  test('the inside of clusters has a function only where it is asked for', () => {
    expect(properties(plain, 'AWS::Lambda::Function').map(each => each.FunctionName)).toEqual(
      stepNames.filter(step => step !== 'collect-cluster').map(step => `irsa-auditor-${step}`),
    );
  });

  test('only the reader of clusters is in the VPC', () => {
    const placed = properties(full, 'AWS::Lambda::Function').filter(each => each.VpcConfig !== undefined);
    expect(placed.map(each => [each.FunctionName, each.VpcConfig])).toEqual([
      [
        'irsa-auditor-collect-cluster',
        { SubnetIds: everything.inCluster.vpc.subnetIds, SecurityGroupIds: everything.inCluster.vpc.securityGroupIds },
      ],
    ]);
  });

  test('no environment holds anything but names, ARNs and the console’s address', () => {
    const names = new Set<string>([
      ...Object.values(environmentNames),
      'POWERTOOLS_SERVICE_NAME',
      'POWERTOOLS_LOG_LEVEL',
    ]);
    for (const each of properties(full, 'AWS::Lambda::Function'))
      expect(Object.keys(each.Environment.Variables).filter(name => !names.has(name))).toEqual([]);
  });

  test('secrets can be read by notify-drift alone, by name', () => {
    const readers = properties(full, 'AWS::IAM::Policy').filter(policy =>
      JSON.stringify(policy.PolicyDocument).includes('secretsmanager:GetSecretValue'),
    );
    expect(readers).toHaveLength(1);
    const text = JSON.stringify(readers);
    expect(text).toContain(':secret:hooks/slack-??????');
    expect(text).toContain(':secret:hooks/own-??????');
    expect(JSON.stringify(properties(plain, 'AWS::IAM::Policy'))).not.toMatch(
      /secretsmanager|securityhub|events:PutEvents|organizations|cloudtrail|GetAccountAuthorizationDetails|sts:AssumeRole"/,
    );
  });
});

describe('when it runs', () => {
  test('not by itself where the schedule is off', () => {
    const off = Template.fromStack(auditorStack({ schedule: { enabled: false } }));
    expect(properties(off, 'AWS::Scheduler::Schedule').map(({ State }) => State)).toEqual(['DISABLED']);
  });

  test('a role that the scheduler takes is for schedules of this account alone', () => {
    const trusts = properties(full, 'AWS::IAM::Role')
      .flatMap(({ AssumeRolePolicyDocument }) => AssumeRolePolicyDocument.Statement)
      .filter(({ Principal }) => Principal.Service === 'scheduler.amazonaws.com');
    const condition = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
    expect(trusts.map(({ Condition }) => Condition)).toEqual([condition, condition]);
  });

  test('the weekly summary is repeated while a run is sending, and has an alarm of its own', () => {
    const machines = Object.values(full.findResources('AWS::StepFunctions::StateMachine'));
    const summary = machines.find(each => each.Properties.StateMachineName === 'irsa-auditor-weekly-summary');
    const definition = JSON.stringify(summary?.Properties.DefinitionString);
    expect(definition).toContain('StateConflict');
    expect(definition).toMatch(/MaxAttempts[^,]*8/);
    holds(() => full.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmName: 'irsa-auditor-summary-not-sent' }));
    holds(() => plain.resourceCountIs('AWS::StepFunctions::StateMachine', 1));
  });

  test('an audit that failed, timed out or was stopped is recorded; its maps are no audits', () => {
    holds(() =>
      plain.hasResourceProperties('AWS::Events::Rule', {
        EventPattern: {
          source: ['aws.states'],
          'detail-type': ['Step Functions Execution Status Change'],
          detail: { stateMachineArn: [Match.anyValue()], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
        },
        Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue(), RetryPolicy: Match.anyValue() })],
      }),
    );
  });

  test('the weekly summary has the time zone of the audit, and three hours until others have sent', () => {
    const timeZone = 'Europe/Berlin';
    const template = Template.fromStack(auditorStack({ schedule: { timeZone }, weeklySummary: { enabled: true } }));
    const schedules = properties(template, 'AWS::Scheduler::Schedule');
    expect(schedules.map(one => one.ScheduleExpressionTimezone)).toEqual([timeZone, timeZone]);
    const machines = properties(template, 'AWS::StepFunctions::StateMachine');
    const summary = machines.find(each => each.StateMachineName === 'irsa-auditor-weekly-summary');
    expect(JSON.stringify(summary?.DefinitionString)).toMatch(/TimeoutSeconds\W+10800\b/);
  });

  test('the weekly summary calls notify-drift with a run of its own', () => {
    const [, weekly] = properties(full, 'AWS::Scheduler::Schedule');
    expect(JSON.parse(weekly?.Target.Input)).toEqual({
      runId: 'summary-<aws.scheduler.execution-id>',
      startedAt: '<aws.scheduler.scheduled-time>',
      accounts: [],
      summary: true,
    });
  });

  test('a run is logged whole, traced, and ends', () => {
    holds(() =>
      plain.hasResourceProperties('AWS::StepFunctions::StateMachine', {
        LoggingConfiguration: { Level: 'ALL' },
        TracingConfiguration: { Enabled: true },
      }),
    );
    expect(JSON.stringify(properties(plain, 'AWS::StepFunctions::StateMachine'))).toContain('TimeoutSeconds');
  });
});

test('whatever may start a run is made after all that a run needs', () => {
  const withFastLane = Template.fromStack(
    auditorStack({ ...everything, fastLane: { enabled: true, organizationId: 'o-a1b2c3d4e5' } }),
  );
  const { Resources } = withFastLane.toJSON() as { Resources: Record<string, { Type: string; DependsOn?: string[] }> };
  const isStart = ({ Type }: { Type: string }) =>
    ['AWS::Scheduler::Schedule', 'AWS::Lambda::EventSourceMapping'].includes(Type);
  const starts = Object.values(Resources).filter(isStart);
  expect(starts.map(({ Type }) => Type).sort()).toEqual([
    'AWS::Lambda::EventSourceMapping',
    'AWS::Scheduler::Schedule',
    'AWS::Scheduler::Schedule',
  ]);
  const needed = Object.entries(Resources).flatMap(([id, each]) => (isStart(each) ? [] : [id]));
  for (const { DependsOn } of starts) expect([...(DependsOn ?? [])].sort()).toEqual(needed.sort());
});

describe('who watches', () => {
  const alarmNames = (template: Template) => properties(template, 'AWS::CloudWatch::Alarm').map(each => each.AlarmName);

  test('alarms for a failed run, no run, an unread account, calls that could not be made and digests that nobody took, to the operations topic', () => {
    expect(alarmNames(plain).sort()).toEqual([
      'irsa-auditor-no-run',
      'irsa-auditor-not-delivered',
      'irsa-auditor-not-started',
      'irsa-auditor-run-failed',
      'irsa-auditor-unread-accounts',
    ]);
    for (const alarm of properties(plain, 'AWS::CloudWatch::Alarm'))
      expect(JSON.stringify(alarm.AlarmActions)).toContain('Operations');
    for (const { Metrics = [] } of properties(full, 'AWS::CloudWatch::Alarm'))
      for (const { Expression } of Metrics) if (Expression) expect(Expression).toMatch(/^SUM\(\[FILL\(m0, 0\), FILL/);
    holds(() => plain.resourceCountIs('AWS::CloudWatch::Dashboard', 0));
    holds(() => full.resourceCountIs('AWS::CloudWatch::Dashboard', 1));
  });

  test('an alarm tells of its end only where a success ends it; none does so five minutes after a failure', () => {
    const alarms = properties(full, 'AWS::CloudWatch::Alarm');
    const ends = alarms.filter(({ OKActions = [] }) => OKActions.length > 0);
    expect(ends.map(({ AlarmName, TreatMissingData }) => [AlarmName, TreatMissingData]).sort()).toEqual([
      ['irsa-auditor-no-run', 'breaching'],
      ['irsa-auditor-run-failed', 'ignore'],
      ['irsa-auditor-unread-accounts', 'ignore'],
    ]);
    holds(() =>
      plain.hasResourceProperties('AWS::CloudWatch::Alarm', {
        AlarmName: 'irsa-auditor-run-failed',
        MetricName: runMetrics.failedRuns,
        Namespace: runMetrics.namespace,
        Statistic: 'Maximum',
      }),
    );
  });

  test('an execution that failed, took too long or was stopped is one that did not succeed', () => {
    const sums = properties(full, 'AWS::CloudWatch::Alarm').flatMap(({ Metrics = [] }) =>
      Metrics.some(
        ({ MetricStat }: { MetricStat?: { Metric: { Namespace: string } } }) =>
          MetricStat?.Metric.Namespace === 'AWS/States',
      )
        ? [Metrics]
        : [],
    );
    expect(sums.length).toBeGreaterThan(0);
    for (const metrics of sums)
      expect(
        metrics
          .flatMap(
            ({ MetricStat }: { MetricStat?: { Metric: { MetricName: string } } }) =>
              MetricStat?.Metric.MetricName ?? [],
          )
          .sort(),
      ).toEqual(['ExecutionsAborted', 'ExecutionsFailed', 'ExecutionsTimedOut']);
  });

  test('a call of the event bus whose function fails is a letter, too', () => {
    holds(() =>
      plain.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
        DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
      }),
    );
    expect(JSON.stringify(properties(plain, 'AWS::Lambda::EventInvokeConfig'))).toContain('DeadLetters');
  });

  test.each([
    ['rate(6 hours)', 12, 3600],
    ['rate(15 minutes)', 6, 300],
    ['rate(1 hour)', 2, 3600],
    ['rate(7 minutes)', 3, 300],
    ['rate(3 days)', 144, 3600],
    ['cron(0 6 * * ? *)', 48, 3600],
  ])('%s without a run for two periods is an alarm', (expression, evaluationPeriods, period) => {
    holds(() =>
      Template.fromStack(auditorStack({ schedule: { expression } })).hasResourceProperties('AWS::CloudWatch::Alarm', {
        AlarmName: 'irsa-auditor-no-run',
        EvaluationPeriods: evaluationPeriods,
        Period: period,
        TreatMissingData: 'breaching',
      }),
    );
  });

  test('a run that is skipped is no run: only those count that came to their end and said so', () => {
    // Skipped executions succeed for Step Functions.
    holds(() =>
      plain.hasResourceProperties('AWS::CloudWatch::Alarm', {
        AlarmName: 'irsa-auditor-no-run',
        Namespace: runMetrics.namespace,
        MetricName: runMetrics.unreadAccounts,
        Dimensions: [{ Name: 'service', Value: 'irsa-auditor' }],
        Statistic: 'SampleCount',
      }),
    );
  });

  test.each([
    ['a period that CloudWatch cannot look back over', { schedule: { expression: 'rate(4 days)' } }],
    ['a calendar that tells no period', { schedule: { expression: 'cron(0 6 ? * MON *)' } }],
    ['a schedule that is off', { schedule: { enabled: false } }],
  ])('there is no such alarm with %s', (_, configuration) => {
    expect(alarmNames(Template.fromStack(auditorStack(configuration)))).not.toContain('irsa-auditor-no-run');
  });
});

test('outputs name the topic, the table, the machine, and the commands to audit and to list', () => {
  const outputs = Object.keys(plain.findOutputs('*'));
  expect(outputs).toEqual(
    expect.arrayContaining(['TopicArn', 'TableName', 'BucketName', 'StateMachineArn', 'RunNow', 'ListFindings']),
  );
  expect(JSON.stringify(plain.findOutputs('RunNow'))).toContain('aws stepfunctions start-execution');
  expect(JSON.stringify(plain.findOutputs('ListFindings'))).toContain('irsa-auditor findings list');
});
