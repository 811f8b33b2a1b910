import type { Simulation } from '../simulation/simulation.ts';
import type { MemoryTable } from '../table/memory-table.ts';
import { chainOf, type FindingItem, type HistoryItem, viewOf } from './table-view.ts';
import type { Verdicts } from './verdicts.ts';

/** The steps of history that were taken away after they had been kept for as long as the configuration says, by their
 *  keys. Each step says itself until when it is kept. */
const outlived = ({ table, options }: Simulation): ReadonlySet<string> => {
  const written = new Map<string, MemoryTable['writes'][number]['after']>();
  const keys = new Set<string>();
  for (const { operation, key, after } of table.writes) {
    const { at, expiresAt } = written.get(key) ?? {};
    const keptSeconds = Number(expiresAt) - Math.floor(Date.parse(String(at)) / 1000);
    if (operation === 'TTL' && keptSeconds >= options.retention.historyDays * 86_400) keys.add(key);
    if (after !== undefined) written.set(key, after);
  }
  return keys;
};

/** The key of the step before the first one of a chain that is still there; without any, of the newest. */
const keyBefore = ({ findingId, version, runId }: FindingItem, first: HistoryItem | undefined): string => {
  const [before, by] = first === undefined ? [version, runId] : [first.version - 1, first.previousRunId];
  return `finding#${findingId}\u0000v${String(before).padStart(8, '0')}#${by}`;
};

/** Every finding has a whole history that begins with its opening, but for what is older than history is kept, and the
 *  store shows exactly that. */
export const checkHistory = async (simulation: Simulation, { bad }: Verdicts): Promise<void> => {
  const { table, store } = simulation;
  const view = viewOf(table);
  const old = outlived(simulation);
  for (const item of view.findings) {
    const about = `${item.pk} ${item.ruleId} ${item.subject}`;
    const chain = chainOf(view, item);
    const first = chain.at(-1);
    if (!old.has(keyBefore(item, first))) {
      if (first === undefined) bad('history-gap', `${about} has no step v${item.version} of ${item.runId}`);
      else if (first.kind !== 'opened') bad('history-gap', `${about} begins with v${first.version} ${first.kind}`);
    }
    const shown = (await store.history(item.findingId, { limit: 5000 })).items;
    if (shown.length !== chain.length) bad('history-gap', `${about}: ${shown.length} shown, ${chain.length} there`);
  }
};
