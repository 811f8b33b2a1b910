/** The last scan of a person: what is kept of it, that its owner alone reads it, and what later commands make of it. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  askedOptions,
  askedWords,
  asLastAsked,
  byLastScan,
  type LastScan,
  lastFindingsWith,
  lastNames,
  lastReport,
  rememberScan,
  wordsOfScans,
} from '../../../lib/cli/findings/last-scan.ts';
import type { Io } from '../../../lib/cli/shell/io.ts';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import { aFinding, aFullReport, aReport } from '../../report/sample-report.ts';
import { aRole } from '../../support/example-world.ts';

const root = mkdtempSync(join(tmpdir(), 'irsa-last-scan-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let home = root;
beforeEach(() => {
  home = mkdtempSync(join(root, 'home-'));
});

const ioOf = (env: Readonly<Record<string, string>>, now = '2026-11-02T06:00:12.500Z') => {
  const stderr = new PassThrough();
  const io = { env, cwd: '/home/here', now: () => now, stderr } as unknown as Io;
  return { io, said: () => String(stderr.read() ?? '') };
};
const factsOf = (clusters: readonly string[], roles: readonly string[]): Facts =>
  ({
    fleet: { clusters: clusters.map(name => ({ name })) },
    snapshot: { roles: complete(roles.map(name => ({ ...aRole(), name }))) },
  }) as unknown as Facts;

const folded = { id: 'f'.repeat(32), ruleId: 'r', subject: 's', message: 'm' };
const report = aReport({ findings: [aFinding({ id: 'a'.repeat(32), explains: [folded] })] });
const asked: LastScan['asked'] = {
  ...{ region: ['eu-west-1', 'eu-west-2'], profile: "o'ps", config: 'c.json', kubeconfig: '../k', caFile: '/ca.pem' },
  ...{ allRegions: true, inCluster: false },
};
const remember = (over: Partial<LastScan> = {}, facts: readonly Facts[] = []) =>
  rememberScan({ report, asked, ...over }, facts, ioOf({ HOME: home }).io);
const kept = (name: string) => JSON.parse(readFileSync(join(home, '.cache/irsa-auditor', name), 'utf8'));

describe('what is kept', () => {
  test('names are sorted, each once, and at most 5,000 of a kind; only the owner reads them', async () => {
    const many = Array.from({ length: 5001 }, (_, index) => `role-${String(index).padStart(5, '0')}`);
    const facts = [factsOf(['shop', 'b'], many), factsOf(['shop', 'a'], ['role-00000'])];
    expect(await remember({}, facts)).toBe(true);
    expect(kept('last-names.json')).toEqual({ clusters: ['a', 'b', 'shop'], roles: many.slice(0, 5000) });
    const folder = join(home, '.cache/irsa-auditor');
    expect(readdirSync(folder).sort()).toEqual(['last-names.json', 'last-scan-111122223333.json']);
    const modes = [
      join(home, '.cache'),
      folder,
      join(folder, 'last-names.json'),
      join(folder, 'last-scan-111122223333.json'),
    ];
    expect(modes.map(path => (statSync(path).mode & 0o777).toString(8))).toEqual(['700', '700', '600', '600']);
  });

  test('the report without what is drawn, and the options with files that are found from elsewhere', async () => {
    const drawn = { ...aFullReport(), findings: report.findings, graph: {}, access: [], reach: {}, trend: [] };
    await remember({ report: drawn as never });
    const scan = kept('last-scan-111122223333.json');
    expect(Object.keys(scan)).toEqual(['asked', 'report']);
    expect(scan.asked).toEqual({ ...asked, config: '/home/here/c.json', kubeconfig: '/home/k' });
    expect(Object.keys(scan.report).sort()).toEqual(
      Object.keys(drawn)
        .filter(name => !['graph', 'access', 'reach', 'trend'].includes(name))
        .sort(),
    );
    await remember({ asked: {} });
    expect(kept('last-scan-111122223333.json').asked).toEqual({});
  });

  test('in the cache that the person names, and nowhere where there is no home', async () => {
    const cache = join(home, 'cache');
    const own = ioOf({ HOME: join(home, 'other'), XDG_CACHE_HOME: cache });
    expect(await rememberScan({ report, asked }, [], own.io)).toBe(true);
    expect(readdirSync(join(cache, 'irsa-auditor'))).toHaveLength(2);
    expect(readdirSync(home)).toEqual(['cache']);
    for (const env of [{}, { HOME: '' }, { HOME: '', XDG_CACHE_HOME: '' }, { HOME: '/proc' }, { HOME: '/none/at/all' }])
      expect(await rememberScan({ report, asked }, [], ioOf(env as Record<string, string>).io)).toBe(false);
  });
});

describe('what is made of it', () => {
  test('names; none where there is no scan, or its file is another', async () => {
    const { io } = ioOf({ HOME: home });
    expect(await lastNames(io)).toEqual({ clusters: [], roles: [] });
    await remember({}, [factsOf(['shop'], ['cart'])]);
    expect(await lastNames(io)).toEqual({ clusters: ['shop'], roles: ['cart'] });
    for (const text of ['{"clusters":["a"]}', '{"clusters":[1],"roles":[]}', 'no']) {
      writeFileSync(join(home, '.cache/irsa-auditor/last-names.json'), text);
      expect(await lastNames(io)).toEqual({ clusters: [], roles: [] });
    }
    expect(await lastNames(ioOf({}).io)).toEqual({ clusters: [], roles: [] });
  });

  test('findings by the beginning of an id, also of one that is folded, with the age of the scan', async () => {
    await remember();
    const told =
      'From the last scan of account 111122223333, 1 day ago (2026-11-01T06:00:12.500Z); a new one: irsa-auditor scan\n';
    for (const prefix of ['aaaa', 'a'.repeat(32), 'ffff']) {
      const { io, said } = ioOf({ HOME: home });
      expect([(await lastFindingsWith(prefix, io))?.map(({ id }) => id), said()]).toEqual([['a'.repeat(32)], told]);
    }
    const { io, said } = ioOf({ HOME: home });
    expect([await lastFindingsWith('bbbb', io), said()]).toEqual([undefined, '']);
    expect([(await lastReport(io))?.runId, said()]).toEqual([report.runId, told]);
    expect([await lastReport(ioOf({}).io), await lastFindingsWith('aaaa', ioOf({}).io)]).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('a scan of another account loses none: each is told with its account, and an id that is in none with where it was looked for', async () => {
    const of = (accountId: string, id: string, endedAt: string) =>
      remember({
        report: {
          ...report,
          endedAt,
          accounts: [{ accountId, regions: [] }],
          findings: [aFinding({ id: id.repeat(32) })],
        },
      });
    expect(await wordsOfScans(ioOf({ HOME: home }).io)).toBe('no scan is kept here');
    await of('606060606060', 'b', '2026-11-01T06:00:12.500Z');
    await of('707070707070', 'c', '2026-11-02T05:00:12.500Z');
    await of('606060606060', 'b', '2026-11-02T04:00:12.500Z');
    const { io, said } = ioOf({ HOME: home });
    expect((await lastFindingsWith('bbbb', io))?.map(({ id }) => id)).toEqual(['b'.repeat(32)]);
    expect(said()).toBe(
      'From the last scan of account 606060606060, 2 hours ago (2026-11-02T04:00:12.500Z); a new one: irsa-auditor scan\n',
    );
    expect([(await lastReport(io))?.accounts[0]?.accountId, await lastFindingsWith('dddd', io)]).toEqual([
      ...['707070707070', undefined],
    ]);
    said();
    const ofTheOlder = ({ accounts: [first] }: typeof report) => first?.accountId === '606060606060' || undefined;
    expect([await byLastScan(io, undefined, ofTheOlder), said()]).toEqual([undefined, '']);
    expect([await byLastScan(io, '606060606060', ofTheOlder), said()]).toEqual([
      ...[true, expect.stringMatching(/^From the last scan of account 606060606060, 2 hours ago/)],
    ]);
    expect(await byLastScan(io, '808080808080', () => true)).toBeUndefined();
    expect(await wordsOfScans(io)).toBe(
      'the scans that are kept here are of account 707070707070, 1 hour ago (2026-11-02T05:00:12.500Z); of account 606060606060, 2 hours ago (2026-11-02T04:00:12.500Z)',
    );
  });

  test('a file of another version is no scan', async () => {
    await remember();
    const path = join(home, '.cache/irsa-auditor/last-scan-111122223333.json');
    const scan = kept('last-scan-111122223333.json');
    for (const other of [
      { ...scan, asked: { ...scan.asked, newer: true } },
      { report: scan.report },
      { asked: {}, report: { ...scan.report, schemaVersion: 99 } },
      'no',
    ]) {
      writeFileSync(path, JSON.stringify(other));
      const { io, said } = ioOf({ HOME: home });
      expect([await lastReport(io), await asLastAsked({}, [], io), said()]).toEqual([undefined, {}, '']);
    }
    rmSync(path);
    mkdirSync(path);
    expect(await lastReport(ioOf({ HOME: home }).io)).toBeUndefined();
  });

  test('options of the scan stand in where none was typed, and are told as words', async () => {
    await remember();
    const { io, said } = ioOf({ HOME: home });
    const typed = { rule: ['r'], apply: true };
    const own = { ...asked, config: '/home/here/c.json', kubeconfig: '/home/k' };
    expect(await asLastAsked(typed, [], io)).toEqual({ ...typed, ...own });
    expect(said()).toBe(
      "As the last scan was asked for: --region=eu-west-1 --region=eu-west-2 '--profile=o'\\''ps' --config=/home/here/c.json --kubeconfig=/home/k --ca-file=/ca.pem --all-regions --no-in-cluster\n",
    );
    for (const mine of [{ profile: 'mine' }, { inCluster: false }, { region: [] }]) {
      expect(await asLastAsked(mine, [], io)).toBe(mine);
      expect(said()).toBe('');
    }
    // What the sandbox's environment says of issuers is no question of its own.
    const there = { caFile: '/other.pem' };
    expect(await asLastAsked(there, [], io)).toEqual({ ...own, ...there });
    expect(said()).not.toContain('--ca-file');
    await remember({ asked: {} });
    expect([await asLastAsked(typed, [], io), said()]).toEqual([typed, '']);
  });

  test('the scan that has the finding stands in before a newer one of other accounts', async () => {
    await remember();
    const [{ id } = { id: '' }] = report.findings;
    const later = { ...report, endedAt: '2027-01-01T00:00:00.000Z', findings: [] };
    const other = { ...later, accounts: [{ accountId: '999988887777', regions: ['sa-east-1'] }] };
    await remember({ report: other, asked: { region: ['sa-east-1'] } });
    const { io } = ioOf({ HOME: home });
    expect(await asLastAsked({}, [], io)).toEqual({ region: ['sa-east-1'] });
    expect(await asLastAsked({}, [id.slice(0, 8)], io)).toMatchObject({ region: asked.region });
  });
});

describe('a scan that somebody else may have written leads nowhere: its kubeconfig may name a program', () => {
  const planted = JSON.stringify({ asked: { kubeconfig: '/evil' }, report });
  const plant = (cache: string, mode: number): string => {
    const folder = join(cache, 'irsa-auditor');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'last-scan-1.json');
    writeFileSync(file, planted, { mode });
    chmodSync(file, mode);
    return file;
  };
  const from = async (env: Readonly<Record<string, string>>, cwd = '/home/here') =>
    asLastAsked({}, [], { ...ioOf(env).io, cwd });

  test('the owner’s own is taken', async () => {
    plant(join(home, '.cache'), 0o600);
    expect(await from({ HOME: home })).toEqual({ kubeconfig: '/evil' });
  });

  test.each([0o644, 0o660, 0o602])('mode %p, as a checkout makes files', async mode => {
    plant(join(home, '.cache'), mode);
    expect(await from({ HOME: home })).toEqual({});
  });

  test('a link', async () => {
    const file = plant(join(home, 'other'), 0o600);
    mkdirSync(join(home, '.cache', 'irsa-auditor'), { recursive: true });
    symlinkSync(file, join(home, '.cache', 'irsa-auditor', 'last-scan-1.json'));
    expect(await from({ HOME: home })).toEqual({});
  });

  test('a cache inside of the working folder, as jobs of CI have it, and one by a relative path', async () => {
    plant(join(home, '.cache'), 0o600);
    expect(await from({ HOME: '/home/me', XDG_CACHE_HOME: join(home, '.cache') }, home)).toEqual({});
    expect(await from({ XDG_CACHE_HOME: '.cache' }, home)).toEqual({});
    expect(await from({ HOME: '/home/me', XDG_CACHE_HOME: join(home, '.cache') })).toEqual({ kubeconfig: '/evil' });
  });
});

test('options that say what is read are those of the shape; as words each value stands behind its option', () => {
  const all = {
    ...{ region: ['-r'], context: ['a b'], connectTo: ['a:1:b:2'], profile: 'p', roleArn: 'r', externalId: 'e' },
    ...{ config: 'c', kubeconfig: 'k', caFile: 'f', allRegions: true, allRoles: false, roleDetails: false },
    ...{ rolePermissions: true, unusedPermissions: true, cloudTrail: true, controlPolicies: true, network: true },
    ...{ rbac: true, inCluster: false },
  };
  expect(askedOptions({ ...all, format: 'json', failOn: 'high', baseline: 'b' })).toEqual(all);
  expect(askedWords(all)).toEqual([
    ...['--region=-r', '--context=a b', '--connect-to=a:1:b:2', '--profile=p', '--role-arn=r', '--external-id=e'],
    ...['--config=c', '--kubeconfig=k', '--ca-file=f', '--all-regions', '--no-all-roles', '--no-role-details'],
    ...['--role-permissions', '--unused-permissions', '--cloud-trail', '--control-policies', '--network', '--rbac'],
    '--no-in-cluster',
  ]);
});
