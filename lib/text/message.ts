/**
 * Words apart from data. A rule declares templates and reports ids with data; text is made from both where a person reads
 * it. So wording may improve without any program noticing: whatever compares findings compares the data.
 */
import { counted } from './counted.ts';

/** A value in a message. A list is written `a, b and c`; of a long one the first five. */
export type MessageValue = string | number | readonly string[];

/** The values of a message by name. */
export type MessageData = Readonly<Record<string, MessageValue>>;

/** The names in a template: `{name}` stands for the value, `{name:noun}` for the count of something: `3 pods`. */
type PlaceholderOf<T extends string> = T extends `${string}{${infer Inner}}${infer Rest}`
  ? (Inner extends `${infer Name}:${string}` ? Name : Inner) | PlaceholderOf<Rest>
  : never;

/** The data that a template needs. */
export type DataOf<T extends string> = { readonly [K in PlaceholderOf<T>]: MessageValue };

/** One message as data: which text of the rule, and its values. */
export interface Message {
  readonly messageId: string;
  readonly data: MessageData;
}

/** Words with values in them, where a piece of evidence is more than a value. Drift compares `data`. */
export interface Phrase {
  readonly template: string;
  readonly data: MessageData;
}

/** Declares a phrase: `phrase('{count:role}, none with this ARN', { count: 12 })`. */
export const phrase = <const T extends string>(
  template: T,
  ...[data]: [PlaceholderOf<T>] extends [never] ? [] : [DataOf<T>]
): Phrase => ({ template, data: data ?? {} });

/** The text of a template. Throws where a value is not given: a rule that forgets one fails its example. */
export const renderTemplate = (template: string, data: MessageData): string =>
  template.replace(/\{(\w+)(?::([^}]+))?\}/g, (_whole, name: string, noun: string | undefined) => {
    const value = Object.hasOwn(data, name) ? data[name] : undefined;
    if (value === undefined) throw new Error(`no value for {${name}} in "${template}"`);
    if (noun !== undefined) return counted(typeof value === 'object' ? value.length : Number(value), noun);
    return typeof value === 'object' ? listed(value) : String(value);
  });

/** The text of a phrase; a plain value is its own text. */
export const renderPhrase = (value: string | Phrase): string =>
  typeof value === 'string' ? value : renderTemplate(value.template, value.data);

/** Names with commas alone; beyond `max` the rest is counted. */
export const shortListOf = (names: readonly string[], max: number): string =>
  names.length <= max ? names.join(', ') : `${names.slice(0, max).join(', ')} and ${names.length - max} more`;

/** Names in a sentence: `a`, `a and b`, `a, b and c`; beyond `max` the rest is counted. */
export const listed = (names: readonly string[], max = 5): string => {
  const shown = names.length > max ? [...names.slice(0, max), `${names.length - max} more`] : names;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
};
