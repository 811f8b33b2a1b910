import type { SourceNode } from './source-tree.ts';
import { UnreadableText } from './unreadable-text.ts';

/** Characters that all functions of one template may come to: references that stand for references multiply. */
const maxResolved = 16 * 1024 * 1024;

/** References that may lead to one another. */
const maxOpen = 50;

/** What the functions of a template refer to. */
export interface TemplateScope {
  /** A resource by its logical id; undefined for one that is being resolved: one that refers to itself does not end. */
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
    if (left < 0) throw new UnreadableText(`its functions come to more than ${maxResolved} characters`, offset);
    return text;
  };
  const scopeOf = (open: readonly string[]): TemplateScope => ({
    resource: id => (open.includes(id) ? undefined : byId.get(id)),
    without: (id, offset) => {
      if (open.length >= maxOpen)
        throw new UnreadableText(`its references lead to one another more than ${maxOpen} times`, offset);
      return scopeOf([...open, id]);
    },
    count,
  });
  return scopeOf([]);
};
