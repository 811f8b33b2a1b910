import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { tableName } from '../../sandbox/local-services.ts';
import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.ts';
import { exactly, trust } from '../../sandbox/world/build.ts';
import { firstAudit, issuerServers, issuers, regions, workloads } from '../../sandbox/world/scenarios/first-audit.ts';
import { runCommand } from '../support/captured-io.ts';
import { leadToSandbox } from '../support/lead-to-sandbox.ts';

/** Each command of the README as it stands there, against the sandbox. The address of the sandbox comes by the
 *  environment or after the command, as `npm start -- --serve` prints it. */
const readme = readFileSync('README.md', 'utf8');
const program = 'npx --no-install irsa-auditor';

/** Commands that no test can run as they stand, each with the reason. */
const exceptions: Readonly<Record<string, string>> = {
  'npm ci && npm start': 'test/infra/sandbox.slow.test.ts runs what npm start runs',
  'npm ci && npm test': 'this test is a part of it',
  'npx cdk bootstrap && npx cdk deploy':
    'needs an AWS account; test/infra/app.slow.test.ts synthesizes what is deployed',
};

/** The exit codes of a command: 0 clean, 1 something was found, 3 something could not be read. */
const expected: Readonly<Record<string, readonly [code: number, output: RegExp]>> = {
  scan: [1, / 5\n? *clusters/],
  'scan --context my-cluster': [1, /store/],
  'init cluster': [0, /aws eks create-access-entry/],
  'scan --finding 0a1b2c3d': [1, /Fix|fix/],
  'scan --all-regions': [1, / 11\n? *clusters/],
  explain: [0, /service-account-role-not-trusting| {2}fix {2}|The likeliest causes, by reports like it/],
  'who-can-assume': [0, /orders\/orders/],
  'who-can-assume --role store-orders --service-account': [1, /^deny/],
  'who-can-assume --policy trust.json': [0, /^Service accounts of https:\S+ with audience sts\.amazonaws\.com: any/],
  lint: [1, /trust-any-subject/],
  why: [1, /store-orders/],
  report: [0, /irsa-report\.html: \d+ findings/],
  'findings list': [0, /HIGH|high/],
};

/** The lines of the shell blocks without comment and prompt, and the commands that stand in the text. */
const commands: readonly string[] = [
  ...new Set([
    ...[...readme.matchAll(/^```(sh|console)\n([\s\S]*?)^```/gm)].flatMap(([, kind = '', block = '']) =>
      block
        .split('\n')
        .filter(line => (kind === 'sh' ? line !== '' : line.startsWith('$ ')))
        .map(line => line.replace(/^\$ /, '').replace(/\s+#.*$/, '')),
    ),
    ...[...readme.matchAll(/`(npx [^`\n]+)`/g)].map(([, command = '']) => command),
  ]),
];
const own = commands.filter(command => command.startsWith(`${program} `)).map(text => text.slice(program.length + 1));
const wordsOf = (command: string): string[] =>
  [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare = '']) => quoted ?? bare);
const keyOf = (command: string): string =>
  Object.keys(expected)
    .filter(key => command === key || command.startsWith(`${key} `))
    .sort((one, other) => other.length - one.length)[0] ?? '';

let sandbox: Sandbox;
let folder: string;
let worst: string;
const before = { ...process.env };

const policy = trust(workloads, issuers.store, { StringEquals: { aud: 'sts.amazonaws.com' } });
const linted: Readonly<Record<string, unknown>> = {
  'deploy/trust.json': policy,
  'terraform/plan.json': {
    format_version: '1.2',
    terraform_version: '1.9.0',
    planned_values: {
      root_module: {
        resources: [
          {
            address: 'aws_iam_role.orders',
            mode: 'managed',
            type: 'aws_iam_role',
            name: 'orders',
            values: {
              name: 'orders',
              assume_role_policy: JSON.stringify(trust(workloads, issuers.store, exactly('orders', 'orders'))),
            },
          },
        ],
      },
    },
  },
  'cdk.out/shop.template.json': {
    Resources: { Cart: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: policy } } },
  },
};

/** One context for each cluster, and `my-cluster`, the current one, for store. */
const kubeconfig = () => {
  const apis = [...sandbox.clusters.running];
  const context = (name: string, cluster: string) => ({ name, context: { cluster, user: cluster } });
  return {
    'current-context': 'my-cluster',
    clusters: apis.map(([name, { url, certificateAuthority }]) => ({
      name,
      cluster: { server: url, 'certificate-authority-data': certificateAuthority },
    })),
    users: apis.map(([name, { token }]) => ({ name, user: { token } })),
    contexts: [context('my-cluster', 'store'), ...apis.map(([name]) => context(name, name))],
  };
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-readme-'));
  sandbox = await startSandbox({ issuers: issuerServers(), world: firstAudit, regions });
  await sandbox.run('readme');
  for (const name of ['cdk.out', 'deploy', 'terraform']) mkdirSync(join(folder, name));
  for (const [name, content] of Object.entries(linted)) writeFileSync(join(folder, name), JSON.stringify(content));
  writeFileSync(join(folder, 'trust.json'), JSON.stringify(policy));
  writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(kubeconfig()));
  writeFileSync(join(folder, 'roots.pem'), sandbox.issuers.caPem);
  leadToSandbox(sandbox, folder);
  const { stdout } = await run('scan --format json');
  worst = JSON.parse(stdout).findings[0].id;
});
afterAll(async () => {
  process.env = before;
  rmSync(folder, { recursive: true, force: true });
  await sandbox.stop();
});

/** The options that lead to the sandbox, for commands that ask issuers or the table of a deployed auditor. */
const leading = (command: string): readonly string[] => {
  if (command.startsWith('findings ')) return ['--table', tableName];
  if (!/^(scan|why|report)\b/.test(command)) return [];
  return [
    ...sandbox.issuers.connectTo.flatMap(text => ['--connect-to', text]),
    ...['--ca-file', join(folder, 'roots.pem')],
  ];
};
const run = (command: string) => {
  const words = wordsOf(command.replace('0a1b2c3d', worst));
  return runCommand([...words, ...leading(command)], {
    cwd: folder,
    env: { KUBECONFIG: join(folder, 'kubeconfig'), NO_COLOR: '1', HOME: folder },
    columns: 80,
  });
};

describe('the commands of the README', () => {
  test('each is run here or stands in the list of exceptions, and no entry is out of use', () => {
    const others = commands.filter(command => !command.startsWith(`${program} `));
    expect([...new Set(others)].sort()).toEqual(Object.keys(exceptions).sort());
    expect([...new Set(own.map(keyOf))].sort()).toEqual(Object.keys(expected).sort());
  });

  test.each(own)('%s', async command => {
    // A finding is looked up in the last scan, whatever other commands ran before.
    if (command.startsWith('explain 0a1b2c3d')) await run('scan --format json');
    const { stdout, stderr, code } = await run(command);
    const [wanted, output] = expected[keyOf(command)] ?? [];
    expect([code, stderr.includes('unexpected error')]).toEqual([wanted, false]);
    expect(stdout || stderr).toMatch(output ?? '');
  });

  test('the transcript of why is what the command prints', async () => {
    const [, command = '', shown = ''] =
      /^\$ npx --no-install irsa-auditor (why .*?) +#.*\n([\s\S]*?)^```/m.exec(readme) ?? [];
    const { stdout } = await run(command);
    expect(shown.split('\n').length).toBeGreaterThan(8);
    expect(stdout).toContain(shown);
  });

  test('npx finds the program of this folder without asking a registry', () => {
    const [npx = '', ...words] = program.split(' ');
    const { status, stdout, stderr } = spawnSync(npx, [...words, 'rules'], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('trust-any-subject');
  });
});
