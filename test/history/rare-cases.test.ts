/** Branches that a run takes seldom: each by itself. */
import { describe, expect, test } from '@jest/globals';
import { absenceIn, absenceOfWaiver } from '../../lib/history/absent.ts';
import { withChangeEvents } from '../../lib/history/change-event.ts';
import { coverageAreas, maxAreas } from '../../lib/history/coverage-area.ts';
import { nothingKnown } from '../../lib/history/known-state.ts';
import { oneStepEach } from '../../lib/history/one-step.ts';
import { compareReadings } from '../../lib/history/reading.ts';
import { routeDigest } from '../../lib/history/routing.ts';
import type { FactChange } from '../../lib/history/transition.ts';
import { truncateFinding } from '../../lib/history/truncate-finding.ts';
import { whenAbsent } from '../../lib/history/when-absent.ts';
import type { ChangedThing } from '../../lib/model/change-event.ts';
import { complete, unavailable } from '../../lib/model/collected.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { aDigest } from '../notify/sample-digest.ts';
import { aTransition } from '../report/sample-report.ts';
import { someCoverage } from '../support/digest-builders.ts';
import {
  aChangeEvent,
  accountId,
  aFinding,
  aKnown,
  anEvaluation,
  aRoleFinding,
  aRun,
} from '../support/drift-builders.ts';
import { aReadCluster } from '../support/example-cluster.ts';
import { someFacts } from '../support/example-world.ts';

const covered = aFinding();
const expired = aKnown({
  finding: aFinding({ ruleId: 'waiver-expired', subject: `waiver:${covered.ruleId}/${covered.subject}` }),
});

test.each<readonly [string, Partial<Finding>, boolean]>([
  ['of the same name', {}, true],
  ['whose rule cannot be read', { ruleId: '' }, true],
  ['of another subject', { subject: 'other' }, false],
  ['of another rule', { ruleId: 'role-unused' }, false],
])('an expired waiver stays open for a finding %s that a newer version wrote: %#', (_, over, stays) => {
  const { id, ruleId, subject, discriminator } = aFinding(over);
  const newer = { count: 1, findings: [{ id, ruleId, subject, discriminator }], facts: [], isWhole: false };
  const absence = absenceOfWaiver(expired, [], { ...nothingKnown, newer }, absenceIn(anEvaluation()));
  expect(absence !== undefined).toBe(stays);
});

const eks = `arn:aws:eks:eu-west-1:${accountId}`;
const hostPath = 'oidc.eks.eu-west-1.amazonaws.com/id/5C1D';
const things: readonly (readonly [ChangedThing, subject: string, isIt: boolean])[] = [
  [{ kind: 'unnamed' }, `arn:aws:iam::${accountId}:role/a`, false],
  [{ kind: 'role', name: 'a' }, `arn:aws:iam::${accountId}:role/a`, true],
  [{ kind: 'role', name: 'a' }, `arn:aws:iam::${accountId}:role/path/a`, true],
  [{ kind: 'role', name: 'a' }, `arn:aws:iam::${accountId}:role/b`, false],
  [{ kind: 'role', name: 'a' }, 'arn:aws:iam::999999999999:role/a', false],
  [{ kind: 'role', name: 'a' }, `arn:aws:iam::${accountId}:user/a`, false],
  [{ kind: 'role', name: 'a' }, `arn:aws:sts::${accountId}:role/a`, false],
  [{ kind: 'provider', hostPath }, `https://${hostPath}`, true],
  [{ kind: 'provider', hostPath }, `https://${hostPath}6`, false],
  [{ kind: 'provider', hostPath }, `arn:aws:iam::${accountId}:oidc-provider/${hostPath}`, true],
  [{ kind: 'provider', hostPath }, `arn:aws:iam::999999999999:oidc-provider/${hostPath}`, false],
  [{ kind: 'role', name: hostPath }, `https://${hostPath}`, false],
  [{ kind: 'cluster', region: 'eu-west-1', name: 'shop' }, `${eks}:cluster/shop`, true],
  [{ kind: 'cluster', region: 'eu-west-1', name: 'shop' }, `${eks}:cluster/shop/pod/a/b`, true],
  [{ kind: 'cluster', region: 'eu-west-1', name: 'shop' }, `${eks}:cluster/shop-2`, false],
  [{ kind: 'cluster', region: 'eu-west-2', name: 'shop' }, `${eks}:cluster/shop`, false],
  [{ kind: 'cluster', region: 'eu-west-1', name: 'shop' }, `arn:aws:ecs:eu-west-1:${accountId}:cluster/shop`, false],
];
test.each(things)('a call on %j changed %s: %s', (thing, subject, isIt) => {
  const finding: Finding = { ...aFinding({ subject }), roleArn: 'x', clusterName: 'y' };
  const fact: FactChange = { kind: 'role-trust-policy', subject, accountId, ...aRun(1) };
  const event = aChangeEvent({ thing });
  const told = withChangeEvents({ transitions: [aTransition({ after: aKnown({ finding }) })], factChanges: [fact] }, [
    event,
  ]);
  const changedBy = isIt ? [event] : undefined;
  expect([told.transitions[0]?.changedBy, told.factChanges[0]?.changedBy]).toEqual([changedBy, changedBy]);
});

test('more areas of one account than are told apart are told by region, as parts, and those without a cluster as they are', () => {
  const reason = { kind: 'denied', operation: 'list pods', message: 'no' } as const;
  const cluster = aReadCluster();
  const clusters = Array.from({ length: maxAreas + 1 }, (_, at) => ({
    ...cluster,
    cluster: { ...cluster.cluster, name: `c${at}`, arn: `${cluster.cluster.arn}${at}` },
    kubernetes: unavailable<never>(reason),
  }));
  const told = (count: number) =>
    coverageAreas(
      someFacts({
        clusters: complete(clusters.slice(0, count)),
        roles: unavailable({ ...reason, operation: 'iam:ListRoles' }),
      }),
    ).map(({ section, clusterName, whole, failures }) => `${section} ${clusterName} ${whole} ${failures}`);
  expect(told(maxAreas - 1)).toHaveLength(maxAreas);
  expect(told(maxAreas + 1)).toEqual([`roles undefined true 1`, `inside undefined false ${maxAreas + 1}`]);
});

describe('what cannot be read is told', () => {
  const coverage = { notices: someCoverage(2).notices, beyond: 0 };
  const [first, second] = coverage.notices;
  const inCluster = { notices: coverage.notices.map(each => ({ ...each, clusterName: 'shop' })), beyond: 0 };
  const told = (news: typeof coverage, when: Parameters<typeof routeDigest>[1]) =>
    routeDigest(aDigest({ transitions: [], factChanges: [], coverage: news }), when)?.coverage;
  test.each([
    ['to whoever wants what is high', { minSeverity: 'high' }, coverage],
    ['to nobody who wants what is critical alone', { minSeverity: 'critical' }, undefined],
    ['by account', { accounts: [first?.accountId ?? ''] }, { notices: [first], beyond: 0 }],
    ['to nobody of other accounts', { accounts: ['999999999999'] }, undefined],
    ['whatever rules and transitions are wanted', { rules: ['x'], transitions: ['opened'] }, coverage],
  ] as const)('%s', (_, when, wanted) => {
    expect(told(coverage, when)).toEqual(wanted);
    expect(second).toBeDefined();
  });

  test('by cluster, where it has one, and with those that are counted alone', () => {
    expect(told(inCluster, { clusters: ['shop'] })).toEqual(inCluster);
    expect(told(inCluster, { clusters: ['bank'] })).toBeUndefined();
    expect(told(coverage, { clusters: ['bank'] })).toEqual(coverage);
    expect(told({ ...inCluster, beyond: 3 }, { clusters: ['bank'] })).toEqual({ notices: [], beyond: 3 });
  });
});

test('steps of a finding that was forgotten and came back are joined by when it was first seen, else by version', () => {
  const step = (version: number, day: number, summary: string) =>
    aTransition({
      kind: 'changed',
      summary,
      before: aKnown(),
      after: aKnown({ version, firstSeenAt: aRun(day).at, finding: aFinding({ message: summary }) }),
    });
  const lastOf = (...steps: readonly ReturnType<typeof step>[]) =>
    oneStepEach(steps).map(({ after }) => after.finding.message);
  const [old, back] = [step(3, 1, 'old'), step(1, 2, 'back')];
  expect([lastOf(old, back), lastOf(back, old)]).toEqual([['back'], ['back']]);
  const [first, second] = [step(1, 1, 'first'), step(2, 1, 'second')];
  expect([lastOf(first, second), lastOf(second, first)]).toEqual([['second'], ['second']]);
  const other = aTransition({ after: aKnown({ finding: aRoleFinding('other') }) });
  expect(oneStepEach([first, other, second]).map(({ after }) => after.finding.subject)).toHaveLength(2);
});

describe('a fix that is too long to keep', () => {
  const step = { change: { kind: 'trust-policy', roleArn: 'r', before: '{}', after: 'x'.repeat(61_000) } } as const;
  const short = { change: { ...step.change, after: '{}' } };
  const other = { summary: 'another way', steps: [short], choice: 'c' };
  const kept = (fix: Partial<Finding['fix']>) =>
    truncateFinding(aFinding({ fix: { summary: 's', commands: ['c'], ...fix } })).fix;

  test('has no step, no command and no other way, which would have another number, and says so', () => {
    const { steps, commands, alternatives, summary } = kept({ steps: [step], alternatives: [other] });
    expect([steps, commands, alternatives]).toEqual([undefined, [], undefined]);
    expect(summary).toBe('s Not all commands are kept here: see the report of the run.');
  });

  test('keeps the other ways where the first one is whole, or has no steps', () => {
    expect(kept({ steps: [short], alternatives: [other] })).toMatchObject({ steps: [short], alternatives: [other] });
    expect(kept({ alternatives: [other, { ...other, steps: [step] }] })).toMatchObject({ alternatives: [other] });
  });

  test('loses code beyond its limit alone', () => {
    const [fits, not] = ['x'.repeat(4000), 'x'.repeat(4001)];
    expect(kept({ terraform: fits, cdk: not })).toMatchObject({ terraform: fits });
    expect(kept({ terraform: not, cdk: fits })).toMatchObject({ cdk: fits });
    expect(kept({ terraform: not, cdk: fits })).not.toHaveProperty('terraform');
    expect(kept({ terraform: fits, cdk: not })).not.toHaveProperty('cdk');
  });
});

test('a section that was not asked for is another one than that which could not be read', () => {
  const section = { accountId, section: 'roles' } as const;
  const unasked = { ...section, unasked: true } as const;
  expect(compareReadings([unasked], [section])).toBe('richer');
  expect(compareReadings([section], [unasked])).toBe('richer');
  expect(compareReadings([section], [section])).toBe('comparable');
  expect(compareReadings([unasked], [unasked])).toBe('comparable');
});

test('of an explained finding whose cause is not known to be there another cause is named', () => {
  const before = aKnown({ status: 'explained', explainedBy: 'old' });
  const causes = { explainedBy: [{ id: 'new', ruleId: 'webhook-missing' }] } as const;
  expect(whenAbsent(before, causes, aRun(2))).toMatchObject({
    ...{ kind: 'explained', summary: 'explained by webhook-missing' },
    after: { status: 'explained', explainedBy: 'new', version: 2, changedAt: aRun(2).at, runId: 'run-2' },
  });
  expect(whenAbsent(before, causes, aRun(2), id => id === 'old')).toBeUndefined();
});
