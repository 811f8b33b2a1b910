import type { ChangeEvent, Finding, Missed, Severity } from '../model.ts';
import type { WatchedKind } from '../rules/evaluate/evaluation.ts';
import type { CoverageNotice } from './watch-coverage.ts';

/** The transitions that a destination may be told of. */
export const toldKinds = [
  'opened',
  'changed',
  'escalated',
  'reassessed',
  'reopened',
  'explained',
  'resolved',
  'waived',
] as const;

/** How a finding moves. `reassessed`: its severity is another by what is read now, worse by more or less than before, or milder
 *  by more; whether the world is another is not known. `explained`: it fails as before, and is told with its cause from now on. `unconfirmed`: it was open and could not be checked now; it stays open. `confirmed`: it was
 *  unconfirmed and is as it was, or more of the same could be read. */
export const transitionKinds = [...toldKinds, 'unconfirmed', 'confirmed'] as const;
export type TransitionKind = (typeof transitionKinds)[number];

/** `explained`: it fails and is a part of another finding, its cause. `waived` findings are kept and counted. Of one that was
 *  open before people are told that it is explained or waived, and its end. */
export const findingStatuses = ['open', 'explained', 'resolved', 'waived'] as const;
export type FindingStatus = (typeof findingStatuses)[number];

/** The part of a finding's place by which a destination may choose, and its owner there. */
export type OpenIn = Pick<Finding, 'clusterName' | 'namespace' | 'owner'>;

/** The worst severity, all owners and all places that a finding had while it was open, in all its life. */
export interface OpenAs {
  readonly severity: Severity;
  /** In the cluster and the namespace that it is in. Sorted; empty where it never had one. */
  readonly owners: readonly string[];
  /** Other clusters and namespaces that it was in, each with its owner there: the last fifty. Absent where there are none. */
  readonly elsewhere?: readonly OpenIn[];
}

/** A finding as it is remembered between runs. */
export interface KnownFinding {
  readonly finding: Finding;
  readonly status: FindingStatus;
  /** Counts up by one with every write; the condition of the next one. */
  readonly version: number;
  readonly firstSeenAt: string;
  /** When it last changed in any way: ISO 8601. */
  readonly changedAt: string;
  readonly resolvedAt?: string;
  /** Id of its cause, a finding of the same account; only while it is explained. */
  readonly explainedBy?: string;
  /** Why it was resolved: `passed`, `gone`, `rule off`, `no longer applies`, `no longer audited`. */
  readonly resolution?: string;
  /** Since when it could not be confirmed, and why. */
  readonly unconfirmedSince?: string;
  readonly unconfirmedBecause?: string;
  /** Sections that it was judged without. Absent where they are not known: a report that is a baseline has none. */
  readonly judgedWithout?: readonly Missed[];
  /** How it was open before, where the state does not say it itself. */
  readonly openAs?: OpenAs;
  /** Run that wrote it last: a repeat of the same run changes nothing. */
  readonly runId: string;
}

/** One step in a finding's life. */
export interface Transition {
  readonly kind: TransitionKind;
  readonly at: string;
  readonly runId: string;
  readonly before?: KnownFinding;
  readonly after: KnownFinding;
  /** One sentence: what moved. */
  readonly summary: string;
  /** The API calls that changed what it is about; only where the fast lane told of them. */
  readonly changedBy?: readonly ChangeEvent[];
}

/** A watched fact that is another now. `before` is absent the first time only where it appeared after the baseline;
 *  `after` is absent where its subject is gone. */
export interface FactChange {
  readonly kind: WatchedKind;
  readonly subject: string;
  readonly accountId: string;
  readonly before?: string;
  readonly after?: string;
  readonly at: string;
  readonly runId: string;
  /** Of a provider or an issuer: the cluster whose it is, where exactly one is known. */
  readonly clusterName?: string;
  /** As of a transition. */
  readonly changedBy?: readonly ChangeEvent[];
}

/** Where the rest is: pages for a person, and the table that `irsa-auditor findings` reads, with its region. */
interface DigestLinks {
  readonly console?: string;
  readonly report?: string;
  readonly table?: string;
  readonly region?: string;
}

/** The message to send: one digest a run and destination, only if something changed. */
export interface Digest {
  /** Receivers drop a repeat by it. */
  readonly id: string;
  readonly runId: string;
  readonly at: string;
  /** Worst first, one of each finding; steps that only say how well it was read are left out. */
  readonly transitions: readonly Transition[];
  readonly factChanges: readonly FactChange[];
  readonly openBySeverity: Readonly<Record<Severity, number>>;
  readonly gaps: number;
  /** The sections that fell out of coverage or came back; absent where people know that already. */
  readonly coverage?: CoverageNews;
  /** The notes on the auditor itself, one sentence each. */
  readonly notes?: readonly string[];
  readonly links: DigestLinks;
  /** Only in the weekly summary and in the message of a first audit, which have no transitions. */
  readonly stillOpen?: StillOpen;
  /** Runs whose opened findings were told as a whole: nobody is told of each but machines. */
  readonly toldAsWhole?: readonly string[];
}

/** The open findings, worst first. `beyond` counts those that are open too and were left out: the least bad ones. */
export interface StillOpen {
  readonly findings: readonly KnownFinding[];
  readonly beyond: number;
  /** The first audit of so many accounts, and all that is open in what is audited. */
  readonly first?: { readonly accounts: number; readonly openBySeverity: Readonly<Record<Severity, number>> };
  /** Findings whose waiver ends soon. */
  readonly waived?: readonly KnownFinding[];
  /** All that is open now, and after the last run of at least a week ago, where one is on record. */
  readonly trend?: {
    readonly now: Readonly<Record<Severity, number>>;
    readonly before?: { readonly startedAt: string; readonly openBySeverity: Readonly<Record<Severity, number>> };
  };
}

/** The places that fell out of coverage or came back into it; `beyond` counts those for which there was no room. */
export interface CoverageNews {
  readonly notices: readonly CoverageNotice[];
  readonly beyond: number;
}
