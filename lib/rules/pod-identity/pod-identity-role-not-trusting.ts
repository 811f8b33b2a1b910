import type { AssociationSubject } from '../../facts/subjects.ts';
import { roleNameOf } from '../../model/arn.ts';
import { complete } from '../../model/collected.ts';
import { podIdentityService } from '../../policy/who/pod-identity.ts';
import { defineMessages } from '../../text/message.ts';
import { defineRule, type Failure, fail, notApplicable, pass, unknown, unknownFor } from '../define-rule.ts';
import { aReadCluster } from '../example-cluster.ts';
import { someFacts } from '../example-world.ts';
import { associationEvidence, roleByArn, serviceAccountOf, undescribed } from './support/association-view.ts';
import { anAssociation, aPodIdentityRole, podIdentityStatement } from './support/example-association.ts';
import { grantFix, switchTagsOn } from './support/trust-fix.ts';
import { type Refusal, trustOf } from './support/trust-of.ts';

const message = defineMessages({
  silent: 'role {role} does not trust {service} with {action}: pods of {serviceAccount} get no credentials',
  refuses: 'role {role} refuses {action} for pods of {serviceAccount}: {why}',
  denies: 'a Deny statement of role {role} refuses {action} for pods of {serviceAccount}',
  tagsOff: 'role {role} wants session tags, which the Pod Identity association of {serviceAccount} switches off',
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
  brief: {
    silent: 'does not trust the service',
    refuses: 'a condition refuses it',
    denies: 'a Deny refuses it',
    tagsOff: 'session tags are off',
  },
  messages: message.templates,
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
    return trust.status === 'trusts' ? pass : fail(failureOf(subject, roleArn, trust));
  },
  examples: {
    pass: { title: 'the policy of the AWS documentation', facts: () => worldWith() },
    fail: {
      title: 'sts:TagSession was left out',
      facts: () => worldWith(podIdentityStatement({ Action: 'sts:AssumeRole' })),
    },
    unknown: {
      title: 'a test on the organization of the cluster, which is not read',
      facts: () =>
        worldWith(podIdentityStatement({ Condition: { StringEquals: { 'aws:SourceOrgId': 'o-abcdefghij' } } })),
    },
  },
});

const failureOf = (subject: AssociationSubject, roleArn: string, refusal: Refusal): Failure => {
  const data = { role: roleNameOf(roleArn), serviceAccount: serviceAccountOf(subject), action: refusal.action };
  const told = {
    silent: () => message('silent', { ...data, service: podIdentityService }),
    refuses: () => message('refuses', { ...data, why: refusal.why }),
    denies: () => message('denies', data),
    tagsOff: () => message('tagsOff', data),
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

const worldWith = (...statements: readonly Readonly<Record<string, unknown>>[]) =>
  someFacts({
    roles: complete([aPodIdentityRole(...statements)]),
    clusters: complete([aReadCluster({}, { podIdentity: complete([anAssociation()]) })]),
  });
