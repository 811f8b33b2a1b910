import type { WatchedFact } from '../evaluate/evaluation.ts';
import type { KnownFinding } from './transition.ts';

/** What is known of an account from earlier runs. */
export interface KnownState {
  readonly findings: readonly KnownFinding[];
  readonly watched: readonly WatchedFact[];
  /** False before the first completed run: watched facts are then recorded, not reported. */
  readonly hasBaseline: boolean;
  /** Prefixes of subjects that some earlier run read completely: a fact that appears under one is new. */
  readonly readScopes: readonly string[];
  /** Facts of subjects that were listed and never read: they are recorded, not reported, when they are first seen. */
  readonly unreadFacts: readonly string[];
  /** Start of the newest run that was written; an older run writes nothing over it. */
  readonly confirmedAt?: string;
}

/** An account that no run has seen. */
export const nothingKnown: KnownState = {
  findings: [],
  watched: [],
  hasBaseline: false,
  readScopes: [],
  unreadFacts: [],
};
