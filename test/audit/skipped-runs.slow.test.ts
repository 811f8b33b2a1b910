/** A run that is skipped leaves a record, and people are told of it. */
import { describe, expect, test } from '@jest/globals';
import { maxSkipped } from '../../lib/audit/skipped-run.ts';
import { beginRun } from '../../lib/audit/steps/begin-run.ts';
import { notifyDrift } from '../../lib/audit/steps/notify-drift.ts';
import { sendSummary } from '../../lib/audit/steps/send-summary.ts';
import type { Digest } from '../../lib/history/transition.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { memoryFindingStore } from '../../lib/store/memory-finding-store.ts';
import { anEvaluation, aRoleFinding } from '../support/drift-builders.ts';
import { write } from '../support/finding-store-laws.ts';
import { takingNotifier } from '../support/taking-notifier.ts';

const at = (hour: number) => `2026-11-20T${String(hour).padStart(2, '0')}:00:00.000Z`;
const choices = { minSeverity: 'low', links: {} } as const;

const world = () => {
  const took: Digest[] = [];
  const findings = memoryFindingStore();
  let hour = 0;
  const ports = {
    ...{ findings, documents: memoryDocumentStore(), notifiers: [takingNotifier('sns', took)] },
    targets: { list: async () => [{ accountId: '111122223333', regions: ['eu-west-1'] }] },
    now: () => at(hour),
  };
  return {
    ports,
    took,
    begin: (each: number) => {
      hour = each;
      return beginRun(ports, { runId: `run-${each}`, startedAt: at(each) });
    },
    record: (each: number) =>
      findings.recordRun({
        ...{ runId: `run-${each}`, startedAt: at(each), endedAt: at(each), accounts: 1, failedAccounts: [], gaps: [] },
        ...{ gapCount: 0, transitions: 0, sent: false, apiCalls: {} },
        openBySeverity: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
      }),
  };
};

const note = `2 runs did not begin since ${at(0)}, the last one on ${at(2)}: run run-0 was going on, or had not said that it was over.`;

describe('runs that begin while another one goes on', () => {
  test('are on record, the newest first, each once', async () => {
    const { ports, begin } = world();
    for (const hour of [0, 1, 2, 2]) await begin(hour);
    expect(await ports.findings.skippedRuns('')).toEqual([
      { runId: 'run-2', startedAt: at(2), skippedFor: 'run-0' },
      { runId: 'run-1', startedAt: at(1), skippedFor: 'run-0' },
    ]);
    expect((await ports.findings.runs({ limit: 1 })).items).toEqual([]);
  });

  test('are told with the next digest, once', async () => {
    const { ports, took, begin, record } = world();
    await record(0);
    for (const hour of [0, 1, 2]) await begin(hour);
    const send = async (hour: number): Promise<readonly string[] | undefined> => {
      await write(ports.findings, anEvaluation({ findings: [aRoleFinding(`role-${hour}`)] }), hour);
      await notifyDrift(ports, choices, { runId: `run-${hour}`, startedAt: at(hour), accounts: [] });
      await record(hour);
      return took.at(-1)?.notes;
    };
    expect(await send(3)).toEqual([note]);
    expect(await send(4)).toBeUndefined();
  });

  test('are told in the weekly summary for a week', async () => {
    const { ports, took, begin, record } = world();
    await record(0);
    for (const hour of [0, 1, 2]) await begin(hour);
    const summary = async (startedAt: string): Promise<string> => {
      await sendSummary(ports, choices, { runId: startedAt, startedAt, accounts: [], summary: true });
      return (took.at(-1)?.notes ?? []).join('\n');
    };
    expect(await summary('2026-11-23T08:00:00.000Z')).toContain('2 runs did not begin since 2026-11-16T08:00:00.000Z');
    expect(await summary('2026-11-30T08:00:00.000Z')).not.toContain('did not begin');
  });

  test('are counted up to a bound', async () => {
    const { findings } = world().ports;
    for (let n = 0; n < maxSkipped + 1; n += 1)
      await findings.recordSkipped({ runId: `run-${n}`, startedAt: at(1), skippedFor: 'x' });
    expect(await findings.skippedRuns('')).toHaveLength(maxSkipped);
  });
});
