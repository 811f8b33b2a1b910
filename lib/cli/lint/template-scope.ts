import { type SourceNode, UnreadableText } from './source-tree.ts';

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
  /** Counts a text that was resolved at an offset. Throws `UnreadableText` at the limit. */
  readonly count: (text: string, offset: number) => string;
}

/** The scope of a template with these `Resources`. */
export const templateScope = (resources: SourceNode | undefined): TemplateScope => {
  const byId = new Map(resources?.kind === 'object' ? resources.members.map(({ key, value }) => [key, value]) : []);
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
    count,
  });
  return scopeOf([]);
};
