import type { Severity } from '../../../lib/model/finding.ts';
import type { Run } from '../simulation/run.ts';
import type { Simulation } from '../simulation/simulation.ts';
import type { MemoryTable } from '../table/memory-table.ts';
import { type TableView, viewOf } from './table-view.ts';
import type { Verdicts } from './verdicts.ts';

/** The open findings of the table, by severity. */
const openIn = (view: TableView): Readonly<Record<Severity, number>> => {
  const open = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { status, severity } of view.findings) if (status === 'open') open[severity] += 1;
  return open;
};

/** Counts as text, equal for equal counts. */
export const asText = (counts: Readonly<Record<string, number>>): string =>
  JSON.stringify(Object.entries(counts).sort());

/** The counts of the table at some moment. `behind`: the accounts that are not closed, while the indexes of the table lag
 *  behind; empty while they show everything. */
export interface Seen {
  readonly open: string;
  readonly behind: readonly string[];
}

/** The counts of the table as it is now. */
export const seenIn = (table: MemoryTable): Seen => {
  const view = viewOf(table);
  const accounts = view.all.flatMap(({ pk, sk, closedAt }) =>
    pk === 'accounts' && closedAt === undefined ? [String(sk)] : [],
  );
  return { open: asText(openIn(view)), behind: table.lagging() > 0 ? accounts : [] };
};

/** True where the fleet has accounts that the run did not read: their findings are counted by an index, which DynamoDB writes
 *  a moment later. */
export const countsByIndex = ({ behind }: Seen, { accounts }: Run): boolean =>
  behind.some(id => !accounts.includes(id));

/**
 * A message of a run counts what is open in the table when it arrives, and the gaps that the run's record counts. The table
 * itself is compared with the truth after each run that has read everything (`compare-with-truth.ts`). A message that had to
 * wait counts what was open when it was made. Beside another run, or a second invocation of a step, the counts are those of
 * some moment between.
 */
export const checkMessageCounts = (simulation: Simulation, run: Run, { bad, note, allow }: Verdicts): void => {
  const { delivered } = simulation.destinations;
  const record = viewOf(simulation.table).runs.find(({ runId }) => runId === run.runId);
  for (const [index, { digest, destination, seen, by }] of delivered.entries()) {
    if (by !== run.runId || digest.runId !== run.runId) continue;
    // An invocation that was given up may send while the last step closes accounts that left.
    const isLast = index >= (run.deliveredBefore ?? Infinity);
    if (run.overlapped || run.repeat?.step === 'evaluate-account' || isLast) {
      allow('counts of a message beside another invocation');
      continue;
    }
    const about = `${run.runId} ${destination}: the message says`;
    if (record !== undefined && record.gapCount !== digest.gaps)
      bad('message-counts', `${about} ${digest.gaps} gaps, the record ${record.gapCount}`);
    if (countsByIndex(seen, run)) allow('counts by an index that lags behind');
    else {
      note('the counts of a message were compared with the table');
      if (asText(digest.openBySeverity) !== seen.open)
        bad('message-counts', `${about} ${asText(digest.openBySeverity)}, the table ${seen.open}`);
    }
  }
};
