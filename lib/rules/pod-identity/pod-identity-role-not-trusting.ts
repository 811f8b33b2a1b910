import type { AssociationSubject } from '../../facts.ts';
import { setTrustPolicy } from '../../fixes/aws-steps.ts';
import { updateAssociation } from '../../fixes/eks-steps.ts';
import { type FixDraft, roleNameOf } from '../../model.ts';
import { decidePodIdentity, podIdentityActions, podIdentityService, trustPolicyOf } from '../../policy.ts';
import { phrase } from '../../text.ts';
import { withPodIdentity } from '../access/pod-identity-grant.ts';
import { roleByArn } from '../access/role-by-arn.ts';
import {
  defineRule,
  eksGuide,
  type Failure,
  failed,
  failures,
  notApplicable,
  pass,
  unknown,
  unknownFor,
} from '../prelude.ts';
import { type Refusal, trustOf } from './support/association-trust.ts';
import { accountOfAssociation, associationEvidence, undescribed } from './support/association-view.ts';

const fail = failures({
  silent: [
    'does not trust the service',
    'role {role} does not trust {service} with {action}: pods of {serviceAccount} get no credentials',
  ],
  refuses: ['a condition refuses it', 'role {role} refuses {action} for pods of {serviceAccount}: {why}'],
  denies: ['a Deny refuses it', 'a Deny statement of role {role} refuses {action} for pods of {serviceAccount}'],
  tagsOff: [
    'session tags are off',
    'role {role} wants session tags, which the Pod Identity association of {serviceAccount} switches off',
  ],
});

/** EKS assumes the role of an association as a service, with session tags (docs/facts.md §H.2). */
export const podIdentityRoleNotTrusting = defineRule({
  id: 'pod-identity-role-not-trusting',
  kind: 'association',
  impact: 'breaks',
  severity: 'high',
  shownAt: 'role-trust-policy',
  title: 'Roles of Pod Identity associations trust EKS Pod Identity',
  fault: 'The role of a Pod Identity association does not trust EKS Pod Identity',
  says: fail.says,
  needs: ['roles'],
  why: 'EKS assumes the role as pods.eks.amazonaws.com, with sts:AssumeRole and sts:TagSession. A trust policy that does not allow both leaves every pod of the service account without credentials. So does a test on session tags that the association switches off.',
  fix: 'Let the role trust the service with both actions, or switch the session tags on.',
  references: [eksGuide('pod-id-role'), 'docs/facts.md §H.2'],
  check: (subject, facts) => {
    const { roleArn } = subject.association;
    if (roleArn === undefined) return unknownFor(undescribed(subject));
    const role = roleByArn(roleArn, facts);
    if (role === 'absent') return notApplicable;
    if ('missing' in role) return unknownFor(role);
    const trust = trustOf(subject, role, facts);
    if (trust.status === 'unknown') return unknown(trust.kind, trust.missing);
    return trust.status === 'trusts' ? pass : failed(failureOf(subject, roleArn, trust));
  },
});

const failureOf = (subject: AssociationSubject, roleArn: string, refusal: Refusal): Failure => {
  const data = { role: roleNameOf(roleArn), serviceAccount: accountOfAssociation(subject), action: refusal.action };
  const told = {
    silent: fail.silent({ ...data, service: podIdentityService }),
    refuses: fail.refuses({ ...data, why: refusal.why }),
    denies: fail.denies(data),
    tagsOff: fail.tagsOff(data),
  };
  return told[refusal.how]
    .pieces(associationEvidence(subject, roleArn))
    .evidence(
      `trust policy of ${roleNameOf(roleArn)}`,
      'iam:ListRoles',
      refusal.why ||
        (refusal.how === 'denies'
          ? phrase('a Deny statement')
          : `no statement for ${podIdentityService} with ${refusal.action}`),
      `${podIdentityService} with sts:AssumeRole and sts:TagSession`,
    )
    .fix(refusal.how === 'tagsOff' ? switchTagsOn(subject) : grantFix(subject, refusal));
};

/** The tags that the role's conditions ask for are given to the session. */
const switchTagsOn = ({ cluster, association }: AssociationSubject): FixDraft => ({
  summary: 'Switch the session tags of the association on, or leave the tags out of the role’s conditions.',
  steps: [updateAssociation(cluster, association.id, { disableSessionTags: true }, { disableSessionTags: false })],
  choice: 'Whether the tags were switched off because the session policy was too large (PackedPolicyTooLarge).',
});

/** Adds a statement for this association alone, where that is proven to suffice; else a person must choose. */
const grantFix = (subject: AssociationSubject, refusal: Refusal): FixDraft => {
  const { role, request } = refusal;
  const summary = `Let role ${role.name} trust ${podIdentityService} with ${podIdentityActions.join(' and ')}`;
  // Its statement tests the tags of the session: without them it does not suffice, and one that named the account alone would trust
  // every association of it.
  const edited =
    refusal.how === 'silent'
      ? withPodIdentity(refusal.role.trustPolicy, subject.cluster, subject.association)
      : undefined;
  const after = edited === undefined ? undefined : trustPolicyOf({ trustPolicy: JSON.stringify(edited) });
  const isProven =
    after?.ok === true &&
    podIdentityActions.every(action => decidePodIdentity(after.policy, request, action).decision === 'allow');
  if (refusal.how !== 'silent')
    return {
      summary: `${refusal.how === 'denies' ? 'Leave the session out of the Deny statement' : `Give the test the value of this session (${refusal.why})`} in the trust policy of role ${role.name}, or name another role in the association.`,
      choice:
        'Whether the service account is to have this role. One more statement without the test would trust every association of the account, and under a Deny it changes nothing.',
    };
  if (!isProven)
    return {
      summary: `${summary}, or name another role in the association.`,
      choice: 'Whether the service account is to have this role: its trust policy refuses it so far.',
    };
  return {
    summary: `${summary} for this service account.`,
    steps: [setTrustPolicy(role.arn, role.trustPolicy, edited)],
    choice: 'Whether this service account is to have the role: so far only the association says so.',
  };
};
