/** The effect of EKS's pod identity webhook on a pod that is created, and whether it is asked at all. */

import { isObject, type JsonObject, objectOf, valueAt } from '../../lib/text.ts';
import { injection } from '../world/kubernetes-documents.ts';
import type { KubernetesWorld } from '../world/kubernetes-world.ts';
import { ownAuthority } from '../world/kubernetes-world.ts';
import { listAt, textAt } from './json-value.ts';

/** A service account with an association of Pod Identity. */
export interface Associated {
  readonly namespace: string;
  readonly serviceAccount: string;
}

const prefix = 'eks.amazonaws.com/';

/** The pod as it is stored: with what the webhook gives it. */
export const admitted = (
  pod: JsonObject,
  world: KubernetesWorld,
  caPem: string,
  associations: readonly Associated[],
): JsonObject => {
  const namespace = textAt(pod, 'metadata', 'namespace');
  const serviceAccount = textAt(pod, 'spec', 'serviceAccountName');
  if (!world.webhooks.some(one => isAsked(one, pod, world, caPem))) return pod;
  const isAssociated = associations.some(one => one.namespace === namespace && one.serviceAccount === serviceAccount);
  if (isAssociated) return injected(pod, injection('pod-identity'), undefined);
  const account = world.serviceAccounts.find(
    one => textAt(one, 'metadata', 'name') === serviceAccount && textAt(one, 'metadata', 'namespace') === namespace,
  );
  const annotations = objectOf(valueAt(account, 'metadata', 'annotations'));
  const role = annotations[`${prefix}role-arn`];
  if (typeof role !== 'string' || role === '') return pod;
  const audience = annotations[`${prefix}audience`];
  return injected(pod, injection(role), typeof audience === 'string' ? audience : undefined);
};

const injected = (
  pod: JsonObject,
  { env, mounts, volumes }: ReturnType<typeof injection>,
  audience: string | undefined,
): JsonObject => {
  const skipped = textAt(pod, 'metadata', 'annotations', `${prefix}skip-containers`).split(',');
  const own = new Set(env.map(one => one.name));
  const containers = listAt(pod, 'spec', 'containers').map(container => {
    if (skipped.includes(textAt(container, 'name'))) return container;
    const variables = listAt(container, 'env');
    const has = variables.some(one => own.has(textAt(one, 'name')));
    return {
      ...objectOf(container),
      env: has ? variables : [...variables, ...env],
      volumeMounts: has ? listAt(container, 'volumeMounts') : [...listAt(container, 'volumeMounts'), ...mounts],
    };
  });
  const given =
    audience === undefined ? volumes : JSON.parse(JSON.stringify(volumes).replaceAll('sts.amazonaws.com', audience));
  return {
    ...pod,
    spec: { ...objectOf(pod.spec), containers, volumes: [...listAt(pod, 'spec', 'volumes'), ...given] },
  };
};

/** True where the API server asks the webhook of a configuration, and reaches it. */
const isAsked = (configuration: unknown, pod: JsonObject, world: KubernetesWorld, caPem: string): boolean =>
  textAt(configuration, 'metadata', 'name') === 'pod-identity-webhook' &&
  listAt(configuration, 'webhooks').some(entry => {
    const namespace = textAt(pod, 'metadata', 'namespace');
    const ofNamespace = world.namespaces.find(one => textAt(one, 'metadata', 'name') === namespace);
    const rules = listAt(entry, 'rules');
    const bundle = textAt(entry, 'clientConfig', 'caBundle');
    return (
      rules.some(rule => covers(rule, 'resources', 'pods') && covers(rule, 'operations', 'CREATE')) &&
      listAt(entry, 'matchConditions').length === 0 &&
      /^https:\/\/127\.0\.0\.1:23443\/mutate/.test(textAt(entry, 'clientConfig', 'url')) &&
      (bundle === ownAuthority || bundle === Buffer.from(caPem).toString('base64')) &&
      isSelected(valueAt(entry, 'namespaceSelector'), objectOf(valueAt(ofNamespace, 'metadata', 'labels'))) &&
      isSelected(valueAt(entry, 'objectSelector'), objectOf(valueAt(pod, 'metadata', 'labels')))
    );
  });

const covers = (rule: unknown, field: string, value: string): boolean => {
  const list = listAt(rule, field);
  return list.includes(value) || list.includes('*');
};

const isSelected = (selector: unknown, labels: JsonObject): boolean => {
  if (!isObject(selector)) return true;
  const { matchLabels, matchExpressions } = selector;
  return (
    Object.entries(objectOf(matchLabels)).every(([key, value]) => labels[key] === value) &&
    (Array.isArray(matchExpressions) ? matchExpressions : []).every(one => isExpressionTrue(one, labels))
  );
};

const isExpressionTrue = (expression: unknown, labels: JsonObject): boolean => {
  const [key, values] = [textAt(expression, 'key'), listAt(expression, 'values')];
  const has = Object.hasOwn(labels, key);
  switch (textAt(expression, 'operator')) {
    case 'In':
      return has && values.includes(labels[key]);
    case 'NotIn':
      return !(has && values.includes(labels[key]));
    case 'Exists':
      return has;
    default:
      return !has;
  }
};
