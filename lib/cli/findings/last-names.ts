import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import type { Facts } from '../../facts/facts.ts';
import { valueOr } from '../../model/collected.ts';
import { compareText } from '../../text/compare-text.ts';
import type { Io } from '../shell/io.ts';

const shape = z.object({ clusters: z.array(z.string()), roles: z.array(z.string()) });

/** Names that the last scan of this person read, for the completion of their shell. */
export type LastNames = z.output<typeof shape>;

/** Names of a kind that are kept: more than that nobody picks from a list. */
const maxNames = 5000;

/** In the person's cache (XDG Base Directory Specification); undefined where there is no home. */
const placeOf = ({ env }: Pick<Io, 'env'>): string | undefined => {
  const cache = env.XDG_CACHE_HOME || (env.HOME && join(env.HOME, '.cache'));
  return cache ? join(cache, 'irsa-auditor', 'last-scan.json') : undefined;
};

/** Keeps the names of a scan. Whoever has no place for them scans without: completion is an extra. */
export const rememberNames = async (facts: readonly Facts[], io: Pick<Io, 'env'>): Promise<void> => {
  const place = placeOf(io);
  if (place === undefined) return;
  const distinct = (names: readonly string[]) => [...new Set(names)].sort(compareText).slice(0, maxNames);
  const names: LastNames = {
    clusters: distinct(facts.flatMap(({ fleet }) => fleet.clusters.map(({ name }) => name))),
    roles: distinct(facts.flatMap(({ snapshot }) => valueOr(snapshot.roles, []).map(({ name }) => name))),
  };
  await mkdir(dirname(place), { recursive: true, mode: 0o700 })
    .then(() => writeFile(place, JSON.stringify(names), { mode: 0o600 }))
    .catch(() => undefined);
};

/** The names of the last scan; none where there was no scan, or its file cannot be read. */
export const lastNames = async (io: Pick<Io, 'env'>): Promise<LastNames> => {
  const none = { clusters: [], roles: [] };
  const place = placeOf(io);
  if (place === undefined) return none;
  try {
    return shape.parse(JSON.parse(await readFile(place, 'utf8')));
  } catch {
    return none;
  }
};
