import { expect, test } from '@jest/globals';
import { chooseMessage } from '../../lib/explain/choose-message.ts';
import { clues } from '../../lib/explain/clues.ts';
import { knownMessages } from '../../lib/explain/explain-message.ts';
import { logRecordOf } from '../../lib/explain/log-records.ts';
import { golden } from '../support/golden.ts';
import { textsIn } from './texts-in.ts';

/**
 * Short texts for each message and each clue, one a line: a text is found by one pattern alone, and most of them by one of its
 * alternatives alone. Without a pattern, or without an alternative, some text here is not found.
 */
const patternsOf: ReadonlyMap<string, readonly RegExp[]> = new Map([
  ...knownMessages.map(({ id, patterns }) => [`message ${id}`, patterns] as const),
  ...Object.entries(clues).map(([id, { patterns }]) => [`clue ${id}`, patterns as readonly RegExp[]] as const),
]);

const textsOf = textsIn('needed-texts.txt');

const isFound = (text: string, patterns: readonly RegExp[]): boolean =>
  logRecordOf(text).readings.some(reading => patterns.some(pattern => pattern.test(reading)));

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

test('each pattern finds its text in capitals and in small letters, but for those that are kept', () => {
  const strict = [...patternsOf].flatMap(([name, patterns]) =>
    patterns.flatMap(pattern => {
      const others = patterns.filter(other => other !== pattern);
      const text = textsOf.get(name)?.find(one => isFound(one, [pattern]) && !isFound(one, others)) ?? '';
      const { readings } = logRecordOf(text);
      const isFoundAs = (change: (reading: string) => string): boolean =>
        readings.some(reading => pattern.test(change(reading)));
      return isFoundAs(one => one.toUpperCase()) && isFoundAs(one => one.toLowerCase()) ? [] : [`${name}: ${text}\n`];
    }),
  );
  golden('explain/patterns-with-case.txt', strict.join(''));
});

/** Texts that would be found by a pattern without what it leaves out. */
test('each text that only looks like one of a message or a clue is not found', () => {
  const others = textsIn('other-texts.txt');
  expect(others.size).toBeGreaterThan(40);
  const found = [...others].flatMap(([name, texts]) =>
    texts.filter(text => isFound(text, patternsOf.get(name) ?? [/./])).map(text => `${name}: ${text}`),
  );
  expect(found).toEqual([]);
});

test('beside a more exact message a general one is not told', () => {
  const byId = new Map(knownMessages.map(message => [message.id, message]));
  const textsOfId = (id: string): readonly string[] => textsOf.get(`message ${id}`) ?? [];
  const pairs = knownMessages.flatMap(general =>
    (general.unless ?? []).flatMap(id => {
      const exact = byId.get(id);
      return exact === undefined ? [] : [{ general, exact }];
    }),
  );
  const told = pairs.flatMap(({ general, exact }) => {
    const both = textsOfId(exact.id)
      .flatMap(one => textsOfId(general.id).flatMap(other => [one, `${one} ${other}`, `${other} ${one}`]))
      .find(text => [general, exact].every(({ patterns }) => isFound(text, patterns)));
    const choice = both === undefined ? undefined : chooseMessage([logRecordOf(both)], [general, exact]);
    return choice === undefined ? [] : [[general.id, choice.message.id, ...choice.also.map(({ id }) => `and ${id}`)]];
  });
  golden('exact-messages.txt', `${told.map(([general, ...rest]) => `${general}: ${rest.join(' ')}`).join('\n')}\n`);
});
