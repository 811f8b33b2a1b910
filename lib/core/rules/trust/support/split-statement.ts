import type { StatementSubject } from '../../../evaluate/subjects.ts';
import { providerHostPath } from '../../../model/arn.ts';
import { claimOf } from './condition.ts';
import { asList, editStatement, isObject, type JsonObject, withCondition } from './policy-fix.ts';

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
  let parts: readonly JsonObject[] = [];
  const edited = editStatement(subject.role.trustPolicy, subject.statement.index, statement => {
    parts = issuers.map(issuer => partFor(statement, issuer, issuers)).filter(part => part !== undefined);
    return statement;
  });
  if (!edited || parts.length !== issuers.length) return undefined;
  const all: readonly unknown[] = asList(edited.Statement);
  return {
    ...edited,
    Statement: all.flatMap((one, at): readonly unknown[] => (at === subject.statement.index ? parts : [one])),
  };
};

const partFor = (statement: JsonObject, issuer: string, issuers: readonly string[]): JsonObject | undefined => {
  const principal = statement.Principal;
  if (!isObject(principal)) return undefined;
  const federated = asList(principal.Federated).find(
    arn => typeof arn === 'string' && providerHostPath(arn) === issuer,
  );
  if (federated === undefined) return undefined;
  const others = issuers.filter(other => other !== issuer);
  const { Sid: _, ...rest } = statement;
  return withCondition({ ...rest, Principal: { Federated: federated } }, blocks =>
    Object.fromEntries(
      Object.entries(blocks).map(([operator, block]): [string, JsonObject] => [
        operator,
        Object.fromEntries(Object.entries(block).filter(([key]) => claimOf(key, others) === undefined)),
      ]),
    ),
  );
};
