/** A possible cause of a message, with the rules that decide whether it is the one. */
export interface Cause {
  readonly text: string;
  readonly rules: readonly string[];
}

/** A message that STS, an SDK or a pod's log can show, and what it means. */
export interface KnownMessage {
  /** Stable name: `sts-not-authorized`. */
  readonly id: string;
  /** Who says it; `cluster` is Kubernetes or IAM, of what IRSA is built on. `wrapper`: it only carries another message, and
   *  means little alone. */
  readonly from: 'sts' | 'sdk' | 'wrapper' | 'cluster' | 'other-service';
  /** The message as it stands, for people and for finding the nearest; what differs is in angle brackets, so that nobody
   *  takes an example for a name of their own. */
  readonly sample: string;
  /** It is this message if one of these is found in the text, white space collapsed, any case. */
  readonly patterns: readonly RegExp[];
  /** What it says, in plain words. */
  readonly says: string;
  /** In the order in which to look: the likeliest and cheapest to check first. */
  readonly causes: readonly Cause[];
  /** True if the same call may succeed a moment later. */
  readonly transient?: boolean;
  /** What is not known for certain about it. */
  readonly unconfirmed?: string;
}
