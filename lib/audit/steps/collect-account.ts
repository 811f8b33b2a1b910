import { type AuditSettings, shareOf } from '../../facts.ts';
import { DocumentInvalid } from '../../kit/errors.ts';
import { type AccountSnapshot, type Collected, canBeReadInside, valueOr } from '../../model.ts';
import { given } from '../../text.ts';
import { clustersPerCall, maxClustersInside } from '../contract.ts';
import { documentKeys, listedKey } from '../document-keys.ts';
import { type AccountDocument, findDocument, isEarlierReading } from '../documents.ts';
import type { AccountEvent, CollectedAccount } from '../events.ts';
import { isTransient, unreadFrom } from '../failure.ts';
import type { AuditPorts, DocumentStore, EarlierReading } from '../ports.ts';
import { listedTarget } from './target-of.ts';

/**
 * Reads one account into a document, and its share of the fleet-wide index beside it: last, since the share says that the
 * account was read. A read that AWS refuses is a gap
 * of the snapshot; any other error is a document that says so. Throws only what the workflow tries again, and what
 * keeps the document itself from being written.
 */
export const collectAccount = async (
  ports: Pick<AuditPorts, 'accounts' | 'documents' | 'calls'>,
  choices: { readonly settings: Pick<AuditSettings, 'inCluster' | 'environments'> },
  event: AccountEvent,
): Promise<CollectedAccount> => {
  const keys = documentKeys(event.runId);
  const { target, serviceControls, ...listed } = await listedTarget(ports.documents, event.runId, event.accountId);
  try {
    const earlier = await earlierReading(ports.documents, event.accountId);
    const { seen = earlier.seen, ...read } = await ports.accounts.read(
      target,
      event.startedAt,
      earlier,
      serviceControls,
    );
    const snapshot = { ...read, ...listed };
    const inside = choices.settings.inCluster ? clusterKeys(snapshot) : [];
    const clusters = inside.slice(0, maxClustersInside);
    const document: AccountDocument = {
      status: 'read',
      snapshot,
      inside: clusters,
      beyond: inside.slice(maxClustersInside),
      apiCalls: ports.calls?.take() ?? {},
      ...given({ fast: target.fast }),
    };
    const lists = { ...listsOf(snapshot, earlier), ...given({ seen }) };
    if (JSON.stringify(lists) !== JSON.stringify(earlier)) await ports.documents.put(listedKey(event.accountId), lists);
    await ports.documents.put(keys.account(event.accountId), document);
    await ports.documents.put(keys.share(event.accountId), shareOf(snapshot, choices.settings.environments?.tag));
    return { status: 'ok', clusters: inCalls(clusters) };
  } catch (error) {
    if (isTransient(error)) throw error;
    const reason = unreadFrom(error, 'collect-account');
    const document: AccountDocument = { status: 'failed', reason, apiCalls: ports.calls?.take() ?? {} };
    await ports.documents.put(keys.account(event.accountId), document);
    return { status: 'failed', clusters: [] };
  }
};

/** The reading of earlier runs. A document that another version wrote says nothing. */
const earlierReading = async (documents: DocumentStore, accountId: string): Promise<EarlierReading> => {
  try {
    return (await findDocument(documents, listedKey(accountId), isEarlierReading)) ?? {};
  } catch (error) {
    if (error instanceof DocumentInvalid) return {};
    throw error;
  }
};

/** The lists that the next run compares its own with. An entry that a partly read list lacks may exist. */
const listsOf = ({ providers, roles, serviceUse }: AccountSnapshot, earlier: EarlierReading): EarlierReading => {
  const arnsOf = (
    section: Collected<readonly { readonly arn: string }[]>,
    before: readonly string[] = [],
  ): readonly string[] => {
    const arns = valueOr(section, []).map(({ arn }) => arn);
    return section.status === 'complete' ? arns : [...new Set([...before, ...arns])];
  };
  const uses =
    serviceUse === undefined || serviceUse.status === 'unavailable'
      ? earlier.uses
      : Object.fromEntries(
          Object.entries(serviceUse.value).flatMap(([arn, use]) =>
            use.status === 'complete' ? [[arn, use.value] as const] : [],
          ),
        );
  return {
    ...{ providers: arnsOf(providers, earlier.providers), roles: arnsOf(roles, earlier.roles) },
    ...given({ uses }),
  };
};

const inCalls = (clusters: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(clusters.length / clustersPerCall) }, (_, index) =>
    clusters.slice(index * clustersPerCall, (index + 1) * clustersPerCall),
  );

/** Clusters whose inside is to be read. Of the others rule cluster-unauditable says that they have none. */
const clusterKeys = (snapshot: AccountSnapshot): readonly string[] =>
  snapshot.regions.flatMap(({ region, clusters }) =>
    valueOr(clusters, [])
      .filter(({ cluster }) => canBeReadInside(cluster))
      .map(({ cluster }) => `${region}/${cluster.name}`),
  );
