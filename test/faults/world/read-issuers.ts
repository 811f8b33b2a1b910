/** The answer of a probe of the world's issuers. */
import { type Collected, complete, type ReadFailureKind, unavailable } from '../../../lib/model/collected.ts';
import type { HostFacts, IssuerFacts, ServedCertificate } from '../../../lib/model/issuer.ts';
import { type IssuerName, issuerNames, issuerUrls, regionNames, rootThumbprint } from './names.ts';
import type { ChainState, DiscoveryState, World } from './world.ts';

const certificate = (over: Partial<ServedCertificate>): ServedCertificate => ({
  subject: 'CN=Amazon Root CA 1,O=Amazon,C=US',
  issuer: 'CN=Starfield Services Root Certificate Authority - G2',
  sha1: rootThumbprint,
  notBefore: '2015-05-25T12:00:00.000Z',
  notAfter: '2037-12-31T01:00:00.000Z',
  isCa: true,
  isSelfSigned: false,
  ...over,
});

const leaf = certificate({
  subject: 'CN=*.execute-api.example',
  issuer: 'CN=Amazon RSA 2048 M01',
  sha1: '1'.repeat(40),
  isCa: false,
  notBefore: '2026-06-01T00:00:00.000Z',
  notAfter: '2032-06-30T00:00:00.000Z',
});

const middleEnds: Partial<Record<ChainState, string>> = {
  expiring20: '2026-12-01T00:00:00.000Z',
  expiring5: '2026-11-08T00:00:00.000Z',
};

const hostFacts = (host: string, state: ChainState): HostFacts => {
  const reached = { host, address: '192.0.2.10', overridden: false };
  if (state === 'private') {
    const gateway = { subject: 'CN=Gateway', issuer: 'CN=Gateway', sha1: '9'.repeat(40), isSelfSigned: true };
    const why = 'the chain ends at CN=Gateway, which is not a public certificate authority';
    return { ...reached, chain: [leaf, certificate(gateway)], trust: { verdict: 'untrusted', why } };
  }
  const middle = certificate({
    subject: 'CN=Amazon RSA 2048 M01',
    issuer: 'CN=Amazon Root CA 1,O=Amazon,C=US',
    sha1: '2'.repeat(40),
    notAfter: middleEnds[state] ?? '2036-08-23T00:00:00.000Z',
  });
  const top = certificate(state === 'rotated' ? { subject: 'CN=Amazon Root CA 3', sha1: '3'.repeat(40) } : {});
  return { ...reached, chain: [leaf, middle, top], trust: { verdict: 'public' } };
};

const missing = <T>(kind: ReadFailureKind, message: string): Collected<T> =>
  unavailable({ kind, operation: 'GET document', message });

/** EKS serves the documents of every cluster that there is, and of no other one. */
const discoveryOf = (world: World, name: IssuerName): DiscoveryState => {
  const state = world.issuers[name].discovery;
  if (name === 'own') return state;
  const clusters = Object.values(world.accounts).flatMap(account => Object.values(account.clusters));
  if (!clusters.some(({ issuer }) => issuer === name)) return 'notFound';
  return state === 'notFound' ? 'slow' : state;
};

/** The facts of one issuer. */
export const readIssuer = (world: World, url: string): IssuerFacts => {
  const name = issuerNames.find(each => issuerUrls[each] === url) ?? 'ghost';
  const { host } = new URL(url);
  const region = regionNames.find(each => host.includes(`.${each}.`));
  const facts: IssuerFacts = {
    url,
    host: complete(hostFacts(host, world.chains[region ?? 'own'])),
    discovery: complete({ issuer: url, jwksUri: `${url}/keys` }),
    keys: complete([{ kid: 'a'.repeat(40), kty: 'RSA', alg: 'RS256', use: 'sig' }]),
    fromPrivateNetwork: false,
  };
  const unseen = missing<never>('not-asked-for', 'no jwks_uri');
  switch (discoveryOf(world, name)) {
    case 'wrongIssuer':
      return { ...facts, discovery: complete({ issuer: `${url}X`, jwksUri: `${url}/keys` }) };
    case 'otherHost': {
      const discovery = complete({ issuer: url, jwksUri: 'https://elsewhere.example/keys' });
      return { ...facts, discovery, keys: missing('not-asked-for', 'jwks_uri is not on the host of the issuer') };
    }
    case 'noKeys':
      return { ...facts, keys: complete([]) };
    case 'notFound':
      return { ...facts, discovery: missing('not-found', 'HTTP 404'), keys: unseen };
    case 'slow':
      return { ...facts, discovery: missing('timed-out', 'no whole answer within 5000 ms'), keys: unseen };
    default:
      return facts;
  }
};
