import type { Role } from '../../../lib/model/account.ts';
import type { ClusterSnapshot, PodIdentityAssociation } from '../../../lib/model/cluster.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { KubernetesFacts, Pod } from '../../../lib/model/kubernetes.ts';
import type { AccountSnapshot } from '../../../lib/model/snapshot.ts';
import type { AnyRule } from '../../../lib/rules/define-rule.ts';
import { podIdentityRules } from '../../../lib/rules/pod-identity/rules.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import { anAssociation } from './example-association.ts';

export const gap = (operation: string) => ({
  what: 'page 2',
  reason: { kind: 'denied', operation, message: 'no' } as const,
});

export const judge = (rule: AnyRule, inside: Partial<KubernetesFacts>, over: Partial<ClusterSnapshot> = {}) =>
  evaluate(
    someFacts({
      clusters: complete([
        aReadCluster(
          { serviceAccounts: complete([aServiceAccount({ annotations: {} })]), ...inside },
          { podIdentity: complete([anAssociation()]), ...over },
        ),
      ]),
    }),
    { rules: [rule] },
  );

export const bare = (over: Partial<Parameters<typeof aContainer>[0]> = {}) =>
  aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {}, ...over });

export const uri = 'AWS_CONTAINER_CREDENTIALS_FULL_URI';

const token = { name: 'eks-pod-identity-token', audience: 'pods.eks.amazonaws.com', path: 'eks-pod-identity-token' };

export const modern = (over: Partial<Pod> = {}): Pod =>
  aPod({ containers: [bare({ awsVariables: [uri] })], volumes: [token], ...over });

/** Without any identity, and created before `anAssociation`. */
export const older = (over: Partial<Pod> = {}): Pod =>
  aPod({ containers: [bare()], volumes: [], createdAt: '2026-01-20T08:00:00.000Z', ...over });

const roleRules = podIdentityRules.filter(({ id }) => id.startsWith('pod-identity-role-'));

/** All that the rules on the role of an association say. */
export const judgeRoles = (
  roles: AccountSnapshot['roles'],
  podIdentity: ClusterSnapshot['podIdentity'] = complete([anAssociation()]),
) => evaluate(someFacts({ roles, clusters: complete([aReadCluster({}, { podIdentity })]) }), { rules: roleRules });

/** The same, of one association with one role. */
export const ofRole = (role: Role, association: Partial<PodIdentityAssociation> = {}) =>
  judgeRoles(complete([role]), complete([anAssociation(association)]));
