/** A later reading wins (docs/delivery.md): whichever order runs load, write and die in. */
import { expect, test } from '@jest/globals';
import type { StateChange } from '../../lib/audit/ports.ts';
import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { accountId, aFact, anEvaluation, aRoleFinding, aRun } from '../support/drift-builders.ts';
import { changeOf, write } from '../support/finding-store-laws.ts';
import { fc } from '../support/properties.ts';
import { tableOrderChecker } from './promises/table-order.ts';
import { verdictsOf } from './promises/verdicts.ts';
import { memoryTable } from './table/memory-table.ts';

const names = ['a', 'b', 'c'] as const;

/** A run reads a world, loads what is known at one moment, and writes at a later one: by itself, or in the middle of the
 *  next one's writes. It may die before one of its writes. */
const aReader = fc.record({
  found: fc.subarray([...names]),
  value: fc.constantFrom('x', 'y'),
  moments: fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 9 })),
  isInside: fc.boolean(),
  diesAt: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
});

/** The items of the table that runs must not turn back. */
const isState = (input: unknown): boolean => /finding#|watched#|watermark/.test(JSON.stringify(input));

test('nothing that was read later is replaced by what was read earlier', () =>
  fc.assert(
    fc.asyncProperty(fc.array(aReader, { minLength: 2, maxLength: 5 }), async readers => {
      const inside: (() => Promise<unknown>)[] = [];
      let left = Number.POSITIVE_INFINITY;
      const table = memoryTable(async (operation, perform, _error, input) => {
        if (operation !== 'UpdateItem' || !isState(input)) return perform();
        const own = left;
        await inside.shift()?.();
        left = own - 1;
        if (left < 0) throw new Error('killed');
        return perform();
      }, 3);
      const retention = { resolvedDays: 90, historyDays: 400 };
      const store = dynamodbFindingStore({ client: table.client, tableName: 't', retention });
      const verdicts = verdictsOf();
      const checkOrder = tableOrderChecker({ table }, verdicts);
      const changes = new Map<number, StateChange>();
      let day = 10;
      const evaluationOf = ({ found, value }: Pick<(typeof readers)[number], 'found' | 'value'>) =>
        anEvaluation({
          findings: found.map(name => aRoleFinding(name)),
          subjects: names.map(name => aRoleFinding(name).subject),
          watched: [aFact({ value })],
        });
      const writeAs = async (run: number, diesAt: number | undefined): Promise<void> => {
        const change = changes.get(run);
        left = diesAt ?? Number.POSITIVE_INFINITY;
        // A day later each time: the right of a run that died is free again.
        day += 1;
        if (change !== undefined) await store.apply(change, aRun(day).at).catch(() => undefined);
        left = Number.POSITIVE_INFINITY;
      };
      const moments = readers.flatMap((reader, index) => {
        const run = index + 1;
        const [loads, after] = reader.moments;
        return [
          { at: loads, happens: async () => void changes.set(run, await changeOf(store, evaluationOf(reader), run)) },
          {
            at: loads + after,
            happens: async () => {
              if (reader.isInside) inside.push(() => writeAs(run, reader.diesAt));
              else await writeAs(run, reader.diesAt);
            },
          },
        ];
      });
      for (const { happens } of moments.toSorted((a, b) => a.at - b.at)) {
        await happens();
        checkOrder();
      }
      inside.length = 0;
      const last = { found: ['b' as const], value: 'y' as const };
      await write(store, evaluationOf(last), 25);
      checkOrder();
      expect(verdicts.violations).toEqual([]);
      const known = await store.load(accountId);
      const open = known.findings.filter(({ status }) => status === 'open').map(({ finding }) => finding.id);
      expect(open).toEqual([aRoleFinding('b').id]);
      expect(known.watched.map(({ value }) => value)).toEqual(['y']);
    }),
    { numRuns: 150 },
  ));
