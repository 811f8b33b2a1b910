import { afterEach, expect, test } from '@jest/globals';
import { createIssuerReader, type IssuerReaderOptions } from '../../../lib/collect/issuer/tls-issuer-reader.ts';
import type { IssuerFacts } from '../../../lib/model/issuer.ts';
import { type Issuers, startIssuers } from '../../../sandbox/issuers/start-issuers.ts';
import { type ConnectProxy, type ProxyBehaviour, startConnectProxy } from '../../support/connect-proxy.ts';
import { startEndingServer } from '../../support/ending-server.ts';
import { hastyClock, overridesOf, tally } from './running-issuers.ts';

const eks = 'https://oidc.eks.eu-west-1.amazonaws.com/id/ABC';
const other = 'https://oidc.eks.us-east-1.amazonaws.com/id/DEF';
const own = 'https://issuer.example.com';
const world = [eks, other, own].map(url => ({ url, chain: 'public', discovery: 'valid' }));

let issuers: Issuers;
let proxy: ConnectProxy;
afterEach(async () => {
  await Promise.all([proxy.stop(), issuers.stop()]);
});

/** Issuers that only a proxy can find, and a reader that goes through it. */
const readThrough = async (
  behaviour: ProxyBehaviour,
  urls: readonly string[] = [eks, other, own],
  options: IssuerReaderOptions = {},
): Promise<Readonly<Record<string, IssuerFacts>>> => {
  issuers = await startIssuers(world);
  const ports = new Map(overridesOf(issuers).map(one => [`${one.host}:${one.port}`, one.addressPort]));
  proxy = await startConnectProxy(place => {
    const port = ports.get(place);
    return port === undefined ? undefined : { port, tls: true };
  }, behaviour);
  const reader = createIssuerReader({
    publicRoots: [issuers.caPem],
    clock: hastyClock(),
    env: { HTTPS_PROXY: proxy.url },
    resolve: () => Promise.reject(new Error('this network resolves no public name')),
    isAbsent: async () => true,
    ...options,
  });
  return reader.read(urls);
};

test('the chain behind a proxy that only tunnels is the issuer’s own, by one tunnel a host', async () => {
  const table = await readThrough('tunnel');
  for (const url of [eks, other, own]) {
    const { host, discovery, keys, fromPrivateNetwork } = table[url] as IssuerFacts;
    if (host.status !== 'complete') throw new Error(`${url} was not read`);
    expect(host.value.chain.map(({ sha1 }) => sha1)).toEqual(issuers.thumbprints(url).sent);
    expect(host.value).toMatchObject({ trust: { verdict: 'public' }, proxied: true, overridden: false });
    expect([discovery.status, keys.status, fromPrivateNetwork]).toEqual(['complete', 'complete', false]);
  }
  expect([...proxy.asked].sort()).toEqual([
    'issuer.example.com:443',
    'oidc.eks.eu-west-1.amazonaws.com:443',
    'oidc.eks.us-east-1.amazonaws.com:443',
  ]);
  expect(proxy.plain).toEqual([]);
});

test('a proxy that inspects is seen by its CA', async () => {
  const table = await readThrough('inspect');
  for (const url of [eks, other, own])
    expect(table[url]?.host).toMatchObject({
      status: 'complete',
      value: {
        proxied: true,
        trust: { verdict: 'untrusted', why: expect.stringMatching(/CN=Example Inspecting Proxy CA/) },
      },
    });
});

test.each<readonly [string, ProxyBehaviour, RegExp]>([
  ['refuses', { refuse: '407 Proxy Authentication Required' }, /407 Proxy Authentication Required; give HTTPS_PROXY/],
  ['does not find the host', { refuse: '503 Service Unavailable' }, /503 Service Unavailable; allow the host/],
  ['hangs', 'hang', /opened no connection to oidc\.eks\.eu-west-1\.amazonaws\.com:443 within 0\.2 s/],
])('a proxy that %s leaves the issuer unknown', async (_, behaviour, message) => {
  const table = await readThrough(behaviour, [eks], { timeouts: { connect: 200 } });
  expect(table[eks]).toMatchObject({ fromPrivateNetwork: true, host: { status: 'unavailable' } });
  expect(JSON.stringify(table[eks]?.host)).toMatch(message);
  expect(table[eks]?.missing).toBeUndefined();
});

test('a server that ends the connection of a tunnel has failed in its handshake', async () => {
  const { port, stop } = await startEndingServer();
  issuers = await startIssuers([]);
  proxy = await startConnectProxy(() => ({ port }));
  const counted = tally();
  const reader = createIssuerReader({
    ...{ env: { HTTPS_PROXY: proxy.url }, clock: hastyClock(), calls: counted, isAbsent: async () => true },
    resolve: () => Promise.reject(new Error('this network resolves no public name')),
  });
  const facts = (await reader.read([own]))[own];
  await stop();
  expect(JSON.stringify(facts?.host)).toMatch(
    /the TLS handshake with issuer\.example\.com port 443 through the proxy 127\.0\.0\.1:\d+ \(HTTPS_PROXY\) failed/,
  );
  expect(counted.counts).toEqual({ 'tls:Handshake': 3 });
});

test('a proxy that opens one host and not another says nothing of the other', async () => {
  const gone = 'https://gone.example.com';
  const table = await readThrough('tunnel', [own, gone]);
  expect(table[own]).toMatchObject({ fromPrivateNetwork: false, host: { status: 'complete' } });
  expect(table[gone]).toMatchObject({ fromPrivateNetwork: true, host: { status: 'unavailable' } });
});

test.each([
  ['a name of a cluster', 'https://kubernetes.default.svc'],
  ['a name of one label', 'https://metadata'],
  ['a name of a cloud', 'https://metadata.google.internal'],
  ['an address of metadata', 'https://169.254.169.254'],
  ['a private address', 'https://10.0.0.1'],
  ['another port', 'https://issuer.example.com:8443'],
])('the proxy is not asked for %s', async (_, url) => {
  const table = await readThrough('tunnel', [url]);
  expect(table[url]?.host.status).toBe('unavailable');
  expect(proxy.asked).toEqual([]);
});

test('the proxy is not asked for a name that is a private address here', async () => {
  const table = await readThrough('tunnel', [own], { resolve: async () => ['10.0.0.1'] });
  expect(JSON.stringify(table[own]?.host)).toMatch(/is 10\.0\.0\.1 here, which is not a public address: not probed/);
  expect(proxy.asked).toEqual([]);
});

test('a resolver that hangs does not keep the proxy from being asked', async () => {
  const table = await readThrough('tunnel', [own], { resolve: () => new Promise(() => undefined) });
  expect(table[own]?.host.status).toBe('complete');
});

test('a host of NO_PROXY is reached directly', async () => {
  const table = await readThrough('tunnel', [own], {
    env: { HTTPS_PROXY: 'http://127.0.0.1:1', NO_PROXY: 'issuer.example.com' },
  });
  expect(JSON.stringify(table[own]?.host)).toMatch(/DNS: this network resolves no public name/);
});
