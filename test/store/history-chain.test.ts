import { expect, test } from '@jest/globals';
import { historyChain, historyFromItem, historyItem } from '../../lib/store/history-item.ts';
import { aFinding, aKnown, aRun } from '../support/drift-builders.ts';

const retention = { resolvedDays: 90, historyDays: 400 };

/** An entry that a run wrote after that of another run. */
const entry = (version: number, number: number, previous?: number) => {
  const after = aKnown({ version, runId: aRun(number).runId, finding: aFinding({ message: `by run ${number}` }) });
  const before =
    previous === undefined ? {} : { before: aKnown({ version: version - 1, runId: aRun(previous).runId }) };
  const kind = version === 1 ? ('opened' as const) : ('changed' as const);
  return historyFromItem(historyItem({ kind, ...aRun(number), summary: `${version}`, ...before, after }, retention));
};
const lost = entry(1, 9);
const [first, second, third] = [entry(1, 1), entry(2, 2, 1), entry(3, 3, 2)];
const lostLater = entry(2, 8, 9);

test.each([
  ['from the newest that the finding names', [lost, first, lostLater, second, third], { version: 3, runId: 'run-3' }],
  ['in whatever order they are read', [third, lostLater, second, first, lost], { version: 3, runId: 'run-3' }],
  ['from the last version, where the finding is gone', [lost, first, lostLater, second, third], undefined],
])('the steps that really happened: %s', (_, entries, newest) => {
  const chain = historyChain(entries, newest);
  expect(chain.map(({ runId, before, after }) => [runId, before?.finding.message, after.finding.message])).toEqual([
    ['run-1', undefined, 'by run 1'],
    ['run-2', 'by run 1', 'by run 2'],
    ['run-3', 'by run 2', 'by run 3'],
  ]);
});

test('a chain ends where an entry is gone', () => {
  expect(historyChain([lost, second, third], { version: 3, runId: 'run-3' }).map(({ runId }) => runId)).toEqual([
    'run-2',
    'run-3',
  ]);
  expect(historyChain([lost], { version: 3, runId: 'run-3' })).toEqual([]);
  expect(historyChain([], undefined)).toEqual([]);
});
