import { once } from 'node:events';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createNetServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { kubernetesApi } from '../../lib/collect/kubernetes/kubernetes-api.ts';
import { parseProxy } from '../../lib/outbound/proxy.ts';
import { openTunnel } from '../../lib/outbound/tunnel.ts';
import { aParty, certify, privateKeyPem } from '../../sandbox/issuers/certificate-maker.ts';
import { type ConnectProxy, type ProxyBehaviour, startConnectProxy } from '../support/connect-proxy.ts';

/** A Kubernetes API that says its version, at a name that only the proxy knows. */
const withCluster = async (
  behaviour: ProxyBehaviour,
  use: (cluster: { readonly proxy: ConnectProxy; readonly caPem: string }) => Promise<void>,
): Promise<void> => {
  const ca = await aParty('CN=kubernetes');
  const leaf = await aParty('CN=cluster.example');
  const caPem = (await certify(ca, ca)).pem;
  const cert = (await certify(leaf, ca, { hosts: ['cluster.example'] })).pem;
  const server = createServer({ cert, key: await privateKeyPem(leaf) }, (request, response) =>
    response.end(JSON.stringify({ gitVersion: 'v1.34.0', token: request.headers.authorization })),
  );
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const proxy = await startConnectProxy(
    place => (place === 'cluster.example:443' ? { port, tls: true } : undefined),
    behaviour,
  );
  try {
    await use({ proxy, caPem });
  } finally {
    await proxy.stop();
    await new Promise<void>(resolve => server.close(() => resolve()));
  }
};

const version = { verb: 'get', resource: '/version', path: '/version' } as const;
const ask = async (
  { proxy, caPem }: { readonly proxy: ConnectProxy; readonly caPem: string },
  url = proxy.url,
  times = 1,
) => {
  const endpoint = { url: 'https://cluster.example', caPem, token: async () => 'tok', proxy: parseProxy(url, 'P') };
  const api = kubernetesApi(endpoint);
  try {
    let answer = await api.send(version);
    for (let at = 1; at < times; at += 1) answer = await api.send(version);
    return answer;
  } finally {
    api.close();
  }
};

test('a cluster is read through the proxy of its kubeconfig, by one tunnel for many reads', async () => {
  await withCluster('tunnel', async cluster => {
    expect(await ask(cluster, cluster.proxy.url, 3)).toEqual({
      ok: true,
      body: { gitVersion: 'v1.34.0', token: 'Bearer tok' },
    });
    expect(cluster.proxy).toMatchObject({ asked: ['cluster.example:443'], authorizations: [undefined], plain: [] });
  });
});

test('the user and password of a proxy go to the proxy alone', async () => {
  await withCluster('tunnel', async cluster => {
    await ask(cluster, `http://jane:secret@127.0.0.1:${cluster.proxy.port}`);
    expect(cluster.proxy.authorizations).toEqual([`Basic ${Buffer.from('jane:secret').toString('base64')}`]);
  });
});

test('a cluster is known by its own authority, not by that of a proxy that inspects', async () => {
  await withCluster('inspect', async cluster => {
    expect(await ask(cluster)).toMatchObject({
      ok: false,
      reason: { kind: 'invalid', message: expect.stringMatching(/not issued by the cluster's certificate authority/) },
    });
  });
});

test.each<readonly [string, ProxyBehaviour, RegExp]>([
  [
    'wants a password',
    { refuse: '407 Proxy Authentication Required' },
    /^the proxy 127\.0\.0\.1:\d+ \(P\) refuses a connection to cluster\.example:443: 407 Proxy Authentication Required; give P the user/,
  ],
  [
    'does not allow the host',
    { refuse: '403 Forbidden' },
    /403 Forbidden; allow the host in the proxy, or name it in NO_/,
  ],
  ['says much', { refuse: `403 ${'x'.repeat(500)}` }, /: 403 x{96}; allow the host in the proxy/],
  // An answer of the proxy is never taken for one of the cluster.
  ['answers as the cluster would', { refuse: '404 Not Found' }, /refuses a connection .*: 404 Not Found;/],
])('a proxy that %s is told', async (_, behaviour, message) => {
  await withCluster(behaviour, async cluster => {
    expect(await ask(cluster)).toEqual({
      ok: false,
      reason: { kind: 'unreachable', operation: 'get /version', message: expect.stringMatching(message) },
    });
    expect(JSON.stringify(await ask(cluster, `http://j:secret@127.0.0.1:${cluster.proxy.port}`))).not.toMatch(/secret/);
  });
});

test.each([
  ['407 Proxy Authentication Required', false],
  ['403 Forbidden', false],
  ['500 Internal Server Error', true],
  ['503 Service Unavailable', true],
])('a refusal with %s may be tried again: %s', async (refuse, again) => {
  await withCluster({ refuse }, async ({ proxy }) => {
    const opening = openTunnel(parseProxy(proxy.url, 'P'), { host: 'cluster.example', port: 443 });
    const error: unknown = await opening.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'ProxyFailed', code: 'proxy-refused' });
    expect((error as { readonly $retryable?: object }).$retryable !== undefined).toBe(again);
  });
});

test('a proxy that answers nothing is told in bounded time', async () => {
  await withCluster('hang', async ({ proxy }) => {
    const opening = openTunnel(parseProxy(proxy.url, 'P'), { host: 'cluster.example', port: 443 }, 200);
    await expect(opening).rejects.toMatchObject({
      code: 'proxy-timed-out',
      message: expect.stringMatching(/opened no connection to cluster\.example:443 within 0\.2 s; check the proxy/),
    });
  });
});

test('a proxy that answers nothing is let go once it was told', async () => {
  const server = createNetServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const asked = once(server, 'connection') as Promise<[Socket]>;
  const opening = openTunnel(parseProxy(`http://127.0.0.1:${port}`, 'P'), { host: 'cluster.example', port: 443 }, 200);
  await expect(opening).rejects.toMatchObject({ code: 'proxy-timed-out' });
  const [socket] = await asked;
  socket.resume();
  if (!socket.closed) await once(socket, 'close');
  await new Promise<void>(resolve => server.close(() => resolve()));
  expect(socket.closed).toBe(true);
}, 20_000);

describe('once it is known whether a tunnel is open, its time does not run any more', () => {
  const all = ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'requestAnimationFrame'] as const;
  const others = ['cancelAnimationFrame', 'requestIdleCallback', 'cancelIdleCallback', 'setImmediate'] as const;
  const rest = ['clearImmediate', 'setInterval', 'clearInterval'] as const;
  beforeEach(() => void jest.useFakeTimers({ doNotFake: [...all, ...others, ...rest] }));
  afterEach(() => void jest.useRealTimers());

  test.each<readonly [string, ProxyBehaviour]>([
    ['it is open', 'tunnel'],
    ['the proxy refuses it', { refuse: '403 Forbidden' }],
  ])('%s', async (_, behaviour) => {
    await withCluster(behaviour, async ({ proxy }) => {
      const opening = openTunnel(parseProxy(proxy.url, 'P'), { host: 'cluster.example', port: 443 });
      expect(jest.getTimerCount()).toBe(1);
      const socket = await opening.catch(() => undefined);
      expect(jest.getTimerCount()).toBe(0);
      socket?.destroy();
    });
  });
});

test('a proxy that is not there is told', async () => {
  const proxy = await startConnectProxy(() => undefined);
  await proxy.stop();
  await expect(
    openTunnel(parseProxy(proxy.url, 'HTTPS_PROXY'), { host: 'cluster.example', port: 443 }),
  ).rejects.toMatchObject({
    code: 'proxy-unreachable',
    message: expect.stringMatching(/\(HTTPS_PROXY\) cannot be reached: connect ECONNREFUSED .*; check HTTPS_PROXY$/),
  });
});
