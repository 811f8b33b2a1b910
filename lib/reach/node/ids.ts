/** Ids of nodes of the reach graph. Service accounts, pods and roles have those of findings. */
import { podSubjectId, serviceAccountSubjectId } from '../../facts.ts';
import { ownerOrPod, type Pod } from '../../model.ts';
import type { ReachKind, ReachNode } from './reach-graph.ts';

const nodeOf = (
  clusterArn: string,
  kind: ReachKind,
  name: string,
  { isBuiltIn, ...more }: { readonly namespace?: string; readonly isBuiltIn?: boolean } = {},
): ReachNode => ({
  id: `${clusterArn}/reach/${kind}/${name}`,
  kind,
  name,
  clusterArn,
  ...more,
  ...(isBuiltIn && { isBuiltIn }),
});

/** A group that Kubernetes or EKS uses itself, and that is not everyone. */
const isOwnGroup = (name: string): boolean =>
  /^eks:/.test(name) ||
  (/^system:/.test(name) && !/^system:(?:serviceaccounts(?::.*)?|(?:un)?authenticated)$/.test(name));

export const groupNode = (clusterArn: string, name: string): ReachNode =>
  nodeOf(clusterArn, 'group', name, { isBuiltIn: isOwnGroup(name) });
export const userNode = (clusterArn: string, name: string): ReachNode =>
  nodeOf(clusterArn, 'user', name, { isBuiltIn: /^(?:system|eks):/.test(name) && name !== 'system:anonymous' });
export const principalNode = (clusterArn: string, arn: string, isBuiltIn: boolean): ReachNode =>
  nodeOf(clusterArn, 'principal', arn, { isBuiltIn });
export const rightsNode = (clusterArn: string, namespace: string, name: string, isBuiltIn = false): ReachNode =>
  nodeOf(clusterArn, 'rights', `${namespace}/${name}`, { namespace, isBuiltIn });
export const accountNode = (clusterArn: string, namespace: string, name: string): ReachNode => ({
  id: serviceAccountSubjectId(clusterArn, namespace, name),
  kind: 'service-account',
  name: `${namespace}/${name}`,
  clusterArn,
  namespace,
});
/** All of a kind in a namespace, or in the whole cluster where it is empty. */
export const placeNode = (
  clusterArn: string,
  kind: 'accounts' | 'running' | 'identities',
  namespace: string,
): ReachNode => nodeOf(clusterArn, kind, namespace, namespace === '' ? {} : { namespace });
export const clusterNode = (clusterArn: string): ReachNode => nodeOf(clusterArn, 'cluster', '');
export const grantedNode = (clusterArn: string, role: string, namespace: string): ReachNode =>
  nodeOf(
    clusterArn,
    'granted',
    namespace === '' ? role : `${role} in ${namespace}`,
    namespace === '' ? {} : { namespace },
  );
export const roleNode = (arn: string): ReachNode => ({ id: arn, kind: 'role', name: arn });
/** The running pods of one owner with one service account. */
export const podsNode = (clusterArn: string, pod: Pod): ReachNode => {
  const { kind, name } = ownerOrPod(pod);
  const { namespace, serviceAccount } = pod;
  return {
    id: podSubjectId(clusterArn, { namespace, ownerKind: kind, ownerName: name, serviceAccount }),
    kind: 'pods',
    name: `${kind} ${namespace}/${name}`,
    clusterArn,
    namespace,
    ...(pod.volumes.some(({ audience }) => audience !== undefined) && {
      holdsTokensOf: `${namespace}/${serviceAccount}`,
    }),
  };
};
