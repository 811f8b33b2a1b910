import type { ArticleStep, Severity } from '../model/finding.ts';
import type { UnreadStep } from './unread-steps.ts';

/** Kinds of things in the identity graph, from the cluster to the provider of its tokens. */
export const nodeKinds = ['cluster', 'namespace', 'service-account', 'role', 'provider'] as const;
export type NodeKind = (typeof nodeKinds)[number];

/** `read`: it was seen. `named`: something else names it, and where it would stand was not read. `absent`: that was
 *  read, and it is not there. */
export const presences = ['read', 'named', 'absent'] as const;
export type Presence = (typeof presences)[number];

/** One thing. Its id is the subject id that findings use, so a finding and its node find each other. */
export interface GraphNode {
  readonly id: string;
  readonly kind: NodeKind;
  readonly label: string;
  readonly accountId: string;
  readonly presence: Presence;
  readonly region?: string;
  /** Of namespaces and service accounts: where they lie. */
  readonly clusterArn?: string;
  /** Of clusters and providers, with `https://`. */
  readonly issuer?: string;
  /** Of clusters: steps of the article whose facts were not all read. */
  readonly unread?: Readonly<Partial<Record<ArticleStep, UnreadStep>>>;
  /** Ids of the findings on it that no waiver covers, worst first, and how bad the worst is. */
  readonly findings: readonly string[];
  readonly severity?: Severity;
}

/** `contains`: cluster → namespace → service account. `assumes`: service account → role, by annotation, trust policy or
 *  both. `admits`: a whole cluster or namespace → role, by a pattern of its trust policy. `trusts`: role → provider.
 *  `issues`: cluster → the provider of its issuer. */
export const edgeKinds = ['contains', 'assumes', 'admits', 'trusts', 'issues'] as const;
export type EdgeKind = (typeof edgeKinds)[number];

/** `broken`: no credentials can come this way. `open`: more may come this way than should. `unknown`: an end of it was
 *  not read. */
export const edgeStates = ['ok', 'broken', 'open', 'unknown'] as const;
export type EdgeState = (typeof edgeStates)[number];

/** One relation. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  readonly state: EdgeState;
  /** Of `assumes`: who says so. */
  readonly by?: 'annotation' | 'trust' | 'both';
  /** Of `admits`: the subject pattern of the trust policy, or `any subject`. */
  readonly pattern?: string;
}

/** Clusters, namespaces, service accounts, roles and providers, and who may assume which role. Sorted: the same world gives
 *  the same graph, byte by byte. */
export interface IdentityGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}
