/** The truth of a fast run: its own accounts as they are, all others as they were when they were read last. */
import { lastReadKey } from '../../../lib/audit/document-keys.ts';
import type { Run } from '../simulation/run.ts';
import type { Simulation } from '../simulation/simulation.ts';
import { accountOf, type World } from '../world/world.ts';
import type { Judged } from './truth.ts';

/** The full run over which a fast run that begins now lays its reading, and the fast runs that have read other accounts
 *  since. Undefined before the first full run. */
export const baseOf = ({ bucket, runs }: Simulation, accounts: readonly string[]): Run['base'] => {
  const text = bucket.texts.get(lastReadKey);
  const run = text === undefined ? undefined : runs.get(JSON.parse(text).runId);
  if (run === undefined) return undefined;
  const others = [...runs.values()].filter(
    each => each.isFast && each.startedAt >= run.startedAt && !each.accounts.every(id => accounts.includes(id)),
  );
  return { run, others };
};

/** The world as a fast run judges it, and its accounts: CloudTrail is as the full run has read it, and issuers are as they
 *  are. */
export const judgedBy = ({ world, startedAt, accounts, base }: Run): Judged => {
  if (base === undefined) throw new Error('a fast run without a full one judges nothing');
  const read: World['accounts'] = { ...base.run.world.accounts };
  for (const other of base.others)
    for (const id of other.accounts)
      read[id] = { ...accountOf(other.world, id), events: accountOf(base.run.world, id).events };
  for (const id of accounts) read[id] = { ...accountOf(world, id), events: accountOf(base.run.world, id).events };
  return { world: { ...world, accounts: read }, served: world, startedAt, accounts: base.run.accounts };
};
