/** The shape of a cause in the catalogue. */

/** A state of the world that makes a cause likely, though no rule fails for it. `metadata-closed`: no node answers metadata
 *  requests of pods. `sts-by-endpoint-alone`: the nodes reach STS by a VPC endpoint, and nothing leads out of their VPC.
 *  `sts-by-other-way`: nothing that was read leads from the nodes to STS. `token-of-root`: the kubelet gives the token to root
 *  alone, and a pod with a role has no fsGroup. `dns-pending`: no pod of CoreDNS runs. */
export type Sign = 'dns-pending' | 'metadata-closed' | 'sts-by-endpoint-alone' | 'sts-by-other-way' | 'token-of-root';

/** Whose identity calls AWS: that of a pod, of its node, of a pipeline, of a person or an installer, or something that is not
 *  the role of a pod on EKS at all. */
type Identity = 'pod' | 'node' | 'pipeline' | 'person' | 'other';

/** One cause: what is wrong, how a person tells it, and what to do. */
export interface CauseText {
  /** The fault, in a sentence. */
  readonly says: string;
  /** One command or field by which a person tells that it is this cause. */
  readonly tell?: string;
  /** The thing to do. */
  readonly fix: string;
  /** The rules whose findings are this cause. */
  readonly rules?: readonly string[];
  /** Those messages of a rule that are this cause, where its other messages are another one. */
  readonly messages?: Readonly<Record<string, readonly string[]>>;
  /** Absent: `pod`. */
  readonly identity?: Identity;
  /** A part of it that no rule sees: where its rules pass, it stays open. */
  readonly unseen?: string;
  readonly sign?: Sign;
}
