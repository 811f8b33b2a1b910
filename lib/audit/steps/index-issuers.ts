import type { FleetIndex } from '../../core/model/snapshot.ts';
import { documentKeys, findDocument, isFleetIndex } from '../documents.ts';
import type { IndexResult, RunState } from '../events.ts';
import { inParallel } from '../in-parallel.ts';
import type { AuditPorts } from '../ports.ts';

/** Shares read at once. */
const readsAtOnce = 32;

/**
 * Map, *reduce*, map: who has which issuer in the whole fleet. An account without a share was not read: that is a gap
 * of the fleet, and no provider is called an orphan while there is one. Roles stay in the shares: an account's
 * evaluation reads those of the accounts that its service accounts name, not those of thousands.
 */
export const indexIssuers = async (ports: Pick<AuditPorts, 'documents'>, state: RunState): Promise<IndexResult> => {
  const keys = documentKeys(state.runId);
  const shares = await inParallel(state.accounts, readsAtOnce, async accountId => ({
    accountId,
    share: await findDocument(ports.documents, keys.share(accountId), isFleetIndex),
  }));
  const unread = shares.filter(({ share }) => share === undefined).map(({ accountId }) => accountId);
  const read = shares.flatMap(({ share }) => share ?? []);
  const index: FleetIndex = {
    clusters: read.flatMap(share => share.clusters),
    providers: read.flatMap(share => share.providers),
    accounts: read.flatMap(share => share.accounts),
    roles: [],
    gaps: [...unread.map(accountId => ({ accountId })), ...read.flatMap(share => share.gaps)],
  };
  await ports.documents.put(keys.index, index);
  return { accounts: state.accounts.length, unread: unread.length, clusters: index.clusters.length };
};
