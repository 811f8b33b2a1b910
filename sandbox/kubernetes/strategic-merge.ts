/** Strategic merge patch, with the directives that kubectl sends (Kubernetes, "Strategic Merge Patch" in the API
 *  conventions; recorded: test/fixtures/kubernetes-writes). */
import { isObject, type JsonObject } from '../../lib/text.ts';
import { isEqual } from './json-value.ts';
import { fieldShape, type Shape } from './list-shapes.ts';

const orderPrefix = '$setElementOrder/';
const removalPrefix = '$deleteFromPrimitiveList/';

/** The target after the patch. */
export const strategicMerge = (target: JsonObject, patch: JsonObject, shape: Shape): JsonObject => {
  if (patch.$patch === 'replace') return without(patch, '$patch');
  if (patch.$patch === 'delete') return {};
  const retained = Array.isArray(patch.$retainKeys) ? new Set(patch.$retainKeys) : undefined;
  const result: JsonObject = Object.fromEntries(Object.entries(target).filter(([key]) => retained?.has(key) ?? true));
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

const without = (value: JsonObject, name: string): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const removeValues = (result: JsonObject, field: string, removed: unknown): void => {
  const list = result[field];
  if (Array.isArray(list)) result[field] = list.filter(one => !asList(removed).some(other => isEqual(one, other)));
};

const merged = (target: unknown, patch: unknown, shape: Shape): unknown => {
  if (isObject(patch)) return strategicMerge(isObject(target) ? target : {}, patch, shape);
  if (!Array.isArray(patch)) return patch;
  if (shape.isSet) return [...new Set([...asList(target), ...patch])];
  return shape.keys === undefined ? patch : mergedList(asList(target), patch, shape);
};

/** kubectl finds the items of a list by the first key alone. */
const keyOf = (item: unknown, { keys = [] }: Shape): unknown => (isObject(item) ? item[keys[0] ?? ''] : item);

const mergedList = (target: readonly unknown[], patch: readonly unknown[], shape: Shape): readonly unknown[] => {
  const item = shape.item ?? {};
  if (patch.some(one => isObject(one) && one.$patch === 'replace'))
    return patch.filter(one => !(isObject(one) && one.$patch === 'replace'));
  const result = [...target];
  for (const one of patch.filter(isObject)) {
    const index = result.findIndex(other => keyOf(other, shape) === keyOf(one, shape));
    if (one.$patch === 'delete') {
      if (index >= 0) result.splice(index, 1);
    } else if (index < 0) result.push(strategicMerge({}, one, item));
    else result[index] = strategicMerge(result[index] as JsonObject, one, item);
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
