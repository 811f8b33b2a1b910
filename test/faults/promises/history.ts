import type { Simulation } from '../simulation/simulation.ts';
import { chainOf, viewOf } from './table-view.ts';
import type { Verdicts } from './verdicts.ts';

/** Every finding has a whole history that begins with its opening, and the store shows exactly that. */
export const checkHistory = async ({ table, store }: Simulation, { bad }: Verdicts): Promise<void> => {
  const view = viewOf(table);
  for (const item of view.findings) {
    const about = `${item.pk} ${item.ruleId} ${item.subject}`;
    const chain = chainOf(view, item);
    const first = chain.at(-1);
    if (first === undefined) bad('history-gap', `${about} has no step v${item.version} of ${item.runId}`);
    else if (first.kind !== 'opened') bad('history-gap', `${about} begins with v${first.version} ${first.kind}`);
    const shown = (await store.history(item.findingId, { limit: 5000 })).items;
    if (shown.length !== chain.length) bad('history-gap', `${about}: ${shown.length} shown, ${chain.length} there`);
  }
};
