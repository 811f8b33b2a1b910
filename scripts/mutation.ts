/**
 * `npm run mutation -- [--count 50] [--seed 1] [--under lib/store] [--minutes 10]`: makes mistakes in a copy of the sources,
 * drawn by the seed with every area and kind alike often, and runs the tests that use the changed file in one warm
 * process up to the first that fails, quick ones first. Prints who saw each mistake, each one that nothing saw, and the
 * share that was seen by area; `--json FILE` keeps both. `--slow 60` limits the slow tests of one mistake to so many
 * seconds; `--minutes` begins no other after that time; `--mistakes FILE` makes those of a JSON list of
 * `{ file, from, to }` instead. Tests that fail without any mistake are left out, and named at the end with
 * their failure. Exit code 1 if there is such a test, or less than nineteen of twenty mistakes were seen.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { given } from '../lib/text.ts';
import { randomOf } from '../test/faults/random.ts';
import { seenByCompiler } from './mutation/compiler.ts';
import { copyCheckout } from './mutation/copy.ts';
import { isEquivalent } from './mutation/equivalent.ts';
import { type Mutant, mutantsOf, mutated } from './mutation/operators.ts';
import { seer } from './mutation/seen.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    under: { type: 'string', default: '' },
    slow: { type: 'string', default: '60' },
    minutes: { type: 'string', default: 'Infinity' },
    mistakes: { type: 'string' },
    json: { type: 'string' },
  },
});

interface Placed extends Mutant {
  readonly file: string;
}

/** Generated sources are left out. */
const files = ['lib', 'lambdas']
  .flatMap(root => readdirSync(root, { recursive: true, encoding: 'utf8' }).map(name => join(root, name)))
  .filter(file => file.endsWith('.ts') && !/\.generated\.ts$|\.d\.ts$/.test(file))
  .filter(file => file.startsWith(values.under))
  .sort();

/** The rooms of `lib`, and all handlers as one. */
const areaOf = (file: string): string => /^lambdas|^lib\/[^/.]+/.exec(file)?.[0] ?? file;

/** Every area, and in it every kind of mistake, is drawn alike often, as far as there are as many. */
const draw = (count: number, seed: number): readonly Placed[] => {
  const all = files.flatMap(file => mutantsOf(readFileSync(file, 'utf8')).map(mutant => ({ ...mutant, file })));
  const random = randomOf(seed);
  const areas = [...Map.groupBy(all, ({ file }) => areaOf(file)).values()].map(some => [
    ...Map.groupBy(some, ({ operator }) => operator).values(),
  ]);
  const drawn = new Set<Placed>();
  const same = new Set<Placed>();
  while (drawn.size < Math.min(count, all.length - same.size)) {
    const mutant = random.pick(random.pick(random.pick(areas)));
    if (drawn.has(mutant) || same.has(mutant)) continue;
    (isEquivalent(readFileSync(mutant.file, 'utf8'), mutant) ? same : drawn).add(mutant);
  }
  return [...drawn];
};

const written = z.array(z.object({ file: z.string(), from: z.string(), to: z.string() }));
/** The mistakes of a file. Throws where the text to change does not stand exactly once in its source. */
const read = (path: string): readonly Placed[] =>
  written.parse(JSON.parse(readFileSync(path, 'utf8'))).map(({ file, from, to }) => {
    const source = readFileSync(file, 'utf8');
    const start = source.indexOf(from);
    if (start < 0 || source.includes(from, start + 1)) throw new Error(`${file} does not hold exactly once: ${from}`);
    return { operator: 'written', file, start, end: start + from.length, text: to };
  });

const lineOf = (source: string, at: number): number => source.slice(0, at).split('\n').length;
const shown = (source: string, { start, end, text }: Mutant): string =>
  [source.slice(start, end), text].map(each => each.replace(/\s+/g, ' ').slice(0, 80)).join('  →  ');

interface Outcome {
  readonly area: string;
  readonly operator: string;
  readonly place: string;
  readonly change: string;
  readonly seconds: number;
  /** Who saw it, and how; null where nothing did. */
  readonly seen: string | null;
  readonly how?: string;
  /** Test files that ran to their end. */
  readonly asked: number;
}

const copy = copyCheckout();
const see = seer(copy, Number(values.slow));
const began = performance.now();
const told: Outcome[] = [];
const tell = ({ seen, place, operator, change, seconds, asked }: Outcome): void => {
  const who = seen ?? `NOT SEEN by ${asked} test files`;
  process.stdout.write(`${who}: ${place} (${operator}) ${change} [${seconds} s]\n`);
};
const outcomeOf = async (mutant: Placed): Promise<Outcome> => {
  const source = readFileSync(join(copy, mutant.file), 'utf8');
  const start = performance.now();
  writeFileSync(join(copy, mutant.file), mutated(source, mutant));
  const { seen, how, asked } = await see.seenBy(mutant.file, source);
  writeFileSync(join(copy, mutant.file), source);
  return {
    ...{ area: areaOf(mutant.file), operator: mutant.operator, asked },
    place: `${mutant.file}:${lineOf(source, mutant.start)}`,
    change: shown(source, mutant),
    seconds: Math.round((performance.now() - start) / 100) / 10,
    seen: seen ?? null,
    ...given({ how }),
  };
};
const keep = (outcomes: readonly Outcome[]): void => {
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(outcomes, null, 2)}\n`);
};
try {
  const outcomes = new Map<Placed, Outcome>();
  const { mistakes } = values;
  for (const mutant of mistakes === undefined ? draw(Number(values.count), Number(values.seed)) : read(mistakes)) {
    if (performance.now() - began > Number(values.minutes) * 60_000) break;
    const outcome = await outcomeOf(mutant);
    outcomes.set(mutant, outcome);
    tell(outcome);
    keep([...outcomes.values()]);
  }
  const unseen = [...outcomes].flatMap(([mutant, { seen }]) => (seen === null ? [mutant] : []));
  const compiled = seenByCompiler(copy, unseen);
  for (const [mutant, outcome] of outcomes)
    told.push(compiled.has(mutant) ? { ...outcome, seen: 'compiler' } : outcome);
  for (const outcome of told) if (outcome.seen === 'compiler') tell(outcome);
  keep(told);
} finally {
  see.stop();
  rmSync(copy, { recursive: true, force: true });
}

const shareOf = (some: readonly Outcome[]): string => {
  const seen = some.filter(each => each.seen !== null).length;
  return `${seen} of ${some.length} (${Math.round((100 * seen) / some.length)} %)`;
};
for (const [area, some] of [...Map.groupBy(told, each => each.area)].sort())
  process.stdout.write(`${area}: ${shareOf(some)}\n`);
process.stdout.write(`in all: ${shareOf(told)}\n`);
const leftOut = see.leftOut();
for (const { test, failure } of leftOut)
  process.stdout.write(
    `left out, since it fails without a mistake: ${test}: ${failure.replace(/\s+/g, ' ').slice(0, 300)}\n`,
  );
const isEnough = told.filter(each => each.seen !== null).length >= 0.95 * told.length;
process.exitCode = isEnough && leftOut.length === 0 ? 0 : 1;
