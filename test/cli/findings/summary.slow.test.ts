/** `findings summary` over the runs of an auditor in a table: the page and its PDF. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, expect, test } from '@jest/globals';
import { Command } from 'commander';
import type { StateChange } from '../../../lib/audit/ports.ts';
import { findingsCommandOf } from '../../../lib/cli/commands/findings.ts';
import type { Io } from '../../../lib/cli/shell/io.ts';
import type { KnownFinding, Transition } from '../../../lib/history/transition.ts';
import { memoryFindingStore } from '../../../lib/store/memory-finding-store.ts';
import { chromiumPath } from '../../browser/chromium.ts';
import { accountId, aKnown, aRoleFinding, aRun } from '../../support/drift-builders.ts';
import { machineClock } from '../../support/machine-clock.ts';
import { needing } from '../../support/needing.ts';

const folder = mkdtempSync(join(tmpdir(), 'irsa-summary-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A table after so many runs, one a day: each opens a finding of one of fourteen teams, and fixes that of ten days before. */
const tableAfter = async (days: number) => {
  const store = memoryFindingStore();
  const known = new Map<number, KnownFinding>();
  for (let day = 1; day <= days; day += 1) {
    const run = { ...aRun(day), at: new Date(Date.parse(aRun(1).at) + (day - 1) * 86_400_000).toISOString() };
    const step = (kind: Transition['kind'], after: KnownFinding, before?: KnownFinding): Transition => ({
      ...{ kind, ...run, summary: kind, after },
      ...(before === undefined ? {} : { before }),
    });
    const owner = `team-${day % 14}-of-a-long-name`;
    const severity = (['critical', 'high', 'medium', 'low', 'info'] as const)[day % 5] ?? 'low';
    const message = `Role store-orders-${day} may be assumed by every service account of the cluster shop. `.repeat(3);
    const opened = aKnown({
      ...{ finding: aRoleFinding(`store-orders-${day}`, { owner, severity, message }), runId: run.runId },
      ...{ firstSeenAt: run.at, changedAt: run.at },
    });
    const old = known.get(day - 10);
    const fixed: KnownFinding | undefined = old && {
      ...{ ...old, status: 'resolved', resolution: 'passed', version: 2, changedAt: run.at, runId: run.runId },
    };
    const transitions = [step('opened', opened), ...(fixed ? [step('resolved', fixed, old)] : [])];
    const { confirmedAt } = await store.load(accountId);
    const change: StateChange = {
      ...{ accountId, ...run, transitions, factChanges: [], watched: [], coverage: [] },
      ...{ readScopes: [], unreadFacts: [], ...(confirmedAt === undefined ? {} : { basis: confirmedAt }) },
    };
    await store.apply(change, run.at);
    known.set(day, opened);
    await store.recordRun({
      ...{ runId: run.runId, startedAt: run.at, endedAt: run.at, accounts: 1, failedAccounts: [], gaps: [] },
      ...{ gapCount: 2, openBySeverity: await store.openBySeverity(), transitions: 1, sent: true, apiCalls: {} },
    });
  }
  return store;
};

const asked = async (days: number, ...words: readonly string[]) => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const codes: number[] = [];
  const io: Io = {
    ...{ stdin: new PassThrough(), stdout, stderr, env: { ...process.env, ...machineClock() }, cwd: folder },
    ...{ now: () => new Date(Date.parse(aRun(1).at) + (days - 1) * 86_400_000).toISOString() },
    ...{ stdoutIsTerminal: false, stderrIsTerminal: false, exit: code => codes.push(code) },
  };
  const store = await tableAfter(days);
  await new Command()
    .addCommand(findingsCommandOf(async () => store)(io))
    .parseAsync(['findings', 'summary', ...words], { from: 'user' });
  return { stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? ''), code: codes.at(-1) };
};

test('thirty days of sixty are counted', async () => {
  expect(await asked(60)).toEqual({ stdout: '', stderr: 'irsa-summary.html: 30 found, 30 fixed, 10 open\n', code: 0 });
  const page = readFileSync(join(folder, 'irsa-summary.html'), 'utf8');
  // On each of the thirty days one is found, and one that is ten days old is fixed; ten are open at any time.
  expect(page).toContain('30 findings found, 30 fixed, 10 open now');
  expect(page).toContain('10 open on 2026-11-30, 30 found, less 30 fixed: 10 open.');
  expect(page).toContain('Half of the fixed ones were open for 10 days or less, the longest for 10 days.');
});

test('all of a shorter life is found', async () => {
  const { stdout } = await asked(12, '-o', 'json');
  const { all, hasStart, since } = JSON.parse(stdout);
  expect([all.atStart, all.found, all.ended.fixed, all.open, hasStart]).toEqual([0, 12, 2, 10, false]);
  expect(since).toBe('2026-10-13T06:00:00.000Z');
});

needing('Chromium', chromiumPath !== undefined)('as PDF', () => {
  test('is one sheet', async () => {
    expect(await asked(60, '-o', 'pdf', '--output-file', 'quarter.pdf')).toMatchObject({ code: 0 });
    const pdf = readFileSync(join(folder, 'quarter.pdf'), 'latin1');
    expect(pdf.startsWith('%PDF-')).toBe(true);
    expect(/\/Type \/Pages\s[^>]*?\/Count (\d+)/.exec(pdf)?.[1]).toBe('1');
  }, 60_000);
});
