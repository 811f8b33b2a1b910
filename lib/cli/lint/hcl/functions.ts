/** Functions of Terraform whose result follows from what the files write (Terraform language, "Functions"). Undefined where it
 *  depends on a value that is not known: the caller then has one unknown. */
import { dirname, join as joinPath, normalize } from 'node:path/posix';
import { hasPlaceholder } from '../placeholders.ts';
import { isUnreadable, itemsOf, readJson, type SourceMember, type SourceNode, stringAt } from '../source-tree.ts';
import { isUnresolved } from '../unresolved.ts';
import type { HclBlock } from './hcl-tree.ts';

/** The files that a module may read, by path. */
export interface ModuleFiles {
  /** The folder of the module. */
  readonly folder: string;
  readonly textOf: (path: string) => string | undefined;
  /** The blocks of the module in a folder. */
  readonly blocksIn?: (folder: string) => readonly HclBlock[];
}

/** The value of a call, at the place of the call. `parameters` are resolved. */
export const called = (
  name: string,
  parameters: readonly SourceNode[],
  place: Pick<SourceNode, 'at' | 'end'>,
  files: ModuleFiles,
): SourceNode | undefined => {
  const make = Object.hasOwn(functions, name) ? functions[name] : undefined;
  const made = make?.(parameters, { ...place, files });
  return typeof made === 'string' ? stringAt(made, place) : made;
};

interface Call extends Pick<SourceNode, 'at' | 'end'> {
  readonly files: ModuleFiles;
}

type Make = (parameters: readonly SourceNode[], call: Call) => SourceNode | string | undefined;

const textIn = (node: SourceNode | undefined): string | undefined =>
  node !== undefined && 'text' in node && node.kind !== 'null' ? node.text : undefined;

const knownText = (node: SourceNode | undefined): string | undefined => {
  const text = textIn(node);
  return text === undefined || hasPlaceholder(text) ? undefined : text;
};

/** A list that is not known is one item that is not. */
const listOf = (nodes: readonly SourceNode[], { at, end }: Call): SourceNode => ({
  kind: 'array',
  items: nodes.flatMap(node => (node.kind === 'array' ? node.items : [node])),
  at,
  end,
});

const first: Make = ([only]) => only;
const flat: Make = ([list], call) =>
  list?.kind === 'array' ? listOf(itemsOf(listOf(list.items, call)), call) : undefined;

const onKnownText =
  (change: (text: string) => string): Make =>
  ([only]) => {
    const text = knownText(only);
    return text === undefined ? undefined : change(text);
  };

/** The text without a beginning: one that may be within a part that is not known is not taken away. */
const withoutPrefix: Make = ([whole, beginning]) => {
  const [text, prefix] = [textIn(whole), knownText(beginning)];
  if (text === undefined || prefix === undefined || isUnresolved(whole)) return undefined;
  if (text.startsWith(prefix)) return text.slice(prefix.length);
  return isUrl(text) && !prefix.startsWith(scheme) ? text : knownText(whole);
};

const withoutSuffix: Make = ([whole, ending]) => {
  const [text, suffix] = [textIn(whole), knownText(ending)];
  if (text === undefined || suffix === undefined) return undefined;
  if (!hasPlaceholder(text)) return text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text;
  return isUrl(text) && suffix.includes('://') ? text : undefined;
};

/** The URL of an issuer, whose name is not known and has no scheme within it. */
const scheme = 'https://';
const isUrl = (text: string): boolean => text.startsWith(scheme);

/** True where a part of a text is told from its beginning and its end alone: it is within neither an open part nor at its edge. */
const isDecidedBy = (text: string, part: string): boolean =>
  !hasPlaceholder(text) ||
  (isUrl(text) && (scheme.endsWith(part) ? part.includes('//') : /^https?:/.test(part) && !part.startsWith(scheme)));

const partsOf: Make = ([between, whole], { at, end }) => {
  const [text, separator] = [textIn(whole), knownText(between)];
  if (text === undefined || separator === undefined || separator === '' || !isDecidedBy(text, separator))
    return undefined;
  return { kind: 'array', items: text.split(separator).map(part => stringAt(part, { at, end })), at, end };
};

const replaced: Make = ([whole, part, by]) => {
  const [text, old, fresh] = [textIn(whole), knownText(part), textIn(by)];
  if (text === undefined || old === undefined || fresh === undefined || /^\/.*\/$/.test(old)) return undefined;
  return isDecidedBy(text, old) ? text.replaceAll(old, () => fresh) : undefined;
};

const formatted: Make = ([pattern, ...values]) => {
  const text = textIn(pattern);
  const others = text?.replace(/%[sdv%]/g, '');
  if (text === undefined || others === undefined || /%/.test(others) || hasPlaceholder(others)) return undefined;
  const texts = values.map(textIn);
  if (texts.includes(undefined)) return undefined;
  let at = 0;
  return text.replace(/%([sdv%])/g, (_, verb) => (verb === '%' ? '%' : (texts[at++] ?? '')));
};

const joined: Make = ([between, list]) => {
  const texts = list?.kind === 'array' ? list.items.map(textIn) : [undefined];
  const separator = textIn(between);
  return separator === undefined || texts.includes(undefined) ? undefined : texts.join(separator);
};

const merged: Make = (maps, { at, end }) => {
  const known = maps.filter(map => map.kind === 'object');
  const members = known.flatMap(map => map.members);
  return known.length === 0
    ? undefined
    : {
        kind: 'object',
        at,
        end,
        members: [...new Map(members.map((one): [string, SourceMember] => [one.key, one])).values()],
      };
};

const elementOf: Make = ([list, index]) => {
  const at = Number(knownText(index));
  return list?.kind === 'array' && Number.isInteger(at) ? list.items[at % list.items.length] : undefined;
};

/** An empty value in place of one that a map lacks is filled in later, as the empty default of a variable is. */
const lookedUp: Make = ([map, key, usual]) => {
  const name = knownText(key);
  if (map?.kind !== 'object' || name === undefined) return undefined;
  return map.members.findLast(one => one.key === name)?.value ?? (textIn(usual) === '' ? undefined : usual);
};

/** The first value that is there; a value that is not known may be. */
const coalesced: Make = values =>
  values.find(value => value.kind !== 'null' && !('text' in value && value.text === ''));

const textAt = (path: SourceNode | undefined, { files }: Call): string | undefined => {
  const written = knownText(path);
  return written === undefined ? undefined : files.textOf(normalize(joinPath(files.folder, written)));
};

/** A template with its variables. Directives and expressions stay, as placeholders do. */
const rendered: Make = ([path, values], call) => {
  const text = textAt(path, call);
  const named = new Map(values?.kind === 'object' ? values.members.map(one => [one.key, textIn(one.value)]) : []);
  return text?.replace(/\$\{\s*(\w+)\s*\}/g, (whole, name) => named.get(name) ?? whole);
};

const decoded: Make = ([only]) => {
  const root = readJson(textIn(only) ?? '');
  return isUnreadable(root) ? undefined : root;
};

const functions: Readonly<Record<string, Make>> = {
  jsonencode: first,
  tostring: first,
  tolist: first,
  toset: first,
  sort: first,
  distinct: first,
  compact: first,
  try: first,
  one: elementOf,
  element: elementOf,
  lookup: lookedUp,
  coalesce: coalesced,
  flatten: flat,
  concat: listOf,
  merge: merged,
  format: formatted,
  join: joined,
  replace: replaced,
  trimprefix: withoutPrefix,
  trimsuffix: withoutSuffix,
  split: partsOf,
  trimspace: onKnownText(text => text.trim()),
  lower: onKnownText(text => text.toLowerCase()),
  upper: onKnownText(text => text.toUpperCase()),
  basename: onKnownText(text => text.replace(/^.*\//, '')),
  dirname: onKnownText(dirname),
  file: ([path], call) => textAt(path, call),
  templatefile: rendered,
  jsondecode: decoded,
};
