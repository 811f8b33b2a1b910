/** What functions wrote and sent, as text that a person reviews: items of DynamoDB as plain values, documents inside of texts parsed,
 *  and a part that stood before named instead of repeated. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { linesOf } from './whole/lines-of.ts';
import { withoutRepeats } from './without-repeats.ts';

type Json = Readonly<Record<string, unknown>>;

const attributeTypes = ['S', 'N', 'B', 'BOOL', 'NULL', 'L', 'M', 'SS'];
const isAttribute = (value: Json): boolean => {
  const [name = '', ...others] = Object.keys(value);
  return others.length === 0 && attributeTypes.includes(name);
};

/** A value without the types of DynamoDB, with the documents that its texts hold. */
const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'string') return /^[{[]["{[]/.test(value) ? plain(JSON.parse(value)) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (isAttribute(value as Json)) return plain(unmarshall({ value: value as AttributeValue }).value);
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, key === 'Keys' ? sorted(plain(each)) : plain(each)]),
  );
};

/** The keys of a batch are in the order of an answer, which has none. */
const sorted = (keys: unknown): unknown =>
  Array.isArray(keys)
    ? keys
        .map(key => JSON.stringify(key))
        .sort()
        .map(text => JSON.parse(text))
    : keys;

/** An expression of DynamoDB by the names of its attributes. `name` alone is set to the value `:set_name`. */
const withNames = ({ ExpressionAttributeNames: names, ...rest }: Json): Json => {
  const named = Object.entries((names ?? {}) as Readonly<Record<string, string>>);
  const spelled = (text: string): string =>
    named
      .reduce((left, [placeholder, name]) => left.replaceAll(new RegExp(`${placeholder}\\b`, 'g'), name), text)
      .replaceAll(/\b(\w+) = :set_\1\b/g, '$1');
  return Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key, key.endsWith('Expression') ? spelled(String(value)) : value]),
  );
};

/** Writes the requests of calls, one call after the other. */
export const writtenText = () => {
  const shortened = withoutRepeats();
  /** The requests of one call, in an order that does not go by time: some are made at once. */
  return (step: string, bodies: readonly (readonly [request: string, body: unknown])[]): string => {
    const parts = bodies
      .map(([request, body]) => [request, plain(body)] as const)
      .map(([request, body]) => [request, typeof body === 'object' ? withNames(body as Json) : body] as const)
      .map(part => ({ part, text: JSON.stringify(part) }))
      .sort((a, b) => (a.text < b.text ? -1 : 1))
      .map(({ part: [request, body] }) => ({ [request]: shortened(body, request) }));
    return `# ${step}\n${parts.map(part => `${linesOf(part).join('\n')}\n`).join('')}`;
  };
};
