import { type ArticleStep, articleSteps, type Finding, type Severity } from '../model/finding.ts';
import { ruleById } from '../rules/catalog.ts';
import type { GraphNode, IdentityGraph } from './graph-model.ts';
import type { RunReport } from './run-report.ts';

/** What one step of the article came to for one cluster. `unused`: the cluster has no provider and nobody refers to it,
 *  so the step has no subject. */
export type CellState = 'ok' | 'finding' | 'unknown' | 'not-asked-for' | 'unused';

/** One cell of the heat map. */
export type HealthCell =
  | {
      readonly step: ArticleStep;
      readonly state: 'finding';
      /** The worst. */
      readonly severity: Severity;
      /** Ids of the findings, worst first. */
      readonly findings: readonly string[];
    }
  | { readonly step: ArticleStep; readonly state: Exclude<CellState, 'finding'> };

/** One cluster of the heat map, with a cell for each step in the article's order. */
export interface HealthRow {
  readonly clusterArn: string;
  readonly label: string;
  readonly accountId: string;
  readonly region: string;
  readonly cells: readonly HealthCell[];
}

/** Steps that have no subject in a cluster without a provider. */
const providerSteps: ReadonlySet<ArticleStep> = new Set([
  'provider-audience',
  'provider-thumbprint',
  'role-trust-policy',
]);

/** Where the health map counts a finding: at one step, of each cluster that it touches. */
export interface HealthPlace {
  readonly step: ArticleStep;
  readonly clusterArns: readonly string[];
}

/** Says of findings where the health map counts them: one on a role or provider counts for every cluster that it serves.
 *  Without a graph, a finding touches the cluster that it names. */
export const healthPlaces = (graph: IdentityGraph | undefined): ((finding: Finding) => HealthPlace) => {
  const reach = graph === undefined ? undefined : reachOf(graph);
  return finding => ({ step: stepOf(finding), clusterArns: clustersOfFinding(finding, reach) });
};

/** Cluster by article step: the health map. */
export const healthOf = (graph: IdentityGraph, report: RunReport): readonly HealthRow[] => {
  const reach = reachOf(graph);
  const byCluster = new Map<string, Finding[]>();
  for (const finding of report.findings) {
    if (finding.waiver !== undefined) continue;
    for (const arn of clustersOfFinding(finding, reach)) byCluster.set(arn, [...(byCluster.get(arn) ?? []), finding]);
  }
  const undecided = undecidedSteps(report, reach);
  return graph.nodes
    .filter(node => node.kind === 'cluster')
    .map(({ region = '', ...node }) => ({
      clusterArn: node.id,
      label: node.label,
      accountId: node.accountId,
      region,
      cells: articleSteps.map(step =>
        cellOf(step, node, {
          findings: byCluster.get(node.id) ?? [],
          undecided: undecided.get(node.id)?.has(step) ?? false,
          unused: !reach.used.has(node.id),
        }),
      ),
    }));
};

const undecidedSteps = (report: RunReport, reach: Reach): ReadonlyMap<string, ReadonlySet<ArticleStep>> => {
  const steps = new Map<string, Set<ArticleStep>>();
  for (const { ruleId, subject } of report.undecided) {
    const step = stepOfRule(ruleId);
    if (step === undefined) continue;
    for (const arn of reach.bySubject(subject)) steps.set(arn, (steps.get(arn) ?? new Set()).add(step));
  }
  return steps;
};

const stepOfRule = (ruleId: string): ArticleStep | undefined => {
  const rule = ruleById(ruleId);
  return rule?.articleStep ?? rule?.shownAt;
};

/** A finding of a rule that is no longer in the catalogue, with no step of its own, is still counted on the map. */
const stepOf = ({ articleStep, ruleId }: Pick<Finding, 'articleStep' | 'ruleId'>): ArticleStep =>
  articleStep ?? stepOfRule(ruleId) ?? 'role-trust-policy';

interface CellFacts {
  readonly findings: readonly Finding[];
  readonly undecided: boolean;
  readonly unused: boolean;
}

const cellOf = (step: ArticleStep, cluster: GraphNode, facts: CellFacts): HealthCell => {
  const here = facts.findings.filter(finding => stepOf(finding) === step);
  const [worst] = here;
  if (worst) return { step, state: 'finding', severity: worst.severity, findings: here.map(finding => finding.id) };
  return { step, state: stateWithout(step, cluster, facts) };
};

const stateWithout = (step: ArticleStep, cluster: GraphNode, facts: CellFacts): Exclude<CellState, 'finding'> => {
  const unread = cluster.unread?.[step];
  if (facts.undecided || unread === 'unread') return 'unknown';
  if (unread === 'not-asked-for') return 'not-asked-for';
  return facts.unused && providerSteps.has(step) ? 'unused' : 'ok';
};

/** Which clusters a node serves. */
interface Reach {
  readonly bySubject: (subject: string) => readonly string[];
  /** Clusters with a provider. */
  readonly used: ReadonlySet<string>;
}

const reachOf = (graph: IdentityGraph): Reach => {
  const clusters = new Map<string, ReadonlySet<string>>();
  const servedBy = (id: string): readonly string[] => [...(clusters.get(id) ?? [])];
  const add = (id: string, arns: readonly string[]): void => {
    clusters.set(id, new Set([...servedBy(id), ...arns]));
  };
  for (const node of graph.nodes) {
    if (node.kind === 'cluster') {
      add(node.id, [node.id]);
      if (node.issuer !== undefined) add(node.issuer, [node.id]);
    } else if (node.clusterArn !== undefined) add(node.id, [node.clusterArn]);
  }
  const of = (kinds: readonly string[]) => graph.edges.filter(edge => kinds.includes(edge.kind));
  for (const { from, to } of of(['issues'])) add(to, [from]);
  for (const { from, to } of of(['assumes', 'admits'])) add(to, servedBy(from));
  for (const { from, to } of of(['trusts'])) add(from, servedBy(to));
  return {
    bySubject: servedBy,
    used: new Set(of(['issues']).map(edge => edge.from)),
  };
};

const clustersOfFinding = (finding: Finding, reach: Reach | undefined): readonly string[] => {
  if (finding.clusterArn !== undefined) return [finding.clusterArn];
  const [first = []] = [finding.subject, finding.issuer, finding.roleArn, finding.providerArn]
    .map(id => (id === undefined ? [] : (reach?.bySubject(id) ?? [])))
    .filter(arns => arns.length > 0);
  return first;
};
