import { type JsonObject, objectOf } from '../../../text/json-value.ts';
import { asList, replaceStatement } from './policy-json.ts';

/** What is left of the statement without one principal: nothing if it was the only one. */
export const withoutPrincipal = (statement: JsonObject, gone: string): readonly JsonObject[] => {
  const kept = Object.entries(objectOf(statement.Principal)).flatMap(([type, values]): [string, unknown][] => {
    const list = asList(values).filter(value => value !== gone);
    return list.length === 0 ? [] : [[type, list.length === 1 ? list[0] : list]];
  });
  return kept.length === 0 ? [] : [{ ...statement, Principal: Object.fromEntries(kept) }];
};

/** The policy with a statement edited for some of its providers alone: where other principals share it, it is split first.
 *  A test on the keys of one issuer excludes all other principals, since nobody else has these keys. Undefined where
 *  `edit` gives up. */
export const editForProviders = (
  text: string,
  index: number,
  arns: readonly string[],
  edit: (statement: JsonObject) => JsonObject | undefined,
): JsonObject | undefined =>
  replaceStatement(text, index, statement => {
    const others = arns.reduce<readonly JsonObject[]>(
      (left, arn) => left.flatMap(one => withoutPrincipal(one, arn)),
      [statement],
    );
    const { Sid: _, ...rest } = statement;
    const own = others.length === 0 ? statement : { ...rest, Principal: { Federated: federatedOf(statement, arns) } };
    const edited = edit(own);
    return edited && [...others, edited];
  });

/** The providers as the statement writes them: one plain, several as a list. */
const federatedOf = (statement: JsonObject, arns: readonly string[]): unknown => {
  const kept = asList(objectOf(statement.Principal).Federated).filter(
    value => typeof value === 'string' && arns.includes(value),
  );
  return kept.length === 1 ? kept[0] : kept;
};
