/**
 * A process that runs test files of the folder that it is started in, one after the other, and keeps what they loaded. For
 * each message it forgets the modules that a mistake touches, runs the tests up to the first that fails, and tells each.
 */
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { isSlow } from './order.ts';

/** A request: test files in order, and sources whose modules are loaded again. */
export interface Ask {
  readonly tests: readonly string[];
  readonly changed: readonly string[];
}

/** An answer: a test file that has run, with the first failure; or that all have run. */
export type Told =
  | { readonly test: string; readonly seconds: number; readonly failure?: string }
  | { readonly done: true; readonly bytes: number };

const rootDir = resolve('.');
const require = createRequire(join(rootDir, 'package.json'));
const { readConfigs } = require('jest-config');
const { default: Runtime } = require('jest-runtime');
const { default: TestRunner } = require('jest-runner');
const { forget } = require(join(rootDir, 'scripts/jest-shared-runtime.cjs'));

const argv = { _: [], $0: '', runInBand: true, silent: true, ci: true, watchman: false, cache: true };
const { globalConfig, configs } = await readConfigs(argv, [rootDir]);

// biome-ignore lint/suspicious/noExplicitAny: jest tells no types of what its parts hand to each other
const contexts: Record<string, any> = {};
for (const config of configs) {
  const fast = { ...config, testEnvironment: join(rootDir, 'scripts/mutation/fail-fast-environment.cjs') };
  const options = { console, maxWorkers: 1, watch: false, watchman: false };
  contexts[config.displayName.name] = await Runtime.createContext(fast, options);
}

const run = (test: string): Promise<string | undefined> =>
  new Promise((told, failed) => {
    const timeout = isSlow(test) ? 60_000 : 10_000;
    const runner = new TestRunner({ ...globalConfig, testTimeout: timeout }, {});
    runner.on('test-file-failure', ([, error]: [unknown, Error]) => told(`${error.message ?? error}`));
    // biome-ignore lint/suspicious/noExplicitAny: as above
    runner.on('test-file-success', ([, result]: [unknown, any]) => {
      // biome-ignore lint/suspicious/noExplicitAny: as above
      const failure = result.testResults.find((each: any) => each.status === 'failed');
      const text = failure ? `${failure.fullName}: ${failure.failureMessages[0]}` : result.testExecError?.message;
      told(text === undefined && result.numFailingTests > 0 ? 'a test failed' : text);
    });
    const context = contexts[isSlow(test) ? 'slow' : 'quick'];
    runner
      .runTests([{ context, path: join(rootDir, test) }], { isInterrupted: () => false }, { serial: true })
      .catch(failed);
  });

const tell = (told: Told): void => void process.send?.(told);

process.on('message', async ({ tests, changed }: Ask) => {
  forget(changed.map(file => join(rootDir, file)));
  for (const test of tests) {
    const began = performance.now();
    const failure = await run(test).catch(error => String(error));
    const seconds = (performance.now() - began) / 1000;
    tell({ test, seconds, ...(failure === undefined ? {} : { failure }) });
    if (failure !== undefined) break;
  }
  tell({ done: true, bytes: process.memoryUsage().rss });
});
tell({ done: true, bytes: 0 });
