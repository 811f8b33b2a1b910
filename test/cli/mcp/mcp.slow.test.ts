import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { tools } from '../../../lib/cli/mcp/tools.ts';
import { regions } from '../../../sandbox/world/scenarios/first-audit.ts';
import { useFirstWorld } from '../../support/first-world.ts';

/** The server as an assistant starts it, asked by the official client. */
const world = useFirstWorld();
let client: Client;
beforeAll(async () => {
  client = new Client({ name: 'test', version: '0' });
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [
        ...['--disable-warning=ExperimentalWarning', resolve('bin/irsa-auditor.ts'), 'mcp', '--no-in-cluster'],
        ...regions.flatMap(region => ['--region', region]),
        ...world.connected(),
      ],
      env: { ...env, HOME: world.folder, KUBECONFIG: join(world.folder, 'none') },
      cwd: world.folder,
    }),
  );
});
afterAll(() => client.close());

const ask = async (name: string, input: Readonly<Record<string, unknown>> = {}) => {
  const { content, structuredContent, isError } = await client.callTool({ name, arguments: input });
  const [first] = content;
  const data = (structuredContent ?? {}) as Readonly<Record<string, unknown>>;
  return { text: first?.type === 'text' ? first.text : '', data, isError: isError === true };
};

test('ends without a word where nobody asks: standard input from /dev/null', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', resolve('bin/irsa-auditor.ts'), 'mcp'],
    { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' },
  );
  expect([status, stdout, stderr]).toEqual([0, '', '']);
});

test('lists its tools, each with a schema, and each said to read only', async () => {
  const listed = (await client.listTools()).tools;
  expect(listed.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
  for (const { inputSchema, annotations, description } of listed) {
    expect(inputSchema.type).toBe('object');
    expect(annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false });
    expect(description).not.toBe('');
  }
  expect(client.getInstructions()).toContain('Every tool only reads');
});

test('scan gives the worst findings with cause and fix, and counts the others', async () => {
  const { data, isError } = await ask('scan', { limit: 3 });
  expect(isError).toBe(false);
  expect(data).toMatchObject({
    headline: expect.stringMatching(/^\d+ findings: /),
    findings: [{ severity: expect.any(String), fix: expect.any(String), commands: expect.any(Array) }, {}, {}],
    notReadCount: 0,
  });
  expect(data.notShown).toBeGreaterThan(5);
  const filtered = await ask('scan', { minSeverity: 'high', clusters: ['shop'] });
  expect(filtered.data.findings).not.toEqual([]);
  expect(JSON.stringify(filtered.data)).not.toContain('"severity":"medium"');
});

test('who_can_assume and explain answer as the commands do', async () => {
  expect((await ask('who_can_assume', { role: 'store-orders' })).text).toContain('orders');
  const message = 'An error occurred (InvalidIdentityToken): Incorrect token audience';
  expect((await ask('explain', { text: message })).data).toMatchObject({ verdict: 'likely' });
});

describe('what cannot be answered is one sentence', () => {
  test.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    ['scan', { clusters: ['shopp'] }, /unknown cluster "shopp"; did you mean shop\?/],
    ['scan', { minSeverity: 'awful' }, /minSeverity/],
    ['who_can_assume', { role: 'nobody' }, /nobody/],
    ['why', { target: 'pod/--context=evil' }, /pod\/NAME/],
    ['why', { target: 'pod/cart' }, /kubeconfig/],
    ['scan', { rules: ['x\n--output=/etc/passwd'] }, /one line/],
  ])('%s %j', async (name, input, sentence) => {
    const { text, isError } = await ask(name, input);
    expect([isError, text]).toEqual([true, expect.stringMatching(sentence)]);
  });

  test.each(['--output=x', '--kubeconfig=x', '-o', '--help'])('%s in place of a name is a name', async word => {
    expect((await ask('scan', { clusters: [word] })).text).toContain(`unknown cluster "${word}"`);
    expect((await ask('explain', { text: word })).data).toMatchObject({ verdict: 'unknown' });
  });
});
