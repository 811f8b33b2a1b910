/** A document as a tree in which every value has its place; the same for JSON and YAML. */
import { dirname } from 'node:path/posix';
import type { SourceLocation } from '../../model.ts';
import { type JsonMember, type JsonScalar, type Locate, scanJson } from '../../policy.ts';
import type { HclBody } from './hcl/hcl-tree.ts';

/** A value of JSON or YAML. Its offsets count characters from the start of the file. */
export type SourceNode =
  | { readonly kind: 'object'; readonly members: readonly SourceMember[]; readonly at: number; readonly end: number }
  | { readonly kind: 'array'; readonly items: readonly SourceNode[]; readonly at: number; readonly end: number }
  | JsonScalar;

/** A key with its value. */
export interface SourceMember extends JsonMember {
  readonly value: SourceNode;
  /** The key was written as `!Sub` or another function; `key` is its text. */
  readonly isFunction?: true;
}

/** The text of one file, with its name as the user gave it. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
  /** Whether it holds anything to check is open: it is passed over where it does not. */
  readonly isOptional?: true;
  /** A Terraform file, as the parser of its language read it. */
  readonly terraform?: () => HclBody | Unreadable;
}

/** A file that was read. `locate` turns an offset of its text into a place. */
export interface SourceDocument extends SourceFile {
  readonly locate: Locate;
}

/** A part of a file that was judged, in characters. */
export interface JudgedSpan {
  readonly file: string;
  readonly at: number;
  readonly end: number;
}

/** The folder of a file. */
export const folderOf = (file: string): string => dirname(file.replaceAll('\\', '/'));

/** A file that cannot be checked, why, and at which place. */
export interface UnreadableFile {
  readonly file: string;
  readonly at?: SourceLocation;
  readonly why: string;
  /** It was read, and there is nothing in it to check. */
  readonly isOther?: true;
}

/** Why a text cannot be read, and at which offset. */
export interface Unreadable {
  readonly message: string;
  readonly offset: number;
}

/** True for what could not be read. */
export const isUnreadable = <T extends object>(result: T | Unreadable): result is Unreadable => 'message' in result;

/** Deepest nesting that is read: templates and plans have some 20 levels. */
export const maxSourceDepth = 100;

/** The value of a key; the last one if the key is repeated, as in JSON parsers. */
export const memberOf = (node: SourceNode | undefined, key: string): SourceNode | undefined =>
  node?.kind === 'object' ? node.members.findLast(member => member.key === key)?.value : undefined;

/** The members of an object; of anything else none. */
export const membersOf = (node: SourceNode | undefined): readonly SourceMember[] =>
  node?.kind === 'object' ? node.members : [];

/** The text of a scalar that is a string. */
export const stringOf = (node: SourceNode | undefined): string | undefined =>
  node?.kind === 'string' ? node.text : undefined;

/** The items of an array; none for anything else. */
export const itemsOf = (node: SourceNode | undefined): readonly SourceNode[] =>
  node?.kind === 'array' ? node.items : [];

/** A string at the place of another node. */
export const stringAt = (text: string, { at, end }: Pick<SourceNode, 'at' | 'end'>): SourceNode => ({
  kind: 'string',
  text,
  at,
  end,
});

type Place = (offset: number) => number;

/** The same value at other places. */
export const placedBy = (node: SourceNode, placeOf: Place, endOf = placeOf): SourceNode => {
  const place = { at: placeOf(node.at), end: endOf(node.end) };
  const inner = (one: SourceNode): SourceNode => placedBy(one, placeOf, endOf);
  if (node.kind === 'array') return { ...node, ...place, items: node.items.map(inner) };
  if (node.kind !== 'object') return { ...node, ...place };
  const members = node.members.map(one => ({ ...one, at: placeOf(one.at), value: inner(one.value) }));
  return { ...node, ...place, members };
};

/** The same value, all of it at one place. */
export const movedTo = (node: SourceNode, { at, end }: Pick<SourceNode, 'at' | 'end'>): SourceNode =>
  placedBy(
    node,
    () => at,
    () => end,
  );

/** The statements of a policy, which may be one without a list. */
export const statementsOf = (policy: SourceNode | undefined): readonly SourceNode[] => {
  const list = memberOf(policy, 'Statement');
  return list?.kind === 'object' ? [list] : itemsOf(list);
};

/** The JSON of a node, without white space between its parts. */
export const jsonOfNode = (node: SourceNode): string => {
  if (node.kind === 'object')
    return `{${node.members.map(({ key, value }) => `${JSON.stringify(key)}:${jsonOfNode(value)}`).join(',')}}`;
  if (node.kind === 'array') return `[${node.items.map(jsonOfNode).join(',')}]`;
  return node.kind === 'string' ? JSON.stringify(node.text) : node.text;
};

/** Reads JSON strictly: no comments, no trailing commas, bounded depth. */
export const readJson = (text: string): SourceNode | Unreadable => {
  const scan = scanJson(text, maxSourceDepth);
  return scan.ok ? scan.root : { message: `not valid JSON: ${scan.message}`, offset: scan.at };
};

/** Thrown for a text that cannot be read to its end, because of what is at `offset`. */
export class UnreadableText extends Error {
  override readonly name = 'UnreadableText';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}
