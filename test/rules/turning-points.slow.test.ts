/** The instants at which the answers to the examples turn, to the millisecond: as time passes, and as one fact is older or newer. */
import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { complete } from '../../lib/model/collected.ts';
import { catalog, ruleById } from '../../lib/rules/catalog.ts';
import type { AnyRule } from '../../lib/rules/define-rule.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { aPod, aServiceAccount } from '../support/example-cluster.ts';
import { aRole, aTrustPolicy } from '../support/example-world.ts';
import { barePod, withPods, worldOf } from '../support/in-cluster-world.ts';
import { examplesOf } from '../support/rule-examples.ts';
import { whole } from '../support/whole/whole.ts';
import { annotatedAt, stalePod } from './pod/worlds.ts';
import { calling, failure } from './runtime/worlds.ts';
import { aud, exact, sub } from './trust/judge.ts';
import { authority, entry } from './webhook/worlds.ts';

const second = 1_000;
const hour = 3_600 * second;
const day = 24 * hour;
const few = [second, hour, 800 * day];
const many = [
  second,
  20 * second,
  150 * second,
  15 * 60 * second,
  hour,
  12 * hour,
  day,
  10 * day,
  100 * day,
  800 * day,
];
const bothWays = (spans: readonly number[]): readonly number[] => [
  ...spans.map(span => -span).toReversed(),
  0,
  ...spans,
];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
const isInstant = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);

type Shift = (by: number) => unknown;
const shifted = (text: string, by: number): string => new Date(Date.parse(text) + by).toISOString();

/** Each instant in a value, by its path, with a function that moves it; of each list in the first two things. */
const instantsIn = (value: unknown, path: string): readonly (readonly [string, string, Shift])[] => {
  if (isInstant(value)) return [[path, value, by => shifted(value, by)]];
  if (!isObject(value)) return [];
  const parts = Array.isArray(value) ? [...value.slice(0, 2).entries()] : Object.entries(value);
  return parts.flatMap(([key, part]) =>
    instantsIn(part, path === '' ? `${key}` : `${path}.${key}`).map(
      ([name, at, shift]) =>
        [
          name,
          at,
          by => (Array.isArray(value) ? value.with(Number(key), shift(by)) : { ...value, [key]: shift(by) }),
        ] as const,
    ),
  );
};

/** What is decided, without the numbers that time changes. */
const answerOf = (rule: AnyRule, facts: Facts): string => {
  const { findings, undecided } = evaluate(facts, { rules: [rule] });
  const said = [
    ...findings.map(
      ({ severity, messageId, fix }) => `${severity} ${messageId}${fix.steps?.length ? ' with a fix' : ''}`,
    ),
    ...undecided.map(({ kind }) => kind),
  ];
  return said.join(', ') || 'nothing';
};

/** The first moment after `from`, up to `to`, with another answer than there. */
const turn = (answer: (by: number) => string, from: number, to: number): number => {
  const before = answer(from);
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (answer(middle) === before) low = middle;
    else high = middle;
  }
  return high;
};

/** The turns after `from`, up to `to`. */
const turnsWithin = (answer: (by: number) => string, from: number, to: number): readonly number[] => {
  if (answer(from) === answer(to)) return [];
  const by = turn(answer, from, to);
  return [by, ...turnsWithin(answer, by, to)];
};

/** The answers one after the other, each with the instant of its beginning. */
const turnsOf = (at: string, answer: (by: number) => string): readonly string[] => {
  if (!bothWays(few).some(by => answer(by) !== answer(0))) return [];
  const spans = bothWays(many);
  const turns = spans.slice(1).flatMap((to, index) => turnsWithin(answer, spans[index] ?? 0, to));
  return [answer(spans[0] ?? 0), ...turns.map(by => `from ${shifted(at, by)} ${answer(by)}`)];
};

/** The turns of one world: as time passes, and as each of its instants is moved. */
const turnsIn = (rule: AnyRule, world: Facts): readonly unknown[] => {
  const moved = [
    ['now', world.now, (by: number) => ({ ...world, now: shifted(world.now, by) })] as const,
    ...(['snapshot', 'issuers'] as const).flatMap(part =>
      instantsIn(world[part], part).map(
        ([path, at, shift]) => [path, at, (by: number) => ({ ...world, [part]: shift(by) }) as Facts] as const,
      ),
    ),
  ];
  expect(moved.length).toBeGreaterThan(1);
  return moved.flatMap(([path, at, worldAt]) => {
    const known = new Map<number, string>();
    const answer = (by: number): string => {
      const said = known.get(by) ?? answerOf(rule, worldAt(by));
      known.set(by, said);
      return said;
    };
    const said = turnsOf(at, answer);
    return said.length === 0 ? [] : [{ [path]: said }];
  });
};

test.each(catalog.filter(({ id }) => id !== 'trust-too-complex').map(rule => [rule.id, rule] as const))(
  'the examples of %s',
  (_id, rule) => {
    for (const { title, facts } of Object.values(examplesOf(rule))) whole(title, turnsIn(rule, facts()));
  },
);

const brief = authority({ notBefore: '2026-06-01T00:00:00Z', notAfter: '2026-12-01T00:00:00Z' });
const from = (instant: string, operator: string) =>
  aTrustPolicy({
    condition: {
      StringEquals: { [sub]: exact, [aud]: 'sts.amazonaws.com' },
      [operator]: { 'aws:CurrentTime': instant },
    },
  });

test.each<readonly [title: string, ruleId: string, facts: () => Facts]>([
  ['the authority of the webhook ends', 'webhook-invalid', () => entry({ caCertificates: complete([brief]) })],
  [
    'a pod was injected by a webhook elsewhere',
    'webhook-invalid',
    () =>
      entry(
        { url: 'https://webhook.example/mutate' },
        { pods: complete([aPod({ createdAt: '2026-11-01T05:55:00Z' })]) },
      ),
  ],
  [
    'the annotation is older than a pod without role',
    'pod-not-injected',
    () =>
      worldOf({
        ...withPods(barePod({ createdAt: '2026-10-02T00:00:00Z' })),
        serviceAccounts: complete([aServiceAccount({ annotatedAt: '2026-10-01T23:59:30Z' })]),
      }),
  ],
  [
    'the annotation is older than a pod with another role',
    'pod-role-stale',
    () => annotatedAt('2026-10-01T00:00:00Z', stalePod('2026-10-01T00:09:00Z')),
  ],
  [
    'calls succeeded after one failed',
    'runtime-assume-failing',
    () =>
      calling({
        successes: 1,
        failures: [failure('ExpiredTokenException', { lastAt: '2026-11-01T05:29:00Z' })],
        lastAt: '2026-11-01T05:35:00Z',
      }),
  ],
  [
    'the role trusts the service account from a date on',
    'service-account-role-not-trusting',
    () => worldOf({}, { roles: complete([aRole({ trustPolicy: from('2026-12-01T00:00:00Z', 'DateGreaterThan') })]) }),
  ],
  [
    'the role trusts the service account up to a date',
    'trust-condition-expired',
    () =>
      worldOf({}, { roles: complete([aRole({ trustPolicy: from('2026-12-01T00:00:00Z', 'DateLessThanEquals') })]) }),
  ],
  [
    'a role was never used, and a pod beside has none',
    'service-account-workload-elsewhere',
    () =>
      worldOf(
        {
          serviceAccounts: complete([aServiceAccount(), aServiceAccount({ name: 'web', annotations: {} })]),
          ...withPods(barePod({ serviceAccount: 'web', owner: { kind: 'Deployment', name: 'web' } })),
        },
        {
          roles: complete([aRole({ detail: complete({ attachedPolicyArns: [], isAdministrator: false, tags: {} }) })]),
        },
      ),
  ],
])('%s', (_title, ruleId, facts) => {
  const rule = ruleById(ruleId);
  if (rule === undefined) throw new Error(`there is no rule ${ruleId}`);
  whole('turns', turnsIn(rule, facts()));
});
