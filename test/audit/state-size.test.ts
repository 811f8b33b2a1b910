import { describe, expect, test } from '@jest/globals';
import { clustersPerCall, itemStatuses, maxClustersInside } from '../../lib/audit/contract.ts';
import type { CollectedAccount, RunState } from '../../lib/audit/events.ts';
import { listTargets } from '../../lib/audit/steps/list-targets.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';

/** Step Functions: the largest input or output of a state, in bytes of UTF-8. */
const longestState = 256 * 1024;
const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe('the state of the workflow', () => {
  test('of 10,000 accounts, with the outputs of a map over them, fits', async () => {
    const ids = Array.from({ length: 10_000 }, (_, n) => String(100_000_000_000 + n));
    const targets = { list: async () => ids.map(accountId => ({ accountId, regions: ['eu-west-1'] })) };
    const start = { runId: 'x'.repeat(120), startedAt: '2026-11-25T06:00:00.000Z' };
    const state: RunState = await listTargets({ targets, documents: memoryDocumentStore() }, start);
    expect(state.accounts).toHaveLength(10_000);
    const longest = [...itemStatuses].sort((a, b) => b.length - a.length)[0];
    expect(bytes({ ...state, statuses: ids.map(() => longest) })).toBeLessThan(longestState);
  });

  test('of an account with as many clusters as are read from inside fits', () => {
    const name = `eu-central-1/${'n'.repeat(100)}`;
    const account: CollectedAccount = {
      status: 'ok',
      clusters: Array.from({ length: Math.ceil(maxClustersInside / clustersPerCall) }, () =>
        Array.from({ length: clustersPerCall }, () => name),
      ),
    };
    expect(
      bytes({ runId: 'x'.repeat(120), startedAt: '2026-11-25T06:00:00.000Z', accountId: '1'.repeat(12), ...account }),
    ).toBeLessThan(longestState);
  });
});
