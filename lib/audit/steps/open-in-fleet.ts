import type { KnownState } from '../../history/known-state.ts';
import type { KnownFinding, Transition } from '../../history/transition.ts';
import { type Severity, severities } from '../../model.ts';
import { addClusterCounts, countByCluster } from '../../report/cluster-counts.ts';
import type { ClusterCounts } from '../../report/run-report.ts';
import { countBySeverity } from '../../report/summary.ts';
import type { SummaryDocument } from '../documents.ts';
import type { FindingStore } from '../ports.ts';

type Counts = Readonly<Record<Severity, number>>;

/** How many findings are open, by severity; of several states of one the last counts. Items of a newer version can only
 *  be counted in the table. */
export const openCounts = (
  { findings, newer }: KnownState,
  transitions: readonly Transition[] = [],
): Pick<SummaryDocument, 'open' | 'openByCluster'> => {
  if (newer !== undefined) return {};
  const states: readonly KnownFinding[] = [...findings, ...transitions.map(({ after }) => after)];
  const last = new Map(states.map(state => [state.finding.id, state]));
  const open = [...last.values()].filter(({ status }) => status === 'open').map(({ finding }) => finding);
  return { open: countBySeverity(open), openByCluster: countByCluster(open) };
};

/** Adds up what the accounts of a run have open. `sum` and `byCluster` answer undefined once one of them did not tell. */
export const openSum = () => {
  let sum: Counts | undefined = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  let clusters: ClusterCounts[] | undefined = [];
  return {
    add: ({ open, openByCluster }: Pick<SummaryDocument, 'open' | 'openByCluster'>): void => {
      sum = sum === undefined || open === undefined ? undefined : plus(sum, open);
      if (openByCluster === undefined) clusters = undefined;
      else clusters?.push(...openByCluster);
    },
    sum: (): Counts | undefined => sum,
    byCluster: (): readonly ClusterCounts[] | undefined =>
      clusters === undefined ? undefined : addClusterCounts(clusters),
  };
};

const plus = (a: Counts, b: Counts): Counts => {
  const added = { ...a };
  for (const severity of severities) added[severity] += b[severity];
  return added;
};

/**
 * The open findings of the whole fleet: the sum over the run's accounts, which costs no read of the findings. They are
 * counted in the table only where an account of the run did not tell, or where one that is no longer audited may have
 * some.
 */
export const openInFleet = async (
  findings: Pick<FindingStore, 'accounts' | 'openBySeverity'>,
  accounts: readonly string[],
  sum: Counts | undefined,
): Promise<Counts> => {
  if (sum === undefined) return findings.openBySeverity();
  const audited = new Set(accounts);
  const known = await findings.accounts();
  const others = known.some(({ accountId, closedAt }) => !audited.has(accountId) && closedAt === undefined);
  return others ? findings.openBySeverity() : sum;
};
