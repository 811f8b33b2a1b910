import { type FleetShare, fleetParts, mergedShares, unreadInFleet } from '../../facts.ts';
import { DocumentMissing } from '../../kit/errors.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import { compareText, given } from '../../text.ts';
import { documentKeys } from '../document-keys.ts';
import { findDocument, type IndexDocument, isShare, type WantedIssuers } from '../documents.ts';
import type { IndexResult, RunState } from '../events.ts';
import { type BaseRun, findBase } from '../last-read.ts';
import type { AuditPorts, DocumentStore } from '../ports.ts';
import { issuersByAccount } from '../steps/issuers-by-account.ts';
import { accountsOfRun, organizationOf } from '../steps/target-of.ts';
import { type StartedReading, startedSince } from './documents.ts';

/** Documents read or written at once. */
const atOnce = 32;

/** A fast run, of one account. */
type Started = Omit<StartedReading, 'accountId'>;

/** An account as the runs that read it last have it. */
interface Reading {
  readonly accountId: string;
  /** The runs that tell of it together, the newest first. */
  readonly runs: readonly string[];
  /** Their readings; absent where they have left none. */
  readonly share?: FleetShare;
  /** Nothing is known of it, or another run is reading it. */
  readonly unread: boolean;
}

/**
 * The fast run's `index-issuers`: the fleet as the last full run read it, with the accounts that this run and earlier
 * fast runs have read since laid over it. So no other account looks gone, and a cluster that one fast run found is
 * known to the next one. Only the accounts of this run get their part of the rest.
 */
export const overlayIssuers = async (
  ports: Pick<AuditPorts, 'documents'>,
  choices: { readonly settings: { readonly registeredIssuers: readonly string[] } },
  state: RunState,
): Promise<IndexResult> => {
  const { documents } = ports;
  const keys = documentKeys(state.runId);
  const base = await findBase(documents);
  if (base === undefined)
    throw new DocumentMissing('there is no full run any more that this run could be compared with');
  const later = await laterRuns(documents, base, state);
  const accounts = [...new Set([...(await accountsOfRun(documents, base.runId)), ...state.accounts])];
  const readings = await inParallel(accounts, atOnce, id => readingOf(documents, base, id, later.get(id)));
  const shares = readings.flatMap(({ share }) => share ?? []);
  const partOf = fleetParts(shares);
  const own = new Set(state.accounts);
  const related = await inParallel(
    readings.filter(({ accountId }) => own.has(accountId)),
    atOnce,
    async ({ accountId, share }) => {
      const part = share && partOf(share);
      if (part === undefined || part.clusters.length + part.providers.length === 0) return [];
      await documents.put(keys.related(accountId), part);
      return [accountId];
    },
  );
  const organization = await organizationOf(documents, base.runId);
  const index = { ...indexFrom(base, readings, related.flat()), ...given({ organization }) };
  const wanted = [...issuersByAccount(shares, choices.settings.registeredIssuers)].filter(([id]) => own.has(id));
  await documents.put(keys.wanted, {
    wanted: Object.fromEntries(wanted.map(([accountId, issuers]) => [accountId, [...issuers]])),
  } satisfies WantedIssuers);
  await documents.put(keys.index, index);
  const unread = readings.filter(reading => reading.unread).length;
  return { accounts: state.accounts.length, unread, clusters: index.clusterCount };
};

/**
 * The newest reading of an account. One that began while the full run was reading may be older than that run's: both tell
 * of the account then, and what either has is there, so that no provider is called an orphan for the wrong one.
 */
const readingOf = async (
  documents: DocumentStore,
  base: BaseRun,
  accountId: string,
  newest: Started | undefined,
): Promise<Reading> => {
  const shareIn = (runId: string) => findDocument(documents, documentKeys(runId).share(accountId), isShare);
  const latest = newest && (await shareIn(newest.runId));
  const isNewer = newest !== undefined && newest.startedAt > base.readBy;
  const earlier = latest !== undefined && isNewer ? undefined : await shareIn(base.runId);
  const share = latest && earlier ? mergedShares(latest, earlier) : (latest ?? earlier);
  return {
    accountId,
    runs: [...(newest && latest ? [newest.runId] : []), ...(earlier ? [base.runId] : [])],
    ...given({ share }),
    unread: newest === undefined ? earlier === undefined : latest === undefined,
  };
};

const indexFrom = (base: BaseRun, readings: readonly Reading[], related: readonly string[]): IndexDocument => {
  const read = readings.flatMap(({ accountId, runs, share }) =>
    share === undefined ? [] : [{ accountId, runs, share }],
  );
  const lacking = (what: 'rolesRead' | 'providersRead'): readonly string[] =>
    read.filter(({ share }) => share.accounts.some(account => !account[what])).map(({ accountId }) => accountId);
  return {
    accounts: read.map(({ accountId }) => accountId),
    rolesUnread: lacking('rolesRead'),
    providersUnread: lacking('providersRead'),
    gaps: [
      ...readings.filter(({ unread }) => unread).map(({ accountId }) => unreadInFleet(accountId)),
      ...read.flatMap(({ share }) => share.gaps),
    ],
    clusterCount: read.reduce((sum, { share }) => sum + share.clusters.length, 0),
    related,
    readIn: {
      base: base.runId,
      later: Object.fromEntries(
        read.filter(({ runs: [newest] }) => newest !== base.runId).map(({ accountId, runs }) => [accountId, runs]),
      ),
    },
  };
};

/** The newest fast run of each account that one has read, or is reading, since the full run began; this run's own above
 *  all, since it has just read its accounts. */
const laterRuns = async (
  documents: DocumentStore,
  base: BaseRun,
  state: RunState,
): Promise<ReadonlyMap<string, Started>> => {
  const started = await startedSince(documents, base.startedAt, state.startedAt);
  const newest = new Map<string, Started>();
  for (const { accountId, ...run } of started.toSorted((a, b) => compareText(a.startedAt, b.startedAt)))
    newest.set(accountId, run);
  for (const accountId of state.accounts) newest.set(accountId, { runId: state.runId, startedAt: state.startedAt });
  return newest;
};
