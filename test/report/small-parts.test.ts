import { expect, test } from '@jest/globals';
import { complete, notAskedFor, unavailable } from '../../lib/model/collected.ts';
import type { RoleLevel } from '../../lib/model/role-level.ts';
import { addClusterCounts, totalOf } from '../../lib/report/cluster-counts.ts';
import { affectedBy, findingUrl, shortCommand } from '../../lib/report/digest/pointers.ts';
import { weeklyHeadline, weeklySummary } from '../../lib/report/digest/weekly-summary.ts';
import { renderSarif } from '../../lib/report/formats/sarif.ts';
import { unreadSteps } from '../../lib/report/graph/graph-model.ts';
import { levelRowsOf } from '../../lib/report/graph/level-rows.ts';
import { kubernetesEvents } from '../../lib/report/kubernetes-events.ts';
import { causeLine, thingOf } from '../../lib/report/overview/cause-line.ts';
import { coverageLines } from '../../lib/report/overview/coverage.ts';
import { roleLines } from '../../lib/report/overview/role-lines.ts';
import { renderText } from '../../lib/report/overview/text.ts';
import { headlineSentence } from '../../lib/report/summary.ts';
import { aReadCluster } from '../support/example-cluster.ts';
import { aRole, someFacts } from '../support/example-world.ts';
import { aFinding, aReport } from './sample-report.ts';

/** Parts of reports at their limits, each by itself. */

test.each([
  ['one command', { commands: ['aws iam x'] }, 'aws iam x'],
  ['no command', { commands: [] }, undefined],
  ['two commands', { commands: ['a', 'b'] }, undefined],
  ['a choice before it', { commands: ['a'], choice: 'Which one?' }, undefined],
  ['a document', { commands: ['a\nb'] }, undefined],
  ['120 characters', { commands: ['x'.repeat(120)] }, 'x'.repeat(120)],
  ['121 characters', { commands: ['x'.repeat(121)] }, undefined],
  ['a control in it', { commands: ['a\u001b'] }, String.raw`a\u{1b}`],
])('the command of a message: %s', (_, fix, command) => {
  expect(shortCommand(aFinding({ fix: { summary: 's', ...fix } }))).toBe(command);
});

test('the message of an event has at most 1024 bytes, however few characters these are', () => {
  const about = { clusterName: 'shop', namespace: 'orders', serviceAccount: 'cart' };
  const fix = { summary: 'f', commands: [] };
  const messageOf = (message: string) =>
    kubernetesEvents(aReport({ findings: [aFinding({ ...about, message, fix })] }), 'shop')[0]?.message ?? '';
  const rest = ' Fix: f';
  expect(messageOf('x'.repeat(1024 - rest.length))).toBe(`${'x'.repeat(1024 - rest.length)}${rest}`);
  for (const long of ['x'.repeat(1025 - rest.length), '界'.repeat(400), '界'.repeat(600)]) {
    expect(Buffer.byteLength(messageOf(long))).toBeLessThanOrEqual(1024);
    expect(messageOf(long)).not.toContain(rest);
  }
});

const little: RoleLevel = { level: 'little' };
const permissions = (level: RoleLevel, isUnderControls?: true) => ({
  rolePermissions: complete({
    ...{ roles: {}, policies: {}, levels: { [aRole().arn]: level } },
    ...(isUnderControls ? { isUnderControls } : {}),
  }),
});
test('levels are upper bounds as soon as those of one account are', () => {
  const boundsOf = (...accounts: readonly Parameters<typeof someFacts>[0][]) =>
    levelRowsOf(accounts.map(someFacts))?.areUpperBounds ?? false;
  const [under, open] = [permissions(little, true), permissions(little)];
  expect([boundsOf(under), boundsOf(open), boundsOf(under, open), boundsOf(under, under)]).toEqual([
    ...[false, true, true, false],
  ]);
  expect([boundsOf(under, {}), levelRowsOf([someFacts({})])]).toEqual([false, undefined]);
  expect(levelRowsOf([someFacts({ rolePermissions: notAskedFor('iam:GetRolePolicy') })])).toBeUndefined();
  const refused = unavailable<never>({ kind: 'denied', operation: 'iam:GetRolePolicy', message: 'no' });
  expect(levelRowsOf([someFacts({ rolePermissions: refused })])).toEqual({ levels: [], areUpperBounds: true });
});

test('counts of a cluster are added severity by severity, the worst cluster first', () => {
  const open = (critical: number, info: number) => ({ critical, high: 2, medium: 3, low: 4, info });
  const [a, b] = ['arn:a', 'arn:b'];
  const sums = addClusterCounts([
    { clusterArn: a, open: open(0, 5) },
    { clusterArn: b, open: open(1, 1) },
    { clusterArn: a, open: open(0, 7) },
    { open: open(0, 0) },
  ]);
  expect(sums).toEqual([
    { clusterArn: b, open: open(1, 1) },
    { clusterArn: a, open: { critical: 0, high: 4, medium: 6, low: 8, info: 12 } },
    { open: open(0, 0) },
  ]);
  expect(sums.map(one => totalOf(one.open))).toEqual([11, 30, 9]);
});

test('a step of which one part was not asked for and another could not be read could not be read', () => {
  const denied = unavailable<never>({ kind: 'denied', operation: 'list pods', message: 'no' });
  const stepOf = (over: Parameters<typeof aReadCluster>[0]) => {
    const { snapshot, issuers } = someFacts({});
    return unreadSteps(snapshot, aReadCluster(over), issuers)['webhook-injection'];
  };
  const asked = notAskedFor<never>('list them');
  expect([
    stepOf({}),
    stepOf({ serviceAccounts: asked }),
    stepOf({ pods: denied }),
    stepOf({ serviceAccounts: asked, pods: denied }),
    stepOf({ serviceAccounts: denied, pods: asked }),
  ]).toEqual([undefined, 'not-asked-for', 'unread', 'unread', 'unread']);
});

test.each([
  [6, 'a0, a1, a2, a3, a4, a5'],
  [7, 'a0, a1, a2, a3, a4, a5 and 1 more'],
])('of %i who can assume a role %s are told', (count, told) => {
  const who = Array.from({ length: count }, (_, at) => `a${at}`);
  const answer = {
    ...{ question: { namespace: 'checkout' }, unknown: 0, missing: [], areUpperBounds: false },
    roles: [{ roleArn: aRole().arn, says: 'may do little', who, maybe: [] }],
  };
  expect(roleLines(answer as never, { colour: false, width: 200 })).toContain(`    assumed by ${told}`);
});

test('a cause stands on one line as long as it has room', () => {
  const finding = aFinding({ namespace: 'orders', serviceAccount: 'refund', brief: 'any subject', explains: [] });
  const linesOf = (width: number) =>
    causeLine(finding, { id: '1234', cluster: 'shop', heading: 'severity' }, { colour: false, width });
  const whole = '  1234  shop  orders/refund → checkout-cart: any subject';
  expect(linesOf(whole.length)).toEqual([whole]);
  expect(linesOf(whole.length - 1)).toEqual(['  1234  shop  orders/refund → checkout-cart:', '        any subject']);
});

test('a role whose ARN has no name is called by the ARN', () => {
  const { namespace: _n, serviceAccount: _s, ...one } = aFinding({ roleArn: 'arn:aws:iam::111122223333:role/' });
  expect(thingOf(one)).toBe('role arn:aws:iam::111122223333:role/');
});

test('SARIF: a run with gaps is no success, and what was not asked for is a note beside the warnings', () => {
  const gap = { accountId: '111122223333', section: 'roles', reason: { kind: 'denied', operation: 'o', message: 'm' } };
  const undecided = ['*', aRole().arn].map(subject => ({ ruleId: 'role-unused', subject, missing: 'roles' }));
  const runOf = (over: object) => JSON.parse(renderSarif(aReport(over as never))).runs[0].invocations[0];
  expect(runOf({}).executionSuccessful).toBe(true);
  const { executionSuccessful, toolExecutionNotifications } = runOf({ gaps: [gap], undecided });
  expect(executionSuccessful).toBe(false);
  expect(toolExecutionNotifications.map(({ level }: { readonly level: string }) => level)).toEqual([
    ...['error', 'note', 'warning'],
  ]);
});

test.each([
  ['undecided', { undecided: [{ ruleId: 'role-unused', subject: aRole().arn, missing: 'roles' }] }, '1;33'],
  ['clean', {}, '1;32'],
])('the verdict of a report that is %s has its colour', (_, over, code) => {
  const text = renderText(aReport(over as never), { colour: true, width: 100 });
  const sentence = headlineSentence(aReport(over as never));
  expect(text).toContain(`\u001b[${code}m${sentence}\u001b[0m`);
});

test.each([
  ['https://reports.example/run.html', 'https://reports.example/run.html#finding=f1'],
  ['https://reports.example/a/run.html?v=1#top', 'https://reports.example/a/run.html?v=1#finding=f1'],
  ['http://reports.example/run.html', undefined],
  ['https://console.example/object/run.html/', undefined],
  ['https://console.example/object?key=run.html', undefined],
  ['run.html', undefined],
  [undefined, undefined],
])('the page %s at a finding is %s', (report, url) => expect(findingUrl(report, 'f1')).toBe(url));

test.each([
  ['arn:aws:iam::111122223333:role/a/../b/./c', 'aws/iam/111122223333/role/a/b/c'],
  ['https://oidc.example.com//id/A B', 'aws/oidc.example.com/id/A%20B'],
  ['arn:aws:eks:eu-west-1:111122223333:cluster/shop/pod/a/Deployment/b/c', undefined],
])('SARIF: the place of %s is a relative address', (subject, uri) => {
  const { results } = JSON.parse(renderSarif(aReport({ findings: [aFinding({ subject })] }))).runs[0];
  expect(results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(
    uri ?? 'aws/eks/eu-west-1/111122223333/cluster/shop/pod/a/Deployment/b/c',
  );
});

const named = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `region-${at}`);
const linesOf = (over: object): string =>
  coverageLines(aReport(over as never), undefined, { colour: false, width: 300 }).join('\n');

test.each([
  [0, 0, undefined],
  [1, 0, 'Not checked  clusters: none in region-0 (add --region REGION or --all-regions)'],
  [3, 0, 'Not checked  clusters: none in region-0, region-1, region-2 (add --region REGION or --all-regions)'],
  [4, 0, undefined],
  [3, 1, undefined],
])('of %i regions with %i clusters', (regions, clusters, told) => {
  const { counts } = aReport();
  const text = linesOf({
    accounts: [{ accountId: '111122223333', regions: named(regions) }],
    counts: { ...counts, clusters },
  });
  if (told === undefined) expect(text).not.toContain('clusters: none');
  else expect(text).toContain(told);
});

test('that there is no cluster is told beside other gaps, and not where clusters could not be read', () => {
  const { counts } = aReport();
  const toldWith = (section: string): boolean =>
    linesOf({
      accounts: [{ accountId: '111122223333', regions: ['eu-west-1'] }],
      counts: { ...counts, clusters: 0 },
      gaps: [{ accountId: '111122223333', section, reason: { kind: 'denied', operation: 'o', message: 'm' } }],
    }).includes('clusters: none in eu-west-1');
  expect([toldWith('roles'), toldWith('clusters')]).toEqual([true, false]);
});

const gapsIn = (names: readonly string[], message = (at: number): string => `host-${at}.example: no`) =>
  names.map((clusterName, at) => ({
    ...{ accountId: '111122223333', region: 'eu-west-1', clusterName, section: 'pods' },
    reason: { kind: 'unreachable', operation: 'list pods', message: message(at) },
  }));

test.each([
  [['a', 'b', 'c'], ' of a, b, c: list pods unreachable: host-0.example: no (3 times)'],
  [['a', 'b', 'c', 'd'], ' of a, b, c and 1 more: list pods unreachable: host-0.example: no (4 times)'],
])('gaps of one cause in the clusters %j are one line', (names, told) => {
  const lines = linesOf({ gaps: gapsIn(names) }).match(/^Not read.*/gm);
  expect(lines).toEqual([expect.stringContaining(`Inside ${names.length} clusters `), expect.stringContaining(told)]);
});

test('gaps of several causes are a line each', () => {
  const gaps = gapsIn(['a', 'b'], at => (at === 0 ? 'no answer' : 'refused'));
  expect(linesOf({ gaps }).match(/^Not read {5}pods/gm)).toHaveLength(2);
});

const roleArn = 'arn:aws:iam::111122223333:role/cart';
const folded = (subject: string) => ({ id: subject, ruleId: 'r', subject, message: 'm' });
test.each([
  [
    'a service account with its role',
    { namespace: 'a', serviceAccount: 'b', roleArn },
    [],
    'service account a/b, role cart',
  ],
  ['a role', { roleArn }, [], 'role cart'],
  ['a cluster', { clusterName: 'shop' }, [], 'cluster shop'],
  ['a subject', {}, [], 'arn:aws:x'],
  ['what fails of the same cause, each once', { roleArn }, [roleArn, 'arn:aws:x', 'p', 'p', 'q'], 'role cart, p, q'],
  ['at most three of these', { roleArn }, ['p', 'q', 'r', 's', 't'], 'role cart, p, q, r and 2 more'],
])('affected is %s', (_, over, explains, told) => {
  const {
    namespace: _n,
    serviceAccount: _s,
    roleArn: _r,
    clusterName: _c,
    ...bare
  } = aFinding({ subject: 'arn:aws:x' });
  expect(affectedBy({ ...bare, ...over, explains: explains.map(folded) } as never)).toBe(told);
});

test.each([
  [0, /open \(1 high\)\.$/],
  [1, /open \(1 high\) among the worst; 1 more are not in this\.$/],
])('of the open findings %i are not in a weekly summary', (beyond, told) => {
  const known = { finding: aFinding({ severity: 'high' }), status: 'open', firstSeenAt: '2026-11-01T06:00:00.000Z' };
  const summary = weeklySummary({ findings: [known], beyond } as never, '2026-11-02T06:00:00.000Z');
  expect(weeklyHeadline(summary)).toMatch(told);
});
