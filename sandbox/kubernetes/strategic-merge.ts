/** Strategic merge patch, with the directives that kubectl sends (Kubernetes, "Strategic Merge Patch" in the API
 *  conventions; recorded: test/fixtures/kubernetes-writes). */
import { isEqual, isJson, type Json } from './json-value.ts';
import { fieldShape, type Shape } from './list-shapes.ts';

const orderPrefix = '$setElementOrder/';
const removalPrefix = '$deleteFromPrimitiveList/';

/** The target after the patch. */
export const strategicMerge = (target: Json, patch: Json, shape: Shape): Json => {
  if (patch.$patch === 'replace') return without(patch, '$patch');
  if (patch.$patch === 'delete') return {};
  const retained = Array.isArray(patch.$retainKeys) ? new Set(patch.$retainKeys) : undefined;
  const result: Json = Object.fromEntries(Object.entries(target).filter(([key]) => retained?.has(key) ?? true));
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(removalPrefix)) removeValues(result, key.slice(removalPrefix.length), value);
    if (key.startsWith('$')) continue;
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value, fieldShape(shape, key));
  }
  for (const [key, order] of Object.entries(patch)) {
    const field = key.slice(orderPrefix.length);
    const list = result[field];
    if (!key.startsWith(orderPrefix) || !Array.isArray(list) || !Array.isArray(order)) continue;
    result[field] = ordered(list, order, asList(target[field]), fieldShape(shape, field));
  }
  return result;
};

const without = (value: Json, name: string): Json =>
  Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const removeValues = (result: Json, field: string, removed: unknown): void => {
  const list = result[field];
  if (Array.isArray(list)) result[field] = list.filter(one => !asList(removed).some(other => isEqual(one, other)));
};

const merged = (target: unknown, patch: unknown, shape: Shape): unknown => {
  if (isJson(patch)) return strategicMerge(isJson(target) ? target : {}, patch, shape);
  if (!Array.isArray(patch)) return patch;
  if (shape.isSet) return [...new Set([...asList(target), ...patch])];
  return shape.keys === undefined ? patch : mergedList(asList(target), patch, shape);
};

/** kubectl finds the items of a list by the first key alone. */
const keyOf = (item: unknown, { keys = [] }: Shape): unknown => (isJson(item) ? item[keys[0] ?? ''] : item);

const mergedList = (target: readonly unknown[], patch: readonly unknown[], shape: Shape): readonly unknown[] => {
  const item = shape.item ?? {};
  if (patch.some(one => isJson(one) && one.$patch === 'replace'))
    return patch.filter(one => !(isJson(one) && one.$patch === 'replace'));
  const result = [...target];
  for (const one of patch.filter(isJson)) {
    const index = result.findIndex(other => keyOf(other, shape) === keyOf(one, shape));
    if (one.$patch === 'delete') {
      if (index >= 0) result.splice(index, 1);
    } else if (index < 0) result.push(strategicMerge({}, one, item));
    else result[index] = strategicMerge(result[index] as Json, one, item);
  }
  return ordered(result, patch, target, shape);
};

/** Items that the order names come in it; those that only the server has keep their place among those that it knew. */
const ordered = (
  list: readonly unknown[],
  order: readonly unknown[],
  server: readonly unknown[],
  shape: Shape,
): readonly unknown[] => {
  const place = (where: readonly unknown[], item: unknown): number =>
    where.findIndex(one => keyOf(one, shape) === keyOf(item, shape));
  const named = list.filter(one => place(order, one) >= 0).toSorted((a, b) => place(order, a) - place(order, b));
  const others = list.filter(one => place(order, one) < 0).toSorted((a, b) => place(server, a) - place(server, b));
  const result: unknown[] = [];
  while (named.length > 0 && others.length > 0) {
    const [left, right] = [place(server, named[0]), place(server, others[0])];
    const isRightFirst = left >= 0 && right >= 0 && right < left;
    result.push((isRightFirst ? others : named).shift());
  }
  return [...result, ...named, ...others];
};
