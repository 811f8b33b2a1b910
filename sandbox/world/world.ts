/**
 * The world of the sandbox as data: what exists in AWS, at the issuers and inside the clusters. Endpoints serve it and
 * take the writes that fixes use; a scenario (one file) describes it and a person can read it.
 */
import type { KubernetesWorld } from './kubernetes-world.ts';

/** Everything. The first account is the one the auditor runs in. Arrays are mutable: endpoints change them. */
export interface World {
  readonly accounts: WorldAccount[];
  readonly issuers: WorldIssuer[];
  /** Inside of clusters, by cluster ARN. */
  readonly kubernetes: Map<string, KubernetesWorld>;
  readonly faults: Fault[];
}

export interface WorldAccount {
  readonly accountId: string;
  readonly name: string;
  readonly partition: string;
  readonly providers: WorldProvider[];
  readonly roles: WorldRole[];
  readonly clusters: WorldCluster[];
  readonly events: WorldEvent[];
}

export interface WorldProvider {
  /** Without scheme, as IAM stores it. */
  url: string;
  audiences: string[];
  thumbprints: string[];
  createdAt: string;
  tags: Record<string, string>;
}

export interface WorldRole {
  name: string;
  path: string;
  /** Text, so that malformed ones can stand here. */
  trustPolicy: string;
  attachedPolicyArns: string[];
  lastUsedAt?: string;
  createdAt: string;
}

export interface WorldCluster {
  name: string;
  region: string;
  /** URL with scheme; absent on Outposts local clusters. */
  issuer?: string;
  status: string;
  version: string;
  createdAt: string;
  authenticationMode: string;
  ipFamily: string;
  associations: { id: string; namespace: string; serviceAccount: string; roleArn: string }[];
}

/** A CloudTrail event, in CloudTrail's own JSON (domain.md §E.3), with what LookupEvents filters by. */
export interface WorldEvent {
  readonly region: string;
  readonly time: string;
  readonly record: Readonly<Record<string, unknown>>;
}

/** An issuer's server. `chain` names one of the chains that sandbox/issuers can make. */
export interface WorldIssuer {
  /** URL with scheme. */
  readonly url: string;
  chain: string;
  /** `valid` or one of the faults that sandbox/issuers can serve. */
  discovery: string;
}

/** A fault to inject. Matches by operation (`iam:ListRoles`, `eks:DescribeCluster`, `step:evaluate-account`), and by
 *  account, region and resource name if given. `times` counts down; absent means always. */
export interface Fault {
  readonly operation: string;
  readonly accountId?: string;
  readonly region?: string;
  readonly resource?: string;
  readonly kind: 'throttle' | 'deny' | 'time-out' | 'cut-page' | 'crash' | 'reset';
  times?: number;
}
