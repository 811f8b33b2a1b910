import { Metrics } from '@aws-lambda-powertools/metrics';
import { afterAll, describe, expect, test } from '@jest/globals';
import { emitFailedRun, emitRunMetrics, emitWithoutEvents } from '../../lambdas/shared/run-metrics.ts';
import { fastLaneName, runMetrics } from '../../lib/audit/contract.ts';
import { watchersOf } from '../../lib/audit/watchers.ts';
import { parseConfiguration } from '../../lib/config/configuration.ts';
import { refusedServices } from '../support/door/service-calls.ts';
import { pairwise } from '../support/pairwise.ts';
import { sample } from '../support/sample.ts';
import { auditorStack, type CfnResource, everything, type Json, templateOf } from '../support/synthesized.ts';

/** Every two choices of the configuration stand together in at least one stack; each stack is checked as far as a template
 *  can be, and so are updates between any two of them. */
const listed = (count: number) => ({
  from: 'list',
  accountIds: Array.from({ length: count }, (_, at) => String(200_000_000_000 + at)),
});
const email = { to: 'email', addresses: ['platform@example.com', 'team@example.com'] };
const channel = { to: 'chatbot-slack', workspaceId: 'T0123456789', channelId: 'C0123456789' };
const options = {
  accounts: [{ from: 'self' }, listed(1), listed(50), listed(119), listed(500), { from: 'organization' }],
  region: [undefined, 'eu-west-1', 'cn-north-1', 'us-gov-west-1'],
  notifications: [
    [],
    [email],
    [
      { ...email, when: { minSeverity: 'high', clusters: ['prod'], namespaces: ['shop'], transitions: ['opened'] } },
      { to: 'email', addresses: ['other@example.com'] },
    ],
    [channel],
    [
      { to: 'slack', secretName: 'hooks/slack' },
      { to: 'teams', secretName: 'hooks/teams' },
    ],
    [{ to: 'webhook', secretName: 'hooks/own' }, { to: 'eventbridge' }, { to: 'security-hub' }],
  ],
  operations: ['none', email, channel],
  inCluster: [{ enabled: false }, { enabled: true }, everything.inCluster],
  schedule: [
    { expression: 'rate(15 minutes)' },
    { expression: 'cron(0 6 ? * MON-FRI *)', timeZone: 'Europe/Berlin' },
    { expression: 'rate(4 days)', enabled: false },
  ],
  fastLane: [false, true],
  weeklySummary: [{ enabled: false }, { enabled: true }],
  roleDetails: [false, true],
  resourceControlPolicies: [false, true],
  cloudTrail: [{ enabled: false }, { enabled: true }],
  customerKey: [false, true],
  dashboard: [false, true],
  keepData: [true, false],
};

interface Case {
  readonly region: string | undefined;
  readonly keepData: boolean;
  readonly configuration: object;
}
const withoutChannels = ['cn-north-1', 'us-gov-west-1'];
const caseOf = ({ region, keepData, fastLane, ...rest }: Readonly<Record<string, unknown>>): Case => {
  const text = JSON.stringify({
    ...rest,
    fastLane: { enabled: fastLane, ...(fastLane ? { organizationId: 'o-a1b2c3d4e5' } : {}) },
  });
  // A channel there is refused: its topic alone is allowed.
  const allowed = withoutChannels.includes(String(region))
    ? text.replaceAll('"to":"chatbot-slack"', '"to":"chatbot-slack","topicOnly":true')
    : text;
  return {
    region: region as string | undefined,
    keepData: keepData as boolean,
    configuration: JSON.parse(allowed) as object,
  };
};
const cases = pairwise(options).map(caseOf);
const drawn = sample(cases, 5);
const synth = ({ configuration, keepData, region }: Case) =>
  templateOf(auditorStack(configuration, keepData, '0.1.0', undefined, region === undefined ? {} : { region }));

/** The properties that name a resource: two of one type with one name cannot be. */
const nameOf = ({ Type, Properties }: CfnResource): string | undefined => {
  const [, service = '', kind = ''] = Type.split('::');
  const key = ['Name', `${kind}Name`, 'FunctionName', 'DashboardName'].find(
    each => typeof Properties?.[each] === 'string' && !['EventInvokeConfig', 'Version', 'Permission'].includes(kind),
  );
  return key && `${service} ${kind} ${Properties[key]}`;
};
const namesOf = ({ Resources }: { readonly Resources: Readonly<Record<string, CfnResource>> }) =>
  Object.entries(Resources).flatMap(([id, resource]) => {
    const name = nameOf(resource);
    return name === undefined ? [] : [[name, id] as const];
  });

/** The properties whose change replaces a resource (CloudFormation template reference, "Update requires: Replacement"),
 *  of types that this stack gives a name: a replacement under the same name cannot be made. */
const fixed: Readonly<Record<string, readonly string[]>> = {
  'AWS::DynamoDB::Table': ['TableName', 'KeySchema'],
  'AWS::Events::Rule': ['EventBusName'],
  'AWS::IAM::Role': ['Path'],
  'AWS::Lambda::Function': ['PackageType'],
  'AWS::SNS::Topic': ['FifoTopic'],
  'AWS::SQS::Queue': ['FifoQueue'],
  'AWS::StepFunctions::StateMachine': ['StateMachineType'],
};

/** The metrics that the functions write under a configuration, by their own calls. */
const metricsWritten = ({ dashboard, fastLane }: ReturnType<typeof parseConfiguration>): ReadonlySet<unknown> => {
  const names = new Set<unknown>();
  const metrics = new Metrics({ namespace: 'test' });
  metrics.addMetric = name => {
    names.add(name);
    return metrics;
  };
  const open = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  const run = {
    ...{ runId: 'run-1', accounts: 1, failedAccounts: 0, gaps: 0, transitions: 0, sent: true },
    openBySeverity: open,
  };
  emitFailedRun(metrics);
  emitRunMetrics(metrics, { ...run, complete: true, readNothing: false, orphanRulesSuspended: false }, open, {
    dashboard,
  });
  if (fastLane.enabled) emitWithoutEvents(metrics, []);
  return names;
};
const seen: (readonly [Case, ReturnType<typeof synth>])[] = [];

describe.each(drawn.map(each => [JSON.stringify(each), each] as const))('%s', (_title, each) => {
  const template = synth(each);
  seen.push([each, template]);
  const resources = Object.entries(template.Resources);

  test('each service may do what it must', async () => {
    const { region = 'eu-south-2' } = each;
    const partition = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
    expect(await refusedServices(template, { partition, region, accountId: '705938271640' })).toEqual([]);
  });

  test('no two resources have one name, and each is as the configuration says', () => {
    const names = namesOf(template);
    expect(names.length).toBeGreaterThan(20);
    expect(new Set(names.map(([name]) => name)).size).toBe(names.length);
    const { alarms, schedules, deadLetters } = watchersOf(
      parseConfiguration(JSON.stringify(each.configuration), 'test'),
    );
    const made = (start: string) =>
      names.flatMap(([name]) => (name.startsWith(start) ? [name.slice(start.length)] : [])).sort();
    expect(made('CloudWatch Alarm ')).toEqual([...alarms].sort());
    expect(made('Scheduler Schedule ')).toEqual([...schedules].sort());
    expect(made('SQS Queue ').filter(name => name !== fastLaneName('irsa-auditor'))).toEqual([...deadLetters].sort());
  });

  test('each alarm on a metric of the auditor watches one that it writes', () => {
    const own = resources.filter(
      ([, { Type, Properties }]) =>
        Type === 'AWS::CloudWatch::Alarm' && (Properties as Json).Namespace === runMetrics.namespace,
    );
    expect(own.length).toBeGreaterThan(1);
    const written = metricsWritten(parseConfiguration(JSON.stringify(each.configuration), 'test'));
    expect(own.filter(([, { Properties }]) => !written.has(Properties.MetricName)).map(([id]) => id)).toEqual([]);
  });

  test('no state of the workflow outlasts its function, and each task has a retry', () => {
    const timeouts = resources.flatMap(([, { Type, Properties }]) =>
      Type === 'AWS::Lambda::Function' ? [Number(Properties.Timeout)] : [],
    );
    expect(timeouts.length).toBeGreaterThan(6);
    for (const [, { Type, Properties }] of resources) {
      if (Type !== 'AWS::StepFunctions::StateMachine') continue;
      const parts = Properties.DefinitionString as { readonly 'Fn::Join': readonly [string, readonly unknown[]] };
      const text = parts['Fn::Join'][1].map(part => (typeof part === 'string' ? part : 'x')).join('');
      const machine = JSON.parse(text) as Json;
      const tasks = tasksOf(machine);
      expect(tasks.length).toBeGreaterThan(0);
      expect(tasks.filter(task => !Array.isArray(task.Retry)).length).toBe(0);
      expect(Number(machine.TimeoutSeconds)).toBeGreaterThanOrEqual(Math.max(...timeouts));
    }
  });

  test('what is kept is kept, and without keeping all goes', () => {
    const policies = resources.flatMap(([, { Type, DeletionPolicy }]) =>
      ['AWS::DynamoDB::Table', 'AWS::S3::Bucket'].includes(Type) ? [DeletionPolicy] : [],
    );
    const wanted = each.keepData ? 'RetainExceptOnCreate' : 'Delete';
    expect(policies).toEqual([wanted, wanted]);
  });
});

const tasksOf = (value: unknown): readonly Json[] => {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'Type' in value && value.Type === 'Task' ? [value as Json] : [];
  return [...own, ...Object.values(value).flatMap(tasksOf)];
};

test('an update between any two of them renames nothing and replaces nothing that has a name', () => {
  expect(seen.length).toBe(drawn.length);
  for (const [one, before] of seen)
    for (const [other, after] of seen) {
      const between = `${JSON.stringify(one)} → ${JSON.stringify(other)}`;
      const ids = new Map(namesOf(before));
      const moved = namesOf(after).filter(([name, id]) => ids.has(name) && ids.get(name) !== id);
      expect([between, moved]).toEqual([between, []]);
      const replaced = Object.entries(after.Resources).filter(([id, { Type, Properties }]) => {
        const was = before.Resources[id];
        if (was === undefined) return false;
        const keys = fixed[Type] ?? [];
        return (
          was.Type !== Type || keys.some(key => JSON.stringify(was.Properties[key]) !== JSON.stringify(Properties[key]))
        );
      });
      expect([between, replaced.map(([id]) => id)]).toEqual([between, []]);
    }
});

afterAll(() => {
  seen.length = 0;
});
