import type { FactChange, Transition } from '../history/transition.ts';
import type { WatchedOutcome } from '../history/watched-drift.ts';
import type { Finding, Severity, Unread } from '../model.ts';
import type { Evaluation, UndecidedCheck, WatchedFact } from '../rules/evaluate/evaluation.ts';
import type { AccessTable } from './graph/access-row.ts';
import type { IdentityGraph, StepCoverage } from './graph/graph-model.ts';
import type { ReachTable } from './graph/reach-table.ts';
import type { RoleAnswer } from './graph/role-answer.ts';

/** The source of every output format: one run over one or more accounts. Plain data, and itself the JSON format. */
export interface RunReport {
  readonly schemaVersion: 1;
  readonly runId: string;
  /** Version of irsa-auditor that made it. */
  readonly toolVersion: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly accounts: readonly {
    readonly accountId: string;
    readonly alias?: string;
    readonly regions: readonly string[];
  }[];
  /** Worst first, waived ones among them. */
  readonly findings: readonly Finding[];
  /** Findings of the baseline that could not be confirmed: open until it is shown that they are gone, and counted by the exit
   *  code. Absent where there is no baseline, or none of these. */
  readonly stillOpen?: readonly Finding[];
  readonly undecided: readonly UndecidedCheck[];
  /** The sections that were asked for and could not be read: as prominent as findings. */
  readonly gaps: readonly Unread[];
  /** The sections that were tried without being asked for by name, and could not be read: the inside of clusters. No
   *  gap. */
  readonly notReached?: readonly Unread[];
  /** How many findings the filters of a person left out; absent where no filter was given. A report with it is no verdict of
   *  the whole. */
  readonly leftOut?: number;
  /** Rules that the configuration turns off everywhere; absent where it turns off none. */
  readonly rulesOff?: readonly string[];
  readonly transitions: readonly Transition[];
  readonly factChanges: readonly FactChange[];
  /** When each finding was first seen, ISO 8601, by id. Absent where no earlier run is known. */
  readonly firstSeen?: Readonly<Record<string, string>>;
  /** Watched facts, so that a report can be the baseline of a later one. */
  readonly watched?: readonly WatchedFact[];
  /** By account, which facts of a later report are new: those of subjects that this one would have had. */
  readonly watchedScopes?: readonly (Pick<WatchedOutcome, 'readScopes' | 'unreadFacts'> & {
    readonly accountId: string;
  })[];
  /** Sums over the accounts. */
  readonly counts: Evaluation['counts'];
  /** Calls made, by operation (`iam:ListRoles`). */
  readonly apiCalls: Readonly<Record<string, number>>;
  /** Sentences a reader must know: overrides of addresses, filters in force. */
  readonly notes: readonly string[];
  /** The checked parts, step by step; made with the graph, and kept where that is left out. */
  readonly coverage?: readonly StepCoverage[];
  /** Who may assume which role; made by `graphOf`. Absent where the run's snapshots were not at hand. */
  readonly graph?: IdentityGraph;
  /** Who may assume what; made by `accessOf`, and absent where the graph is. */
  readonly access?: AccessTable;
  /** Who can become what; absent where roles and bindings were not asked for. */
  readonly reach?: ReachTable;
  /** The roles of the levels and the namespace that a person asked for; absent where nobody did. */
  readonly roles?: RoleAnswer;
  /** Earlier runs, oldest first, for the trend. */
  readonly trend?: readonly TrendPoint[];
}

/** Open findings of one cluster. Without an ARN: those that are about no cluster. */
export interface ClusterCounts {
  readonly clusterArn?: string;
  readonly open: Readonly<Record<Severity, number>>;
}

/** One earlier run. */
export interface TrendPoint {
  readonly at: string;
  readonly openBySeverity: Readonly<Record<Severity, number>>;
  /** The worst clusters, worst first; absent where the run did not record them. */
  readonly openByCluster?: readonly ClusterCounts[];
  /** Clusters with open findings that are not in the list; absent where it is whole. */
  readonly clustersLeftOut?: number;
  readonly gaps: number;
}
