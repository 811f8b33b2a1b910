import { expect, test } from '@jest/globals';
import { type ClueId, clues } from '../../lib/explain/clues.ts';
import { knownMessages } from '../../lib/explain/explain-message.ts';
import type { Cause } from '../../lib/explain/known-message.ts';
import { isDecided, orderCauses } from '../../lib/explain/order-causes.ts';
import { golden } from '../support/golden.ts';

const signsOf = ({ decisive = [], likelier = [], unlikelier = [] }: Cause): readonly ClueId[] => [
  ...decisive,
  ...likelier,
  ...unlikelier,
];

/** One line for each message and each sign that it knows: its causes by their usual places, `+` at those that tell the sign. */
test('the order of the causes of each message with each of its signs', () => {
  const lines = knownMessages.flatMap(({ id, causes }) =>
    [...new Set(causes.flatMap(signsOf))].sort().map(sign => {
      const ordered = orderCauses(causes, new Set([sign]));
      const places = ordered.map(cause => {
        const place = causes.findIndex(({ text }) => text === cause.text) + 1;
        return `${place}${cause.seen?.join() === clues[sign].says ? '+' : ''}`;
      });
      return `${id}, ${sign}: ${places.join(' ')}${isDecided(ordered, new Set([sign])) ? ', decided' : ''}`;
    }),
  );
  expect(lines.length).toBeGreaterThan(100);
  golden('signs-of-causes.txt', `${lines.join('\n')}\n`);
});
