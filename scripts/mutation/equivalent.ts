import { transformSync } from 'esbuild';
import { type Mutant, mutated } from './operators.ts';

const minimal = (source: string): string =>
  transformSync(source, { loader: 'ts', minifySyntax: true, minifyWhitespace: true }).code;

/** Whether a mistake changes nothing: the program is the same once both are simplified. */
export const isEquivalent = (source: string, mutant: Mutant): boolean =>
  minimal(source) === minimal(mutated(source, mutant));
