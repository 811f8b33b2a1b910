import { reachGraphOf as reachAlone } from '../../../lib/reach/graph/reach-of.ts';
import type { ReachEdge } from '../../../lib/reach/node/reach-graph.ts';
import { whole } from './whole.ts';

const lineOf = ({ from, to, ...rest }: ReachEdge): string =>
  `${from} > ${to} ${JSON.stringify(rest)}`.replaceAll('arn:aws:eks:eu-west-1:111122223333:cluster/', '');

/** The reach graph, all of it compared with the golden file of the test. */
export const reachOf: typeof reachAlone = facts => {
  const graph = reachAlone(facts);
  const { edges, missing, elsewhere } = graph;
  const isNested = ({ way }: (typeof edges)[number]): boolean => way === 'includes';
  whole('reach', [
    ...[...edges.filter(edge => !isNested(edge)), ...edges.filter(isNested)].map(lineOf),
    ...missing.map(one => `missing ${JSON.stringify(one)}`),
    ...Object.entries(elsewhere).map(([role, names]) => `elsewhere ${role}: ${names.join(', ')}`),
  ]);
  return graph;
};
