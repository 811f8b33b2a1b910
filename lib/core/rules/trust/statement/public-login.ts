import type { Facts } from '../../../facts/facts.ts';
import { parseArn, providerHostPath } from '../../../model/arn.ts';
import { actionTruth, webIdentityAction } from '../../../trust/evaluate/action.ts';
import type { ConditionTest, Statement } from '../../../trust/policy/policy.ts';
import { lookUpProvider } from '../../access/trust-context.ts';

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

/**
 * The claim without which everybody who has an account at a federated principal can assume the role by an Allow statement;
 * undefined where some test may hold them back, and for a provider that the account does not have.
 */
export const publicClaim = (principal: string, statement: Statement, facts: Facts): string | undefined => {
  const host = (providerHostPath(principal) ?? principal).toLowerCase();
  const claim = claims.get(host);
  const isCovered = actionTruth(statement, webIdentityAction).certain === true;
  if (claim === undefined || !isCovered || statement.problems.length > 0) return undefined;
  if (parseArn(principal) !== undefined && lookUpProvider(principal, facts).status !== 'found') return undefined;
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
