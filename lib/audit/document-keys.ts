/** Where the parts of runs lie in the DocumentStore: every key, the keys that each step reads and writes, and their objects. */
import type { FunctionName } from './contract.ts';

const part = (text: string): string => encodeURIComponent(text).replace(/^\./, '%2E');

/** Where the outboxes of destinations lie. */
export const outboxFolder = 'outbox/';
/** The digests that were handed over last. No destination has such a name. */
export const handedFolder = `${outboxFolder}.handed/`;
/** How many of them are kept: those of half a day with a fast run a minute. A destination takes over what is there in every
 *  run, and is left alone for twenty minutes at the most (`leaseMinutes`). */
const handedKept = 1000;
/** The last digest that was handed over (`InFlight`): whoever finds that undone completes it. It lies beside the outboxes,
 *  which no lifecycle rule takes away, under a name that no destination can have. */
export const inFlightKey = `${outboxFolder}.in-flight.json`;

/** The coverage that people were told of. It lies apart from runs: no lifecycle rule takes it away. */
export const coverageKey = 'coverage/state.json';
/** The runs whose findings were told as a whole. It lies beside it. */
export const firstAuditsKey = 'coverage/first-audits.json';

/** The reading of an account in earlier runs (`EarlierReading`). It lies apart from runs: no lifecycle rule takes it
 *  away. */
export const listedKey = (accountId: string): string => `listed/${accountId}.json`;

/** Keys of one run. Every name that comes from outside is percent-encoded: none can leave its folder. */
export const documentKeys = (runId: string) => {
  const run = `runs/${part(runId)}`;
  return {
    targets: `${run}/targets.json`,
    /** The targets of a hundredth of the accounts, so that nobody reads those of all for one. */
    targetsWith: (accountId: string) => `${run}/targets/${accountId.slice(-2)}.json`,
    account: (accountId: string) => `${run}/accounts/${accountId}.json`,
    /** The facts that other accounts need of the account, and those that it asks of them. */
    share: (accountId: string) => `${run}/shares/${accountId}.json`,
    /** The facts of other accounts that concern the account; only for those that `index` names as related. */
    related: (accountId: string) => `${run}/related/${accountId}.json`,
    /** The `*` of an IAM resource crosses `/`: by an ending that no other key has, a cluster of any name is no document of another
     *  step. */
    cluster: (accountId: string, cluster: string) => {
      const [region = '', ...name] = cluster.split('/');
      return `${run}/clusters/${accountId}/${part(region)}/${part(name.join('/'))}.cluster`;
    },
    index: `${run}/index.json`,
    /** The issuers to probe, by account. */
    wanted: `${run}/wanted-issuers.json`,
    /** The probed issuers that an account's clusters and providers have. */
    issuers: (accountId: string) => `${run}/issuers/${accountId}.json`,
    issuerSummary: `${run}/issuers.json`,
    evaluation: (accountId: string) => `${run}/evaluations/${accountId}.json`,
    plan: (accountId: string) => `${run}/plans/${accountId}.json`,
    summary: (accountId: string) => `${run}/summaries/${accountId}.json`,
    /** A digest that was handed over to all destinations, by its number. */
    handed: (number: number) => `${handedFolder}${number % handedKept}.json`,
    outbox: (destination: string) => `${outboxFolder}${part(destination)}.json`,
    notification: `${run}/notification.json`,
    status: `${run}/status.json`,
    /** The page of the run, for people. */
    report: `${run}/report.html`,
  };
};

/** The page of the last run, always in the same place. */
export const latestReportKey = 'runs/latest-report.html';

/** The issuers that the last runs had no time to probe, the longest waiting first: the next run begins with them. */
export const waitingIssuersKey = 'runs/waiting-issuers.json';

/** Where it stands. */
export const lastReadKey = 'runs/last-read.json';

/** The documents of the fast lane lie apart from `runs/`: the `*` of an IAM resource crosses `/`, so a step that writes the issuers of
 *  any run could write a note there. A lifecycle rule takes them away in time. */
export const fastLaneFolder = 'fast-lane/';
/** Notes of changes, and the marks of the runs that it started. */
export const notesFolder = `${fastLaneFolder}notes/`;
export const startedFolder = `${fastLaneFolder}started/`;

/** Patterns of the keys of runs whose ids match, with `*` for what varies. */
const patternsOf = (runs: string) => {
  const keys = documentKeys(runs);
  return {
    ...keys,
    targetsByAccount: keys.targetsWith('*'),
    accounts: keys.account('*'),
    shares: keys.share('*'),
    clusters: keys.cluster('*', '*/*'),
    related: keys.related('*'),
    issuers: keys.issuers('*'),
    plans: keys.plan('*'),
    evaluations: keys.evaluation('*'),
    summaries: keys.summary('*'),
  };
};
const any = patternsOf('*');
/** Of fast runs alone, whose ids begin so. */
const fast = patternsOf('fast-*');
const listed = listedKey('*');
const [notes, started] = [`${notesFolder}*`, `${startedFolder}*`];
const kept = [`${outboxFolder}*`, 'coverage/*'] as const;

interface StepDocuments {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly pages?: readonly string[];
}

/** The documents that each step reads and writes and the pages that it writes, with `*` for what varies: all that its role
 *  allows. A test compares them with what the steps ask for. */
export const stepDocuments: Readonly<Record<FunctionName, StepDocuments>> = {
  'list-targets': { reads: [], writes: [any.targets, any.targetsByAccount] },
  'note-changes': { reads: [], writes: [notes] },
  'plan-fast-run': {
    reads: [lastReadKey, any.targetsByAccount, notes],
    writes: [fast.targets, fast.targetsByAccount, started],
  },
  'overlay-issuers': { reads: [lastReadKey, any.targets, any.shares], writes: [fast.index, fast.related, fast.wanted] },
  'collect-account': { reads: [any.targetsByAccount, listed], writes: [any.accounts, any.shares, listed] },
  'collect-cluster': { reads: [any.targetsByAccount, any.accounts, any.clusters], writes: [any.clusters] },
  'index-issuers': {
    reads: [any.targets, any.shares, lastReadKey],
    writes: [any.index, any.related, any.wanted, lastReadKey],
  },
  'probe-issuers': {
    reads: [any.wanted, waitingIssuersKey],
    writes: [any.issuers, any.issuerSummary, waitingIssuersKey],
  },
  'evaluate-account': {
    reads: [
      ...[any.targets, any.accounts, any.clusters, any.index, any.related, any.issuers, any.issuerSummary, any.plans],
      lastReadKey,
    ],
    writes: [any.plans, any.evaluations, any.summaries],
  },
  'notify-drift': { reads: [any.summaries, any.notification, ...kept], writes: [any.notification, ...kept] },
  'complete-run': {
    reads: [
      ...[any.targets, any.accounts, any.clusters, any.index, any.issuers, any.issuerSummary],
      ...[any.evaluations, any.summaries, any.notification, any.status],
    ],
    writes: [any.status],
    pages: [any.report, latestReportKey],
  },
};

/** The key of the object that holds a document (gzip JSON). The store and the policies both take it from here: a policy names
 *  objects. A page is the object of its own key, which people open. */
export const objectKey = (key: string): string => `${key}.gz`;

/** The objects that a step may read and write, with `*` for what varies. */
export const stepObjects = (step: FunctionName): Readonly<Record<'reads' | 'writes', readonly string[]>> => {
  const { reads, writes, pages = [] } = stepDocuments[step];
  return { reads: reads.map(objectKey), writes: [...writes.map(objectKey), ...pages] };
};
