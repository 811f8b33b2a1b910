/** The options with which the server is started reach the commands behind its tools; a command that fails is an error of the tool. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Command } from 'commander';
import { mcpCommand } from '../../../lib/cli/commands/mcp.ts';
import type { Io } from '../../../lib/cli/shell/io.ts';

const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-mcp-'));
const before = { ...process.env };
const provider = 'arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A';
const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Federated: provider }, Action: 'sts:AssumeRoleWithWebIdentity' }],
};
/** An AWS with one role, a stack and an empty table, which keeps what it is asked, with the key and the region. */
const asked: string[] = [];
const aws = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += String(part);
  const [, key, region] = /Credential=(\w+)\/\d+\/([\w-]+)/.exec(String(request.headers.authorization)) ?? [];
  const target = String(request.headers['x-amz-target'] ?? '');
  const action = /Action=(\w+)/.exec(body)?.[1] ?? target.split('.')[1] ?? '';
  const about = /(?:StackName|RoleName)=([\w-]+)/.exec(body)?.[1] ?? /"TableName":"(\w+)"/.exec(body)?.[1];
  asked.push(`${action} ${about} ${key} ${region}`);
  const document = encodeURIComponent(JSON.stringify(trust));
  const arn = 'arn:aws:iam::111122223333:role/cart';
  const role = `<RoleName>cart</RoleName><Arn>${arn}</Arn><Path>/</Path><CreateDate>2026-01-01T00:00:00Z</CreateDate>`;
  const output = '<member><OutputKey>TableName</OutputKey><OutputValue>own</OutputValue></member>';
  const answers: Readonly<Record<string, string>> = {
    GetRole: `<Role>${role}<AssumeRolePolicyDocument>${document}</AssumeRolePolicyDocument></Role>`,
    DescribeStacks: `<Stacks><member><StackName>s</StackName><Outputs>${output}</Outputs></member></Stacks>`,
  };
  const xml = answers[action];
  if (target.includes('DynamoDB')) response.writeHead(200).end('{"Items":[],"Count":0}');
  else if (xml === undefined || about === 'broken')
    response
      .writeHead(403)
      .end('<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>');
  else response.writeHead(200).end(`<${action}Response><${action}Result>${xml}</${action}Result></${action}Response>`);
});
beforeAll(async () => {
  await new Promise<void>(done => aws.listen(0, '127.0.0.1', done));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(aws.address() as AddressInfo).port}`,
    ...{ AWS_CONFIG_FILE: join(folder, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none') },
    AWS_REGION: 'us-east-2',
  });
  const keys = (id: string): string => `aws_access_key_id = ${id}\naws_secret_access_key = x\n`;
  writeFileSync(join(folder, 'config'), `[default]\n${keys('AMBIENT')}[profile mine]\n${keys('OFPROFILE')}`);
});
afterAll(() => {
  process.env = before;
  aws.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Answered {
  readonly id: number;
  readonly result: { readonly isError?: boolean; readonly content: readonly { readonly text: string }[] };
}

/** The answers of a server that was started with these words, to these calls, in their order. */
const answers = async (
  words: readonly string[],
  calls: readonly (readonly [name: string, input: object])[],
): Promise<readonly (readonly [isError: boolean, text: string])[]> => {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const io = {
    ...{ stdin, stdout, stderr: new PassThrough(), env: { HOME: folder }, cwd: folder },
    ...{ now: () => '2026-11-02T06:00:00.000Z', stdoutIsTerminal: false, stderrIsTerminal: false },
    exit: () => undefined,
  } as Io;
  const ended = new Command().addCommand(mcpCommand(io)).parseAsync(['mcp', ...words], { from: 'user' });
  const send = (message: object): void => {
    stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  };
  const clientInfo = { name: 'test', version: '0' };
  const given = new Map<number, Answered>();
  let rest = '';
  const all = new Promise<void>(resolve => {
    stdout.on('data', (part: Buffer) => {
      const lines = (rest + String(part)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const message = JSON.parse(line) as Answered;
        given.set(message.id, message);
      }
      if (given.size === calls.length + 1) resolve();
    });
  });
  send({ id: 0, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo } });
  send({ method: 'notifications/initialized' });
  calls.forEach(([name, input], index) => {
    send({ id: index + 1, method: 'tools/call', params: { name, arguments: input } });
  });
  await all;
  stdin.end().destroy();
  await ended;
  return calls.map((_, index) => {
    const result = given.get(index + 1)?.result;
    return [result?.isError === true, result?.content.map(({ text }) => text).join('\n') ?? ''];
  });
};

const isNotThere = (file: string) => [true, expect.stringContaining(`${folder}/${file} cannot be read`)];

test('a region, a stack, a kubeconfig and a context reach each command that takes them', async () => {
  asked.length = 0;
  const [scan, why, own, role, findings, explain, named] = await answers(
    ['--region', 'eu-west-1', '--region', 'eu-west-2', '--kubeconfig', 'k1', '--context', 'c1', '--stack', 'mine'],
    [
      ['scan', {}],
      ['why', { target: 'pod/cart' }],
      ['why', { target: 'pod/cart', context: 'own' }],
      ['who_can_assume', { role: 'cart' }],
      ['findings', {}],
      ['explain', { text: '--version' }],
      ['explain', { text: '0a1b2c3d' }],
    ],
  );
  expect([scan, why, role]).toEqual(Array(3).fill(isNotThere('k1')));
  expect(own).toEqual([
    true,
    'context "own" is not one that the server was started with, which reads c1: start it with --context own',
  ]);
  expect(named).toEqual([true, expect.stringContaining('0a1b2c3d')]);
  expect(asked.filter(one => one.startsWith('DescribeStacks'))).toEqual(
    Array(2).fill('DescribeStacks mine AMBIENT eu-west-1'),
  );
  expect(findings).toEqual([false, '{"answer":[],"notes":["No findings match."]}']);
  expect(explain).toEqual([false, expect.stringContaining('"verdict":"unknown"')]);
  expect(asked.filter(one => /Stack|Query|GetRole/.test(one)).sort()).toEqual(
    expect.arrayContaining([
      'DescribeStacks mine AMBIENT eu-west-1',
      'GetRole cart AMBIENT eu-west-1',
      'Query own AMBIENT eu-west-1',
    ]),
  );
}, 60_000);

test('a configuration reaches scan and the question about a role, a profile and a table what reads them', async () => {
  asked.length = 0;
  const [scan, role, findings] = await answers(
    ['--profile', 'mine', '--config', 'absent.json', '--table', 't'],
    [
      ['scan', {}],
      ['who_can_assume', { role: 'cart' }],
      ['findings', { status: 'any', limit: 3 }],
    ],
  );
  expect([scan, role]).toEqual([isNotThere('absent.json'), isNotThere('absent.json')]);
  expect(findings?.[0]).toBe(false);
  expect(asked).toEqual(expect.arrayContaining(['GetRole cart OFPROFILE us-east-2', 'Query t OFPROFILE us-east-2']));
  expect(asked.filter(one => one.includes('DescribeStacks'))).toEqual([]);
}, 60_000);

test('a command that has no answer is an error with what it told', async () => {
  const [role, unknown, none] = await answers(
    [],
    [
      ['who_can_assume', { role: 'broken' }],
      ['explain', { text: 'trust-any-subjct' }],
      ['explain', { text: '-' }],
    ],
  );
  expect(role).toEqual([true, expect.stringMatching(/^role broken could not be read: .*no/)]);
  expect(unknown).toEqual([true, 'explain: unknown rule "trust-any-subjct"; did you mean trust-any-subject?']);
  expect(none).toEqual([true, expect.stringContaining('explain: got no text')]);
}, 60_000);

/** A context of another cluster, whose user is a program: it is started for nobody but the person who started the server. */
test('a client cannot choose a context that the server was not started with, nor start its program', async () => {
  const ran = join(folder, 'ran');
  const plugin = join(folder, 'plugin.sh');
  writeFileSync(plugin, `#!/bin/sh\ntouch '${ran}'\nexit 1\n`, { mode: 0o755 });
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin, args: [], interactiveMode: 'Never' };
  const contexts = ['good', 'second', 'other'];
  const config = {
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'good' },
    clusters: contexts.map(name => ({ name, cluster: { server: 'https://127.0.0.1:9' } })),
    users: contexts.map(name => ({ name, user: name === 'other' ? { exec } : { token: 'x' } })),
    contexts: contexts.map(name => ({ name, context: { cluster: name, user: name } })),
  };
  writeFileSync(join(folder, 'contexts'), JSON.stringify(config));
  const why = (context: string) => ['why', { target: 'pod/x', namespace: 'd', context }] as const;
  const started = ['--kubeconfig', 'contexts', '--region', 'eu-west-1', '--connect-to', 'a:443:127.0.0.1:9'];
  const [other, second] = await answers(
    [...started, '--context', 'good', '--context', 'second'],
    [why('other'), why('second')],
  );
  expect(other).toEqual([true, expect.stringContaining('"other" is not one that the server was started with')]);
  expect(second).toEqual([false, expect.stringContaining('cluster/second')]);
  const [unnamed] = await answers(started, [why('other')]);
  expect(unnamed).toEqual([true, expect.stringContaining('which reads the current context alone')]);
  expect(existsSync(ran)).toBe(false);
  const rooted = await answers(
    [...started, '--context', 'good', '--ca-file', 'absent.pem'],
    [why('good'), ['scan', {}]],
  );
  expect(rooted).toEqual(Array(2).fill(isNotThere('absent.pem')));
}, 60_000);
