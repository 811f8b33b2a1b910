import { describe, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { expectSaid } from './verdict-of.ts';

/** A world, by title, and what the rule says of it: see `expectSaid`. */
export type SaidCase = readonly [title: string, facts: () => Facts, expected: readonly RegExp[]];

/** The table of a rule: all that it says of each world. */
export const says = (ruleId: string, cases: readonly SaidCase[]): void =>
  describe(ruleId, () => {
    test.each<SaidCase>(cases)('%s', (_, facts, expected) => expectSaid(ruleId, facts(), expected));
  });
