/**
 * `npm run mutation -- [--count 50] [--seed 1] [--under lib/store]`: makes mistakes in a copy of the sources, drawn by the
 * seed with every kind of mistake alike often, and runs the tests of the changed file's room, then all that import it.
 * Prints each mistake that no test saw, and the share that was seen by area; `--json FILE` keeps both. Exit code 1 if less
 * than nineteen of twenty were seen.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { randomOf } from '../test/faults/random.ts';
import { type Mutant, mutantsOf, mutated } from './mutation/operators.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    under: { type: 'string', default: '' },
    json: { type: 'string' },
  },
});

interface Placed extends Mutant {
  readonly file: string;
}

/** Generated sources and the page, whose tests run in a browser, are left out. */
const files = ['lib', 'lambdas']
  .flatMap(root => readdirSync(root, { recursive: true, encoding: 'utf8' }).map(name => join(root, name)))
  .filter(file => file.endsWith('.ts') && !/\.generated\.ts$|\.d\.ts$|^lib\/report\/page\//.test(file))
  .filter(file => file.startsWith(values.under))
  .sort();

/** Every kind of mistake is drawn alike often, as far as there are as many. */
const draw = (count: number, seed: number): readonly Placed[] => {
  const all = files.flatMap(file => mutantsOf(readFileSync(file, 'utf8')).map(mutant => ({ ...mutant, file })));
  const random = randomOf(seed);
  const kinds = [...Map.groupBy(all, ({ operator }) => operator).values()];
  const drawn = new Set<Placed>();
  while (drawn.size < Math.min(count, all.length)) {
    const kind = kinds[Math.floor(random.next() * kinds.length)] ?? all;
    drawn.add(kind[Math.floor(random.next() * kind.length)] as Placed);
  }
  return [...drawn];
};

/** The sources and tests in a folder of their own, so that nothing that is mistaken lies in the checkout. */
const copied = (): string => {
  const copy = mkdtempSync(join(tmpdir(), 'irsa-auditor-mutation-'));
  for (const name of readdirSync('.'))
    if (!['node_modules', '.git', 'dist', 'cdk.out', 'reports', 'sandbox-out'].includes(name))
      cpSync(name, join(copy, name), { recursive: true });
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
  return copy;
};

const copy = copied();
const minutes = 60_000;
const jest = (...words: readonly string[]): boolean =>
  spawnSync(
    process.execPath,
    [
      ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'],
      ...['--bail', '--silent', '--passWithNoTests', ...words],
    ],
    { cwd: copy, stdio: 'ignore', timeout: 15 * minutes, env: { ...process.env, CI: 'true' } },
  ).status === 0;

/** The nearest folder of tests that mirrors a source file. */
const roomOf = (file: string): string => {
  let folder = dirname(file).replace(/^lib\/?/, '');
  while (folder !== '.' && folder !== '' && !existsSync(join('test', folder))) folder = dirname(folder);
  return join('test', folder);
};

/** Who sees a mistake first: the tests beside the code, those that import it, the compiler; undefined if it stays. */
const seenBy = (file: string): string | undefined => {
  if (!jest('--runInBand', roomOf(file), '--selectProjects', 'quick')) return 'quick tests of its room';
  if (!jest('--selectProjects', 'quick', '--findRelatedTests', file)) return 'quick tests';
  // A compiler that was stopped has seen nothing.
  const { status } = spawnSync('node_modules/.bin/tsc', [], { cwd: copy, stdio: 'ignore', timeout: 5 * minutes });
  if (status !== null && status !== 0) return 'compiler';
  if (!jest('--selectProjects', 'slow', '--findRelatedTests', file)) return 'slow tests';
  return undefined;
};

const areaOf = (file: string): string => file.split('/').slice(0, 2).join('/');
const lineOf = (source: string, at: number): number => source.slice(0, at).split('\n').length;
const shown = (source: string, { start, end, text }: Mutant): string =>
  [source.slice(start, end), text].map(each => each.replace(/\s+/g, ' ').slice(0, 80)).join('  →  ');

const told: { area: string; operator: string; place: string; change: string; seen: string | null }[] = [];
try {
  for (const mutant of draw(Number(values.count), Number(values.seed))) {
    const source = readFileSync(mutant.file, 'utf8');
    const place = join(copy, mutant.file);
    writeFileSync(place, mutated(source, mutant));
    const seen = seenBy(mutant.file);
    writeFileSync(place, source);
    const where = `${mutant.file}:${lineOf(source, mutant.start)}`;
    told.push({
      area: areaOf(mutant.file),
      operator: mutant.operator,
      place: where,
      change: shown(source, mutant),
      seen: seen ?? null,
    });
    process.stdout.write(`${seen ?? 'NOT SEEN'}: ${where} (${mutant.operator}) ${shown(source, mutant)}\n`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}

const shareOf = (some: typeof told): string => {
  const seen = some.filter(each => each.seen !== null).length;
  return `${seen} of ${some.length} (${Math.round((100 * seen) / some.length)} %)`;
};
for (const [area, some] of [...Map.groupBy(told, each => each.area)].sort())
  process.stdout.write(`${area}: ${shareOf(some)}\n`);
process.stdout.write(`in all: ${shareOf(told)}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(told, null, 2)}\n`);
process.exitCode = told.filter(each => each.seen !== null).length >= 0.95 * told.length ? 0 : 1;
