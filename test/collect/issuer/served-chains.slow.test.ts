import { spawn, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { HostFacts } from '../../../lib/model/issuer.ts';
import { chainNames } from '../../../sandbox/issuers/chains.ts';
import { needing } from '../../support/needing.ts';
import { overridesOf, withIssuers } from './running-issuers.ts';

const world = chainNames.map(chain => ({
  url: `https://oidc.eks.${chain}.amazonaws.com/id/ABC`,
  chain,
  discovery: 'valid',
}));
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** The output of `openssl s_client -showcerts`, as SHA-1 in its order. */
const showcerts = (host: string, port: number): Promise<readonly string[]> =>
  new Promise((resolve, reject) => {
    const child = spawn('openssl', ['s_client', '-showcerts', '-servername', host, '-connect', `127.0.0.1:${port}`]);
    let output = '';
    child.stdout.on('data', chunk => {
      output += String(chunk);
    });
    child.on('error', reject);
    child.on('close', () => {
      const blocks = output.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
      resolve(blocks.map(pem => new X509Certificate(pem).fingerprint.replaceAll(':', '').toLowerCase()));
    });
    child.stdin.end();
  });

/** Why each chain is trusted or not; `undefined` for a public one. */
const reasons: Readonly<Record<(typeof chainNames)[number], RegExp | undefined>> = {
  public: undefined,
  'root-sent': undefined,
  'root-not-sent': undefined,
  rotated: undefined,
  expiring: undefined,
  'expiring-soon': undefined,
  'expiring-later': undefined,
  private: /ends at CN=Example Corp Internal Root,O=Example Corp, which is not a public certificate authority/,
  intercepted: /ends at CN=Example Web Gateway CA,O=Example Corp, which is not/,
  'leaf-only': /whose issuer CN=Sandbox EC M01,O=Sandbox Trust,C=US was neither sent nor is/,
  expired: /^CN=oidc\.eks\.expired\.amazonaws\.com ended on /,
  'wrong-name': /is for DNS:elsewhere\.example, not for oidc\.eks\.wrong-name\.amazonaws\.com/,
};

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('over %s', tlsVersion => {
  test('the chain is what the server sent, and each is judged', async () => {
    await withIssuers(
      world,
      async (issuers, reader) => {
        const table = await reader.read(world.map(issuer => issuer.url));
        expect(Object.keys(table)).toHaveLength(chainNames.length);
        for (const { url, chain } of world) {
          const host = table[url]?.host;
          if (host?.status !== 'complete') throw new Error(`${chain} was not read`);
          const sent = host.value.chain.map(({ sha1 }) => sha1);
          expect([chain, sent]).toEqual([chain, issuers.thumbprints(url).sent]);
          expect(verdictOf(host.value)).toEqual([chain, reasons[chain] === undefined ? 'public' : 'untrusted']);
          if (reasons[chain]) expect(whyOf(host.value)).toMatch(reasons[chain]);
          expect(issuers.handshakes(url)).toBe(1);
        }
      },
      // Time that no answer takes on a busy machine: a second handshake would count.
      { tlsVersion, timeouts: { connect: 60_000, answer: 60_000 } },
    );
  });

  needing('openssl', hasOpenssl)('beside openssl s_client', () => {
    test('the chain is what openssl sees', async () => {
      await withIssuers(
        world,
        async issuers => {
          const hosts = overridesOf(issuers);
          expect(hosts).toHaveLength(chainNames.length);
          for (const { host, addressPort } of overridesOf(issuers)) {
            const url = `https://${host}/id/ABC`;
            expect(await showcerts(host, addressPort)).toEqual(issuers.thumbprints(url).sent);
          }
        },
        { tlsVersion },
      );
    });
  });
});

const verdictOf = (host: HostFacts) => [host.host.split('.')[2], host.trust.verdict];
const whyOf = (host: HostFacts) => (host.trust.verdict === 'public' ? '' : host.trust.why);

test('facts of each certificate', async () => {
  const [first] = world;
  if (first === undefined) throw new Error('no issuer');
  await withIssuers([first], async (_issuers, reader) => {
    const host = (await reader.read([first.url]))[first.url]?.host;
    const value = host?.status === 'complete' ? host.value : undefined;
    expect(value).toMatchObject({ host: 'oidc.eks.public.amazonaws.com', address: '127.0.0.1', overridden: true });
    expect(
      value?.chain.map(({ subject, issuer, isCa, isSelfSigned }) => [subject, issuer, isCa, isSelfSigned]),
    ).toEqual([
      ['CN=oidc.eks.public.amazonaws.com', 'CN=Sandbox EC M01,O=Sandbox Trust,C=US', false, false],
      ['CN=Sandbox EC M01,O=Sandbox Trust,C=US', 'CN=Sandbox Root CA 1,O=Sandbox Trust,C=US', true, false],
      ['CN=Sandbox Root CA 1,O=Sandbox Trust,C=US', 'CN=Sandbox Old Root G1,O=Sandbox Trust,C=US', true, false],
    ]);
    expect(value?.trust).toMatchObject({ root: { subject: 'CN=Sandbox Root CA 1,O=Sandbox Trust,C=US' } });
    expect(value?.chain[0]?.notAfter).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
  });
});

test('nothing is public without the roots that were handed in', async () => {
  const url = 'https://oidc.eks.public.amazonaws.com/id/ABC';
  await withIssuers(
    [{ url, chain: 'root-sent', discovery: 'valid' }],
    async (_issuers, reader) => {
      const host = (await reader.read([url]))[url]?.host;
      expect(host?.status === 'complete' ? host.value.trust : undefined).toEqual({
        verdict: 'untrusted',
        why: 'the chain ends at CN=Sandbox Root CA 1,O=Sandbox Trust,C=US, which is not a public certificate authority',
      });
    },
    { publicRoots: [] },
  );
});

test('a chain that changes is seen at the next read', async () => {
  const url = 'https://oidc.eks.eu-west-1.amazonaws.com/id/ABC';
  await withIssuers([{ url, chain: 'public', discovery: 'valid' }], async (issuers, reader) => {
    await reader.read([url]);
    await issuers.setChain(url, 'rotated');
    const host = (await reader.read([url]))[url]?.host;
    expect(host?.status === 'complete' ? host.value.chain.at(-1)?.subject : undefined).toBe(
      'CN=Sandbox Root CA 2,O=Sandbox Trust,C=US',
    );
  });
});
