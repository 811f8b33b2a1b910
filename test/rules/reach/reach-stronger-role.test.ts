import { expect, test } from '@jest/globals';
import type { RoleLevel } from '../../../lib/model/role-level.ts';
import { reachStrongerRole } from '../../../lib/rules/reach/reach-stronger-role.ts';
import type { Bound } from '../../support/reach-world.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import { administrator, changesData, readsData, worldOf } from './worlds.ts';

const told = (bound: readonly Bound[], level: RoleLevel, own?: RoleLevel) =>
  evaluate(worldOf(bound, level, own), { rules: [reachStrongerRole] }).findings.map(({ severity, data }) => [
    severity,
    data.who,
    data.own,
  ]);
const exec: Bound[] = [{ who: 'sa:ci/runner', in: 'checkout', rules: ['create pods/exec'] }];

test.each<[string, readonly Bound[], RoleLevel, RoleLevel | undefined, unknown]>([
  ['no role of its own', exec, changesData, undefined, [['medium', 'service account ci/runner', 'has no role']]],
  [
    'a weaker one',
    exec,
    changesData,
    readsData,
    [['medium', 'service account ci/runner', 'has a role that reads data']],
  ],
  ['one as strong', exec, changesData, changesData, []],
  ['a stronger one', exec, changesData, administrator, []],
  ['one that is not known', exec, changesData, { level: 'unknown', because: 'denied', isAsked: true }, []],
  ['the other reads data alone', exec, readsData, undefined, []],
  ['an administrator is told by its own rule', exec, administrator, undefined, []],
  ['people are none', [{ who: 'group:devs', in: 'checkout', rules: ['create pods'] }], changesData, undefined, []],
  ['no way', [{ who: 'sa:ci/runner', in: 'checkout', rules: ['get pods'] }], changesData, undefined, []],
])('%s', (_title, bound, level, own, wanted) => {
  expect(told(bound, level, own)).toEqual(wanted);
});
