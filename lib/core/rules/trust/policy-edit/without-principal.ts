import { asList, type JsonObject, objectOf, replaceStatement } from './policy-fix.ts';

/** What is left of the statement without one principal: nothing if it was the only one. */
export const withoutPrincipal = (statement: JsonObject, gone: string): readonly JsonObject[] => {
  const kept = Object.entries(objectOf(statement.Principal)).flatMap(([type, values]): [string, unknown][] => {
    const list = asList(values).filter(value => value !== gone);
    return list.length === 0 ? [] : [[type, list.length === 1 ? list[0] : list]];
  });
  return kept.length === 0 ? [] : [{ ...statement, Principal: Object.fromEntries(kept) }];
};

/** The policy with a statement edited for one provider alone: where others share the statement, it is split first. A test
 *  on the keys of one issuer shuts out all other principals, since nobody else has these keys. */
export const editForProvider = (
  text: string,
  index: number,
  providerArn: string,
  edit: (statement: JsonObject) => JsonObject,
): JsonObject | undefined =>
  replaceStatement(text, index, statement => {
    const others = withoutPrincipal(statement, providerArn);
    if (others.length === 0) return [edit(statement)];
    const { Sid: _, ...rest } = statement;
    return [...others, edit({ ...rest, Principal: { Federated: providerArn } })];
  });
