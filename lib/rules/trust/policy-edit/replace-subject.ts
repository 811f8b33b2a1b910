import type { StatementSubject } from '../../../facts.ts';
import { isObject, type JsonObject } from '../../../text.ts';
import type { StatementView } from '../statement/statement-view.ts';
import { asList, editForProviders, oneOrMany, withCondition } from './policy-json.ts';

/** Where subjects are replaced: in the tests on these keys (no case), of any operator. */
interface Place {
  readonly subject: StatementSubject;
  readonly view: StatementView;
  readonly keys: readonly string[];
}

/** The policy without one subject of these keys; undefined where it is the only value of its test, so that a person must
 *  decide. */
export const withoutSubject = (place: Place, gone: string): JsonObject | undefined =>
  replaceSubject(place, values => values.filter(value => value !== gone));

/** The policy with one subject of these keys in place of another. */
export const withSubject = (place: Place, from: string, to: string): JsonObject | undefined =>
  replaceSubject(place, values => values.map(value => (value === from ? to : value)));

const replaceSubject = (
  { subject, view, keys }: Place,
  edit: (values: readonly string[]) => readonly string[],
): JsonObject | undefined => {
  const wanted = new Set(keys.map(key => key.toLowerCase()));
  let emptied = false;
  const replaced = (key: string, values: unknown): unknown => {
    if (!wanted.has(key.toLowerCase()) || isObject(values)) return values;
    const before = asList(values).map(String);
    const after = edit(before);
    emptied ||= after.length === 0;
    return after.join('\n') === before.join('\n') ? values : oneOrMany(after);
  };
  const edited = editForProviders(
    subject.role.trustPolicy,
    subject.statement.index,
    view.principals.map(({ arn }) => arn),
    statement =>
      withCondition(statement, blocks =>
        Object.fromEntries(
          Object.entries(blocks).map(([operator, block]): [string, JsonObject] => [
            operator,
            Object.fromEntries(Object.entries(block).map(([key, values]) => [key, replaced(key, values)])),
          ]),
        ),
      ),
  );
  return emptied ? undefined : edited;
};
