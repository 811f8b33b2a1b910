import type { Facts } from '../../facts.ts';
import type { RunReport } from '../run-report.ts';
import { accessOf } from './access.ts';
import { graphOf } from './graph.ts';
import { stepCoverageOf } from './graph-model.ts';
import { asksReach, reachTableOf } from './reach-table.ts';

/** The report with the graph of the facts that it was made from, and so with its health, and with who may assume what.
 *  Without facts, as it is. */
export const withGraph = (report: RunReport, facts: readonly Facts[]): RunReport => {
  if (facts.length === 0) return report;
  const access = accessOf(facts);
  const graph = graphOf({ facts, access, findings: report.findings });
  return {
    ...report,
    coverage: stepCoverageOf(graph),
    graph,
    access,
    ...(asksReach(facts) ? { reach: reachTableOf(facts) } : {}),
  };
};
