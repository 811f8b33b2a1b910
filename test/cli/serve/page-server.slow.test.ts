import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type PageServer, type ServedView, startPageServer } from '../../../lib/cli/serve/page-server.ts';
import { renderHtml } from '../../../lib/report/html/html.ts';
import { aReport } from '../../report/sample-report.ts';

const shownOf = (run: string): ServedView => ({
  page: { run, html: `<!doctype html><title>${run}</title>` },
  text: `The run ${run}`,
  isTrouble: false,
});

let server: PageServer;
beforeEach(async () => {
  server = await startPageServer(shownOf('one'));
});
afterEach(() => server.close());

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const open = async (path: string, { method = 'GET', headers = {} }: Asked = {}): Promise<IncomingMessage> => {
  const { hostname, port } = new URL(server.address);
  const asked = request({ host: hostname, port, path, method, headers, agent: false }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return answer;
};
const ask = async (path: string, asked: Asked = {}) => {
  const answer = await open(path, asked);
  let body = '';
  for await (const chunk of answer) body += String(chunk);
  return { status: answer.statusCode, body, headers: answer.headers };
};
const root = () => new URL(server.address).pathname;
const otherPort = () => `127.0.0.1:${Number(new URL(server.address).port) === 80 ? 81 : 80}`;

describe('a served report', () => {
  test('has an address on the loopback interface with a token of 192 bits in it', () => {
    expect(server.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[A-Za-z0-9_-]{32}\/$/);
  });

  test('has another token each time', async () => {
    const other = await startPageServer(shownOf('one'));
    await other.close();
    expect(new URL(other.address).pathname).not.toBe(root());
  });

  test('is the page of the run, inside a page that follows the runs', async () => {
    const shell = await ask(root());
    expect([shell.status, shell.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(shell.body).toContain('<iframe id="report"');
    const report = await ask(`${root()}report`);
    expect([report.status, report.body]).toEqual([200, '<!doctype html><title>one</title>']);
  });

  test.each(['', 'report', 'events'])('answers HEAD on "%s" without a body', async path => {
    const { status, body } = await ask(`${root()}${path}`, { method: 'HEAD' });
    expect([status, body]).toEqual([200, '']);
  });

  test('tells every open page at once that another run has ended, and then shows it', async () => {
    const events = await Promise.all([open(`${root()}events`), open(`${root()}events`)]);
    const readers = events.map(event => event.setEncoding('utf8')[Symbol.asyncIterator]());
    const next = () => Promise.all(readers.map(async reader => String((await reader.next()).value)));
    const first = `data: ${JSON.stringify({ run: 'one', text: 'The run one', isTrouble: false })}\n\n`;
    expect(await next()).toEqual([first, first]);
    server.show(shownOf('two'));
    const second = first.replaceAll('one', 'two');
    expect(await next()).toEqual([second, second]);
    expect((await ask(`${root()}report`)).body).toContain('two');
    for (const event of events) event.destroy();
  });

  test('without a run is a page that says so, and no report', async () => {
    server.show({ text: 'No run has ended yet', isTrouble: false });
    expect((await ask(root())).status).toBe(200);
    expect((await ask(`${root()}report`)).status).toBe(404);
  });
});

describe('a served report is refused', () => {
  const tokens: Readonly<Record<string, (token: string) => string>> = {
    'without a token': () => '/',
    'with an empty token': () => '//report',
    'with another token of the same length': token => `/${'A'.repeat(token.length)}/report`,
    'with the beginning of the token': token => `/${token.slice(0, -1)}/report`,
    'with more than the token': token => `/${token}A/report`,
    'with the token in the query': token => `/report?token=${token}`,
    'with the token behind another path': token => `/report/${token}/`,
  };
  test.each(Object.keys(tokens))('%s', async name => {
    const path = tokens[name]?.(root().replaceAll('/', '')) ?? '';
    const { status, body } = await ask(path);
    expect([status, body]).toEqual([403, 'Open the address that irsa-auditor printed, with its token.\n']);
  });

  test.each<readonly [name: string, headers: () => Readonly<Record<string, string>>]>([
    [
      'under a name that resolves to this machine',
      () => ({ host: `rebound.example.com:${new URL(server.address).port}` }),
    ],
    ['under the name localhost', () => ({ host: `localhost:${new URL(server.address).port}` })],
    ['under another port', () => ({ host: otherPort() })],
    ['from another origin', () => ({ origin: 'https://example.com' })],
    ['from another port of this machine', () => ({ origin: `http://${otherPort()}` })],
    ['from an origin that is hidden', () => ({ origin: 'null' })],
    ['from a page of another site', () => ({ 'sec-fetch-site': 'cross-site' })],
    ['from a page of another port', () => ({ 'sec-fetch-site': 'same-site' })],
  ])('%s, also with the token', async (_, headers) => {
    for (const path of ['', 'report', 'events'])
      expect((await ask(`${root()}${path}`, { headers: headers() })).status).toBe(403);
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('for %s', async method => {
    const { status, headers } = await ask(root(), { method });
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
    expect((await ask('/', { method })).status).toBe(403);
  });

  test.each(['x', 'report/', '../report', 'report%00', 'Report'])(
    'at the path %s, which it does not have',
    async path => {
      expect((await ask(`${root()}${path}`)).status).toBe(404);
    },
  );

  test('on every other address of this machine', async () => {
    const port = Number(new URL(server.address).port);
    const others = Object.values(networkInterfaces())
      .flatMap(list => list ?? [])
      .filter(({ address, family }) => family === 'IPv4' && address !== '127.0.0.1')
      .map(({ address }) => address);
    for (const host of ['127.0.0.2', ...others]) {
      const socket = connect({ host, port });
      const outcome = await Promise.race([
        once(socket, 'connect').then(() => 'connected'),
        once(socket, 'error'),
      ]).catch(error => String(error));
      socket.destroy();
      expect([host, String(outcome)]).toEqual([host, expect.stringContaining('ECONNREFUSED')]);
    }
  });
});

describe('every answer of a served report', () => {
  test.each([
    ['', 200],
    ['report', 200],
    ['none', 404],
  ] as const)('at "%s" is not kept, not embedded and not told to other sites', async (path, status) => {
    const answer = await ask(`${root()}${path}`);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(directivesOf(answer)['frame-ancestors']).toBe(path === 'report' ? "'self'" : "'none'");
    // No other directive stands for this one.
    if (status === 200) expect(answer.headers['content-security-policy']).toContain("form-action 'none'");
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });
});

const directivesOf = ({
  headers,
}: {
  readonly headers: IncomingMessage['headers'];
}): Readonly<Record<string, string>> =>
  Object.fromEntries(
    String(headers['content-security-policy'])
      .split('; ')
      .map(directive => [directive.replace(/ .*/, ''), directive.replace(/^\S+ /, '')]),
  );

test('a served page runs the script of this version alone, and has its own style: one of another version is styled, too', async () => {
  const [, script = ''] = /<script>([\s\S]*)<\/script><\/body>/.exec(renderHtml(aReport())) ?? [];
  expect(script.length).toBeGreaterThan(1000);
  const hash = createHash('sha256').update(script).digest('base64');
  expect(directivesOf(await ask(`${root()}report`))).toEqual({
    'default-src': "'none'",
    'script-src': `'sha256-${hash}'`,
    'style-src': "'unsafe-inline'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'self'",
  });
});

test('a port that is not free is said in a sentence', async () => {
  const port = Number(new URL(server.address).port);
  await expect(startPageServer(shownOf('two'), { port })).rejects.toThrow(
    expect.objectContaining({
      name: 'UsageError',
      message: expect.stringMatching(/^--port: \d+ cannot be .*EADDRINUSE/),
    }),
  );
});
