/**
 * Programs of others that tests run: of the PATH, else of .venv of this repository, else installed now: with pip into
 * .venv, or (as root, on Debian) with apt-get.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { perWorker } from './per-worker.ts';

const run = promisify(execFile);
const venv = join(import.meta.dirname, '..', '..', '.venv');
/** Where pip puts programs for tests. */
export const binaries = join(venv, 'bin');
const installLimit = 240_000;

/** A program, the arguments with which it says that it works, and the packages that have it. */
export interface WantedProgram {
  readonly name: string;
  readonly check: readonly string[];
  /** With its version. */
  readonly pip?: string;
  readonly apt?: string;
}

/** A program that works. */
export interface FoundProgram {
  /** Absolute, or a name for the PATH. */
  readonly command: string;
  /** The first line that it prints when it is checked. */
  readonly says: string;
  readonly from: 'of the PATH' | 'installed for the test';
}

/** PATH with what pip has installed for tests behind it. */
export const pathWithInstalled = (): string => [process.env.PATH ?? '', binaries].join(delimiter);

/** Finds or installs a program, once a worker. Throws one sentence that says what was tried. */
export const installedProgram = (wanted: WantedProgram): Promise<FoundProgram> =>
  perWorker(`program ${wanted.name}`, () => findOrInstall(wanted));

const findOrInstall = async (wanted: WantedProgram): Promise<FoundProgram> => {
  const { name, pip, apt } = wanted;
  const inVenv = join(binaries, name);
  const found = await working(wanted, name, 'of the PATH');
  if (found !== undefined) return found;
  const tried: string[] = [];
  const installs: readonly (readonly [string, string | undefined, () => Promise<unknown>, string])[] = [
    ['.venv', pip, async () => undefined, inVenv],
    ['pip install', pip, () => withPip(pip ?? ''), inVenv],
    ['apt-get install', apt, () => withApt(apt ?? ''), name],
  ];
  for (const [how, what, install, command] of installs) {
    if (what === undefined) continue;
    try {
      await install();
      const installed = await working(wanted, command, 'installed for the test');
      if (installed !== undefined) return installed;
      tried.push(`${how}: ${command} does not run`);
    } catch (error) {
      tried.push(`${how} ${what}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    }
  }
  throw new Error(`${name} is not here and could not be installed; this test needs it (${tried.join('; ')})`);
};

const working = async (
  { check }: WantedProgram,
  command: string,
  from: FoundProgram['from'],
): Promise<FoundProgram | undefined> => {
  try {
    const { stdout } = await run(command, [...check], { timeout: 240_000 });
    return { command, says: stdout.split('\n')[0] ?? '', from };
  } catch {
    return undefined;
  }
};

const withPip = async (requirement: string): Promise<void> => {
  if (!existsSync(binaries)) await run('python3', ['-m', 'venv', venv], { timeout: installLimit });
  await run(join(binaries, 'pip'), ['install', '--quiet', requirement], { timeout: installLimit });
};

const withApt = async (name: string): Promise<void> => {
  if (process.getuid?.() !== 0) throw new Error('not root');
  const options = { timeout: installLimit };
  const install = () => run('apt-get', ['install', '-y', '-q', '-o', 'DPkg::Lock::Timeout=180', name], options);
  // A fresh machine has no lists of packages, or old ones.
  await install().catch(async () => {
    await run('apt-get', ['update', '-q'], options).catch(() => undefined);
    await install();
  });
};
