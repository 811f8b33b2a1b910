import type { Facts } from '../../facts/facts.ts';
import type { RunReport } from '../run-report.ts';
import { accessOf } from './access.ts';
import { graphOf } from './graph.ts';
import { stepCoverageOf } from './graph-model.ts';
import { asksReach, reachTableOf } from './reach-table.ts';

/** The report with the graph of the facts that it was made from, and so with its health, and with who may assume what.
 *  Without facts, as it is. */
export const withGraph = (report: RunReport, facts: readonly Facts[]): RunReport => {
  const [first] = facts;
  if (first === undefined) return report;
  const snapshots = facts.map(({ snapshot }) => snapshot);
  const issuers = Object.assign({}, ...facts.map(each => each.issuers));
  const { fleet, settings } = first;
  const graph = graphOf({ snapshots, fleet, settings, issuers, findings: report.findings });
  return {
    ...report,
    coverage: stepCoverageOf(graph),
    graph,
    access: accessOf(facts),
    ...(asksReach(facts) ? { reach: reachTableOf(facts) } : {}),
  };
};
