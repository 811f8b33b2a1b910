/**
 * `npm test`: all tests, with sweeps as a sample drawn by seed; beside them type check, lint, unused code and docs, which
 * are told when the tests have ended. Names each skip with its reason; with `CI=true` a skip that CI could have avoided
 * fails. Ends with one line that counts the tests, from jest's own JSON result. A step that fails does not hide the others;
 * the exit code tells. `--quick`, for `npm run test:quick`: types, lint and the quick tests.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { type Check, quickChecks, startChecks } from './checks.ts';
import { skipLines, skippable, skipsOf } from './skips.ts';

const isQuick = process.argv.includes('--quick');
const asked = process.argv.slice(2).filter(word => word !== '--quick');
const given = process.env.IRSA_AUDITOR_SEED ?? '7';
const seed = given === 'random' ? String(Math.floor(Math.random() * 2 ** 31)) : given;
const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-test-'));
/** Programs that tests start take compiled code from each other, and tests what takes long to make (test/support/made-once.ts). */
const env = {
  ...process.env,
  IRSA_AUDITOR_SEED: seed,
  IRSA_AUDITOR_MADE: join(folder, 'made'),
  NODE_COMPILE_CACHE: join(folder, 'compiled'),
};

const run = async (title: string, args: readonly string[]): Promise<boolean> => {
  process.stdout.write(`\n== ${title}\n`);
  const started = Date.now();
  const [status] = await once(spawn(process.execPath, [...args], { stdio: 'inherit', env }), 'close');
  process.stdout.write(
    `== ${title}: ${status === 0 ? 'ok' : `FAILED (${status})`} in ${((Date.now() - started) / 1000).toFixed(1)} s\n`,
  );
  return status === 0;
};

const resultFile = join(folder, 'jest.json');
/** Tests make much that is soon garbage: room for more of it, from the start, saves a tenth of their time. */
const jest = [
  '--min-semi-space-size=32',
  '--max-semi-space-size=64',
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
];

const otherChecks: readonly Check[] = [
  ['unused code', 'knip', []],
  ['generated docs', process.execPath, ['scripts/docs.ts', '--check']],
];
const checks = startChecks(isQuick ? quickChecks : [...quickChecks, ...otherChecks]);
/** Quick tests wait for nothing: another worker would only load the modules once more. */
const quick = isQuick ? ['--selectProjects', 'quick', '--maxWorkers', `${availableParallelism()}`] : [];
const tests = [...jest, '--json', `--outputFile=${resultFile}`, ...asked, ...quick];
const steps = [
  isQuick || (await run('programs of others', ['scripts/install-programs.ts'])),
  await run('tests', tests),
  await checks.told(),
];

const counts = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numFailedTestSuites: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
});
const told: unknown = existsSync(resultFile) ? JSON.parse(readFileSync(resultFile, 'utf8')) : undefined;
rmSync(folder, { recursive: true, force: true });
const result = told === undefined ? undefined : counts.parse(told);
const skips = told === undefined ? [] : skipsOf(skippable.parse(told), existsSync);
for (const line of skipLines(skips)) process.stdout.write(`${line}\n`);
process.stdout.write(`\nsamples of seed ${seed}; IRSA_AUDITOR_WHOLE=1 runs every case\n`);

const isRefused = process.env.CI === 'true' && skips.some(({ isRefusedInCi }) => isRefusedInCi);
const ok =
  steps.every(Boolean) &&
  result !== undefined &&
  result.numPassedTests > 0 &&
  result.numFailedTestSuites === 0 &&
  !isRefused;
const failed = (result?.numFailedTests ?? 0) + (ok || (result?.numFailedTests ?? 0) > 0 ? 0 : 1);
const skipped = (result?.numPendingTests ?? 0) + (result?.numTodoTests ?? 0);
process.stdout.write(`${result?.numPassedTests ?? 0} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = ok ? 0 : 1;
