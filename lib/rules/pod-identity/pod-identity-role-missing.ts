import { type AssociationSubject, type Facts, rolesToOffer } from '../../facts.ts';
import { updateAssociation } from '../../fixes/eks-steps.ts';
import { type FixDraft, roleNameOf, type Undecided } from '../../model.ts';
import { near } from '../../text.ts';
import { withAlternatives } from '../access/alternatives.ts';
import { roleByArn } from '../access/role-by-arn.ts';
import { defineRule, eksGuide, type Failure, failOrPass, failures, unknownFor } from '../prelude.ts';
import { trustOf } from './support/association-trust.ts';
import { accountOfAssociation, associationEvidence, undescribed } from './support/association-view.ts';

const fail = failures({
  role: [
    'role does not exist',
    'the Pod Identity association of {serviceAccount} names role {role}, which does not exist',
  ],
  target: [
    'target does not exist',
    'the Pod Identity association of {serviceAccount} names target role {role}, which does not exist',
  ],
});

/** An association keeps the ARN of a role that was deleted (docs/facts.md §H.2). */
export const podIdentityRoleMissing = defineRule({
  id: 'pod-identity-role-missing',
  kind: 'association',
  impact: 'breaks',
  severity: 'high',
  shownAt: 'role-arn-format',
  title: 'The roles of Pod Identity associations exist',
  fault: 'The role of a Pod Identity association does not exist',
  says: fail.says,
  needs: ['roles'],
  why: 'The pods of the service account get no credentials: there is nothing to assume.',
  fix: 'Name a role that exists in the association, or create the role again.',
  references: [eksGuide('pod-id-association'), 'docs/facts.md §H.2'],
  check: (subject, facts) => {
    const { roleArn, targetRoleArn } = subject.association;
    if (roleArn === undefined) return unknownFor(undescribed(subject));
    const failures: Failure[] = [];
    let missing: Undecided | undefined;
    for (const [which, arn] of [['role', roleArn] as const, ['target', targetRoleArn] as const]) {
      if (arn === undefined) continue;
      const found = roleByArn(arn, facts);
      if (found === 'absent') failures.push(failureOf(subject, which, arn, facts));
      else if ('missing' in found) missing ??= found;
    }
    return failOrPass(failures, missing);
  },
});

const failureOf = (subject: AssociationSubject, which: 'role' | 'target', arn: string, facts: Facts): Failure => {
  const role = roleNameOf(arn);
  const roles = rolesToOffer(facts.snapshot).map(one => one.arn);
  // An account has no two roles of one name, whatever their paths.
  const actual = roles.find(one => roleNameOf(one) === role);
  const trusting = which === 'target' ? [] : near(arn, roles).filter(one => isTrusting(subject, one, facts));
  return fail[which]({ serviceAccount: accountOfAssociation(subject), role })
    .discriminator(which)
    .pieces(associationEvidence(subject, arn))
    .evidence('role', 'iam:ListRoles', '(none)', arn)
    .place({ roleArn: arn })
    .fix(
      withAlternatives(
        actual === undefined ? undecided : renamed(subject, which, arn, actual),
        trusting.map(one => renamed(subject, which, arn, one)),
      ),
    );
};

/** True for a role that the service assumes for this association already: with another one the pods get no credentials. */
const isTrusting = (subject: AssociationSubject, arn: string, facts: Facts): boolean => {
  const role = roleByArn(arn, facts);
  return role !== 'absent' && !('missing' in role) && trustOf(subject, role, facts).status === 'trusts';
};

const undecided: FixDraft = {
  summary: 'Create the role again, name another role in the association, or delete the association.',
  choice: 'Which role the service account is to have.',
};

const renamed = (
  { cluster, association }: AssociationSubject,
  which: 'role' | 'target',
  from: string,
  to: string,
): FixDraft => ({
  summary: `Name role ${roleNameOf(to)} in the association, if that is the role.`,
  steps: [updateAssociation(cluster, association.id, { [fieldOf[which]]: from }, { [fieldOf[which]]: to })],
  choice: `Whether ${to} is the role.`,
});

const fieldOf = { role: 'roleArn', target: 'targetRoleArn' } as const;
