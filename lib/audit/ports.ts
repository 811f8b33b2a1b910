/** The ports of the steps. Adapters are named `<technology>-<port>` and live in collect, store and notify. */

import type { AuditSettings } from '../facts.ts';
import type { Unsent } from '../history/digest.ts';
import type { KnownState } from '../history/known-state.ts';
import type { Digest, FactChange, FindingStatus, KnownFinding, Transition } from '../history/transition.ts';
import type {
  AccountSnapshot,
  Cluster,
  Collected,
  Impact,
  IssuerFacts,
  IssuerTable,
  ReadInside,
  SeenCalls,
  ServiceControls,
  ServiceUse,
  Severity,
  SubscriptionState,
  Unread,
} from '../model.ts';
import type { ClusterCounts } from '../report/run-report.ts';
import type { AnyRule } from '../rules/define-rule.ts';
import type { RuleOverride } from '../rules/evaluate/evaluate.ts';
import type { WatchedFact } from '../rules/evaluate/evaluation.ts';
import type { Waiver } from '../rules/evaluate/waivers.ts';
import type { KnownNames } from './known-names.ts';
import type { RunFailure } from './run-failure.ts';
import type { SkippedRecord } from './skipped-run.ts';
import type { ControlPolicyReader, OrganizationReader, Target, TargetSource } from './target.ts';

/** The reading of an account in earlier runs: ARNs that its lists had and that no later complete list lacks, and the
 *  calls that CloudTrail saw. */
export interface EarlierReading {
  readonly providers?: readonly string[];
  readonly roles?: readonly string[];
  readonly seen?: SeenCalls;
  /** The last report on each role, by its ARN. */
  readonly uses?: Readonly<Record<string, ServiceUse>>;
}

/** Reads one account's IAM and EKS facts (and CloudTrail, if asked for). Never throws for what AWS refuses: that is a
 *  gap of the snapshot. Sections that a ClusterReader reads come back as not asked for. */
export interface AccountReader {
  /** An entry of `earlier` that a list lacks is looked for once more before it counts as gone. `seen` is for the next
   *  run. `controls`: the service control policies over the account; absent where they were not asked for. */
  read(
    target: Target,
    at: string,
    earlier?: EarlierReading,
    controls?: Collected<ServiceControls>,
  ): Promise<AccountSnapshot & Pick<EarlierReading, 'seen'>>;
}

/** Reads the inside of one cluster. */
export interface ClusterReader {
  read(target: Target, cluster: Cluster): Promise<ReadInside>;
}

/** Probes issuers live: one TLS handshake a host, two GETs an issuer. */
export interface IssuerReader {
  /** The issuers of a host in this order, as far as time allows: those that are left are not in the table. With `take` each
   *  may be handed over as soon as it is known, and is not in the table then: a large fleet's facts need not be held. */
  read(issuers: readonly string[], take?: (facts: IssuerFacts) => Promise<void>): Promise<IssuerTable>;
}

/** Keeps parts of a run as JSON documents by key. */
export interface DocumentStore {
  put(key: string, document: unknown): Promise<void>;
  /** Throws `DocumentMissing` if there is none, `DocumentInvalid` if it is not JSON. */
  get(key: string): Promise<unknown>;
  list(prefix: string): Promise<readonly string[]>;
}

/** Keeps pages for people beside the documents of runs. */
export interface PageStore {
  /** Version of irsa-auditor that stands in the page. */
  readonly toolVersion: string;
  put(key: string, html: string): Promise<void>;
}

/** The writes of one account's reconciliation. */
export interface StateChange {
  readonly accountId: string;
  readonly runId: string;
  readonly at: string;
  readonly transitions: readonly Transition[];
  readonly factChanges: readonly FactChange[];
  /** The watched facts to remember from now on (only those that are new or changed). */
  readonly watched: readonly WatchedFact[];
  readonly coverage: readonly Unread[];
  readonly readScopes: readonly string[];
  readonly unreadFacts: readonly string[];
  /** `confirmedAt` of the state that this was made from: where it is another by now, nothing is written. */
  readonly basis?: string;
  /** Steps that an earlier attempt of the run has written: they are not written again, and they are to be sent, too. */
  readonly writtenBefore?: Pick<StateChange, 'transitions' | 'factChanges'>;
  /** `left`: the account is no longer audited. `back`: it had left, and is audited again. */
  readonly presence?: 'left' | 'back';
}

/** An account of which something is known. */
export interface AuditedAccount {
  readonly accountId: string;
  /** Start of the first run whose list of targets does not have it; absent while it is audited. */
  readonly missingSince?: string;
  /** When its findings were closed because of that. */
  readonly closedAt?: string;
}

/** How long an account stays closed to other runs while one writes it: the longest that its step may take. */
export const writeMinutes = 15;

/** No more than this is sent, and held in memory, at once; the rest is sent by the next run. */
export const maxPending = 5000;

/** How long a run that died while sending keeps others from sending: longer than the step may take. */
export const leaseMinutes = 20;

/** One run, for the record. Durations in milliseconds. */
export interface RunRecord {
  readonly runId: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly accounts: number;
  /** Accounts of which nothing was read. The first hundred. */
  readonly failedAccounts: readonly string[];
  /** The first hundred; `gapCount` counts all. */
  readonly gaps: readonly Unread[];
  readonly gapCount: number;
  readonly openBySeverity: Readonly<Record<Severity, number>>;
  /** The worst clusters, worst first; absent where findings were counted in the table. */
  readonly openByCluster?: readonly ClusterCounts[];
  /** Clusters with open findings that are not in the list; absent where it is whole. */
  readonly clustersLeftOut?: number;
  readonly transitions: number;
  /** Accounts, the first hundred, in which a setting of IAM or EKS changed and no fast run had told of any change; absent where
   *  there is none. */
  readonly changedWithoutEvent?: readonly string[];
  readonly sent: boolean;
  /** Destinations for which a digest waits: their quiet hours, or a topic to which no address has confirmed. Absent where
   *  none waits. */
  readonly held?: readonly string[];
  readonly apiCalls: Readonly<Record<string, number>>;
  /** Why the run did not succeed; absent where it did. */
  readonly failure?: RunFailure;
}

/** Findings between runs. Every write is idempotent for a run and conditional on the item's version; state and "to be
 *  notified" are one write. Writes that another run overtook throw `StateConflict`. */
export interface FindingStore {
  load(accountId: string): Promise<KnownState>;
  /** Answers what it wrote, and the keys of all that the run wants sent. Throws `StateConflict` where another run has written
   *  the account since `load`, or is writing it: nothing is written then. `now` is ISO 8601. */
  apply(
    change: StateChange,
    now: string,
  ): Promise<{ readonly written: number; readonly unsentKeys: readonly string[] }>;
  /** Notes that a run goes on. Answers the id of another run that does, undefined where there is none; one that did not
   *  say that it is over counts no longer than a run may last. */
  claimRun(runId: string, at: string): Promise<string | undefined>;
  releaseRun(runId: string): Promise<void>;
  /** Takes the right to hand over what is unsent, or to send to one destination, for a few minutes, so that no two
   *  invocations of a step, be they of one run, send the same. Answers the token to release it with. Throws
   *  `StateConflict` while another invocation has it. */
  claimSending(runId: string, at: string, destination?: string): Promise<string>;
  releaseSending(token: string, destination?: string): Promise<void>;
  /** The transitions to send, worst first, at most `maxPending`. `also` are keys that a run has just written: an index
   *  may show them late. */
  pending(also?: readonly string[]): Promise<readonly Unsent[]>;
  markSent(digestId: string, keys: readonly string[], at: string): Promise<void>;
  /** All accounts that were ever written. */
  accounts(): Promise<readonly AuditedAccount[]>;
  /** Writes what is known of an account's absence: what is not given is taken away. */
  noteAbsence(account: AuditedAccount): Promise<void>;
  recordRun(run: RunRecord): Promise<void>;
  openBySeverity(): Promise<Readonly<Record<Severity, number>>>;
  /** Newest first. */
  runs(page: Page): Promise<Paged<RunRecord>>;
  recordSkipped(run: SkippedRecord): Promise<void>;
  /** Those that began after an instant (ISO 8601), newest first, the newest `maxSkipped`. */
  skippedRuns(after: string): Promise<readonly SkippedRecord[]>;
}

/** Reads for people: the `findings` command and the report. All are paged by an opaque cursor. */
export interface FindingQueries extends Pick<FindingStore, 'runs' | 'skippedRuns'> {
  list(filter: FindingFilter, page: Page): Promise<Paged<KnownFinding>>;
  show(id: string): Promise<KnownFinding | undefined>;
  /** How one finding came and went, oldest first. */
  history(id: string, page: Page): Promise<Paged<Transition>>;
  /** The names that findings of any status and watched facts have. */
  names(): Promise<KnownNames>;
}

export interface Page {
  readonly limit: number;
  readonly cursor?: string;
}
export interface Paged<T> {
  readonly items: readonly T[];
  readonly cursor?: string;
  /** Items of the page that a newer version wrote and this one cannot read; absent where there is none. */
  readonly newer?: number;
}

/** All given fields must hold. */
export interface FindingFilter {
  readonly status?: FindingStatus;
  readonly minSeverity?: Severity;
  readonly impact?: Impact;
  readonly accountId?: string;
  readonly clusterName?: string;
  readonly ruleId?: string;
  readonly subject?: string;
  readonly namespace?: string;
  readonly serviceAccount?: string;
  /** Name or ARN. */
  readonly role?: string;
  readonly changedSince?: string;
}

/** Calls to AWS and to clusters since the last `take`, by operation (`iam:ListRoles`). */
export interface CallsPort {
  take(): Readonly<Record<string, number>>;
}

/** Sends one digest to one destination, at least once. `held`: the destination has its quiet hours, and the digest must
 *  wait. Throws what may be retried. */
export interface Notifier {
  readonly name: string;
  /** It is told of each finding of a first audit, too; others of the whole. */
  readonly everyFinding?: true;
  send(digest: Digest): Promise<'sent' | 'held'>;
  /** The part of a digest that it tells; absent where that is all of it. */
  wanted?(digest: Digest): Digest | undefined;
}

/** A digest that a destination did not take and that is not tried again. */
export interface DeadLetter {
  readonly destination: string;
  readonly attempts: number;
  /** Why the last attempt failed, one line, or that the destination is gone; empty where too many waited through quiet
   *  hours. */
  readonly because: string;
  readonly digest: Digest;
}

/** Keeps what is given up until a person looks. Throws where it does not take it: then it is kept and tried again. */
export interface DeadLetters {
  put(letter: DeadLetter): Promise<void>;
}

/** Reads whether the addresses of the configuration are subscribed. Throws what cannot be read. */
export interface SubscriptionReader {
  read(): Promise<readonly SubscriptionState[]>;
}

/** Everything that the steps need of the world. Each step takes only its own part, so that each Lambda is given only that. */
export interface AuditPorts {
  readonly targets: TargetSource;
  /** Absent where resource control policies are not asked for. */
  readonly controlPolicies?: ControlPolicyReader;
  /** Absent where the accounts are not those of an organization. */
  readonly organization?: OrganizationReader;
  readonly accounts: AccountReader;
  /** Absent where the inside of clusters is not asked for. */
  readonly clusters?: ClusterReader;
  readonly issuers: IssuerReader;
  readonly documents: DocumentStore;
  readonly findings: FindingStore;
  readonly notifiers: readonly Notifier[];
  /** Absent where there is no queue: what is given up is then only counted. */
  readonly deadLetters?: DeadLetters;
  /** Absent where no topic has readers to look after. */
  readonly subscriptions?: SubscriptionReader;
  readonly calls?: CallsPort;
  /** Absent where nobody wants the page of a run. */
  readonly pages?: PageStore;
  /** The instant, ISO 8601 in UTC. */
  readonly now: () => string;
  /** Waits before a repeat; for real where absent. */
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/** Choices of the configuration that the steps read. */
export interface AuditChoices {
  readonly settings: AuditSettings;
  readonly rules: readonly AnyRule[];
  readonly overrides: Readonly<Record<string, RuleOverride>>;
  readonly waivers: readonly Waiver[];
  /** Findings below are stored, not sent. */
  readonly minSeverity: Severity;
  readonly links: Digest['links'];
  /** Accounts (or clusters of one account) at work at once, in one process. */
  readonly concurrency: number;
}
