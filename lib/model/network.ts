/** The part of the network around a cluster that decides which credentials its pods get. */

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
  /** ARNs of the instance profiles of these nodes, sorted. A node without one has no role to give. */
  readonly profiles?: readonly string[];
}

/** True where a pod with a network of its own gets answers. The hop limit bounds the answer with a token alone: without the
 *  need for one it closes nothing. */
export const answersPods = ({ enabled, hopLimit, tokensRequired }: NodeMetadata): boolean =>
  enabled && (hopLimit > 1 || !tokensRequired);

/** The network around the nodes of a cluster, as EC2 tells it. */
export interface ClusterNetwork {
  /** Where nodes stand: one entry for each subnet and set of security groups. */
  readonly places: readonly NodePlace[];
  readonly routeTables: readonly RouteTable[];
  /** Interface endpoints for STS in the VPCs of the nodes. */
  readonly stsEndpoints: readonly StsEndpoint[];
  /** The security groups of nodes and endpoints. */
  readonly securityGroups: readonly SecurityGroup[];
}

/** Nodes of one subnet with the same security groups. */
export interface NodePlace {
  readonly vpcId: string;
  readonly subnetId: string;
  readonly securityGroupIds: readonly string[];
  /** The private IPv4 address of one of them. */
  readonly address: string;
  /** Some have interfaces in other subnets or groups: their pods may be there (custom networking of the VPC CNI). */
  readonly isMixed: boolean;
  readonly nodes: number;
}

/** A route table of a VPC. */
export interface RouteTable {
  readonly vpcId: string;
  /** Another account owns it and shares the VPC: its endpoints are not shown. */
  readonly isShared: boolean;
  /** The subnets that name it. */
  readonly subnetIds: readonly string[];
  /** It is that of every subnet that names none. */
  readonly isMain: boolean;
  readonly routes: readonly Route[];
}

/** A route. `target`: `local`, or the id of a gateway, an interface or an endpoint. */
export interface Route {
  /** A CIDR, or the id of a prefix list. */
  readonly destination: string;
  readonly target: string;
  readonly isActive: boolean;
}

/** An interface endpoint for STS. */
export interface StsEndpoint {
  readonly id: string;
  readonly vpcId: string;
  readonly isAvailable: boolean;
  /** The regional name of STS resolves to it in its VPC. */
  readonly hasPrivateDns: boolean;
  readonly securityGroupIds: readonly string[];
  /** Its policy, JSON; absent for the one that allows everything. */
  readonly policy?: string;
}

/** The rules of a security group that bear on a call: those for TCP, or for everything. */
export interface SecurityGroup {
  readonly id: string;
  readonly ingress: readonly SecurityRule[];
  readonly egress: readonly SecurityRule[];
}

/** One rule. Without ports it is for all. */
export interface SecurityRule {
  readonly ports?: readonly [from: number, to: number];
  readonly cidrs: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** It names a prefix list, whose addresses are not read. */
  readonly hasPrefixList: boolean;
}
