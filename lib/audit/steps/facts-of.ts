import { type Facts, indexOf, unreadInFleet, withFleetPart } from '../../facts.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import {
  type AccountSnapshot,
  type ClusterSnapshot,
  type FleetIndex,
  type IssuerTable,
  mapSection,
  type ReadFailure,
  type ReadInside,
  type Unread,
  unavailable,
  unreadInside,
} from '../../model.ts';
import { given } from '../../text.ts';
import { sumCalls } from '../call-counts.ts';
import { documentKeys } from '../document-keys.ts';
import {
  type AccountDocument,
  type ApiCalls,
  findDocument,
  getDocument,
  type IndexDocument,
  isAccountDocument,
  isClusterDocument,
  isIndexDocument,
} from '../documents.ts';
import type { AccountEvent, ProbeResult, RunState } from '../events.ts';
import type { AuditChoices, DocumentStore } from '../ports.ts';
import { readingOnce } from '../reading-once.ts';
import type { FastReading } from '../target.ts';
import { type PartOfOthers, readPartOfOthers } from './part-of-others.ts';
import { unprobedReason } from './probe-issuers.ts';

/** Documents of clusters that are read at once. */
const readsAtOnce = 16;

/** The facts of an account of a run with what the whole run could not read, or why there are none. */
export type FactsOrReason = (
  | {
      readonly facts: Facts;
      readonly gaps: readonly Unread[];
      /** The changes that the fast lane told of the account; nothing in a full run. */
      readonly changes: FastReading['changes'];
      /** How many more there were than are kept. */
      readonly changesLeftOut: number;
      /** Id of the full run that a fast run was laid over. */
      readonly base?: string;
    }
  | { readonly reason: ReadFailure }
) & {
  /** Calls that collecting the account took. */
  readonly apiCalls: ApiCalls;
};

/** Puts an account's documents together: its snapshot, the inside of its clusters, the fleet, its issuers. */
export const factsOfAccount = async (
  documents: DocumentStore,
  choices: Pick<AuditChoices, 'settings'>,
  event: AccountEvent,
  partOfOthers = readPartOfOthers,
): Promise<FactsOrReason> => {
  const keys = documentKeys(event.runId);
  const account = await findDocument(documents, keys.account(event.accountId), isAccountDocument);
  if (account === undefined) return { reason: leftNothing('collect-account'), apiCalls: {} };
  if (account.status === 'failed') return { reason: account.reason, apiCalls: account.apiCalls };
  const [{ snapshot, apiCalls }, index, issuers, probe] = await Promise.all([
    withInsides(documents, event, account),
    getDocument(documents, keys.index, isIndexDocument),
    findDocument(documents, keys.issuers(event.accountId), isIssuerTable),
    findDocument(documents, keys.issuerSummary, isProbeResult),
  ]);
  const others = await partOfOthers(documents, event, snapshot, index);
  const fleet = fleetAround(snapshot, others, index, choices.settings.environments?.tag);
  // By the index: all that a fast run does not read is of one full run, which may have come since the fast run was planned.
  const runtime =
    index.readIn === undefined ? snapshot.runtime : await runtimeOf(documents, index.readIn.base, event.accountId);
  const reason = probe === undefined ? leftNothing('probe-issuers') : unprobedReason(issuers ?? {});
  return {
    facts: {
      snapshot: { ...snapshot, runtime },
      fleet,
      issuers: issuers ?? {},
      now: event.startedAt,
      settings: choices.settings,
    },
    gaps: [
      ...(reason === undefined ? [] : [{ accountId: event.accountId, section: 'probe' as const, reason }]),
      ...organizationGaps(event.accountId, index),
    ],
    changes: account.fast?.changes ?? [],
    changesLeftOut: account.fast?.leftOut ?? 0,
    ...given({ base: index.readIn?.base }),
    apiCalls,
  };
};

/** The facts of every account of a run that was read, each over the same fleet. An unread section is a gap of the run
 *  already. Holds all of them: for runs that are drawn, or that one process made. */
export const factsOfAll = async (
  documents: DocumentStore,
  choices: Pick<AuditChoices, 'settings'>,
  { runId, startedAt, accounts }: Pick<RunState, 'runId' | 'startedAt' | 'accounts'>,
): Promise<readonly Facts[]> => {
  const { index, issuerSummary } = documentKeys(runId);
  const once = readingOnce(documents, [index, issuerSummary]);
  // All accounts are read here: nobody needs a part of them beside.
  const noOthers = async (): Promise<PartOfOthers> => ({
    part: { clusters: [], providers: [] },
    roles: [],
    callers: [],
    unread: [],
  });
  const all = await inParallel(accounts, 4, accountId =>
    factsOfAccount(once, choices, { runId, startedAt, accountId }, noOthers),
  );
  const facts = all.flatMap(each => ('facts' in each ? [each.facts] : []));
  const tag = choices.settings.environments?.tag;
  const whole = indexOf(
    facts.map(({ snapshot }) => snapshot),
    [],
    tag,
  );
  return facts.map(each => ({ ...each, fleet: { ...whole, ...placeIn(each.fleet) } }));
};

/** The part of an index that is about the whole run. */
const placeIn = ({
  accounts,
  gaps,
  organization,
}: FleetIndex): Pick<FleetIndex, 'accounts' | 'gaps' | 'organization'> => ({
  accounts,
  gaps,
  ...given({ organization }),
});

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
): Promise<{ readonly snapshot: AccountSnapshot; readonly apiCalls: ApiCalls }> => {
  const keys = documentKeys(event.runId);
  const insides = await inParallel(account.inside, readsAtOnce, async cluster => {
    const found = await findDocument(documents, keys.cluster(event.accountId, cluster), isClusterDocument);
    return [cluster, found ?? { ...unreadInside(leftNothing('collect-cluster')), apiCalls: {} }] as const;
  });
  const beyond = account.beyond.map(cluster => [cluster, unreadInside(tooMany)] as const);
  const byKey = new Map<string, ReadInside>([...insides, ...beyond]);
  return {
    snapshot: {
      ...account.snapshot,
      regions: account.snapshot.regions.map(({ region, clusters }) => ({
        region,
        clusters: mapSection(clusters, list =>
          list.map(snapshot => withInside(snapshot, byKey.get(`${region}/${snapshot.cluster.name}`))),
        ),
      })),
    },
    apiCalls: sumCalls([account.apiCalls, ...insides.map(([, { apiCalls }]) => apiCalls)]),
  };
};

const withInside = (snapshot: ClusterSnapshot, inside: ReadInside | undefined): ClusterSnapshot => {
  if (inside === undefined) return snapshot;
  const { kubernetes, podIdentity, addons, authorities, nodes, network, accessEntries, context } = inside;
  const cluster = context === undefined ? snapshot.cluster : { ...snapshot.cluster, context };
  return { cluster, kubernetes, podIdentity, addons, ...given({ authorities, nodes, network, accessEntries }) };
};

const tooMany: ReadFailure = {
  kind: 'too-large',
  operation: 'collect-cluster',
  message: 'the account has more clusters than are read from inside in one run',
};

/** The account's own index with all that concerns it elsewhere. */
const fleetAround = (
  snapshot: AccountSnapshot,
  { part, roles, callers, targets, unread }: PartOfOthers,
  index: IndexDocument,
  environmentTag: string | undefined,
): FleetIndex => {
  const own = indexOf([snapshot], [], environmentTag);
  const rolesUnread = new Set([...index.rolesUnread, ...unread]);
  const providersUnread = new Set(index.providersUnread);
  return {
    ...withFleetPart(own, part),
    clusterCount: index.clusterCount,
    accounts: index.accounts.map(accountId => ({
      accountId,
      rolesRead: !rolesUnread.has(accountId),
      providersRead: !providersUnread.has(accountId),
    })),
    roles: [...own.roles, ...roles],
    ...(callers.length > 0 ? { callers } : {}),
    ...given({ targets }),
    gaps: [...index.gaps, ...unread.map(unreadInFleet)],
    ...given({ organization: index.organization }),
  };
};

const organizationGaps = (accountId: string, { organization }: IndexDocument): readonly Unread[] =>
  organization?.status === 'unavailable' ? [{ accountId, section: 'organization', reason: organization.reason }] : [];

/** The calls in CloudTrail, as the last full run read them: a fast run does not ask again. */
const runtimeOf = async (
  documents: DocumentStore,
  base: string,
  accountId: string,
): Promise<AccountSnapshot['runtime']> => {
  const account = await findDocument(documents, documentKeys(base).account(accountId), isAccountDocument);
  if (account === undefined) return unavailable(leftNothing('collect-account'));
  return account.status === 'read' ? account.snapshot.runtime : unavailable(account.reason);
};
