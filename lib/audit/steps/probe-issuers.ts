import { type ReadFailure, unavailable } from '../../core/model/collected.ts';
import type { IssuerFacts } from '../../core/model/issuer.ts';
import type { IssuerTable } from '../../core/model/snapshot.ts';
import {
  documentKeys,
  findDocument,
  getDocument,
  isWaitingIssuers,
  isWantedIssuers,
  waitingIssuersKey,
} from '../documents.ts';
import { DocumentInvalid } from '../errors.ts';
import type { ProbeResult, RunState } from '../events.ts';
import { inParallel } from '../in-parallel.ts';
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
 * give. Each account gets a document with its own issuers only. Where time is short the run begins with the issuers that
 * earlier runs did not come to, so that each is probed in one of two runs if half of them can be; what is left is told.
 */
export const probeIssuers = async (
  ports: Pick<AuditPorts, 'issuers' | 'documents' | 'calls'>,
  state: RunState,
): Promise<ProbeResult> => {
  const keys = documentKeys(state.runId);
  const { wanted } = await getDocument(ports.documents, keys.wanted, isWantedIssuers);
  const urls = [...new Set(Object.values(wanted).flat())].sort();
  // Those that wait for a full run are none of a fast run's.
  const before = state.fast ? [] : await waitingIssuers(ports.documents);
  const ordered = longestWaitingFirst(urls, before);
  const probed = urls.length === 0 ? {} : await ports.issuers.read(ordered);
  const waiting = ordered.filter(url => probed[url] === undefined);
  const table = { ...probed, ...Object.fromEntries(waiting.map(url => [url, notProbed(url)])) };
  await inParallel(Object.entries(wanted), writesAtOnce, ([accountId, issuers]) =>
    ports.documents.put(keys.issuers(accountId), shareOf(table, issuers)),
  );
  if (!state.fast && waiting.length + before.length > 0) await ports.documents.put(waitingIssuersKey, { waiting });
  const failed = urls.filter(url => table[url]?.host.status !== 'complete').length;
  const result = { issuers: urls.length, failed };
  await ports.documents.put(keys.issuerSummary, { ...result, apiCalls: ports.calls?.take() ?? {} });
  return result;
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

const shareOf = (table: IssuerTable, issuers: readonly string[]): IssuerTable =>
  Object.fromEntries(issuers.flatMap(url => (table[url] === undefined ? [] : [[url, table[url]]])));
