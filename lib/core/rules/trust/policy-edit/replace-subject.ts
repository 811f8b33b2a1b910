import type { StatementSubject } from '../../../facts/subjects.ts';
import { asList, editStatement, isObject, type JsonObject, oneOrMany, withCondition } from './policy-fix.ts';

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
