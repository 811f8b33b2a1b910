import { isEksHost } from '../../core/facts/eks-issuer.ts';
import { providerHostPath, stripScheme } from '../../core/model/arn.ts';
import type { FleetIndex, IssuerTable } from '../../core/model/snapshot.ts';
import { documentKeys, getDocument, isFleetIndex } from '../documents.ts';
import type { ProbeResult, RunState } from '../events.ts';
import { inParallel } from '../in-parallel.ts';
import type { AuditPorts } from '../ports.ts';

const writesAtOnce = 32;

/**
 * Probes every issuer of the fleet, once: one handshake a host over all accounts, which a probe in each account's item
 * could not give. Each account gets a document with its own issuers only.
 */
export const probeIssuers = async (
  ports: Pick<AuditPorts, 'issuers' | 'documents' | 'calls'>,
  choices: { readonly settings: { readonly registeredIssuers: readonly string[] } },
  state: RunState,
): Promise<ProbeResult> => {
  const keys = documentKeys(state.runId);
  const index = await getDocument(ports.documents, keys.index, isFleetIndex);
  const byAccount = issuersByAccount(index, choices.settings.registeredIssuers);
  const urls = [...new Set([...byAccount.values()].flatMap(issuers => [...issuers]))].sort();
  const table = urls.length === 0 ? {} : await ports.issuers.read(urls);
  await inParallel([...byAccount], writesAtOnce, ([accountId, issuers]) =>
    ports.documents.put(keys.issuers(accountId), shareOf(table, issuers)),
  );
  const failed = urls.filter(url => table[url]?.host.status !== 'complete').length;
  const result = { issuers: urls.length, failed };
  await ports.documents.put(keys.issuerSummary, { ...result, apiCalls: ports.calls?.take() ?? {} });
  return result;
};

const shareOf = (table: IssuerTable, issuers: ReadonlySet<string>): IssuerTable =>
  Object.fromEntries([...issuers].flatMap(url => (table[url] === undefined ? [] : [[url, table[url]]])));

/** The issuers that concern each account: those of its clusters, and those of its providers that are EKS's, a known
 *  cluster's or registered. Other providers (GitHub, GitLab) are nobody's business here. */
export const issuersByAccount = (
  index: Pick<FleetIndex, 'clusters' | 'providers'>,
  registered: readonly string[],
): ReadonlyMap<string, ReadonlySet<string>> => {
  const audited = new Set(registered.map(stripScheme));
  const byAccount = new Map<string, Set<string>>();
  const add = (accountId: string, hostPath: string) => {
    const issuers = byAccount.get(accountId) ?? new Set();
    byAccount.set(accountId, issuers.add(`https://${hostPath}`));
  };
  for (const { accountId, issuer } of index.clusters) {
    if (issuer === undefined) continue;
    audited.add(stripScheme(issuer));
    add(accountId, stripScheme(issuer));
  }
  for (const { accountId, arn } of index.providers) {
    const hostPath = providerHostPath(arn);
    if (hostPath !== undefined && (audited.has(hostPath) || isEksHost(hostPath))) add(accountId, hostPath);
  }
  return byAccount;
};
