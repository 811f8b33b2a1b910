import type { StatementSubject } from '../../facts/subjects.ts';
import type { Fix } from '../../model/finding.ts';
import {
  conditionOf,
  editStatement,
  type JsonObject,
  policyFix,
  terraformCondition,
  withCondition,
} from './policy-edit/policy-fix.ts';
import type { KeyMismatch } from './statement/key-mismatch.ts';

/** The fix of a condition key of the wrong issuer or claim: the key renamed, where it is plain what is meant, and with it
 *  every other wrong key of the statement: the command replaces the whole policy. */
export const keyFix = (
  subject: StatementSubject,
  { test, wanted, otherIssuer }: KeyMismatch,
  all: readonly KeyMismatch[],
): Fix => {
  const policy = editStatement(subject.role.trustPolicy, subject.statement.index, statement =>
    renameAll(statement, all),
  );
  const other =
    otherIssuer === undefined
      ? ''
      : ` If the role is for the cluster of ${otherIssuer}, change the Federated ARN instead.`;
  const values = test.values.map(value => value.text);
  const renames = new Map(all.map(mismatch => [mismatch.test.key.text, mismatch.wanted]));
  const keys = [...renames.keys()];
  const isPlain = [...renames.values()].every(one => one !== undefined);
  return policyFix(subject.role, policy, {
    summary: isPlain
      ? `Rename the condition ${keys.length === 1 ? 'key' : 'keys'} ${[...renames].map(([from, to]) => `${from} to ${to}`).join(' and ')}.`
      : `Rename ${keys.length === 1 ? `the condition key ${keys.join()} after one of the trusted issuers` : `the condition keys ${keys.join(' and ')}`}.`,
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

const renameAll = (statement: JsonObject, all: readonly KeyMismatch[]): JsonObject | undefined => {
  let renamed: JsonObject | undefined = statement;
  const wantedByKey = new Map(all.map(({ test, wanted }) => [test.key.text, wanted]));
  for (const [key, wanted] of wantedByKey)
    renamed = renamed === undefined || wanted === undefined ? undefined : rename(renamed, key, wanted);
  return renamed;
};

/** Undefined where the right key stands there already: two issuers in one statement need a person. */
const rename = (statement: JsonObject, from: string, to: string): JsonObject | undefined => {
  const taken = Object.values(conditionOf(statement)).some(block =>
    Object.keys(block).some(key => key !== from && key.toLowerCase() === to.toLowerCase()),
  );
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
