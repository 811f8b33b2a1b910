import type { AssociationSubject } from '../../facts/subjects.ts';
import { roleNameOf } from '../../model/arn.ts';
import { podIdentityService } from '../../policy/who/pod-identity.ts';
import { defineRule, failed, notApplicable, pass, unknown, unknownFor } from '../define-rule.ts';
import type { Failure } from '../failure.ts';
import { failures } from '../failure.ts';
import { associationEvidence, roleByArn, serviceAccountOf, undescribed } from './support/association-view.ts';
import { grantFix, switchTagsOn } from './support/trust-fix.ts';
import { type Refusal, trustOf } from './support/trust-of.ts';

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
  group: 'pod-identity',
  impact: 'breaks',
  severity: 'high',
  shownAt: 'role-trust-policy',
  title: 'Roles of Pod Identity associations trust EKS Pod Identity',
  says: fail.says,
  needs: ['roles'],
  docs: {
    why: 'EKS assumes the role as pods.eks.amazonaws.com, with sts:AssumeRole and sts:TagSession. A trust policy that does not allow both leaves every pod of the service account without credentials. So does a test on session tags that the association switches off.',
    fix: 'Let the role trust the service with both actions, or switch the session tags on.',
    references: ['https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html', 'docs/facts.md §H.2'],
  },
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
  const data = { role: roleNameOf(roleArn), serviceAccount: serviceAccountOf(subject), action: refusal.action };
  const told = {
    silent: () => fail.silent({ ...data, service: podIdentityService }).message,
    refuses: () => fail.refuses({ ...data, why: refusal.why }).message,
    denies: () => fail.denies(data).message,
    tagsOff: () => fail.tagsOff(data).message,
  };
  return {
    ...told[refusal.how](),
    evidence: [
      associationEvidence(subject, roleArn),
      {
        what: `trust policy of ${roleNameOf(roleArn)}`,
        got: refusal.why || `no statement for ${podIdentityService} with ${refusal.action}`,
        wanted: `${podIdentityService} with sts:AssumeRole and sts:TagSession`,
        readFrom: 'iam:ListRoles',
      },
    ],
    fix: refusal.how === 'tagsOff' ? switchTagsOn(subject) : grantFix(subject, refusal),
  };
};
