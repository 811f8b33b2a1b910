/** The bundles of the published package, made in a folder, and what they are made of. */
import { join, resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { bundleSteps } from '../lib/infra/bundle.ts';
import { commandLineBundle, constructBundle } from './command-line-bundle.ts';

/** Makes the command line, the construct and the handlers in a folder. What each is made of is the answer: the package
 *  declares no dependencies, so this alone says what ships. */
export const packageBundles = async (outdir: string): Promise<readonly Metafile[]> => {
  const program = await build({ ...commandLineBundle, outdir, metafile: true, logLevel: 'warning' });
  const construct = await build({ ...constructBundle, outdir, metafile: true, logLevel: 'warning' });
  const { metafile } = await bundleSteps(resolve(join(outdir, 'lambdas')));
  return [program.metafile, construct.metafile, metafile];
};
