import type { AssociationSubject } from '../../../facts/subjects.ts';
import { setTrustPolicy } from '../../../fixes/aws-steps.ts';
import { updateAssociation } from '../../../fixes/eks-steps.ts';
import type { FixDraft } from '../../../model/finding.ts';
import { trustPolicyOf } from '../../../policy/parse/trust-policy-of.ts';
import { decidePodIdentity, podIdentityActions, podIdentityService } from '../../../policy/who/pod-identity.ts';
import { isObject, jsonOf } from '../../../text/json-value.ts';
import type { Refusal } from './trust-of.ts';

/** The tags that the role's conditions ask for are given to the session. */
export const switchTagsOn = ({ cluster, association }: AssociationSubject): FixDraft => ({
  summary: 'Switch the session tags of the association on, or leave the tags out of the role’s conditions.',
  steps: [updateAssociation(cluster, association.id, ['--no-disable-session-tags'])],
  choice: 'Whether the tags were switched off because the session policy was too large (PackedPolicyTooLarge).',
});

/** Adds a statement for this association alone, where that is proven to suffice; else a person must choose. */
export const grantFix = (subject: AssociationSubject, refusal: Refusal): FixDraft => {
  const { role, request } = refusal;
  const summary = `Let role ${role.name} trust ${podIdentityService} with ${podIdentityActions.join(' and ')}`;
  // Without session tags a statement could name the account alone: it would trust every association of it.
  const edited = refusal.how === 'silent' && request.sessionTags ? withGrant(subject, refusal) : undefined;
  const after = edited === undefined ? undefined : trustPolicyOf({ trustPolicy: JSON.stringify(edited) });
  const isProven =
    after?.ok === true &&
    podIdentityActions.every(action => decidePodIdentity(after.policy, request, action).decision === 'allow');
  if (!isProven)
    return {
      summary: `${summary}, or name another role in the association.`,
      steps: [],
      choice: 'Whether the service account is to have this role: its trust policy refuses it so far.',
    };
  return {
    summary: `${summary} for this service account.`,
    steps: [setTrustPolicy(role.arn, role.trustPolicy, edited)],
    choice: 'Whether this service account is to have the role: so far only the association says so.',
  };
};

/** The policy with a statement for this association; undefined where the text is no plain policy. */
const withGrant = ({ cluster, association }: AssociationSubject, { role }: Refusal): object | undefined => {
  const policy = jsonOf(role.trustPolicy);
  if (!isObject(policy)) return undefined;
  const list: unknown = policy.Statement;
  const tests = {
    'aws:SourceAccount': cluster.accountId,
    'aws:RequestTag/eks-cluster-arn': cluster.arn,
    'aws:RequestTag/kubernetes-namespace': association.namespace,
    'aws:RequestTag/kubernetes-service-account': association.serviceAccount,
  };
  const added = {
    Effect: 'Allow',
    Principal: { Service: podIdentityService },
    Action: podIdentityActions,
    Condition: { StringEquals: tests },
  };
  return { ...policy, Statement: [...(Array.isArray(list) ? list : [list]), added] };
};
