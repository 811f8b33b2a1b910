/** One GET of a document whose server answers oddly: what is said, and how often it was tried. */
import { describe, expect, test } from '@jest/globals';
import type { ConnectOverride } from '../../../lib/collect/issuer/connect-to.ts';
import { fetchDocument, fetchFailure } from '../../../lib/collect/issuer/fetch-document.ts';
import type { HostClient, RawAnswer } from '../../../lib/collect/issuer/host-client.ts';
import { handshakeErrorOf } from '../../../lib/collect/issuer/open-connection.ts';
import { probeHost } from '../../../lib/collect/issuer/probe-host.ts';
import { publicRoots } from '../../../lib/collect/issuer/public-roots.ts';
import { distinguishedName, sentChain } from '../../../lib/collect/issuer/verify-chain.ts';
import { hastyClock } from './running-issuers.ts';

const url = new URL('https://oidc.example.com/id/A/.well-known/openid-configuration');
const fetched = async (answers: readonly (Partial<RawAnswer> | Error | string)[]) => {
  const clock = hastyClock();
  const asked: string[] = [];
  const client: HostClient = {
    get: async path => {
      const answer = answers[Math.min(asked.push(path), answers.length) - 1];
      if (typeof answer === 'string' || answer instanceof Error) throw answer;
      return { status: 0, text: '', ...answer };
    },
    close: () => undefined,
  };
  const result = await fetchDocument(client, url, {
    ...{ attempts: 3, firstWaitMs: 500, maxWaitMs: 10_000 },
    sleep: clock.sleep,
    random: () => 0,
  });
  return { result, asked, waits: clock.waits };
};

describe('an answer', () => {
  test.each<readonly [status: number, kind: string, tries: number]>([
    [0, 'unreachable', 1],
    [204, 'unreachable', 1],
    [401, 'denied', 1],
    [403, 'denied', 1],
    [404, 'not-found', 1],
    [410, 'not-found', 1],
    [429, 'throttled', 3],
    [503, 'unreachable', 3],
  ])('HTTP %d is %s after %d tries', async (status, kind, tries) => {
    const { result, asked } = await fetched([{ status }]);
    expect(result).toEqual({ ok: false, reason: { kind, operation: `GET ${url.href}`, message: `HTTP ${status}` } });
    expect(asked).toHaveLength(tries);
  });

  test.each<readonly [location: string | undefined, where: string]>([
    [undefined, 'leads to nowhere: not followed'],
    ['https://other.example.com/', 'leads to https://other.example.com/: not followed'],
    ['http://oidc.example.com/', 'leads to http://oidc.example.com/: not followed'],
    ['https://oidc.example.com:8443/', 'leads to https://oidc.example.com:8443/: not followed'],
    ['https://[', 'leads to https://[: not followed'],
  ])('a redirect to %s', async (location, where) => {
    const { result, asked } = await fetched([{ status: 302, ...(location === undefined ? {} : { location }) }]);
    expect(asked).toHaveLength(1);
    expect(result).toMatchObject({ reason: { message: `HTTP 302 ${where}` } });
  });

  test('a redirect to itself ends', async () => {
    const { result, asked } = await fetched([{ status: 302, location: url.href }]);
    expect(result).toMatchObject({ reason: { message: 'more than 3 redirects' } });
    expect(asked).toHaveLength(4);
  });

  test.each<readonly [retryAfter: string | undefined, wait: number]>([
    [undefined, 0],
    ['2', 2_000],
    ['-5', 0],
    ['Wed, 21 Oct 2026 07:28:00 GMT', 0],
    ['1e9', 10_000],
    ['Infinity', 10_000],
  ])('Retry-After %s waits %d ms at least, and never long', async (retryAfter, wait) => {
    const busy = { status: 503, ...(retryAfter === undefined ? {} : { retryAfter }) };
    const { waits, result } = await fetched([busy, { status: 200, text: 'ok' }]);
    expect(result).toEqual({ ok: true, text: 'ok' });
    expect(waits).toEqual([wait]);
  });

  test.each<readonly [error: Error | string, kind: string, message: string]>([
    [new Error(''), 'unreachable', 'Error'],
    ['thrown text', 'unreachable', 'thrown text'],
    [Object.assign(new Error('late'), { code: 'ETIMEDOUT' }), 'timed-out', 'late'],
  ])('%s is told after three tries', async (error, kind, message) => {
    const { result, asked } = await fetched([error]);
    expect(result).toMatchObject({ reason: { kind, message } });
    expect(asked).toHaveLength(3);
    if (error instanceof Error) expect(fetchFailure(error, 'op')).toMatchObject({ kind, operation: 'op' });
  });
});

describe('a host', () => {
  const probe = (
    resolve: (host: string) => Promise<readonly string[]>,
    at = url,
    overrides: readonly ConnectOverride[] = [],
  ) =>
    probeHost(at, {
      isAbsent: async () => false,
      overrides,
      proxyFor: () => undefined,
      roots: () => publicRoots([]),
      resolve,
      clock: hastyClock(),
      retries: { attempts: 1, firstWaitMs: 1, maxWaitMs: 1 },
      connectMs: 100,
      limits: { timeoutMs: 100, maxBytes: 100 },
      count: () => undefined,
    });

  test.each<readonly [what: string, resolve: () => Promise<readonly string[]>, message: string]>([
    ['without an address', async () => [], 'DNS: oidc.example.com has no address'],
    ['whose name fails', () => Promise.reject(new Error('ENOTFOUND')), 'DNS: ENOTFOUND'],
    ['whose resolver throws a text', () => Promise.reject('no'), 'DNS: no'],
    [
      'with one private address among public ones',
      async () => ['8.8.8.8', '169.254.169.254'],
      'oidc.example.com is 169.254.169.254 here, which is not a public address: not probed',
    ],
  ])('%s', async (_, resolve, message) => {
    expect((await probe(resolve)).facts).toMatchObject({ reason: { kind: 'unreachable', message } });
  });

  test.each<readonly [what: string, address: string, addresses: readonly string[], last: string]>([
    ['IPv4 before IPv6', 'name.example', ['::1', '127.0.0.1', '::1'], '::1'],
    ['four of them', 'name.example', [1, 2, 3, 4, 5].map(at => `127.0.0.${at}`), '127.0.0.4'],
    ['an address as it is', '::1', ['127.0.0.1'], '::1'],
  ])('is tried by its addresses: %s', async (_, address, addresses, last) => {
    const asked: string[] = [];
    const resolve = async (host: string) => {
      asked.push(host);
      return addresses;
    };
    const { facts, overridden } = await probe(resolve, url, [
      { host: url.hostname, port: 443, address, addressPort: 1 },
    ]);
    expect(overridden).toBe(true);
    expect(asked).toEqual(address === 'name.example' ? [address] : []);
    expect(facts).toMatchObject({
      reason: { kind: 'unreachable', message: expect.stringContaining(`with ${last} port 1 failed`) },
    });
  });

  test('on another port is not asked', async () => {
    const { facts } = await probe(async () => [], new URL('https://oidc.example.com:8443/'));
    expect(facts).toMatchObject({ reason: { kind: 'not-asked-for', message: 'only port 443 is probed, not 8443' } });
  });
});

describe('a handshake', () => {
  test('with many certificates shows them all', () => {
    const linked = (left: number): unknown => ({ left, issuerCertificate: left > 1 ? linked(left - 1) : undefined });
    expect(sentChain({ getPeerX509Certificate: () => linked(40) as never })).toHaveLength(40);
  });

  test('without a certificate, or with a chain without end, shows none', () => {
    const endless = {
      get issuerCertificate() {
        return endless;
      },
    };
    expect(sentChain({ getPeerX509Certificate: () => undefined })).toBeUndefined();
    expect(sentChain({ getPeerX509Certificate: () => endless as never })).toBe('too-long');
    expect(distinguishedName(undefined)).toBe('');
  });

  test.each<readonly [authorized: boolean, error: unknown, said: string | undefined]>([
    [true, null, undefined],
    [false, 'CERT_HAS_EXPIRED', 'CERT_HAS_EXPIRED'],
    [false, Object.assign(new Error('x'), { code: 'ERR_X' }), 'ERR_X'],
    [false, new Error('x'), 'x'],
    [false, null, 'not authorized'],
  ])('that is %s with %s', (authorized, authorizationError, said) => {
    expect(handshakeErrorOf({ authorized, authorizationError } as never)).toBe(said);
  });
});
