import { describe, expect, test } from '@jest/globals';
import { takeTurns } from '../../lib/history/take-turns.ts';
import { fc } from '../support/properties.ts';

interface Item {
  readonly level: string;
  readonly account: string;
  readonly n: number;
}
const inTurns = (items: readonly Item[]) =>
  takeTurns(
    items,
    ({ level }) => level,
    ({ account }) => account,
  );
const items = fc
  .array(fc.record({ level: fc.constantFrom('0', '1', '2'), account: fc.constantFrom('a', 'b', 'c') }), {
    maxLength: 60,
  })
  .map(all => all.map((item, n): Item => ({ ...item, n })).sort((a, b) => a.level.localeCompare(b.level)));

describe('accounts that take turns', () => {
  test('lose nothing, keep the levels and the order of each account, and change nothing when done twice', () => {
    fc.assert(
      fc.property(items, all => {
        const turned = inTurns(all);
        expect([...turned].sort((a, b) => a.n - b.n)).toEqual([...all].sort((a, b) => a.n - b.n));
        expect(turned.map(({ level }) => level)).toEqual(all.map(({ level }) => level));
        for (const account of ['a', 'b', 'c'])
          for (const level of ['0', '1', '2']) {
            const own = (list: readonly Item[]) =>
              list.filter(each => each.account === account && each.level === level);
            expect(own(turned)).toEqual(own(all));
          }
        expect(inTurns(turned)).toEqual(turned);
      }),
    );
  });

  test('have equal parts of the first few, as far as they have so many', () => {
    fc.assert(
      fc.property(items, fc.nat(60), (all, room) => {
        const level = inTurns(all.filter(each => each.level === '0'));
        const told = level.slice(0, room);
        const count = (list: readonly Item[], account: string) => list.filter(each => each.account === account).length;
        for (const one of ['a', 'b', 'c'])
          for (const other of ['a', 'b', 'c'])
            if (count(told, one) < count(level, one))
              expect(count(told, other)).toBeLessThanOrEqual(count(told, one) + 1);
      }),
    );
  });
});
