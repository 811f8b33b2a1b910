import type { CoverageGap } from '../../core/evaluate/evaluation.ts';
import type { Facts } from '../../core/facts/facts.ts';
import { indexOf } from '../../core/facts/fleet-index.ts';
import { parseArn } from '../../core/model/arn.ts';
import { type ClusterSnapshot, type ReadInside, unreadInside } from '../../core/model/cluster.ts';
import { mapSection, type ReadFailure, valueOr } from '../../core/model/collected.ts';
import type { AccountSnapshot, FleetIndex, IssuerTable } from '../../core/model/snapshot.ts';
import {
  type AccountDocument,
  documentKeys,
  findDocument,
  getDocument,
  isAccountDocument,
  isClusterDocument,
  isFleetIndex,
} from '../documents.ts';
import type { AccountEvent, ProbeResult, RunState } from '../events.ts';
import { inParallel } from '../in-parallel.ts';
import type { AuditChoices, DocumentStore } from '../ports.ts';
import { unprobedReason } from './probe-issuers.ts';

/** Documents read at once. */
const readsAtOnce = 16;

/** The facts of an account of a run with what the whole run could not read, or why there are none. */
export type FactsOrReason =
  | { readonly facts: Facts; readonly gaps: readonly CoverageGap[] }
  | { readonly reason: ReadFailure };

/** Puts an account's documents together: its snapshot, the inside of its clusters, the fleet, its issuers. */
export const factsOf = async (
  documents: DocumentStore,
  choices: Pick<AuditChoices, 'settings'>,
  event: AccountEvent,
): Promise<FactsOrReason> => {
  const keys = documentKeys(event.runId);
  const account = await findDocument(documents, keys.account(event.accountId), isAccountDocument);
  if (account === undefined) return { reason: leftNothing('collect-account') };
  if (account.status === 'failed') return { reason: account.reason };
  const [snapshot, index, issuers, probe] = await Promise.all([
    withInsides(documents, event, account),
    getDocument(documents, keys.index, isFleetIndex),
    findDocument(documents, keys.issuers(event.accountId), isIssuerTable),
    findDocument(documents, keys.issuerSummary, isProbeResult),
  ]);
  const fleet = { ...index, roles: await rolesInReach(documents, event, snapshot, index) };
  const reason = probe === undefined ? leftNothing('probe-issuers') : unprobedReason(issuers ?? {});
  return {
    facts: { snapshot, fleet, issuers: issuers ?? {}, now: event.startedAt, settings: choices.settings },
    gaps: reason === undefined ? [] : [{ accountId: event.accountId, what: 'issuers', reason }],
  };
};

/** The facts of every account of a run that was read. What was not is a gap of the run already. */
export const factsOfAll = async (
  documents: DocumentStore,
  choices: Pick<AuditChoices, 'settings'>,
  { runId, startedAt, accounts }: RunState,
): Promise<readonly Facts[]> => {
  const all = await inParallel(accounts, 4, accountId => factsOf(documents, choices, { runId, startedAt, accountId }));
  return all.flatMap(each => ('facts' in each ? [each.facts] : []));
};

const isProbeResult = (value: object): value is ProbeResult => 'issuers' in value && 'failed' in value;

const isIssuerTable = (value: object): value is IssuerTable =>
  Object.values(value).every(facts => typeof facts === 'object' && facts !== null && 'url' in facts && 'host' in facts);

/** A step that ended without a document: it ran out of time or memory. */
const leftNothing = (operation: string): ReadFailure => ({
  kind: 'timed-out',
  operation,
  message: 'ended without a result: it ran out of time or memory, see its log',
});

const withInsides = async (
  documents: DocumentStore,
  event: AccountEvent,
  account: AccountDocument & { readonly status: 'read' },
): Promise<AccountSnapshot> => {
  const keys = documentKeys(event.runId);
  const insides = await inParallel(account.inside, readsAtOnce, async cluster => {
    const found = await findDocument(documents, keys.cluster(event.accountId, cluster), isClusterDocument);
    return [cluster, found ?? unreadInside(leftNothing('collect-cluster'))] as const;
  });
  const beyond = account.beyond.map(cluster => [cluster, unreadInside(tooMany)] as const);
  const byKey = new Map<string, ReadInside>([...insides, ...beyond]);
  const merge = (region: string, snapshot: ClusterSnapshot): ClusterSnapshot => {
    const inside = byKey.get(`${region}/${snapshot.cluster.name}`);
    if (inside === undefined) return snapshot;
    const { kubernetes, podIdentity, addons, context } = inside;
    const cluster = context === undefined ? snapshot.cluster : { ...snapshot.cluster, context };
    return { cluster, kubernetes, podIdentity, addons };
  };
  return {
    ...account.snapshot,
    regions: account.snapshot.regions.map(({ region, clusters }) => ({
      region,
      clusters: mapSection(clusters, list => list.map(snapshot => merge(region, snapshot))),
    })),
  };
};

const tooMany: ReadFailure = {
  kind: 'too-large',
  operation: 'collect-cluster',
  message: 'the account has more clusters than are read from inside in one run',
};

/** The account's own roles, and those of the other accounts that its service accounts name. */
const rolesInReach = async (
  documents: DocumentStore,
  event: AccountEvent,
  snapshot: AccountSnapshot,
  index: FleetIndex,
): Promise<FleetIndex['roles']> => {
  const audited = new Set(index.accounts.map(account => account.accountId));
  const named = [...namedAccounts(snapshot)].filter(id => id !== event.accountId && audited.has(id));
  const shares = await inParallel(named, readsAtOnce, accountId =>
    findDocument(documents, documentKeys(event.runId).share(accountId), isFleetIndex),
  );
  return [...indexOf([snapshot]).roles, ...shares.flatMap(share => share?.roles ?? [])];
};

const namedAccounts = (snapshot: AccountSnapshot): ReadonlySet<string> => {
  const named = new Set<string>();
  for (const { clusters } of snapshot.regions)
    for (const { kubernetes } of valueOr(clusters, [])) {
      if (kubernetes.status === 'unavailable') continue;
      for (const account of valueOr(kubernetes.value.serviceAccounts, []))
        for (const value of Object.values(account.annotations)) {
          const accountId = parseArn(value.trim())?.accountId;
          if (accountId !== undefined) named.add(accountId);
        }
    }
  return named;
};
