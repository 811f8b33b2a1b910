import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { drift } from '../../sandbox/drift.ts';
import { tableName } from '../../sandbox/local-services.ts';
import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.ts';
import { firstAudit, issuerServers, regions } from '../../sandbox/world/scenarios/first-audit.ts';
import { runCommand } from '../support/captured-io.ts';
import { leadToSandbox } from '../support/lead-to-sandbox.ts';

/** The outputs of docs/tasks.md are those of the commands above them, against the sandbox after its drift. `UPDATE_GOLDEN=1` writes
 *  them: look at the difference before committing. */
const place = 'docs/tasks.md';
const page = readFileSync(place, 'utf8');

/** A command of the page with its output, which ends at the next one or with the block. */
interface Task {
  readonly section: string;
  readonly command: string;
  readonly output: string;
}

const sections = page.split(/^## /m).slice(1);
const tasks: readonly Task[] = sections.flatMap(section =>
  [...section.matchAll(/^```console\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map(part => {
        const [command = '', ...lines] = part.split('\n');
        return { section: section.split('\n', 1).join(), command, output: lines.join('\n') };
      }),
  ),
);

/** Commands of `sh` blocks, which no test runs as they stand, and the test of what they do. */
const others: Readonly<Record<string, string>> = {
  'A CronJob in the cluster': 'test/infra/chart.slow.test.ts',
  'A container image': 'test/infra/container.slow.test.ts',
  'One file': 'test/infra/single-file.slow.test.ts',
};

let sandbox: Sandbox;
let folder: string;
const before = { ...process.env };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-tasks-'));
  sandbox = await startSandbox({ issuers: issuerServers(), world: firstAudit, regions });
  for (const [, name = '', content = ''] of page.matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```/gm)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const apis = [...sandbox.clusters.running];
  const kubeconfig = {
    'current-context': 'store',
    clusters: apis.map(([name, api]) => ({
      name,
      cluster: { server: api.url, 'certificate-authority-data': api.certificateAuthority },
    })),
    users: apis.map(([name, { token }]) => ({ name, user: { token } })),
    contexts: apis.map(([name]) => ({ name, context: { cluster: name, user: name } })),
  };
  writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(kubeconfig));
  writeFileSync(join(folder, 'roots.pem'), sandbox.issuers.caPem);
  leadToSandbox(sandbox, folder);
  await sandbox.run('run-1');
  await run('irsa-auditor scan --format json --output-file last-week.json');
  await drift(sandbox);
  await sandbox.run('run-2');
});
afterAll(async () => {
  process.env = before;
  rmSync(folder, { recursive: true, force: true });
  await sandbox.stop();
});

/** The way to the sandbox, which a real account does not need. */
const leading = (command: string): readonly string[] => {
  if (/^findings (list|trend|runs|summary)/.test(command)) return ['--table', tableName];
  if (!/^(scan|why|report|fix|impact)\b/.test(command)) return [];
  const roots = ['--ca-file', join(folder, 'roots.pem')];
  return command.includes('--no-issuers')
    ? []
    : [...sandbox.issuers.connectTo.flatMap(text => ['--connect-to', text]), ...roots];
};

/** Sentences about the way to the sandbox, which a real account does not have. */
const way = /Note: issuers were reached elsewhere[\s\S]*?\(--ca-file\)\n/;

/** The program of its own, which ends with its standard input. */
const served = (words: readonly string[], input: string): string =>
  spawnSync(process.execPath, [join(process.cwd(), 'bin/irsa-auditor.js'), ...words], {
    input,
    encoding: 'utf8',
    timeout: 60_000,
  }).stdout;

/** Runs a line of the page. `| head -N` and `| grep -o PATTERN` are done here, and `echo '…' |` is its standard input. */
const run = async (line: string): Promise<string> => {
  const [, stdin, rest = ''] = /^(?:echo '([^']*)' \| )?irsa-auditor (.*)$/.exec(line) ?? [];
  const [, command = '', head, wanted] = /^(.*?)(?: \| (?:head -(\d+)|grep -o '([^']*)'))?$/.exec(rest) ?? [];
  const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare = '']) => quoted ?? bare);
  const { stdout, stderr } =
    stdin === undefined
      ? await runCommand([...words, ...leading(command)], {
          cwd: folder,
          env: { KUBECONFIG: join(folder, 'kubeconfig'), NO_COLOR: '1', HOME: folder, COLUMNS: '100' },
        })
      : { stdout: served(words, `${stdin}\n`), stderr: '' };
  if (stderr.includes('unexpected error')) throw new Error(stderr);
  const text = `${stdout}${stderr}`.replaceAll(`${folder}/`, '').replace(way, '');
  const lines = wanted === undefined ? text.split('\n') : (text.match(new RegExp(wanted, 'g')) ?? []);
  const shown = lines
    .slice(0, Number(head ?? lines.length))
    .join('\n')
    .trimEnd();
  return shown === '' ? '' : `${shown}\n`;
};

/** A text without what differs from run to run: times, ports, hashes of certificates, durations. */
const steady = (text: string): string =>
  text
    .replace(/\d{4}-\d{2}-\d{2}T[\d:.]+Z?/g, 'TIME')
    .replace(/\d{4}-\d{2}-\d{2}( \d\d:\d\d)?/g, 'DAY')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replace(/\b[0-9a-f]{40}\b/g, 'SHA1')
    .replace(/\d+\.\d s\b/g, 'SECONDS')
    .replace(/\d+ calls/g, 'CALLS')
    .replace(/ +/g, ' ');

describe('docs/tasks.md', () => {
  test('has the tasks that people do, and each has a command', () => {
    expect(sections.length).toBeGreaterThanOrEqual(20);
    const withCommand = new Set([...tasks.map(({ section }) => section), ...Object.keys(others)]);
    expect(sections.map(text => text.split('\n', 1).join()).filter(title => !withCommand.has(title))).toEqual([]);
    for (const file of Object.values(others)) expect(readFileSync(file, 'utf8')).toContain('test(');
  });

  test('its list of tasks leads to each', () => {
    const anchorOf = (title: string): string =>
      title
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-');
    const [list = ''] = page.split('\n## ', 1);
    expect([...list.matchAll(/\(#([\w-]+)\)/g)].map(([, anchor]) => anchor).sort()).toEqual(
      sections.map(text => anchorOf(text.split('\n', 1).join())).sort(),
    );
  });

  test.each(tasks.map(task => [task.section, task] as const))('%s', async (_, { command, output }) => {
    const now = await run(command);
    if (process.env.UPDATE_GOLDEN && steady(now) !== steady(output)) {
      const written = readFileSync(place, 'utf8');
      writeFileSync(
        place,
        written.replace(`$ ${command}\n${output}`, () => `$ ${command}\n${now}`),
      );
    } else expect(steady(now)).toBe(steady(output));
    expect(now).not.toBe('');
  });
});
