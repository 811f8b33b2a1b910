import { expect, test } from '@jest/globals';
import { complete, valueOr } from '../../../lib/model/collected.ts';
import type { RoleLevel } from '../../../lib/model/role-level.ts';
import { reachStrongerRole } from '../../../lib/rules/reach/reach-stronger-role.ts';
import type { Bound } from '../../support/reach-world.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import { anAssociation, podIdentityStatement } from '../pod-identity/example-association.ts';
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

test.each<[string, RoleLevel, unknown]>([
  ['as strong', changesData, []],
  ['weaker', readsData, [['medium', 'service account ci/runner', 'has a role that reads data']]],
])('a role by EKS Pod Identity that is %s', (_title, own, wanted) => {
  const facts = worldOf(exec, changesData, own);
  const trustPolicy = JSON.stringify({ Version: '2012-10-17', Statement: [podIdentityStatement()] });
  const roles = valueOr(facts.snapshot.roles, []).map(role =>
    role.name === 'ci-runner' ? { ...role, trustPolicy } : role,
  );
  const association = anAssociation({
    namespace: 'ci',
    serviceAccount: 'runner',
    roleArn: roles.find(({ name }) => name === 'ci-runner')?.arn ?? '',
  });
  const regions = facts.snapshot.regions.map(({ region, clusters }) => ({
    region,
    clusters: complete(valueOr(clusters, []).map(one => ({ ...one, podIdentity: complete([association]) }))),
  }));
  const { findings } = evaluate(
    { ...facts, snapshot: { ...facts.snapshot, roles: complete(roles), regions } },
    { rules: [reachStrongerRole] },
  );
  expect(findings.map(({ severity, data }) => [severity, data.who, data.own])).toEqual(wanted);
});
