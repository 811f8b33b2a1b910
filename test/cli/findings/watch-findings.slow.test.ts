import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { renderTransitions } from '../../../lib/cli/findings/finding-table.ts';
import { watchFindings } from '../../../lib/cli/findings/watch-findings.ts';
import type { Transition } from '../../../lib/history/transition.ts';
import { dynamodbFindingStore } from '../../../lib/store/dynamodb-finding-store.ts';
import { anEvaluation, aRoleFinding, aRun } from '../../support/drift-builders.ts';
import { type Store, write } from '../../support/finding-store-laws.ts';
import { type LocalTable, startLocalTable } from '../../support/local-table.ts';

describe('findings watch over a table', () => {
  let table: LocalTable;
  let store: Store;
  beforeAll(async () => {
    table = await startLocalTable();
  });
  afterAll(() => table.stop());
  beforeEach(async () => {
    const retention = { resolvedDays: 1, historyDays: 1 };
    store = dynamodbFindingStore({ client: table.client, tableName: await table.another(), retention });
  });

  /** Watches while runs write: one run between two looks. */
  const watch = async (runs: readonly (() => Promise<unknown>)[], filter = {}) => {
    const looks: (readonly Transition[])[] = [];
    const left = [...runs];
    await watchFindings(
      store,
      { filter, since: aRun(2).at, interval: 1, times: runs.length + 1, wait: async () => left.shift()?.() },
      found => looks.push(found),
    );
    return looks;
  };
  const words = (looks: readonly (readonly Transition[])[]) =>
    looks.map(look => look.map(({ kind, after }) => `${kind} ${after.finding.subject.split('/').at(-1)}`));

  test('tells each new step once, as it comes; what was before is not told', async () => {
    const [a, b] = [aRoleFinding('a'), aRoleFinding('b', { severity: 'low' })];
    await write(store, anEvaluation({ findings: [a] }), 1);
    const looks = await watch([
      () => write(store, anEvaluation({ findings: [a, b] }), 2),
      () => write(store, anEvaluation({ findings: [a, b] }), 3),
      () => write(store, anEvaluation({ findings: [a, { ...b, severity: 'critical' }] }), 4),
      () => write(store, anEvaluation({ findings: [b] }), 5),
    ]);
    expect(words(looks)).toEqual([['opened b'], ['escalated b'], expect.arrayContaining(['resolved a'])]);
  });

  test('what came and went between two looks is told with both steps', async () => {
    const finding = aRoleFinding('brief');
    const looks = await watch([
      async () => {
        await write(store, anEvaluation({ findings: [finding] }), 2);
        await write(store, anEvaluation({ findings: [] }), 3);
      },
    ]);
    expect(words(looks)).toEqual([['opened brief', 'resolved brief']]);
    const lines = renderTransitions(looks[0] ?? [], 'table', { colour: false, width: 120 }).split('\n');
    expect(lines[0]).toMatch(/^2026-11-02T06:00:00.000Z {2}opened {6}high/);
  });

  test('only what the filter lets through', async () => {
    const findings = [aRoleFinding('a'), aRoleFinding('b', { severity: 'low' })];
    const looks = await watch([() => write(store, anEvaluation({ findings }), 2)], { minSeverity: 'high' });
    expect(words(looks)).toEqual([['opened a']]);
  });
});
