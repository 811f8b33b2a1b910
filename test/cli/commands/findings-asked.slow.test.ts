/** The questions that `findings` makes of its options, and pages that follow each other, over a table that is handed in. */
import { Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { findingsCommandOf } from '../../../lib/cli/commands/findings.ts';
import type { Io } from '../../../lib/cli/shell/io.ts';
import { aFinding } from '../../report/sample-report.ts';

const names = {
  ...{ accounts: ['111122223333'], clusters: ['shop', 'media'], namespaces: ['checkout', 'orders'] },
  ...{ serviceAccounts: ['checkout/cart', 'orders/refund'], roles: ['cart', 'refund'] },
};
type Page = { readonly items: readonly object[]; readonly cursor?: string; readonly newer?: number };
const known = (letter: string) => ({
  finding: aFinding({ id: letter.repeat(32) }),
  ...{
    status: 'open',
    version: 1,
    firstSeenAt: '2026-10-01T06:00:00.000Z',
    changedAt: '2026-10-02T06:00:00.000Z',
    runId: 'r',
  },
});
const run = (startedAt: string) => ({ runId: startedAt, startedAt, endedAt: startedAt, counts: {}, toolVersion: '1' });

const said = async (
  words: readonly string[],
  pages: Readonly<Record<string, Page>> = {},
  skipped: readonly object[] = [],
) => {
  const asked: unknown[] = [];
  const page = (filter: unknown, of: { readonly cursor?: string }) => {
    asked.push([filter, of]);
    return Promise.resolve(pages[of.cursor ?? ''] ?? { items: [] });
  };
  const queries = {
    ...{ list: page, history: page, names: () => Promise.resolve(names) },
    runs: (of: { readonly cursor?: string }) => page('runs', of),
    skippedRuns: (since: string) => {
      asked.push(['skipped', since]);
      return Promise.resolve(skipped);
    },
  };
  const texts = { out: '', err: '' };
  const into = (key: 'out' | 'err') =>
    new Writable({
      write: (chunk, _encoding, done) => {
        texts[key] += String(chunk);
        done();
      },
    });
  let code: number | undefined;
  const io = {
    ...{
      stdout: into('out'),
      stderr: into('err'),
      env: { HOME: '/nowhere' },
      cwd: '/',
      now: () => '2026-11-01T06:00:00.000Z',
    },
    ...{ stdoutIsTerminal: false, stderrIsTerminal: false },
    exit: (of: number) => {
      code = of;
    },
  };
  const command = findingsCommandOf(async () => queries as never)(io as unknown as Io);
  for (const one of [command, ...command.commands]) one.exitOverride().configureOutput({ writeErr: () => undefined });
  await command.parseAsync([...words], { from: 'user' });
  return { asked, code, ...texts };
};

test.each<[string, object]>([
  ['', { status: 'open' }],
  ['--status any', {}],
  ['--status resolved --min-severity high', { status: 'resolved', minSeverity: 'high' }],
  ['--cluster shop --account 111122223333', { status: 'open', clusterName: 'shop', accountId: '111122223333' }],
  ['-n checkout --service-account cart', { status: 'open', namespace: 'checkout', serviceAccount: 'cart' }],
  ['--service-account orders/refund', { status: 'open', namespace: 'orders', serviceAccount: 'refund' }],
  ['-n orders --service-account orders/refund', { status: 'open', namespace: 'orders', serviceAccount: 'refund' }],
  ['--role refund --rule webhook-missing', { status: 'open', role: 'refund', ruleId: 'webhook-missing' }],
  ['--changed-since 2026-10-01', { status: 'open', changedSince: '2026-10-01T00:00:00.000Z' }],
  ['--changed-since 2026-10-01T02:00:00+02:00', { status: 'open', changedSince: '2026-10-01T00:00:00.000Z' }],
])('list %s', async (words, filter) => {
  const { asked } = await said(['list', ...words.split(' ').filter(Boolean)], { '': { items: [known('a')] } });
  expect(asked).toEqual([[filter, { limit: 50 }]]);
});

test.each<[readonly string[], string]>([
  [
    ['-n', 'checkout', '--service-account', 'orders/refund'],
    'which is in namespace "orders", and --namespace "checkout"',
  ],
  [['--changed-since', 'yesterday'], '--changed-since: got "yesterday", wanted a date such as 2026-11-01'],
  [['--changed-since', '1'], '--changed-since: got "1"'],
  [['--changed-since', '2026-13-01'], '--changed-since: got "2026-13-01"'],
  [['--cluster', 'shops'], '--cluster: unknown cluster "shops"; did you mean shop?'],
  [['--cluster', 'shop', '--namespace', 'order'], '--namespace: unknown namespace "order"; did you mean orders?'],
  [['--service-account', 'orders/cart'], '--service-account: unknown service account "orders/cart"'],
  [['--role', 'arn:aws:iam::111122223333:role/teams/carts'], '--role: unknown role "'],
])('list %j is refused', async (words, message) => {
  await expect(said(['list', ...words])).rejects.toMatchObject({
    ...{ name: 'UsageError', message: expect.stringContaining(message) },
  });
});

test.each([
  ['--cluster', 'media'],
  ['--service-account', 'refund'],
  ['--service-account', 'orders/refund'],
  ['--role', 'arn:aws:iam::111122223333:role/teams/cart'],
])('%s %s has no finding, and is known', async (...words) => {
  const { err, code } = await said(['list', ...words]);
  expect([err, code]).toEqual(['No findings match.\n', 0]);
});

const pages = {
  '': { items: [known('a')], cursor: 'two' },
  two: { items: [known('b')], cursor: 'three', newer: 2 },
  three: { items: [known('c')] },
};

test.each<[readonly string[], readonly (string | undefined)[], readonly string[], number, string]>([
  [[], [undefined], ['a'], 0, 'There is more: add --cursor two or --all'],
  [['--cursor', 'two'], ['two'], ['b'], 3, 'There is more: add --cursor three or --all'],
  [['--all'], [undefined, 'two', 'three'], ['a', 'b', 'c'], 3, ''],
  [['--all', '--cursor', 'three'], ['three'], ['c'], 0, ''],
  [['--all', '--cursor', 'two', '--limit', '7'], ['two', 'three'], ['b', 'c'], 3, ''],
])('list %j', async (words, cursors, letters, code, more) => {
  const told = await said(['list', '--json', ...words], pages);
  const limit = words.includes('7') ? 7 : 50;
  expect(told.asked).toEqual(cursors.map(cursor => [{ status: 'open' }, { limit, ...(cursor && { cursor }) }]));
  expect((JSON.parse(told.out) as { finding: { id: string } }[]).map(({ finding }) => finding.id[0])).toEqual(letters);
  const [last = ''] = told.err.trim().split('\n').slice(-1);
  expect([told.code, last.startsWith('A newer version') ? '' : last]).toEqual([code, more]);
});

test.each([
  ['two', 'at least 2 items'],
  ['', '1 item'],
])('items of a newer version on page %j are all that there are on the last one alone', async (cursor, items) => {
  const of = { ...pages, '': { items: [], newer: 1 } };
  const { err } = await said(['list', '--all', '--json', ...(cursor && ['--cursor', cursor])], of);
  expect(err).toBe(`A newer version of irsa-auditor wrote ${items} of the table: kept, and not read.\n`);
});

test('a page whose items are all of a newer version is not empty', async () => {
  const { err, code } = await said(['list', '--cluster', 'none'], { '': { items: [], newer: 1 } });
  const note = 'A newer version of irsa-auditor wrote 1 item of the table: kept, and not read.\n';
  expect([err, code]).toEqual([note, 3]);
});

test('skipped runs stand among the runs of their page: to its own newest one, and from the newest of the next', async () => {
  const of = {
    '': { items: [run('2026-10-09'), run('2026-10-07')], cursor: 'two' },
    two: { items: [run('2026-10-05'), run('2026-10-03')], cursor: 'three' },
    three: { items: [run('2026-10-01')] },
  };
  const skipped = ['2026-10-10', '2026-10-06', '2026-10-04'].map(startedAt => ({ ...run(startedAt), why: 'held' }));
  const runsOf = async (...words: readonly string[]) => {
    const { out, asked } = await said(['runs', '--json', ...words], of, skipped);
    return [(JSON.parse(out) as { startedAt: string }[]).map(({ startedAt }) => startedAt.slice(8)), asked.at(-1)];
  };
  expect(await runsOf()).toEqual([
    ['10', '09', '07', '06', '04'],
    ['skipped', '2026-10-05'],
  ]);
  expect(await runsOf('--cursor', 'two')).toEqual([
    ['05', '04', '03'],
    ['skipped', '2026-10-01'],
  ]);
  expect(await runsOf('--all')).toEqual([
    ['10', '09', '07', '06', '05', '04', '03', '01'],
    ['skipped', ''],
  ]);
});
