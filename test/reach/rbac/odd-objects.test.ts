/** Questions over odd but real objects, each answered by hand (Kubernetes, "Using RBAC Authorization"; pkg/apis/rbac/v1,
 *  evaluation_helpers.go): test/fixtures/rbac/questions.txt. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import type { LabelSelector } from '../../../lib/model/label-selector.ts';
import type { RbacBinding, RbacObjects, RbacRole, RbacRule, RbacSubject } from '../../../lib/model/rbac.ts';
import type { RbacQuestion } from '../../../lib/reach/rbac/decide.ts';
import { rbacOf } from '../../../lib/reach/rbac/grants.ts';
import { mayDo, type RbacUser, serviceAccountUser } from '../../support/rbac-user.ts';

const rule = (verbs: string, apiGroups: string, resources: string, names = ''): RbacRule => ({
  verbs: verbs.split(','),
  apiGroups: apiGroups === 'none' ? [] : apiGroups.split(',').map(group => (group === 'core' ? '' : group)),
  resources: resources.split(','),
  resourceNames: names === '' ? [] : names.split(','),
  nonResourceURLs: [],
});
const paths = (verbs: string, urls: string): RbacRule => ({
  verbs: verbs.split(','),
  apiGroups: [],
  resources: [],
  resourceNames: [],
  nonResourceURLs: urls.split(','),
});
const aggregated = (name: string, aggregation: readonly LabelSelector[], labels = {}): RbacRole => ({
  name,
  labels,
  aggregation,
  // The controller has not run since: what is written is not in force.
  rules: [rule('delete', 'core', 'pods')],
});
const selector = (over: Partial<LabelSelector>): LabelSelector => ({ matchLabels: {}, matchExpressions: [], ...over });
const expression = (key: string, operator: string, values: readonly string[] = []): LabelSelector =>
  selector({ matchExpressions: [{ key, operator, values }] });
const rbacGroup = 'rbac.authorization.k8s.io';

const clusterRoles: readonly RbacRole[] = [
  { name: 'nothing', rules: [] },
  { name: 'pods-get', rules: [rule('get', 'core', 'pods')] },
  { name: 'everything', rules: [rule('*', '*', '*')] },
  { name: 'paths', rules: [paths('get', '/metrics,/healthz/*')] },
  { name: 'all-paths', rules: [paths('*', '*')] },
  { name: 'pods-star', rules: [rule('get', 'core', 'pods/*')] },
  { name: 'star-exec', rules: [rule('create', 'core', '*/exec')] },
  { name: 'star-star', rules: [rule('get', '*', '*/*')] },
  { name: 'star-pods', rules: [rule('get', '*', '*/pods')] },
  { name: 'core-star', rules: [rule('get', 'core', '*')] },
  { name: 'any-group', rules: [rule('patch', '*', 'deployments')] },
  { name: 'no-group', rules: [rule('get', 'none', 'pods')] },
  { name: 'crossed', rules: [rule('get', 'core,apps', 'pods,deployments')] },
  { name: 'named-get', rules: [rule('get,list', 'core', 'secrets', 'db')] },
  { name: 'named-create', rules: [rule('create,deletecollection', 'core', 'configmaps', 'app')] },
  { name: 'named-sub', rules: [rule('create', 'core', 'pods/exec', 'cart-0')] },
  { name: 'named-token', rules: [rule('create', 'core', 'serviceaccounts/token', 'runner')] },
  { name: 'raise', rules: [rule('escalate,patch', rbacGroup, 'clusterroles', 'mine')] },
  { name: 'binder', rules: [rule('bind', rbacGroup, 'clusterroles', 'edit')] },
  { name: 'upper', rules: [rule('Get', 'core', 'pods'), rule('get', 'core', 'Pods')] },
  { name: 'act-as', rules: [rule('impersonate', 'core', 'users', 'bob')] },
  { name: 'part-a', labels: { tier: 'a' }, rules: [rule('get', 'core', 'pods')] },
  { name: 'part-b', labels: { tier: 'b', extra: '1' }, rules: [rule('list', 'core', 'secrets')] },
  { name: 'part-c', labels: { tier: 'c' }, rules: [rule('create', 'core', 'pods')] },
  aggregated('agg-in', [expression('tier', 'In', ['a', 'b'])], { kind: 'agg' }),
  aggregated('agg-exists', [expression('extra', 'Exists')]),
  aggregated('agg-not-in', [
    selector({
      matchExpressions: [
        { key: 'tier', operator: 'NotIn', values: ['c'] },
        { key: 'tier', operator: 'Exists', values: [] },
      ],
    }),
  ]),
  aggregated('agg-two', [selector({ matchLabels: { tier: 'a' } }), selector({ matchLabels: { tier: 'c' } })]),
  aggregated('agg-both', [
    selector({ matchLabels: { extra: '1' }, matchExpressions: [{ key: 'tier', operator: 'In', values: ['b', 'c'] }] }),
  ]),
  aggregated('agg-over', [selector({ matchLabels: { kind: 'agg' } })]),
  aggregated('agg-none', []),
];
const roles: readonly RbacRole[] = [
  { namespace: 'shop', name: 'local', rules: [rule('create', 'core', 'pods')] },
  { namespace: 'shop', name: 'cluster-wide', rules: [rule('get', 'core', 'nodes')] },
];

const subjectOf = (text: string): RbacSubject => {
  const [kind = '', ...rest] = text.split(':');
  const name = rest.join(':');
  if (kind === 'g') return { kind: 'Group', name };
  if (kind === 'u') return { kind: 'User', name };
  const [first = '', second] = name.split('/');
  return { kind: 'ServiceAccount', ...(second === undefined ? { name: first } : { namespace: first, name: second }) };
};

const bindingOf = (text: string, at: number): RbacBinding => {
  const [, kind, role = '', subject = '', namespace] = /^(Role:)?([^>]+)>([^@]+)(?:@(.+))?$/.exec(text.trim()) ?? [];
  return {
    name: `b-${at}`,
    ...(namespace === undefined ? {} : { namespace }),
    role: { kind: kind === undefined ? 'ClusterRole' : 'Role', name: role },
    subjects: [subjectOf(subject)],
  };
};

const userOf = (text: string): RbacUser => {
  if (text === 'anonymous') return { name: 'system:anonymous', groups: ['system:unauthenticated'] };
  const [namespace = '', account = ''] = text.slice('sa:'.length).split('/');
  if (text.startsWith('sa:')) return serviceAccountUser(namespace, account);
  const [name = '', groups = ''] = text.split('+');
  return { name, groups: [...groups.split(',').filter(one => one !== ''), 'system:authenticated'] };
};

const questionOf = (text: string): RbacQuestion => {
  const [verb = '', target = '', namespace = '-', name = ''] = text.split(' ');
  if (target.startsWith('/')) return { verb, path: target };
  const [, apiGroup = '', resource = '', subresource = ''] = /^(?:([^|]*)\|)?([^/]+)(?:\/(.+))?$/.exec(target) ?? [];
  return { verb, apiGroup, resource, subresource, namespace: namespace === '-' ? '' : namespace, name };
};

const objectsOf = (bindings: readonly RbacBinding[]): RbacObjects => ({
  roles: complete(roles),
  clusterRoles: complete(clusterRoles),
  roleBindings: complete(bindings.filter(({ namespace }) => namespace !== undefined)),
  clusterRoleBindings: complete(bindings.filter(({ namespace }) => namespace === undefined)),
});

const rows = readFileSync('test/fixtures/rbac/questions.txt', 'utf8')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('#'))
  .map(line => line.split(' | ') as [string, string, string, string]);

test('the table has more than a hundred questions, no two the same', () => {
  expect(rows.length).toBeGreaterThan(100);
  expect(new Set(rows.map(row => row.join())).size).toBe(rows.length);
});

test.each(rows)('%s: %s, %s: %s', (bindings, who, question, answer) => {
  const rbac = rbacOf(objectsOf(bindings.split('&').map(bindingOf)));
  expect(mayDo(rbac, userOf(who.trim()), questionOf(question.trim()))).toBe(answer === 'yes');
});
