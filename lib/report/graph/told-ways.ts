/** The ways behind the findings on who can become a role, as chains that a page draws. */
import type { Finding, Level } from '../../model.ts';
import { type Path, pathsTo } from '../../reach/graph/paths.ts';
import { type ChainStep, chainStepsOf, nodeInWords } from '../../reach/graph/words.ts';
import type { RunReport } from '../run-report.ts';
import { graphOfTable } from './reach-table.ts';

/** One way: who can become which role, by which steps. */
export interface ToldWay {
  readonly finding: Finding;
  /** At least one: a step leads from the end of the one before. */
  readonly steps: readonly [ChainStep, ...ChainStep[]];
  /** Of the role at its end; `unknown` where it was not read. */
  readonly level: Level;
}

/** The shortest way of each finding of the group `reach` that no waiver covers, in the order of the report. A finding whose way is
 *  not in the table has none. */
export const toldWaysOf = ({ findings, reach }: Pick<RunReport, 'findings' | 'reach'>): readonly ToldWay[] => {
  if (reach === undefined) return [];
  const graph = graphOfTable(reach);
  const byRole = new Map<string, ReadonlyMap<string, Path>>();
  return findings.flatMap((finding): readonly ToldWay[] => {
    const { ruleId, roleArn, clusterArn, data, waiver } = finding;
    if (!ruleId.startsWith('reach-') || roleArn === undefined || waiver !== undefined) return [];
    const paths = byRole.get(roleArn) ?? pathsTo(graph, [roleArn]);
    byRole.set(roleArn, paths);
    for (const [id, path] of paths) {
      const who = graph.nodes.get(id);
      if (who === undefined || who.clusterArn !== clusterArn || !starters.has(who.kind)) continue;
      if (nodeInWords(who) !== data.who) continue;
      const [first, ...rest] = chainStepsOf(graph, path);
      return first === undefined
        ? []
        : [{ finding, steps: [first, ...rest], level: reach.levels[roleArn] ?? 'unknown' }];
    }
    return [];
  });
};

/** Whoever a finding names: a service account by its rights in Kubernetes, not by its token. */
const starters: ReadonlySet<string> = new Set(['group', 'user', 'principal', 'rights']);
