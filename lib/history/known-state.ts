import type { Finding } from '../model.ts';
import type { WatchedFact } from '../rules/evaluate/evaluation.ts';
import type { KnownFinding } from './transition.ts';

/** The items that a newer version of this program wrote of an account. It is kept as it is: what it is about is neither
 *  opened, nor changed, nor resolved, and nobody is told that it is as it was. */
export interface NewerItems {
  readonly count: number;
  /** Findings by their id, and by their name as far as it can be read; else it is empty. */
  readonly findings: readonly Pick<Finding, 'id' | 'ruleId' | 'subject' | 'discriminator'>[];
  /** `factKey` of watched facts. */
  readonly facts: readonly string[];
  /** Among them is when the account was last confirmed: nothing of it can be compared or written. */
  readonly isWhole: boolean;
}

/** The known state of an account from earlier runs. */
export interface KnownState {
  readonly findings: readonly KnownFinding[];
  readonly watched: readonly WatchedFact[];
  /** False before the first completed run: watched facts are then recorded, not reported. */
  readonly hasBaseline: boolean;
  /** Prefixes of subjects that some earlier run read completely: a fact that appears under one is new. */
  readonly readScopes: readonly string[];
  /** Facts of subjects that were listed and never read: they are recorded, not reported, when they are first seen. */
  readonly unreadFacts: readonly string[];
  /** Start of the newest run that was written whole. */
  readonly confirmedAt?: string;
  /** Start of the newest run that wrote any part, though it may have ended before the rest. No run reads before it
   *  starts: an older run writes nothing over it. */
  readonly readAt?: string;
  /** Keys of what is still to be sent of it; absent where nothing is. */
  readonly unsentKeys?: readonly string[];
  /** True where its findings were closed because it was no longer audited, and no run has read it since. */
  readonly hasLeft?: boolean;
  /** Absent where there is none. */
  readonly newer?: NewerItems;
}

/** An account that no run has seen. */
export const nothingKnown: KnownState = {
  findings: [],
  watched: [],
  hasBaseline: false,
  readScopes: [],
  unreadFacts: [],
};

/** True for a finding that is known and fails by itself: a waived one is open, too; an explained one is a part of its cause. */
export const isOpen = <T extends Pick<KnownFinding, 'status'>>(
  item: T | undefined,
): item is T & { readonly status: 'open' | 'waived' } => item?.status === 'open' || item?.status === 'waived';
