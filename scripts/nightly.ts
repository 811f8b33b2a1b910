/**
 * The long checks: every case of the sweeps of which `npm test` runs a sample, the trials of the policy core, a second
 * opinion on its decisions, all tests with the clock at another day, seeded schedules of faults, fifty mistakes that the tests must see. `--minutes 20` runs those parts that fit in that time, in this
 * order; each part says how long it takes on two idle cores. Exit code 1 if any part failed.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { minutes: { type: 'string' } } });
const limit = values.minutes === undefined ? Number.POSITIVE_INFINITY : Number(values.minutes);
if (Number.isNaN(limit)) throw new Error(`--minutes ${values.minutes}, want a number`);

/** Test files whose cases `npm test` samples. */
const sampled = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.test.ts'))
  .map(name => join('test', name))
  .filter(file => readFileSync(file, 'utf8').includes("/support/sample.ts'"));

const quiet = '--disable-warning=ExperimentalWarning';
const jest = ['--experimental-vm-modules', quiet, 'node_modules/jest/bin/jest.js'];
/** Other mistakes each day; the seed shows them again. */
const seedOfToday = `${Math.floor(Date.now() / 86_400_000)}`;
const faults = (from: number, count: number): readonly string[] =>
  [quiet, 'scripts/faults.ts', '--from', `${from}`, '--count', `${count}`, '--jobs', '2'].map(String);

interface Part {
  readonly name: string;
  readonly minutes: number;
  readonly args: readonly string[];
  /** Its tests run as samples, as `npm test` runs them. */
  readonly isSampled?: true;
}

const parts: readonly Part[] = [
  {
    name: 'a tenth of the trials of the policy core',
    minutes: 1,
    args: ['scripts/nightly-trust.ts', '--scale', '0.1'],
  },
  { name: 'a second opinion on decisions', minutes: 1, args: ['scripts/third-voice.ts', '5000'] },
  { name: 'schedules 301 to 1300', minutes: 4, args: faults(301, 1_000) },
  { name: 'every case of the sweeps', minutes: 13, args: [...jest, '--runTestsByPath', ...sampled] },
  {
    name: `fifty mistakes of seed ${seedOfToday}`,
    minutes: 15,
    args: [quiet, 'scripts/mutation.ts', '--count', '50', '--seed', seedOfToday, '--minutes', '15'],
    isSampled: true,
  },
  {
    name: 'all tests on a day by chance',
    minutes: 10,
    args: ['scripts/test-days.ts', '--seed', seedOfToday],
    isSampled: true,
  },
  { name: 'the files of a release', minutes: 2, args: ['scripts/release.ts'] },
  { name: 'the same files again', minutes: 2, args: ['scripts/release.ts', '--compare', 'release/SHA256SUMS'] },
  { name: 'all trials of the policy core', minutes: 15, args: ['scripts/nightly-trust.ts'] },
  { name: 'schedules 1301 to 10000', minutes: 31, args: faults(1_301, 8_700) },
];

const began = performance.now();
const minutesSince = (start: number): number => (performance.now() - start) / 60_000;
const failed: string[] = [];
for (const { name, minutes, args, isSampled } of parts) {
  if (minutesSince(began) + minutes > limit) {
    process.stdout.write(`\n== ${name}: left out, it takes ${minutes} minutes\n`);
    continue;
  }
  process.stdout.write(`\n== ${name}\n`);
  const start = performance.now();
  const env = isSampled ? process.env : { ...process.env, IRSA_AUDITOR_WHOLE: '1' };
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', env });
  if (status !== 0) failed.push(name);
  process.stdout.write(
    `== ${name}: ${status === 0 ? 'ok' : `FAILED (${status})`} in ${minutesSince(start).toFixed(1)} min\n`,
  );
}
if (failed.length > 0) process.stdout.write(`\nFAILED: ${failed.join(', ')}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
