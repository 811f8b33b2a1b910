/** `findings` and `explain` over the table of a deployed auditor: how it is found, and what is said where it is not. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Command } from 'commander';
import type { FindingQueries, RunRecord } from '../../lib/audit/ports.ts';
import { findingsCommandOf } from '../../lib/cli/commands/findings.ts';
import { renderKnown, renderRuns, renderTransitions } from '../../lib/cli/findings/finding-table.ts';
import type { Io } from '../../lib/cli/shell/io.ts';
import { nothingKnown } from '../../lib/history/known-state.ts';
import type { Transition } from '../../lib/history/transition.ts';
import { renderJson } from '../../lib/report/formats.ts';
import type { WatchedFact } from '../../lib/rules/evaluate/evaluation.ts';
import { memoryFindingStore } from '../../lib/store/memory-finding-store.ts';
import { aFinding, aReport, known } from '../report/sample-report.ts';
import { runCommand } from '../support/captured-io.ts';

let server: Server;
let stacks = '';
const asked: string[] = [];
/** The region and the service that each request is signed for. */
const regions: string[] = [];
const before = { ...process.env };
const id = 'a'.repeat(32);

beforeAll(async () => {
  server = createServer(async (message, response) => {
    const [, region, service] =
      /Credential=[^/]+\/[^/]+\/([^/]+)\/([^/]+)/.exec(message.headers.authorization ?? '') ?? [];
    regions.push(`${region} ${service}`);
    let body = '';
    for await (const chunk of message) body += String(chunk);
    const target = String(message.headers['x-amz-target'] ?? /Action=(\w+)/.exec(body)?.[1]);
    asked.push(target.includes('DynamoDB') ? `${target.split('.')[1]} ${JSON.parse(body).TableName}` : target);
    const fails = /<Error>|__type/.test(stacks);
    response
      .writeHead(fails ? 400 : 200)
      .end(target.includes('DynamoDB') && !fails ? '{"Items": [], "Count": 0}' : stacks);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'x',
    AWS_CONFIG_FILE: 'none',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
});
afterEach(() => {
  asked.length = 0;
});
afterAll(() => {
  process.env = before;
  server.close();
});

const outputs = (name: string): string =>
  `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>s</StackName><Outputs><member><OutputKey>${name}</OutputKey><OutputValue>findings-table</OutputValue></member></Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;

/** As an app of one's own names the outputs of the construct, by the name of each auditor in the stack. */
const renamed = (...auditors: readonly string[]): string =>
  `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>s</StackName><Outputs><member><OutputKey>TableName</OutputKey><OutputValue>of-the-app</OutputValue></member>${auditors
    .map(
      name =>
        `<member><OutputKey>${name}TableName5BD7A1B2</OutputKey><OutputValue>${name}-findings</OutputValue><Description>Findings, history and runs [${name} TableName]</Description></member>`,
    )
    .join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;

describe('the table', () => {
  test("of an app of one's own is found whatever its outputs are called", async () => {
    stacks = renamed('audit');
    const { code } = await runCommand('findings list --region eu-west-1 --stack Platform'.split(' '));
    expect([code, asked]).toEqual([
      0,
      ['DescribeStacks', expect.stringMatching(/^Query audit-findings$/), ...asked.slice(2)],
    ]);
  });

  test("so is the bucket of an app of one's own, for the page", async () => {
    stacks = renamed('blue', 'green').replaceAll('TableName', 'BucketName');
    const { stderr, code } = await runCommand('report --serve --region eu-west-1 --stack mine --table t'.split(' '));
    expect(stderr).toContain(
      'the stack mine has the auditors blue, green; name the bucket with --bucket: blue-findings or green-findings',
    );
    expect([code, asked]).toEqual([2, ['DescribeStacks']]);
  });

  test.each<readonly [args: string, answer: string, code: number, said: string]>([
    ['findings list --region eu-west-1', outputs('TableName'), 0, 'No findings match.'],
    ['findings runs --region eu-west-1 --stack mine', outputs('TableName'), 0, 'No run yet.'],
    ['findings trend --region eu-west-1 --stack mine', outputs('TableName'), 0, 'No run yet.'],
    [
      'findings list --region eu-west-1',
      outputs('Other'),
      2,
      'the stack irsa-auditor has no output TableName; name the table with --table',
    ],
    [
      'findings list --region eu-west-1',
      '<DescribeStacksResponse><DescribeStacksResult/></DescribeStacksResponse>',
      2,
      'has no output TableName',
    ],
    [
      'findings list --region eu-west-1 --stack mine',
      renamed('blue', 'green'),
      2,
      'the stack mine has the auditors blue, green; name the table with --table: blue-findings or green-findings',
    ],
    [
      'findings list --region eu-west-1 --stack mine',
      '<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack with id mine does not exist</Message></Error></ErrorResponse>',
      2,
      'the stack mine cannot be read (ValidationError: Stack with id mine does not exist); name the table with --table',
    ],
    [
      'report --serve --bucket pages --region eu-west-1',
      '<ErrorResponse><Error><Code>ValidationError</Code><Message>no</Message></Error></ErrorResponse>',
      2,
      'the stack irsa-auditor cannot be read (ValidationError: no); name the table with --table',
    ],
    [
      `explain ${id} --region eu-west-1 --table t`,
      '',
      2,
      `finding ${id} not found in the table; give a report with --input`,
    ],
    [
      'findings runs --region eu-west-1 --table t --cursor x',
      '',
      2,
      'irsa-auditor: the cursor "x" is not one that an answer gave',
    ],
    [`findings show ${id} --region eu-west-1 --table t`, '', 2, `finding ${id} not found`],
    [`fix ${id} --region eu-west-1 --table t`, '', 2, `finding ${id} not found in t`],
    [
      'fix --region eu-west-1 --table t',
      '{"__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", "message": "Table: t not found"}',
      2,
      'irsa-auditor: ResourceNotFoundException: Table: t not found',
    ],
    [
      'findings runs --region eu-west-1 --table t',
      '{"__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", "message": "Table: t not found"}',
      2,
      'irsa-auditor: ResourceNotFoundException: Table: t not found',
    ],
  ])('%s', async (args, answer, code, said) => {
    stacks = answer;
    const ended = await runCommand(args.split(' '));
    expect(ended.stderr).toContain(said);
    expect([ended.code, ended.stdout]).toEqual([code, '']);
    if (args.includes('--table')) expect(asked).not.toContain('DescribeStacks');
    if (code === 0) expect(asked[1]).toBe('Query findings-table');
  });

  test('is that of the first region that is named, for each command', async () => {
    stacks = '{"Items": [], "Count": 0}';
    const folder = mkdtempSync(join(tmpdir(), 'irsa-deployed-'));
    writeFileSync(join(folder, 'run.json'), renderJson(aReport()));
    const places = ['--region', 'eu-west-3', '--table', 't'];
    for (const words of [
      ['findings', 'list'],
      ['fix'],
      ['explain', id],
      ['explain', 'Not authorized to perform sts:AssumeRoleWithWebIdentity'],
      ['explain', 'the printer is on fire', '--role', 'cart'],
    ]) {
      regions.length = 0;
      await runCommand([...words, ...places, ...(words[0] === 'findings' ? [] : ['--region', 'eu-west-1'])]);
      expect([
        words,
        regions.includes('eu-west-3 dynamodb'),
        regions.filter(one => !one.startsWith('eu-west-3 ')),
      ]).toEqual([words, true, []]);
    }
    regions.length = 0;
    const report = await runCommand(['report', '--input', 'run.json', '--format', 'json', ...places], { cwd: folder });
    expect([JSON.parse(report.stdout).trend, [...new Set(regions)]]).toEqual([[], ['eu-west-3 dynamodb']]);
    rmSync(folder, { recursive: true });
  });

  test('the profile that was named is asked for credentials, no other', async () => {
    const { AWS_ACCESS_KEY_ID: key = '' } = process.env;
    delete process.env.AWS_ACCESS_KEY_ID;
    const args = `explain ${id} --region eu-west-1 --table t --profile nobodys`;
    const ended = await runCommand(args.split(' '));
    process.env.AWS_ACCESS_KEY_ID = key;
    expect(ended.stderr).toMatch(/^irsa-auditor: --profile: unknown AWS profile "nobodys"/);
    expect([ended.code, asked]).toEqual([2, []]);
  });
});

describe('what is in it', () => {
  const watched = (kind: WatchedFact['kind'], subject: string): WatchedFact => ({
    kind,
    subject,
    accountId: '111122223333',
    value: 'x',
  });
  const one = aFinding({ id, clusterName: 'shop', namespace: 'checkout', serviceAccount: 'cart' });
  const store = memoryFindingStore({
    '111122223333': {
      ...nothingKnown,
      findings: [known(one, { unconfirmedSince: '2026-11-02T06:00:00.000Z' })],
      watched: [
        watched('cluster-issuer', 'arn:aws:eks:eu-west-1:111122223333:cluster/depot'),
        watched('role-trust-policy', 'arn:aws:iam::111122223333:role/healthy'),
      ],
    },
  });
  let exitCode = 0;
  let queries: FindingQueries = store;
  const ask = async (...args: readonly string[]): Promise<string> => {
    const stream = new PassThrough();
    const io: Io = {
      stdin: stream,
      stdout: stream,
      stderr: stream,
      env: {},
      cwd: '/',
      now: () => '2026-11-01T06:00:00.000Z',
      stdoutIsTerminal: false,
      stderrIsTerminal: false,
      exit: code => {
        exitCode = code;
      },
    };
    const program = new Command().addCommand(findingsCommandOf(async () => queries)(io));
    await program.parseAsync(['findings', ...args], { from: 'user' });
    return String(stream.read() ?? '');
  };

  test('the list is one line for each root cause, by names, with the beginning of its id, and what shows the rest', async () => {
    const line = `HIGH      ${id.slice(0, 8)}  shop  checkout/cart → checkout-cart: trust-any-subject`;
    expect(await ask('list')).toBe(
      `${line}\n          open, not confirmed since 2026-11-02\nCause, evidence, fix and history: findings show ID\n`,
    );
    expect(await ask('list', '--json')).not.toContain('findings show ID');
  });

  test('in the list, what is not open says since when', async () => {
    const gone = memoryFindingStore({
      '111122223333': {
        ...nothingKnown,
        findings: [known(one, { status: 'resolved', changedAt: '2026-11-05T06:00:00.000Z' })],
      },
    });
    const list = (await gone.list({ status: 'resolved' }, { limit: 5 })).items;
    expect(renderKnown(list, 'table', { colour: false, width: 80 })).toContain('\n          resolved 2026-11-05\n');
  });

  test.each<readonly [args: string, found: boolean]>([
    ['--namespace checkout', true],
    ['--cluster shop', true],
    ['--service-account cart', true],
    ['--service-account checkout/cart', true],
    [`--role ${one.roleArn}`, true],
    [`--role ${one.roleArn?.split('/').at(-1)}`, true],
    ['--changed-since 2027-01-01T00:00:00Z', false],
    ['--cluster depot', false],
    ['--role healthy', false],
    [`--impact ${one.impact}`, true],
    [`--impact ${one.impact === 'hygiene' ? 'breaks' : 'hygiene'}`, false],
  ])('list %s answers %s', async (args, found) => {
    expect((await ask('list', ...args.split(' '))).includes(id.slice(0, 8))).toBe(found);
  });

  test.each([
    ['--cluster shp', '--cluster: unknown cluster "shp"; did you mean shop?'],
    ['--namespace chekout', '--namespace: unknown namespace "chekout"; did you mean checkout?'],
    ['--service-account carts', '--service-account: unknown service account "carts"; did you mean cart?'],
    [
      '--service-account chekout/cart',
      '--service-account: unknown service account "chekout/cart"; did you mean checkout/cart?',
    ],
    ['--role x', '--role: unknown role "x"; known: checkout-cart, healthy'],
    ['--rule trust-any-subjct', '--rule: unknown rule "trust-any-subjct"; did you mean trust-any-subject?'],
    ['--account 111122223334', '--account: unknown AWS account "111122223334"; did you mean 111122223333?'],
  ])('list %s is an error that names the nearest', async (args, said) => {
    await expect(ask('list', ...args.split(' '))).rejects.toThrow(said);
  });

  test('steps and runs, in every format', () => {
    const style = { colour: false, width: 80 };
    const after = known(one);
    const step = {
      kind: 'opened',
      at: '2026-11-01T06:00:00.000Z',
      runId: 'r',
      summary: 'was opened',
      after,
    } as Transition;
    expect(renderTransitions([step], 'table', style)).toBe(
      '2026-11-01T06:00:00.000Z  opened      high     was opened\n',
    );
    expect(renderTransitions([step], 'csv', style)).toContain('opened,high,trust-any-subject,was opened,r');
    expect(JSON.parse(renderTransitions([step], 'json', style))).toHaveLength(1);
    const run: RunRecord = {
      runId: 'r',
      startedAt: '2026-11-01T06:00:00.000Z',
      endedAt: '2026-11-01T06:00:12.500Z',
      accounts: 2,
      failedAccounts: [],
      gapCount: 1,
      gaps: [],
      openBySeverity: { critical: 1, high: 0, medium: 0, low: 0, info: 0 },
      transitions: 3,
      sent: true,
      apiCalls: { 'iam:ListRoles': 2, 'sts:GetCallerIdentity': 1 },
    };
    expect(renderRuns([run], 'table', style)).toBe(
      '2026-11-01T06:00:00.000Z     12.5 s  2 accounts  1 not read  open: 1 critical, 0 high, 0 medium, 0 low, 0 info  3 changed, sent: yes, 3 calls\n',
    );
    expect(renderRuns([{ ...run, gapCount: 0, sent: false }], 'csv', style)).toContain(',12.5,2,0,');
    expect(renderRuns([{ ...run, sent: false, held: ['sns'] }], 'table', style)).toContain(
      '3 changed, sent: no, held for sns, 3 calls\n',
    );
    expect(JSON.parse(renderRuns([run], 'json', style))).toEqual([run]);
    const failed: RunRecord = {
      ...run,
      failure: { status: 'FAILED', error: 'E', message: 'index-issuers: ran out of memory' },
    };
    expect(renderRuns([failed], 'table', style)).toContain('3 calls  FAILED: index-issuers: ran out of memory\n');
    expect(renderRuns([failed], 'csv', style)).toContain('r,index-issuers: ran out of memory');
  });

  test('the trend is told by severity and by cluster, as lines, rows and JSON', async () => {
    const open = { critical: 0, high: 2, medium: 0, low: 0, info: 0 };
    const clusterArn = 'arn:aws:eks:eu-west-1:111122223333:cluster/shop';
    const runOf = (day: number, more: Partial<RunRecord> = {}): RunRecord => ({
      ...{ runId: `r${day}`, startedAt: `2026-10-0${day}T06:00:00.000Z`, endedAt: `2026-10-0${day}T06:00:12.500Z` },
      ...{ accounts: 1, failedAccounts: [], gapCount: 0, gaps: [], openBySeverity: open, transitions: 0 },
      ...{ sent: false, apiCalls: {}, ...more },
    });
    const items = [runOf(2, { openByCluster: [{ clusterArn, open }] }), runOf(1, { gapCount: 3 })];
    queries = { ...store, runs: async () => ({ items }) };
    const text = await ask('trend');
    expect(text).toMatch(/^2026-10-01 06:00 {2}2 {2}█+ {2}2 high {2}3 things not read$/m);
    expect(text).toMatch(/^shop {5}2 → 2 {5}2 high$/m);
    expect((await ask('trend', '--limit', '1')).match(/^2026/gm)).toHaveLength(1);
    expect((await ask('trend', '--format', 'csv')).split('\r\n')).toEqual([
      'at,clusterArn,critical,high,medium,low,info,notRead',
      '2026-10-01T06:00:00.000Z,*,0,2,0,0,0,3',
      '2026-10-02T06:00:00.000Z,*,0,2,0,0,0,0',
      `2026-10-02T06:00:00.000Z,${clusterArn},0,2,0,0,0,`,
      '',
    ]);
    expect(JSON.parse(await ask('trend', '--json'))).toEqual([
      { at: items[1]?.startedAt, openBySeverity: open, gaps: 3 },
      { at: items[0]?.startedAt, openBySeverity: open, gaps: 0, openByCluster: [{ clusterArn, open }] },
    ]);
    expect(exitCode).toBe(0);
    queries = store;
  });

  test('what a newer version wrote is counted beside the data, once, and the answer is incomplete', async () => {
    const told = (count: string) =>
      `A newer version of irsa-auditor wrote ${count} items of the table: kept, and not read.\n`;
    const page = { items: [], newer: 2 };
    queries = { ...store, list: async () => ({ ...page, cursor: 'x' }), runs: async () => page };
    expect(await ask('list', '--role', 'nobody')).toBe(`${told('at least 2')}There is more: add --cursor x or --all\n`);
    expect(exitCode).toBe(3);
    expect(await ask('runs')).toBe(told('2'));
    expect(exitCode).toBe(3);
    queries = store;
    await ask('list');
    expect(exitCode).toBe(0);
  });

  test('show as JSON is one document with the history', async () => {
    expect(JSON.parse(await ask('show', id, '--json'))).toMatchObject({ finding: { id }, history: [] });
  });

  test('show has every step, however many pages they fill', async () => {
    const history = jest
      .spyOn(store, 'history')
      .mockImplementation(async (_id, { cursor = '0' }) =>
        cursor === '2' ? { items: [] } : { items: [], cursor: String(Number(cursor) + 1) },
      );
    await ask('show', id);
    expect(history).toHaveBeenCalledTimes(3);
  });
});
