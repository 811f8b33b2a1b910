/** A warm process of tests, started again when it hangs, dies or has grown. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Ask, Told } from './worker.ts';

/** How the tests of a mistake ended: the file that failed and how, or undefined where all passed. */
export interface Failed {
  readonly test: string;
  readonly failure: string;
}

export interface Session {
  /** Runs tests up to the first that fails. `measured` is told how long each one took. */
  readonly run: (ask: Ask, measured: (test: string, seconds: number) => void) => Promise<Failed | undefined>;
  readonly stop: () => void;
}

const mostBytes = 2_500_000_000;
/** No test file of the project takes as long, even on a busy machine. */
const silence = 240_000;

const started = async (cwd: string): Promise<ChildProcess> => {
  const child = fork(join(cwd, 'scripts/mutation/worker.ts'), [], {
    cwd,
    execArgv: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', '--max-old-space-size=4096'],
    env: { ...process.env, CI: 'true', NODE_ENV: 'test' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // With its programs of others in one group, so that none stays when it is stopped.
    detached: true,
  });
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`the process of the tests ended with ${code}`))),
  ]);
  return child;
};

export const startSession = (cwd: string): Session => {
  let child: ChildProcess | undefined;
  const stop = (): void => {
    if (child?.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    child = undefined;
  };
  const run: Session['run'] = async (ask, measured) => {
    child ??= await started(cwd);
    const asked = child;
    let next = 0;
    let failed: Failed | undefined;
    return new Promise(resolve => {
      const end = (answer: Failed | undefined, isOver: boolean): void => {
        clearTimeout(timer);
        asked.removeAllListeners();
        if (isOver) stop();
        resolve(answer);
      };
      const lost = (failure: string): void => end({ test: ask.tests[next] ?? '', failure }, true);
      let timer = setTimeout(lost, silence, 'hangs');
      asked.on('exit', () => lost('the process of the tests ended'));
      asked.on('message', (told: Told) => {
        clearTimeout(timer);
        timer = setTimeout(lost, silence, 'hangs');
        if ('done' in told) return end(failed, told.bytes > mostBytes);
        next += 1;
        if (told.failure === undefined) measured(told.test, told.seconds);
        else failed = { test: told.test, failure: told.failure };
      });
      asked.send(ask);
    });
  };
  return { run, stop };
};
