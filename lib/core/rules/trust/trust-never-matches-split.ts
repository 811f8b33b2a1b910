import type { StatementSubject } from '../../facts/subjects.ts';
import { providerHostPath } from '../../model/arn.ts';
import { asList, type JsonObject, objectOf, replaceStatement, withCondition } from './policy-edit/policy-fix.ts';
import { claimOf } from './statement/condition.ts';

/**
 * The policy with one statement split by issuer: each provider with the tests on its own keys. Undefined unless every
 * provider then has a test on its subject: otherwise the split would open what nobody meant to open.
 */
export const splitStatement = (subject: StatementSubject, hostPaths: readonly string[]): JsonObject | undefined => {
  const issuers = [...new Set(hostPaths)];
  if (issuers.length < 2) return undefined;
  const tested = issuers.every(issuer =>
    subject.statement.conditions.some(test => claimOf(test.key.text, [issuer]) === 'sub'),
  );
  if (!tested) return undefined;
  return replaceStatement(subject.role.trustPolicy, subject.statement.index, statement => {
    const parts = issuers.flatMap(issuer => partFor(statement, issuer, issuers));
    return parts.length === issuers.length ? parts : undefined;
  });
};

/** The statement as one issuer needs it; none where no principal is written as its provider's ARN. */
const partFor = (statement: JsonObject, issuer: string, issuers: readonly string[]): readonly JsonObject[] => {
  const others = issuers.filter(other => other !== issuer);
  const { Sid: _, ...rest } = statement;
  return asList(objectOf(statement.Principal).Federated)
    .filter(arn => typeof arn === 'string' && providerHostPath(arn) === issuer)
    .slice(0, 1)
    .map(arn =>
      withCondition({ ...rest, Principal: { Federated: arn } }, blocks =>
        Object.fromEntries(
          Object.entries(blocks).map(([operator, block]): [string, JsonObject] => [
            operator,
            Object.fromEntries(Object.entries(block).filter(([key]) => claimOf(key, others) === undefined)),
          ]),
        ),
      ),
    );
};
