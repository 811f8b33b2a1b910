/** Ways that the catalogue of pathfinding.cloud does not have (facts: Service Authorization Reference; IAM User Guide, permissions
 *  boundaries, versions of managed policies; EKS User Guide, Pod Identity). */
import { shapes } from './shapes.ts';
import type { On, Way } from './way.ts';

const alone = (id: string, on: On, actions: readonly string[]): Way => ({
  id,
  kind: 'self-escalation',
  needs: actions.map(action => ({ action: `iam:${action}`, on })),
});

/** The role makes a principal of its own choice, which is an administrator. */
export const newPrincipalWays: readonly Way[] = [
  alone('new-role-attach', [shapes.role], ['CreateRole', 'AttachRolePolicy']),
  alone('new-role-put', [shapes.role], ['CreateRole', 'PutRolePolicy']),
  alone('new-user-attach', [shapes.user], ['CreateUser', 'AttachUserPolicy', 'CreateAccessKey']),
  alone('new-user-put', [shapes.user], ['CreateUser', 'PutUserPolicy', 'CreateAccessKey']),
];

/** The role takes its own permissions boundary away, or makes it as wide as it likes. */
export const boundaryWays: readonly Way[] = [
  alone('boundary-delete', 'self', ['DeleteRolePermissionsBoundary']),
  alone('boundary-replace', 'self', ['PutRolePermissionsBoundary']),
  alone('boundary-version', 'boundary-of-self', ['CreatePolicyVersion']),
];

/** The role puts another version of a policy of its own in force. */
export const versionWay: Way = {
  ...alone('default-version', 'policy-of-self', ['SetDefaultPolicyVersion']),
  depends: 'whether another version of that policy allows more is not read',
};

/** Pods of a service account get a role by EKS Pod Identity. */
export const podIdentityWay: Way = {
  id: 'pod-identity-associate',
  kind: 'new-passrole',
  services: ['pods.eks.amazonaws.com'],
  needs: [
    { action: 'iam:PassRole', on: 'role' },
    { action: 'eks:CreatePodIdentityAssociation', on: [shapes.eksCluster] },
  ],
  depends: 'whether the cluster has the agent, and a pod of a service account without an association, is not read',
};

const associate = { action: 'eks:AssociateAccessPolicy', on: [shapes.accessEntry] } as const;
const inPods = 'its API server can be reached, and the role is one of its pods, is not read';

/** The role makes itself an administrator of a cluster, and takes the roles of its pods (EKS User Guide, "Associate access policies
 *  with access entries"): an entry has the caller's own ARN, a policy its rights. */
export const accessWays: readonly Way[] = [
  {
    id: 'eks-access-entry',
    kind: 'principal-access',
    pods: true,
    needs: [{ action: 'eks:CreateAccessEntry', on: [shapes.eksCluster] }, associate],
    depends: `whether a cluster takes access entries, ${inPods}`,
  },
  {
    id: 'eks-access-policy',
    kind: 'principal-access',
    pods: true,
    needs: [associate],
    depends: `whether the role has an access entry of a cluster, ${inPods}`,
  },
];
