import { type FleetShare, fleetParts, unreadInFleet } from '../../facts.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import { snapshotSchemaVersion } from '../../model.ts';
import { given } from '../../text.ts';
import { documentKeys, lastReadKey } from '../document-keys.ts';
import { findDocument, type IndexDocument, isShare, type WantedIssuers } from '../documents.ts';
import type { IndexResult, RunState } from '../events.ts';
import { type BaseRun, findBase } from '../last-read.ts';
import type { AuditPorts } from '../ports.ts';
import { issuersByAccount } from './issuers-by-account.ts';
import { organizationOf } from './target-of.ts';

/** Documents read or written at once. */
const atOnce = 32;

/**
 * Map, *reduce*, map: who has which issuer in the whole fleet. An account without a share was not read: that is a gap of
 * the fleet, and no provider is called an orphan while there is one. This is the only step that holds clusters and
 * providers of the whole fleet, some hundred bytes of each: every account gets what concerns it, and the probe the
 * issuers. Roles stay with their accounts.
 */
export const indexIssuers = async (
  ports: Pick<AuditPorts, 'documents' | 'now'>,
  choices: { readonly settings: { readonly registeredIssuers: readonly string[] } },
  state: RunState,
): Promise<IndexResult> => {
  const keys = documentKeys(state.runId);
  const readBy = ports.now();
  const shares = await inParallel(state.accounts, atOnce, async accountId =>
    findDocument(ports.documents, keys.share(accountId), isShare),
  );
  const read = shares.flatMap(share => share ?? []);
  const unread = state.accounts.filter((_, index) => shares[index] === undefined);
  const partOf = fleetParts(read);
  const related = await inParallel(read, atOnce, async share => {
    const [accountId = ''] = share.accounts.map(each => each.accountId);
    const part = partOf(share);
    if (part.clusters.length + part.providers.length === 0) return [];
    await ports.documents.put(keys.related(accountId), part);
    return [accountId];
  });
  const organization = await organizationOf(ports.documents, state.runId);
  const index = { ...indexFrom(read, unread, related.flat()), ...given({ organization }) };
  await ports.documents.put(keys.wanted, wantedOf(read, choices.settings.registeredIssuers));
  await ports.documents.put(keys.index, index);
  const { runId, startedAt } = state;
  await becomeBase(ports.documents, { schemaVersion: snapshotSchemaVersion, runId, startedAt, readBy });
  return { accounts: state.accounts.length, unread: unread.length, clusters: index.clusterCount };
};

/** From now on fast runs are compared with this run, unless one that began later has come here before: an older reading of
 *  other accounts must not be laid over what a newer one has told. */
const becomeBase = async (documents: AuditPorts['documents'], run: BaseRun): Promise<void> => {
  const last = await findBase(documents);
  if (last === undefined || last.startedAt <= run.startedAt) await documents.put(lastReadKey, run);
};

const indexFrom = (
  read: readonly FleetShare[],
  unread: readonly string[],
  related: readonly string[],
): IndexDocument => {
  const accounts = read.flatMap(share => share.accounts);
  return {
    accounts: accounts.map(({ accountId }) => accountId),
    rolesUnread: accounts.filter(({ rolesRead }) => !rolesRead).map(({ accountId }) => accountId),
    providersUnread: accounts.filter(({ providersRead }) => !providersRead).map(({ accountId }) => accountId),
    gaps: [...unread.map(unreadInFleet), ...read.flatMap(share => share.gaps)],
    clusterCount: read.reduce((sum, { clusters }) => sum + clusters.length, 0),
    related,
  };
};

const wantedOf = (read: readonly FleetShare[], registered: readonly string[]): WantedIssuers => ({
  wanted: Object.fromEntries(
    [...issuersByAccount(read, registered)].map(([accountId, issuers]) => [accountId, [...issuers]]),
  ),
});
