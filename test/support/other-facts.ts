/** Facts that differ in one place from others: each way to change them, by its path. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Facts } from '../../lib/facts/facts.ts';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
const isText = (value: string): boolean => /^[{[]/.test(value);

/** The members that a type of the model may lack. */
const optional = new Set(
  readdirSync('lib/model').flatMap(file =>
    [...readFileSync(`lib/model/${file}`, 'utf8').matchAll(/readonly (\w+)\?:/g)].map(([, name = '']) => name),
  ),
);

/** What tells one thing of a list from another. */
const names = new Set(['arn', 'id', 'name', 'namespace', 'serviceAccount', 'sha1', 'subject', 'associationId', 'key']);

/** Another thing of the same kind: the names in it are other ones. */
const namesake = (value: unknown, end = '-b'): unknown => {
  if (typeof value === 'string') return `${value}${end}`;
  if (!isObject(value)) return value;
  const renamed = (key: string, part: unknown): unknown =>
    names.has(key) && typeof part === 'string' ? `${part}${end}` : part;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, renamed(key, part)]));
};

/** More than any text names of one kind. */
const many = 25;

/** A list that is empty, that lacks its first, that begins or ends with another thing, and that has many more. */
const otherLists = (list: readonly unknown[]): readonly (readonly [string, unknown])[] => {
  const [first] = list;
  if (first === undefined) return [];
  return [
    ['empty', []],
    ...(list.length < 2 ? [] : [['without the first', list.slice(1)] as const]),
    ['another before', [namesake(first), ...list]],
    ['another after', [...list, namesake(first)]],
    ['many after', [...list, ...Array.from({ length: many }, (_, at) => namesake(first, `-${at}`))]],
  ];
};

const otherScalars = (value: unknown): readonly (readonly [string, unknown])[] => {
  if (typeof value === 'boolean') return [[`${!value}`, !value]];
  if (typeof value === 'number')
    return [
      ['one less', value - 1],
      ['one more', value + 1],
    ];
  return typeof value === 'string' && !isText(value) ? [['another', `${value}-b`]] : [];
};

/** A value with one change, wherever that is: each with its path. Of a list the first two things are changed. */
const others = (value: unknown, path: string): readonly (readonly [string, unknown])[] => {
  if (Array.isArray(value))
    return [
      ...otherLists(value).map(([how, list]) => [`${path} ${how}`, list] as const),
      ...value
        .slice(0, 2)
        .flatMap((item, at) =>
          others(item, `${path}[${at}]`).map(([name, other]) => [name, value.with(at, other)] as const),
        ),
    ];
  if (!isObject(value)) return otherScalars(value).map(([how, other]) => [`${path} ${how}`, other] as const);
  return Object.entries(value).flatMap(([key, part]) => {
    const here = path === '' ? key : `${path}.${key}`;
    const { [key]: _, ...rest } = value;
    const within = others(part, here).map(([name, other]) => [name, { ...value, [key]: other }] as const);
    return optional.has(key) ? [[`${here} absent`, rest] as const, ...within] : within;
  });
};

const isOfNoRule = (path: string): boolean => /^(?:schemaVersion|runId)\b|\b(?:status|kind) another$/.test(path);

/** A path without what all paths of a section have. */
const short = (path: string): string => path.replaceAll('.value', '').replace('regions[0].clusters', 'clusters');

/** Facts with one change each: something absent, another name, another truth, a list with more or less in it; those of issuers
 *  where these matter. */
export const otherFacts = (facts: Facts, issuersMatter = true): readonly (readonly [string, Facts])[] => [
  ...others(facts.snapshot, '')
    .filter(([path]) => !isOfNoRule(path))
    .map(([path, snapshot]) => [short(path), { ...facts, snapshot: snapshot as Facts['snapshot'] }] as const),
  ...others(issuersMatter ? facts.issuers : {}, 'issuers').map(
    ([path, issuers]) => [short(path), { ...facts, issuers: issuers as Facts['issuers'] }] as const,
  ),
  ...others(facts.settings, 'settings').map(
    ([path, settings]) => [path, { ...facts, settings: settings as Facts['settings'] }] as const,
  ),
  ...others(facts.fleet, 'fleet').map(([path, fleet]) => [path, { ...facts, fleet: fleet as Facts['fleet'] }] as const),
];
