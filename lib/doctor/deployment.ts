import type { EntryOfRole } from '../fixes/access-entry.ts';
import type { Collected, SubscriptionState, Unread } from '../model.ts';

/** The outputs of the stack. */
export interface StackFacts {
  /** `CREATE_COMPLETE`, `UPDATE_ROLLBACK_FAILED`. */
  readonly status: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** A schedule of EventBridge Scheduler. */
export interface ScheduleFacts {
  readonly enabled: boolean;
  readonly expression: string;
}

/** The newest record of a run. */
export interface LastRunFacts {
  readonly startedAt: string;
  readonly accounts: number;
  readonly failedAccounts: readonly string[];
  /** The first of them; `gapCount` counts all. */
  readonly gaps: readonly Unread[];
  readonly gapCount: number;
  readonly failure?: string;
  /** Accounts in which a setting of IAM or EKS changed and no fast run had told of any change; absent where there is none. */
  readonly changedWithoutEvent?: readonly string[];
}

/** A CloudWatch alarm. */
export interface AlarmFacts {
  readonly name: string;
  readonly state: string;
  readonly actionsEnabled: boolean;
  readonly actions: readonly string[];
}

/** A queue of dead letters and what lies in it; undefined where there is no such queue. */
export interface LetterFacts {
  readonly queue: string;
  readonly letters: number | undefined;
}

/** A cluster that did not know the auditor's credentials in the last run. */
export interface RefusingCluster {
  readonly accountId: string;
  readonly region: string;
  readonly clusterName: string;
  /** The role that reads it (absent where that could not be read), and its access entry there: undefined where there is none. */
  readonly principalArn?: string;
  readonly entry: Collected<EntryOfRole | undefined>;
}

/** The finding table as it is. */
export interface TableFacts {
  /** Indexes by name; one that is still being built cannot be queried. */
  readonly indexes: readonly { readonly name: string; readonly active: boolean; readonly keys: readonly string[] }[];
  /** The attribute by which items expire; undefined where none do. */
  readonly timeToLive: string | undefined;
}

/** An index that a table must have, with its keys in order. */
interface WantedIndex {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
}

/** The policy of a resource. */
export interface ResourcePolicy {
  readonly arn: string;
  /** JSON. */
  readonly policy: string;
}

/** A deployment as it was read from outside. An `undefined` part of a complete section does not exist. */
export interface Deployment {
  /** The instant, ISO 8601. */
  readonly now: string;
  readonly toolVersion: string;
  /** Its name: what its resources are named after. */
  readonly name: string;
  /** The name of its stack: its own name, unless another one was asked for. */
  readonly stackName: string;
  /** The schedule of the audit in the configuration. */
  readonly wantedSchedule: ScheduleFacts;
  /** Whether the configuration names nobody who reads alarms. */
  readonly nobodyReadsAlarms: boolean;
  readonly stack: Collected<StackFacts | undefined>;
  /** The state machine of the audit. */
  readonly schedule: Collected<ScheduleFacts | undefined>;
  /** All others that the configuration wants, by name. */
  readonly otherSchedules: readonly (readonly [name: string, Collected<ScheduleFacts | undefined>])[];
  readonly lastRun: Collected<LastRunFacts | undefined>;
  /** Those of the last run that answered 401: it came with credentials that they do not know. */
  readonly refusing: readonly RefusingCluster[];
  /** Accounts in which the last full run found changes and from which no event has come; undefined where that run does not tell. */
  readonly silentAccounts: Collected<readonly string[] | undefined>;
  readonly table: Collected<TableFacts>;
  /** The table that this version of the program needs. */
  readonly wantedTable: { readonly indexes: readonly WantedIndex[]; readonly timeToLive: string };
  /** Names of the alarms that the configuration makes. */
  readonly wantedAlarms: readonly string[];
  readonly alarms: Collected<readonly AlarmFacts[]>;
  /** The policies of the topic of alarms and of the key that encrypts it (undefined: not encrypted). */
  readonly topicPolicy: Collected<ResourcePolicy>;
  readonly keyPolicy: Collected<ResourcePolicy | undefined>;
  /** The topic of alarms; undefined where the stack does not tell it. */
  readonly operationsTopicArn: string | undefined;
  readonly readers: Collected<readonly SubscriptionState[]>;
  readonly deadLetters: Collected<readonly LetterFacts[]>;
  /** Functions that may run at once in the account and region. */
  readonly concurrency: Collected<number>;
}
