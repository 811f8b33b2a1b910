/** Ways of the reach graph as a person or a program reads them. */
import type { Path } from '../../reach/graph/paths.ts';
import { type ChainStep, chainStepsOf } from '../../reach/graph/words.ts';
import type { ReachGraph, ReachNode } from '../../reach/node/reach-graph.ts';
import type { ReachTable } from '../../report/graph/reach-table.ts';
import { listed, visible } from '../../text.ts';
import type { Io } from '../shell/io.ts';
import { jsonAnswer } from '../shell/json-answer.ts';
import { inCluster } from './named-nodes.ts';

/** One way that is told. */
export interface Told {
  readonly from: ReachNode;
  readonly to: ReachNode;
  readonly path: Path;
}

/** An answer of one of the commands. */
export interface PathsAnswer {
  readonly table: ReachTable;
  readonly graph: ReachGraph;
  /** The question, as a heading. */
  readonly heading: string;
  readonly told: readonly Told[];
  /** The end that names each way; the other one is in the heading. */
  readonly namedBy: 'from' | 'to';
  /** Beside the parts of the graph that were not read. */
  readonly unknown?: readonly string[];
  /** Where nothing was found and everything was read. */
  readonly nothing: string;
  /** ARNs of the clusters that the contexts given leave out (`leftOut`). */
  readonly notAsked: readonly string[];
}

/** Clusters that the contexts given by name lead past: the question is not about them. Without a context there are none. */
export const leftOut = ({ missing }: ReachTable, contexts: readonly string[] = []): readonly string[] =>
  contexts.length === 0
    ? []
    : [...new Set(missing.flatMap(({ clusterArn, isAsked }) => (isAsked ? [] : (clusterArn ?? []))))];

/** The unread parts of the clusters of a question: an answer may lack ways for them. */
const missingOf = ({ graph, unknown = [], notAsked }: PathsAnswer): readonly string[] => [
  ...new Set([
    ...graph.missing
      .filter(({ clusterArn, isAsked }) => isAsked || !notAsked.includes(clusterArn ?? ''))
      .map(({ clusterArn, why }) => (clusterArn === undefined ? why : `${clusterArn}: ${why}`)),
    ...unknown,
  ]),
];

/** Writes an answer. Exit code 0, or 3 where something was not read. */
export const tellAnswer = (answer: PathsAnswer, json: boolean | undefined, io: Io): void => {
  const missing = missingOf(answer);
  io.stdout.write(json ? asJson(answer, missing) : `${inWords(answer, missing).map(visible).join('\n')}\n`);
  io.exit(missing.length > 0 ? 3 : 0);
};

const asJson = ({ told, table, graph, notAsked }: PathsAnswer, missing: readonly string[]): string =>
  jsonAnswer({
    complete: missing.length === 0,
    ways: told.map(({ from, to, path }) => ({
      from: { kind: from.kind, name: from.name, ...(from.clusterArn && { clusterArn: from.clusterArn }) },
      to: { kind: to.kind, name: to.name, ...(to.clusterArn && { clusterArn: to.clusterArn }), ...levelIn(table, to) },
      certain: path.isCertain,
      ...(from.isBuiltIn && { builtIn: true }),
      steps: chainStepsOf(graph, path),
    })),
    unknown: missing,
    ...(notAsked.length > 0 && { notAsked }),
  });

const levelIn = ({ levels }: ReachTable, { id, kind }: ReachNode) =>
  kind === 'role' ? { level: levels[id] ?? 'unknown' } : {};

const inWords = (answer: PathsAnswer, missing: readonly string[]): readonly string[] => {
  const { heading, told, table, graph, namedBy, nothing, notAsked } = answer;
  const [certain, open] = [told.filter(({ path }) => path.isCertain), told.filter(({ path }) => !path.isCertain)];
  const list = (some: readonly Told[]): readonly string[] =>
    some.flatMap(one => [
      `  ${nameOf(table, one[namedBy])}`,
      ...chainStepsOf(graph, one.path).map((step, at) => `    ${at + 1}. ${stepInWords(step)}`),
    ]);
  return [
    heading,
    ...list(certain),
    ...(open.length === 0 ? [] : ['Perhaps:', ...list(open)]),
    ...(told.length > 0
      ? []
      : missing.length === 0
        ? [`  ${nothing}`]
        : ['  Unknown: no way was found in what was read.']),
    ...(missing.length === 0 ? [] : ['Not read, so that others may be missing:', ...missing.map(why => `  ${why}`)]),
    ...(notAsked.length === 0 ? [] : [`Not asked, by --context: ways through ${clustersInWords(table, notAsked)}`]),
  ];
};

/** Clusters by their ARNs, for a sentence: `cluster shop`, `clusters shop and media`. */
export const clustersInWords = ({ clusters }: ReachTable, arns: readonly string[]): string => {
  const names = arns.map(arn => clusters[arn] ?? arn);
  return `cluster${names.length === 1 ? '' : 's'} ${listed(names, 10)}`;
};

const nameOf = (table: ReachTable, node: ReachNode): string => {
  const level = node.kind === 'role' ? ` (${(table.levels[node.id] ?? 'unknown').replaceAll('-', ' ')})` : '';
  return `${inCluster(table, node)}${level}${node.isBuiltIn ? ' (built in)' : ''}`;
};

const stepInWords = ({ from, says, to, by, depends }: ChainStep): string =>
  `${from} ${says}: ${to}  [${by}]${depends === undefined ? '' : `, if ${depends}`}`;
