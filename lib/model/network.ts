/** What of the network around a cluster decides which credentials its pods get. */

/** The metadata options of the nodes of one kind (`ec2:DescribeInstances`), and how many nodes have them. */
export interface NodeMetadata {
  /** The kind that a person changes: `EC2NodeClass default`, `node group main`, `Auto Scaling group x`, `instance i-…`. */
  readonly kind: string;
  /** Network hops that an answer of the metadata service survives: with 2 it reaches pods. */
  readonly hopLimit: number;
  /** False where the service also answers requests without a token (IMDSv1). */
  readonly tokensRequired: boolean;
  readonly enabled: boolean;
  readonly nodes: number;
}

/** True where a pod with a network of its own gets answers. The hop limit bounds the answer with a token alone: without the
 *  need for one it closes nothing. */
export const answersPods = ({ enabled, hopLimit, tokensRequired }: NodeMetadata): boolean =>
  enabled && (hopLimit > 1 || !tokensRequired);
