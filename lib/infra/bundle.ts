import { cpSync, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Metafile, Plugin } from 'esbuild';
import { type FunctionName, functionNames } from '../audit/contract.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where the bundles lie: `<directory>/<step>/index.mjs`. `metafile` tells what each is made of. */
export interface Bundles {
  readonly directory: string;
  readonly steps: readonly FunctionName[];
  readonly metafile: Metafile;
}

/** Packages inside bundles that still call `require` get one. */
const banner = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/** Of the description of a package, handlers and the SDK take the version alone. */
const versionAlone: Plugin = {
  name: 'version-alone',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[/\\]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8')) as { readonly version: string };
      return { contents: JSON.stringify({ version }), loader: 'json' };
    }),
};

/**
 * Bundles the handlers: ES modules, minified, with the SDK inside, since the one of the runtime is larger, slower to
 * import and of a version that nobody chose. Throws what esbuild throws; its message names file and line.
 */
export const bundleSteps = async (
  directory: string,
  steps: readonly FunctionName[] = functionNames,
): Promise<Bundles> => {
  const { build } = await import('esbuild');
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(steps.map(step => [`${step}/index`, `lambdas/${step}.ts`])),
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: { js: banner },
    plugins: [versionAlone],
    legalComments: 'none',
    charset: 'utf8',
    metafile: true,
    logLevel: 'silent',
  });
  return { directory, steps, metafile };
};

/** Puts handlers in a folder: those that the package brings, or, in a checkout, made now. */
export const putHandlers = async (directory: string, steps: readonly FunctionName[]): Promise<void> => {
  const packed = fileURLToPath(new URL('../lambdas', import.meta.url));
  if (!existsSync(packed)) await bundleSteps(directory, steps);
  else for (const step of steps) cpSync(join(packed, step), join(directory, step), { recursive: true });
};
