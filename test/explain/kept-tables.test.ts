import { expect, test } from '@jest/globals';
import { clues } from '../../lib/explain/clues.ts';
import { knownMessages } from '../../lib/explain/explain-message.ts';
import type { Cause, KnownMessage } from '../../lib/explain/known-message.ts';
import { golden } from '../support/golden.ts';

/** A value on one line: of a list its items, of an object each list with its name. */
const shown = (value: unknown): string => {
  if (Array.isArray(value)) return value.join(' ');
  return typeof value === 'object' && value !== null
    ? Object.entries(value)
        .map(([name, list]) => `${name} (${shown(list)})`)
        .join(', ')
    : String(value);
};

/** `name: value` for each field that is there. */
const fields = (of: object, indent: string): readonly string[] =>
  Object.entries(of).map(([name, value]) => `${indent}${name}: ${shown(value) || 'none'}`);

const texts = [...new Set(knownMessages.flatMap(({ causes }) => causes.map(({ text }) => text)))];
/** The beginning of a text that no other cause has. */
const nameOf = (text: string): string => {
  const beginning = text.slice(0, 60);
  return texts.filter(other => other.startsWith(beginning)).length === 1 ? beginning : text;
};

/** The fields of a cause that are not as in another one. */
const differing = (cause: Cause, from: Cause): Readonly<Record<string, unknown>> => {
  const names = [...new Set([...Object.keys(from), ...Object.keys(cause)])] as (keyof Cause)[];
  return Object.fromEntries(
    names.filter(name => shown(cause[name]) !== shown(from[name])).map(name => [name, cause[name] ?? 'absent']),
  );
};

/** A message as lines. A cause of several messages is written whole once; later it is named, with the fields that differ. */
const linesOf = (
  { id, patterns: _, causes, ...rest }: KnownMessage,
  written: Map<string, Cause>,
): readonly string[] => [
  id,
  ...fields(rest, '  '),
  ...causes.flatMap((cause, at) => {
    const { text, ...parts } = cause;
    const before = written.get(text);
    if (before === undefined) written.set(text, cause);
    return before
      ? [`  ${at + 1}. = ${nameOf(text)}`, ...fields(differing(cause, before), '     ')]
      : [`  ${at + 1}. ${text}`, ...fields(parts, '     ')];
  }),
  '',
];

test('each message and each of its causes, whole but for the patterns', () => {
  const written = new Map<string, Cause>();
  const lines = knownMessages.flatMap(message => linesOf(message, written));
  expect(written.size).toBe(texts.length);
  golden('explain/messages.txt', lines.join('\n'));
});

test('each sign in words', () =>
  golden(
    'explain/signs.txt',
    Object.entries(clues)
      .map(([id, { says }]) => `${id}: ${says}\n`)
      .join(''),
  ));
