import { clustersOf, type Facts, isEksHost } from '../../facts.ts';
import {
  type AccountSnapshot,
  assumeEventsOf,
  type ChainTrust,
  canBeReadInside,
  type HostFacts,
  type IssuerFacts,
  type ReadFailureKind,
  readFailuresOf,
  type ServedCertificate,
  type UnknownKind,
} from '../../model.ts';
import { unknownKindOf } from '../prelude.ts';

/** The chain that the issuer's server sent, or why it is not known. */
type ChainLookup =
  | {
      readonly status: 'read';
      readonly host: HostFacts;
      readonly trust: ChainTrust;
      /** The last certificate that was sent. */
      readonly last: ServedCertificate;
    }
  | { readonly status: 'unread'; readonly kind: UnknownKind; readonly why: string };

/** A chain that was sent. */
export type ReadChain = Extract<ChainLookup, { readonly status: 'read' }>;

const unread = (why: string, kind: UnknownKind = 'unread'): ChainLookup => ({ status: 'unread', kind, why });

/** Looks up the chain that AWS sees of an issuer: the one that its host sent in this run, unless a proxy sent another. */
export const servedChainOf = (issuer: string, facts: Facts): ChainLookup => {
  const proxy = proxyBefore(issuer, facts);
  if (proxy === undefined) return sentChainOf(issuer, facts);
  return unread(`the certificates that AWS sees at ${issuer} are not known: ${proxy}`, 'ambiguous');
};

/** True where a chain may be of a proxy that inspects TLS. */
export const isIntercepted = (issuer: string, facts: Facts): boolean => proxyBefore(issuer, facts) !== undefined;

/** The authority of a proxy that inspects TLS and answered in the place of an issuer of EKS; undefined where there is none. EKS
 *  sends chains of Amazon Trust Services alone. */
export const proxyAuthorityOf = (issuer: string, probed: IssuerFacts | undefined): string | undefined => {
  const host = isEksHost(issuer) ? untrustedHost(probed) : undefined;
  return host === undefined || isOfAmazon(host.chain) ? undefined : authorityOf(host);
};

/**
 * Says why a chain may be of a proxy that inspects TLS, and so says nothing of what AWS sees; undefined where it is not. Of an
 * issuer of EKS that is certain. Of another issuer it may be: it was reached
 * through a proxy, or its authority is the one that signs for EKS here, or may be, where an issuer of EKS was not asked.
 */
export const proxyBefore = (issuer: string, facts: Facts): string | undefined => {
  const { issuers } = facts;
  const host = untrustedHost(issuers[issuer]);
  if (host === undefined) return undefined;
  const proxy = 'the auditor is behind a proxy';
  if (isEksHost(issuer)) return proxyAuthorityOf(issuer, issuers[issuer]) === undefined ? undefined : proxy;
  if (host.proxied === true || inspectingAuthorities(issuers).has(authorityOf(host))) return proxy;
  const unasked = unaskedOfEks(facts);
  return unasked && `the auditor may be behind a proxy, and ${unasked}`;
};

/** The clusters, or the first of the issuers of clusters, of other accounts too, that were not read: a proxy may sign for these. */
const unaskedOfEks = ({ snapshot, fleet, issuers }: Facts): string | undefined => {
  const unread = snapshot.regions.find(({ clusters }) =>
    readFailuresOf(clusters).some(({ kind }) => kind !== 'not-asked-for'),
  );
  if (unread !== undefined) return `the clusters of ${unread.region} were not read`;
  const own = clustersOf(snapshot)
    .filter(({ cluster }) => canBeReadInside(cluster))
    .flatMap(({ cluster }) => cluster.issuer ?? []);
  const elsewhere = fleet.clusters.flatMap(({ issuer }) => (issuer !== undefined && issuers[issuer] ? issuer : []));
  const issuer = [...own, ...elsewhere].find(url => wasNotAsked(issuers[url]));
  return issuer && `${issuer} was not asked`;
};

/** An issuer that answers nobody is no reason: it may be gone for ever. */
const wasNotAsked = (probed: IssuerFacts | undefined): boolean =>
  probed === undefined ||
  readFailuresOf(probed.host).some(({ kind }) => probed.fromPrivateNetwork || kind === 'throttled');

const untrustedHost = (probed: IssuerFacts | undefined): HostFacts | undefined => {
  const host = probed?.host.status === 'complete' ? probed.host.value : undefined;
  return host !== undefined && host.trust.verdict === 'untrusted' && host.chain.length > 0 ? host : undefined;
};

/** The authorities that sign for EKS here and are not Amazon's: they are of proxies. */
const inspectingAuthorities = (issuers: Facts['issuers']): ReadonlySet<string> =>
  new Set(Object.entries(issuers).flatMap(([url, probed]) => proxyAuthorityOf(url, probed) ?? []));

/** The authority at the end of the chain, by its subject. */
export const authorityOf = ({ chain }: Pick<HostFacts, 'chain'>): string => {
  const last = chain.at(-1);
  return (last?.isSelfSigned ? last.subject : last?.issuer) ?? '';
};

/** True where the last certificate that was sent is one of Amazon Trust Services. */
export const isOfAmazon = (chain: readonly ServedCertificate[]): boolean =>
  chain.slice(-1).some(({ sha1 }) => knownAuthorities[sha1] !== undefined);

/** Looks up the chain that an issuer's host sent in this run. AWS looks at the host of the keys, which was not asked where
 *  it is another one. */
export const sentChainOf = (issuer: string, facts: Facts): ChainLookup => {
  const probed = facts.issuers[issuer];
  if (probed === undefined) return unread(`no probe read the certificates of ${issuer}`);
  if (probed.host.status === 'unavailable') {
    const { operation, message } = probed.host.reason;
    return unread(`${operation} showed no certificates of ${issuer}: ${message}`, unknownKindOf(probed.host.reason));
  }
  const { trust } = probed.host.value;
  if (probed.fromPrivateNetwork)
    return unread(`a probe from a private network does not show the certificates that AWS sees at ${issuer}`);
  const keysUnread = isEksHost(issuer) ? undefined : keysUnreadBecause(issuer, probed.discovery);
  if (keysUnread !== undefined) return unread(keysUnread);
  const jwksUri = probed.discovery.status === 'unavailable' ? undefined : probed.discovery.value.jwksUri;
  if (jwksUri !== undefined && !isEksHost(issuer) && httpsHost(jwksUri) !== httpsHost(issuer))
    return unread(`${httpsHost(jwksUri)} was not asked for the certificates of the keys of ${issuer}`);
  const last = probed.host.value.chain.at(-1);
  return last
    ? { status: 'read', host: probed.host.value, trust, last }
    : unread(`the server of ${issuer} sent no certificates`);
};

/** Failures after which it is known that an issuer names no host of keys. */
const namesNoHost: readonly ReadFailureKind[] = ['not-found', 'invalid'];

const keysUnreadBecause = (issuer: string, discovery: IssuerFacts['discovery']): string | undefined => {
  if (discovery.status !== 'unavailable' || namesNoHost.includes(discovery.reason.kind)) return undefined;
  return `${discovery.reason.operation} did not name the host of the keys of ${issuer}: ${discovery.reason.message}`;
};

/** True where CloudTrail shows that AWS consulted the thumbprints of a provider: the only proof that they matter. */
export const consultsThumbprints = (providerArn: string, { runtime }: AccountSnapshot): boolean =>
  assumeEventsOf(runtime).some(
    event => event.providerArn === providerArn && event.verificationMethods.includes('Thumbprint'),
  );

/** A thumbprint as it is compared: CDK stores upper case, consoles show colons. */
export const normalThumbprint = (thumbprint: string): string => thumbprint.replaceAll(':', '').trim().toLowerCase();

/** Authorities of Amazon Trust Services that tools have pinned for EKS over the years (docs/facts.md §B.5). */
export const knownAuthorities: Readonly<Record<string, string>> = {
  '9e99a48a9960b14926bb7f3b02e22da2b0ab7280':
    'Starfield Services Root CA - G2 as cross-signed by Starfield Class 2, served until 2025',
  '06b25927c42a721631c1efd9431e648fa62e1e39': 'Amazon Root CA 1 as cross-signed by Starfield Services Root CA - G2',
  '8da7f965ec5efc37910f1c6e59fdc1cc6a6ede16': 'Amazon Root CA 1',
  '5a8cef45d7a69859767a8c8b4496b578cf474b1a': 'Amazon Root CA 2',
  '0d44dd8c3c8c1a1a58756481e90f2e2affb3d26e': 'Amazon Root CA 3',
  f6108407d6f8bb67980cc2e244c2ebae1cef63be: 'Amazon Root CA 4',
  '925a8f8d2c6d04e0665f596aff22d863e8256f3f': 'Starfield Services Root CA - G2',
  ad7e1c28b064ef8f6003402014c3d0e3370eb58a: 'Starfield Class 2',
};

/** The certificates whose thumbprint is a right one to pin: the last that was sent, which AWS's procedure takes; the top
 *  intermediate where the last is a self-signed root (IAM User Guide); and the root itself, sent or not. */
export const rightThumbprints = ({ chain, trust }: HostFacts): ReadonlySet<string> => {
  const last = chain.at(-1);
  const below = last?.isSelfSigned === true && chain.length > 2 ? chain.at(-2) : undefined;
  const root = trust.verdict === 'public' ? trust.root?.sha1 : undefined;
  return new Set([last?.sha1, below?.sha1, root].filter(sha1 => sha1 !== undefined));
};

/** The certificate by its name: its successor has another thumbprint and other dates, and is the same finding. Of several with
 *  one name, such as an intermediate and its successor, with a number. */
export const nameInChain = ({ sha1, subject }: ServedCertificate, chain: readonly ServedCertificate[]): string => {
  const at = chain.filter(one => one.subject === subject).findIndex(one => one.sha1 === sha1);
  return at > 0 ? `${subject} ${at + 1}` : subject;
};

/** A certificate's place in the chain, in words. */
export const roleInChain = (certificate: ServedCertificate, chain: readonly ServedCertificate[]): string => {
  const at = chain.indexOf(certificate);
  if (at === 0) return "the server's own certificate";
  return at === chain.length - 1 ? 'the last certificate sent' : `intermediate ${at} of ${chain.length - 2}`;
};

/** The chain as evidence: one certificate a line, in the order sent. */
export const chainInWords = (chain: readonly ServedCertificate[]): string =>
  chain.map(({ sha1, subject }) => `${sha1} ${subject}`).join('; ');

/** Where the chain was read. */
export const handshakeOf = ({ host, overridden, address }: HostFacts): string =>
  `TLS handshake with ${host.includes(':') ? host : `${host}:443`}${overridden ? ` at ${address} (--connect-to)` : ''}`;

/** The host of an https URL with its port, as it is compared; any other URL as it is, which equals no host. */
export const httpsHost = (url: string): string =>
  url
    .replace(/^https:\/\/([^/?#]*).*$/is, '$1')
    .toLowerCase()
    .replace(/:443$/, '');
