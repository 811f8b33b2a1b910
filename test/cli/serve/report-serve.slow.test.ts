import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from '@jest/globals';
import { documentKeys } from '../../../lib/audit/document-keys.ts';
import { dynamodbFindingStore } from '../../../lib/store/dynamodb-finding-store.ts';
import { s3PageStore } from '../../../lib/store/s3-page-store.ts';
import { startLocalServices, tableName } from '../../../sandbox/local-services.ts';
import { runCommand } from '../../support/captured-io.ts';
import { useFirstWorld } from '../../support/first-world.ts';
import { aRunRecord } from './run-record.ts';

const sandbox = useFirstWorld();
const running: ChildProcess[] = [];
afterEach(async () => {
  for (const child of running.splice(0)) {
    child.kill('SIGINT');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
});

/** Starts the command; the first line that it prints. */
const serve = async (words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> => {
  const program = ['--disable-warning=ExperimentalWarning', 'bin/irsa-auditor.ts', 'report', '--serve'];
  const child = spawn(process.execPath, [...program, '--region', 'eu-west-1', ...words], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let said = '';
  child.stderr.on('data', chunk => {
    said += chunk;
  });
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`exit ${code}: ${said}`)));
  const [address] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended]);
  return String(address);
};

/** A port that nothing listens on. */
const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
};

describe('report --serve', () => {
  test('audits now, prints one address, and serves the page of that run there', async () => {
    const port = await freePort();
    const address = await serve(['--no-in-cluster', '--port', String(port), ...sandbox.connected()]);
    expect(address).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${port}/[\\w-]{32}/$`));
    const html = await (await fetch(`${address}report`)).text();
    expect(html).toContain('trust-any-subject');
    expect(html).toContain('id="graph-svg"');
    expect((await fetch(new URL('/report', address))).status).toBe(403);
  });

  test('serves the page of the last run of a deployed auditor, and that of the next one when it ends', async () => {
    const { dynamodb, s3, bucket, tableUrl, messagesUrl, stop } = await startLocalServices('eu-west-1');
    try {
      const store = dynamodbFindingStore({
        client: dynamodb,
        tableName,
        retention: { resolvedDays: 1, historyDays: 1 },
      });
      const pages = s3PageStore({ client: s3, bucket, toolVersion: '1.0.0' });
      const end = async (hour: number) => {
        const run = aRunRecord(hour);
        await pages.put(documentKeys(run.runId).report, `<p>the page of ${run.runId}</p>`);
        await store.recordRun(run);
      };
      await end(1);
      const address = await serve(['--table', tableName, '--bucket', bucket, '--interval', '1'], {
        AWS_ENDPOINT_URL_DYNAMODB: tableUrl,
        AWS_ENDPOINT_URL_S3: messagesUrl,
      });
      const page = async () => (await fetch(`${address}report`)).text();
      expect(await page()).toBe('<p>the page of run-1</p>');
      await end(2);
      const events = (await fetch(`${address}events`)).body?.pipeThrough(new TextDecoderStream()) ?? [];
      for await (const event of events) if (event.includes('"run":"run-2"')) break;
      expect(await page()).toBe('<p>the page of run-2</p>');
    } finally {
      await stop();
    }
  });

  test('ends with a sentence where the port is taken, after an audit', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const words = ['--no-in-cluster', '--region', 'eu-west-1', '--port', String(port), ...sandbox.connected()];
    const env = { ...process.env } as Record<string, string>;
    const { stdout, stderr, code } = await runCommand(['report', '--serve', ...words], { env });
    server.close();
    expect([stdout, stderr, code]).toEqual([
      '',
      expect.stringMatching(`^irsa-auditor: --port: ${port} cannot be listened on`),
      2,
    ]);
  });

  test.each([
    [['--serve', '--input', 'run.json'], '--input: not with --serve'],
    [['--serve', '--output-file', 'report.html'], '--output-file: not with --serve'],
    [['--serve', '--format', 'html'], '--format: not with --serve'],
    [['--serve', '--details'], '--details: not with --serve'],
    [['--serve', '--wide'], '--wide: not with --serve'],
    [['--serve', '--interval', '59'], '--interval 59: audits made here are at least 60 seconds apart'],
    [['--port', '8080'], '--port: needs --serve'],
    [['--stack', 'irsa-auditor'], '--stack: needs --serve'],
    [['--serve', '--port', '70000'], 'wanted a whole number from 1 to 65535'],
    [['--serve', '--interval', '0'], 'wanted a whole number from 1 to 604800'],
  ])('with %j is refused in a sentence', async (words, said) => {
    const { stdout, stderr, code } = await runCommand(['report', ...words]);
    expect([stdout, code]).toEqual(['', 2]);
    expect(stderr).toContain(said);
  });
});
