import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync, type Metafile } from 'esbuild';
import { type StepName, stepNames } from '../audit/contract.ts';
import type { Configuration } from '../config/configuration.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where the bundles lie: `<directory>/<step>/index.mjs`. `metafile` tells what each is made of. */
export interface Bundles {
  readonly directory: string;
  readonly metafile: Metafile;
}

/** Packages inside bundles that still call `require` get one. */
const banner = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/**
 * Bundles the handlers: ES modules, minified, with the SDK inside, since the one of the runtime is larger, slower to
 * import and of a version that nobody chose. Throws what esbuild throws; its message names file and line.
 */
export const bundleSteps = (steps: readonly StepName[] = stepNames, directory?: string): Bundles => {
  const outdir = directory ?? mkdtempSync(join(tmpdir(), 'irsa-auditor-bundles-'));
  const { metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(steps.map(step => [`${step}/index`, `lambdas/${step}.ts`])),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: { js: banner },
    legalComments: 'none',
    charset: 'utf8',
    metafile: true,
    logLevel: 'silent',
  });
  return { directory: outdir, metafile };
};

/** Puts the configuration beside each handler: an environment variable holds 4 KB, waivers may be more. */
export const writeConfiguration = (
  bundles: Bundles,
  steps: readonly StepName[],
  configuration: Configuration,
): void => {
  for (const step of steps) {
    const folder = join(bundles.directory, step);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'configuration.json'), JSON.stringify(configuration));
  }
};
