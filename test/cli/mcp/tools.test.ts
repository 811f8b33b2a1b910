/** Of each tool: what it takes and refuses, the words of its command, what it answers; and how a command runs for it. */
import { expect, test } from '@jest/globals';
import { Command } from 'commander';
import { runCommand } from '../../../lib/cli/mcp/run-command.ts';
import { type ServerWords, tools } from '../../../lib/cli/mcp/tools.ts';
import type { Io } from '../../../lib/cli/shell/io.ts';
import { renderJson } from '../../../lib/report/formats.ts';
import { aFinding, aFullReport } from '../../report/sample-report.ts';
import { golden } from '../../support/golden.ts';

const server: ServerWords = {
  ...{ scan: ['--region=a', '--region=b'], why: ['--region=a'], role: ['--profile=p'] },
  table: ['--table=t'],
  contexts: ['prod', 'stage'],
};
const full = aFullReport();
const report = { ...full, findings: full.findings.map(one => ({ ...one, id: one.id.padStart(32, '0') })) };
const json = renderJson(report);
const dash = '--fail-on=x';

const inputs: Readonly<Record<string, readonly unknown[]>> = {
  scan: [
    {},
    { clusters: [dash, 'b'], rules: ['r', dash], minSeverity: 'high', limit: 1 },
    ...[{ limit: 0 }, { limit: 101 }, { limit: 1.5 }, { limit: 100 }, { minSeverity: 'worst' }],
    ...[{ clusters: ['a\nb'] }, { clusters: [''] }, { clusters: 'a' }, { rules: ['x'.repeat(2049)] }],
    ...[{ clusters: Array(51).fill('a') }, { rules: Array(51).fill('a') }],
  ],
  why: [
    { target: 'pod/cart' },
    { target: 'serviceaccount/a.b-c', namespace: 'checkout', context: dash },
    ...['deployment', 'statefulset', 'daemonset', 'job', 'cronjob'].map(kind => ({ target: `${kind}/x` })),
    ...['cart', 'node/x', 'pod/', 'pod/-x', 'pod/x-', 'pod/X', 'pod/a b', `pod/${'x'.repeat(254)}`, 'xpod/a'].map(
      target => ({ target }),
    ),
    ...['', '-n', 'n-', 'N', 'x'.repeat(64), 'a.b'].map(namespace => ({ target: 'pod/x', namespace })),
    ...['\u0007', 'prod', 'stage', 'another'].map(context => ({ target: 'pod/x', context })),
    {},
  ],
  who_can_assume: [{ role: 'cart' }, { role: dash }, { role: '' }, {}],
  explain: [
    { text: dash },
    { text: '0a1b2c3d' },
    { text: ' 0a1b2c3d\n' },
    { text: 'a\nb' },
    { text: '' },
    { text: 'x'.repeat(200_001) },
    {},
  ],
  findings: [
    {},
    { status: 'any', minSeverity: 'low', cluster: dash, namespace: 'n', limit: 3 },
    ...['open', 'waived', 'explained', 'resolved', 'closed'].map(status => ({ status })),
    ...[{ limit: 0 }, { limit: 101 }, { cluster: '\u0000' }, { namespace: '' }],
  ],
};

const wordsOrRefusal = (make: () => readonly string[]): string => {
  try {
    return JSON.stringify(make());
  } catch (error) {
    return String(error);
  }
};

test('the words of each tool, and what it refuses, are those that are kept', () => {
  const lines = tools.flatMap(({ name, title, description, input, words }) => [
    `# ${name}: ${title}`,
    description,
    ...(inputs[name] ?? []).map(given => {
      const parsed = input.safeParse(given);
      const shown = JSON.stringify(given).replace(/x{40,}/, run => `x*${run.length}`);
      const said = parsed.success
        ? wordsOrRefusal(() => words(parsed.data as never, server))
        : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
      return `${shown.replace(/(?:"a",){40,}/, '…')} → ${said}`;
    }),
    '',
  ]);
  expect(Object.keys(inputs)).toEqual(tools.map(({ name }) => name));
  golden('mcp-words.txt', lines.join('\n'));
});

test('of a scan the worst findings are answered, with how many are not, and what was not read', () => {
  const scan = tools.find(({ name }) => name === 'scan');
  const folding = renderJson({
    ...report,
    findings: [
      aFinding({ id: 'a'.repeat(32), explains: [{ id: 'f'.repeat(32), ruleId: 'r', subject: 's', message: 'm' }] }),
      ...report.findings,
    ],
  });
  const [gap] = report.gaps;
  const unread = ['eu-west-1', 'eu-west-2', 'eu-west-3'].map(region => ({ ...gap, region }));
  const answers = [
    [renderJson({ ...report, gaps: unread as typeof report.gaps }), 2],
    [json, 100],
    [json, 1],
    [folding, 2],
  ] as const;
  golden(
    'mcp-answers.txt',
    answers.map(([text, limit]) => `${JSON.stringify(scan?.answer(text, { limit } as never), null, 1)}\n`).join('\n'),
  );
  const findings = tools.find(({ name }) => name === 'findings');
  expect([
    findings?.answer('[1]', {} as never),
    findings?.answer('{"a":1}', {} as never),
    findings?.answer('null', {} as never),
  ]).toEqual([{ answer: [1] }, { a: 1 }, { answer: null }]);
});

const io: Pick<Io, 'now' | 'env' | 'cwd' | 'stdoutIsTerminal' | 'stderrIsTerminal' | 'exit'> = {
  ...{ now: () => '', env: {}, cwd: '/', stdoutIsTerminal: true, stderrIsTerminal: true },
  exit: () => {
    throw new Error('the server ended');
  },
};
const command = (act: (io: Io, options: { readonly many?: string }) => void) => (own: Io) =>
  new Command('one')
    .option('--many <count>', 'how many')
    .requiredOption('--needed <x>', 'x')
    .action((options: { readonly many?: string }) => act(own, options));
const run = (act: Parameters<typeof command>[0], ...words: readonly string[]) =>
  runCommand(command(act), ['one', '--needed=x', ...words], io as Io);

test('a command that runs for a tool writes into the answer, on no terminal, and ends nothing', async () => {
  const ended = await run((own, { many }) => {
    own.stdout.write(`${many} ${own.stdoutIsTerminal} ${own.stderrIsTerminal}`);
    own.stdout.write(Buffer.from(' é'));
    own.stderr.write('a note\n\n  \nanother');
    own.exit(3);
  }, '--many=-2');
  expect(ended).toEqual({ stdout: '-2 false false é', notes: ['a note', 'another'] });
});

test('an answer that is longer than the most is an error of the tool, and ends nothing', async () => {
  const long = (...texts: readonly string[]) =>
    runCommand(
      command(own => {
        for (const text of texts) own.stdout.write(text);
      }),
      ['one', '--needed=x'],
      io as Io,
      10,
    );
  expect((await long('12345', '67890')).stdout).toBe('1234567890');
  await expect(long('12345', '678901', '2')).rejects.toMatchObject({
    ...{ name: 'UsageError', message: 'the answer is longer than 10 characters' },
  });
});

test('words that it does not take are a usage error, and what it throws is thrown', async () => {
  const nothing = (): void => undefined;
  const usage = (message: string) => ({ name: 'UsageError', message });
  await expect(run(nothing, '--none')).rejects.toMatchObject(usage("unknown option '--none'"));
  await expect(runCommand(command(nothing), ['one'], io as Io)).rejects.toMatchObject(
    usage("required option '--needed <x>' not specified"),
  );
  const below = command(nothing);
  const within = (io: Io) => {
    const outer = new Command('outer').addCommand(new Command('first').action(nothing)).addCommand(below(io));
    return outer;
  };
  for (const [words, message] of [
    [['outer', 'one', '--needed=x', '--none'], "unknown option '--none'"],
    [['outer', 'first', '--none'], "unknown option '--none'"],
    [['outer', 'one'], "required option '--needed <x>' not specified"],
    [['outer', 'wholly'], "unknown command 'wholly'"],
    [['outer', '--none'], "unknown option '--none'"],
  ] as const)
    await expect(runCommand(within, words, io as Io)).rejects.toMatchObject(usage(message));
  const broken = new Error('it broke');
  await expect(
    run(() => {
      throw broken;
    }),
  ).rejects.toBe(broken);
});
