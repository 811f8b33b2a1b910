import { digestOf } from '../../history/digest.ts';
import { takeTurns } from '../../history/take-turns.ts';
import type { Digest } from '../../history/transition.ts';
import {
  type AccountCoverage,
  type CoverageNotice,
  type CoverageState,
  noteFalls,
  watchCoverage,
} from '../../history/watch-coverage.ts';
import { counted, given } from '../../text.ts';
import { type Delivery, deliverAll, handOver } from '../deliver.ts';
import { coverageKey, documentKeys } from '../document-keys.ts';
import { findDocument, findOwn, isCoverageState, isNotifyResult } from '../documents.ts';
import type { NotifyResult, RunState } from '../events.ts';
import { findInFlight, type InFlight } from '../outbox.ts';
import { type AuditChoices, type AuditPorts, maxPending } from '../ports.ts';
import { whileSending } from '../while-sending.ts';
import { firstAuditOf, firstAudits, firstDigest, markRest } from './first-audit.ts';
import { openInFleet, openSum } from './open-in-fleet.ts';
import { skippedNotes } from './skipped-notes.ts';
import { eachSummary } from './summaries-of.ts';

type Ports = Pick<AuditPorts, 'deadLetters' | 'documents' | 'findings' | 'notifiers' | 'now'>;
type Choices = Pick<AuditChoices, 'minSeverity' | 'links'>;

/**
 * Sends one digest of everything that is unsent, whichever run wrote it. Under the right to send, which one invocation has
 * at a time, the digest is handed over to all destinations and marked as sent; a crash in between is made good by whoever
 * comes next, under the same id. Sending comes after that: no run waits for a destination of another one. Throws
 * `StateConflict` while another invocation is handing over.
 */
export const notifyDrift = async (ports: Ports, choices: Choices, state: RunState): Promise<NotifyResult> => {
  const { runId, fast: fastRun = false } = state;
  const key = documentKeys(runId).notification;
  const result = await whileSending(ports, { runId }, async () => {
    let result = (await findDocument(ports.documents, key, isNotifyResult)) ?? nothingSent;
    await handOverRun(ports, choices, state, async digest => {
      result = withDigest(result, digest);
      await ports.documents.put(key, result);
    });
    return result;
  });
  const delivery = await deliverAll(ports, { runId, fastRun, ...given({ digestIds: result.digestIds }) });
  // Another invocation of the run may have handed over, or sent, meanwhile.
  const told = withDelivery((await findDocument(ports.documents, key, isNotifyResult)) ?? result, delivery);
  await ports.documents.put(key, told);
  return told;
};

/** Hands over the digest of a run, where something is worth one; `note` writes down before which it is. */
const handOverRun = async (
  ports: Ports,
  choices: Choices,
  state: RunState,
  note: (digest: Digest) => Promise<void>,
): Promise<void> => {
  await settle(ports);
  const { digest, keys, coverage, place, first, firstRuns } = await digestOfRun(ports, choices, state);
  if (digest === undefined) {
    if (coverage !== undefined) await ports.documents.put(place, coverage);
    if (keys.length > 0) await ports.findings.markSent('below-threshold', keys, ports.now());
    return;
  }
  await note(digest);
  if (first !== undefined) await handOver(ports, { digest: firstDigest(digest, first) });
  const sending = { digestId: digest.id, keys, ...given({ coverage }) };
  await handOver(ports, { digest, fast: state.fast === true, sending });
  await settle(ports);
  if (keys.length >= maxPending) await markRest(ports, firstRuns);
};

/** Does the rest of the last hand-over: what it tells is marked as sent, and people know of its coverage. */
const settle = async ({ documents, findings, now }: Ports): Promise<void> => {
  const { key, last, sending } = await findInFlight(documents);
  if (sending === undefined) return;
  await findings.markSent(sending.digestId, sending.keys, now());
  const { key: place } = await findOwn(documents, coverageKey, isCoverageState);
  if (sending.coverage !== undefined) await documents.put(place, sending.coverage);
  await documents.put(key, { last } satisfies InFlight);
};

interface Told {
  readonly digest: Digest | undefined;
  readonly keys: readonly string[];
  /** Absent in a fast run before any full one. */
  readonly coverage: CoverageState | undefined;
  /** The key to write it to. */
  readonly place: string;
  /** Accounts of a first audit that is told as a whole; absent for any other run. */
  readonly first: number | undefined;
  readonly firstRuns: Awaited<ReturnType<typeof firstAudits>>;
}

const digestOfRun = async (
  { documents, findings }: Ports,
  { minSeverity, links }: Choices,
  state: RunState,
): Promise<Told> => {
  const { runId, startedAt: at, accounts } = state;
  const areas: AccountCoverage[] = [];
  const keys = keysInTurn(maxPending);
  const open = openSum();
  const { key: place, found: before } = await findOwn(documents, coverageKey, isCoverageState);
  const firstAudit = firstAuditOf(before);
  const notes: string[] = [];
  let gaps = 0;
  await eachSummary({ documents, findings }, { runId, startedAt: at, accounts }, (accountId, summary) => {
    areas.push({ accountId, isOvertaken: summary.status === 'superseded', ...given({ areas: summary.areas }) });
    keys.add(accountId, summary.unsentKeys);
    firstAudit.add(accountId, summary.unsentKeys);
    open.add(summary);
    gaps += summary.gapCount;
    if (summary.changesLeftOut !== undefined) notes.push(leftOutNote(accountId, summary.changesLeftOut));
  });
  const firstRuns = state.fast ? [] : await firstAudits(documents, state, firstAudit);
  const first = firstRuns.find(run => run.runId === runId)?.accounts;
  const { state: coverage, notices } = coverageAfter(before, state, areas);
  const pending = await findings.pending(keys.first());
  if (pending.length + notices.length === 0) return { digest: undefined, keys: [], coverage, place, first, firstRuns };
  if (state.fast === undefined) notes.push(...(await skippedNotes(findings)));
  const digest = digestOf(pending, {
    ...{ runId, at, minSeverity, notices, links, gaps, notes, toldAsWhole: firstRuns.map(run => run.runId) },
    openBySeverity: await openInFleet(findings, accounts, open.sum()),
  });
  return { digest, keys: pending.map(({ key }) => key), coverage, place, first, firstRuns };
};

const leftOutNote = (accountId: string, calls: number): string =>
  `In AWS account ${accountId} ${counted(calls, 'call')} were too many to be kept: who made a change may be missing here.`;

/** The coverage that people know of after this run. A fast run has no word on accounts that it was not told of. */
const coverageAfter = (
  before: CoverageState | undefined,
  { runId, startedAt: at, fast }: RunState,
  accounts: readonly AccountCoverage[],
): { readonly state: CoverageState | undefined; readonly notices: readonly CoverageNotice[] } => {
  if (!fast) return watchCoverage(before, { runId, at, accounts });
  if (before === undefined) return { state: undefined, notices: [] };
  return noteFalls(before, { at, accounts });
};

/** The first so many keys, where accounts take turns. Holds a few times as many at the most. */
const keysInTurn = (most: number) => {
  let held: readonly { readonly accountId: string; readonly key: string }[] = [];
  const inTurn = () =>
    takeTurns(
      held,
      () => '',
      ({ accountId }) => accountId,
    ).slice(0, most);
  return {
    add: (accountId: string, keys: readonly string[]): void => {
      held = [...held, ...keys.slice(0, most).map(key => ({ accountId, key }))];
      if (held.length > 3 * most) held = inTurn();
    },
    first: (): readonly string[] => inTurn().map(({ key }) => key),
  };
};

const nothingSent: NotifyResult = { sent: false, transitions: 0, failed: [], held: [], givenUp: 0 };

/** With a digest that the run hands over; one that a repeat hands over again is no other one. */
const withDigest = (result: NotifyResult, { id, transitions }: Digest): NotifyResult => {
  const { digestIds = [] } = result;
  if (digestIds.includes(id)) return result;
  return { ...result, digestIds: [...digestIds, id], transitions: result.transitions + transitions.length };
};

/** Failures are those of the last delivery. */
const withDelivery = (result: NotifyResult, { sentTo, failed, held, givenUp }: Delivery): NotifyResult => ({
  ...result,
  sent: result.sent || (result.digestIds !== undefined && sentTo.length > 0),
  failed,
  held,
  givenUp: result.givenUp + givenUp,
});
