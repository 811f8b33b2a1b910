import type { SourceLocation, SourceNode } from './source-tree.ts';

/** JSON text made from a part of a document, and where each of its lines comes from. */
export interface PolicyText {
  readonly text: string;
  /** By line of `text`, from 0: the offset in the document. */
  readonly origins: readonly number[];
}

/**
 * Writes a part of a document as JSON, each key and value at the start of a line of its own, so that a line tells where
 * in the document it comes from.
 */
export const policyTextOf = (node: SourceNode): PolicyText => {
  const lines: string[] = [];
  const origins: number[] = [];
  const add = (text: string, offset: number): void => {
    lines.push(text);
    origins.push(offset);
  };
  const write = (value: SourceNode): void => {
    if (value.kind === 'scalar') {
      add(JSON.stringify(value.value), value.offset);
      return;
    }
    const isObject = value.kind === 'object';
    add(isObject ? '{' : '[', value.offset);
    if (value.kind === 'object')
      value.members.forEach((member, at) => {
        add(`${JSON.stringify(member.key)}`, member.keyOffset);
        add(':', member.value.offset);
        write(member.value);
        if (at < value.members.length - 1) add(',', member.value.offset);
      });
    else
      value.items.forEach((item, at) => {
        write(item);
        if (at < value.items.length - 1) add(',', item.offset);
      });
    add(isObject ? '}' : ']', value.offset);
  };
  write(node);
  return { text: lines.join('\n'), origins };
};

/** Where a place of such a text is in the document. */
export const originOf =
  ({ origins }: PolicyText, placeAt: (offset: number) => SourceLocation) =>
  ({ line }: SourceLocation): SourceLocation =>
    placeAt(origins[line - 1] ?? origins[0] ?? 0);
