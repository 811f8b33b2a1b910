import { visible } from '../../text.ts';

/** Markup that is safe to put into a page. Only `html` and `raw` make it, so that no text gets in unescaped. */
export interface Markup {
  readonly markup: string;
}

type Part = Markup | string | number | undefined | readonly Markup[];

/** Text as markup: invisible and direction characters are shown as escapes, the rest is escaped for HTML. */
export const escapeHtml = (text: string): string =>
  visible(text).replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);

const render = (part: Part): string => {
  if (part === undefined) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return 'markup' in part ? part.markup : part.map(one => one.markup).join('');
};

/** A tagged template: every value is escaped unless it is markup already. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Markup => ({
  markup: strings.map((string, index) => string + (index < parts.length ? render(parts[index]) : '')).join(''),
});

/** Text of this program's own (style, script, data that was made safe) as it is. Never for anything that was read. */
export const raw = (text: string): Markup => ({ markup: text });
