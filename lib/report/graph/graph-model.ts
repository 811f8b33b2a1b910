import {
  type AccountSnapshot,
  type ArticleStep,
  articleSteps,
  type ClusterSnapshot,
  type Collected,
  type IssuerTable,
  providerHostPath,
  type Severity,
  stripScheme,
  valueOr,
} from '../../model.ts';

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

/** `contains`: cluster → namespace → service account. `assumes`: service account → role, by annotation, trust policy,
 *  both, or a Pod Identity association. `admits`: a whole cluster or namespace → role, by a pattern of its trust policy. `trusts`: role → provider.
 *  `issues`: cluster → the provider of its issuer. */
export const edgeKinds = ['contains', 'assumes', 'admits', 'trusts', 'issues'] as const;
export type EdgeKind = (typeof edgeKinds)[number];

/** `broken`: no credentials can come this way. `open`: more may come this way than should. `unknown`: an end of it was
 *  not read, or it is not decided whether the role refuses. */
export const edgeStates = ['ok', 'broken', 'open', 'unknown'] as const;
export type EdgeState = (typeof edgeStates)[number];

/** One relation. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  readonly state: EdgeState;
  /** Of `broken` and `open`: ids of the findings that make it so, worst first. An edge to what does not exist may have
   *  none. */
  readonly findings?: readonly string[];
  /** Of an edge that the access table refuses or does not decide: why. */
  readonly because?: string;
  /** Of `assumes`: who says so. */
  readonly by?: 'annotation' | 'trust' | 'both' | 'association';
  /** Of `admits`: the subject pattern of the trust policy, or `any subject`. */
  readonly pattern?: string;
}

/** Clusters, namespaces, service accounts, roles and providers, and who may assume which role. Sorted: the same world gives
 *  the same graph, byte by byte. */
export interface IdentityGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** How far one step of the article was checked. */
export interface StepCoverage {
  readonly step: ArticleStep;
  /** In how many clusters its facts were read whole. */
  readonly checked: number;
  /** In how many they were not asked for. */
  readonly notAskedFor: number;
  /** In how many they could not be read. */
  readonly unread: number;
}

/** The coverage of an audit, step by step, whatever it found there. */
export const stepCoverageOf = ({ nodes }: IdentityGraph): readonly StepCoverage[] => {
  const clusters = nodes.filter(({ kind }) => kind === 'cluster');
  return articleSteps.map(step => {
    const states = clusters.map(({ unread }) => unread?.[step]);
    const count = (wanted: (typeof states)[number]) => states.filter(state => state === wanted).length;
    return { step, checked: count(undefined), notAskedFor: count('not-asked-for'), unread: count('unread') };
  });
};

/** Why a step cannot be called passed: its facts were not asked for, or could not be read. */
type UnreadStep = 'not-asked-for' | 'unread';

/** Steps of the article whose facts are not all there for one cluster. A step in this table is never shown as
 *  passed. */
export const unreadSteps = (
  account: AccountSnapshot,
  snapshot: ClusterSnapshot,
  issuers: IssuerTable,
): Readonly<Partial<Record<ArticleStep, UnreadStep>>> => {
  const facts = sectionsOf(account, snapshot, issuers);
  const steps = Object.entries(facts).flatMap(([step, sections]) => {
    const states = sections.map(stateOf).filter(state => state !== undefined);
    const [state] = states.includes('unread') ? (['unread'] as const) : states;
    return state === undefined ? [] : [[step, state] as const];
  });
  return Object.fromEntries(steps);
};

/** The sections that each step reads. */
const sectionsOf = (
  account: AccountSnapshot,
  { cluster, kubernetes }: ClusterSnapshot,
  issuers: IssuerTable,
): Readonly<Record<ArticleStep, readonly Collected<unknown>[]>> => {
  const inside = (part: 'serviceAccounts' | 'webhook' | 'pods'): readonly Collected<unknown>[] =>
    kubernetes.status === 'unavailable' ? [kubernetes] : [kubernetes, kubernetes.value[part]];
  const details = valueOr(account.providers, [])
    .filter(provider => providerHostPath(provider.arn) === stripScheme(cluster.issuer ?? ''))
    .map(provider => provider.detail);
  const host = issuers[cluster.issuer ?? '']?.host;
  return {
    'role-arn-format': inside('serviceAccounts'),
    'provider-exists': [account.providers],
    'provider-audience': [account.providers, ...details],
    'provider-thumbprint': [account.providers, ...details, ...(host === undefined ? [] : [host])],
    'role-trust-policy': [account.roles],
    'webhook-configuration': inside('webhook'),
    'webhook-injection': [...inside('serviceAccounts'), ...inside('pods')],
    'supported-sdk': [account.runtime],
  };
};

const stateOf = (section: Collected<unknown>): UnreadStep | undefined => {
  if (section.status === 'complete') return undefined;
  return section.status === 'unavailable' && section.reason.kind === 'not-asked-for' ? 'not-asked-for' : 'unread';
};
