import type { RoleSubject } from '../../facts.ts';
import { providerHostPath, type Role, roleNameOf, type Severity } from '../../model.ts';
import { isWildcardPrincipal, loginIssuerOf, type Stranger } from '../../policy.ts';
import { phrase } from '../../text.ts';
import {
  defineRule,
  type Failure,
  type FailureDraft,
  failOrPass,
  failures,
  iamGuide,
  notApplicable,
  type Opens,
} from '../prelude.ts';
import { chained } from './exposure/chained.ts';
import { type StrangerByRole, strangersByRole } from './exposure/strangers-by-role.ts';
import { isJudgedForStrangers, isRead, strangersOf, unreadOwnerOf } from './exposure/strangers-of.ts';

const fail = failures({
  public: ['open to anybody at a login', '{anyone} can assume role {role}: no condition limits {key} to an owner'],
  dormant: [
    'open, provider missing',
    '{stranger} can assume role {role} as soon as the account has the provider with the audience',
  ],
  'by-role': ['open by a trusted role', '{stranger} can assume role {via}, which can assume role {role}'],
  'may-be-by-role': [
    'trusted role not proven',
    '{stranger} may be able to assume role {via}, which can assume role {role}: it cannot be proven closed, since {because}',
  ],
  guest: ['open to guests', '{stranger} can assume role {role}'],
  'may-be': [
    'logins not proven closed',
    '{stranger} may be able to assume role {role}: it cannot be proven closed, since {because}',
  ],
});

/** A provider at which anybody can have an account gives the role to all of them, unless a test names the owner. */
export const trustOpenToLogins = defineRule({
  id: 'trust-open-to-logins',
  kind: 'role',
  impact: 'exposes',
  severity: 'critical',
  articleStep: 'role-trust-policy',
  title: 'Roles are closed to logins that anybody can have',
  fault: 'Logins that anybody can have may assume the role',
  says: fail.says,
  needs: ['roles'],
  why: 'At GitHub, GitLab, Terraform Cloud, Buildkite, Google, Amazon Cognito and others anybody can have an account, and gets tokens of the same issuer. Only the part of the claim that names the owner tells one customer from another: repo:acme* also matches acme-evil, repo:*/infra:* any owner, *:ref:refs/heads/main any repository. A test of another claim, of the audience, or of what the caller chooses does not restrict them. Cognito without a test of the audience takes the guests of every identity pool, and with one those of that pool, who need no login, unless amr is tested for authenticated. A role that is trusted and that such logins can assume makes the role as open. A person (actor, user_login) is no owner: a workflow or job of any repository runs as whoever starts it; a reusable workflow is called from any repository where it is public. An issuer of one customer (CircleCI, Bitbucket, a GitHub enterprise) has that customer’s projects alone: without a test that names a project, or the customer in `trusted.owners`, the role cannot be proven closed. Nor can it at other identity providers without a test that names users, or at a SAML provider of an account outside of the zone of trust.',
  fix: 'Test the claim that names the owner with a literal owner: repo:<owner>/<repository>:*.',
  references: [
    iamGuide('id_roles_providers_oidc_secure-by-default'),
    'https://docs.github.com/en/actions/reference/security/oidc',
    'docs/facts.md §A.10c',
  ],
  check: (subject, facts) => {
    if (!subject.policy.ok || !isJudgedForStrangers(subject, facts)) return notApplicable;
    const isLogin = ({ kind }: Stranger): boolean => kind === 'login';
    // Those of everyone are trust-principal-wildcard's.
    const isTold = ({ principal, statement }: Stranger): boolean =>
      principal === '*' && isWildcardPrincipal(statement.principal);
    const found = strangersOf(subject, facts).filter(one => isLogin(one) && !isTold(one));
    const chained = strangersByRole(subject, facts).filter(isLogin);
    return failOrPass(
      [
        ...found.filter(isRead).map(one => failureOf(subject, one)),
        ...chained.filter(isRead).map(one => byRole(subject, one)),
      ],
      unreadOwnerOf([...found, ...chained]),
    );
  },
});

const nameOf = ({ isAnyone, principal, witness }: Stranger): string => {
  const host = providerHostPath(principal) ?? principal;
  const who = loginIssuerOf(host)?.anyone ?? `whoever signs in at ${host}`;
  return isAnyone && principal !== '*' ? who : (witness.split(', for example')[0] ?? who);
};

const severityOf = ({ verdict, isAnyone, isGuest, isDormant }: Stranger): Severity => {
  if (isDormant || !(isAnyone || isGuest)) return 'medium';
  return verdict === 'may-be' ? 'high' : 'critical';
};

const saidOf = (
  { verdict, isAnyone, isDormant, because = '' }: Stranger,
  names: { readonly role: string; readonly stranger: string },
  key: string,
): FailureDraft => {
  if (isDormant) return fail.dormant(names);
  if (verdict === 'may-be') return fail['may-be']({ ...names, because });
  return isAnyone ? fail.public({ anyone: names.stranger, role: names.role, key }) : fail.guest(names);
};

/** A provider that is missing opens the role to nobody yet. */
const opensTo = ({ arn }: Role, { verdict, isDormant }: Pick<Stranger, 'verdict' | 'isDormant'>): Opens => ({
  roleArns: [arn],
  how: isDormant ? 'later' : verdict === 'open' ? 'proven' : 'doubtful',
});

/** Whoever may assume a trusted role may assume the role: as bad as that. */
const byRole = ({ role }: RoleSubject, stranger: StrangerByRole): Failure => {
  const { via, verdict, isDormant, because = '', witness } = stranger;
  const names = { role: role.name, via: roleNameOf(via), stranger: nameOf(stranger) };
  const said =
    verdict === 'open' && !isDormant
      ? fail['by-role'](names)
      : fail['may-be-by-role']({ ...names, because: isDormant ? 'the provider may be created' : because });
  return chained(said.severity(severityOf(stranger)).opens(opensTo(role, stranger)), role, stranger, witness);
};

const failureOf = ({ role }: RoleSubject, stranger: Stranger): Failure => {
  const { principal, witness, at, isGuest } = stranger;
  const host = providerHostPath(principal) ?? principal;
  const isSaml = principal.includes(':saml-provider/');
  const issuer = loginIssuerOf(host);
  const ofPool = issuer === undefined && host.startsWith('cognito-identity.') ? (isGuest ? 'amr' : 'aud') : undefined;
  const key = `${host}:${issuer?.wanted ?? ofPool ?? 'sub'}`;
  const names = { role: role.name, stranger: nameOf(stranger) };
  return saidOf(stranger, names, key)
    .severity(severityOf(stranger))
    .discriminator(principal)
    .at(at)
    .opens(opensTo(role, stranger))
    .evidence(
      'Principal',
      { readFrom: `trust policy of ${role.arn}`, at },
      principal,
      isSaml
        ? phrase('a SAML provider of an account of the zone of trust')
        : isGuest
          ? phrase('a condition on {key} with authenticated', { key })
          : phrase('a condition on {key} with a literal owner', { key }),
    )
    .evidence('a login that passes', 'the set of callers that the policy allows', witness)
    .fix(
      isSaml
        ? `Remove the statement for ${principal} from the trust policy of ${role.name}.`
        : isGuest
          ? `Test ${key} for authenticated alone in the statement for ${host}, or remove the statement.`
          : `Add a condition on ${key} to the statement for ${host}, or remove the statement.`,
      isSaml
        ? 'Who signs in there: if its account is yours, add it to "trusted.accounts" in the configuration.'
        : isGuest
          ? 'Whether whoever is not signed in is meant to have the role: guests need no login.'
          : 'Who is meant to sign in there: name them in the condition.',
    );
};
