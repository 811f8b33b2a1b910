/** A document with the place of everything in it, whether it was written as JSON or as YAML. */

/** A value with where it begins, counted in characters from the start of the text. */
export type SourceNode =
  | { readonly kind: 'object'; readonly members: readonly SourceMember[]; readonly offset: number }
  | { readonly kind: 'array'; readonly items: readonly SourceNode[]; readonly offset: number }
  | { readonly kind: 'scalar'; readonly value: string | number | boolean | null; readonly offset: number };

/** A key with its value. */
export interface SourceMember {
  readonly key: string;
  readonly keyOffset: number;
  readonly value: SourceNode;
  /** The key was written as `!Sub` or another function, of which `key` is the text. */
  readonly isFunction?: true;
}

/** Line and column, both from 1. */
export interface SourceLocation {
  readonly line: number;
  readonly column: number;
}

/** The text of one file, with its name as the user gave it. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/** Deepest nesting that is read: templates and plans have some 20 levels. */
export const maxSourceDepth = 100;

/** The value of a key: the last one where it stands twice, as JSON parsers have it. */
export const memberOf = (node: SourceNode | undefined, key: string): SourceNode | undefined =>
  node?.kind === 'object' ? node.members.findLast(member => member.key === key)?.value : undefined;

/** The text of a scalar that is a string. */
export const stringOf = (node: SourceNode | undefined): string | undefined =>
  node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;

/** The items of an array; none for anything else. */
export const itemsOf = (node: SourceNode | undefined): readonly SourceNode[] =>
  node?.kind === 'array' ? node.items : [];
