/** The promises after each run. */

import { nameKey } from '../../../lib/history/absent.ts';
import { atLeast, type Severity } from '../../../lib/model/finding.ts';
import type { Delivered } from '../simulation/destinations.ts';
import { isClean, type Run } from '../simulation/run.ts';
import type { Simulation } from '../simulation/simulation.ts';
import { compareWithTruth } from './compare-with-truth.ts';
import { type HistoryItem, type TableView, viewOf } from './table-view.ts';
import type { AccountTruth, Truth } from './truth.ts';
import type { Verdicts } from './verdicts.ts';

/** The steps that a run really made: those in some finding's chain. */
const stepsOf = (view: TableView, run: Run): readonly HistoryItem[] =>
  view.history.filter(step => {
    if (step.runId !== run.runId) return false;
    const item = view.finding(step.accountId, step.state.findingId);
    return item !== undefined && (item.version > step.version || item.runId === step.runId);
  });

const faultsOf = ({ faults }: Run): string => JSON.stringify(faults.map(({ type, kind }) => `${type} ${kind}`));

/** True for an exposure that is told by the text of a policy, and as bad as it: a read that is denied is no shield, so where
 *  a provider is unread the text suffices. */
const isByText = ({ judgedWithout = [], findingId, severity }: HistoryItem['state'], truth: AccountTruth): boolean =>
  judgedWithout.some(({ section }) => section === 'providers' || section === 'provider-detail') &&
  truth.exposedByText().get(findingId)?.includes(severity) === true;

const stepBefore = (view: TableView, { state, version, previousRunId = '', accountId }: HistoryItem) =>
  view.step(state.findingId, version - 1, previousRunId, accountId);

/** In a world that is as it was when the finding was written nothing changes and nothing grows worse, however well it is
 *  read: what is worse by a better reading is reassessed. Of a milder one, which a better reading shows, the severity is
 *  told as a change. */
const checkSteady = (run: Run, step: HistoryItem, view: TableView, { bad, note }: Verdicts): void => {
  const { kind, summary, accountId, ruleId, state } = step;
  if (run.steadySince === undefined || (kind !== 'changed' && kind !== 'escalated')) return;
  let before = stepBefore(view, step);
  // These keep what was known: it may be of an earlier world.
  while (before !== undefined && (before.kind === 'unconfirmed' || before.summary === 'confirmed again'))
    before = stepBefore(view, before);
  if (before === undefined || before.at < run.steadySince) return;
  if (kind === 'changed' && summary.includes('severity')) note('milder by a better reading');
  else
    bad(
      'noise',
      `${run.runId}: ${accountId} ${ruleId} ${state.subject} ${kind} (${summary}) in an unchanged world; ${faultsOf(run)}`,
    );
};

const checkStep = (run: Run, step: HistoryItem, truth: AccountTruth, { bad, note }: Verdicts): void => {
  const { kind, ruleId, state, accountId } = step;
  const finding = truth.findings.get(state.findingId);
  const name = nameKey(state);
  const about = `${run.runId}: ${accountId} ${ruleId} ${state.subject} [${state.discriminator}]`;
  const unchanged = run.sameWorld && run.previousClean;
  if (kind === 'resolved') {
    const { resolution = '' } = state;
    if (finding !== undefined)
      bad('false-resolve', `${about} resolved "${resolution}" while it is there; ${faultsOf(run)}`);
    else if (truth.folded.has(name))
      bad('false-resolve', `${about} resolved "${resolution}" while a finding explains it`);
  }
  if (kind === 'explained' && !truth.folded.has(name))
    bad(
      'false-explain',
      `${about} ${step.summary}; in truth it ${finding === undefined ? 'is not there' : 'stands alone'}`,
    );
  if ((kind === 'opened' || kind === 'reopened') && finding === undefined && ruleId !== 'cluster-unauditable') {
    // Less was read: it fails, which a person must know; once its cause is read it is explained, and never resolved.
    if (truth.folded.has(name) && !isClean(run)) note('opened alone though it is explained in truth');
    else if (isByText(state, truth)) note('opened by the text of a policy whose provider was not read');
    else bad('false-open', `${about} ${kind}; ${faultsOf(run)}`);
  }
  // Who has not read everything may know of less than there is, never of more.
  const isLess = finding !== undefined && atLeast(finding.severity, state.severity);
  if (
    kind === 'escalated' &&
    finding?.severity !== state.severity &&
    finding !== undefined &&
    !(isLess && !isClean(run)) &&
    !isByText(state, truth)
  )
    bad('false-severity', `${about} escalated to ${state.severity}, in truth ${finding.severity}`);
  if (unchanged && kind === 'opened' && ruleId !== 'cluster-unauditable')
    bad('noise', `${about} opened in an unchanged world`);
};

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

const openIn = (view: TableView): Readonly<Record<Severity, number>> => {
  const open = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { status, severity } of view.findings) if (status === 'open') open[severity] += 1;
  return open;
};

const asText = (counts: Readonly<Record<string, number>>): string => JSON.stringify(Object.entries(counts).sort());

const checkRecordOfClean = (run: Run, view: TableView, { bad, note }: Verdicts): void => {
  const record = view.runs.find(({ runId }) => runId === run.runId);
  if (record === undefined) {
    bad('no-record', run.runId);
    return;
  }
  const open = openIn(view);
  if (!run.lagged && asText(record.openFindings) !== asText(open))
    bad('wrong-counts', `${run.runId}: the record says ${asText(record.openFindings)}, the table ${asText(open)}`);
  if (record.gapCount > 0) note('a clean run with gaps');
};

/** A step of the run may end between what it does and its note of that. */
const mayForget = ({ rates, crash, denied }: Run): boolean =>
  rates !== undefined || crash !== undefined || denied !== undefined;

/** The bucket knows that the destination has the digest. A step whose write of that failed cannot say it to its repeat. */
const isWrittenDown = ({ bucket }: Simulation, { digest, destination }: Delivered): boolean => {
  const text = bucket.texts.get(`outbox/${destination}.json`);
  return text !== undefined && JSON.parse(text).delivered?.includes(digest.id) === true;
};

/** Whatever befell the run: its record counts what it wrote, and says whether its digest was taken. */
const checkRecord = (simulation: Simulation, run: Run, view: TableView, { bad, note }: Verdicts): void => {
  const record = view.runs.find(({ runId }) => runId === run.runId);
  if (record === undefined) return;
  const { runId, outcome, overlapped, repeat, denied } = run;
  const isTaken = (each: Delivered): boolean => each.by === runId && each.digest.runId === runId && each.taken;
  const { delivered } = simulation.destinations;
  // A later message of an invocation that was given up is not in the record.
  const mustBeTold = delivered
    .slice(0, run.deliveredBefore)
    .some(each => isTaken(each) && (!mayForget(run) || isWrittenDown(simulation, each)));
  if (!overlapped && outcome === 'succeeded') {
    if (mustBeTold && !record.sent)
      bad('record-sent-false', `${runId}: a destination took the digest of this run, the record says it was not sent`);
    // An earlier run had sent it, and ended before it could mark that.
    if (record.sent && !delivered.some(isTaken)) note('the record says sent of what an earlier run had sent');
  }
  const wrote = stepsOf(view, run).length;
  if (record.transitions === wrote) return;
  if (overlapped || repeat || denied) note('counts differ (overlap, repeat or denied)');
  else bad('wrong-counts', `${runId} (${outcome}): the record says ${record.transitions} steps, history has ${wrote}`);
};

/** Checks everything that is promised after one run. The truth is worked out only where it is compared. */
export const checkRun = (simulation: Simulation, run: Run, truthOf: () => Truth, verdicts: Verdicts): void => {
  const view = viewOf(simulation.table);
  for (const step of stepsOf(view, run).filter(({ kind }) => kind !== 'unconfirmed' && kind !== 'confirmed')) {
    const account = truthOf().get(step.accountId);
    if (account !== undefined) checkStep(run, step, account, verdicts);
    checkSteady(run, step, view, verdicts);
  }
  if (run.skippedFor?.wasOver) verdicts.bad('skipped-for-nothing', `${run.runId}: ${run.skippedFor.runId} was over`);
  if (run.skippedFor !== undefined) {
    verdicts.note('a run was skipped');
    if (run.outcome === 'skipped' && !view.all.some(({ type, runId }) => type === 'skipped-run' && runId === run.runId))
      verdicts.bad('no-record', `${run.runId} was skipped and left no record`);
  }
  if (run.skippedFor === undefined && isClean(run) && run.outcome !== 'succeeded')
    verdicts.bad('clean-run-failed', `${run.runId}: ${run.outcome}`);
  if (isClean(run) && run.outcome === 'succeeded') {
    compareWithTruth(view, run, truthOf(), run.runId, verdicts);
    checkRecordOfClean(run, view, verdicts);
  }
  checkRecord(simulation, run, view, verdicts);
};
