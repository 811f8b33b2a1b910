/** Every `findings` command over a table of a few findings: what is asked of the table, both outputs whole, the exit code. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Command } from 'commander';
import type { FindingQueries, Page, Paged, RunRecord } from '../../../lib/audit/ports.ts';
import type { SkippedRecord } from '../../../lib/audit/skipped-run.ts';
import { findingsCommandOf } from '../../../lib/cli/commands/findings.ts';
import type { Io } from '../../../lib/cli/shell/io.ts';
import type { KnownFinding, Transition } from '../../../lib/history/transition.ts';
import { atLeast } from '../../../lib/model/finding.ts';
import { aFinding, aKnown, aRoleFinding, aRun, foldedOf } from '../../support/drift-builders.ts';
import { golden } from '../../support/golden.ts';

const folded = aRoleFinding('folded', { message: 'It fails too.' });
const cause = aRoleFinding('cause', {
  ...{ severity: 'critical', namespace: 'orders', serviceAccount: 'refund', owner: 'payments' },
  ...{ explains: [foldedOf(folded)], message: 'A cause \u202e, "quoted".' },
});
const discriminated = aFinding({ discriminator: 'second', message: 'The second of the role.', severity: 'low' });
const hygiene = aFinding({
  ...{ ruleId: 'provider-audience-missing', impact: 'breaks', severity: 'medium', subject: 'arn:provider' },
  message: 'No pod can assume a role.',
});
const pattern = aRoleFinding('any*', { severity: 'info' });
const waived = aRoleFinding('waived', { waiver: { owner: 'kim', reason: 'moves\nsoon', expires: '2026-12-31' } });
const known: readonly KnownFinding[] = [
  aKnown({ finding: cause }),
  aKnown({ finding: folded, status: 'explained', explainedBy: cause.id, changedAt: aRun(2).at }),
  aKnown({ finding: hygiene, unconfirmedSince: aRun(3).at, unconfirmedBecause: 'denied' }),
  aKnown({ finding: discriminated, changedAt: aRun(4).at }),
  aKnown({ finding: pattern }),
  aKnown({ finding: aRoleFinding('gone'), status: 'resolved', resolution: 'passed', changedAt: aRun(5).at }),
  aKnown({ finding: waived, status: 'waived', changedAt: aRun(2).at }),
];

const step = (number: number, kind: Transition['kind'], over: Partial<KnownFinding> = {}): Transition => ({
  ...{ kind, ...aRun(number), summary: `step ${number}: \u001b[31m${kind}` },
  after: aKnown({ finding: cause, version: number, ...over }),
});
const histories: Readonly<Record<string, readonly Transition[]>> = {
  [cause.id]: [step(1, 'opened'), step(2, 'escalated'), step(3, 'unconfirmed'), step(4, 'confirmed')],
  [discriminated.id]: [step(4, 'reopened', { finding: discriminated })],
};

const openBySeverity = { critical: 1, high: 0, medium: 1, low: 1, info: 1 };
const run = (number: number, over: Partial<RunRecord> = {}): RunRecord => ({
  ...{ runId: aRun(number).runId, startedAt: aRun(number).at, endedAt: aRun(number).at.replace('00.000', '07.250') },
  ...{ accounts: 2, failedAccounts: [], gaps: [], gapCount: 0, openBySeverity, transitions: number, sent: true },
  ...{ apiCalls: { 'iam:ListRoles': 3, 'eks:ListClusters': 4 }, ...over },
});
const allRuns: readonly RunRecord[] = [
  run(5, { failure: { status: 'FAILED', error: 'X', message: 'it broke\u202e' }, sent: false }),
  run(4, { gapCount: 2, held: ['slack\u001b', 'mail'] }),
  run(3, {
    openByCluster: [
      { clusterArn: 'arn:aws:eks:eu-west-1:111122223333:cluster/shop', open: openBySeverity },
      { open: { ...openBySeverity, critical: 0 } },
    ] as NonNullable<RunRecord['openByCluster']>,
    clustersLeftOut: 3,
  }),
  run(1),
];
const skipped: readonly SkippedRecord[] = [
  { runId: 'run-9', startedAt: '2026-11-04T09:00:00.000Z', skippedFor: 'run-4\u202e' },
  { runId: 'run-2', startedAt: aRun(2).at, skippedFor: 'run-1' },
];

const page = <T>(items: readonly T[], { limit, cursor = '0' }: Page, newer: number): Paged<T> => {
  const end = Number(cursor) + limit;
  return {
    items: items.slice(Number(cursor), end),
    ...(end < items.length ? { cursor: String(end) } : {}),
    // A failure to read belongs to one page: a later page without one takes nothing back.
    ...(newer === 0 || cursor !== '0' ? {} : { newer }),
  };
};

/** What a table holds; `later` comes into it after the first list. */
interface Held {
  readonly findings?: readonly KnownFinding[];
  readonly runs?: readonly RunRecord[];
  readonly newer?: number;
  readonly later?: readonly Transition[];
}

/** A table that keeps what it is asked. */
const tableOf = (
  calls: string[],
  { findings = known, runs = allRuns, newer = 0, later = [] }: Held,
): FindingQueries => ({
  list: async (filter, wanted) => {
    calls.push(`list ${JSON.stringify(filter)} ${JSON.stringify(wanted)}`);
    const { status, minSeverity, clusterName } = filter;
    const found = findings.filter(
      ({ finding, status: own }) =>
        (status === undefined || own === status) &&
        (minSeverity === undefined || atLeast(finding.severity, minSeverity)) &&
        (clusterName === undefined || finding.clusterName === clusterName),
    );
    return page(found, wanted, newer);
  },
  show: async id => {
    calls.push(`show ${id}`);
    return findings.find(({ finding }) => finding.id === id);
  },
  history: async (id, wanted) => {
    calls.push(`history ${id} ${JSON.stringify(wanted)}`);
    const isLater = calls.filter(call => call.startsWith('list')).length > 1;
    return page([...(histories[id] ?? []), ...(isLater && id === cause.id ? later : [])], wanted, newer);
  },
  runs: async wanted => {
    calls.push(`runs ${JSON.stringify(wanted)}`);
    return page(runs, wanted, newer);
  },
  skippedRuns: async after => {
    calls.push(`skippedRuns after "${after}"`);
    return runs.length === 0 ? [] : skipped.filter(({ startedAt }) => startedAt > after);
  },
  names: async () => {
    calls.push('names');
    return {
      ...{ accounts: ['111122223333'], clusters: ['shop'], namespaces: ['orders'] },
      ...{ serviceAccounts: ['orders/refund'], roles: ['cause'] },
    };
  },
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'irsa-findings-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Options that a question of a test adds to those of the person. */
interface Asked {
  readonly table?: Held;
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  /** Nobody reads the output any more. */
  readonly isClosed?: boolean;
}

const ask = async (
  words: readonly string[],
  { table = {}, env = {}, columns, isClosed }: Asked = {},
): Promise<string> => {
  const calls: string[] = [];
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  if (isClosed) stdout.end();
  const codes: number[] = [];
  const io: Io = {
    ...{ stdin: new PassThrough(), stderr, env: { USER: 'kim', KUBECONFIG: '/dev/null', ...env }, cwd: folder },
    ...{ stdout: columns === undefined ? stdout : Object.assign(stdout, { columns }) },
    ...{ now: () => '2026-11-06T06:00:00.000Z', stdoutIsTerminal: columns !== undefined, stderrIsTerminal: false },
    exit: code => codes.push(code),
  };
  const command = findingsCommandOf(async options => {
    calls.push(`open ${JSON.stringify(options)}`);
    return tableOf(calls, table);
  })(io);
  for (const each of [command, ...command.commands]) each.exitOverride().configureOutput({ writeErr: () => undefined });
  const failure = await new Command()
    .addCommand(command)
    .parseAsync(['findings', ...words], { from: 'user' })
    .then(
      () => undefined,
      (error: unknown) => `${(error as Error).name}: ${(error as Error).message}`,
    );
  const ids = [...known.map(({ finding }) => finding)].map(({ id, subject, discriminator }) => [
    id,
    `ID-OF-${subject.split('/').at(-1)}${discriminator}`,
  ]);
  const text = [
    ...calls.map(call => `? ${call}`),
    String(stdout.read() ?? ''),
    String(stderr.read() ?? '').replace(/^(?=.)/gm, '! '),
    ...(failure === undefined ? [] : [`threw ${failure}`]),
    `=> ${codes.join(' ')}`,
  ];
  return ids.reduce((all, [id = '', name = '']) => all.replaceAll(id, name), text.filter(Boolean).join('\n'));
};

const titleOf = (words: readonly string[], { table: { later: _later, ...table } = {}, ...asked }: Asked = {}): string =>
  `# findings ${words.join(' ')} ${JSON.stringify({ ...asked, ...table }).replace(/^{}$/, '')}`.trimEnd();

const everyFilter = [
  ...['--min-severity', 'low', '--cluster', 'shop', '--account', '111122223333', '--rule', 'trust-any-subject'],
  ...['-n', 'orders', '--service-account', 'orders/refund', '--role', 'cause', '--changed-since', '2026-11-02'],
];
const questions: readonly (readonly [words: readonly string[], asked?: Asked])[] = [
  [[]],
  [['list'], { columns: 300 }],
  [['list', '--json', '--status', 'any', '--limit', '2', '--cursor', '4']],
  [['list', '-o', 'csv', '--status', 'any', '--all', '--limit', '3']],
  [['list', '-o', 'table', '--status', 'any', '--limit', '3']],
  [['list', '--status', 'waived', '--table', 'mine', '--stack', 's', '--region', 'eu-west-1', '--profile', 'p']],
  [['list', ...everyFilter]],
  [['list', '--service-account', 'refund', '--status', 'explained']],
  [['list', '--changed-since', '2026-11-02T08:00:00+02:00']],
  ...['soon', '2026-13-01', '11/02/2026'].map(day => [['list', '--changed-since', day]] as const),
  [['list', '--rule', 'trust-any-subjekt']],
  [['list', '--limit', '0']],
  [['list', '--limit', '1000000']],
  [['list', '--status', 'closed']],
  [['list'], { table: { findings: [] } }],
  [['list', '--json'], { table: { findings: [] } }],
  ...[
    ['--cluster', 'shop'],
    ['--cluster', 'shob'],
    ['--account', '111122223334'],
    ['-n', 'order'],
    ['--service-account', 'refunds'],
    ['--service-account', 'order/refund'],
    ['--service-account', 'refund'],
    ['--role', 'arn:aws:iam::111122223333:role/path/cause'],
    ['--role', 'causes'],
  ].map(words => [['list', ...words], { table: { findings: [] } }] as const),
  [['list', '--cluster', 'shob'], { table: { findings: [], newer: 2 } }],
  [['list', '--all', '--limit', '2'], { table: { newer: 1 } }],
  [['show', cause.id.slice(0, 8)], { columns: 100 }],
  [['show', cause.id, '--json'], { table: { newer: 1 } }],
  [['show', folded.id]],
  [['show', folded.id.slice(0, 12)]],
  [['show', 'f'.repeat(32)]],
  [['show', '']],
  [['history', cause.id]],
  [['history', cause.id.slice(0, 10), '--limit', '3', '-o', 'csv']],
  [['history', cause.id, '--limit', '3', '--cursor', '3', '--json']],
  [['history', cause.id, '--limit', '1', '--all'], { table: { newer: 1 } }],
  [['history', pattern.id]],
  [['history', 'e'.repeat(32)]],
  [['runs']],
  [['runs', '--limit', '2'], { columns: 200 }],
  [['runs', '--limit', '2', '--cursor', '2', '-o', 'csv']],
  [['list', '-n', 'billing', '--service-account', 'orders/refund']],
  [['list', '-n', 'orders', '--service-account', 'orders/refund']],
  [['runs', '--all', '--limit', '3', '-o', 'csv']],
  [['runs', '--json', '--limit', '1']],
  [['runs'], { table: { runs: [] } }],
  [['runs'], { table: { newer: 3 } }],
  [['trend']],
  [['trend', '--limit', '2', '--json']],
  [['trend', '-o', 'csv'], { table: { newer: 1 } }],
  [['trend'], { table: { runs: [] } }],
  [['summary', '-o', 'json']],
  [['summary', '--since', '2026-11-02', '-o', 'json', '--stack', 's'], { table: { newer: 1 } }],
  [['summary', '--since', 'soon']],
  [['summary', '-o', 'pdf', '--output-file', '-']],
  [['summary', '-o', 'pdf'], { env: { PATH: '/nowhere' } }],
  [['summary', '--output-file', 'page.html']],
  [['summary'], { table: { runs: [] } }],
  [['watch', '--times', '1']],
  [
    ['watch', '--times', '2', '--interval', '1', '--changed-since', '2026-11-02', '-o', 'csv', '--cluster', 'shop'],
    { table: { later: [step(5, 'resolved'), step(6, 'reopened')] } },
  ],
  [['watch', '--times', '3', '--interval', '1'], { isClosed: true }],
  [['watch', '--times', '1', '--changed-since', '2026-11-01', '--json', '--min-severity', 'critical']],
  [['watch', '--times', '1', '--changed-since', '2026-11-01'], { columns: 200 }],
];

test('every question gets the answer that is kept', async () => {
  const answers: string[] = [];
  const waited: number[] = [];
  for (const [words, asked] of questions) {
    const began = performance.now();
    answers.push(titleOf(words, asked), await ask(words, asked));
    if (words.includes('2') && words.includes('--interval')) waited.push(performance.now() - began);
  }
  // A second lies between two looks.
  expect(waited.map(ms => ms > 990)).toEqual([true]);
  golden('findings-commands.txt', `${answers.join('\n')}\n`);
});

const forAYear = ['--until', '2027-11-06', '--reason', ' moves soon ', '--owner', ' ops '];
const configuration = `{
  "name": "mine",
  "waivers": [
    { "rule": "trust-any-subject", "subject": "arn:other", "reason": "later", "owner": "ops", "expires": "2027-01-01" }
  ]
}
`;
const waivers: readonly (readonly [words: readonly string[], asked?: Asked])[] = [
  [['waive', cause.id.slice(0, 8), ...forAYear]],
  [['waive', hygiene.id, ...forAYear, '--table', 'mine']],
  [['waive', discriminated.id, '--until', '2026-11-06', '--reason', 'now']],
  [['waive', discriminated.id, '--for', '30', '--reason', 'why'], { env: { USER: '', USERNAME: 'win' } }],
  [['waive', discriminated.id, '--for', '30', '--reason', 'why'], { env: { USERNAME: 'win' } }],
  [['waive', discriminated.id, '--for', '3650d', '--reason', 'why']],
  ...['3651d', '0d', '30w', '-1'].map(span => [['waive', cause.id, `--for=${span}`, '--reason', 'why']] as const),
  [['waive', cause.id, '--reason', 'why']],
  [['waive', cause.id, '--reason', 'why', '--for', '1d', '--until', '2026-12-31']],
  ...['2026-11-05', '2026-12-31 ', '31.12.2026'].map(
    day => [['waive', cause.id, '--until', day, '--reason', 'why']] as const,
  ),
  [['waive', cause.id, '--for', '1d', '--reason', ' no ']],
  [['waive', cause.id, '--for', '1d', '--reason', 'why', '--owner', ' ']],
  [['waive', cause.id, '--for', '1d']],
  [['waive', folded.id, ...forAYear]],
  [['waive', known[5]?.finding.id ?? '', ...forAYear]],
  [['waive', pattern.id, ...forAYear]],
  [['waive', waived.id, ...forAYear]],
  [['waive', cause.id, ...forAYear, '--write', 'config.json']],
  [['waive', hygiene.id, ...forAYear, '--write', 'config.json']],
  [['waive', cause.id, '--for', '1d', '--reason', 'again', '--write', 'config.json']],
  [['unwaive', cause.id]],
  [['unwaive', hygiene.id, '--stack', 'mine']],
  [['unwaive', discriminated.id]],
  [['unwaive', cause.id, '--write', 'config.json']],
  [['unwaive', cause.id, '--write', 'config.json']],
  [['unwaive', hygiene.id, '--write', 'config.json']],
  [['unwaive', hygiene.id, '--write', 'none\u202e.json']],
];

test('every waiver is the one that is kept, and the configuration after it', async () => {
  const file = join(folder, 'config.json');
  writeFileSync(file, configuration);
  const answers: string[] = [];
  for (const [words, asked] of waivers) {
    const answer = (await ask(words, asked)).replaceAll(folder, 'FOLDER');
    answers.push(titleOf(words, asked), answer);
    if (words.includes('config.json')) answers.push(`config.json: ${readFileSync(file, 'utf8')}`);
  }
  golden('findings-waivers.txt', `${answers.join('\n')}\n`);
});
