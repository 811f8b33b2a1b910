/** `kubectl auth can-i`: what the caller may do, by the world's `allowed`. */

import { type JsonObject, objectOf, valueAt } from '../../lib/text.ts';
import type { KubernetesWorld } from '../world/kubernetes-world.ts';
import type { Route, Wanted } from './answers.ts';
import { listAt, textAt } from './json-value.ts';

const root = '/apis/authorization.k8s.io/v1/';

/** True where the caller may do what is wanted: by the world's `allowed`, or by RBAC where it has groups. */
export const isAllowed = (world: KubernetesWorld, wanted: Wanted): boolean => {
  const { allowed, groups } = world;
  if (allowed === undefined && groups === undefined) return true;
  const { verb, resource, namespace } = wanted;
  const call = `${verb} ${resource}`;
  if ([call, `${call} in ${namespace}`].some(one => allowed?.includes(one))) return true;
  return rulesFor(world).some(rule => covers(rule, wanted));
};

/** The rules of the cluster roles that are bound to the caller's groups. */
const rulesFor = ({ groups = [], others = [] }: KubernetesWorld): readonly unknown[] => {
  const bound = others.filter(
    one =>
      textAt(one, 'kind') === 'ClusterRoleBinding' &&
      listAt(one, 'subjects').some(
        subject => textAt(subject, 'kind') === 'Group' && groups.includes(textAt(subject, 'name')),
      ),
  );
  const names = new Set(bound.map(one => textAt(one, 'roleRef', 'name')));
  return others
    .filter(one => textAt(one, 'kind') === 'ClusterRole' && names.has(textAt(one, 'metadata', 'name')))
    .flatMap(one => listAt(one, 'rules'));
};

const covers = (rule: unknown, { verb, resource, group, name }: Wanted): boolean => {
  const has = (field: string, value: string): boolean => [value, '*'].some(one => listAt(rule, field).includes(one));
  if (!has('verbs', verb)) return false;
  if (resource.startsWith('/')) return listAt(rule, 'nonResourceURLs').includes(resource);
  const names = listAt(rule, 'resourceNames');
  return has('apiGroups', group) && has('resources', resource) && (names.length === 0 || names.includes(name));
};

/** The route of a review of the caller's own rights; undefined for another path. */
export const reviewRoute = (world: KubernetesWorld, path: string, body: () => unknown): Route | undefined => {
  const [kind, review] =
    path === `${root}selfsubjectaccessreviews`
      ? ['SelfSubjectAccessReview', accessReview]
      : path === `${root}selfsubjectrulesreviews`
        ? ['SelfSubjectRulesReview', rulesReview]
        : [];
  if (kind === undefined || review === undefined) return undefined;
  const wanted: Wanted = { verb: 'create', resource: path.slice(root.length), group: 'authorization.k8s.io' };
  const answer = () => {
    const spec = objectOf(valueAt(body(), 'spec'));
    return {
      status: 201,
      body: { kind, apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec, status: review(world, spec) },
    };
  };
  return { wanted, isFree: true, answer };
};

const accessReview = (world: KubernetesWorld, spec: JsonObject): JsonObject => {
  const [of, path] = [valueAt(spec, 'resourceAttributes'), valueAt(spec, 'nonResourceAttributes')];
  const subresource = textAt(of, 'subresource');
  const resource = textAt(of, 'resource') + (subresource === '' ? '' : `/${subresource}`);
  const namespace = textAt(of, 'namespace');
  return {
    allowed: isAllowed(world, {
      verb: textAt(of ?? path, 'verb'),
      resource: of === undefined ? textAt(path, 'path') : resource,
      group: textAt(of, 'group'),
      ...(namespace === '' ? {} : { namespace }),
    }),
  };
};

const rulesReview = ({ allowed = ['* *'] }: KubernetesWorld): JsonObject => {
  const rules = allowed.map(call => call.split(' '));
  return {
    resourceRules: rules
      .filter(([, resource = '']) => !resource.startsWith('/'))
      .map(([verb, resource]) => ({ verbs: [verb], apiGroups: ['*'], resources: [resource] })),
    nonResourceRules: rules
      .filter(([, resource = '']) => resource.startsWith('/'))
      .map(([verb, path]) => ({ verbs: [verb], nonResourceURLs: [path] })),
    incomplete: false,
  };
};
