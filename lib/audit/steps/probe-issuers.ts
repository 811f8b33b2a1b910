import { DocumentInvalid } from '../../kit/errors.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import { type IssuerFacts, type IssuerTable, type ReadFailure, unavailable } from '../../model.ts';
import { documentKeys, waitingIssuersKey } from '../document-keys.ts';
import { findDocument, getDocument, isWaitingIssuers, isWantedIssuers, type WantedIssuers } from '../documents.ts';
import type { ProbeResult, RunState } from '../events.ts';
import type { AuditPorts } from '../ports.ts';

const writesAtOnce = 32;

/** Why issuers are unknown that there was no time for. */
const noTime: ReadFailure = {
  kind: 'timed-out',
  operation: 'probe-issuers',
  message: 'there was no time to probe every issuer: the next run begins with those that are left',
};

/** The reason why some of an account's issuers were not probed for want of time; undefined where each was. */
export const unprobedReason = (issuers: IssuerTable): ReadFailure | undefined =>
  Object.values(issuers)
    .flatMap(({ host }) => (host.status === 'unavailable' ? [host.reason] : []))
    .find(({ operation }) => operation === noTime.operation);

/**
 * Probes the issuers of the fleet: one handshake a host over all accounts, which a probe in each account's item could not
 * give. Each account gets a document with its own issuers only, as soon as they are known: what is held are the accounts of
 * which some are. Where time is short the run begins with the issuers that earlier runs did not come to, so that each is
 * probed in one of two runs if half of them can be; what is left is told.
 */
export const probeIssuers = async (
  ports: Pick<AuditPorts, 'issuers' | 'documents' | 'calls'>,
  state: RunState,
): Promise<ProbeResult> => {
  const keys = documentKeys(state.runId);
  const { wanted } = await getDocument(ports.documents, keys.wanted, isWantedIssuers);
  // Those that wait for a full run are left to it.
  const before = state.fast ? [] : await waitingIssuers(ports.documents);
  const fleet = openAccounts(wanted, (accountId, table) => ports.documents.put(keys.issuers(accountId), table));
  const ordered = longestWaitingFirst(fleet.left(), before);
  let failed = 0;
  const take = async (facts: IssuerFacts): Promise<void> => {
    if (facts.host.status !== 'complete') failed += 1;
    await fleet.take(facts);
  };
  const rest = ordered.length === 0 ? {} : await ports.issuers.read(ordered, take);
  await inParallel(Object.values(rest), writesAtOnce, take);
  const isLeft = new Set(fleet.left());
  const waiting = ordered.filter(url => isLeft.has(url));
  await inParallel(waiting, writesAtOnce, url => take(notProbed(url)));
  if (!state.fast && waiting.length + before.length > 0) await ports.documents.put(waitingIssuersKey, { waiting });
  const result = { issuers: ordered.length, failed };
  await ports.documents.put(keys.issuerSummary, { ...result, apiCalls: ports.calls?.take() ?? {} });
  return result;
};

/** The accounts that wait for facts of issuers. An account is written, and forgotten, once it has all of its own. */
const openAccounts = (
  wanted: WantedIssuers['wanted'],
  write: (accountId: string, table: IssuerTable) => Promise<void>,
) => {
  const known = new Map<string, Record<string, IssuerFacts>>();
  const waiting = new Map<string, string[]>();
  for (const [accountId, urls] of Object.entries(wanted))
    for (const url of urls) {
      const accounts = waiting.get(url);
      if (accounts === undefined) waiting.set(url, [accountId]);
      else accounts.push(accountId);
    }
  return {
    /** Issuers of which nothing is known yet, account by account. */
    left: (): readonly string[] => [...waiting.keys()],
    take: async (facts: IssuerFacts): Promise<void> => {
      const accounts = waiting.get(facts.url) ?? [];
      waiting.delete(facts.url);
      const whole = accounts.flatMap(accountId => {
        const table = known.get(accountId) ?? {};
        table[facts.url] = facts;
        known.set(accountId, table);
        if (wanted[accountId]?.some(url => table[url] === undefined)) return [];
        known.delete(accountId);
        return [[accountId, table] as const];
      });
      await inParallel(whole, writesAtOnce, ([accountId, table]) => write(accountId, table));
    },
  };
};

/** A list that cannot be read costs its order alone, and must not cost the probe. */
const waitingIssuers = async (documents: AuditPorts['documents']): Promise<readonly string[]> => {
  try {
    return (await findDocument(documents, waitingIssuersKey, isWaitingIssuers))?.waiting ?? [];
  } catch (error) {
    if (error instanceof DocumentInvalid) return [];
    throw error;
  }
};

const longestWaitingFirst = (urls: readonly string[], waiting: readonly string[]): readonly string[] => {
  const known = new Set(urls);
  return [...new Set([...waiting.filter(url => known.has(url)), ...urls])];
};

/** Facts of an issuer that there was no time for: everything about it is unknown. */
const notProbed = (url: string): IssuerFacts => ({
  url,
  host: unavailable(noTime),
  discovery: unavailable(noTime),
  keys: unavailable(noTime),
  fromPrivateNetwork: true,
});
