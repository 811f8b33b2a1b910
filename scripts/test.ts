/**
 * `npm test`: type check, lint, unused code, docs, then every jest project. Ends with one line that counts the tests,
 * from jest's own JSON result. A step that fails does not hide the later ones; the exit code tells.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

const run = (title: string, command: string, args: readonly string[]): boolean => {
  process.stdout.write(`\n== ${title}\n`);
  const started = Date.now();
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  process.stdout.write(
    `== ${title}: ${status === 0 ? 'ok' : `FAILED (${status})`} in ${((Date.now() - started) / 1000).toFixed(1)} s\n`,
  );
  return status === 0;
};

const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-test-'));
const resultFile = join(folder, 'jest.json');
const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];

const steps = [
  run('types', 'tsc', []),
  run('types of the page', 'tsc', ['-p', 'lib/report/page']),
  run('lint', 'biome', ['check', '.']),
  run('unused code', 'knip', []),
  run('generated docs', process.execPath, ['scripts/docs.ts', '--check']),
  run('browser for the report', process.execPath, ['scripts/install-chromium.ts']),
  run('tests', process.execPath, [...jest, '--json', `--outputFile=${resultFile}`, ...process.argv.slice(2)]),
];

const counts = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numFailedTestSuites: z.int(),
  numPendingTests: z.int(),
});
const result = existsSync(resultFile) ? counts.parse(JSON.parse(readFileSync(resultFile, 'utf8'))) : undefined;
rmSync(folder, { recursive: true, force: true });
const ok =
  steps.every(Boolean) && result !== undefined && result.numPassedTests > 0 && result.numFailedTestSuites === 0;
const failed = (result?.numFailedTests ?? 0) + (ok || (result?.numFailedTests ?? 0) > 0 ? 0 : 1);
process.stdout.write(
  `\n${result?.numPassedTests ?? 0} passed, ${failed} failed, ${result?.numPendingTests ?? 0} skipped\n`,
);
process.exitCode = ok ? 0 : 1;
