import { isObject, type JsonObject } from './policy-fix.ts';

/** The statement without one principal; dropped if it was the only one. */
export const withoutPrincipal = (statement: JsonObject, gone: string): JsonObject | undefined => {
  const principal = statement.Principal;
  if (!isObject(principal)) return statement;
  const kept = Object.entries(principal).flatMap(([type, values]): [string, unknown][] => {
    const list = (Array.isArray(values) ? values : [values]).filter(value => value !== gone);
    return list.length === 0 ? [] : [[type, list.length === 1 ? list[0] : list]];
  });
  return kept.length === 0 ? undefined : { ...statement, Principal: Object.fromEntries(kept) };
};
