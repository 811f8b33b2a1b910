/** The templates that hand events to PagerDuty, GitHub and Jira: patterns and input transformers are evaluated on events that the auditor
 *  puts on the bus, and the bodies are held against what the services document. */
import { readFileSync } from 'node:fs';
import type { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { Digest, Transition } from '../../lib/history/transition.ts';
import { eventBridgeNotifier } from '../../lib/notify/eventbridge-notifier.ts';
import { aFinding, aTransition, known } from '../report/sample-report.ts';
import { auditorStack, everythingFast, templateOf } from '../support/synthesized.ts';
import { aDigest, aHostileDigest } from './sample-digest.ts';

type Json = Readonly<Record<string, unknown>>;
interface Rule {
  readonly EventPattern: Json;
  readonly Targets: readonly {
    readonly InputTransformer: { readonly InputPathsMap: Record<string, string>; readonly InputTemplate: string };
  }[];
}

const parameters: Readonly<Record<string, string>> = {
  AuditorName: 'irsa-auditor',
  ProjectKey: 'OPS',
  IssueType: 'Task',
};

/** `Fn::Sub` of parameters, as CloudFormation does it; other functions are left. */
const substituted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(substituted);
  if (typeof value !== 'object' || value === null) return value;
  if ('Fn::Sub' in value)
    return String(value['Fn::Sub']).replace(/\$\{(\w+)\}/g, (_, name: string) => parameters[name] ?? `\${${name}}`);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, substituted(inner)]));
};

const rulesOf = (file: string): readonly (readonly [string, Rule])[] => {
  const { Resources } = substituted(parse(readFileSync(`docs/${file}.yaml`, 'utf8'))) as {
    readonly Resources: Record<string, { readonly Type: string; readonly Properties: Rule }>;
  };
  return Object.entries(Resources).flatMap(([id, { Type, Properties }]) =>
    Type === 'AWS::Events::Rule' ? [[id, Properties] as const] : [],
  );
};

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** EventBridge User Guide, "Creating Amazon EventBridge event patterns": every field of the pattern must match, one of the values of
 *  an array is enough, and a field that the event lacks does not match. */
const matches = (pattern: Json, event: Json): boolean =>
  Object.entries(pattern).every(([key, wanted]) => {
    const got = event[key];
    if (isObject(wanted)) return isObject(got) && matches(wanted, got);
    if (!Array.isArray(wanted)) throw new Error(`a pattern's leaf is an array: ${key}`);
    return wanted.some(each => {
      if (!isObject(each)) return each === got;
      if (Object.keys(each).join() !== 'prefix') throw new Error(`not known: ${JSON.stringify(each)}`);
      return typeof got === 'string' && got.startsWith(String(each.prefix));
    });
  });

/** EventBridge User Guide, "Amazon EventBridge input transformation": a placeholder outside quotes is the value as JSON. That one inside
 *  quotes is escaped is not documented, so only values that need no escape may stand there. A path that finds nothing makes no variable. */
const transformed = ({ Targets }: Rule, event: Json): Json => {
  const [target] = Targets;
  if (target === undefined || Targets.length > 1) throw new Error('one target');
  const { InputPathsMap, InputTemplate } = target.InputTransformer;
  let quotes = 0;
  const text = InputTemplate.replace(/"|<([\w.-]+)>/g, (sign, name?: string) => {
    if (name === undefined) {
      quotes += 1;
      return sign;
    }
    const value = (InputPathsMap[name] ?? 'none')
      .split('.')
      .reduce<unknown>((at, step) => (step === '$' ? event : isObject(at) ? at[step] : undefined), undefined);
    if (value === undefined) throw new Error(`no value for <${name}>`);
    if (quotes % 2 === 0) return JSON.stringify(value);
    if (typeof value !== 'string' || !/^[\w -]+$/.test(value)) throw new Error(`<${name}> may need an escape`);
    return value;
  });
  return JSON.parse(text) as Json;
};

/** The events that reach the bus, in the envelope that EventBridge gives them. */
const eventsOf = async (digest: Digest): Promise<readonly Json[]> => {
  const events: Json[] = [];
  const send = async ({ input: { Entries = [] } }: PutEventsCommand) => {
    for (const { Source, DetailType, Detail = '', Resources } of Entries)
      events.push({ source: Source, 'detail-type': DetailType, resources: Resources, detail: JSON.parse(Detail) });
    return { Entries: Entries.map((_, index) => ({ EventId: String(index) })) };
  };
  await eventBridgeNotifier('eventbridge', { send } as unknown as EventBridgeClient).send(digest);
  return events;
};

const sentBy = (file: string, event: Json): readonly Json[] =>
  rulesOf(file).flatMap(([, rule]) => (matches(rule.EventPattern, event) ? [transformed(rule, event)] : []));

type Kind = Transition['kind'];
const ofKind = async (kind: Kind, severity: 'critical' | 'high' | 'medium' | 'low' | 'info'): Promise<Json> => {
  const finding = aFinding({ severity });
  const [event] = await eventsOf(aDigest({ transitions: [aTransition({ kind, after: known(finding) })] }));
  if (event === undefined) throw new Error('no event');
  return event;
};

/** CloudWatch User Guide, "Alarm events and EventBridge". */
const alarmEvent = (alarmName: string, value: string): Json => ({
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  resources: [`arn:aws:cloudwatch:us-east-1:123456789012:alarm:${alarmName}`],
  detail: { alarmName, state: { value, reason: 'Threshold Crossed: 1 out of "1"', timestamp: '2019-10-02T17:04:40Z' } },
});

const short = (value: unknown, most: number): boolean =>
  typeof value === 'string' && value.length > 0 && value.length <= most;

/** PagerDuty developer documentation, "Send an Alert Event": what it refuses. The key of routing is added by the connection. */
const faultsOfPage = (body: Json): readonly string[] => {
  const { event_action, dedup_key, payload } = body;
  const faults = short(dedup_key, 255) ? [] : ['dedup_key'];
  if (event_action === 'resolve') return faults;
  if (event_action !== 'trigger' || !isObject(payload)) return [...faults, 'event_action'];
  if (!short(payload.summary, 1024)) faults.push('summary');
  if (!short(payload.source, Number.POSITIVE_INFINITY)) faults.push('source');
  if (!['critical', 'error', 'warning', 'info'].includes(String(payload.severity))) faults.push('severity');
  return faults;
};

describe('PagerDuty', () => {
  test.each([
    ['opened', 'critical', 'trigger critical'],
    ['reopened', 'high', 'trigger error'],
    ['escalated', 'critical', 'trigger critical'],
    ['reassessed', 'high', 'trigger error'],
    ['reassessed', 'low', 'resolve'],
    ['changed', 'medium', 'resolve'],
    ['changed', 'high', undefined],
    ['opened', 'medium', undefined],
    ['resolved', 'critical', 'resolve'],
    ['explained', 'high', 'resolve'],
    ['waived', 'high', 'resolve'],
  ] as const)('%s, %s: %s', async (kind, severity, expected) => {
    const bodies = sentBy('pagerduty', await ofKind(kind, severity));
    expect(bodies.flatMap(faultsOfPage)).toEqual([]);
    const said = bodies.map(({ event_action, payload }) =>
      isObject(payload) ? `${event_action} ${payload.severity}` : event_action,
    );
    expect(said).toEqual(expected === undefined ? [] : [expected]);
  });

  test('the end of a finding has the key of its beginning', async () => {
    const [begun] = sentBy('pagerduty', await ofKind('opened', 'critical'));
    const [ended] = sentBy('pagerduty', await ofKind('resolved', 'critical'));
    expect(ended?.dedup_key).toBe(begun?.dedup_key);
    expect(begun).toMatchObject({ payload: { summary: expect.stringContaining('critical trust-any-subject') } });
  });

  test('each alarm that is deployed begins an incident', () => {
    const alarms = Object.values(templateOf(auditorStack(everythingFast)).Resources).flatMap(
      ({ Type, Properties: { AlarmName } = {} }) => (Type === 'AWS::CloudWatch::Alarm' ? [String(AlarmName)] : []),
    );
    expect(alarms.length).toBeGreaterThan(3);
    expect(alarms.map(name => sentBy('pagerduty', alarmEvent(name, 'ALARM')).length)).toEqual(alarms.map(() => 1));
  });

  test('alarms of this auditor begin and end, and no others', () => {
    const [begun, ...more] = sentBy('pagerduty', alarmEvent('irsa-auditor-run-failed', 'ALARM'));
    const ended = sentBy('pagerduty', alarmEvent('irsa-auditor-run-failed', 'OK'));
    expect([begun ?? {}, ...ended].flatMap(faultsOfPage)).toEqual([]);
    expect(more).toEqual([]);
    expect(ended).toEqual([{ event_action: 'resolve', dedup_key: begun?.dedup_key }]);
    expect(sentBy('pagerduty', alarmEvent('orders-run-failed', 'ALARM'))).toEqual([]);
    expect(sentBy('pagerduty', alarmEvent('irsa-auditor-run-failed', 'INSUFFICIENT_DATA'))).toEqual([]);
  });
});

/** GitHub REST API, "Create an issue": `title` is required, of at most 256 characters. */
const isGithubIssue = ({ title, body, labels }: Json): boolean =>
  short(title, 256) && short(body, 65_536) && Array.isArray(labels) && labels.every(each => short(each, 50));

/** Jira Cloud REST API v2, "Create issue": a summary is one line of at most 255 characters, a label has no space. */
const isJiraIssue = ({ fields }: Json): boolean =>
  isObject(fields) &&
  short(fields.summary, 255) &&
  !/[\r\n]/.test(String(fields.summary)) &&
  short(fields.description, 32_767) &&
  isObject(fields.project) &&
  fields.project.key === 'OPS' &&
  isObject(fields.issuetype) &&
  fields.issuetype.name === 'Task' &&
  Array.isArray(fields.labels) &&
  fields.labels.every(each => short(each, 255) && !/\s/.test(String(each)));

describe.each([
  ['github-issues', isGithubIssue],
  ['jira-issues', isJiraIssue],
] as const)('%s', (file, isIssue) => {
  test.each([
    ['opened', 'critical', 1],
    ['reopened', 'high', 1],
    ['opened', 'medium', 0],
    ['changed', 'high', 0],
    ['resolved', 'critical', 0],
  ] as const)('%s, %s: %d issues', async (kind, severity, count) => {
    const bodies = sentBy(file, await ofKind(kind, severity));
    expect(bodies.map(isIssue)).toEqual(Array(count).fill(true));
  });

  test('an alarm is no issue', () => {
    expect(sentBy(file, alarmEvent('irsa-auditor-run-failed', 'ALARM'))).toEqual([]);
  });
});

test('a hostile world breaks no body', async () => {
  const events = await eventsOf(aHostileDigest(3));
  expect(events).toHaveLength(3);
  for (const event of events) {
    expect(sentBy('pagerduty', event).map(faultsOfPage)).toEqual([[]]);
    expect(sentBy('github-issues', event).map(isGithubIssue)).toEqual([true]);
    expect(sentBy('jira-issues', event).map(isJiraIssue)).toEqual([true]);
  }
});
