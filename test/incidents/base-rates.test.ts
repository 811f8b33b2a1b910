import { describe, expect, test } from '@jest/globals';
import { cluesIn } from '../../lib/explain/clues.ts';
import { knownMessages } from '../../lib/explain/explain-message.ts';
import type { KnownMessage } from '../../lib/explain/known-message.ts';
import { plainText } from '../../lib/explain/log-records.ts';
import { incidents } from './incidents.ts';

/** Reports of a message from which its causes are counted, and the difference that chance makes. */
const enough = 6;
const byChance = 2;

/** How often each cause of a message was the true one, where no sign in the text decides for it. */
const countsOf = ({ id, causes }: KnownMessage): readonly number[] => {
  const places = incidents.flatMap(({ text, explained }) => {
    if (text === undefined || explained?.[0] !== id) return [];
    const found = cluesIn(plainText(text));
    const place = causes.findIndex(cause => explained[1].test(cause.text));
    return (causes[place]?.decisive ?? []).some(clue => found.has(clue)) ? [] : [place];
  });
  return causes.map((_, place) => places.filter(other => other === place).length);
};

describe('causes of a message stand in the order in which reports had them', () => {
  const counted = knownMessages
    .map(message => ({ id: message.id, counts: countsOf(message) }))
    .filter(({ counts }) => counts.reduce((sum, count) => sum + count, 0) >= enough);

  test.each(counted)('$id', ({ counts }) => {
    const risen = counts.filter((count, place) => counts.slice(0, place).some(before => count > before + byChance));
    expect(risen).toEqual([]);
  });

  test('for the messages with most reports', () => {
    expect(counted.map(({ id }) => id)).toEqual(expect.arrayContaining(['sts-not-authorized', 'sdk-no-credentials']));
  });
});
