/** Whether a role lets EKS Pod Identity assume it for an association. */
import type { AssociationSubject, Facts } from '../../../facts.ts';
import type { UnknownKind } from '../../../model.ts';
import {
  decidePodIdentity,
  type PodIdentityAction,
  type PodIdentityDecision,
  type PodIdentityRequest,
  type Policy,
  trustPolicyOf,
} from '../../../policy.ts';
import type { NamedRole } from '../../access/role-by-arn.ts';

/** Why a role is not assumed for an association, with what a fix needs. */
export interface Refusal {
  readonly status: 'refuses';
  readonly how: 'silent' | 'refuses' | 'denies' | 'tagsOff';
  readonly action: PodIdentityAction;
  /** Which test refuses; empty where no statement names service and action. */
  readonly why: string;
  readonly role: NamedRole;
  readonly policy: Policy;
  readonly request: PodIdentityRequest;
}

/** The decision of a role's trust policy for an association. */
type TrustOfRole =
  | { readonly status: 'trusts' }
  | { readonly status: 'unknown'; readonly kind: UnknownKind; readonly missing: string }
  | Refusal;

/** Decides both actions of an association's request by the trust policy of its role. */
export const trustOf = (subject: AssociationSubject, role: NamedRole, facts: Facts): TrustOfRole => {
  const parsed = trustPolicyOf(role);
  const about = `the trust policy of role ${role.name}`;
  if (!parsed.ok) return { status: 'unknown', kind: 'ambiguous', missing: `${about}: ${parsed.problem.message}` };
  const { policy } = parsed;
  const request = requestOf(subject, role, facts);
  const [assume, tag] = (['sts:AssumeRole', 'sts:TagSession'] as const).map(action => ({
    action,
    decision: decidePodIdentity(policy, request, action),
  })) as [Asked, Asked];
  const refused = [assume, ...(request.sessionTags ? [tag] : [])].find(({ decision }) => decision.decision === 'deny');
  if (refused !== undefined) return refusalOf(refused, { role, policy, request });
  const open = [assume, tag].find(({ decision }) => decision.decision !== 'allow');
  if (open === undefined) return { status: 'trusts' };
  const { why, kind } =
    open.decision.decision === 'unknown'
      ? open.decision
      : ({ why: 'whether a session without tags needs it is not documented', kind: 'undocumented' } as const);
  return { status: 'unknown', kind, missing: `${about} on ${open.action}: ${why}` };
};

interface Asked {
  readonly action: PodIdentityAction;
  readonly decision: PodIdentityDecision;
}

const requestOf = (
  { cluster, association }: AssociationSubject,
  role: NamedRole,
  { now }: Facts,
): PodIdentityRequest => ({
  roleArn: role.arn,
  clusterArn: cluster.arn,
  clusterName: cluster.name,
  accountId: cluster.accountId,
  namespace: association.namespace,
  serviceAccount: association.serviceAccount,
  sessionTags: association.sessionTags !== false,
  ...(role.detail?.status === 'complete' ? { roleTags: role.detail.value.tags } : {}),
  now,
});

const refusalOf = ({ action, decision }: Asked, parts: Pick<Refusal, 'role' | 'policy' | 'request'>): Refusal => {
  const why = 'why' in decision ? decision.why : '';
  const how = 'how' in decision ? decision.how : 'silent';
  const { policy, request } = parts;
  const isByTags =
    how === 'refuses' &&
    !request.sessionTags &&
    decidePodIdentity(policy, { ...request, sessionTags: true }, action).decision === 'allow';
  return { status: 'refuses', how: isByTags ? 'tagsOff' : how, action, why, ...parts };
};
