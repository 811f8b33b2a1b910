/** The bundles that esbuild makes of the sources, once for all tests that look into them or run them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { build, type Metafile } from 'esbuild';
import { functionNames } from '../../lib/audit/contract.ts';
import { type Bundles, bundleSteps } from '../../lib/infra/bundle.ts';
import { commandLineBundle } from '../../scripts/command-line-bundle.ts';
import { madeOnce } from './made-once.ts';

const metafile = 'metafile.json';
const metafileOf = (folder: string): Metafile => JSON.parse(readFileSync(join(folder, metafile), 'utf8'));

const keepMetafile = (folder: string, made: Metafile): void =>
  writeFileSync(join(folder, metafile), JSON.stringify(made));

/** The folder of the bundled handlers, which nobody writes to. */
export const handlerBundles = (): Promise<string> =>
  madeOnce('handlers', async folder => keepMetafile(folder, (await bundleSteps(folder)).metafile));

/** As `bundleSteps`: the bundled handlers in a folder of the test's own. */
export const bundledIn = async (directory: string): Promise<Bundles> => {
  const made = await handlerBundles();
  for (const step of functionNames) {
    mkdirSync(join(directory, step), { recursive: true });
    linkSync(join(made, step, 'index.mjs'), join(directory, step, 'index.mjs'));
  }
  return { directory, steps: functionNames, metafile: metafileOf(made) };
};

/** The files that the command line is bundled of. */
export const commandLineMetafile = async (): Promise<Metafile> =>
  metafileOf(
    await madeOnce('command-line', async folder => {
      const made = await build({ ...commandLineBundle, write: false, metafile: true, logLevel: 'silent' });
      keepMetafile(folder, made.metafile);
    }),
  );

/** A folder with the files that `.dockerignore` lets through, in which `npm run build` has made `dist`. Nobody writes to it. */
export const builtPackage = (): Promise<string> =>
  madeOnce('package', async folder => {
    for (const line of readFileSync('.dockerignore', 'utf8').trim().split('\n').slice(1))
      cpSync(line.slice(1), join(folder, line.slice(1)), { recursive: true });
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    const child = spawn(process.execPath, ['scripts/build.ts'], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    const [said, [status]] = await Promise.all([text(child.stderr), once(child, 'close')]);
    if (status !== 0 || said !== '') throw new Error(`npm run build ended with ${status}: ${said}`);
  });
