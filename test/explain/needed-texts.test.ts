import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { clues } from '../../lib/explain/clues.ts';
import { knownMessages } from '../../lib/explain/explain-message.ts';
import { recordOf } from '../../lib/explain/log-records.ts';

/**
 * Short texts for each message and each clue, one a line: a text is found by one pattern alone, and most of them by one of its
 * alternatives alone. Without a pattern, or without an alternative, some text here is not found.
 */
const patternsOf: ReadonlyMap<string, readonly RegExp[]> = new Map([
  ...knownMessages.map(({ id, patterns }) => [`message ${id}`, patterns] as const),
  ...Object.entries(clues).map(([id, { patterns }]) => [`clue ${id}`, patterns as readonly RegExp[]] as const),
]);

const textsOf: ReadonlyMap<string, readonly string[]> = new Map(
  readFileSync('test/explain/needed-texts.txt', 'utf8')
    .trimEnd()
    .split(/\n(?! )/)
    .map(part => part.split('\n  '))
    .map(([name = '', ...texts]) => [name, texts]),
);

const isFound = (text: string, patterns: readonly RegExp[]): boolean =>
  recordOf(text).readings.some(reading => patterns.some(pattern => pattern.test(reading)));

test('there are texts for each message and each clue, and for no other', () =>
  expect([...textsOf.keys()].sort()).toEqual([...patternsOf.keys()].sort()));

test('each text is found', () => {
  const lost = [...textsOf].flatMap(([name, texts]) =>
    texts.filter(text => !isFound(text, patternsOf.get(name) ?? [])).map(text => `${name}: ${text}`),
  );
  expect(lost).toEqual([]);
});

test('each pattern is needed: it finds a text that no other pattern of its message finds', () => {
  const needless = [...patternsOf].flatMap(([name, patterns]) =>
    patterns
      .filter(pattern => {
        const others = patterns.filter(other => other !== pattern);
        return !textsOf.get(name)?.some(text => isFound(text, [pattern]) && !isFound(text, others));
      })
      .map(pattern => `${name}: ${pattern}`),
  );
  expect(needless).toEqual([]);
});
