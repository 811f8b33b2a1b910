import { roleNameOf } from '../../model.ts';
import { mayCover } from '../../policy.ts';
import { phrase } from '../../text.ts';
import { statementsNaming, takingExternalId } from '../access/naming-statements.ts';
import { roleByArn } from '../access/role-by-arn.ts';
import { defineRule, eksGuide, failures, notApplicable, pass, unknown, unknownFor } from '../prelude.ts';
import { accountOfAssociation, associationEvidence, undescribed } from './support/association-view.ts';

const fail = failures({
  silent: [
    'target does not trust it',
    'target role {target} does not trust role {role}: pods of {serviceAccount} get no credentials by Pod Identity',
  ],
  otherExternalId: [
    'target wants other ID',
    'target role {target} refuses role {role}: EKS asks with the external ID {externalId} of the association, so that pods of {serviceAccount} get no credentials by Pod Identity',
  ],
  noTags: [
    'target refuses its tags',
    'target role {target} allows role {role} sts:AssumeRole and not sts:TagSession, with which EKS gives pods of {serviceAccount} their session tags',
  ],
});

/** EKS assumes the target role with the credentials of the first one, and hands its session tags on (docs/facts.md §H.2). */
export const podIdentityTargetNotTrusting = defineRule({
  id: 'pod-identity-target-not-trusting',
  kind: 'association',
  impact: 'breaks',
  severity: 'high',
  shownAt: 'role-trust-policy',
  title: 'Target roles of Pod Identity associations trust the first role',
  fault: 'The target role of a Pod Identity association refuses the first role',
  says: fail.says,
  needs: ['roles'],
  why: 'An association may name a second role, often of another account, which EKS assumes with the first one. Its trust policy must name the first role with sts:AssumeRole, and with sts:TagSession unless the association switches session tags off. EKS asks with the external ID of the association, which a test of sts:ExternalId must take. Only what is certain is told: other conditions of a statement that names the role are taken to hold. A target of an account that is not audited is unknown.',
  fix: 'Allow the first role both actions in the trust policy of the target, or switch the session tags off.',
  references: [eksGuide('pod-id-assign-target-role'), 'docs/facts.md §H.2'],
  check: (subject, facts) => {
    const { roleArn, targetRoleArn, externalId, sessionTags } = subject.association;
    if (roleArn === undefined) return unknownFor(undescribed(subject));
    if (targetRoleArn === undefined) return notApplicable;
    const target = roleByArn(targetRoleArn, facts);
    if (target === 'absent') return notApplicable;
    if ('missing' in target) return unknownFor(target);
    const naming = statementsNaming(roleArn, target);
    if (naming === undefined)
      return unknown('ambiguous', `which principals the trust policy of role ${target.name} has`);
    const taking = takingExternalId(naming, target, externalId);
    const allows = (action: string): boolean => taking.some(statement => mayCover(statement, action));
    const isRefused = !allows('sts:AssumeRole');
    const names = { target: target.name, role: roleNameOf(roleArn), serviceAccount: accountOfAssociation(subject) };
    if (isRefused && externalId !== undefined && naming.some(one => mayCover(one, 'sts:AssumeRole')))
      return fail
        .otherExternalId({ ...names, externalId })
        .pieces(associationEvidence(subject, targetRoleArn))
        .evidence(
          `sts:ExternalId in the trust policy of ${target.name}`,
          'iam:ListRoles',
          phrase('another one'),
          externalId,
        )
        .place({ roleArn: targetRoleArn })
        .fix(
          `Test sts:ExternalId for ${externalId} in the statement of ${target.name} that names ${names.role}.`,
          'Whether the pods are to have the target role: no command is given, since it gives access.',
        );
    if (!isRefused && (sessionTags === false || allows('sts:TagSession'))) return pass;
    return fail[isRefused ? 'silent' : 'noTags'](names)
      .pieces(associationEvidence(subject, targetRoleArn))
      .evidence(
        `trust policy of ${target.name}`,
        'iam:ListRoles',
        isRefused ? phrase('no statement for {roleArn}', { roleArn }) : 'sts:AssumeRole',
        'sts:AssumeRole, sts:TagSession',
      )
      .place({ roleArn: targetRoleArn })
      .fix(
        `Allow ${roleNameOf(roleArn)} sts:AssumeRole and sts:TagSession in the trust policy of ${target.name}.`,
        'Whether the pods are to have the target role: no command is given, since it gives access.',
      );
  },
});
