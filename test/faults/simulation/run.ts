import type { FastStepName, StepName } from '../../../lib/audit/contract.ts';
import type { NotifyResult } from '../../../lib/audit/events.ts';
import type { ReadingFault } from '../world/reading-faults.ts';
import type { World } from '../world/world.ts';

/** How often a call fails, each from 0 to 1. */
export interface Rates {
  readonly throttle: number;
  readonly error: number;
  /** Done, and the answer is lost. */
  readonly lost: number;
  /** Done twice: the client repeats what was done. */
  readonly twice: number;
}

/** The invoked functions: the steps of a run, and the weekly summary, which is a function of its own. */
export type Invoked = StepName | Exclude<FastStepName, 'note-changes'> | 'send-summary';

/** One step ends in the middle, before or after its call number `at`. */
export interface CrashPlan {
  readonly step: Invoked;
  readonly at: number;
  readonly before: boolean;
  /** The name of it in Step Functions. */
  readonly name: string;
  /** At every attempt, not only the first. */
  readonly every: boolean;
}

/** One step is invoked twice: at the same time, one after the other, or as a zombie that goes on after it was given up. */
export interface RepeatPlan {
  readonly step: Invoked;
  readonly kind: 'together' | 'after' | 'zombie';
  /** The call before which the zombie is held. */
  readonly at: number;
}

/** One run of the audit: what it reads, what befalls it, and what became of it. */
export interface Run {
  readonly runId: string;
  readonly startedAt: string;
  accounts: readonly string[];
  readonly kind: string;
  /** A run of the fast lane: of the accounts that something was noted of. */
  readonly isFast?: true;
  readonly faults: readonly ReadingFault[];
  /** As it is when the run reads it. */
  readonly world: World;
  /** Roles and providers that the first list of an account lacks though they exist, and were listed before: decides
   *  which. IAM is eventually consistent. */
  readonly vanishing?: number;
  rates?: Rates;
  /** Calls that are refused: the start of `<kind>:<name>`. */
  denied?: readonly string[];
  crash?: CrashPlan | undefined;
  repeat?: RepeatPlan | undefined;
  abandonAt?: StepName | undefined;
  /** Milliseconds by which the clocks of two invocations may differ from the true time, each its own way. */
  skew?: number;
  /** Turns of the event loop that a call may wait. */
  ticks?: number;
  beforeNotify?: (() => Promise<void>) | undefined;
  crashed?: boolean;
  repeated?: boolean;
  /** An attempt of a step failed, and another one was made. */
  triedAgain?: boolean;
  abandoned?: boolean;
  /** A step that reads was given up: what it had still to read may not have been read. */
  gaveUp?: boolean;
  /** How many digests had reached a destination, of any run, when this one began to be recorded. */
  deliveredBefore?: number;
  /** When the last invocation of notify-drift began, in milliseconds. */
  notifyBegan?: number;
  /** It failed, and that was recorded. */
  failureNoted?: boolean;
  /** The run that kept this one from beginning, and whether that one was over by then and had said so. */
  skippedFor?: { readonly runId: string; readonly wasOver: boolean };
  overlapped?: boolean;
  /** Start of the first full run that read the world as it is now; every run since has. Absent in a world that only fast
   *  runs have read. */
  steadySince?: string;
  /** A run before this one has read the same world whole, and written it. */
  isSettled?: boolean;
  /** The full run over which a fast run lays its own reading, with when it had read everything, and the fast runs that tell
   *  of other accounts. */
  base?: { readonly run: Run; readonly others: readonly Run[]; readonly readBy: string } | undefined;
  outcome: string;
  notified?: NotifyResult;
}

/** True if nothing at all befalls the run. */
export const isClean = (run: Run): boolean =>
  run.faults.length === 0 &&
  !run.abandoned &&
  !run.rates &&
  !run.crash &&
  !run.repeat &&
  !run.abandonAt &&
  !run.denied &&
  !run.overlapped;

/** True if the run came to its end by itself. */
export const hasEnded = ({ outcome }: Run): boolean => outcome === 'succeeded';

/** True if the run may have read less than there is: by a fault of reading, or a step that reads was given up; a fast run
 *  also by those of the runs that it takes the rest from, and where another fast run ended in the middle. */
export const readsLess = ({ faults, gaveUp, base }: Run): boolean =>
  faults.length > 0 ||
  gaveUp === true ||
  (base !== undefined && (readsLess(base.run) || base.others.some(other => readsLess(other) || !hasEnded(other))));
