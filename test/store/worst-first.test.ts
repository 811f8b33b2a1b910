import { expect, test } from '@jest/globals';
import { serviceAccountSubjectId } from '../../lib/facts/subject-ids.ts';
import type { FindingStatus } from '../../lib/history/transition.ts';
import type { Severity } from '../../lib/model/finding.ts';
import { passes, passesByFolded, sortLevelOf, worstFirstKey } from '../../lib/store/worst-first.ts';
import { aFinding, aKnown } from '../support/drift-builders.ts';

const keyOf = (status: FindingStatus, severity: Severity, changedAt: string): string =>
  worstFirstKey(aKnown({ status, changedAt, finding: aFinding({ severity }) }));

const inOrder = [
  keyOf('open', 'critical', '2026-11-02T06:00:00.000Z'),
  keyOf('open', 'high', '2026-11-01T06:00:00.000Z'),
  keyOf('open', 'high', '2026-11-02T06:00:00.000Z'),
  keyOf('open', 'info', '2026-11-01T06:00:00.000Z'),
  keyOf('explained', 'critical', '2026-11-01T06:00:00.000Z'),
  keyOf('resolved', 'critical', '2026-11-01T06:00:00.000Z'),
  keyOf('waived', 'critical', '2026-11-01T06:00:00.000Z'),
];

test('open comes before explained, resolved and waived, then the worst, then what changed first', () => {
  expect([...inOrder].reverse().sort()).toEqual(inOrder);
});

test('a level is the status and the severity, or the kind of what has none', () => {
  expect(inOrder.map(sortLevelOf)).toEqual([
    'open#0',
    'open#1',
    'open#1',
    'open#4',
    'open-explained#0',
    'resolved#0',
    'waived#0',
  ]);
  expect(sortLevelOf('watched#2026-11-01T06:00:00.000Z#role-trust-policy')).toBe('watched');
});

const folded = (cluster: string, namespace: string, name: string) => {
  const subject = serviceAccountSubjectId(`arn:aws:eks:eu-west-1:111122223333:cluster/${cluster}`, namespace, name);
  return { id: 'b', ruleId: 'pod-not-injected', subject, message: 'm' };
};
const cause = (status: FindingStatus = 'open') =>
  aKnown({
    status,
    finding: aFinding({
      clusterName: 'shop',
      explains: [folded('shop', 'checkout', 'cart'), folded('twin', 'pay', 'bill')],
    }),
  });

test.each<[string, Parameters<typeof passes>[0], 'itself' | 'folded' | 'none']>([
  ['its own cluster', { clusterName: 'shop' }, 'itself'],
  ['the cluster of the second that it folds', { clusterName: 'twin' }, 'folded'],
  ['a cluster of none', { clusterName: 'other' }, 'none'],
  ['the first service account', { clusterName: 'shop', namespace: 'checkout', serviceAccount: 'cart' }, 'folded'],
  ['the second service account', { clusterName: 'twin', namespace: 'pay', serviceAccount: 'bill' }, 'folded'],
  ['the second service account, in the cluster of the finding', { clusterName: 'shop', namespace: 'pay' }, 'none'],
  ['a namespace and a name of two', { namespace: 'checkout', serviceAccount: 'bill' }, 'none'],
  ['the rule of what is folded, and its cluster', { ruleId: 'pod-not-injected', clusterName: 'twin' }, 'folded'],
])('a filter finds a finding by itself or by one that it folds: %s', (_, filter, by) => {
  expect([passes(filter, cause()), passesByFolded(filter, cause())]).toEqual([by !== 'none', by === 'folded']);
  expect([passes(filter, cause('resolved')), passesByFolded(filter, cause('resolved'))]).toEqual([
    by === 'itself',
    false,
  ]);
});
