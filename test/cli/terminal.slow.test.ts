import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Io } from '../../lib/cli/shell/io.ts';
import { progress } from '../../lib/cli/shell/progress.ts';
import { renderJson } from '../../lib/report/formats.ts';
import { aFleetReport } from '../report/fleet-report.ts';
import { aFinding, aReport } from '../report/sample-report.ts';
import { runCommand } from '../support/captured-io.ts';

const aFleetReportWithIds = () => {
  const fleet = aFleetReport(3);
  return { ...fleet, findings: fleet.findings.map((one, at) => ({ ...one, id: String(at).padStart(32, '0') })) };
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'irsa-terminal-'));
  const finding = aFinding({ id: 'a'.repeat(32) });
  writeFileSync(join(folder, 'run.json'), renderJson(aReport({ findings: [finding] })));
  const policy = (Effect: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect,
          Action: 'sts:AssumeRoleWithWebIdentity',
          Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A' },
        },
      ],
    });
  writeFileSync(join(folder, 'anyone.json'), policy('Allow'));
  writeFileSync(join(folder, 'nobody.json'), policy('Deny'));
  writeFileSync(join(folder, 'fleet.json'), renderJson(aFleetReportWithIds()));
});
afterAll(() => rmSync(folder, { recursive: true }));
const run = (
  args: readonly string[],
  more: { readonly columns?: number; readonly env?: Record<string, string> } = {},
) => runCommand(args, { cwd: folder, ...more });
const plain = (text: string): string => stripVTControlCharacters(text);

describe('text on a terminal', () => {
  const report = ['report', '--input', 'run.json', '--format', 'text'];
  const rule = async (more: Parameters<typeof run>[1]) => (await run(['explain', 'trust-any-subject'], more)).stdout;

  test.each<readonly [what: string, more: Parameters<typeof run>[1], coloured: boolean]>([
    ['no terminal', {}, false],
    ['a terminal', { columns: 80 }, true],
    ['NO_COLOR', { columns: 80, env: { NO_COLOR: '1' } }, false],
    ['an empty NO_COLOR', { columns: 80, env: { NO_COLOR: '' } }, true],
  ])('%s', async (_, more, coloured) => {
    expect((await rule(more)).includes('\u001b[')).toBe(coloured);
  });

  test('is as wide as the terminal, within bounds', async () => {
    const [none, tiny, usual, wide, wider] = await Promise.all(
      [{}, { columns: 3 }, { columns: 80 }, { columns: 160 }, { columns: 300 }].map(async more =>
        plain(await rule(more)),
      ),
    );
    expect(tiny).toBe(none);
    expect(wider).toBe(wide);
    expect(new Set([none, usual, wide]).size).toBe(3);
  });

  test('a file has no colour, whatever the terminal', async () => {
    await run([...report, '--output-file', 'run.txt'], { columns: 80 });
    expect(readFileSync(join(folder, 'run.txt'), 'utf8')).not.toContain('\u001b[');
    expect((await run(report, { columns: 80 })).stdout).toContain('\u001b[');
    expect((await run(report, { columns: 80, env: { NO_COLOR: '1' } })).stdout).not.toContain('\u001b[');
  });
});

describe('progress', () => {
  const told = (isTerminal: boolean, events: Parameters<ReturnType<typeof progress>['tell']>[0][], seconds = 0) => {
    const stderr = new PassThrough();
    let now = Date.parse('2026-11-01T06:00:00.000Z');
    const io = {
      stderr,
      env: {},
      stderrIsTerminal: isTerminal,
      now: () => new Date(now).toISOString(),
    } as Partial<Io> as Io;
    const { tell, done } = progress(io);
    for (const event of events) {
      tell(event);
      now += seconds * 1000;
    }
    done();
    return String(stderr.read() ?? '')
      .split('\r\u001b[K')
      .slice(1);
  };
  const started = (step: string, total?: number) =>
    ({ kind: 'step-started', step, ...(total === undefined ? {} : { total }) }) as never;
  const ended = (step: string) => ({ kind: 'item-ended', step }) as never;

  test('is nothing where stderr is no terminal', () => {
    expect(told(false, [started('probe-issuers')])).toEqual([]);
  });

  test('is one line, with the time left where items can be counted, and is cleared', () => {
    const step = 'collect-cluster';
    expect(told(true, [started(step, 3), ended(step), ended('other'), ended(step), ended(step)], 5)).toEqual([
      'reading clusters 0/3 …',
      'reading clusters 1/3, about 10 s left …',
      'reading clusters 1/3, about 20 s left …',
      'reading clusters 2/3, about 8 s left …',
      'reading clusters 3/3 …',
      '',
    ]);
  });

  test('of a step that nobody named, or that is one thing, is its name', () => {
    expect(told(true, [started('new-step'), started('list-targets', 1)])).toEqual([
      'new-step …',
      'listing accounts …',
      '',
    ]);
  });
});

describe('--output-file', () => {
  test.each<readonly [command: string, where: string, why: RegExp]>([
    [
      'report --input run.json',
      'none/x.html',
      /^irsa-auditor: --output-file: .*none\/x\.html cannot be written: there is no such file or folder$/m,
    ],
    ['report --input run.json', '.', /cannot be written: it is a folder, a file is wanted$/m],
    ['graph --input fleet.json', 'run.json/x', /cannot be written: a part of the path is no folder$/m],
  ])('%s --output-file %s: one sentence, exit code 2, nothing left over', async (command, where, why) => {
    const before = readdirSync(folder).sort();
    const { stderr, code } = await run([...command.split(' '), '--output-file', where]);
    expect(stderr).toMatch(why);
    expect(code).toBe(2);
    expect(readdirSync(folder).sort()).toEqual(before);
  });

  test('takes the place of what was there; a link stays a link, and /dev/null is none', async () => {
    writeFileSync(join(folder, 'old.md'), 'old'.repeat(100_000));
    symlinkSync('old.md', join(folder, 'link.md'));
    const write = (where: string) =>
      run(['report', '--input', 'run.json', '--format', 'markdown', '--output-file', where]);
    expect(await write('old.md')).toMatchObject({ code: 0, stderr: 'old.md: 1 finding, 0 gaps\n' });
    const written = readFileSync(join(folder, 'old.md'), 'utf8');
    expect(written).toMatch(/^# /);
    writeFileSync(join(folder, 'old.md'), 'old');
    await write('link.md');
    expect(readFileSync(join(folder, 'old.md'), 'utf8')).toBe(written);
    expect((await write('/dev/null')).code).toBe(0);
    expect(readdirSync(folder).filter(name => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('what is asked of a stored run', () => {
  test.each<readonly [args: string, code: number, said: RegExp]>([
    ['report --input run.json --format pdf', 2, /wanted one of text, json, csv/],
    ['graph --input fleet.json --cluster nobody', 2, /^irsa-auditor: --cluster: unknown cluster "nobody"; known: /],
    ['explain --json trust-any-subject', 0, /^$/],
    ['rules trust-any-subject', 0, /^$/],
    ['rules trust-any-subject --json', 0, /^$/],
    ['rules', 0, /^$/],
    ['explain --json AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity', 0, /^$/],
    ['who-can-assume --policy nobody.json', 0, /^$/],
    ['who-can-assume --policy anyone.json --json', 0, /^$/],
    ['who-can-assume --policy anyone.json', 0, /^$/],
    ['notify --test --config none.json', 2, /--config: .*none\.json cannot be read/],
    ['rules nonsense-beyond-words', 2, /nonsense-beyond-words/],
    [
      'prove',
      2,
      /^irsa-auditor: prove is now part of another command: irsa-auditor why serviceaccount\/NAME -n NAMESPACE --prove$/m,
    ],
    ['can-assume --policy x', 2, /irsa-auditor who-can-assume --service-account NAMESPACE\/NAME$/m],
    ['paths --from a', 2, /irsa-auditor reach --from WHO --to END$/m],
    ['--debug what-can a/b', 2, /irsa-auditor reach --from sa\/NAMESPACE\/NAME$/m],
    ['who-can-become', 2, /irsa-auditor reach --to role\/NAME$/m],
    ['who-can-assume --policy x --service-account cart', 2, /--service-account is cart, wanted <namespace>\/<name>/],
    ['init cluster --cluster c --principal-arn me', 2, /--principal-arn is me, wanted the ARN of an IAM role or user/],
    ['init cluster --name c --principal-arn me', 2, /--principal-arn is me, wanted the ARN of an IAM role or user/],
    ['init cluster --cluster c --account 111122223333', 2, /--account and --role-name need --all/],
    [
      'explain trust-any-subjct',
      2,
      /^irsa-auditor: explain: unknown rule "trust-any-subjct"; did you mean trust-any-subject\?$/m,
    ],
    ['findings list --limit 0', 2, /wanted a whole number above 0/],
    ['findings list --changed-since yesterday --table t', 2, /--changed-since: got "yesterday", wanted a date such as/],
    ['report --input none.json', 2, /--input: .*none\.json cannot be read: there is no such file or folder$/m],
    ...['doctor', 'notify --test', 'deploy template --bucket my-own', 'init cluster --all'].map(
      words =>
        [
          words,
          2,
          /^irsa-auditor: there is no irsa-auditor\.config\.json in .*: run this where it is, or name it with --config$/m,
        ] as const,
    ),
    ['lint --config . policy.json', 2, /--config: .* cannot be read: it is a folder, a file is wanted$/m],
    ['--help', 0, /^$/],
  ])('%s: exit code %d', async (args, code, said) => {
    const ended = await run(args.split(' '));
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(said);
  });

  test('a directory of a run holds report.json', async () => {
    const { stderr, code } = await run(['report', '--input', '.']);
    expect(stderr).toMatch(/--input: .*report\.json cannot be read/);
    expect(code).toBe(2);
  });

  test.each<readonly [what: string, content: string, sentence: string]>([
    ['not JSON', 'hello', 'odd.json is not a report of a run: it is not JSON'],
    ['a list', '[]', 'odd.json is not a report of a run: the document: got [], wanted an object'],
    ['of a later version', '{"schemaVersion": 2}', 'odd.json is not a report of a run: schemaVersion: got 2, wanted 1'],
  ])('a file that is %s is told with what was got', async (_, content, sentence) => {
    writeFileSync(join(folder, 'odd.json'), content);
    for (const command of ['report', 'graph'])
      expect(await run([command, '--input', 'odd.json'])).toMatchObject({
        code: 2,
        stderr: `irsa-auditor: ${sentence}\n`,
      });
  });

  test('an earlier report in which a run has no end', async () => {
    const { endedAt: _, ...cut } = aReport();
    writeFileSync(join(folder, 'odd.json'), JSON.stringify({ ...cut, transitions: [] }));
    expect((await run(['report', '--input', 'odd.json'])).stderr).toContain('endedAt: got nothing, wanted ');
  });

  test('--debug shows where an error came from, and without it there is no stack', async () => {
    expect((await run(['report', '--input', 'none'])).stderr).not.toMatch(/\n\s+at /);
    expect((await run(['--debug', 'report', '--input', 'none'])).stderr).toMatch(/\n\s+at /);
  });
});
