/** Plain data as lines that a person reviews: a value that fits on one line stands on one. */

/** A scalar on its line; text that could be read as something else is quoted. */
const scalar = (value: unknown): string => {
  if (typeof value !== 'string') return JSON.stringify(value) ?? String(value);
  return value === '' || /^(?:-?[\d.]+|true|false|null|undefined|\[\]|\{\})$|[\n\r]|^\s|\s$/.test(value)
    ? JSON.stringify(value)
    : value;
};

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Lines of an item behind its mark. */
export const marked = (mark: string, [first = '', ...rest]: readonly string[]): readonly string[] => [
  `${mark}${first}`,
  ...rest.map(line => `  ${line}`),
];

/** Data as JSON has it: sets as lists, maps as objects, without what JSON has no word for. */
const plain = (_key: string, value: unknown): unknown => {
  if (value instanceof RegExp || typeof value === 'bigint') return String(value);
  if (value instanceof Set) return [...value];
  return value instanceof Map ? Object.fromEntries(value) : value;
};

/** Characters of a value that stands on one line. */
const width = 240;

/** Plain data on one line, without the quotes that tell nothing. */
export const inline = (value: unknown): string =>
  JSON.stringify(value, plain)
    .replaceAll(/"([A-Za-z_$][\w$-]*)":/g, '$1: ')
    .replaceAll(/,(?=\w+: )/g, ', ');

/** A value of plain data as indented lines, keys in their order; absent ones are left out. */
export const linesOf = (value: unknown): readonly string[] => {
  if (!isNested(value)) return [scalar(value)];
  if (value instanceof Date) return [value.toISOString()];
  if (value instanceof RegExp) return [String(value)];
  if (value instanceof Set) return linesOf([...value]);
  if (value instanceof Map) return linesOf(Object.fromEntries(value));
  const whole = inline(value);
  if (whole.length <= width) return [whole];
  if (Array.isArray(value)) return value.flatMap(item => marked('- ', linesOf(item)));
  const entries = Object.entries(value).filter(([, part]) => part !== undefined && typeof part !== 'function');
  return entries.flatMap(([key, part]) => {
    const lines = linesOf(part);
    return lines.length === 1 ? [`${key}: ${lines[0]}`] : [`${key}:`, ...lines.map(line => `  ${line}`)];
  });
};
