/**
 * `npm run release [-- FOLDER] [-- --compare SUMS]`: the files of a release and `SHA256SUMS`, in release/: the npm package, its bill of materials,
 * the Helm chart, and the single files for Linux and Windows with their licences. The same commit gives the same bytes with the
 * Node.js and npm of package.json, so that anybody can make and compare them (docs/releases.md). `--compare` names the files that differ from those of another
 * `SHA256SUMS`, with exit code 1. The single file for macOS is made on macOS.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import packageJson from '../package.json' with { type: 'json' };

const { values, positionals } = parseArgs({ options: { compare: { type: 'string' } }, allowPositionals: true });
const [folder = 'release'] = positionals;
const theirs = values.compare === undefined ? undefined : readFileSync(values.compare, 'utf8').split('\n');
const { name, version } = packageJson;
const made = (suffix: string): string => join(folder, `${name}-${version}${suffix}`);
const run = (command: string, ...args: readonly string[]): string =>
  execFileSync(command, [...args], { encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'inherit'] });

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
run(process.execPath, 'scripts/build.ts');
run('npm', 'pack', '--ignore-scripts', '--silent', '--pack-destination', folder);
writeFileSync(made('.cdx.json'), run(process.execPath, 'scripts/sbom.ts', 'dist'));

// As `helm package` makes it, but with one time and one owner for all of its files.
const plain = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=u=rwX,go=rX'];
const chart = join(folder, `${name}-chart-${version}.tgz`);
run('tar', ...plain, '--use-compress-program=gzip --no-name -9', '-cf', chart, '-C', 'charts', name);

for (const platform of ['linux-x64', 'linux-arm64', 'win-x64']) {
  const work = join(folder, 'work');
  run(process.execPath, 'scripts/single-file.ts', platform, work);
  const suffix = platform.startsWith('win') ? '.exe' : '';
  cpSync(join(work, `${name}${suffix}`), made(`-${platform}${suffix}`));
  cpSync(join(work, 'LICENSES'), made('-LICENSES'));
  rmSync(work, { recursive: true });
}

const sum = (file: string): string =>
  createHash('sha256')
    .update(readFileSync(join(folder, file)))
    .digest('hex');
const sums = readdirSync(folder)
  .sort()
  .map(file => `${sum(file)}  ${file}`);
const text = `${sums.join('\n')}\n`;
writeFileSync(join(folder, 'SHA256SUMS'), text);
process.stdout.write(text);
if (theirs !== undefined) {
  const other = sums.filter(line => !theirs.includes(line)).map(line => line.replace(/^\S+ +/, ''));
  process.stdout.write(other.length === 0 ? 'All of these are the same.\n' : `These differ: ${other.join(', ')}\n`);
  process.exitCode = other.length === 0 ? 0 : 1;
}
