import type { RoleSubject } from '../../facts.ts';
import { type Role, roleNameOf, type Severity, whereDoubtful } from '../../model.ts';
import type { Stranger } from '../../policy.ts';
import { phrase } from '../../text.ts';
import {
  defineRule,
  type Failure,
  type FailureDraft,
  failOrPass,
  failures,
  iamGuide,
  notApplicable,
} from '../prelude.ts';
import { chained } from './exposure/chained.ts';
import { type StrangerByRole, strangersByRole } from './exposure/strangers-by-role.ts';
import { isJudgedForStrangers, isRead, strangersOf, unreadOwnerOf } from './exposure/strangers-of.ts';
import { allowsEveryone } from './statement/caller.ts';

const fail = failures({
  tested: ['open to every AWS account', 'any AWS account can assume role {role}, since every caller passes {tests}'],
  named: ['open to a foreign account', '{stranger} can assume role {role} and is outside of the zone of trust'],
  'by-role': ['open by a trusted role', '{stranger} can assume role {via}, which can assume role {role}'],
  'may-be-by-role': [
    'trusted role not proven',
    '{stranger} may be able to assume role {via}, which can assume role {role}: it cannot be proven closed, since {because}',
  ],
  'may-be-any': [
    'not proven closed',
    'any AWS account may be able to assume role {role}: it cannot be proven closed, since {because}',
  ],
  'may-be-named': [
    'perhaps a foreign account',
    '{stranger} may be able to assume role {role}: it cannot be proven closed, since {because}',
  ],
});

/** Whoever may assume a role has what was meant for its pods, by whatever statement. */
export const trustOpenToAccounts = defineRule({
  id: 'trust-open-to-accounts',
  kind: 'role',
  impact: 'exposes',
  severity: 'critical',
  articleStep: 'role-trust-policy',
  title: 'Roles are closed to AWS accounts outside of the zone of trust',
  fault: 'An AWS account outside of the zone of trust may assume the role',
  says: fail.says,
  needs: ['roles'],
  why: 'One statement for "AWS": "*" beside the one for service accounts gives every AWS account the permissions of the pods. A test does not help if a caller of any account can pass it: a pattern such as o-* for the organization, a role name without its account, 0.0.0.0/0, an IfExists test, a key that the caller chooses (session name, external id, tags, user agent), or the caller’s own value compared with itself. An account that is named and is neither audited nor in the configuration’s zone of trust (`trusted`) is medium, an external id or not. A role that is trusted and that strangers can assume makes the role as open. An exposure that cannot be proven closed is told too, one step milder. Whether an organization, a network or an id of a principal that the policy writes out is the own one is not known where it was not read: the check is undecided then, and never passed.',
  fix: 'Name the AWS accounts or roles that use the role, test aws:PrincipalOrgID for the exact organization, or add the account to `trusted` in the configuration.',
  references: [
    iamGuide('reference_policies_elements_principal'),
    iamGuide('reference_policies_condition-keys'),
    'docs/facts.md §F.4',
  ],
  check: (subject, facts) => {
    if (!subject.policy.ok || !isJudgedForStrangers(subject, facts)) return notApplicable;
    // Everyone, without a test of who calls, is trust-principal-wildcard's.
    const found = strangersOf(subject, facts).filter(
      ({ kind, isAnyone, principal, statement }) =>
        kind !== 'login' && !(isAnyone && principal === '*' && allowsEveryone(statement)),
    );
    const chained = strangersByRole(subject, facts).filter(({ kind }) => kind !== 'login');
    return failOrPass(
      [
        ...found.filter(isRead).map(one => failureOf(subject, one)),
        ...chained.filter(isRead).map(one => byRole(subject, one)),
      ],
      unreadOwnerOf([...found, ...chained]),
    );
  },
});

/** Whoever may assume a trusted role may assume the role: as bad as that. */
const byRole = ({ role }: RoleSubject, stranger: StrangerByRole): Failure => {
  const { via, verdict, isAnyone, principal, because = '', witness } = stranger;
  const severity = isAnyone ? 'critical' : 'medium';
  const named = principal === '*' ? witness : principal;
  const names = { role: role.name, via: roleNameOf(via), stranger: isAnyone ? 'any AWS account' : named };
  const said = verdict === 'open' ? fail['by-role'](names) : fail['may-be-by-role']({ ...names, because });
  return chained(opening(said, role, verdict, severity), role, stranger, witness);
};

const failureOf = ({ role }: RoleSubject, stranger: Stranger): Failure => {
  const { verdict, isAnyone, principal, passed, witness, at, because = '' } = stranger;
  const severity = isAnyone ? 'critical' : 'medium';
  const names = { role: role.name, stranger: principal === '*' ? witness : principal };
  const said =
    verdict === 'open'
      ? isAnyone
        ? fail.tested({ role: role.name, tests: passed })
        : fail.named(names)
      : isAnyone
        ? fail['may-be-any']({ role: role.name, because })
        : fail['may-be-named']({ ...names, because });
  return (
    opening(said, role, verdict, severity)
      // Statements change places; what they let pass does not.
      .discriminator(principal === '*' ? passed.join('; ') || witness : principal)
      .at(at)
      .evidence(
        'Principal',
        { readFrom: `trust policy of ${role.arn}`, at },
        principal,
        phrase('AWS accounts or roles of the zone of trust, or an exact organization'),
      )
      .evidence('a caller that passes', 'the set of callers that the policy allows', witness)
      .fix({
        summary: `Name in the trust policy of ${role.name} the AWS accounts or roles that can assume it, or remove the statement.`,
        choice:
          'Who else uses the role: whoever is not named can no longer assume it. If the account is yours or a partner’s, add it to "trusted" in the configuration.',
        terraform: 'principals { type = "AWS", identifiers = ["arn:aws:iam::<account>:role/<name>"] }',
        cdk: "assumedBy: new iam.ArnPrincipal('arn:aws:iam::<account>:role/<name>')",
      })
  );
};

/** A stranger who cannot be excluded is told milder than one who is proven. */
const opening = (said: FailureDraft, { arn }: Role, verdict: Stranger['verdict'], severity: Severity): FailureDraft =>
  said
    .severity(verdict === 'open' ? severity : whereDoubtful(severity))
    .opens({ roleArns: [arn], how: verdict === 'open' ? 'proven' : 'doubtful' });
