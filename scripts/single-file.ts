/**
 * `npm run single-file [-- PLATFORM FOLDER]`: the command line as one executable file that needs no Node.js (Node.js, "Single
 * executable applications"), for linux-x64, linux-arm64, win-x64 or darwin-arm64. Its Node.js is that of this machine, or the
 * npm package of another platform. Beside the file stand the licences of what is in it. The file for macOS is made on macOS alone, which runs no file
 * whose signature is missing or old.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build, type Metafile, type Plugin } from 'esbuild';
import { bundleSteps } from '../lib/infra/bundle.ts';
import packageJson from '../package.json' with { type: 'json' };
import { bundleOptions } from './command-line-bundle.ts';
import { thirdPartyLicences } from './licences.ts';

/** Runs a program, whose words are shown only where it fails. */
const run = (command: string, args: readonly string[], cwd = '.'): string =>
  execFileSync(command, [...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Unpacks the package of Node.js for a platform into a folder. */
const unpackNode = (platform: string, into: string): string => {
  const wanted = `node-${platform}@${packageJson.devDependencies.node}`;
  const tarball = run('npm', ['pack', '--silent', '--prefer-offline', wanted], into).trim();
  run('tar', ['-xzf', tarball], into);
  return join(into, 'package');
};

/** Another source in the place of one of `lib/infra`. */
const inPlaceOf = (name: string, own: string): Plugin => ({
  name,
  setup: ({ onResolve }) => onResolve({ filter: new RegExp(`/${name}\\.ts$`) }, () => ({ path: resolve(own) })),
});

/** Bundles into one script: CommonJS, as the main script of such a file must be, which has no await at its top. */
const bundle = async (outfile: string, source?: string): Promise<Metafile> => {
  const program = `import { main } from './lib/cli/main.ts';
import { processIo } from './bin/process-io.ts';
void main(process.argv.slice(2), processIo());`;
  // CommonJS has no address of its own; packages ask it for the built-in modules alone.
  const define = { 'import.meta.url': 'ownAddress' };
  const banner = { js: "const ownAddress = require('node:url').pathToFileURL(process.execPath).href;" };
  const stdin = { contents: source ?? program, resolveDir: process.cwd() };
  const plugins =
    source === undefined
      ? [inPlaceOf('auditor-template', 'scripts/single-file-template.ts')]
      : [inPlaceOf('bundle', 'scripts/single-file-handlers.ts')];
  const built = await build({
    ...bundleOptions,
    stdin,
    outfile,
    format: 'cjs',
    define,
    banner,
    plugins,
    // Validates templates; the command asks for none of it.
    external: ['@aws/cloudformation-validate'],
    metafile: true,
    logLevel: 'warning',
  });
  return built.metafile;
};

/** Packs a text. */
const pack = (text: string): Buffer =>
  brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 } });

/** The stacks with CDK, and the handlers, each packed: `deploy template` unpacks them. Answers what they are made of. */
const packTemplate = async (work: string): Promise<readonly Metafile[]> => {
  const script = join(work, 'template.cjs');
  const own = await bundle(script, "export { auditorTemplate } from './lib/infra/auditor-template.ts';");
  const { directory, steps, metafile } = await bundleSteps(join(work, 'handlers'));
  const programs = steps.map(step => [step, readFileSync(join(directory, step, 'index.mjs'), 'utf8')]);
  writeFileSync(join(work, 'template'), pack(readFileSync(script, 'utf8')));
  writeFileSync(join(work, 'handlers.packed'), pack(JSON.stringify(Object.fromEntries(programs))));
  return [own, metafile];
};

const singleFile = async (platform: string, folder: string, work: string): Promise<void> => {
  const isOwn = platform === `${process.platform}-${process.arch}`;
  const node = isOwn ? dirname(dirname(process.execPath)) : unpackNode(platform, work);
  // The blob holds the path of the script: relative, so that two builds give the same bytes.
  const [main, output, settings] = ['main.cjs', 'main.blob', 'sea.json'];
  const metafiles = [await bundle(join(work, main)), ...(await packTemplate(work))];
  const assets = { template: 'template', handlers: 'handlers.packed' };
  // Without a code cache, which differs from build to build: a start takes 0.1 s more.
  const sea = { main, output, assets, disableExperimentalSEAWarning: true, useCodeCache: false };
  writeFileSync(join(work, settings), JSON.stringify(sea));
  run(process.execPath, ['--experimental-sea-config', settings], work);
  mkdirSync(folder, { recursive: true });
  const suffix = platform.startsWith('win') ? '.exe' : '';
  const isMac = platform.startsWith('darwin');
  const file = join(folder, `irsa-auditor${suffix}`);
  rmSync(file, { force: true });
  copyFileSync(join(node, `bin/node${suffix}`), file);
  if (isMac) run('codesign', ['--remove-signature', file]);
  const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
  run(process.execPath, [
    resolve('node_modules/postject/dist/cli.js'),
    file,
    'NODE_SEA_BLOB',
    join(work, output),
    '--sentinel-fuse',
    fuse,
    ...(isMac ? ['--macho-segment-name', 'NODE_SEA'] : []),
  ]);
  if (isMac) run('codesign', ['--sign', '-', file]);
  // Of this machine's Node.js, which is of the same version: not each platform's package has it.
  const [nodeLicence = ''] = globSync('node_modules/node/node_modules/node-*/LICENSE');
  const texts = ['LICENSE', nodeLicence].map(path => readFileSync(path, 'utf8').trim());
  writeFileSync(
    join(folder, 'LICENSES'),
    `${[...texts, thirdPartyLicences(metafiles)].join(`\n\n${'='.repeat(80)}\n\n`)}\n`,
  );
};

const platforms: readonly string[] = ['linux-x64', 'linux-arm64', 'win-x64', 'darwin-arm64'];
const [platform = 'linux-x64', folder = `single-file/${platform}`] = process.argv.slice(2);
if (!platforms.includes(platform))
  throw new Error(`The platform is ${platform}, wanted one of ${platforms.join(', ')}.`);
if (platform.startsWith('darwin') && process.platform !== 'darwin')
  throw new Error(`The file for ${platform} is made on macOS, whose codesign signs it; this is ${process.platform}.`);
if (process.versions.node !== packageJson.devDependencies.node)
  throw new Error(
    `Node.js ${process.versions.node} runs this, wanted ${packageJson.devDependencies.node}: npm run single-file`,
  );
const work = mkdtempSync(join(tmpdir(), 'irsa-auditor-single-file-'));
await singleFile(platform, folder, work).finally(() => rmSync(work, { recursive: true, force: true }));
