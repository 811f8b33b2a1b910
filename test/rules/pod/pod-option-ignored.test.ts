import type { Pod } from '../../../lib/model/kubernetes.ts';
import { aPod } from '../../support/example-cluster.ts';
import { bareContainer, withPods, worldOf } from '../../support/in-cluster-world.ts';
import { expirationKey, run } from './worlds.ts';

const expiring = (value: string, over: Partial<Pod> = {}) =>
  withPods(aPod({ annotations: { [expirationKey]: value }, ...over }));

run('pod-option-ignored', [
  ['too short', worldOf(expiring('60')), ['low outOfBounds']],
  ['too long', worldOf(expiring('90000')), ['low outOfBounds']],
  ['a unit', worldOf(expiring('80m')), ['low notWholeNumber']],
  ['the least', worldOf(expiring('600')), []],
  ['the most', worldOf(expiring('86400')), []],
  ['none', worldOf(withPods(aPod())), []],
  [
    'one of two',
    worldOf(
      withPods(
        aPod({ annotations: { [expirationKey]: '3600' } }),
        aPod({ name: 'b', annotations: { [expirationKey]: '1' } }),
      ),
    ),
    ['low outOfBounds'],
  ],
  ['pods without a token', worldOf(expiring('60', { containers: [bareContainer()], volumes: [] })), []],
]);
