import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

/**
 * A lint of days: tests hold on any of them. A world has one clock (`World.now`), which its objects, events and certificates
 * take, and its runs are told the time of. `npm run test:days` shows it with the clock moved.
 */
const filesOf = (folder: string, ending: RegExp): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(name => join(folder, name))
    .filter(file => ending.test(file))
    .sort();
const isOwn = (file: string): boolean => file.endsWith('any-day.test.ts');
const tests = filesOf('test', /\.ts$/).filter(file => !isOwn(file));
const codeOf = (file: string): string => readFileSync(file, 'utf8').replace(/^ *(?:\/\/|\/?\*).*$/gm, '');

/** Files that read the machine's clock, with the reason why the day makes no difference to them. */
const byTheMachine: Readonly<Record<string, string>> = {
  'test/audit/hung-destination.slow.test.ts': 'the clock is jest’s',
  'test/audit/least-calls.slow.test.ts': 'the expiry of a token',
  'test/browser/open-report.ts': 'a duration',
  'test/cli/prove.slow.test.ts': 'a token, which STS compares with its own clock',
  'test/cli/scan-behind-proxy.slow.test.ts': 'the time of a world whose runs are of now',
  'test/cli/scan-control-policies.slow.test.ts': 'the time of a world whose runs are of now',
  'test/cli/scan-failures.slow.test.ts': 'the time of a world whose runs are of now',
  'test/cli/scan.slow.test.ts': 'the time of a world whose runs are of now',
  'test/cli/scan/refused.slow.test.ts': 'the last use of roles whose runs are of now',
  'test/collect/issuer/discovery-faults.slow.test.ts': 'durations',
  'test/collect/issuer/running-issuers.ts': 'OpenSSL compares certificates with the machine’s clock',
  'test/collect/issuer/verify-chain.slow.test.ts': 'certificates around now',
  'test/collect/kubernetes/cluster-readers.slow.test.ts': 'the expiry of a token',
  'test/collect/kubernetes/read-rbac.slow.test.ts': 'the expiry of a token',
  'test/collect/odd-answers.slow.test.ts': 'the expiry of a token',
  'test/contract/doctor.slow.test.ts': 'a run of an hour ago',
  'test/contract/handlers.slow.test.ts': 'an execution of now',
  'test/sandbox/aws/web-identity.slow.test.ts': 'a token, which STS compares with its own clock',
  'test/sandbox/door/clock.slow.test.ts': 'the clock of a process under test, in the code of a function',
  'test/support/captured-io.ts': 'the time of a run that is told none',
  'test/support/door/played-scenario.ts': 'the time of a world whose runs are of now',
  'test/support/first-world.ts': 'the time of a world whose runs are of now',
  'test/support/invoke-handlers.ts': 'the clock that it moves',
  'test/support/moto.ts': 'a duration',
  'test/support/run-handlers.ts': 'a run of now',
};
const readsMachine = /\bnew Date\(\)|\bDate\.now\b/;

test('no other test reads the machine’s clock: it takes that of its world', () => {
  const found = tests.filter(file => readsMachine.test(codeOf(file)));
  expect(found.filter(file => !(file in byTheMachine))).toEqual([]);
  expect(Object.keys(byTheMachine).filter(file => !found.includes(file))).toEqual([]);
});

/** Versions of policies and APIs. */
const isVersion = (day: string): boolean => day < '2017-01-01';
const day = /(?<!\d)20\d\d-\d\d-\d\d(?!\d)/g;
const daysIn = (text: string): readonly string[] =>
  [...text.matchAll(day)].map(([found]) => found).filter(found => !isVersion(found));

/** Days in files whose runs are of now, each with the reason why it holds on any day. */
const daysOfNow: Readonly<Record<string, readonly string[]>> = {
  'test/audit/hung-destination.slow.test.ts': ['2026-11-02'],
  'test/audit/least-calls.slow.test.ts': ['2026-11-25'],
  // Commands that are told the time.
  'test/cli/fix/fix-command.slow.test.ts': ['2026-11-01', '2099-01-01'],
  'test/cli/fix/of-a-table.slow.test.ts': ['2026-11-04', '2026-11-06'],
  // Before every run.
  'test/cli/reach/developer-to-administrator.slow.test.ts': ['2026-02-01'],
  // Before every run.
  'test/cli/scan/refused.slow.test.ts': ['2026-01-10'],
  // 1,700,000,000 seconds as an instant.
  'test/collect/odd-answers.slow.test.ts': ['2023-11-14'],
  // Words of a table, which replace its times.
  'test/sandbox/alerts.slow.test.ts': ['2026-11-01'],
  'test/sandbox/terminal.slow.test.ts': ['2026-11-01'],
};
const runsOfNow = /\bstartSandbox\(|\buseFirstWorld\(|\bleadToSandbox\(/;

test('a test whose runs are of now names no day', () => {
  const found = tests
    .filter(file => file.endsWith('.test.ts'))
    .filter(file => readsMachine.test(codeOf(file)) || runsOfNow.test(codeOf(file)))
    .map(file => [file, [...new Set(daysIn(codeOf(file)))].sort()] as const)
    .filter(([, days]) => days.length > 0);
  expect(Object.fromEntries(found)).toEqual(daysOfNow);
});

/** Golden files with days that were worked out from those of their world. */
const workedOut = [
  'test/golden/digests/',
  'test/golden/every-fault.txt',
  'test/golden/findings-waivers.txt',
  'test/golden/stories/',
  'test/golden/whole-report/',
  'test/golden/whole/collect/kubernetes/read-kubernetes-facts.slow.txt',
  'test/golden/whole/facts/paired-clusters.txt',
  'test/golden/whole/rules/every-limit.txt',
  'test/golden/whole/rules/further-account-worlds.txt',
  'test/golden/whole/rules/turning-points.slow.txt',
];

test('a golden file holds no day that its world does not name: another one would be that of the machine', () => {
  const named = new Set(
    [
      ...['lib', 'sandbox', 'lambdas'].flatMap(folder => filesOf(folder, /\.(?:ts|json)$/)),
      ...filesOf('test', /\.(?:ts|json|txt|ya?ml|tf|md)$/),
    ]
      .filter(file => !file.startsWith('test/golden/') && !isOwn(file))
      .flatMap(file => daysIn(readFileSync(file, 'utf8'))),
  );
  const goldens = filesOf('test/golden', /\.\w+$/);
  expect(goldens.length).toBeGreaterThan(100);
  const strange = goldens.flatMap(file => {
    const days = daysIn(readFileSync(file, 'utf8')).filter(found => !named.has(found));
    return days.length > 0 ? [[file, days[0]]] : [];
  });
  expect(strange.filter(([file = '']) => !workedOut.some(known => file.startsWith(known)))).toEqual([]);
});
