import type { EksPrincipal } from '../../../facts/eks-issuer.ts';
import type { Facts } from '../../../facts/facts.ts';
import type { StatementSubject } from '../../../facts/subjects.ts';
import { type AccountName, accountOfSubject } from '../../../trust/language/service-account-subject.ts';
import type { Located } from '../../../trust/policy/policy.ts';
import { setContains } from '../../../trust/sets/subject-set.ts';
import { exposuresOf } from './exposure.ts';
import { asList, editStatement, isObject, type JsonObject, oneOrMany, withCondition } from './policy-fix.ts';
import { viewOf } from './statement-view.ts';
import { subjectValues } from './subject-values.ts';

/** An exact subject that a statement lets in through a provider. */
export interface ExactSubject {
  readonly principal: EksPrincipal;
  readonly issuer: string;
  readonly account: AccountName;
  readonly value: Located;
  /** As in `Exposure`. */
  readonly lacksProvider: boolean;
}

/** The exact subjects that a statement names and lets in, each once a provider. */
export const exactSubjects = (subject: StatementSubject, facts: Facts): readonly ExactSubject[] => {
  const view = viewOf(subject, facts);
  if (!view?.allows) return [];
  const values = subjectValues(view).filter(({ operator }) => !operator.negated);
  const found = new Map<string, ExactSubject>();
  for (const { principal, issuer, set, lacksProvider } of exposuresOf(subject, facts))
    for (const { value } of values) {
      const account = accountOfSubject(value.text);
      if (account && setContains(set, value.text))
        found.set(`${principal.arn} ${value.text}`, { principal, issuer, account, value, lacksProvider });
    }
  return [...found.values()];
};

/** The policy without one subject; undefined where it is the only value of its test, so that a person must decide. */
export const withoutSubject = (subject: StatementSubject, gone: string): JsonObject | undefined =>
  replaceSubject(subject, values => values.filter(value => value !== gone));

/** The policy with one subject in place of another. */
export const withSubject = (subject: StatementSubject, from: string, to: string): JsonObject | undefined =>
  replaceSubject(subject, values => values.map(value => (value === from ? to : value)));

const replaceSubject = (
  subject: StatementSubject,
  edit: (values: readonly string[]) => readonly string[],
): JsonObject | undefined => {
  let emptied = false;
  const edited = editStatement(subject.role.trustPolicy, subject.statement.index, statement =>
    withCondition(statement, blocks =>
      Object.fromEntries(
        Object.entries(blocks).map(([operator, block]): [string, JsonObject] => [
          operator,
          Object.fromEntries(
            Object.entries(block).map(([key, values]) => {
              if (!/:sub$/i.test(key) || isObject(values)) return [key, values];
              const kept = edit(asList(values).map(String));
              emptied ||= kept.length === 0;
              return [key, oneOrMany(kept)];
            }),
          ),
        ]),
      ),
    ),
  );
  return emptied ? undefined : edited;
};
