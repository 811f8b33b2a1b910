import type { Facts } from '../../facts/facts.ts';
import type { RoleSubject } from '../../facts/subjects.ts';
import { parseArn, providerHostPath } from '../../model/arn.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { actionTruth, mayCover, webIdentityAction } from '../../policy/decide/action.ts';
import type { ConditionTest, Statement } from '../../policy/parse/policy.ts';
import { type OutsideCallers, outsideCallers } from '../../policy/who/outside-callers.ts';
import { phrase } from '../../text/message.ts';
import { lookUpProvider } from '../access/trust-context.ts';
import { defineRule, failOrPass, notApplicable, reasonOf } from '../define-rule.ts';
import { type Failure, failures } from '../failure.ts';
import { allowsEveryone } from './statement/caller.ts';
import { allowStatements, trustsEks } from './statement/role-trust.ts';

/** The messages of trust-open-to-accounts. */
const fail = failures({
  tested: [
    'open to every AWS account',
    'any AWS account can assume role {role}, which is for service accounts: {tests} do not restrict the caller',
  ],
  public: [
    'open to anybody at a login',
    'anybody who signs in at {principal} can assume role {role}, which is for service accounts: no condition limits {key}',
  ],
});

/** Whoever may assume a role has what was meant for its pods, by whatever statement. */
export const trustOpenToAccounts = defineRule({
  id: 'trust-open-to-accounts',
  kind: 'role',
  group: 'trust',
  impact: 'exposes',
  severity: 'critical',
  articleStep: 'role-trust-policy',
  title: 'Roles for service accounts are closed to strangers',
  says: fail.says,
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
    ...fail.tested({ role: role.name, tests: passed }).message,
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

/** The failure of a statement for a provider at which anybody can have an account. */
const loginFailure = ({ role }: RoleSubject, { principal, key, at }: PublicLogin): Failure => {
  const name = providerHostPath(principal) ?? principal;
  return {
    discriminator: principal,
    at,
    ...fail.public({ principal: name, role: role.name, key }).message,
    evidence: [
      {
        what: 'Principal',
        got: principal,
        wanted: phrase('a condition on {key}', { key }),
        readFrom: `trust policy of ${role.arn}`,
        at,
      },
    ],
    fix: {
      summary: `Add a condition on ${key} to the statement for ${name}, or remove the statement.`,
      steps: [],
      choice: 'Who is meant to sign in there: name them in the condition.',
    },
  };
};

/** Identity providers at which anybody can sign in or have an account, with the claim that tells one customer of theirs
 *  from another (docs/facts.md §A.10). */
const claims: ReadonlyMap<string, 'sub' | 'aud' | 'app_id'> = new Map([
  ['accounts.google.com', 'aud'],
  ['www.amazon.com', 'app_id'],
  ['graph.facebook.com', 'app_id'],
  ['cognito-identity.amazonaws.com', 'aud'],
  ['token.actions.githubusercontent.com', 'sub'],
  ['vstoken.actions.githubusercontent.com', 'sub'],
  ['gitlab.com', 'sub'],
  ['agent.buildkite.com', 'sub'],
  ['oidc.codefresh.io', 'sub'],
  ['app.terraform.io', 'sub'],
  ['api.pulumi.com/oidc', 'aud'],
  ['oidc.vercel.com', 'aud'],
]);

/** A federated principal by which everybody who has an account there can assume the role. */
interface PublicLogin {
  readonly principal: string;
  /** The key by which a condition would hold the others back. */
  readonly key: string;
  readonly at: SourceLocation;
}

/** The public logins of a role, each once. None where a Deny may hold strangers back, and none for a provider that the
 *  account does not have. */
const publicLogins = (subject: RoleSubject, facts: Facts): readonly PublicLogin[] => {
  const { policy } = subject;
  if (!policy.ok || policy.policy.statements.some(one => one.effect !== 'Allow' && mayCover(one))) return [];
  const found = new Map<string, PublicLogin>();
  for (const statement of allowStatements(subject))
    for (const { type, value } of statement.principal?.kind === 'typed' ? statement.principal.entries : []) {
      const key = type === 'Federated' ? openKey(value.text, statement, facts) : undefined;
      if (key !== undefined && !found.has(value.text))
        found.set(value.text, { principal: value.text, key, at: value.at });
    }
  return [...found.values()];
};

const openKey = (principal: string, statement: Statement, facts: Facts): string | undefined => {
  const host = (providerHostPath(principal) ?? principal).toLowerCase();
  const claim = claims.get(host);
  const isCovered = actionTruth(statement, webIdentityAction).certain === true;
  if (claim === undefined || !isCovered || statement.problems.length > 0) return undefined;
  if (parseArn(principal) !== undefined && lookUpProvider(principal, facts).status === 'absent') return undefined;
  return statement.conditions.every(test => isPassedByAll(test, host, claim)) ? `${host}:${claim}` : undefined;
};

/** Where the subject tells customers apart, each of them chooses the audience. */
const isPassedByAll = ({ key, operator, values }: ConditionTest, host: string, claim: string): boolean => {
  const name = key.text.toLowerCase();
  if (name === `${host}:aud` && claim === 'sub') return true;
  return name === `${host}:${claim}` && /^StringLike$/i.test(operator) && values.some(({ text }) => isEverything(text));
};

/** `*`, and what every subject of GitHub matches: `repo:*`. */
const isEverything = (pattern: string): boolean => /^(?:repo:)?[*:/]*\*$/.test(pattern);
