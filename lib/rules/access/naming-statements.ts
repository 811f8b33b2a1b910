import { parseArn, roleNameOf } from '../../model.ts';
import { environmentOf, evaluateFact, mayCover, noIssuer, type Statement, trustPolicyOf } from '../../policy.ts';
import type { NamedRole } from './role-by-arn.ts';

/** The Allow statements that name a role: itself, a session of it, its account, or everyone. Undefined where the policy
 *  cannot be read, or names principals in a way that does not tell (NotPrincipal, a unique id). */
export const statementsNaming = (roleArn: string, target: NamedRole): readonly Statement[] | undefined => {
  const parsed = trustPolicyOf(target);
  const { accountId = '' } = parseArn(roleArn) ?? {};
  if (!parsed.ok) return undefined;
  const allowing = parsed.policy.statements.filter(({ effect }) => effect === 'Allow');
  if (allowing.some(({ principal, notPrincipal }) => notPrincipal !== undefined || isById(principal))) return undefined;
  const session = `:assumed-role/${roleNameOf(roleArn)}/`;
  const isNamed = (text: string): boolean =>
    [roleArn, '*', accountId].includes(text) ||
    (parseArn(text)?.accountId === accountId && (parseArn(text)?.resource === 'root' || text.includes(session)));
  return allowing.filter(
    ({ principal }) =>
      principal?.kind === 'everyone' ||
      (principal?.kind === 'typed' &&
        principal.entries.some(({ type, value }) => type === 'AWS' && isNamed(value.text))),
  );
};

/**
 * The statements of those that a call with this external id can meet: a test of `sts:ExternalId` that wants another one is certain
 * (docs/facts.md §H.2). All of them where the external id is not known. None where a Deny that tests nothing else refuses it.
 */
export const takingExternalId = (
  naming: readonly Statement[],
  target: NamedRole,
  externalId: string | undefined,
): readonly Statement[] => {
  if (externalId === undefined) return naming;
  const parsed = trustPolicyOf(target);
  if (!parsed.ok) return naming;
  const env = environmentOf({ roleArn: target.arn, issuer: noIssuer, audience: '' }, parsed.policy);
  const fact = { present: 'yes', value: externalId, because: 'the association has it' } as const;
  const truths = ({ conditions }: Statement) =>
    conditions
      .filter(({ key }) => key.text.toLowerCase() === 'sts:externalid')
      .map(test => evaluateFact(test, fact, env).truth);
  const isRefused = parsed.policy.statements.some(
    one =>
      one.effect === 'Deny' &&
      one.principal?.kind === 'everyone' &&
      mayCover(one, 'sts:AssumeRole') &&
      one.conditions.length > 0 &&
      truths(one).length === one.conditions.length &&
      truths(one).every(({ certain }) => certain === true),
  );
  return isRefused ? [] : naming.filter(one => truths(one).every(({ possible }) => possible !== false));
};

const isById = (principal: Statement['principal']): boolean =>
  principal?.kind === 'typed' && principal.entries.some(({ value }) => /^A(?:ROA|IDA)[A-Z0-9]+$/.test(value.text));

/** The Allow statements that name a role by its ARN, and no wider. Empty where the policy cannot be read. */
const statementsNamingAlone = (roleArn: string, target: NamedRole): readonly Statement[] => {
  const parsed = trustPolicyOf(target);
  if (!parsed.ok) return [];
  return parsed.policy.statements.filter(
    ({ effect, principal }) =>
      effect === 'Allow' &&
      principal?.kind === 'typed' &&
      principal.entries.some(({ type, value }) => type === 'AWS' && value.text === roleArn),
  );
};

/** True where a role allows another one, which it names by its ARN, sts:AssumeRole and not sts:TagSession: a session with tags is
 *  refused (docs/facts.md §H.2). */
export const refusesTags = (roleArn: string, second: NamedRole): boolean => {
  const isAllowed = (statements: readonly Statement[], action: string): boolean =>
    statements.some(statement => mayCover(statement, action));
  const wide = statementsNaming(roleArn, second);
  return (
    isAllowed(statementsNamingAlone(roleArn, second), 'sts:AssumeRole') &&
    wide !== undefined &&
    !isAllowed(wide, 'sts:TagSession')
  );
};
