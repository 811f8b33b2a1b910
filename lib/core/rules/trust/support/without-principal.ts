import { asList, type JsonObject, objectOf } from './policy-fix.ts';

/** What is left of the statement without one principal: nothing if it was the only one. */
export const withoutPrincipal = (statement: JsonObject, gone: string): readonly JsonObject[] => {
  const kept = Object.entries(objectOf(statement.Principal)).flatMap(([type, values]): [string, unknown][] => {
    const list = asList(values).filter(value => value !== gone);
    return list.length === 0 ? [] : [[type, list.length === 1 ? list[0] : list]];
  });
  return kept.length === 0 ? [] : [{ ...statement, Principal: Object.fromEntries(kept) }];
};
