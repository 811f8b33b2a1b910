import type { ClueId } from './clues.ts';

/** A possible cause of a message, with the rules that decide whether it is the one. */
export interface Cause {
  readonly text: string;
  readonly rules: readonly string[];
  /** Those messages of a rule that are this cause, where its other messages are another one. Absent: all. */
  readonly messages?: Readonly<Record<string, readonly string[]>>;
  /** How a person tells that this is the cause, where no rule of the audit decides it: a command, or a sign in the text. */
  readonly tell?: string;
  /** Signs in the text (clues.ts) that speak for it, and against it. */
  readonly likelier?: readonly ClueId[];
  readonly unlikelier?: readonly ClueId[];
  /** Signs that leave hardly another one: it goes before all causes without such a sign. */
  readonly decisive?: readonly ClueId[];
  /** The signs of an explained text that speak for it, in words. The tables have none. */
  readonly seen?: readonly string[];
  /** A part of it that no rule sees, for people: where its rules pass, it stays open. */
  readonly unseen?: string;
  /** A state of the world that makes it likely, though no rule fails for it. */
  readonly sign?: Sign;
}

/** `metadata-closed`: no node answers metadata requests of pods. `sts-by-endpoint-alone`: the nodes reach STS by a VPC endpoint,
 *  and nothing leads out of their VPC. `sts-by-other-way`: nothing that was read leads from the nodes to STS. `token-of-root`:
 *  the kubelet gives the token to root alone, and a pod with a role has no fsGroup. */
export type Sign = 'metadata-closed' | 'sts-by-endpoint-alone' | 'sts-by-other-way' | 'token-of-root';

/** A message that STS, an SDK or a pod's log can show, and its meaning. */
export interface KnownMessage {
  /** Stable name: `sts-not-authorized`. */
  readonly id: string;
  /** Who prints it. `cluster`: Kubernetes, IAM or a tool that sets IRSA up. `wrapper`: a message around another one, which
   *  explains nothing alone. */
  readonly from: 'sts' | 'sdk' | 'wrapper' | 'cluster' | 'other-service';
  /** The message as people see it. Names are in angle brackets, so that nobody takes an example for a name of their own. */
  readonly sample: string;
  /** It is this message if one of these is found in the text, white space collapsed, any case. */
  readonly patterns: readonly RegExp[];
  /** Its meaning. */
  readonly says: string;
  /** In the order of the reports whose cause became known, the most frequent first (a test compares it with the reports). */
  readonly causes: readonly Cause[];
  /** Ids of more exact messages: beside one of them this one is not told. */
  readonly unless?: readonly string[];
  /** It reports a failure without its reason: a message with a reason goes first. */
  readonly isSymptom?: true;
  /** Programs outside of pods print it as well: a text that is about another place is told as that (elsewhere.ts). */
  readonly everywhere?: true;
  /** The same call may succeed a moment later. */
  readonly transient?: true;
  /** Its undocumented or uncertain parts. */
  readonly unconfirmed?: string;
}
