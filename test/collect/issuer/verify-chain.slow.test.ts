import 'reflect-metadata';
import { createHash, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { KeyUsageFlags, KeyUsagesExtension, X509CertificateGenerator } from '@peculiar/x509';
import { verifyChain } from '../../../lib/collect/issuer/verify-chain.ts';
import { aParty, type CertificateTerms, certify, type Party } from '../../../sandbox/issuers/certificate-maker.ts';

const host = 'issuer.example';
type Chain = readonly [X509Certificate, ...X509Certificate[]];

let parties: Readonly<Record<'root' | 'old' | 'middle' | 'other' | 'leaf', Party>>;
beforeAll(async () => {
  const [root, old, middle, other, leaf] = await Promise.all(
    ['CN=Root', 'CN=Old', 'CN=Middle', 'CN=Other', `CN=${host}`].map(aParty),
  );
  if (!root || !old || !middle || !other || !leaf) throw new Error('no parties');
  parties = { root, old, middle, other, leaf };
});

const made = async (subject: Party, issuer: Party, terms: CertificateTerms = {}) =>
  new X509Certificate((await certify(subject, issuer, terms)).pem);
/** The thumbprint of IAM: SHA-1 of the DER form. */
const sha1Of = ({ raw }: X509Certificate): string => createHash('sha1').update(raw).digest('hex');
const leafBy = (issuer: Party, terms: CertificateTerms = {}) => made(parties.leaf, issuer, { hosts: [host], ...terms });
const judge = (chain: Chain, roots: readonly X509Certificate[], error?: string, name = host) =>
  verifyChain(
    chain,
    { roots: { bySubject: Map.groupBy(roots, root => root.subject) }, host: name, now: Date.now() },
    error,
  );

describe('verifyChain', () => {
  test('in any order, with certificates that nobody needs', async () => {
    const { root, middle, other } = parties;
    const top = await made(root, root);
    const chain: Chain = [await leafBy(middle), await made(other, other), top, await made(middle, root)];
    expect(judge(chain, [top])).toEqual({
      verdict: 'public',
      root: { subject: 'CN=Root', sha1: expect.any(String) },
      path: [chain[0], chain[3]].map(one => one && sha1Of(one)),
    });
  });

  test('over the one of two intermediates that ends last, whichever was sent first', async () => {
    const { root, middle } = parties;
    const top = await made(root, root);
    const leaf = await leafBy(middle);
    const [ended, soon, lasting] = [
      await made(middle, root, { toDay: -1 }),
      await made(middle, root, { toDay: 5 }),
      await made(middle, root),
    ];
    for (const others of [
      [ended, soon, lasting],
      [lasting, soon, ended],
      [soon, lasting],
    ])
      expect(judge([leaf, ...others], [top])).toMatchObject({ path: [sha1Of(leaf), sha1Of(lasting)] });
    expect(judge([leaf, ended], [top])).toMatchObject({ verdict: 'untrusted' });
  });

  test('by the root that is cross-signed where only the older one is public', async () => {
    const { root, old, middle } = parties;
    const oldTop = await made(old, old);
    const chain: Chain = [await leafBy(middle), await made(middle, root), await made(root, old)];
    expect(judge(chain, [oldTop])).toMatchObject({ verdict: 'public', root: { subject: 'CN=Old' } });
    expect(judge(chain.slice(0, 2) as [X509Certificate, X509Certificate], [oldTop])).toMatchObject({
      verdict: 'untrusted',
    });
  });

  test('a second public root of the same name stands in for one that has ended', async () => {
    const { root, middle } = parties;
    const chain: Chain = [await leafBy(middle), await made(middle, root)];
    const ended = await made(root, root, { toDay: -1 });
    expect(judge(chain, [ended])).toMatchObject({ why: expect.stringMatching(/^CN=Root ended on/) });
    expect(judge(chain, [ended, await made(root, root)])).toMatchObject({ verdict: 'public' });
  });

  test('from the instant at which a certificate begins to the one at which it ends', async () => {
    const { root, middle } = parties;
    const top = await made(root, root, { fromDay: -100, toDay: 100 });
    const middleTerms = { fromDay: -50, toDay: 50 };
    const chain: Chain = [await leafBy(middle, { fromDay: -100, toDay: 100 }), await made(middle, root, middleTerms)];
    const [begins, ends] = [chain[1]?.validFromDate.getTime() ?? 0, chain[1]?.validToDate.getTime() ?? 0];
    const at = (now: number) => {
      const verdict = verifyChain(
        chain,
        { roots: { bySubject: new Map([[top.subject, [top]]]) }, host, now },
        undefined,
      );
      return verdict.verdict === 'untrusted' ? verdict.why.replace(/ on .*/, '') : verdict.verdict;
    };
    expect([begins - 1, begins, ends, ends + 1].map(at)).toEqual([
      ...['CN=Middle begins only', 'public', 'public', 'CN=Middle ended'],
    ]);
  });

  test.each<[string, CertificateTerms, RegExp]>([
    ['has ended', { toDay: -1 }, /^CN=Middle ended on \d{4}-/],
    ['has not begun', { fromDay: 1 }, /^CN=Middle begins only on \d{4}-/],
    ['is no authority', { hosts: ['x.example'] }, /^CN=Middle signed without being a certificate authority$/],
  ])('an intermediate that %s', async (_what, terms, why) => {
    const { root, middle } = parties;
    const top = await made(root, root);
    const verdict = judge([await leafBy(middle), await made(middle, root, terms)], [top]);
    expect(verdict.verdict === 'untrusted' ? verdict.why : '').toMatch(why);
  });

  test('an intermediate whose key may sign certificates, and that is no authority', async () => {
    const { root, middle } = parties;
    const { rawData } = await X509CertificateGenerator.create({
      ...{ serialNumber: '0a', subject: middle.name, issuer: root.name },
      ...{ notBefore: new Date(Date.now() - 86_400_000), notAfter: new Date(Date.now() + 86_400_000) },
      ...{ publicKey: middle.keys.publicKey, signingKey: root.keys.privateKey },
      signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
      extensions: [new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true)],
    });
    const chain: Chain = [await leafBy(middle), new X509Certificate(Buffer.from(rawData))];
    expect(judge(chain, [await made(root, root)])).toEqual({
      ...{ verdict: 'untrusted', why: 'CN=Middle signed without being a certificate authority' },
    });
  });

  test('an authority of the same name with another key is no issuer', async () => {
    const { root, middle } = parties;
    const impostor = await aParty('CN=Middle');
    const verdict = judge([await leafBy(middle), await made(impostor, root)], [await made(root, root)]);
    expect(verdict).toMatchObject({ why: `CN=${host} was not signed by the CN=Middle that was sent` });
  });

  test('authorities that sign each other lead to no root, with the leaf among them or not', async () => {
    const { root, middle, other, leaf } = parties;
    const circle: readonly Chain[] = [
      [await leafBy(middle), await made(middle, other), await made(other, middle)],
      [await leafBy(other), await made(other, leaf)],
    ];
    const top = await made(root, root);
    expect(circle.map(chain => judge(chain, [top]))).toEqual([
      { verdict: 'untrusted', why: 'the chain leads from CN=Other back to CN=Middle, and to no public root' },
      { verdict: 'untrusted', why: `CN=${host} signed without being a certificate authority` },
    ]);
  });

  test('a root of the same name with another key is no root', async () => {
    const { middle } = parties;
    const impostor = await aParty('CN=Root');
    const chain: Chain = [await leafBy(middle), await made(middle, impostor), await made(impostor, impostor)];
    expect(judge(chain, [await made(parties.root, parties.root)])).toMatchObject({
      why: 'the chain ends at CN=Root, which is not a public certificate authority',
    });
  });

  test('the name in the URL, also as an address', async () => {
    const { root } = parties;
    const top = await made(root, root);
    expect(judge([await leafBy(root)], [top], undefined, 'other.example')).toMatchObject({
      why: expect.stringContaining('is for DNS:issuer.example, not for other.example'),
    });
    expect(judge([await leafBy(root)], [top], undefined, '192.0.2.1')).toMatchObject({ verdict: 'untrusted' });
  });

  test("the handshake's own verdict must agree", async () => {
    const top = await made(parties.root, parties.root);
    expect(judge([await leafBy(parties.root)], [top], 'PATH_LENGTH_EXCEEDED')).toEqual({
      verdict: 'untrusted',
      why: 'OpenSSL does not accept the chain: PATH_LENGTH_EXCEEDED',
    });
  });

  test('a chain that crosses itself in every way ends quickly', async () => {
    const { middle, root } = parties;
    const copies = await Promise.all(Array.from({ length: 15 }, () => made(middle, middle)));
    const began = performance.now();
    const verdict = judge([await leafBy(middle), ...copies], [await made(root, root)]);
    expect(verdict.verdict).toBe('untrusted');
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});
