/** moto, someone else's implementation of AWS, for the contract tests, started on a free loopback port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { installedProgram } from './installed-program.ts';

const wanted = { name: 'moto_server', check: ['--help'], pip: 'moto[server]==5.2.1', apt: 'python3-moto' } as const;

/** A running moto server. `reset` empties it. */
export interface Moto {
  readonly url: string;
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts moto. Throws one sentence if it is nowhere and cannot be installed. */
export const startMoto = async (): Promise<Moto> => {
  const { command } = await installedProgram(wanted);
  const port = await freePort();
  const child = spawn(command, ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PYTHONPATH: join(import.meta.dirname, 'moto'), PYTHONDONTWRITEBYTECODE: '1' },
  });
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

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free loopback port');
  return address.port;
};

/** Waits until the server answers, at most two minutes; ends early if it dies. */
const answering = async (child: ChildProcess, url: string, log: readonly string[]): Promise<void> => {
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`moto ended at once: ${log.join('').slice(-300)}`);
    try {
      await fetch(`${url}/moto-api/data.json`, { signal: AbortSignal.timeout(1_000) });
      return;
    } catch {
      await after(50);
    }
  }
  throw new Error(`moto did not answer within two minutes: ${log.join('').slice(-300)}`);
};
