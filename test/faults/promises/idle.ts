import type { Simulation } from '../simulation/simulation.ts';
import { viewOf } from './table-view.ts';
import type { Verdicts } from './verdicts.ts';

/** Documents of one folder, parsed. */
const parsed = ({ bucket }: Simulation, folder: string): readonly (readonly [string, Record<string, unknown>])[] =>
  [...bucket.texts].filter(([key]) => key.startsWith(folder)).map(([key, text]) => [key, JSON.parse(text)]);

/** True if something waits to be sent, or is on its way. */
export const somethingWaits = (simulation: Simulation): boolean =>
  viewOf(simulation.table).all.some(({ unsent }) => unsent !== undefined) ||
  parsed(simulation, 'outbox/').some(
    ([, { waiting, sending }]) => (Array.isArray(waiting) && waiting.length > 0) || sending !== undefined,
  );

/** After some quiet runs nothing waits, nothing is held. */
export const checkIdle = (simulation: Simulation, { bad, allow }: Verdicts): void => {
  for (const { pk, sk, type, unsent, unsentSteps, until } of viewOf(simulation.table).all) {
    if (unsent !== undefined || unsentSteps !== undefined) bad('stuck-unsent', `${pk} ${sk}`);
    if (type !== 'lease') continue;
    if (String(until) < simulation.now()) allow('a lease that has run out');
    else bad('stuck-lease', `${pk} ${sk}`);
  }
  for (const [key, { waiting, sending }] of parsed(simulation, 'outbox/')) {
    if (sending !== undefined) bad('stuck-in-flight', key);
    if (Array.isArray(waiting) && waiting.length > 0) bad('stuck-outbox', `${key}: ${waiting.length}`);
  }
};
