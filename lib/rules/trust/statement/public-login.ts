import type { Facts } from '../../../facts/facts.ts';
import type { RoleSubject } from '../../../facts/subjects.ts';
import { parseArn, providerHostPath } from '../../../model/arn.ts';
import type { SourceLocation } from '../../../model/source-location.ts';
import { actionTruth, mayCover, webIdentityAction } from '../../../policy/decide/action.ts';
import type { ConditionTest, Statement } from '../../../policy/parse/policy.ts';
import { lookUpProvider } from '../../access/trust-context.ts';
import { allowStatements } from './role-trust.ts';

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
export interface PublicLogin {
  readonly principal: string;
  /** The key by which a condition would hold the others back. */
  readonly key: string;
  readonly at: SourceLocation;
}

/** The public logins of a role, each once. None where a Deny may hold strangers back, and none for a provider that the
 *  account does not have. */
export const publicLogins = (subject: RoleSubject, facts: Facts): readonly PublicLogin[] => {
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
