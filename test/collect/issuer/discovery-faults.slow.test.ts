import { describe, expect, test } from '@jest/globals';
import { createIssuerReader } from '../../../lib/collect/issuer/tls-issuer-reader.ts';
import type { ReadFailure } from '../../../lib/model/collected.ts';
import type { IssuerFacts } from '../../../lib/model/issuer.ts';
import type { DiscoveryMode } from '../../../sandbox/issuers/discovery-answers.ts';
import { hastyClock, tally, withIssuers } from './running-issuers.ts';

const host = 'https://oidc.eks.eu-west-1.amazonaws.com';
const urlOf = (name: string) => `${host}/id/${name}`;
const issuerOf = (discovery: DiscoveryMode, name: string = discovery) => ({
  url: urlOf(name),
  chain: 'public',
  discovery,
});

const read = async (mode: DiscoveryMode, timeouts = {}): Promise<IssuerFacts & { readonly calls: unknown }> =>
  withIssuers(
    [issuerOf(mode)],
    async (_issuers, reader) => {
      const facts = (await reader.read([urlOf(mode)]))[urlOf(mode)];
      if (facts === undefined) throw new Error('nothing was read');
      return { ...facts, calls: calls.counts };
    },
    { timeouts, calls: replaced() },
  );
let calls = tally();
const replaced = () => {
  calls = tally();
  return calls;
};

describe('what an issuer can serve', () => {
  test.each<[DiscoveryMode, object]>([
    ['valid', { issuer: urlOf('valid'), jwksUri: `${urlOf('valid')}/keys` }],
    ['wrong-issuer', { issuer: `${urlOf('wrong-issuer')}X` }],
    ['throttled-once', { issuer: urlOf('throttled-once') }],
    ['redirect', { issuer: urlOf('redirect') }],
    ['other-host', { jwksUri: 'https://keys.elsewhere.example/keys' }],
  ])('%s: the document is read', async (mode, value) => {
    expect((await read(mode)).discovery).toMatchObject({ status: 'complete', value });
  });

  test.each<[DiscoveryMode, ReadFailure['kind'], RegExp, number]>([
    ['not-json', 'invalid', /not JSON: it begins with "<html>/, 1],
    ['too-big', 'too-large', /larger than 1048576 bytes/, 1],
    ['not-found', 'not-found', /^HTTP 404$/, 1],
    ['throttled', 'throttled', /^HTTP 429$/, 3],
    ['server-error', 'unreachable', /^HTTP 503$/, 3],
    ['reset', 'unreachable', /aborted|hang up|ECONNRESET/, 3],
    ['slow', 'timed-out', /no whole answer within 60 ms/, 3],
    ['redirect-elsewhere', 'invalid', /HTTP 302 leads to https:\/\/elsewhere\.example\S+: not followed/, 1],
  ])('%s: %s, after the tries that it deserves', async (mode, kind, message, tries) => {
    const facts = await read(mode, mode === 'slow' ? { answer: 60 } : {});
    expect(facts.discovery).toMatchObject({ status: 'unavailable', reason: { kind } });
    expect(facts.discovery.status === 'unavailable' ? facts.discovery.reason.message : '').toMatch(message);
    expect(facts.calls).toMatchObject({ 'issuer:GetDiscovery': tries });
    expect(facts.keys).toMatchObject({ status: 'unavailable', reason: { kind: 'not-asked-for' } });
    expect(facts.fromPrivateNetwork).toBe(false);
  });

  test.each<[DiscoveryMode, unknown]>([
    ['valid', [{ kty: 'RSA', alg: 'RS256', use: 'sig' }]],
    ['no-usable-key', [{ kty: 'RSA', alg: 'HS256', use: 'sig' }]],
  ])('%s: the keys without their material', async (mode, value) => {
    expect((await read(mode)).keys).toMatchObject({ status: 'complete', value });
  });

  test('too many keys are counted', async () => {
    const { keys } = await read('too-many-keys');
    expect(keys.status === 'complete' ? keys.value.length : 0).toBe(101);
  });

  test.each<[DiscoveryMode]>([['other-host'], ['other-port']])('keys of %s are not fetched', async mode => {
    const { keys, calls: made } = await read(mode);
    expect(made).toEqual({ 'tls:Handshake': 1, 'issuer:GetDiscovery': 1 });
    expect(keys).toMatchObject({
      reason: { kind: 'not-asked-for', message: 'jwks_uri is not on the host of the issuer: not fetched' },
    });
  });
});

describe('cost', () => {
  test('one handshake a host that has few issuers, and two GETs an issuer', async () => {
    const counted = tally();
    const modes = Array.from({ length: 25 }, (_, at) => ({
      url: urlOf(`n${at}`),
      chain: 'public',
      discovery: 'valid',
    }));
    await withIssuers(
      modes,
      async (issuers, reader) => {
        const table = await reader.read([...modes, ...modes].map(({ url }) => url));
        expect(Object.values(table).filter(({ keys }) => keys.status === 'complete')).toHaveLength(25);
        expect(issuers.handshakes(urlOf('n0'))).toBe(1);
      },
      { calls: counted },
    );
    expect(counted.counts).toEqual({ 'tls:Handshake': 1, 'issuer:GetDiscovery': 25, 'issuer:GetKeys': 25 });
  });

  test('a connection that the server broke is opened again, and counted', async () => {
    const counted = tally();
    await withIssuers(
      [issuerOf('reset'), issuerOf('valid')],
      async (issuers, reader) => {
        const table = await reader.read([urlOf('reset'), urlOf('valid')]);
        expect(table[urlOf('valid')]?.keys.status).toBe('complete');
        expect(issuers.handshakes(urlOf('valid'))).toBe(4);
      },
      { calls: counted },
    );
    expect(counted.counts['tls:Handshake']).toBe(4);
  });

  test('a host with many issuers is probed over a few connections, and each issuer once', async () => {
    const counted = tally();
    const many = Array.from({ length: 100 }, (_, at) => issuerOf('valid', `m${at}`));
    await withIssuers(
      many,
      async (issuers, reader) => {
        const table = await reader.read(many.map(({ url }) => url));
        expect(Object.values(table).filter(({ keys }) => keys.status === 'complete')).toHaveLength(100);
        expect(issuers.handshakes(urlOf('m0'))).toBe(4);
      },
      { calls: counted },
    );
    expect(counted.counts).toEqual({ 'tls:Handshake': 4, 'issuer:GetDiscovery': 100, 'issuer:GetKeys': 100 });
  });

  test('each issuer is handed over before the reading ends', async () => {
    const urls = ['a', 'b'].map(urlOf);
    await withIssuers(
      ['a', 'b'].map(name => issuerOf('valid', name)),
      async (_issuers, reader) => {
        const taken: string[] = [];
        const take = async ({ url }: IssuerFacts): Promise<void> => {
          for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
          taken.push(url);
        };
        expect(await reader.read(urls, take)).toEqual({});
        expect(taken).toEqual(urls);
        const refuse = () => Promise.reject(new Error('cannot be kept'));
        await expect(reader.read(urls, refuse)).rejects.toThrow('cannot be kept');
      },
    );
  });

  test('no host begins after the time of all is up', async () => {
    let now = Date.now();
    const clock = { now: () => (now += 400), sleep: async () => undefined };
    await withIssuers(
      [issuerOf('valid')],
      async (_issuers, reader) => expect(await reader.read([urlOf('valid')])).toEqual({}),
      { clock, timeouts: { total: 500 } },
    );
  });

  test('waits before a repeat are jittered and bounded', async () => {
    const clock = hastyClock();
    await withIssuers([issuerOf('server-error')], (_issuers, reader) => reader.read([urlOf('server-error')]), {
      clock,
      random: () => 0.5,
    });
    expect(clock.waits).toEqual([250, 500]);
  });

  test('issuers beyond the time of a host are left out, and have not failed', async () => {
    let now = Date.now();
    const clock = { now: () => (now += 400), sleep: async () => undefined };
    await withIssuers(
      [issuerOf('valid'), issuerOf('redirect')],
      async (_issuers, reader) => {
        const table = await reader.read([urlOf('valid'), urlOf('redirect')]);
        expect(table[urlOf('valid')]?.keys.status).toBe('complete');
        expect(table[urlOf('redirect')]).toBeUndefined();
      },
      { clock, timeouts: { host: 1500 } },
    );
  });
});

describe('what cannot be probed', () => {
  const refused = (issuer: string, addresses: readonly string[] = []) =>
    createIssuerReader({
      clock: hastyClock(),
      timeouts: { connect: 200 },
      resolve: async () => {
        if (addresses.length === 0) throw new Error('getaddrinfo ENOTFOUND');
        return addresses;
      },
    })
      .read([issuer])
      .then(table => table[issuer]);

  test.each([
    ['http://a.example/id', 'an issuer is an https URL'],
    ['https://user@a.example/id', 'an issuer is an https URL'],
    ['https://a.example/id?x=1', 'an issuer is an https URL'],
    ['not a URL', 'an issuer is an https URL'],
    ['https://a.example:8443/id', 'only port 443 is probed, not 8443'],
    ['https://127.0.0.1/id', '127.0.0.1 here, which is not a public address'],
    ['https://0x7f.1/id', '127.0.0.1 here, which is not a public address'],
    ['https://[::1]/id', '::1 here, which is not a public address'],
    ['https://169.254.169.254/id', 'not a public address'],
    ['https://a.example/id', 'DNS: getaddrinfo ENOTFOUND'],
  ])('%s is unknown: %s', async (issuer, message) => {
    const facts = await refused(issuer);
    expect(facts).toMatchObject({ fromPrivateNetwork: true, host: { status: 'unavailable' } });
    expect(facts?.host.status === 'unavailable' ? facts.host.reason.message : '').toContain(message);
  });

  test.each([[['10.0.0.5']], [['52.94.76.10', '10.0.0.5']], [['2600::1', 'fd00::1']], [['169.254.169.254']]])(
    'a name with the addresses %j is not connected to',
    async addresses => {
      const facts = await refused('https://oidc.eks.eu-west-1.amazonaws.com/id/A', addresses);
      expect(facts).toMatchObject({
        fromPrivateNetwork: true,
        host: { reason: { kind: 'unreachable', message: expect.stringContaining('not probed') } },
      });
    },
  );

  test('an override opens its own pair only', async () => {
    await withIssuers(
      [issuerOf('valid')],
      async (_issuers, reader) => {
        const other = 'https://other.example/id';
        const table = await reader.read([urlOf('valid'), other]);
        expect(table[urlOf('valid')]?.host).toMatchObject({ status: 'complete', value: { overridden: true } });
        expect(table[other]?.host).toMatchObject({ reason: { message: expect.stringContaining('127.0.0.1') } });
      },
      { resolve: async () => ['127.0.0.1'] },
    );
  });

  test('an override that nobody listens at is a failure, not unknown', async () => {
    const url = urlOf('x');
    const table = await createIssuerReader({
      connectTo: [{ host: new URL(url).hostname, port: 443, address: '127.0.0.1', addressPort: 1 }],
      clock: hastyClock(),
    }).read([url]);
    expect(table[url]).toMatchObject({
      fromPrivateNetwork: false,
      host: {
        reason: {
          kind: 'unreachable',
          message: expect.stringContaining('TCP connection with 127.0.0.1 port 1 failed'),
        },
      },
    });
  });
});
