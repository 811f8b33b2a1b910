import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import type { RunRecord } from '../../lib/audit/ports.ts';
import { renderKnown, renderRuns, renderTransitions } from '../../lib/cli/findings/finding-table.ts';
import { refuseOtherWay, wayNumber } from '../../lib/cli/fix/chosen-way.ts';
import { journalNameOf } from '../../lib/cli/fix/fixed-before.ts';
import { notRunOf, progressInWords } from '../../lib/cli/fix/progress-in-words.ts';
import { contextOfCluster } from '../../lib/cli/kubeconfig/cluster-context.ts';
import {
  fillPlaceholders,
  hasPlaceholder,
  isOnePlaceholder,
  templateOf,
  withQuotedPlaceholders,
} from '../../lib/cli/lint/placeholders.ts';
import { focusOf } from '../../lib/cli/report/graph-names.ts';
import { reportExitCode, withExitNote } from '../../lib/cli/report/report-filter.ts';
import { parseRunReport } from '../../lib/cli/scan/run-report-file.ts';
import type { Io } from '../../lib/cli/shell/io.ts';
import { formatNamed, regionAmong } from '../../lib/cli/shell/options.ts';
import { forTerminal } from '../../lib/cli/shell/plain-terminal.ts';
import { programName, startedBy } from '../../lib/cli/shell/program-name.ts';
import { ruleNamed } from '../../lib/cli/shell/rule-named.ts';
import { styleOf } from '../../lib/cli/shell/style.ts';
import { unknownName } from '../../lib/cli/shell/unknown-name.ts';
import { regionOf, whyTargetOf, wordOf } from '../../lib/cli/why/target.ts';
import { accountChoices, type ReadingOptions, withReading } from '../../lib/config/choices-read.ts';
import { parseConfiguration } from '../../lib/config/configuration.ts';
import { soundChanges } from '../fixes/changes.ts';
import { aFinding, aFullReport, aReport, aTransition, known } from '../report/sample-report.ts';
import { callsOf } from '../support/calls.ts';
import { golden } from '../support/golden.ts';

const of = (...values: readonly unknown[]): readonly (readonly unknown[])[] => values.map(value => [value]);
const readingOf = (options: ReadingOptions, configuration: object) =>
  accountChoices(withReading(parseConfiguration(JSON.stringify(configuration), 'x'), options));
const began = (number: number) => ({ event: 'begin', number });
const entries = [
  began(1),
  { event: 'done', number: 1 },
  { event: 'skipped', number: 2 },
  began(3),
  { event: 'failed', number: 3, isWritten: false },
  began(4),
];
const failing = (isWritten?: boolean) => [
  began(1),
  { event: 'failed', number: 1, ...(isWritten === undefined ? {} : { isWritten }) },
];
const way = (summary: string) => ({ summary, steps: [{ change: soundChanges['addon-created'][0] }] });
const ways = aFinding({ id: 'i', fix: { ...way('first'), commands: [], alternatives: [way('second\n')] } });
const place = { name: 'shop', server: 'https://A.example:443/x', authority: 'aa', context: 'prod' };
const contexts = [
  { name: 'other', server: 'https://b.example' },
  { name: 'first', server: 'https://a.example' },
  { name: 'prod', server: 'https://a.EXAMPLE/' },
  { name: 'tunnel', server: 'https://127.0.0.1', authority: 'aa' },
];
const cluster = (name: string, server: string) => ({ cluster: { name, server } });
const errorOf = (...args: Parameters<typeof unknownName>): string => unknownName(...args).message;
const ofStyle = (env: object, isTerminal: boolean, columns?: number, ...rest: readonly unknown[]) =>
  styleOf(
    { env, stdoutIsTerminal: isTerminal, stdout: columns === undefined ? {} : { columns } } as never,
    ...(rest as [boolean]),
  );
const ruleOf = (id: string, option?: string): string => ruleNamed(id, option).id;
const formatOf = (name: string): string => formatNamed(name).name;
const readReport = (over: object): string =>
  parseRunReport(JSON.stringify({ ...aReport(), ...over }), 'run.json').runId;
const filled = (text: string): string => fillPlaceholders(text, one => one.toUpperCase());
const gap = aFullReport().gaps[0];

/** Each part of the command line at its limits: a change of a limit, an order or a word is a change of this table. */
test('of the parts of the command line: results at and beyond their limits', async () => {
  const regions = await Promise.all(
    (
      [
        [{ region: 'x' }, cluster('arn:aws:eks:eu-west-1:1:cluster/a', ''), undefined],
        [{}, cluster('arn:aws:eks:eu-west-1:1:cluster/a', ''), undefined],
        [{}, cluster('a', 'https://A.gr7.us-east-2.eks.amazonaws.com'), undefined],
        [{}, cluster('a', 'https://A.gr7.cn-north-1.eks.amazonaws.com.cn'), undefined],
        [{}, cluster('a', 'https://A.eu-west-1.eks.api.aws'), undefined],
        [{}, cluster('arn:aws:iam:eu-west-1:1:x/a', 'no URL'), 'https://oidc.eks.ap-south-1.amazonaws.com/id/A'],
        [{}, cluster('a', 'https://x'), 'https://oidc-eks.us-gov-west-1.api.aws/id/A'],
      ] as const
    ).map(([options, context, issuer]) => regionOf(options, context as never, issuer)),
  );
  golden(
    'calls/cli.txt',
    `${regions.join(', ')}\n${callsOf([
      [wordOf, ...of('Pod', 'CronJob')],
      [
        whyTargetOf,
        ...[
          ['cart'],
          ['pod/cart'],
          ['pod', 'cart'],
          ['deploy/cart'],
          ['deployments.apps/cart'],
          ['SA/cart'],
          ['sts/a'],
          ['ds/a'],
          ['jobs/a'],
          ['cj/a'],
          ['ro/a'],
          ['thing/a'],
          ['a/b/c'],
          ['pod/'],
          [''],
        ].map(words => [words, 'ns']),
      ],
      [
        errorOf,
        ['--a', 'cluster', 'shp', ['shop', 'pay']],
        ['--a', 'cluster', 'sho', ['my-sho-1', 'my-sho-2', 'x']],
        ['--a', 'cluster', 'xy', ['my-xy-1', 'z']],
        ['--a', 'cluster', 'nothing', ['a', 'b', 'c', 'd', 'e']],
        ['--a', 'cluster', 'nothing', ['a', 'b', 'c', 'd', 'e', 'f']],
        ['--a', 'cluster', 'nothing', [], 'x'],
        ['--a', 'cluster', 'a\u202e', ['b'], 'place'],
      ],
      [
        readingOf,
        ...[
          {},
          { roleDetails: true },
          { rolePermissions: true },
          { unusedPermissions: true },
          { cloudTrail: true },
          { cloudTrail: true, lookbackMinutes: 7 },
          { cloudTrail: false, roleDetails: false, rolePermissions: false, unusedPermissions: false },
        ].flatMap(options => [
          [options, {}],
          [
            options,
            {
              roleDetails: true,
              rolePermissions: true,
              unusedPermissions: true,
              unusedAfterDays: 50,
              cloudTrail: { enabled: true },
            },
          ],
        ]),
      ],
      [notRunOf, [entries, 5], [[], 2]],
      [progressInWords, [entries, 5], [[], 1], [failing(true), 1], [failing(), 1], [failing(false), 2]],
      [wayNumber, ...of('1', '99', '0', '100', '01', 'x')],
      [
        refuseOtherWay,
        [ways, undefined],
        [ways, 1],
        [ways, 2],
        [ways, 3],
        [aFinding({ fix: { summary: '', commands: [] } }), 1],
        [aFinding({ fix: { summary: '', commands: [] } }), 2],
      ],
      [journalNameOf, ...of('2026-11-01T06:00:00.123Z')],
      [
        contextOfCluster,
        [contexts, place],
        [contexts.slice(0, 3), { ...place, authority: undefined }],
        [contexts.slice(0, 2), { name: 'shop', server: 'https://a.example' }],
        [contexts, { name: 'shop' }],
        [contexts, { ...place, authority: 'bb', server: 'https://c' }],
        [[], place],
      ],
      [
        hasPlaceholder,
        ...of(
          'a',
          '${X}',
          '${aws:username}',
          '<x>',
          '{{ x }}',
          '$(x)',
          '$X',
          '%s',
          '[name]',
          '[a-z]',
          'ACCOUNT_ID',
          'MYACCOUNT',
          'XXXX',
          'XXX',
          '${*}',
          `\${${'x'.repeat(4093)}}`,
          `\${${'x'.repeat(4094)}}`,
        ),
      ],
      [isOnePlaceholder, ...of(' ${X} ', '${X}a', '', '<a><b>')],
      [templateOf, ...of('a-${X}-*', "'$X'", '${aws:PrincipalTag/x}-$Y', 'arn:aws:iam::<ACCOUNT>:role/{{name}}')],
      [filled, ...of('a${x}b')],
      [withQuotedPlaceholders, ...of('{"a": ${ID}, "b": "${x}"}', '{"a": <id>}', '{"a": {{x}}}', '{"a\n: ${x}')],
      [
        focusOf,
        ...of(
          {},
          { serviceAccount: 'cart' },
          { serviceAccount: 'a/cart', namespace: 'b' },
          { cluster: 'c', role: 'r', namespace: 'n' },
        ),
      ],
      [formatOf, ...of('table', 'text', 'json', 'x')],
      [regionAmong, ['eu-west-1'], ['us-gov-west-1', ['a']], ['eu-west'], ['EU-west-1'], ['a-b-1'], ['eu-west-12']],
      [
        programName,
        ...of(
          {},
          { calledAs: 'kubectl-irsa' },
          { calledAs: 'kubectl-irsa.js' },
          { calledAs: 'KUBECTL-IRSA.exe' },
          { calledAs: 'x-kubectl-irsa' },
        ),
      ],
      [
        startedBy,
        ...of(
          { env: {} },
          { env: { npm_command: 'exec' }, calledAs: 'kubectl-irsa' },
          { env: { npm_command: 'run' }, calledAs: 'kubectl-irsa' },
        ),
      ],
      [ruleOf, ['role-unused'], ['role-unsued'], ['role-unsued', '--x']],
      [
        ofStyle,
        ...[
          {},
          { NO_COLOR: '1' },
          { NO_COLOR: '' },
          { FORCE_COLOR: '1' },
          { FORCE_COLOR: '0' },
          { TERM: 'dumb' },
          { TERM: 'dumb', FORCE_COLOR: '1' },
          { NO_COLOR: '1', FORCE_COLOR: '1' },
        ].flatMap(env => [
          [env, true],
          [env, false],
        ]),
        [{}, true, 39],
        [{}, true, 40],
        [{}, true, 160],
        [{}, true, 161],
        [{ COLUMNS: '50' }, true, 80],
        [{ COLUMNS: 'x' }, true, 80],
        [{ COLUMNS: '' }, true, 80],
        [{}, true, 80, false],
        [{}, true, 80, true, { details: true, wide: true, group: 'cluster' }],
        [{}, true, 80, true, { wide: true, group: 'severity' }],
      ],
      [
        readReport,
        ...of(
          {},
          { schemaVersion: 2 },
          { findings: [aFinding()] },
          { startedAt: 'x' },
          { gaps: [{}] },
          { counts: {} },
          { leftOut: -1 },
          { accounts: 1 },
        ),
      ],
    ])}`,
  );
  expect(
    (['critical', 'high', 'medium', 'low', 'info'] as const).map(floor =>
      reportExitCode(aReport({ findings: [aFinding({ severity: 'medium' })] }), floor),
    ),
  ).toEqual([0, 0, 1, 1, 1]);
  expect(reportExitCode(aReport({ stillOpen: [aFinding()] }), 'high')).toBe(1);
  expect(
    reportExitCode(aReport({ findings: [aFinding({ waiver: { reason: 'r', owner: 'o', expires: 'e' } })] }), 'info'),
  ).toBe(0);
  const both = aReport({ gaps: gap ? [gap] : [], findings: [aFinding()] });
  expect([
    reportExitCode(both, 'critical'),
    withExitNote(both, 'critical').notes,
    withExitNote(both, 'high').notes,
  ]).toEqual([
    3,
    [],
    ['exit code 3: 1 thing could not be read; beside that, 1 finding at or above high would give exit code 1'],
  ]);
});

const run: RunRecord = {
  ...{
    runId: 'run-1',
    startedAt: '2026-11-01T06:00:00.000Z',
    endedAt: '2026-11-01T06:01:02.345Z',
    accounts: 2,
    failedAccounts: [],
    gaps: [],
  },
  ...{
    gapCount: 0,
    openBySeverity: { critical: 1, high: 2, medium: 3, low: 4, info: 5 },
    transitions: 6,
    sent: true,
    apiCalls: { a: 1, b: 2 },
  },
};
const ids = ['a'.repeat(32), `a${'b'.repeat(31)}`, `c${'d'.repeat(31)}`];
const states = [
  known(aFinding({ id: ids[0] as string })),
  known(
    aFinding({
      id: ids[1] as string,
      severity: 'low',
      owner: 'team',
      waiver: { reason: 'agreed, with a comma', owner: 'me', expires: '2027-01-01' },
    }),
    { status: 'waived' },
  ),
  known(aFinding({ id: ids[2] as string, severity: 'critical' }), {
    unconfirmedSince: '2026-10-30T00:00:00.000Z',
    changedAt: '2026-10-31T00:00:00.000Z',
  }),
  known(aFinding({ id: 'e'.repeat(32) }), { status: 'resolved', unconfirmedSince: '2026-10-30T00:00:00.000Z' }),
  known((({ clusterName: _, clusterArn: __, ...rest }) => rest)(aFinding({ id: 'f'.repeat(32) })), {
    status: 'explained',
  }),
];
const runs = [
  run,
  {
    ...run,
    sent: false,
    gapCount: 3,
    held: ['slack', 'a\u202eb'],
    failure: { status: 'FAILED', error: 'X', message: 'it\nfailed' },
  } as RunRecord,
  { runId: 'run-2', startedAt: '2026-11-01T07:00:00.000Z', skippedFor: 'run-1' },
];

test('findings, steps and runs of a table, in each format', () => {
  const style = { colour: false, width: 100 };
  const texts = (['table', 'json', 'csv'] as const).flatMap(format => [
    renderKnown(states, format, style),
    renderTransitions([aTransition(), aTransition({ kind: 'resolved', summary: 'a\tb, c' })], format, style),
    renderRuns(runs, format, style),
  ]);
  golden('answers/tables.txt', texts.join('\n'));
});

test('a terminal of ASCII gets signs of ASCII, and a file gets what stands there', () => {
  const shown = (env: Record<string, string>, isTerminal: boolean): string => {
    const stdout = new PassThrough();
    const io = {
      env,
      stdout,
      stderr: stdout,
      stdoutIsTerminal: isTerminal,
      stderrIsTerminal: isTerminal,
    } as unknown as Io;
    forTerminal(io).stdout.write('✔✓✖·→–—‘’“”…é');
    return String(stdout.read());
  };
  const [signs, ascii] = ['✔✓✖·→–—‘’“”…é', `+vx.>--''""...é`];
  expect([
    shown({ TERM: 'dumb' }, true),
    shown({ TERM: 'dumb' }, false),
    shown({}, true),
    shown({ LANG: 'C' }, true),
    shown({ LANG: 'en_US.UTF-8' }, true),
    shown({ LANG: 'C', LC_ALL: 'de_DE.utf8' }, true),
    shown({ LANG: 'de_DE.utf8', LC_CTYPE: 'POSIX' }, true),
    shown({ LC_CTYPE: 'C', LC_ALL: 'C.UTF-8' }, true),
  ]).toEqual([ascii, signs, signs, ascii, signs, signs, ascii, signs]);
});
