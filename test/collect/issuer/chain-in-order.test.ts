/** The way from a server's certificate to a public root by certificates that only say what they are: which of two issuers, and
 *  which fault of two ways. */
import { expect, test } from '@jest/globals';
import { sentChain, verifyChain } from '../../../lib/collect/issuer/verify-chain.ts';

interface Made {
  readonly name: string;
  readonly by: string;
  readonly from?: number;
  readonly to?: number;
  readonly ca?: boolean;
  /** The key that signed it; that of its issuer unless it is given. */
  readonly signedWith?: string;
  readonly key?: string;
  readonly hosts?: readonly string[];
}

/** A certificate whose key is its name unless it is given: it is issued by whoever has the name and the key that it wants. */
const made = ({ name, by, from = 0, to = 100, ca = true, key = name, signedWith = by, hosts = [] }: Made) => ({
  ...{
    subject: `CN=${name}`,
    issuer: `CN=${by}`,
    fingerprint256: `${name} ${key} ${to}`,
    fingerprint: `${key}:${to}`,
    ca,
  },
  ...{ validFromDate: new Date(from), validToDate: new Date(to), publicKey: key, subjectAltName: 'DNS:a.example' },
  checkIssued: (issuer: { readonly subject: string }) => issuer.subject === `CN=${by}`,
  verify: (publicKey: string) => publicKey === signedWith,
  checkHost: (host: string) => (hosts.includes(host) ? host : undefined),
  checkIP: (host: string) => (hosts.includes(host) ? host : undefined),
});
type Certificate = ReturnType<typeof made>;
const leaf = (over: Partial<Made> = {}) =>
  made({ name: 'a.example', by: 'Mid', ca: false, hosts: ['a.example'], ...over });
const mid = (over: Partial<Made> = {}) => made({ name: 'Mid', by: 'Root', ...over });
const root = (over: Partial<Made> = {}) => made({ name: 'Root', by: 'Root', ...over });

const verified = (chain: readonly Certificate[], roots = [root()], host = 'a.example', handshake?: string): string => {
  const bySubject = Map.groupBy(roots, one => one.subject);
  const trust = verifyChain(chain as never, { roots: { bySubject } as never, host, now: 50 }, handshake);
  if (trust.verdict !== 'public') return trust.why;
  return `${trust.root?.subject} ${trust.root?.sha1}: ${trust.path?.join(' ')}`;
};
const whole = 'CN=Root root100: a.example100 mid100';

test.each<[string, readonly Certificate[], readonly Certificate[] | undefined, string]>([
  ['a leaf and its issuer', [leaf(), mid()], undefined, whole],
  ['the root sent too', [leaf(), mid(), root()], undefined, whole],
  ['in another order', [leaf(), root(), mid()], undefined, whole],
  ['a leaf that a root signed', [leaf({ by: 'Root' })], undefined, 'CN=Root root100: a.example100'],
  [
    'of two issuers of a name the one that ends last',
    [leaf(), mid({ to: 60 }), mid({ to: 90 })],
    undefined,
    'CN=Root root100: a.example100 mid90',
  ],
  [
    'an issuer that ended beside one that did not',
    [leaf(), mid({ to: 40 }), mid({ to: 90 })],
    undefined,
    'CN=Root root100: a.example100 mid90',
  ],
  [
    'an issuer that begins later beside one',
    [leaf(), mid({ from: 60, to: 99 }), mid({ to: 90 })],
    undefined,
    'CN=Root root100: a.example100 mid90',
  ],
  [
    'of two roots of a name the one whose key signed',
    [leaf(), mid({ signedWith: 'k2' })],
    [root(), root({ key: 'k2' })],
    'CN=Root k2100: a.example100 mid100',
  ],
  [
    'of two roots with that key the one that has not ended',
    [leaf(), mid()],
    [root({ to: 40 }), root({ to: 80 })],
    'CN=Root root80: a.example100 mid100',
  ],
  [
    'a crossed chain',
    [leaf(), mid({ by: 'Old' }), made({ name: 'Old', by: 'Mid' }), mid({ to: 90 })],
    undefined,
    'CN=Root root100: a.example100 mid100 old100 mid90',
  ],
  ['a leaf that ended', [leaf({ to: 49 }), mid()], undefined, 'CN=a.example ended on 1970-01-01T00:00:00.049Z'],
  ['a leaf that ends now', [leaf({ to: 50 }), mid()], undefined, 'CN=Root root100: a.example50 mid100'],
  [
    'an issuer that begins later',
    [leaf(), mid({ from: 51 })],
    undefined,
    'CN=Mid begins only on 1970-01-01T00:00:00.051Z',
  ],
  [
    'roots of that key that all ended',
    [leaf(), mid()],
    [root({ to: 40 }), root({ to: 45 })],
    'CN=Root ended on 1970-01-01T00:00:00.040Z',
  ],
  [
    'an issuer that is no authority',
    [leaf(), mid({ ca: false })],
    undefined,
    'CN=Mid signed without being a certificate authority',
  ],
  [
    'an issuer with another key',
    [leaf(), mid({ key: 'k2' })],
    undefined,
    'CN=a.example was not signed by the CN=Mid that was sent',
  ],
  [
    'no issuer',
    [leaf()],
    undefined,
    'the chain ends at CN=a.example, whose issuer CN=Mid was neither sent nor is a public certificate authority',
  ],
  [
    'a root of one’s own',
    [leaf(), mid({ by: 'Own' }), made({ name: 'Own', by: 'Own' })],
    undefined,
    'the chain ends at CN=Own, which is not a public certificate authority',
  ],
])('%s', (_, chain, roots, wanted) => {
  expect(verified(chain, roots && [...roots]).toLowerCase()).toBe(wanted.toLowerCase());
});

test('two certificates that sign each other lead nowhere', () => {
  const chain = [leaf(), mid({ by: 'Old' }), made({ name: 'Old', by: 'Mid' })];
  expect(verified(chain)).toBe('the chain leads from CN=Old back to CN=Mid, and to no public root');
});

test('another host, an address, and what the handshake says', () => {
  const chain = [leaf({ hosts: ['a.example', '10.0.0.1'] }), mid()];
  expect(verified(chain, undefined, '10.0.0.1').toLowerCase()).toBe(whole.toLowerCase());
  expect(verified(chain, undefined, 'b.example')).toBe(
    "the server's certificate is for DNS:a.example, not for b.example",
  );
  expect(verified(chain, undefined, '10.0.0.2')).toContain('not for 10.0.0.2');
  expect(verified(chain, undefined, 'a.example', 'x')).toBe('OpenSSL does not accept the chain: x');
});

test('a hundred certificates are read, and not one more', () => {
  const chainOf = (length: number): object | undefined =>
    length === 0 ? undefined : { at: length, issuerCertificate: chainOf(length - 1) };
  const sent = (length: number) => sentChain({ getPeerX509Certificate: () => chainOf(length) } as never);
  expect([sent(0), sent(1)?.length, sent(100)?.length, sent(101)]).toEqual([undefined, 1, 100, 'too-long']);
});
