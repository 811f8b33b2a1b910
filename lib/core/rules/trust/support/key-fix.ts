import type { StatementSubject } from '../../../evaluate/subjects.ts';
import type { Fix } from '../../../model/finding.ts';
import type { KeyMismatch } from './key-mismatch.ts';
import {
  editStatement,
  isObject,
  type JsonObject,
  policyFix,
  terraformCondition,
  withCondition,
} from './policy-fix.ts';

/** The fix of a condition key of the wrong issuer or claim: the key renamed, where it is plain what is meant. */
export const keyFix = (subject: StatementSubject, { test, wanted, otherIssuer }: KeyMismatch): Fix => {
  const policy =
    wanted === undefined
      ? undefined
      : editStatement(subject.role.trustPolicy, subject.statement.index, statement =>
          rename(statement, test.key.text, wanted),
        );
  const other =
    otherIssuer === undefined
      ? ''
      : ` If the role is meant for the cluster of ${otherIssuer}, change the Federated ARN instead.`;
  const values = test.values.map(value => value.text);
  return policyFix(subject.role, policy, {
    summary: `Rename the condition key ${test.key.text}${wanted === undefined ? '' : ` to ${wanted}`}.`,
    ...(policy === undefined
      ? { choice: `Which issuer the test is for: give each issuer a statement of its own.${other}` }
      : other === ''
        ? {}
        : { choice: other.trim() }),
    ...(wanted === undefined
      ? {}
      : {
          terraform: terraformCondition(test.operator, wanted, values),
          cdk: `${JSON.stringify(wanted)}: ${JSON.stringify(values.length === 1 ? values[0] : values)}`,
        }),
  });
};

/** Undefined where the right key stands there already: two issuers in one statement need a person. */
const rename = (statement: JsonObject, from: string, to: string): JsonObject | undefined => {
  const taken = isObject(statement.Condition)
    ? Object.values(statement.Condition).some(
        block =>
          isObject(block) && Object.keys(block).some(key => key !== from && key.toLowerCase() === to.toLowerCase()),
      )
    : true;
  if (taken) return undefined;
  return withCondition(statement, condition =>
    Object.fromEntries(
      Object.entries(condition).map(([operator, block]) => [
        operator,
        Object.fromEntries(Object.entries(block).map(([key, values]) => [key === from ? to : key, values])),
      ]),
    ),
  );
};
