/** The truth of a fast run: its own accounts as they are, all others as they were when they were read last. */
import { documentKeys, lastReadKey } from '../../../lib/audit/document-keys.ts';
import type { Run } from '../simulation/run.ts';
import type { Simulation } from '../simulation/simulation.ts';
import { accountOf, type World } from '../world/world.ts';
import type { Judged } from './truth.ts';
import type { Verdicts } from './verdicts.ts';

/** The full run over which a fast run that begins now lays its reading, and the fast runs that have read other accounts
 *  since. Undefined before the first full run. */
export const baseOf = ({ bucket, runs }: Simulation, accounts: readonly string[]): Run['base'] => {
  const text = bucket.texts.get(lastReadKey);
  const { runId, readBy } = text === undefined ? {} : JSON.parse(text);
  const run = runs.get(runId);
  if (run === undefined) return undefined;
  const others = [...runs.values()].filter(
    each => each.isFast && each.startedAt >= run.startedAt && !each.accounts.every(id => accounts.includes(id)),
  );
  return { run, others, readBy };
};

/** Follows a fast run that is over: a full run beside it may have read everything after it was drawn. Its index says which
 *  full run it was laid over, and that is the last one that has read everything, before or by now. */
export const followBase = (simulation: Simulation, run: Run, { bad, note }: Verdicts): void => {
  const keys = documentKeys(run.runId);
  const at = (key: string) => JSON.parse(simulation.bucket.texts.get(key) ?? '{}');
  run.accounts = at(keys.targets).accounts ?? run.accounts;
  const base = at(keys.index).readIn?.base;
  if (base === undefined || base === run.base?.run.runId) return;
  run.base = baseOf(simulation, run.accounts);
  note('a fast run over the full run beside it');
  if (run.base?.run.runId !== base)
    bad('wrong-base', `${run.runId} is laid over ${base}, and ${run.base?.run.runId} has read everything`);
};

/** The world as a fast run judges it, and its accounts: CloudTrail is as the full run has read it, and issuers are as they
 *  are. Of a fast run that began before the full one had read everything nobody knows which of the two read an account later:
 *  what either has read is there, and the issuers of either are probed. */
export const judgedBy = ({ world, startedAt, accounts, base }: Run): Judged => {
  if (base === undefined) throw new Error('a fast run without a full one judges nothing');
  const read: World['accounts'] = { ...base.run.world.accounts };
  const either = new Set<string>();
  for (const other of base.others)
    for (const id of other.accounts) {
      read[id] = { ...accountOf(other.world, id), events: accountOf(base.run.world, id).events };
      if (other.startedAt <= base.readBy) either.add(id);
      else either.delete(id);
    }
  for (const id of accounts) {
    read[id] = { ...accountOf(world, id), events: accountOf(base.run.world, id).events };
    either.delete(id);
  }
  return {
    ...{ world: { ...world, accounts: read }, served: world, startedAt },
    accounts: [...new Set([...base.run.accounts, ...accounts])],
    ...(either.size === 0 ? {} : { either: { world: base.run.world, accounts: [...either] } }),
    ...(startedAt > base.readBy ? {} : { probed: base.run.world }),
  };
};
