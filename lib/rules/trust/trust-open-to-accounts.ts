import type { RoleSubject } from '../../facts/subjects.ts';
import { type OutsideCallers, outsideCallers } from '../../policy/who/outside-callers.ts';
import { phrase } from '../../text/message.ts';
import { defineRule, failOrPass, notApplicable, reasonOf } from '../define-rule.ts';
import type { Failure } from '../failure.ts';
import { allowsEveryone } from './statement/caller.ts';
import { publicLogins } from './statement/public-login.ts';
import { trustsEks } from './statement/role-trust.ts';
import { loginFailure, openMessage } from './trust-open-to-accounts-login.ts';

/** Whoever may assume a role has what was meant for its pods, by whatever statement. */
export const trustOpenToAccounts = defineRule({
  id: 'trust-open-to-accounts',
  kind: 'role',
  group: 'trust',
  impact: 'exposes',
  severity: 'critical',
  articleStep: 'role-trust-policy',
  title: 'Roles for service accounts are closed to strangers',
  says: openMessage.says,
  needs: ['roles'],
  docs: {
    why: 'One statement for "AWS": "*" beside the one for service accounts gives every AWS account the permissions of the pods. A test does not help if a caller of any account can pass it: a pattern such as o-* for the organization, a role name without its account, 0.0.0.0/0, an IfExists test, or a test that leaves only one organization out. A provider at which anybody can have an account (GitHub, GitLab, Google, Cognito) gives the role to all of them, unless a condition names the subject or the audience: IAM asks for that only when a policy is saved.',
    fix: 'Name the AWS accounts or roles that use the role, or test aws:PrincipalOrgID for the exact organization. For a public provider, test the claim that names your own repository or application.',
    references: [
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html',
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html',
      'docs/facts.md §A.10',
    ],
  },
  check: (subject, facts) => {
    const { policy, role } = subject;
    if (!policy.ok || !trustsEks(subject, facts)) return notApplicable;
    const tags = role.detail.status === 'complete' ? { roleTags: role.detail.value.tags } : {};
    const callers = outsideCallers(policy.policy, { roleArn: role.arn, now: facts.now, ...tags });
    // Statements without any test that names callers are trust-principal-wildcard's.
    const open = callers.filter(({ strangers, statement }) => strangers === 'yes' && !allowsEveryone(statement));
    const undecided = callers.find(({ strangers }) => strangers === 'undecided')?.undecided;
    const missing =
      undecided === undefined ? undefined : `whether any AWS account can assume ${role.name}: ${undecided}`;
    return failOrPass(
      [
        ...open.map(one => failureOf(subject, one)),
        ...publicLogins(subject, facts).map(one => loginFailure(subject, one)),
      ],
      reasonOf('undocumented', missing),
    );
  },
});

const failureOf = ({ role }: RoleSubject, { statement, passed }: OutsideCallers): Failure => {
  const at = statement.principal?.at ?? statement.at;
  return {
    // Statements change places; what they let pass does not.
    discriminator: passed.join('; '),
    at,
    ...openMessage.tested({ role: role.name, tests: passed }).message,
    evidence: [
      {
        what: 'Principal',
        got: '*',
        wanted: phrase('the AWS accounts or roles that use it, or an exact organization'),
        readFrom: `trust policy of ${role.arn}`,
        at,
      },
    ],
    fix: {
      summary: `Name in the trust policy of ${role.name} the AWS accounts or roles that can assume it, or remove the statement.`,
      steps: [],
      choice: 'Who else uses the role: whoever is not named can no longer assume it.',
      terraform: 'principals { type = "AWS", identifiers = ["arn:aws:iam::<account>:role/<name>"] }',
      cdk: "assumedBy: new iam.ArnPrincipal('arn:aws:iam::<account>:role/<name>')",
    },
  };
};
