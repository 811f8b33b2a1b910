import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get as getPlain } from 'node:http';
import { get } from 'node:https';
import { type AddressInfo, createServer, type LookupFunction, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, type Server } from 'node:tls';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { httpsAgent, outboundWay } from '../../lib/outbound/agents.ts';
import { type ProcessEnvironment, parseProxy, takeOutboundEnvironment } from '../../lib/outbound/proxy.ts';
import { sdkClientOptions } from '../../lib/outbound/sdk-client-options.ts';
import { openTunnel, tunnelMs } from '../../lib/outbound/tunnel.ts';
import { takeWayOut } from '../../lib/outbound/way-out.ts';
import { aParty, certify, privateKeyPem } from '../../sandbox/issuers/certificate-maker.ts';

let folder: string;
let server: Server;
const connections: Socket[] = [];
const listening = (one: { listen(port: number, host: string, then: () => void): unknown }) =>
  new Promise<void>(resolve => one.listen(0, '127.0.0.1', resolve));
const fileOf = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'agents-'));
  const [ca, other, leaf] = await Promise.all([aParty('CN=corp'), aParty('CN=other'), aParty('CN=localhost')]);
  fileOf('corp.pem', (await certify(ca, ca)).pem);
  fileOf('other.pem', (await certify(other, other)).pem);
  fileOf('cut.pem', '-----BEGIN CERTIFICATE-----\nMIIB');
  const cert = (await certify(leaf, ca, { hosts: ['localhost'] })).pem;
  server = createTlsServer({ cert, key: await privateKeyPem(leaf) }, socket => {
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n');
  });
  server.on('tlsClientError', () => undefined);
  server.on('connection', socket => connections.push(socket));
  await listening(server);
});
afterEach(() => {
  takeOutboundEnvironment({});
  takeWayOut(undefined);
});
afterAll(async () => {
  for (const socket of connections) socket.destroy();
  await new Promise<void>(resolve => server.close(() => resolve()));
  rmSync(folder, { recursive: true, force: true });
});

/** The status, or the code of the error, of a request to a server whose certificate the network's own CA has issued. */
const asked = (env: ProcessEnvironment): Promise<number | string | undefined> => {
  takeOutboundEnvironment(env);
  const { httpsAgent } = outboundWay.handler({ connectionTimeout: 1_000 });
  const { port } = server.address() as AddressInfo;
  return new Promise(resolve => {
    const agent = httpsAgent as import('node:https').Agent;
    get({ agent, host: 'localhost', port, path: '/' }, answer => resolve(answer.statusCode)).on('error', error =>
      resolve((error as { readonly code?: string }).code),
    );
  });
};

test.each<readonly [string, () => ProcessEnvironment, number | string]>([
  ['the authority of the bundle', () => ({ AWS_CA_BUNDLE: join(folder, 'corp.pem') }), 204],
  ['another authority than that of the bundle', () => ({ AWS_CA_BUNDLE: join(folder, 'other.pem') }), 'certificate'],
  ['an authority that nobody named', () => ({}), 'certificate'],
  ['a certificate that is cut off', () => ({ AWS_CA_BUNDLE: join(folder, 'cut.pem') }), 'certificate'],
  ['an empty variable', () => ({ AWS_CA_BUNDLE: '' }), 'certificate'],
])('AWS is verified by AWS_CA_BUNDLE: %s', async (_, env, outcome) => {
  const got = await asked(env());
  expect(typeof got === 'string' && /CERT|SIGNATURE/.test(got) ? 'certificate' : got).toBe(outcome);
});

test('a file without a certificate is told with its path', () => {
  const path = fileOf('nothing.pem', 'not a certificate');
  takeOutboundEnvironment({ AWS_CA_BUNDLE: path });
  expect(() => outboundWay.handler({ connectionTimeout: 1_000 })).toThrow(
    expect.objectContaining({
      name: 'CaBundleInvalid',
      message: `AWS_CA_BUNDLE: ${path} cannot be used: it holds no certificate in PEM form`,
    }),
  );
});

test.each(['HTTPS_PROXY', 'HTTP_PROXY'])('a faulty %s is told as clients are made, before anything is asked', name => {
  takeOutboundEnvironment({ [name]: 'ftp://p.example' });
  expect(() => outboundWay.handler({ connectionTimeout: 1_000 })).toThrow(
    expect.objectContaining({
      name: 'ProxyInvalid',
      message: `${name}: got ftp://p.example, wanted a proxy of http:// or https:// that opens tunnels (CONNECT)`,
    }),
  );
});

test('an agent with a proxy of its own does not look at the environment', () => {
  takeOutboundEnvironment({ HTTPS_PROXY: 'ftp://p.example' });
  expect(httpsAgent({}, parseProxy('http://own.example:1', 'P'))).toMatchObject({ protocol: 'https:' });
});

test.each<readonly [string, (port: number) => string, 'direct' | 'proxy']>([
  ['its host', () => 'iam.example', 'direct'],
  ['its host and port', port => `iam.example:${port}`, 'direct'],
  ['its host and port, the second of two', port => `iam.example:1 iam.example:${port}`, 'direct'],
  ['its host and another port', () => 'iam.example:443', 'proxy'],
  ['another host and its port', port => `sts.example:${port}`, 'proxy'],
])('a host goes by NO_PROXY of %s', async (_, noProxy, way) => {
  const asked: string[] = [];
  const proxy = createServer(socket =>
    socket
      .on('error', () => undefined)
      .once('data', bytes => {
        asked.push(String(bytes).split(' HTTP', 1)[0] ?? '');
        socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      }),
  );
  await listening(proxy);
  const { port } = server.address() as AddressInfo;
  const HTTPS_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  takeOutboundEnvironment({ HTTPS_PROXY, NO_PROXY: noProxy(port) });
  const agent = httpsAgent({ rejectUnauthorized: false });
  const lookup: LookupFunction = (_host, { all }, found) =>
    all ? found(null, [{ address: '127.0.0.1', family: 4 }]) : found(null, '127.0.0.1', 4);
  const status = await new Promise(resolve =>
    get({ agent, host: 'iam.example', port, lookup }, answer => resolve(answer.statusCode)).on('error', resolve),
  );
  await new Promise<void>(resolve => proxy.close(() => resolve()));
  expect(asked).toEqual(way === 'direct' ? [] : [`CONNECT iam.example:${port}`]);
  expect(status === 204).toBe(way === 'direct');
});

test.each<readonly [string, ProcessEnvironment, number, number]>([
  ['without a proxy', {}, 1_000, 1_000],
  ['through a proxy, which ends first', { HTTPS_PROXY: 'http://p.example:1' }, 1_000, tunnelMs + 1_000],
  ['through a proxy for http alone', { http_proxy: 'http://p.example:1' }, 1_000, tunnelMs + 1_000],
  ['longer than through a proxy', { HTTPS_PROXY: 'http://p.example:1' }, 60_000, 60_000],
])('the time of a connection: %s', (_, env, wanted, limit) => {
  takeOutboundEnvironment(env);
  expect(outboundWay.handler({ connectionTimeout: wanted })).toMatchObject({ connectionTimeout: limit });
});

test('a client takes the way out that was set, for its calls and for its credentials', () => {
  const handled: unknown[] = [];
  takeWayOut({
    handler: options => ({ connectionTimeout: options.connectionTimeout * 2 }),
    credentials: requestHandler => {
      handled.push(requestHandler);
      return { credentialDefaultProvider: 'by the same handler' };
    },
  });
  const options = sdkClientOptions({});
  expect(options).toMatchObject({
    credentialDefaultProvider: 'by the same handler',
    requestHandler: { connectionTimeout: 6_000, requestTimeout: 10_000 },
  });
  expect(handled).toEqual([options.requestHandler]);
});

test.each([
  ['200 Connection established', 'Hello'],
  ['299 Early', ''],
])('what comes at once with the answer %s of a proxy is part of the tunnel', async (status, first) => {
  const sockets: Socket[] = [];
  const proxy = createServer(socket => {
    sockets.push(socket);
    socket.once('data', () => {
      socket.write(`HTTP/1.1 ${status}\r\n\r\n${first}`);
      socket.on('data', bytes => socket.end(`; ${bytes}`));
    });
  });
  await listening(proxy);
  const { port } = proxy.address() as AddressInfo;
  const tunnel = await openTunnel(parseProxy(`http://127.0.0.1:${port}`, 'P'), { host: 'a.example', port: 443 });
  tunnel.write('and more');
  const parts: string[] = [];
  for await (const part of tunnel) parts.push(String(part));
  expect(parts.join('')).toBe(`${first}; and more`);
  await new Promise<void>(resolve => proxy.close(() => resolve()));
  expect(sockets).toHaveLength(1);
});

/** What a proxy that opens nothing is asked first, by a connection of this kind. */
const firstAsked = async (open: (proxy: string) => Promise<unknown>): Promise<string> => {
  const asked = Promise.withResolvers<string>();
  const proxy = createServer(socket => {
    socket.on('error', () => undefined);
    socket.once('data', bytes => {
      asked.resolve(String(bytes).split('\r\n').slice(0, 2).join(' | '));
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
  });
  await listening(proxy);
  await open(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`).catch(() => undefined);
  proxy.close();
  return asked.promise;
};
const byAgent = (url: string) => (proxy: string) => {
  takeOutboundEnvironment({ HTTPS_PROXY: proxy, HTTP_PROXY: proxy });
  const agents = outboundWay.handler({ connectionTimeout: 1_000 }) as Readonly<
    Record<string, import('node:https').Agent>
  >;
  return new Promise((_, reject) => {
    if (url.startsWith('https:')) get(url, { agent: agents.httpsAgent }).on('error', reject);
    else getPlain(url, { agent: agents.httpAgent }).on('error', reject);
  });
};

test.each([
  ['https://a.example/x', 'a.example:443'],
  ['https://a.example:8443/x', 'a.example:8443'],
  ['http://a.example/x', 'a.example:80'],
  ['https://[2600::1]/x', '[2600::1]:443'],
])('a tunnel to %s is asked for by its host and port', async (url, place) => {
  expect(await firstAsked(byAgent(url))).toBe(`CONNECT ${place} HTTP/1.1 | host: ${place}`);
});

test('an agent with a proxy of its own goes through that one, whatever the environment says', async () => {
  const asked = await firstAsked(proxy => {
    takeOutboundEnvironment({ HTTPS_PROXY: 'http://127.0.0.1:1', NO_PROXY: 'a.example' });
    const agent = httpsAgent({}, parseProxy(proxy, 'P'));
    return new Promise((_, reject) => get('https://a.example/x', { agent }).on('error', reject));
  });
  expect(asked).toBe('CONNECT a.example:443 HTTP/1.1 | host: a.example:443');
});

test('what is sent in the clear goes through its tunnel', async () => {
  const sent = Promise.withResolvers<string>();
  const proxy = createServer(socket => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.once('data', bytes => {
        sent.resolve(String(bytes).split('\r\n')[0] ?? '');
        socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n');
      });
    });
  });
  await listening(proxy);
  takeOutboundEnvironment({ HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` });
  const { httpAgent } = outboundWay.handler({ connectionTimeout: 1_000 });
  const status = await new Promise(resolve =>
    getPlain('http://a.example/x', { agent: httpAgent as import('node:http').Agent }, answer =>
      resolve(answer.statusCode),
    ),
  );
  expect([await sent.promise, status]).toEqual(['GET /x HTTP/1.1', 204]);
  await new Promise<void>(resolve => proxy.close(() => resolve()));
});

test('a proxy of https is spoken to by TLS, and known by its certificate', async () => {
  const { port } = server.address() as AddressInfo;
  const opening = openTunnel(parseProxy(`https://localhost:${port}`, 'P'), { host: 'a.example', port: 443 });
  await expect(opening).rejects.toMatchObject({
    code: 'proxy-unreachable',
    message: expect.stringMatching(/cannot be reached: .*certificate.*; check P$/),
  });
});

test.each([
  ['http://localhost', 80],
  ['https://localhost', 443],
])('a proxy %s without a port has port %d', async (url, port) => {
  const opening = openTunnel(parseProxy(url, 'P'), { host: 'a.example', port: 443 }, 2_000);
  await expect(opening).rejects.toMatchObject({ message: expect.stringMatching(`ECONNREFUSED .*:${port};`) });
});

test('credentials that the SDK fetches for itself are asked for by the same handler', async () => {
  const asked: string[] = [];
  const handler = {
    handle: async ({ hostname }: { readonly hostname: string }) => {
      asked.push(hostname);
      throw new Error('not today');
    },
  };
  const token = fileOf('token', 'a.b.c');
  const before = { ...process.env };
  Object.assign(process.env, {
    ...{ AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/r', AWS_WEB_IDENTITY_TOKEN_FILE: token },
    ...{ AWS_REGION: 'eu-west-1', AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: join(folder, 'none') },
    ...{ AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none') },
  });
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE', 'AWS_ENDPOINT_URL'])
    delete process.env[name];
  try {
    const { credentialDefaultProvider } = outboundWay.credentials(handler) as {
      readonly credentialDefaultProvider: (init: object) => () => Promise<unknown>;
    };
    await expect(credentialDefaultProvider({})()).rejects.toThrow('not today');
    expect([...new Set(asked)]).toEqual(['sts.eu-west-1.amazonaws.com']);
  } finally {
    process.env = before;
  }
});
