import { memberOf, membersOf, type SourceNode, stringOf, UnreadableText } from './source-tree.ts';

/** Characters that all functions of one template may resolve to: references to references multiply. */
const maxResolved = 16 * 1024 * 1024;

/** Depth of references to resources that refer to others. */
const maxOpen = 50;

/** The resources that the functions of a template refer to. */
export interface TemplateScope {
  /** A resource by its logical id; undefined for one that is being resolved, since it would refer to itself. */
  readonly resource: (id: string) => SourceNode | undefined;
  /** The scope while a resource is resolved that was referred to at an offset. Throws `UnreadableText` at the limit. */
  readonly without: (id: string, offset: number) => TemplateScope;
  /** The value of a parameter where the deployment gives none: its default, of a text or a number. */
  readonly defaultOf: (parameter: string) => string | undefined;
  /** The values of a mapping under a second key, by the first one. */
  readonly mapped: (mapping: string, second: string) => ReadonlyMap<string, SourceNode>;
  /** Counts a text that was resolved at an offset. Throws `UnreadableText` at the limit. */
  readonly count: (text: string, offset: number) => string;
}

const valuesIn = (node: SourceNode | undefined): ReadonlyMap<string, SourceNode> =>
  new Map(membersOf(node).map(({ key, value }) => [key, value]));

/** The scope of a template. */
export const templateScope = (root: SourceNode): TemplateScope => {
  const byId = valuesIn(memberOf(root, 'Resources'));
  const parameters = valuesIn(memberOf(root, 'Parameters'));
  const mappings = memberOf(root, 'Mappings');
  const defaultOf = (name: string): string | undefined => {
    const parameter = parameters.get(name);
    const value = memberOf(parameter, 'Default');
    const isText = ['String', 'Number'].includes(stringOf(memberOf(parameter, 'Type')) ?? '');
    return isText && value && 'text' in value && value.text !== '' ? value.text : undefined;
  };
  const mapped = (mapping: string, second: string): ReadonlyMap<string, SourceNode> =>
    new Map(
      [...valuesIn(memberOf(mappings, mapping))].flatMap(([first, values]) => {
        const value = memberOf(values, second);
        return value ? [[first, value] as const] : [];
      }),
    );
  let left = maxResolved;
  const count = (text: string, offset: number): string => {
    left -= text.length + 1;
    if (left < 0)
      throw new UnreadableText(`too large: its functions resolve to more than ${maxResolved} characters`, offset);
    return text;
  };
  const scopeOf = (open: readonly string[]): TemplateScope => ({
    resource: id => (open.includes(id) ? undefined : byId.get(id)),
    without: (id, offset) => {
      if (open.length >= maxOpen)
        throw new UnreadableText(`its references are nested deeper than ${maxOpen} levels`, offset);
      return scopeOf([...open, id]);
    },
    defaultOf,
    mapped,
    count,
  });
  return scopeOf([]);
};
