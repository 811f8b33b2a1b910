import type { Facts } from '../../facts/facts.ts';
import type { StatementSubject } from '../../facts/subjects.ts';
import type { FixDraft } from '../../model/finding.ts';
import { given } from '../../text/given.ts';
import type { JsonObject } from '../../text/json-value.ts';
import { listed } from '../../text/message.ts';
import { conditionOf, withCondition } from './policy-edit/policy-json.ts';
import { terraformCondition, trustPolicyFix } from './policy-edit/trust-policy-fix.ts';
import { editForProviders } from './policy-edit/without-principal.ts';
import type { KeyMismatch } from './statement/key-mismatch.ts';
import { arnsOf, type StatementView } from './statement/statement-view.ts';

/** The fix of condition keys of the wrong issuer or claim: renamed where it is plain to what, all of the statement
 *  together, since the command replaces the whole policy. */
export const keyFix = (
  subject: StatementSubject,
  view: StatementView,
  { test, wanted, otherIssuer }: KeyMismatch,
  all: readonly KeyMismatch[],
  facts: Facts,
): FixDraft => {
  const policy = editForProviders(subject.role.trustPolicy, subject.statement.index, arnsOf(view), statement =>
    renameAll(statement, all),
  );
  const values = test.values.map(value => value.text);
  const renames = new Map(all.map(mismatch => [mismatch.test.key.text, mismatch.wanted]));
  const keys = [...renames.keys()];
  const noun = keys.length === 1 ? 'the condition key' : 'the condition keys';
  const isPlain = [...renames.values()].every(one => one !== undefined);
  const otherCluster =
    otherIssuer === undefined
      ? undefined
      : `If the role is for the cluster of ${otherIssuer}, change the Federated ARN instead.`;
  const instead = isPlain
    ? 'Name the service accounts that use the role exactly, under StringEquals with the right key.'
    : 'Which issuer the test is for: give each issuer a statement of its own.';
  return trustPolicyFix(subject, facts, policy, {
    summary: isPlain
      ? `Rename ${noun} ${listed([...renames].map(([from, to]) => `${from} to ${to}`))}.`
      : `Rename ${noun} ${listed(keys)} after one of the trusted issuers.`,
    ...given({ choice: otherCluster }),
    instead: otherCluster === undefined ? instead : `${instead} ${otherCluster}`,
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
