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
import { counted } from '../../text/counted.ts';
import { given } from '../../text/given.ts';
import { type Delivery, deliver } from '../deliver.ts';
import {
  coverageKey,
  documentKeys,
  findDocument,
  findOwn,
  inFlightKey,
  isCoverageState,
  isNotifyResult,
} from '../documents.ts';
import type { NotifyResult, RunState } from '../events.ts';
import { type AuditChoices, type AuditPorts, maxPending } from '../ports.ts';
import { whileSending } from '../while-sending.ts';
import { firstAuditOf, firstAudits, firstDigest, markRest } from './first-audit.ts';
import { openInFleet, openSum } from './open-in-fleet.ts';
import { eachSummary } from './summaries-of.ts';

type Ports = Pick<AuditPorts, 'deadLetters' | 'documents' | 'findings' | 'notifiers' | 'now'>;
type Choices = Pick<AuditChoices, 'minSeverity' | 'links'>;

/** A digest that a run has begun to send (`fast`: a fast one), the keys of what it tells, and what people know of coverage once it is sent.
 *  None where nothing is on its way. */
interface InFlight {
  readonly sending?: {
    readonly digest: Digest;
    readonly keys: readonly string[];
    readonly coverage?: CoverageState;
    readonly fast?: boolean;
  };
}
const isInFlight = (value: object): value is InFlight => !('sending' in value) || typeof value.sending === 'object';

/**
 * Sends one digest of everything that is unsent, whichever run wrote it, and marks it sent. Only one run sends at a
 * time. A digest is written down before it is sent: after a crash at any point this run or a later one sends on the same,
 * under the same id, and what is new in a digest of its own. Throws `StateConflict` while another invocation is sending.
 */
export const notifyDrift = (ports: Ports, choices: Choices, state: RunState): Promise<NotifyResult> =>
  whileSending(ports, state.runId, () => send(ports, choices, state));

/** Each part of the result is written down before what it tells of is forgotten: a repeat adds to it. */
const send = async (ports: Ports, choices: Choices, state: RunState): Promise<NotifyResult> => {
  const key = documentKeys(state.runId).notification;
  let result = (await findDocument(ports.documents, key, isNotifyResult)) ?? nothingSent;
  const note = async (digest: Digest | undefined, delivery: Delivery): Promise<void> => {
    result = withDelivery(result, digest, delivery);
    await ports.documents.put(key, result);
  };
  // What a newer version was sending is still unsent in the table, and is told from there.
  const left = (await findOwn(ports.documents, inFlightKey, isInFlight)).found?.sending;
  const fastRun = state.fast === true;
  if (left !== undefined) {
    const { key: place } = await findOwn(ports.documents, coverageKey, isCoverageState);
    await finish(ports, { ...left, place }, fastRun, note);
  }
  const { digest, keys, coverage, place, first, firstRuns } = await digestOfRun(ports, choices, state);
  if (digest !== undefined) {
    if (first !== undefined) {
      const sending = { digest: firstDigest(digest, first), keys: [] };
      await ports.documents.put(inFlightKey, { sending } satisfies InFlight);
      await finish(ports, { ...sending, place }, fastRun, note);
    }
    const sending = { digest, keys, fast: fastRun, ...given({ coverage }) };
    await ports.documents.put(inFlightKey, { sending } satisfies InFlight);
    await finish(ports, { ...sending, place }, fastRun, note);
    if (keys.length >= maxPending) await markRest(ports, firstRuns);
    return result;
  }
  if (coverage !== undefined) await ports.documents.put(place, coverage);
  if (keys.length > 0) await ports.findings.markSent('below-threshold', keys, ports.now());
  if (left === undefined)
    await note(undefined, await deliver(ports, undefined, { fastRun, leftDigestId: result.digestId }));
  return result;
};

const finish = async (
  ports: Ports,
  { digest, keys, coverage, place, fast = false }: NonNullable<InFlight['sending']> & Pick<Told, 'place'>,
  fastRun: boolean,
  note: (digest: Digest, delivery: Delivery) => Promise<void>,
): Promise<void> => {
  const delivery = await deliver(ports, digest, { fastDigest: fast, fastRun });
  await ports.findings.markSent(digest.id, keys, ports.now());
  if (coverage !== undefined) await ports.documents.put(place, coverage);
  await note(digest, delivery);
  await ports.documents.put(inFlightKey, {} satisfies InFlight);
};

interface Told {
  readonly digest: Digest | undefined;
  readonly keys: readonly string[];
  /** Absent in a fast run before any full one. */
  readonly coverage: CoverageState | undefined;
  /** The key to write it to. */
  readonly place: string;
  /** Accounts of a first audit that is told as a whole; absent where this run is none. */
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
  await eachSummary(documents, { runId, accounts }, (accountId, summary) => {
    areas.push({
      accountId,
      isOvertaken: summary.status === 'superseded',
      ...given({ areas: summary.areas }),
    });
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
  const digest = digestOf(pending, {
    ...{ runId, at, minSeverity, notices, links, gaps, notes, toldAsWhole: firstRuns.map(run => run.runId) },
    openBySeverity: await openInFleet(findings, accounts, open.sum()),
  });
  return { digest, keys: pending.map(({ key }) => key), coverage, place, first, firstRuns };
};

const leftOutNote = (accountId: string, calls: number): string =>
  `In AWS account ${accountId} ${counted(calls, 'call')} were too many to be kept: who made a change may be missing here.`;

/** What people know of coverage after this run. A fast run has no word on accounts that it was not told of. */
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

/** `digest` is the one that was delivered last, if there was any; failures are those of the last delivery. */
const withDelivery = (
  { sent, digestId, transitions, givenUp }: NotifyResult,
  digest: Digest | undefined,
  delivery: Delivery,
): NotifyResult => {
  const id = digest?.id ?? digestId;
  return {
    // Without a digest of its own a repeat delivers what the first invocation left in the outboxes.
    sent: sent || (id !== undefined && delivery.sentTo.length > 0),
    ...given({ digestId: id }),
    transitions: digest?.transitions.length ?? transitions,
    failed: delivery.failed,
    held: delivery.held,
    givenUp: givenUp + delivery.givenUp,
  };
};
