import { type Cluster, unreadInside } from '../../core/model/cluster.ts';
import { valueOr } from '../../core/model/collected.ts';
import type { ItemStatus } from '../contract.ts';
import { type ClusterDocument, documentKeys, getDocument, isAccountDocument } from '../documents.ts';
import { DocumentInvalid } from '../errors.ts';
import type { ClusterEvent } from '../events.ts';
import { isTransient, unreadFrom } from '../failure.ts';
import type { AuditPorts, DocumentStore } from '../ports.ts';
import { targetOf } from './target-of.ts';

/** Reads the inside of one cluster into a document. A failure is a document that says so. */
export const collectCluster = async (
  ports: Required<Pick<AuditPorts, 'clusters'>> & Pick<AuditPorts, 'documents' | 'calls'>,
  event: ClusterEvent,
): Promise<ItemStatus> => {
  const key = documentKeys(event.runId).cluster(event.accountId, event.cluster);
  const put = async (part: Omit<ClusterDocument, 'apiCalls'>) =>
    ports.documents.put(key, { ...part, apiCalls: ports.calls?.take() ?? {} } satisfies ClusterDocument);
  const target = await targetOf(ports.documents, event.runId, event.accountId);
  const cluster = await clusterOf(ports.documents, event);
  try {
    await put(await ports.clusters.read(target, cluster));
    return 'ok';
  } catch (error) {
    if (isTransient(error)) throw error;
    const reason = unreadFrom(error, 'collect-cluster');
    await put(unreadInside(reason));
    return 'failed';
  }
};

const clusterOf = async (documents: DocumentStore, event: ClusterEvent): Promise<Cluster> => {
  const document = await getDocument(documents, documentKeys(event.runId).account(event.accountId), isAccountDocument);
  const [region, name] = event.cluster.split('/');
  const found =
    document.status === 'read'
      ? document.snapshot.regions
          .filter(each => each.region === region)
          .flatMap(each => valueOr(each.clusters, []))
          .find(({ cluster }) => cluster.name === name)
      : undefined;
  if (found === undefined) throw new DocumentInvalid(`${event.cluster} is no cluster of account ${event.accountId}`);
  return found.cluster;
};
