/** The promises after each run. */

import type { Delivered } from '../simulation/destinations.ts';
import { hasEnded, isClean, type Run, readsLess } from '../simulation/run.ts';
import type { Simulation } from '../simulation/simulation.ts';
import { compareWithTruth } from './compare-with-truth.ts';
import { summaryOf } from './evaluations.ts';
import { asText, checkMessageCounts, countsByIndex, seenIn } from './message-counts.ts';
import { checkNewestWord } from './newest-word.ts';
import { checkSteps, stepsOf, type TruthOf } from './steps.ts';
import { type TableView, viewOf } from './table-view.ts';
import type { Verdicts } from './verdicts.ts';

/** When a finding was first seen stays the same for as long as its item lives. */
export const firstSeenChecker = ({ table }: Simulation, { bad }: Verdicts) => {
  const known = new Map<string, { readonly at: string; readonly version: number }>();
  let seen = 0;
  return (view: TableView): void => {
    for (const { operation, key } of table.writes.slice(seen))
      if (operation === 'TTL') known.delete(key.replace('\u0000finding#', ' '));
    seen = table.writes.length;
    for (const { pk, findingId, firstSeenAt, changedAt, version } of view.findings) {
      const key = `${pk} ${findingId}`;
      const before = known.get(key);
      if (before !== undefined && before.version <= version && before.at !== firstSeenAt)
        bad('first-seen', `${key}: ${before.at} became ${firstSeenAt}`);
      if (firstSeenAt > changedAt) bad('first-seen', `${key} was first seen after it changed`);
      known.set(key, { at: firstSeenAt, version });
    }
  };
};

/** The run has read everything, and written what it read of each of its accounts. */
export const isWhole = (simulation: Simulation, run: Run): boolean =>
  hasEnded(run) && !readsLess(run) && run.accounts.every(id => summaryOf(simulation, run, id)?.status === 'ok');

const checkRecordOfWhole = ({ table }: Simulation, run: Run, { bad, note, allow }: Verdicts): void => {
  const view = viewOf(table);
  const seen = seenIn(table);
  const record = view.runs.find(({ runId }) => runId === run.runId);
  if (record === undefined) {
    bad('no-record', run.runId);
    return;
  }
  if (countsByIndex(seen, run)) allow('counts by an index that lags behind');
  else if (run.repeat?.step === 'evaluate-account' && record.failedAccounts.length > 0)
    allow('counts of a record before a second invocation wrote');
  else if (asText(record.openFindings) !== seen.open)
    bad('wrong-counts', `${run.runId}: the record says ${asText(record.openFindings)}, the table ${seen.open}`);
  if (record.gapCount > 0) note('a run that read everything, with gaps');
};

/** A step of the run may end between what it does and its note of that. */
const mayForget = ({ rates, crash, denied }: Run): boolean =>
  rates !== undefined || crash !== undefined || denied !== undefined;

/** The bucket knew by then that the destination has the digest. A step whose write of that failed cannot say it to its
 *  repeat. */
const isWrittenDown = ({ bucket }: Simulation, { digest, destination }: Delivered, by = Infinity): boolean =>
  [...(bucket.outboxes.get(`outbox/${destination}.json`) ?? [])].some(
    ([text, at]) => at <= by && JSON.parse(text).delivered?.includes(digest.id) === true,
  );

/** Whatever befell the run: its record counts what it wrote, and says whether its digest was taken. */
const checkRecord = (simulation: Simulation, run: Run, view: TableView, { bad, note, allow }: Verdicts): void => {
  const record = view.runs.find(({ runId }) => runId === run.runId);
  if (record === undefined) return;
  const { runId, outcome, overlapped, repeat, denied } = run;
  const isTaken = (each: Delivered): boolean => each.by === runId && each.digest.runId === runId && each.taken;
  const { delivered } = simulation.destinations;
  // A later message of an invocation that was given up is not in the record.
  const taken = delivered.slice(0, run.deliveredBefore).filter(isTaken);
  if (outcome === 'succeeded' && taken.length > 0 && !record.sent) {
    if (mayForget(run) && !taken.some(each => isWrittenDown(simulation, each)))
      allow('sent, which could not be written down');
    else if (repeat?.step === 'notify-drift' && !taken.some(each => isWrittenDown(simulation, each, run.notifyBegan)))
      allow('sent by another invocation meanwhile');
    else
      bad('record-sent-false', `${runId}: a destination took the digest of this run, the record says it was not sent`);
  }
  // An earlier run had sent it, and ended before it could mark that.
  if (record.sent && !delivered.some(isTaken)) note('the record says sent of what an earlier run had sent');
  const wrote = stepsOf(view, run).length;
  if (record.transitions === wrote) return;
  if (overlapped || repeat?.step === 'evaluate-account' || repeat?.step === 'complete-run')
    allow('steps of a record beside another invocation');
  else if (denied) allow('the steps of a record after a refused write');
  else bad('wrong-counts', `${runId} (${outcome}): the record says ${record.transitions} steps, history has ${wrote}`);
};

/** Checks everything that is promised after one run. `overtaken`: accounts that a run has written which began later, or at
 *  the same instant. The truth is worked out only where it is compared. */
export const checkRun = (
  simulation: Simulation,
  run: Run,
  { truthOf, overtaken }: { readonly truthOf: TruthOf; readonly overtaken: readonly string[] },
  verdicts: Verdicts,
): void => {
  const view = viewOf(simulation.table);
  checkSteps(run, view, truthOf, verdicts);
  if (run.skippedFor?.wasOver) verdicts.bad('skipped-for-nothing', `${run.runId}: ${run.skippedFor.runId} was over`);
  if (run.skippedFor !== undefined) {
    verdicts.note('a run was skipped');
    if (run.outcome === 'skipped' && !view.all.some(({ type, runId }) => type === 'skipped-run' && runId === run.runId))
      verdicts.bad('no-record', `${run.runId} was skipped and left no record`);
  }
  if (run.skippedFor === undefined && isClean(run) && !hasEnded(run))
    verdicts.bad('clean-run-failed', `${run.runId}: ${run.outcome}`);
  if (overtaken.length > 0) verdicts.allow('a run beside one that began later, or at the same instant');
  checkNewestWord(simulation, run, overtaken, verdicts);
  if (overtaken.length === 0 && isWhole(simulation, run)) {
    compareWithTruth(view, run, truthOf(run.runId) ?? new Map(), run.runId, verdicts);
    if (!run.isFast) checkRecordOfWhole(simulation, run, verdicts);
  }
  checkMessageCounts(simulation, run, verdicts);
  checkRecord(simulation, run, view, verdicts);
};
