import type { ClusterSnapshot } from '../../../model/cluster.ts';
import { type ReadFailure, readFailuresOf } from '../../../model/collected.ts';

/** Everything inside a cluster that was asked for and refused or failed, each once. */
export const failedReads = ({ kubernetes, podIdentity }: ClusterSnapshot): readonly ReadFailure[] => {
  const inside = kubernetes.status === 'unavailable' ? [] : Object.values(kubernetes.value);
  const failed = [kubernetes, podIdentity, ...inside]
    .flatMap(readFailuresOf)
    .filter(({ kind }) => kind !== 'not-asked-for');
  return [...new Map(failed.map(unread => [keyOf(unread), unread])).values()];
};

/** What tells one failed read from another: the permission that is missing, else the operation. */
export const keyOf = ({ permission, operation }: ReadFailure): string => permission ?? operation;

/** Grants the group that the auditor's access entry names exactly the reads that it makes (docs/facts.md §F). */
export const grantReads = `kubectl apply -f - <<'YAML'
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: irsa-auditor
rules:
  - apiGroups: [""]
    resources: [serviceaccounts, pods, namespaces]
    verbs: [get, list]
  - apiGroups: [admissionregistration.k8s.io]
    resources: [mutatingwebhookconfigurations]
    resourceNames: [pod-identity-webhook]
    verbs: [get]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: irsa-auditor
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: irsa-auditor
subjects:
  - apiGroup: rbac.authorization.k8s.io
    kind: Group
    name: irsa-auditor
YAML`;
