/**
 * `npm run test:days [-- [--seed N] [FILES] [-- OPTIONS OF JEST]]`: all tests, or those that jest is asked for (quick ones at one
 * day: `npm run test:days -- --seed 0 -- --selectProjects quick`), with the machine's clock at each of the
 * days below: the end of a year, months of 28 and 29 days, an hour that a time zone leaves out, years ahead, the first and the
 * last time zone. `--seed N` takes one of the days. libfaketime (Debian's package `faketime`, which
 * scripts/install-programs.ts installs) moves the clock of Node and of the programs that tests start; the clock goes on, and
 * timers take the time that they take. Browsers and cfn-lint (test/support/machine-clock.ts) and programs that do not call the C
 * library, as kubectl, keep the machine's clock. Without the library each day is named as skipped. Exit code 1 if a test failed on any day.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { libfaketime } from './libfaketime.ts';

/** An instant, and the time zone of the machine. */
const days = [
  ['2026-12-31T23:30:00Z', 'UTC'],
  ['2027-02-28T12:00:00Z', 'UTC'],
  ['2028-02-29T12:00:00Z', 'UTC'],
  // A minute before 02:00, after which it is 03:00.
  ['2027-03-28T00:59:00Z', 'Europe/Berlin'],
  ['2030-01-01T00:00:00Z', 'UTC'],
  ['2027-06-30T23:30:00Z', 'America/Los_Angeles'],
  ['2027-06-30T12:30:00Z', 'Pacific/Kiritimati'],
] as const;

const { values, positionals } = parseArgs({ options: { seed: { type: 'string' } }, allowPositionals: true });
const { seed } = values;
const asked = seed === undefined ? days : [days[Number(seed) % days.length] ?? days[0]];

/** The environment in which the clock is at an instant, and goes on from there. */
const clockAt = (library: string, instant: string, zone: string): NodeJS.ProcessEnv => {
  const ahead = Math.round((Date.parse(instant) - Date.now()) / 1000);
  return {
    ...process.env,
    TZ: zone,
    LD_PRELOAD: library,
    FAKETIME: `${ahead < 0 ? '' : '+'}${ahead}`,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
};

/** Whether the clock is where it is wanted: a library that does not load is no error of the loader. */
const isMoved = (env: NodeJS.ProcessEnv, instant: string): boolean => {
  const { stdout } = spawnSync(process.execPath, ['--print', 'Date.now()'], { encoding: 'utf8', env });
  return Math.abs(Number(stdout) - Date.parse(instant)) < 600_000;
};

spawnSync(process.execPath, ['scripts/install-programs.ts'], { stdio: 'inherit' });
const library = libfaketime();
const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
const told = asked.map(([instant, zone]) => {
  if (library === undefined) return `skipped, since libfaketime is not here: ${instant} ${zone}`;
  const env = clockAt(library, instant, zone);
  if (!isMoved(env, instant)) return `FAILED, ${library} does not move the clock: ${instant} ${zone}`;
  process.stdout.write(`\n== ${instant} ${zone}\n`);
  const { status } = spawnSync(process.execPath, [...jest, ...positionals], { stdio: 'inherit', env });
  return `${status === 0 ? 'ok' : `FAILED (${status})`}: ${instant} ${zone}`;
});
process.stdout.write(`\n${told.join('\n')}\n`);
process.exitCode = told.some(line => line.startsWith('FAILED')) ? 1 : 0;
