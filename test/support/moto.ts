/**
 * moto, someone else's implementation of AWS, for the contract tests. It is found on PATH, else installed into .venv of
 * this repository, else (as root, on Debian) with apt-get; and started on a free loopback port.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');
const inVenv = join(root, '.venv', 'bin', 'moto_server');
const installLimit = 180_000;

/** A running moto server. `reset` empties it. */
export interface Moto {
  readonly url: string;
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts moto. Throws one sentence that says how to get it if it is nowhere and cannot be installed. */
export const startMoto = async (): Promise<Moto> => {
  const command = await motoCommand();
  const port = await freePort();
  const child = spawn(command, ['-H', '127.0.0.1', '-p', String(port)], { stdio: ['ignore', 'ignore', 'pipe'] });
  const log: string[] = [];
  child.stderr?.on('data', chunk => log.push(String(chunk)));
  const url = `http://127.0.0.1:${port}`;
  try {
    await answering(child, url, log);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    url,
    reset: async () => {
      await fetch(`${url}/moto-api/reset`, { method: 'POST' });
    },
    stop: async () => {
      if (child.exitCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
};

/** The command that starts moto: the first of PATH, .venv, and what can be installed now. */
const motoCommand = async (): Promise<string> => {
  if (await works('moto_server')) return 'moto_server';
  if (existsSync(inVenv) && (await works(inVenv))) return inVenv;
  const tried: string[] = [];
  const attempt = async (what: string, install: () => Promise<void>, command: string): Promise<boolean> => {
    try {
      await install();
      return await works(command);
    } catch (error) {
      tried.push(`${what}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`);
      return false;
    }
  };
  if (await attempt('python3 -m venv and pip', installInVenv, inVenv)) return inVenv;
  if (await attempt('apt-get install python3-moto', installWithApt, 'moto_server')) return 'moto_server';
  throw new Error(
    `moto is not here and could not be installed; the contract tests need it: pip install 'moto[server]' (${tried.join('; ')})`,
  );
};

const works = async (command: string): Promise<boolean> => {
  try {
    await run(command, ['--help'], { timeout: 30_000 });
    return true;
  } catch {
    return false;
  }
};

const installInVenv = async (): Promise<void> => {
  await run('python3', ['-m', 'venv', join(root, '.venv')], { timeout: installLimit });
  await run(join(root, '.venv', 'bin', 'pip'), ['install', '--quiet', 'moto[server]'], { timeout: installLimit });
};

const installWithApt = async (): Promise<void> => {
  if (process.getuid?.() !== 0) throw new Error('not root');
  await run('apt-get', ['install', '-y', '-q', 'python3-moto'], { timeout: installLimit });
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free loopback port');
  return address.port;
};

/** Waits until the server answers, at most 20 s; ends early if it dies. */
const answering = async (child: ChildProcess, url: string, log: readonly string[]): Promise<void> => {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`moto ended at once: ${log.join('').slice(-300)}`);
    try {
      await fetch(`${url}/moto-api/data.json`, { signal: AbortSignal.timeout(1_000) });
      return;
    } catch {
      await after(50);
    }
  }
  throw new Error(`moto did not answer within 20 s: ${log.join('').slice(-300)}`);
};
