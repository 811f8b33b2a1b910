import type { Simulation } from '../simulation/simulation.ts';
import { viewOf } from './table-view.ts';
import type { Verdicts } from './verdicts.ts';

/** Documents of one folder, parsed. */
const parsed = ({ bucket }: Simulation, folder: string): readonly (readonly [string, Record<string, unknown>])[] =>
  [...bucket.texts].filter(([key]) => key.startsWith(folder)).map(([key, text]) => [key, JSON.parse(text)]);

/** The outboxes for which digests wait: those that were refused or held, and those that were handed over and not taken over,
 *  while another invocation had the right to send to the destination. */
const outboxesThatWait = (simulation: Simulation): readonly string[] => {
  const documents = parsed(simulation, 'outbox/');
  const last = Math.max(
    0,
    ...documents.flatMap(([, { last: number }]) => (typeof number === 'number' ? [number] : [])),
  );
  return documents.flatMap(([key, { waiting, upTo = last, isClosed }]) => {
    if (!Array.isArray(waiting)) return [];
    if (waiting.length > 0) return [`${key}: ${waiting.length}`];
    return isClosed !== true && Number(upTo) < last ? [`${key}: up to ${upTo} of ${last}`] : [];
  });
};

/** True if something waits to be sent, or is on its way. */
export const somethingWaits = (simulation: Simulation): boolean =>
  viewOf(simulation.table).all.some(({ unsent }) => unsent !== undefined) ||
  outboxesThatWait(simulation).length > 0 ||
  parsed(simulation, 'outbox/').some(([, { sending }]) => sending !== undefined);

/** After some quiet runs nothing waits, nothing is held. */
export const checkIdle = (simulation: Simulation, { bad, allow }: Verdicts): void => {
  for (const { pk, sk, type, unsent, unsentSteps, until } of viewOf(simulation.table).all) {
    if (unsent !== undefined || unsentSteps !== undefined) bad('stuck-unsent', `${pk} ${sk}`);
    if (type !== 'lease') continue;
    if (String(until) < simulation.now()) allow('a lease that has run out');
    else bad('stuck-lease', `${pk} ${sk}`);
  }
  for (const [key, { sending }] of parsed(simulation, 'outbox/'))
    if (sending !== undefined) bad('stuck-in-flight', key);
  for (const waits of outboxesThatWait(simulation)) bad('stuck-outbox', waits);
};
