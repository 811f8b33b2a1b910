/**
 * The events in and out of each step, and therefore the state of the workflow: keys and counts only.
 * Documents are in the DocumentStore under the run's keys. The state of 10,000 accounts stays below 256 KiB.
 */
import * as z from 'zod';
import { InvalidEvent } from '../kit/errors.ts';
import type { Severity } from '../model.ts';
import type { ItemStatus } from './contract.ts';
import { type RunFailure, runFailure } from './run-failure.ts';

/** The name of an execution, which a person may choose (Step Functions API Reference, `StartExecution`), and names of our
 *  own. A key percent-encodes it. */
const runId = z
  .string()
  .min(1)
  .max(120)
  .regex(/^[^\s<>{}[\]?*"#%\\^|~`$&,;/\p{C}]+$/u, 'must be the name of an execution');
const instant = z.iso.datetime({ offset: true });
const accountId = z.string().regex(/^\d{12}$/, 'must be 12 digits');

/** A cluster inside an account's item: `<region>/<name>`. */
const clusterKey = z.string().regex(/^[a-z0-9-]+\/[^/]{1,100}$/, 'must be <region>/<cluster name>');

/** The input of `plan-fast-run`: the execution's name. The keys of its readings are found by it (`startedIn`), and its role may
 *  write those of such names alone. */
export const fastStartEvent = z.object({
  runId: z
    .string()
    .max(80)
    .regex(/^fast-[\w-]+$/, 'must be fast- and letters, digits, _ and -'),
});

/** Starts a run: the execution's name and start time. */
export const startEvent = z.object({ runId, startedAt: instant });
export type StartEvent = z.output<typeof startEvent>;

/** The state between steps, and the input of `index-issuers`, `probe-issuers`, `notify-drift` and `complete-run`. */
export const runState = z.object({
  runId,
  startedAt: instant,
  accounts: z.array(accountId),
  /** The accounts are those that the fast lane was told of: nothing is said of any other. */
  fast: z.literal(true).exactOptional(),
  /** Notes of changes that could not be parsed: their accounts wait for the next full run. */
  skippedNotes: z.int().min(1).exactOptional(),
});
export type RunState = z.output<typeof runState>;

/** The input of `complete-run`: the run, and what became of its notification where it failed. */
export const completeEvent = runState.extend({
  notifyDrift: z.looseObject({ Error: z.string().exactOptional(), Cause: z.string().exactOptional() }).exactOptional(),
});
export type CompleteEvent = z.output<typeof completeEvent>;

/** The event on an execution that did not succeed (Step Functions Developer Guide, "Automating Step Functions event
 *  delivery with EventBridge"); times are milliseconds since 1970. */
export const executionEnded = z
  .object({
    source: z.literal('aws.states'),
    detail: z.object({
      name: runId,
      status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
      startDate: z.number(),
      error: z.string().nullish(),
      cause: z.string().nullish(),
    }),
  })
  .transform(
    ({ detail: { name, status, startDate, error, cause } }): FailedRun => ({
      runId: name,
      startedAt: new Date(startDate).toISOString(),
      failure: runFailure(status, { error: error ?? '', cause: cause ?? '' }),
    }),
  );

/** A run that did not succeed. */
export interface FailedRun {
  readonly runId: string;
  readonly startedAt: string;
  readonly failure: RunFailure;
}

/** The input of `notify-drift`: after a run, or from the weekly schedule, which wants what is still open. */
export const notifyEvent = runState.extend({ summary: z.boolean().exactOptional() });
export type NotifyEvent = z.output<typeof notifyEvent>;

/** The input of `collect-account` and `evaluate-account`: one item of the map over accounts. */
export const accountEvent = z.object({ runId, startedAt: instant, accountId });
export type AccountEvent = z.output<typeof accountEvent>;

/** The input of `collect-cluster`: some clusters of an account. */
export const clusterEvent = z.object({ runId, startedAt: instant, accountId, clusters: z.array(clusterKey).min(1) });
export type ClusterEvent = z.output<typeof clusterEvent>;

/** The answer of `collect-account`: the clusters whose inside is to be read (none unless asked for), in lists that one
 *  call of `collect-cluster` reads. */
export interface CollectedAccount {
  readonly status: ItemStatus;
  readonly clusters: readonly (readonly string[])[];
}

/** The answer of `list-targets` where another run is going on: this one ends. */
export interface SkippedRun {
  readonly runId: string;
  readonly skippedFor: {
    readonly runId: string;
    /** For people. */
    readonly because: string;
  };
}

/** The answer of `index-issuers`. */
export interface IndexResult {
  readonly accounts: number;
  readonly unread: number;
  readonly clusters: number;
}

/** The answer of `probe-issuers`. */
export interface ProbeResult {
  readonly issuers: number;
  readonly failed: number;
}

/** The answer of `notify-drift`. `sent`: at least one destination took a digest of the run. */
export interface NotifyResult {
  readonly sent: boolean;
  /** One, or more where the step was invoked again and found news; absent where nothing was worth a message. */
  readonly digestIds?: readonly string[];
  /** In all of them. */
  readonly transitions: number;
  /** Destinations that refused it; they get it again in the next run. */
  readonly failed: readonly string[];
  /** Destinations in their quiet hours, and the topic while nobody has confirmed: they get it in the first run after. */
  readonly held: readonly string[];
  /** Digests that are not tried again: they lie in the queue of dead letters. */
  readonly givenUp: number;
}

/** The answer of `complete-run`: the last state of the workflow. */
export interface CompletedRun {
  readonly runId: string;
  readonly accounts: number;
  /** Accounts of which nothing was read. */
  readonly failedAccounts: number;
  readonly gaps: number;
  readonly transitions: number;
  readonly openBySeverity: Readonly<Record<Severity, number>>;
  readonly sent: boolean;
  /** False if an account or anything else that was asked for was not read. */
  readonly complete: boolean;
  /** Nothing of any account was read: the run fails after this step. */
  readonly readNothing: boolean;
  /** No provider was called an orphan, because the clusters of some account or region were not read. */
  readonly orphanRulesSuspended: boolean;
  /** Key of the run's page in the bucket. */
  readonly report?: string;
  /** Why there is no page; the run is complete without it. */
  readonly reportFailure?: string;
}

/** Parses a step's input. Throws `InvalidEvent` that names the field. */
export const parseEvent = <T>(schema: z.ZodType<T>, step: string, event: unknown): T => {
  const result = schema.safeParse(event);
  if (result.success) return result.data;
  const lines = result.error.issues.map(issue => `${issue.path.join('.') || 'the event'}: ${issue.message}`);
  throw new InvalidEvent(`${step}: ${lines.join('; ')}`);
};
