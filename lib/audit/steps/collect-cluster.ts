import { DocumentInvalid, TransientError } from '../../kit/errors.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import { type Cluster, type ReadFailure, type ReadInside, unreadInside, valueOr } from '../../model.ts';
import type { ItemStatus } from '../contract.ts';
import { documentKeys } from '../document-keys.ts';
import { type ClusterDocument, findDocument, getDocument, isAccountDocument, isClusterDocument } from '../documents.ts';
import type { ClusterEvent } from '../events.ts';
import { isTransient, unreadFrom } from '../failure.ts';
import type { AuditPorts, DocumentStore } from '../ports.ts';
import type { Target } from '../target.ts';
import { targetOfRun } from './target-of.ts';

/** Clusters whose insides are read, and held, at once. Eight of 8,000 pods hold 281 MB (`node bench/kubernetes.ts 2000
 *  8000 8`), of the function's 1,024. */
const clustersAtOnce = 8;
/** Milliseconds after which no further cluster is begun: the step ends before its own time is up. */
const beginWithin = 12 * 60_000;

const noTime: ReadFailure = {
  kind: 'timed-out',
  operation: 'collect-cluster',
  message: 'other clusters of the account took all the time',
};

/** The time of the step is over: a repeat has it again. */
class NoTime extends TransientError {}

type Ports = Required<Pick<AuditPorts, 'clusters'>> & Pick<AuditPorts, 'documents' | 'calls' | 'now'>;

/**
 * Reads the insides of some clusters of one account, each into a document: the account's role is assumed once and its
 * document read once. A failure is a document that says so. Where a repeat may read more, that is thrown when all others
 * are read: it reads only what no earlier attempt has read. Throws what the workflow tries again.
 */
export const collectCluster = async (ports: Ports, event: ClusterEvent): Promise<ItemStatus> => {
  const target = await targetOfRun(ports.documents, event.runId, event.accountId);
  const clusters = await clustersOf(ports.documents, event);
  const end = Date.parse(ports.now()) + beginWithin;
  const failures: unknown[] = [];
  const readBefore = await earlierDocuments(ports.documents, clusters);
  const statuses = await inParallel(clusters, clustersAtOnce, async ([key, cluster]) => {
    const earlier = await readBefore(key);
    if (earlier !== undefined && earlier.mayBeReadAgain !== true) return statusOf(earlier);
    let inside: ReadInside;
    try {
      if (Date.parse(ports.now()) > end) throw new NoTime(noTime.message);
      inside = await readOne(ports, target, cluster);
    } catch (error) {
      failures.push(error);
      const reason = error instanceof NoTime ? noTime : unreadFrom(error, 'collect-cluster');
      return put(ports, key, { ...unreadInside(reason), mayBeReadAgain: true });
    }
    // A write without an answer may be done: no failure is written over it.
    return put(ports, key, inside).catch((error: unknown): ItemStatus => {
      failures.push(error);
      return 'failed';
    });
  });
  if (failures.length > 0) throw failures[0];
  return statuses.every(status => status === 'ok') ? 'ok' : 'failed';
};

/** Finds what an earlier attempt has left of a cluster. Clusters are begun in order: where none of the first has a document,
 *  this is the first attempt, and nobody asks for the others. */
const earlierDocuments = async (
  documents: DocumentStore,
  clusters: readonly (readonly [key: string, cluster: Cluster])[],
): Promise<(key: string) => Promise<ClusterDocument | undefined>> => {
  const find = (key: string) => findDocument(documents, key, isClusterDocument);
  const keys = clusters.slice(0, clustersAtOnce).map(([key]) => key);
  const found = new Map((await inParallel(keys, clustersAtOnce, find)).map((document, at) => [keys[at], document]));
  const isRepeat = [...found.values()].some(document => document !== undefined);
  return async key => (found.has(key) ? found.get(key) : isRepeat ? find(key) : undefined);
};

/** A document of which nothing was read says so of each of its parts. */
const statusOf = ({ kubernetes, podIdentity, addons }: ReadInside): ItemStatus =>
  [kubernetes, podIdentity, addons].every(({ status }) => status === 'unavailable') ? 'failed' : 'ok';

const readOne = async (ports: Ports, target: Target, cluster: Cluster): Promise<ReadInside> => {
  try {
    return await ports.clusters.read(target, cluster);
  } catch (error) {
    if (isTransient(error)) throw error;
    return unreadInside(unreadFrom(error, 'collect-cluster'));
  }
};

const put = async (ports: Ports, key: string, inside: Omit<ClusterDocument, 'apiCalls'>): Promise<ItemStatus> => {
  await ports.documents.put(key, { ...inside, apiCalls: ports.calls?.take() ?? {} } satisfies ClusterDocument);
  return statusOf(inside);
};

/** The clusters with the keys of their documents. Throws `DocumentInvalid` for one that the account does not have. */
const clustersOf = async (
  documents: DocumentStore,
  { runId, accountId, clusters }: ClusterEvent,
): Promise<readonly (readonly [key: string, cluster: Cluster])[]> => {
  const keys = documentKeys(runId);
  const document = await getDocument(documents, keys.account(accountId), isAccountDocument);
  const regions = document.status === 'read' ? document.snapshot.regions : [];
  const known = new Map<string, Cluster>(
    regions.flatMap(({ region, clusters: section }) =>
      valueOr(section, []).map(({ cluster }) => [`${region}/${cluster.name}`, cluster] as const),
    ),
  );
  return clusters.map(name => {
    const cluster = known.get(name);
    if (cluster === undefined) throw new DocumentInvalid(`${name} is no cluster of account ${accountId}`);
    return [keys.cluster(accountId, name), cluster] as const;
  });
};
