/** The features of a deployment: each key of a configuration alone, and pairs of them. */
import { expect, test } from '@jest/globals';
import { parseConfiguration } from '../../lib/config/configuration.ts';
import { featuresOf } from '../../lib/infra/features.ts';

const list = { accounts: { from: 'list', accountIds: ['111122223333'] } };
const organization = { accounts: { from: 'organization' } };
const inCluster = { inCluster: { enabled: true } };
const detailed = ['role-details', 'role-permissions'];

test.each<[object, readonly string[]]>([
  [{}, []],
  [list, ['members']],
  [organization, ['members', 'organization', 'organization-identity']],
  [{ resourceControlPolicies: true }, ['control-policies', 'organization-identity']],
  [{ ...list, resourceControlPolicies: true }, ['control-policies', 'members', 'organization-identity']],
  [{ rolePermissions: true }, detailed],
  [{ roleDetails: true }, ['role-details']],
  [{ unusedPermissions: true }, [...detailed, 'unused-permissions']],
  [
    { resourceControlPolicies: true, rolePermissions: true },
    ['control-policies', 'organization-identity', ...detailed, 'service-controls'],
  ],
  [
    { resourceControlPolicies: true, unusedPermissions: true },
    ['control-policies', 'organization-identity', ...detailed, 'service-controls', 'unused-permissions'],
  ],
  [{ resourceControlPolicies: true, roleDetails: true }, ['control-policies', 'organization-identity', 'role-details']],
  [inCluster, ['in-cluster']],
  [{ rbac: true }, []],
  [{ ...inCluster, rbac: true }, ['in-cluster', 'rbac']],
  [{ customerKey: true }, ['customer-key']],
  [{ cloudTrail: { enabled: true } }, ['cloud-trail']],
  [{ fastLane: { enabled: true } }, ['fast-lane']],
])('%j: %j', (configuration, features) => {
  const parsed = parseConfiguration(JSON.stringify({ cloudTrail: { enabled: false }, ...configuration }), 'test');
  expect([...featuresOf(parsed)].sort()).toEqual(features);
});
