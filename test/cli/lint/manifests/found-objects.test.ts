/** Which objects of Kubernetes a file is read for: by kind and API group, alone and in a list. */
import { expect, test } from '@jest/globals';
import { isManifest, manifestPolicies } from '../../../../lib/cli/lint/manifests/found-objects.ts';
import { readYaml } from '../../../../lib/cli/lint/read-yaml.ts';

const rootOf = (value: object) => {
  const nodes = readYaml(JSON.stringify(value));
  const [root] = 'message' in nodes ? [] : nodes;
  if (root === undefined) throw new Error('no document');
  return root;
};
const document = { name: 'a.yaml', text: '', locate: () => ({ line: 1, column: 1 }) };
const pod = { spec: { serviceAccountName: 'cart', containers: [] } };
const metadata = { name: 'cart', namespace: 'shop' };
const objectOf = (apiVersion: string, kind: string) => ({
  ...{ apiVersion, kind, metadata },
  spec: { ...pod.spec, template: pod, jobTemplate: { spec: { template: pod } } },
});
/** How many objects of each sort are found. */
const found = (value: object): string => {
  const { policies, unknown, objects } = manifestPolicies(rootOf(value), document);
  const { serviceAccounts = [], workloads = [], associations = [] } = objects ?? {};
  return [policies, unknown, serviceAccounts, workloads, associations].map(({ length }) => length).join(' ');
};

test.each([
  ['v1', 'ServiceAccount', '0 0 1 0 0'],
  ['iam.cnrm.cloud.google.com/v1beta1', 'ServiceAccount', '0 0 0 0 0'],
  ['v1', 'Pod', '0 0 0 1 0'],
  ['apps/v1', 'Deployment', '0 0 0 1 0'],
  ['apps/v1', 'StatefulSet', '0 0 0 1 0'],
  ['apps/v1', 'DaemonSet', '0 0 0 1 0'],
  ['apps/v1', 'ReplicaSet', '0 0 0 1 0'],
  ['batch/v1', 'Job', '0 0 0 1 0'],
  ['batch/v1', 'CronJob', '0 0 0 1 0'],
  ['v1', 'ConfigMap', '0 0 0 0 0'],
  ['example.com/v1', 'ClusterConfig', '0 0 0 0 0'],
  ['rbac.authorization.k8s.io/v1', 'Role', '0 0 0 0 0'],
])('%s %s', (apiVersion, kind, wanted) => {
  const one = objectOf(apiVersion, kind);
  expect([isManifest(rootOf(one)), found(one)]).toEqual([true, wanted]);
  const twice = wanted.replaceAll('1', '2');
  expect(found({ apiVersion: 'v1', kind: 'List', items: [one, one] })).toBe(twice);
  expect(found({ apiVersion: 'v1', kind: `${kind}List`, items: [one, { kind: 'List', items: [one] }] })).toBe(twice);
});

test('what has no kind or no version is no manifest', () => {
  expect(
    [{ kind: 'Pod' }, { apiVersion: 'v1' }, { apiVersion: 1, kind: 'Pod' }].map(one => isManifest(rootOf(one))),
  ).toEqual([...[false, false, false]]);
});

const external = 'crossplane.io/external-name';
test.each([
  ['iam.services.k8s.aws/v1alpha1', 'assumeRolePolicyDocument', undefined],
  ['iam.aws.upbound.io/v1beta1', 'assumeRolePolicy', 'named'],
  ['iam.aws.m.upbound.io/v1beta1', 'assumeRolePolicy', 'named'],
  ['iam.aws.crossplane.io/v1beta1', 'assumeRolePolicyDocument', 'named'],
])('the name of a role of %s', (apiVersion, key, byAnnotation) => {
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  const nameOf = (annotations: object, own: object = {}) => {
    const spec = { [key]: policy, ...own, forProvider: { [key]: policy } };
    const role = { apiVersion, kind: 'Role', metadata: { name: 'object', annotations }, spec };
    return manifestPolicies(rootOf(role), document).policies.map(one => one.roleName);
  };
  const [bare] = byAnnotation === undefined ? [undefined] : ['object'];
  expect(nameOf({ other: 'x' })).toEqual([bare]);
  expect(nameOf({ other: 'x', [external]: 'named' })).toEqual([byAnnotation]);
  expect(nameOf({}, { name: 'own' })).toEqual([byAnnotation === undefined ? 'own' : 'object']);
});
