import { parseSubject } from '../../facts.ts';
import { type ArticleStep, articleSteps, type Finding, type Severity } from '../../model.ts';
import { ruleById } from '../../rules/catalog.ts';
import type { RunReport } from '../run-report.ts';
import { worstFirst } from '../summary.ts';
import type { GraphNode, IdentityGraph } from './graph-model.ts';

/** The result of one step of the article for one cluster. `folded`: it failed by a cause that is found at another step.
 *  `left-out`: only waived findings, or a rule of the step is turned off. `unused`: the cluster has no provider and
 *  nobody refers to it, so the step has no subject. `ok` is all else: everything was read, and every rule ran. */
export type CellState = 'ok' | 'finding' | 'folded' | 'unknown' | 'left-out' | 'not-asked-for' | 'unused';

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
  | {
      readonly step: ArticleStep;
      readonly state: 'folded';
      /** Ids of the findings that are the cause, worst first. */
      readonly causes: readonly string[];
    }
  | { readonly step: ArticleStep; readonly state: Exclude<CellState, 'finding' | 'folded'> };

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

/** Cluster by article step: the health map, the worst cluster first. */
export const healthOf = (graph: IdentityGraph, report: RunReport): readonly HealthRow[] => {
  const reach = reachOf(graph);
  const byCluster = new Map<string, Finding[]>();
  for (const finding of report.findings)
    for (const arn of clustersOfFinding(finding, reach)) byCluster.set(arn, [...(byCluster.get(arn) ?? []), finding]);
  const folded = foldedSteps(report, reach);
  const undecided = undecidedSteps(report, reach);
  const off = stepsTurnedOff(report);
  const clusters = graph.nodes.filter(node => node.kind === 'cluster');
  const active = ({ id }: GraphNode): readonly Finding[] =>
    (byCluster.get(id) ?? []).filter(({ waiver }) => waiver === undefined);
  return worstFirst(report, clusters, active).map(({ region = '', ...node }) => ({
    clusterArn: node.id,
    label: node.label,
    accountId: node.accountId,
    region,
    cells: articleSteps.map(step =>
      cellOf(step, node, {
        findings: (byCluster.get(node.id) ?? []).filter(finding => stepOf(finding) === step),
        causes: folded.get(keyOf(node.id, step)) ?? [],
        undecided: undecided.has(keyOf(node.id, step)),
        off: off.has(step),
        unused: !reach.used.has(node.id),
      }),
    ),
  }));
};

const keyOf = (clusterArn: string, step: ArticleStep): string => `${clusterArn} ${step}`;

/** The findings under which something was folded, by the cluster and the step at which that would stand. A finding
 *  about no known thing stands where its cause does. */
const foldedSteps = (report: RunReport, reach: Reach): ReadonlyMap<string, readonly string[]> => {
  const causes = new Map<string, readonly string[]>();
  for (const finding of report.findings)
    for (const folded of finding.explains) {
      const own = clustersOfSubject(folded.subject, reach);
      for (const arn of own.length > 0 ? own : clustersOfFinding(finding, reach)) {
        const key = keyOf(arn, stepOf(folded));
        causes.set(key, [...new Set([...(causes.get(key) ?? []), finding.id])]);
      }
    }
  return causes;
};

const undecidedSteps = (report: RunReport, reach: Reach): ReadonlySet<string> =>
  new Set(
    report.undecided.flatMap(({ ruleId, subject }) => {
      const step = stepOfRule(ruleId);
      return step === undefined ? [] : clustersOfSubject(subject, reach).map(arn => keyOf(arn, step));
    }),
  );

/** Steps that were not decided whole: a rule that automates them did not run. */
const stepsTurnedOff = ({ rulesOff = [] }: RunReport): ReadonlySet<ArticleStep> =>
  new Set(rulesOff.flatMap(ruleId => ruleById(ruleId)?.articleStep ?? []));

const stepOfRule = (ruleId: string): ArticleStep | undefined => {
  const rule = ruleById(ruleId);
  return rule?.articleStep ?? rule?.shownAt;
};

/** A finding of a rule that is no longer in the catalogue, with no step of its own, is still counted on the map. */
const stepOf = ({ articleStep, ruleId }: Pick<Finding, 'articleStep' | 'ruleId'>): ArticleStep =>
  articleStep ?? stepOfRule(ruleId) ?? 'role-trust-policy';

/** The findings and gaps of one step of one cluster. */
interface CellFacts {
  readonly findings: readonly Finding[];
  readonly causes: readonly string[];
  readonly undecided: boolean;
  readonly off: boolean;
  readonly unused: boolean;
}

const cellOf = (step: ArticleStep, cluster: GraphNode, facts: CellFacts): HealthCell => {
  const active = facts.findings.filter(finding => finding.waiver === undefined);
  const [worst] = active;
  if (worst) return { step, state: 'finding', severity: worst.severity, findings: active.map(finding => finding.id) };
  return facts.causes.length > 0
    ? { step, state: 'folded', causes: facts.causes }
    : { step, state: stateWithout(step, cluster, facts) };
};

const stateWithout = (
  step: ArticleStep,
  cluster: GraphNode,
  facts: CellFacts,
): Exclude<CellState, 'finding' | 'folded'> => {
  const unread = cluster.unread?.[step];
  if (facts.undecided || unread === 'unread') return 'unknown';
  if (unread === 'not-asked-for') return 'not-asked-for';
  if (facts.off || facts.findings.length > 0) return 'left-out';
  return facts.unused && providerSteps.has(step) ? 'unused' : 'ok';
};

/** Which clusters a node serves. */
interface Reach {
  readonly bySubject: (subject: string) => readonly string[];
  readonly clusterArns: readonly string[];
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
    clusterArns: graph.nodes.filter(({ kind }) => kind === 'cluster').map(({ id }) => id),
    used: new Set(of(['issues']).map(edge => edge.from)),
  };
};

/** A pod and a webhook are no nodes of the graph: their cluster stands in their names. */
const clustersOfSubject = (subject: string, { bySubject, clusterArns }: Reach): readonly string[] => {
  const served = bySubject(subject);
  const parsed = parseSubject(subject);
  return served.length === 0 && 'clusterArn' in parsed ? clusterArns.filter(arn => arn === parsed.clusterArn) : served;
};

const clustersOfFinding = (finding: Finding, reach: Reach | undefined): readonly string[] => {
  if (finding.clusterArn !== undefined) return [finding.clusterArn];
  const [first = []] = [finding.subject, finding.issuer, finding.roleArn, finding.providerArn]
    .map(id => (id === undefined ? [] : (reach?.bySubject(id) ?? [])))
    .filter(arns => arns.length > 0);
  return first;
};
