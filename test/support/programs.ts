/**
 * The real `aws` and `kubectl` for tests that carry fixes out: of the PATH, else installed: the AWS CLI with pip into .venv
 * of this repository, kubectl (as root, on Debian) with apt-get.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');
const binaries = join(root, '.venv', 'bin');
const installLimit = 240_000;

/** Where the programs are, for PATH, and which they are. */
export interface Programs {
  readonly path: string;
  /** `aws-cli/1.45.11 of the PATH, kubectl v1.32.3 of the PATH`. */
  readonly used: string;
}

/** Finds or installs both. Throws one sentence that says how to get what is missing. */
export const programs = async (): Promise<Programs> => {
  const path = [process.env.PATH ?? '', ...(existsSync(binaries) ? [binaries] : [])].join(':');
  const aws =
    (await versionOf('aws', ['--version'], path, 'of the PATH')) ??
    (await installed('aws', ['--version'], installAws, `${path}:${binaries}`));
  const kubectl =
    (await versionOf('kubectl', ['version', '--client'], path, 'of the PATH')) ??
    (await installed('kubectl', ['version', '--client'], installKubectl, path));
  return { path: `${path}:${binaries}:${dirname(process.execPath)}`, used: `${aws}, ${kubectl}` };
};

const versionOf = async (
  program: string,
  args: readonly string[],
  path: string,
  from: string,
): Promise<string | undefined> => {
  try {
    const { stdout } = await run(program, [...args], { env: { ...process.env, PATH: path }, timeout: 60_000 });
    return `${stdout.split('\n')[0]?.split(' Python')[0]} ${from}`;
  } catch {
    return undefined;
  }
};

const installed = async (
  program: string,
  args: readonly string[],
  install: () => Promise<void>,
  path: string,
): Promise<string> => {
  const why = await install().then(
    () => '',
    (error: unknown) => ` (${error instanceof Error ? error.message.split('\n')[0] : String(error)})`,
  );
  const found = await versionOf(program, args, path, 'installed for the test');
  if (found === undefined) throw new Error(`${program} is not here and could not be installed${why}`);
  return found;
};

const installAws = async (): Promise<void> => {
  if (!existsSync(binaries)) await run('python3', ['-m', 'venv', join(root, '.venv')], { timeout: installLimit });
  await run(join(binaries, 'pip'), ['install', '--quiet', 'awscli'], { timeout: installLimit });
};

const installKubectl = async (): Promise<void> => {
  if (process.getuid?.() !== 0) throw new Error('not root');
  const options = { timeout: installLimit };
  const install = () =>
    run('apt-get', ['install', '-y', '-q', '-o', 'DPkg::Lock::Timeout=180', 'kubernetes-client'], options);
  // A fresh machine has no lists of packages, or old ones.
  await install().catch(async () => {
    await run('apt-get', ['update', '-q'], options).catch(() => undefined);
    await install();
  });
};
