/** What `explain` answers without reading a cluster, what completion looks up, and what `notify` says: both outputs whole. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Command } from 'commander';
import type { Notifier } from '../../lib/audit/ports.ts';
import { completionCommand } from '../../lib/cli/commands/completion.ts';
import { explainCommand } from '../../lib/cli/commands/explain.ts';
import { notifyCommandOf } from '../../lib/cli/commands/notify.ts';
import { reportCommand } from '../../lib/cli/commands/report.ts';
import { rememberScan } from '../../lib/cli/findings/last-scan.ts';
import type { Io } from '../../lib/cli/shell/io.ts';
import { knownMessages } from '../../lib/explain/messages/known-messages.ts';
import { annotate } from '../../lib/fixes/kubernetes-steps.ts';
import { testDigest } from '../../lib/notify/test-digest.ts';
import { renderJson } from '../../lib/report/formats.ts';
import { aFinding, aReport } from '../report/sample-report.ts';
import { aCluster } from '../support/example-world.ts';
import { golden } from '../support/golden.ts';

const now = '2026-11-02T06:00:12.500Z';
let folder: string;
interface Given {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
}
const ask = async (make: (io: Io) => Command, words: readonly string[], { stdin, env, columns }: Given = {}) => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const codes: number[] = [];
  const io: Io = {
    ...{ stdin: Readable.from(stdin === undefined ? [] : [stdin]), stderr, cwd: folder, now: () => now },
    ...{ stdout: columns === undefined ? stdout : Object.assign(stdout, { columns }) },
    env: { HOME: folder, KUBECONFIG: join(folder, 'config'), ...env },
    ...{ stdoutIsTerminal: columns !== undefined, stderrIsTerminal: false, exit: code => codes.push(code) },
  };
  const failure = await new Command('irsa-auditor')
    .addCommand(make(io))
    .parseAsync([...words], { from: 'user' })
    .then(
      () => '',
      (error: unknown) => `threw ${(error as Error).name}: ${(error as Error).message}\n`,
    );
  const err = String(stderr.read() ?? '').replace(/^(?=.)/gm, '! ');
  return `${String(stdout.read() ?? '')}${err}${failure}=> ${codes.join(' ')}\n`.replaceAll(folder, 'FOLDER');
};

const [id, other] = ['a'.repeat(32), `b${'a'.repeat(31)}`];
const place = { clusterName: 'shop', namespace: 'checkout', serviceAccount: 'cart' };
const arn = 'arn:aws:eks:eu-west-1:111122223333:cluster/shop';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irsa-explain-'));
  const clusters = [
    { name: arn, cluster: { server: 'https://a.example' } },
    { name: 'kind-test', cluster: { server: 'https://127.0.0.1:6443' } },
    { name: 'bad name', cluster: { server: 'https://b.example' } },
  ];
  const contexts = [
    { name: 'prod', context: { cluster: arn, user: 'u' } },
    { name: 'test', context: { cluster: 'kind-test', user: 'u' } },
    { name: '$(rm)', context: { cluster: 'bad name', user: 'u' } },
  ];
  const users = [{ name: 'u', user: { token: 't' } }];
  writeFileSync(
    join(folder, 'config'),
    JSON.stringify({ apiVersion: 'v1', kind: 'Config', 'current-context': 'prod', clusters, contexts, users }),
  );
  const findings = [aFinding({ id, ...place }), aFinding({ id: other, ruleId: 'no-such-rule' })];
  writeFileSync(join(folder, 'report.json'), renderJson(aReport({ findings })));
  const reason = { kind: 'denied', operation: 'iam:ListRoles', message: 'no' } as const;
  const gaps = [{ accountId: '111122223333', section: 'roles', reason }] as const;
  writeFileSync(join(folder, 'partly.json'), renderJson(aReport({ findings, gaps })));
  const facts = {
    fleet: { clusters: [{ name: 'shop' }, { name: 'search' }] },
    snapshot: { roles: { status: 'complete', value: [{ name: 'cart' }, { name: 'a;b' }] } },
  };
  const report = aReport({ findings: [aFinding({ id: 'c'.repeat(32), ...place })] });
  mkdirSync(join(folder, 'home'));
  await rememberScan({ report, asked: { region: ['eu-west-1'] } }, [facts] as never, {
    env: { HOME: folder },
    cwd: folder,
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sts =
  'An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity';
const named = `${sts}\nserviceaccount system:serviceaccount:checkout:cart`;
const cluster = 'error: You must be logged in to the server (Unauthorized)';
const explained: readonly (readonly [words: readonly string[], given?: Given])[] = [
  [['trust-any-subject'], { columns: 100 }],
  [['trust-any-subject', '--json']],
  [['trust-any-subjct']],
  [['no-such-thing-at-all']],
  [[]],
  [['-'], { stdin: '  \n' }],
  [['-'], { stdin: `${sts}\n` }],
  [[], { stdin: sts }],
  [['Not', 'authorized', 'to', 'perform', 'sts:AssumeRoleWithWebIdentity'], { columns: 70 }],
  [[named]],
  [[named, '--json']],
  [[sts, '-n', 'n s']],
  [[cluster]],
  [['the printer is on fire']],
  [['the printer is on fire', '--json']],
  [[named, '-n', 'other']],
  [['cccc']],
  [['cccc', '--json']],
  [['aaaa', '--input', 'report.json']],
  [[other, '--input', 'report.json'], { columns: 80 }],
  [['aaaa', '--input', 'none.json']],
  [['dddd', '--input', 'report.json']],
];

test('of rules, findings and messages the answers are those that are kept', async () => {
  const answers: string[] = [];
  for (const [words, given] of explained)
    answers.push(
      `# explain ${words.join(' ')} ${given === undefined ? '' : JSON.stringify(given)}`.trimEnd(),
      await ask(explainCommand, ['explain', ...words], given),
    );
  golden('explain-command.txt', answers.join('\n'));
});

test('as JSON, a message and the others of its text come without how they are found, and causes with their shares', async () => {
  const two = ['sdk-token-unreadable', 'sts-audience'].map(
    id => knownMessages.find(one => one.id === id)?.sample ?? '',
  );
  const answer = await ask(explainCommand, ['explain', two.join('\n'), '--json']);
  const { message, also, causes } = JSON.parse(answer.slice(0, answer.lastIndexOf('=>')));
  expect([message, ...also].map(({ id }) => id).toSorted()).toEqual(['sdk-token-unreadable', 'sts-audience']);
  expect(also[0]).not.toHaveProperty('texts');
  expect(causes[0]).toMatchObject({ id: expect.any(String), share: expect.any(Number), fix: expect.any(String) });
});

test('a context of the name that an earlier run had is not taken: it may lead elsewhere', async () => {
  const of = (server: string) => {
    const cluster = { ...aCluster({ context: 'prod', endpoint: server }), arn };
    return annotate(cluster, { namespace: 'checkout', name: 'cart', annotations: {} }, 'k', server);
  };
  const steps = [of('https://a.example'), of('https://elsewhere.example')];
  const finding = aFinding({ id: 'd'.repeat(32), ...place, fix: { summary: 's', commands: [], steps } });
  writeFileSync(join(folder, 'before.json'), renderJson(aReport({ findings: [finding] })));
  const commands = (answer: string) => answer.match(/kubectl .*annotate/g) ?? [];
  const wanted = ['prod', arn].map(context => `kubectl --context ${context} --namespace checkout annotate`);
  expect(commands(await ask(explainCommand, ['explain', 'dddd', '--input', 'before.json']))).toEqual(wanted);
  const meant = await ask(explainCommand, ['explain', 'dddd', '--input', 'before.json', '--context', 'prod']);
  expect(commands(meant)).toEqual([wanted[0], wanted[0]]);
  const report = ['report', '--input', 'before.json', '--format', 'text', '--details'];
  expect(commands(await ask(reportCommand, report))).toEqual(wanted);
});

test('a message without options is answered with the last scan, where that has its cause', async () => {
  const finding = aFinding({
    ...{ id: 'e'.repeat(32), ruleId: 'cluster-provider-missing', messageId: 'missing', impact: 'breaks' },
    severity: 'high',
  });
  const text = ['explain', 'InvalidIdentityToken: No OpenIDConnect provider found in your account for https://x'];
  const env = { HOME: mkdtempSync(join(tmpdir(), 'irsa-explain-scan-')) };
  const before = await ask(explainCommand, text, { env });
  expect(before).toContain('To decide: irsa-auditor why');
  await rememberScan({ report: aReport({ findings: [finding] }), asked: {} }, [], { env, cwd: folder });
  const answer = await ask(explainCommand, text, { env });
  expect(answer).toMatch(/^The last scan ended at .*The likely cause here:/);
  expect(answer).toContain('eeeeeeee');
});

test.each<[string, string, string]>([
  ['nothing', '', 'got no text, wanted the id of a rule or finding, or an error message'],
  ['white space', ' \n\t\n', 'got no text, wanted the id of a rule or finding, or an error message'],
  [
    'no text',
    `\u0000\u0001${'\u0000\ufffd s3 '.repeat(100_000)}`,
    'no error of AWS, of an SDK or of Kubernetes is in it.',
  ],
  [
    'a log without an error',
    'INFO served in 12 ms\n'.repeat(50_000),
    'no error of AWS, of an SDK or of Kubernetes is in it.',
  ],
  [
    'a megabyte with an error at its end',
    `${'INFO served in 12 ms\n'.repeat(50_000)}InvalidIdentityToken: Incorrect token audience\n`,
    'The audience of the token is not in the client ID list of the OIDC provider.',
  ],
  ['another cloud', 'AADSTS70021: No matching federated identity record found', 'Azure answers here, and not AWS.'],
])('%s on stdin is answered in a sentence, within seconds', async (_, stdin, sentence) => {
  // The processor's time, since other tests take turns with this one. Some 0.5 s without load; a search that grows with the
  // square of the lines takes minutes.
  const before = process.cpuUsage();
  const answer = await ask(explainCommand, ['explain'], { stdin });
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(4_000);
  expect(answer.split(sentence)).toHaveLength(2);
});

test('several errors of one paste are each told once', async () => {
  const errors = [
    'open /var/run/secrets/eks.amazonaws.com/serviceaccount/token: permission denied',
    'Incorrect token audience',
  ];
  const log = [...errors, ...errors].map((error, second) => `2026-11-01T10:00:0${second}Z ${error}\n`);
  const answer = await ask(explainCommand, ['explain'], { stdin: log.join('') });
  for (const error of errors) expect(answer.split(error)).toHaveLength(2);
  expect(answer).toContain('Also in the text: ');
});

test('completion looks up contexts, their clusters and the names of the last scan, and says no errors', async () => {
  const values = (kind: string, env: Readonly<Record<string, string>> = {}) =>
    ask(completionCommand, ['completion', '--values', kind], { env });
  expect(await values('contexts')).toBe('prod\ntest\n=> 0\n');
  expect(await values('clusters')).toBe('kind-test\nsearch\nshop\n=> 0\n');
  expect(await values('roles')).toBe('cart\n=> 0\n');
  const nowhere = { HOME: join(folder, 'home'), KUBECONFIG: join(folder, 'report.json') };
  expect(await values('contexts', nowhere)).toBe('=> 0\n');
  expect(await values('roles', nowhere)).toBe('=> 0\n');
  expect(await ask(completionCommand, ['completion'])).toBe(
    'threw UsageError: completion: which shell? bash, zsh, fish\n=> \n',
  );
});

test('notify --test sends its digest to each destination of the kind, and counts what failed', async () => {
  const sent: unknown[] = [];
  const made: unknown[] = [];
  const notifier = (name: string, why?: string): Notifier => ({
    name,
    send: async digest => {
      sent.push([name, digest]);
      if (why !== undefined) throw new Error(why);
      return 'sent';
    },
  });
  const all = [notifier('slack-a'), notifier('teams-b', 'no\u202e'), notifier('webhook-c')];
  const notify = (...words: readonly string[]) =>
    ask(
      notifyCommandOf((configuration, { region, profile }) => {
        made.push([configuration.notifications, region, profile]);
        return all;
      }),
      ['notify', ...words],
    );
  writeFileSync(join(folder, 'irsa-auditor.config.json'), '{"notifications":[{"to":"slack","secretName":"s"}]}');
  expect(await notify('--test')).toBe('slack-a: sent\nteams-b: no\\u{202e}\nwebhook-c: sent\n=> 1\n');
  expect(sent).toEqual(all.map(({ name }) => [name, testDigest(now)]));
  expect(await notify('--test', '--to', 'slack', '--region', 'r', '--profile', 'p')).toBe('slack-a: sent\n=> 0\n');
  expect(await notify('--test', '--to', 'email')).toBe(
    'threw UsageError: irsa-auditor.config.json has no destination email; email and chat channels are tried by publishing to their topics (docs/alerts.md, "Before the first alert")\n=> \n',
  );
  expect(sent).toHaveLength(4);
  expect(made.slice(0, 2)).toEqual([
    [[{ to: 'slack', secretName: 's' }], undefined, undefined],
    [[{ to: 'slack', secretName: 's' }], 'r', 'p'],
  ]);
  const answers = [
    await notify('--preview', '--to', 'slack'),
    await notify('--preview', '--to', 'teams', '--input', 'report.json'),
    await notify('--preview', '--to', 'teams', '--input', 'partly.json'),
    await notify('--preview', '--to', 'webhook', '--config', 'none.json'),
    await notify('--preview', '--to', 'toString'),
    await notify(),
    await notify('--test', '--config', 'none.json'),
  ];
  golden('notify-command.txt', answers.join('\n'));
});
