import type { Simulation } from '../simulation/simulation.ts';
import type { Verdicts } from './verdicts.ts';

interface Seen {
  readonly version: number;
  readonly changedAt: string;
  readonly runId: string;
}

/** Nothing that was read later is replaced by what was read earlier: `changedAt` of findings and facts never goes back, the
 *  watermark neither, and versions of findings count up by one. */
export const tableOrderChecker = ({ table }: Pick<Simulation, 'table'>, { bad }: Pick<Verdicts, 'bad'>) => {
  const known = new Map<string, Seen>();
  let seen = 0;
  return (): void => {
    for (const { operation, key, after } of table.writes.slice(seen)) {
      if (operation === 'TTL' || after === undefined) {
        known.delete(key);
        continue;
      }
      const { type, version = 0, changedAt, confirmedAt, runId } = after;
      if (type !== 'finding' && type !== 'watched' && type !== 'watermark') continue;
      const at = type === 'watermark' ? confirmedAt : changedAt;
      const now = { version: Number(version), changedAt: String(at ?? ''), runId: String(runId) };
      const before = known.get(key);
      known.set(key, now);
      if (before === undefined) continue;
      const about = `${key.replace('\u0000', ' ')}: ${JSON.stringify(before)} became ${JSON.stringify(now)}`;
      if (now.changedAt < before.changedAt) bad('older-over-newer', about);
      if (type === 'finding' && now.version !== before.version && now.version !== before.version + 1)
        bad('version-gap', about);
    }
    seen = table.writes.length;
  };
};
