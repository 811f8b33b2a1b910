/** Objects of Kubernetes and of tools that deploy to it, as far as they bear on IRSA: service accounts, workloads, Pod
 *  Identity associations, and roles that a controller makes. */

import { isRoleKey } from '../../../facts.ts';
import { roleArnKey } from '../../../model.ts';
import { given } from '../../../text.ts';
import { type FoundPolicies, type FoundPolicy, policyOf, type UnknownPolicy } from '../found-policy.ts';
import { nestedPolicies } from '../nested-policies.ts';
import { itemsOf, jsonOfNode, memberOf, type SourceDocument, type SourceNode, stringOf } from '../source-tree.ts';
import { fluxKustomizationIn } from './kustomize.ts';
import {
  entriesOf,
  type FoundAssociation,
  type FoundObjects,
  type FoundServiceAccount,
  type FoundWorkload,
  joined,
  noObjects,
} from './objects.ts';

/** True for an object of Kubernetes, and for a configuration in its form, such as eksctl's. */
export const isManifest = (root: SourceNode): boolean =>
  stringOf(memberOf(root, 'apiVersion')) !== undefined && stringOf(memberOf(root, 'kind')) !== undefined;

/** The policies and objects in an object, each item of a list on its own. */
export const manifestPolicies = (root: SourceNode, source: SourceDocument): FoundPolicies => {
  const items = memberOf(root, 'items');
  if (/List$/.test(stringOf(memberOf(root, 'kind')) ?? '') && items) {
    const all = itemsOf(items).map(item => manifestPolicies(item, source));
    return {
      policies: all.flatMap(one => one.policies),
      unknown: all.flatMap(one => one.unknown),
      objects: joined(all.map(one => one.objects ?? noObjects)),
    };
  }
  return ofObject(root, source);
};

const ofObject = (root: SourceNode, source: SourceDocument): FoundPolicies => {
  const kind = stringOf(memberOf(root, 'kind')) ?? '';
  const group = (stringOf(memberOf(root, 'apiVersion')) ?? '').split('/', 1).join();
  const empty = { policies: [], unknown: [] };
  if (kind === 'ServiceAccount' && group === 'v1') {
    const found = serviceAccountAt(root, memberOf(root, 'metadata'), source);
    return { ...empty, objects: { ...noObjects, serviceAccounts: found ? [found] : [] } };
  }
  if (kind === 'ClusterConfig' && group === 'eksctl.io') return { ...empty, objects: objectsOfEksctl(root, source) };
  const policy = kind === 'Role' ? rolePolicyPaths.find(one => one.group.test(group)) : undefined;
  if (policy) return roleOf(root, policy, source);
  if (kind === 'Kustomization' && group === 'kustomize.toolkit.fluxcd.io') {
    const found = fluxKustomizationIn(root);
    return { ...empty, objects: { ...noObjects, kustomizations: found ? [found] : [] } };
  }
  const workload = workloadAt(root, kind, source);
  const owner = `${kind} ${stringOf(pathOf(root, ['metadata', 'name'])) ?? ''}`.trim();
  return {
    ...empty,
    policies: nestedPolicies(root, source, owner),
    objects: { ...noObjects, workloads: workload ? [workload] : [] },
  };
};

const pathOf = (node: SourceNode | undefined, path: readonly string[]): SourceNode | undefined =>
  path.reduce<SourceNode | undefined>((at, key) => memberOf(at, key), node);

const serviceAccountAt = (
  { at }: SourceNode,
  metadata: SourceNode | undefined,
  document: SourceDocument,
): FoundServiceAccount | undefined => {
  const name = stringOf(memberOf(metadata, 'name'));
  return name === undefined
    ? undefined
    : {
        document,
        at,
        name,
        ...given({ namespace: stringOf(memberOf(metadata, 'namespace')) }),
        annotations: entriesOf(memberOf(metadata, 'annotations')),
        labels: entriesOf(memberOf(metadata, 'labels')),
      };
};

/** Where the pod of a workload lies, by its kind; that of a pod is the object itself. */
const podPaths: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};

const workloadAt = (root: SourceNode, kind: string, document: SourceDocument): FoundWorkload | undefined => {
  const path = Object.hasOwn(podPaths, kind) ? podPaths[kind] : undefined;
  const pod = path && pathOf(root, path);
  const name = stringOf(pathOf(root, ['metadata', 'name']));
  if (pod === undefined || name === undefined) return undefined;
  const account = pathOf(pod, ['spec', 'serviceAccountName']) ?? pathOf(pod, ['spec', 'serviceAccount']);
  const annotations = pathOf(pod, ['metadata', 'annotations']);
  const role = annotations?.kind === 'object' ? annotations.members.find(({ key }) => isRoleKey(key)) : undefined;
  return {
    document,
    at: root.at,
    kind,
    name,
    ...given({ namespace: stringOf(pathOf(root, ['metadata', 'namespace'])), accountAt: account?.at }),
    serviceAccount: stringOf(account) ?? 'default',
    pod: jsonOfNode(pod),
    ...given({ roleOnPods: role && { key: role.key, at: role.at }, hasKeys: hasKeys(pod) || undefined }),
  };
};

const hasKeys = (pod: SourceNode): boolean =>
  itemsOf(pathOf(pod, ['spec', 'containers'])).some(container =>
    itemsOf(memberOf(container, 'env')).some(entry => stringOf(memberOf(entry, 'name')) === 'AWS_ACCESS_KEY_ID'),
  );

/** Service accounts and associations of eksctl's ClusterConfig (eksctl.io, "Config file schema", iam). */
const objectsOfEksctl = (root: SourceNode, document: SourceDocument): FoundObjects => {
  const iam = memberOf(root, 'iam');
  const serviceAccounts = itemsOf(memberOf(iam, 'serviceAccounts')).flatMap(item => {
    const found = serviceAccountAt(item, memberOf(item, 'metadata'), document);
    if (found === undefined) return [];
    const attached = memberOf(item, 'attachRoleARN');
    const value = stringOf(attached);
    const only = memberOf(item, 'roleOnly');
    const isRoleOnly = only?.kind === 'boolean' && only.text === 'true';
    const role = attached && value !== undefined ? [{ key: roleArnKey, value, at: attached.at }] : [];
    // eksctl puts a service account without a namespace into `default`.
    const inNamespace = { ...found, namespace: found.namespace ?? 'default' };
    if (role.length > 0) return [{ ...inNamespace, annotations: [...found.annotations, ...role] }];
    return [isRoleOnly ? inNamespace : { ...inNamespace, isRoleMade: true as const }];
  });
  const associations = itemsOf(memberOf(iam, 'podIdentityAssociations')).flatMap((item): FoundAssociation[] => {
    const namespace = stringOf(memberOf(item, 'namespace'));
    const serviceAccount = stringOf(memberOf(item, 'serviceAccountName'));
    return namespace === undefined || serviceAccount === undefined
      ? []
      : [
          {
            document,
            at: item.at,
            owner: `PodIdentityAssociation ${namespace}/${serviceAccount}`,
            namespace,
            serviceAccount,
            ...given({ roleArn: stringOf(memberOf(item, 'roleARN')) }),
          },
        ];
  });
  return { ...noObjects, serviceAccounts, associations };
};

/** Where controllers of AWS's APIs write the trust policy of a role, as JSON text, and its name. */
interface RolePaths {
  readonly group: RegExp;
  readonly policy: readonly string[];
  readonly names: readonly (readonly string[])[];
}

const crossplaneName = ['metadata', 'annotations', 'crossplane.io/external-name'];
const rolePolicyPaths: readonly RolePaths[] = [
  { group: /^iam\.services\.k8s\.aws$/, policy: ['spec', 'assumeRolePolicyDocument'], names: [['spec', 'name']] },
  {
    group: /^iam\.aws(?:\.m)?\.upbound\.io$/,
    policy: ['spec', 'forProvider', 'assumeRolePolicy'],
    names: [crossplaneName, ['metadata', 'name']],
  },
  {
    group: /^iam\.aws\.crossplane\.io$/,
    policy: ['spec', 'forProvider', 'assumeRolePolicyDocument'],
    names: [crossplaneName, ['metadata', 'name']],
  },
];

const roleOf = (root: SourceNode, paths: RolePaths, source: SourceDocument): FoundPolicies => {
  const owner = `Role ${stringOf(pathOf(root, ['metadata', 'name'])) ?? ''}`.trim();
  const document = pathOf(root, paths.policy);
  if (document === undefined) return { policies: [], unknown: [] };
  const found = policyOf(document, source, owner);
  const roleName = paths.names.map(path => stringOf(pathOf(root, path))).find(name => name !== undefined);
  const policies: FoundPolicy[] = found ? [{ ...found, ...given({ roleName }) }] : [];
  const unknown: UnknownPolicy[] = found
    ? []
    : [
        {
          file: source.name,
          owner,
          at: source.locate(document.at),
          why: `the trust policy is filled in later: ${(stringOf(document) ?? '').trim()}`,
        },
      ];
  return { policies, unknown };
};
