import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Command } from 'commander';
import type { StateChange } from '../../lib/audit/ports.ts';
import { findingsCommandOf } from '../../lib/cli/commands/findings.ts';
import { withoutWaiver, withWaiver } from '../../lib/cli/findings/waive.ts';
import type { Io } from '../../lib/cli/shell/io.ts';
import { parseConfiguration } from '../../lib/config/configuration.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { renderJson } from '../../lib/report/formats.ts';
import { memoryFindingStore } from '../../lib/store/memory-finding-store.ts';
import { aReport } from '../report/sample-report.ts';
import { openedOf } from '../support/digest-builders.ts';
import { aRoleFinding } from '../support/drift-builders.ts';
import { fc } from '../support/properties.ts';

const [finding, other] = [aRoleFinding('cart'), aRoleFinding('order')];
const store = memoryFindingStore();
const firstChange = (found: readonly Finding[]): StateChange => ({
  accountId: finding.accountId,
  runId: 'run-1',
  at: '2026-11-01T06:00:00.000Z',
  transitions: openedOf(found),
  factChanges: [],
  watched: [],
  coverage: [],
  readScopes: [],
  unreadFacts: [],
});
let folder: string;
let file: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irsa-waive-'));
  file = join(folder, 'config.json');
  await store.apply(firstChange([finding, other]), '2026-11-01T06:00:00.000Z');
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => writeFileSync(file, '{\n  "name": "mine",  \n  "rules": {}\n}\n'));

const ask = (...args: string[]) => askOf(store, ...args);
const askOf = async (
  findings: typeof store,
  ...args: string[]
): Promise<{ readonly out: string; readonly err: string }> => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const io: Io = {
    stdin: new PassThrough(),
    stdout,
    stderr,
    env: {},
    cwd: folder,
    now: () => '2026-11-02T06:00:00.000Z',
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    exit: () => undefined,
  };
  await new Command()
    .addCommand(findingsCommandOf(async () => findings)(io))
    .parseAsync(['findings', ...args], { from: 'user' });
  return { out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
};
const waive = (...more: string[]) =>
  ask(
    'waive',
    finding.id.slice(0, 8),
    '--until',
    '2026-12-31',
    '--reason',
    'moves soon',
    '--owner',
    'platform',
    ...more,
  );
const expected = {
  rule: finding.ruleId,
  subject: finding.subject,
  finding: finding.id,
  reason: 'moves soon',
  owner: 'platform',
  expires: '2026-12-31',
  upTo: finding.severity,
};
const aRef = ({ id, ruleId, subject, message }: Finding) => ({ id, ruleId, subject, message });
const waiversOf = () => parseConfiguration(readFileSync(file, 'utf8'), 'test').waivers;

describe('findings waive', () => {
  test('prints the waiver for the configuration, for a finding by the beginning of its id', async () => {
    const { out, err } = await waive();
    expect(JSON.parse(out)).toEqual(expected);
    expect(err).toContain(`It covers this finding alone, up to ${finding.severity}`);
  });

  test('writes it into the configuration and keeps the rest, a second time in the place of the first', async () => {
    await waive('--write', 'config.json');
    const once = readFileSync(file, 'utf8');
    expect(once).toMatch(
      /^\{\n {2}"name": "mine", {2}\n {2}"rules": \{\},\n {2}"waivers": \[\n {4}\{ "rule": .*\}\n {2}\]\n\}\n$/,
    );
    await waive('--write', 'config.json');
    expect(readFileSync(file, 'utf8')).toBe(once);
    expect(waiversOf()).toEqual([expected]);
  });

  test.each<readonly [what: string, args: readonly string[], why: RegExp]>([
    ['a day that is past', ['--until', '2026-11-01'], /--until: 2026-11-01 is past/],
    ['a day that does not exist', ['--until', '2026-02-30'], /--until: got "2026-02-30", wanted a day/],
    ['no reason', ['--reason', ' '], /--reason: got " "/],
    ['nobody to answer for it', ['--owner', ' '], /--owner: wanted who answers/],
    ['a file that is not there', ['--write', 'none.json'], /--write: .*none\.json cannot be read/],
  ])('refuses %s', async (_, args, why) => {
    await expect(waive(...args)).rejects.toThrow(why);
  });

  test('holds for a number of days from today', async () => {
    const { out } = await ask('waive', finding.id, '--for', '30d', '--reason', 'moves soon', '--owner', 'platform');
    expect(JSON.parse(out)).toEqual({ ...expected, expires: '2026-12-02' });
  });

  test('is answered for by whoever runs it, also where no variable says who that is', async () => {
    const { out } = await ask('waive', finding.id, '--for', '1', '--reason', 'moves soon');
    expect(JSON.parse(out)).toMatchObject({ owner: userInfo().username, expires: '2026-11-03' });
  });

  test('needs no deployment: the finding is looked up in a report', async () => {
    const report = aReport({ findings: [{ ...finding, explains: [aRef(other)] }] });
    writeFileSync(join(folder, 'run.json'), renderJson(report));
    const words = ['--input', 'run.json', '--until', '2026-12-31', '--reason', 'moves soon', '--owner', 'platform'];
    const nothing = memoryFindingStore();
    expect(JSON.parse((await askOf(nothing, 'waive', finding.id, ...words)).out)).toEqual(expected);
    await expect(askOf(nothing, 'waive', other.id, ...words)).rejects.toThrow(
      `finding ${finding.id} is told with its cause: waive ${finding.id}`,
    );
    await expect(askOf(nothing, 'waive', 'ffff', ...words)).rejects.toThrow('finding ffff not found in run.json');
  });

  test.each([
    ['--for', '0'],
    ['--for', '3651'],
    ['--for', '10000'],
    ['--for', '-3d'],
    ['--for', 'soon'],
  ])('refuses %s %s', async (...args) => {
    const words = ['waive', finding.id, '--reason', 'moves', '--owner', 'me', ...args];
    await expect(ask(...words)).rejects.toThrow(/wanted a number of days such as 30d/);
  });

  test('refuses a waiver for ever', async () => {
    await expect(ask('waive', finding.id, '--reason', 'moves', '--owner', 'me')).rejects.toThrow(
      'wanted --until 2026-12-31 or --for 30d',
    );
  });

  test('refuses a subject with a * in it: a waiver would take it for a pattern and cover others', async () => {
    const starred = aRoleFinding('team-*-cart');
    const known = memoryFindingStore();
    await known.apply(firstChange([starred]), '2026-11-01T06:00:00.000Z');
    const words = [...'--until 2026-12-31 --owner me --reason moves'.split(' ')];
    await expect(askOf(known, 'waive', starred.id, ...words)).rejects.toThrow(
      /has a \*, which a waiver takes for a pattern/,
    );
  });

  test('refuses a file that is no configuration, and leaves it as it is', async () => {
    writeFileSync(file, '{"nome": 1}');
    await expect(waive('--write', 'config.json')).rejects.toThrow(/nome/);
    expect(readFileSync(file, 'utf8')).toBe('{"nome": 1}');
  });
});

describe('findings unwaive', () => {
  test('takes the waiver out and leaves the others', async () => {
    await waive('--write', 'config.json');
    await ask('waive', other.id, '--until', '2026-12-31', '--reason', 'also', '--owner', 'x', '--write', 'config.json');
    await ask('unwaive', finding.id.slice(0, 8), '--write', 'config.json');
    expect(waiversOf().map(({ subject }) => subject)).toEqual([other.subject]);
    await ask('unwaive', other.id, '--write', 'config.json');
    expect(waiversOf()).toEqual([]);
  });

  test('touches no waiver with a pattern, which covers others too', async () => {
    const pattern = { ...expected, subject: '*' };
    writeFileSync(file, JSON.stringify({ waivers: [pattern] }));
    await expect(ask('unwaive', finding.id, '--write', 'config.json')).rejects.toThrow(/covers others too/);
    expect(waiversOf()).toEqual([pattern]);
  });

  test('without a file says what to remove', async () => {
    const { out } = await ask('unwaive', finding.id);
    expect(JSON.parse(out)).toEqual({ rule: finding.ruleId, subject: finding.subject, finding: finding.id });
  });
});

test('what is written and taken out again leaves the other waivers, whatever the layout', () => {
  const waiver = { ...expected, subject: 'other' };
  fc.assert(
    fc.property(
      fc.nat(3),
      fc.constantFrom(undefined, 0, 1, 2, 4),
      fc.string({ minLength: 3 }),
      (count, indent, reason) => {
        const waivers = Array.from({ length: count }, (_, n) => ({
          ...expected,
          subject: `s${n}`,
          reason: `x${reason}`,
        }));
        const text = JSON.stringify({ name: 'a', ...(count === 0 ? {} : { waivers }), rules: {} }, undefined, indent);
        const added = withWaiver(text, waiver, 'test');
        expect(parseConfiguration(added, 'test').waivers).toEqual([...waivers, waiver]);
        expect(parseConfiguration(withoutWaiver(added, waiver, 'test'), 'test').waivers).toEqual(waivers);
        for (const one of waivers)
          expect(parseConfiguration(withoutWaiver(added, one, 'test'), 'test').waivers).toHaveLength(count);
      },
    ),
  );
});

test('a reason with a direction mark or a command to a log is printed as JSON that parses to it, without them', async () => {
  const reason = 'x\u202e ##[error]y\u009b ::add-mask::z';
  const { out } = await ask(...`waive ${finding.id} --until 2026-12-01 --owner me --reason`.split(' '), reason);
  expect(out).not.toMatch(/##\[|::add-mask|\p{Cf}|[\u007f-\u009f]/u);
  expect(JSON.parse(out)).toMatchObject({ reason });
});
