/** Mistakes that no test saw and the compiler sees. It takes long to start, so it is asked for many at once. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Mutant, mutated } from './operators.ts';

type Placed = Mutant & { readonly file: string };

/** At most one mistake a file in each part. */
const parts = <M extends Placed>(mutants: readonly M[]): readonly (readonly M[])[] => {
  const byFile = Map.groupBy(mutants, ({ file }) => file);
  const most = Math.max(0, ...[...byFile.values()].map(some => some.length));
  return Array.from({ length: most }, (_, at) => [...byFile.values()].flatMap(some => some.slice(at, at + 1)));
};

/** The mistakes of which the compiler names the file. One that shows only in another file counts as not seen. */
export const seenByCompiler = <M extends Placed>(copy: string, mutants: readonly M[]): ReadonlySet<M> => {
  const seen = new Set<M>();
  for (const part of parts(mutants)) {
    const sources = new Map(part.map(({ file }) => [file, readFileSync(join(copy, file), 'utf8')]));
    const write = (file: string, text: string): void => writeFileSync(join(copy, file), text);
    for (const mutant of part) write(mutant.file, mutated(sources.get(mutant.file) ?? '', mutant));
    const { stdout } = spawnSync('node_modules/.bin/tsc', ['--pretty', 'false', '--incremental', 'false'], {
      cwd: copy,
      encoding: 'utf8',
    });
    for (const mutant of part) {
      if (stdout.includes(`${mutant.file}(`)) seen.add(mutant);
      write(mutant.file, sources.get(mutant.file) ?? '');
    }
  }
  return seen;
};
