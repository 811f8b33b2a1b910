import type { WebIdentityRequest } from '../../lib/policy/decide/request.ts';
import { parsePolicy } from '../../lib/policy/parse/parse-policy.ts';
import type { Policy } from '../../lib/policy/parse/policy.ts';
import { exampleIssuer } from './example-world.ts';

/** The example issuer's host and path: prefix of the token's condition keys. */
export const P = exampleIssuer.slice('https://'.length);
/** Keys of the token, and of a token of another issuer. */
export const sub = `${P}:sub`;
export const aud = `${P}:aud`;
export const otherSub = 'oidc.eks.eu-west-1.amazonaws.com/id/00000000000000000000000000000000:sub';
/** Prefix of subjects. */
export const S = 'system:serviceaccount:';

export const provider = `arn:aws:iam::111122223333:oidc-provider/${P}`;

/** The token of docs/facts.md §A.11. */
export const aRequest = (over: Partial<WebIdentityRequest> = {}): WebIdentityRequest => ({
  roleArn: 'arn:aws:iam::111122223333:role/app',
  issuer: exampleIssuer,
  subject: `${S}prod:app`,
  audience: 'sts.amazonaws.com',
  ...over,
});

/** One statement that trusts the example's provider. */
export const aStatement = (over: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  Effect: 'Allow',
  Principal: { Federated: provider },
  Action: 'sts:AssumeRoleWithWebIdentity',
  ...over,
});

/** The text of a policy with these statements. */
export const policyText = (
  statements: unknown = [aStatement()],
  over: Readonly<Record<string, unknown>> = { Version: '2012-10-17' },
): string => JSON.stringify({ ...over, Statement: statements });

/** Parses a text that must parse. */
export const mustParse = (text: string): Policy => {
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new Error(`${parsed.problem.at.line}:${parsed.problem.at.column} ${parsed.problem.message}`);
  return parsed.policy;
};

/** A policy of one Allow statement with this condition. */
export const policyWith = (condition: unknown, version: string | null = '2012-10-17'): Policy =>
  mustParse(policyText([aStatement({ Condition: condition })], version === null ? {} : { Version: version }));

/** A policy variable. */
export const variable = (name: string): string => `\${${name}}`;
