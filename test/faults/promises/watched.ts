/** Watched facts: every value that replaces another one is told, once. */
import type { Simulation } from '../simulation/simulation.ts';
import type { Verdicts } from './verdicts.ts';

const separator = '\u0000';

/** Follows the writes of watched facts, and compares them with what was told. */
export const watchedChecker = ({ table, destinations }: Simulation, { bad }: Verdicts) => {
  const values = new Map<string, (string | null)[]>();
  let seen = 0;
  const follow = (): void => {
    for (const { key, after, operation } of table.writes.slice(seen)) {
      const [pk = '', sk = ''] = key.split(separator);
      if (!sk.startsWith('watched#') || operation === 'TTL') continue;
      const fact = `${pk} ${sk}`;
      const known = values.get(fact) ?? [];
      const value = typeof after?.value === 'string' ? after.value : null;
      if (known.length === 0 ? value !== null : known.at(-1) !== value) known.push(value);
      values.set(fact, known);
    }
    seen = table.writes.length;
  };
  const toldBy = (name: string): ReadonlyMap<string, readonly string[]> => {
    const told = new Map<string, string[]>();
    const ids = new Set<string>();
    // What was given up lies in the queue of undelivered digests, where a person reads it.
    for (const { destination, digest } of [...destinations.delivered, ...destinations.letters]) {
      if (destination !== name || ids.has(digest.id)) continue;
      ids.add(digest.id);
      for (const { accountId, kind, subject, before, after } of digest.factChanges) {
        if (before === undefined) continue;
        const fact = `account#${accountId} watched#${kind} ${subject}`;
        told.set(fact, [...(told.get(fact) ?? []), JSON.stringify([before, after ?? null])]);
      }
    }
    return told;
  };
  const check = (): void => {
    for (const name of destinations.states.keys()) {
      const told = toldBy(name);
      for (const [fact, list] of values) {
        const left = [...(told.get(fact) ?? [])];
        for (const [index, value] of list.entries()) {
          const before = list[index - 1];
          if (before === undefined || before === null) continue;
          const at = left.indexOf(JSON.stringify([before, value]));
          if (at >= 0) left.splice(at, 1);
          else bad('lost-fact', `${name}: ${fact} went from ${before.slice(0, 60)} to ${value?.slice(0, 60)}, untold`);
        }
        if (left.length > 0) bad('fact-told-too-often', `${name}: ${fact} ${left[0]?.slice(0, 200)}`);
      }
    }
  };
  return { follow, check };
};
