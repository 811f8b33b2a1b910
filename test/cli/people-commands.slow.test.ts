import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Command } from 'commander';
import type { Notifier } from '../../lib/audit/ports.ts';
import { findingsCommandOf } from '../../lib/cli/commands/findings.ts';
import { notifyCommandOf } from '../../lib/cli/commands/notify.ts';
import { main } from '../../lib/cli/main.ts';
import type { Io } from '../../lib/cli/shell/io.ts';
import { setTrustPolicy } from '../../lib/fixes/aws-steps.ts';
import { nothingKnown } from '../../lib/history/known-state.ts';
import { renderJson } from '../../lib/report/formats.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { memoryFindingStore } from '../../lib/store/memory-finding-store.ts';
import { aFleetReport } from '../report/fleet-report.ts';
import { aFinding, aReport, known } from '../report/sample-report.ts';

interface Ended {
  readonly out: string;
  readonly err: string;
  readonly code: number | undefined;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'irsa-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const sink = (): { readonly stream: Writable; readonly text: () => string } => {
  const chunks: string[] = [];
  const stream = new Writable({
    write: (chunk, _, done) => {
      chunks.push(String(chunk));
      done();
    },
  });
  return { stream, text: () => chunks.join('') };
};

const withIo = async (work: (io: Io) => Promise<unknown>, stdin: string | readonly Buffer[] = ''): Promise<Ended> => {
  const [out, err] = [sink(), sink()];
  let code: number | undefined;
  await work({
    stdin: Readable.from(typeof stdin === 'string' ? [stdin] : stdin),
    stdout: out.stream,
    stderr: err.stream,
    env: {},
    cwd: folder,
    now: () => '2026-11-01T06:00:00.000Z',
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    exit: value => {
      code = value;
    },
  });
  return { out: out.text(), err: err.text(), code };
};
const run = (args: readonly string[], stdin: string | readonly Buffer[] = ''): Promise<Ended> =>
  withIo(io => main(args, io), stdin);

describe('explain', () => {
  test.each(catalog.map(rule => [rule.id]))('the rule %s', async id => {
    const { out, code } = await run(['explain', id]);
    expect(out).toContain(id);
    expect(out).toContain('Fix');
    expect(code).toBe(0);
  });

  test('a character of stdin that arrives in two pieces', async () => {
    const log = Buffer.from("OpenIDConnect provider's HTTPS certificate doesn’t match configured thumbprint");
    const middle = log.indexOf(Buffer.from('’')) + 1;
    const { out, code } = await run(['explain', '--all'], [log.subarray(0, middle), log.subarray(middle)]);
    expect(out).toContain('issuer-certificate-untrusted');
    expect(code).toBe(0);
  });

  test('a log from stdin, and the rules it names all exist', async () => {
    const { out, code } = await run(
      ['explain', '--all'],
      'boom\nInvalidIdentityToken: Incorrect token audience\nbang\n',
    );
    expect(out).toContain('provider-audience-missing');
    expect(code).toBe(0);
  });

  test('an unknown message is not known: exit 1; nothing at all is a usage error', async () => {
    expect(await run(['explain', 'the cat sat on the mat'])).toMatchObject({
      out: expect.stringContaining('not known'),
      code: 1,
    });
    expect(await run(['explain'])).toMatchObject({ err: expect.stringContaining('got no text'), code: 2 });
  });

  test('a finding of a report, with the command made from its change', async () => {
    const { id, fix, roleArn = '' } = aFinding({ id: 'a'.repeat(32) });
    const before = '{"Version":"2012-10-17","Statement":[]}';
    const step = setTrustPolicy(roleArn, before, { Version: '2012-10-17', Statement: [] });
    const finding = aFinding({ id, fix: { ...fix, commands: ['rm -rf x'], steps: [step] } });
    await writeFile(join(folder, 'run.json'), renderJson(aReport({ findings: [finding] })));
    const { out } = await run(['explain', finding.id, '--input', 'run.json']);
    expect(out).toContain(finding.message.slice(0, 40));
    expect(out).toContain('aws iam update-assume-role-policy --role-name checkout-cart');
    expect(out).not.toContain('rm -rf x');
    expect(await run(['explain', 'b'.repeat(32), '--input', 'run.json'])).toMatchObject({ code: 2 });
  });
});

describe('report and graph', () => {
  const hex = (text: string): string =>
    Array.from(text, one => one.charCodeAt(0).toString(16))
      .join('')
      .slice(0, 32)
      .padEnd(32, '0');
  beforeAll(async () => {
    const fleet = aFleetReport(60);
    const findings = fleet.findings.map((finding, index) => ({ ...finding, id: hex(`${index}-${finding.id}`) }));
    await writeFile(join(folder, 'fleet.json'), renderJson({ ...fleet, findings }));
    await writeFile(join(folder, 'plain.json'), renderJson(aReport()));
  });

  test('write the page, with graph, access and trend, from a stored run', async () => {
    const { err, code } = await run(['report', '--input', 'fleet.json', '--output-file', 'out.html']);
    const html = await readFile(join(folder, 'out.html'), 'utf8');
    expect(html).toContain('id="graph-svg"');
    expect(html).toContain('id="trend"');
    expect(html).toContain('"access":{"rows":[{');
    expect(html).toContain('default-src &#39;none&#39;');
    expect(err).toMatch(/^out\.html: \d+ findings, 1 gap$/m);
    expect(code).toBe(0);
  });

  test.each(['mermaid', 'dot', 'json'])('draw %s', async format => {
    const whole = await run(['graph', '--input', 'fleet.json', '--format', format]);
    const part = await run(['graph', '--input', 'fleet.json', '--format', format, '--problems-only']);
    expect(part.out.length).toBeLessThan(whole.out.length);
    expect(part.out).toContain('kube-system');
  });

  test('a service account is found with its namespace', async () => {
    const ofOne = (name: string) =>
      run(['graph', '--input', 'fleet.json', '--format', 'json', '--service-account', name]);
    const whole: { nodes: { kind: string; label: string; id: string }[] } = JSON.parse(
      (await run(['graph', '--input', 'fleet.json', '--format', 'json'])).out,
    );
    const [account] = whole.nodes.filter(({ kind }) => kind === 'service-account');
    const [namespace, name] = account?.id.split('/').slice(-2) ?? [];
    const { out, code } = await ofOne(`${namespace}/${name}`);
    expect(code).toBe(0);
    expect(JSON.parse(out).nodes.map(({ id }: { id: string }) => id)).toContain(account?.id);
  });

  test.each([
    ['--cluster', 'unknown cluster'],
    ['--namespace', 'unknown namespace'],
    ['--service-account', 'unknown service account'],
    ['--role', 'unknown role'],
  ])('draw: a name of %s that nothing has is an error', async (option, said) => {
    expect(await run(['graph', '--input', 'fleet.json', option, 'no-such-thing'])).toMatchObject({
      out: '',
      err: expect.stringContaining(`${option}: ${said} "no-such-thing"; `),
      code: 2,
    });
  });

  test.each(['annotation', 'trust', 'both', 'association'])(
    'draw: a line by %s of a written report is read',
    async by => {
      const node = { kind: 'role', accountId: '111122223333', presence: 'read', findings: [] };
      const nodes = ['a', 'b'].map(id => ({ ...node, id, label: id }));
      const graph = { nodes, edges: [{ from: 'a', to: 'b', kind: 'assumes', state: 'ok', by }] };
      await writeFile(join(folder, 'by.json'), renderJson({ ...aReport(), graph } as never));
      expect(await run(['graph', '--input', 'by.json', '--format', 'json'])).toMatchObject({ err: '', code: 0 });
    },
  );

  test('draw: an empty graph is drawn without a word', async () => {
    const graph = { nodes: [], edges: [] };
    await writeFile(join(folder, 'empty.json'), renderJson({ ...aReport(), graph } as never));
    expect(await run(['graph', '--input', 'empty.json', '--format', 'json'])).toMatchObject({ err: '', code: 0 });
  });

  test('say what is wrong with a file', async () => {
    await writeFile(
      join(folder, 'bad.json'),
      renderJson({ ...aReport(), graph: { nodes: [{ kind: 'moon' }], edges: [] } } as never),
    );
    expect(await run(['graph', '--input', 'bad.json'])).toMatchObject({
      err: expect.stringContaining('graph.nodes.0'),
      code: 2,
    });
    expect(await run(['graph', '--input', 'plain.json'])).toMatchObject({
      err: expect.stringContaining('holds no graph'),
      code: 2,
    });
    expect(await run(['report', '--input', 'none.json'])).toMatchObject({
      err: expect.stringContaining('cannot be read'),
      code: 2,
    });
  });
});

describe('rules and completion', () => {
  test('JSON holds every rule', async () => {
    const { out } = await run(['rules', '--format', 'json']);
    expect(JSON.parse(out).map(({ id }: { readonly id: string }) => id)).toEqual(catalog.map(rule => rule.id));
  });
  test('filters leave the rules that they name, and one rule in full takes none', async () => {
    const asked = JSON.parse((await run(['rules', '--impact', 'exposes', '--min-severity', 'high', '--json'])).out);
    const grave = catalog.filter(one => one.impact === 'exposes' && ['critical', 'high'].includes(one.severity));
    expect(asked.map((one: { id: string }) => one.id)).toEqual(grave.map(({ id }) => id));
    expect((await run(['rules', '--rule', 'role-unused'])).out).toMatch(/^ INFO +role-unused .*\n$/);
    expect(await run(['rules', 'role-unused', '--impact', 'breaks'])).toMatchObject({
      err: expect.stringContaining('got an id and a filter'),
      code: 2,
    });
  });
  test('a mistyped rule is answered with those near it', async () => {
    expect(await run(['rules', 'trust-any'])).toMatchObject({
      err: expect.stringContaining('trust-any-subject'),
      code: 2,
    });
  });
  test.each(['bash', 'zsh', 'fish'])('%s completes commands and rules', async shell => {
    const { out, code } = await run(['completion', shell]);
    for (const word of ['findings', 'explain', 'min-severity', 'trust-any-subject']) expect(out).toContain(word);
    expect(code).toBe(0);
  });
});

describe('findings', () => {
  const store = memoryFindingStore({
    '111122223333': {
      ...nothingKnown,
      findings: [
        known(aFinding({ id: '1'.repeat(32), severity: 'low' })),
        known(aFinding({ id: '2'.repeat(32), severity: 'critical', message: '=1+1' })),
        known(aFinding({ id: '3'.repeat(32) }), { status: 'resolved', changedAt: '2026-11-02T06:00:00.000Z' }),
      ],
    },
  });
  const ask = (args: readonly string[]): Promise<Ended> =>
    withIo(async io => {
      const program = new Command().addCommand(findingsCommandOf(async () => store)(io));
      await program.parseAsync(['findings', ...args], { from: 'user' });
    });

  test('list what is open, worst first, a page at a time', async () => {
    const { out, err } = await ask(['list', '--limit', '1']);
    expect(out).toContain('2'.repeat(8));
    expect(out).not.toContain('1'.repeat(8));
    const [, cursor = ''] = /--cursor (\S+)/.exec(err) ?? [];
    expect((await ask(['list', '--limit', '1', '--cursor', cursor])).out).toContain('1'.repeat(8));
    expect((await ask(['list', '--limit', '1', '--all'])).out).toContain('1'.repeat(8));
  });

  test.each<readonly [readonly string[], number]>([
    [['--min-severity', 'high'], 1],
    [['--status', 'any'], 3],
    [['--status', 'resolved'], 1],
    [['--status', 'any', '--changed-since', '2026-11-02'], 1],
    [['--rule', 'webhook-missing'], 0],
    [['--rule', 'trust-any-subject', '--account', '111122223333'], 2],
  ])('list %j gives %d', async (args, count) => {
    expect(JSON.parse((await ask(['list', '--json', ...args])).out)).toHaveLength(count);
  });

  test('CSV holds a formula as text', async () => {
    expect((await ask(['list', '--format', 'csv'])).out).toContain(",'=1+1,");
  });

  test('show, history, runs and watch', async () => {
    expect((await ask(['show', '2'.repeat(32)])).out).toContain('open since');
    expect((await ask(['history', '2'.repeat(32)])).err).toContain('No history');
    expect((await ask(['runs'])).err).toContain('No run yet');
    await store.recordSkipped({ runId: 'run-2', startedAt: '2026-11-02T06:00:00.000Z', skippedFor: 'run-1' });
    expect(await ask(['runs'])).toMatchObject({
      out: '2026-11-02T06:00:00.000Z  skipped: run run-1 was going on\n',
      err: '',
      code: 0,
    });
    expect((await ask(['runs', '--format', 'csv'])).out).toContain('run-2,skipped: run run-1 was going on');
    expect(JSON.parse((await ask(['runs', '--format', 'json'])).out)).toHaveLength(1);
    expect(await ask(['watch', '--times', '1', '--changed-since', '2027-01-01'])).toMatchObject({ out: '', code: 0 });
  });
});

describe('notify --test', () => {
  const notify = (
    notifiers: readonly Notifier[],
    args: readonly string[] = ['--test', '--config', 'config.json'],
  ): Promise<Ended> =>
    withIo(async io => {
      await new Command()
        .addCommand(notifyCommandOf(() => notifiers)(io))
        .parseAsync(['notify', ...args], { from: 'user' });
    });
  beforeAll(() => writeFile(join(folder, 'config.json'), '{}'));

  test('says of each destination whether it took the message', async () => {
    const fine: Notifier = { name: 'slack-a', send: async () => 'sent' };
    const broken: Notifier = { name: 'teams-b', send: () => Promise.reject(new Error('HTTP 404')) };
    expect(await notify([fine])).toMatchObject({ out: 'slack-a: sent\n', code: 0 });
    expect(await notify([fine, broken])).toMatchObject({ out: 'slack-a: sent\nteams-b: HTTP 404\n', code: 1 });
  });
  test('without --test or destinations is a usage error', async () => {
    await expect(notify([], [])).rejects.toThrow('wanted --preview, which prints the messages, or --test');
    await expect(notify([])).rejects.toThrow('has no destination');
    await expect(notify([], ['--test', '--preview'])).rejects.toThrow('wanted one of them');
    await expect(notify([], ['--preview', '--to', 'pager'])).rejects.toThrow(
      '--to: got "pager", wanted one of email, chatbot-slack, slack, teams, webhook, eventbridge, security-hub',
    );
  });

  test('--preview prints what each destination shows of a run, and sends nothing', async () => {
    const broken: Notifier = { name: 'slack-a', send: () => Promise.reject(new Error('it was sent')) };
    const preview = (...args: string[]) => notify([broken], ['--preview', '--input', 'report.json', ...args]);
    await writeFile(join(folder, 'report.json'), renderJson(aReport({ findings: [aFinding({ id: 'a'.repeat(32) })] })));
    const all = await preview();
    for (const title of [
      'email: platform@example.com\n│ Subject: ',
      'slack: irsa-auditor/slack\n',
      'teams: irsa-auditor/teams\n',
    ])
      expect(all.out).toContain(title);
    expect(all.out).toContain('email: platform@example.com, weekly summary\n│ Subject: ');
    expect(all.out).not.toContain('webhook: irsa-auditor/webhook, weekly');
    expect(all.err).toBe('There is no irsa-auditor.config.json: this shows every kind of destination as an example.\n');
    const own = {
      notifications: [{ to: 'slack', secretName: 'x', when: { clusters: ['other'] } }],
      minSeverity: 'critical',
    };
    await writeFile(join(folder, 'own.json'), JSON.stringify(own));
    const filtered = await preview('--config', 'own.json');
    expect(filtered.out).toMatch(/^slack: x, weekly summary\n/);
    expect(filtered.err).toContain('No finding is critical or worse');
    await writeFile(join(folder, 'own.json'), JSON.stringify({ ...own, minSeverity: 'low' }));
    expect((await preview('--config', 'own.json')).out).toContain(
      'slack: x\n│ No message: its filter (when) wants nothing of this.',
    );
    expect((await preview('--config', 'config.json', '--to', 'teams')).out).toMatch(/^teams: irsa-auditor\/teams\n/);
  });

  test('without a scan the finding is made up', async () => {
    const { out, err } = await notify([], ['--preview', '--to', 'email']);
    expect(out).toContain('This is a test of irsa-auditor: nothing is wrong.');
    expect(err).toContain('There is no last scan: the finding is made up.');
  });
});
