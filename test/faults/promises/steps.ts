/** The steps that a run wrote, against the world that it read. */
import { nameKey } from '../../../lib/history/absent.ts';
import { materialDifferences } from '../../../lib/history/material.ts';
import { atLeast, type Finding } from '../../../lib/model/finding.ts';
import { type Run, readsLess } from '../simulation/run.ts';
import type { HistoryItem, TableView } from './table-view.ts';
import type { AccountTruth, Truth } from './truth.ts';
import type { Verdicts } from './verdicts.ts';

/** The truth of what a run has read; undefined for a fast run before any full one, which judges nothing. */
export type TruthOf = (runId: string) => Truth | undefined;

/** The steps that a run really made: those in some finding's chain. */
export const stepsOf = (view: TableView, run: Pick<Run, 'runId'>): readonly HistoryItem[] =>
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

/** True for a step that keeps what was known, which may be of an earlier world. */
const keepsKnown = ({ kind, summary }: HistoryItem): boolean =>
  kind === 'unconfirmed' || summary === 'confirmed again' || summary === 'as before, with the commands of now';

/** In a world that is as it was when the finding was written nothing changes and nothing grows worse, however well it is
 *  read: what is worse or milder by another reading is reassessed. */
const checkSteady = (run: Run, step: HistoryItem, view: TableView, { bad }: Verdicts): void => {
  const { kind, summary, accountId, ruleId, state } = step;
  if (run.steadySince === undefined || (kind !== 'changed' && kind !== 'escalated')) return;
  let before = stepBefore(view, step);
  while (before !== undefined && keepsKnown(before)) before = stepBefore(view, before);
  if (before === undefined || before.at < run.steadySince) return;
  bad(
    'noise',
    `${run.runId}: ${accountId} ${ruleId} ${state.subject} ${kind} (${summary}) in an unchanged world; ${faultsOf(run)}`,
  );
};

/** A finding that was known as it was in truth, and is in truth as it was, does not change: whatever else has changed in the
 *  world, and however well it is read. */
const checkSame = (run: Run, step: HistoryItem, view: TableView, truthOf: TruthOf, { bad, note }: Verdicts): void => {
  const { kind, summary, accountId, ruleId, state } = step;
  const before = stepBefore(view, step);
  if (before === undefined || (kind !== 'changed' && kind !== 'escalated')) return;
  const was = truthOf(before.runId)?.get(accountId)?.findings.get(state.findingId);
  const is = truthOf(run.runId)?.get(accountId)?.findings.get(state.findingId);
  if (was === undefined || is === undefined) return;
  note('a change was compared with the truth of both runs');
  // Facts of a finding stand in its item under the same names.
  const isKnown = materialDifferences(before.state as unknown as Finding, was).length === 0;
  if (!isKnown || materialDifferences(was, is).length > 0) return;
  bad(
    'noise',
    `${run.runId}: ${accountId} ${ruleId} ${state.subject} ${kind} (${summary}) is in truth as ${before.runId} knew it; ${faultsOf(run)}`,
  );
};

/** True for a finding that was told by the text of a policy, and is milder now that the provider was read. */
const isBackFromText = (step: HistoryItem, view: TableView, truth: AccountTruth): boolean => {
  let before = stepBefore(view, step);
  while (before !== undefined && keepsKnown(before)) before = stepBefore(view, before);
  return step.kind === 'reassessed' && before !== undefined && isByText(before.state, truth);
};

/** A world that was read whole, and is as it was, has no news: whatever a later run fails to read, and whatever befalls it.
 *  Three things are: a cluster that cannot be audited, an exposure by the text of a policy whose provider is not read, and
 *  its return. */
const checkSettled = (
  run: Run,
  step: HistoryItem,
  view: TableView,
  truth: AccountTruth | undefined,
  { bad, allow }: Verdicts,
): void => {
  const { kind, summary, accountId, ruleId, state } = step;
  if (!run.isSettled) return;
  if (!run.accounts.includes(accountId)) allow('an account that left is closed');
  else if (ruleId === 'cluster-unauditable') allow('a cluster could not be audited');
  else if (truth !== undefined && isByText(state, truth)) allow('by the text of a policy whose provider was not read');
  else if (truth !== undefined && isBackFromText(step, view, truth)) allow('milder again, once the provider was read');
  else
    bad(
      'noise',
      `${run.runId}: ${accountId} ${ruleId} ${state.subject} ${kind} (${summary}) in a world that was read whole before; ${faultsOf(run)}`,
    );
};

const checkStep = (run: Run, step: HistoryItem, truth: AccountTruth, { bad, allow }: Verdicts): void => {
  const { kind, ruleId, state, accountId } = step;
  const finding = truth.findings.get(state.findingId);
  const name = nameKey(state);
  const about = `${run.runId}: ${accountId} ${ruleId} ${state.subject} [${state.discriminator}]`;
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
  if ((kind === 'opened' || kind === 'reopened') && finding === undefined) {
    // Less was read: it fails, which a person must know; once its cause is read it is explained, and never resolved.
    if (truth.folded.has(name) && readsLess(run)) allow('opened alone, though explained in truth');
    else if (ruleId === 'cluster-unauditable' && readsLess(run)) allow('a cluster could not be audited');
    else if (isByText(state, truth)) allow('by the text of a policy whose provider was not read');
    else bad('false-open', `${about} ${kind}; ${faultsOf(run)}`);
  }
  if (kind !== 'escalated' || finding === undefined || finding.severity === state.severity) return;
  // Who has not read everything may know of less than there is, never of more.
  if (atLeast(finding.severity, state.severity) && readsLess(run)) allow('worse by a part of what is true');
  else if (isByText(state, truth)) allow('by the text of a policy whose provider was not read');
  else bad('false-severity', `${about} escalated to ${state.severity}, in truth ${finding.severity}`);
};

/** Checks the steps of one run. Steps that only say how well was read tell no person anything. */
export const checkSteps = (run: Run, view: TableView, truthOf: TruthOf, verdicts: Verdicts): void => {
  for (const step of stepsOf(view, run).filter(({ kind }) => kind !== 'unconfirmed' && kind !== 'confirmed')) {
    const account = truthOf(run.runId)?.get(step.accountId);
    if (account !== undefined) checkStep(run, step, account, verdicts);
    checkSteady(run, step, view, verdicts);
    checkSame(run, step, view, truthOf, verdicts);
    checkSettled(run, step, view, account, verdicts);
  }
};
