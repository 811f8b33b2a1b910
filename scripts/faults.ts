/**
 * Seeded schedules of faults over the real steps, as the synthesized state machine runs them: `npm run faults -- --from 1
 * --count 300 [--jobs 2] [--profile reads] [--verbose]`, or `--seed 5 --seed 18` for single ones. Prints each broken
 * promise with the command that shows it again, and in the end how often an event only looked like one; exit
 * code 1 if any is broken.
 */
import { parseArgs } from 'node:util';
import { type Profile, profiles } from '../test/faults/draw.ts';
import { runInThreads, type Told } from '../test/faults/in-threads.ts';
import { type Allowed, allowed } from '../test/faults/promises/allowed.ts';

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '1' },
    count: { type: 'string', default: '100' },
    seed: { type: 'string', multiple: true },
    jobs: { type: 'string', default: '1' },
    profile: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});
const profile: Profile | undefined = profiles.find(each => each === values.profile);
if (values.profile !== undefined && profile === undefined)
  throw new Error(`profile ${values.profile}, want one of ${profiles.join(', ')}`);
const isVerbose = values.verbose;

const total = { schedules: 0, runs: 0, broken: 0 };
const byPromise: Record<string, number> = {};
const notes: Record<string, number> = {};
const allowedEvents = Object.keys(allowed) as readonly Allowed[];
const counts: Partial<Record<Allowed, number>> = {};
const began = performance.now();

const tell = ({ outcome, said }: Told): void => {
  for (const line of said) process.stdout.write(`${line}\n`);
  total.schedules += 1;
  total.runs += outcome.runs;
  if (total.schedules % 100 === 0) process.stderr.write(`${total.schedules} schedules, ${total.broken} broken\n`);
  for (const [what, count] of Object.entries(outcome.notes)) notes[what] = (notes[what] ?? 0) + count;
  for (const what of allowedEvents)
    if (outcome.allowances[what] !== undefined) counts[what] = (counts[what] ?? 0) + outcome.allowances[what];
  if (outcome.violations.length === 0) return;
  total.broken += 1;
  const again = `npm run faults -- --from ${outcome.seed} --count 1${profile === undefined ? '' : ` --profile ${profile}`}`;
  process.stdout.write(`${again}   # ${outcome.profile}\n`);
  for (const promise of new Set(outcome.violations.map(each => each.promise)))
    byPromise[promise] = (byPromise[promise] ?? 0) + 1;
  for (const { promise, detail } of isVerbose ? outcome.violations : outcome.violations.slice(0, 3))
    process.stdout.write(`  ${promise}: ${detail.slice(0, isVerbose ? 2000 : 300)}\n`);
};

const from = Number(values.from);
const seeds = values.seed?.map(Number) ?? Array.from({ length: Number(values.count) }, (_none, at) => from + at);
await runInThreads({ seeds, jobs: Number(values.jobs), profile, isVerbose }, tell);
const seconds = Math.round((performance.now() - began) / 1000);
const allowances = allowedEvents.flatMap(what =>
  counts[what] === undefined ? [] : [{ count: counts[what], what, because: allowed[what] }],
);
process.stdout.write(`${JSON.stringify({ ...total, seconds, byPromise, notes, allowed: allowances }, null, 1)}\n`);
// A step that crashed leaves the deadline of its send behind.
process.exit(total.broken > 0 ? 1 : 0);
