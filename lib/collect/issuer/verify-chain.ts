import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ChainTrust, ServedCertificate } from '../../model.ts';
import { oneLine } from '../../text.ts';
import type { PublicRoots } from './public-roots.ts';

/** The parts that a chain is verified against: the roots, the name in the URL, the instant in milliseconds since
 *  1970. */
interface Verification {
  readonly roots: Pick<PublicRoots, 'bySubject'>;
  readonly host: string;
  readonly now: number;
}

/**
 * Whether the certificates that were sent lead from the leaf to a public root: signatures, dates, authority flags and
 * the host's name, over the sent certificates only. Apart from the handshake, whose own verdict must agree: this one
 * can say why in words, that one also knows constraints that Node does not expose.
 */
export const verifyChain = (
  chain: readonly [X509Certificate, ...X509Certificate[]],
  verification: Verification,
  handshakeError: string | undefined,
): ChainTrust => {
  const [leaf] = chain;
  const lasting = chain.toSorted((a, b) => b.validToDate.getTime() - a.validToDate.getTime());
  const path = followPath(leaf, lasting, verification);
  if (typeof path === 'string') return { verdict: 'untrusted', why: path };
  const why =
    nameProblem(leaf, verification.host) ??
    (handshakeError === undefined ? undefined : `OpenSSL does not accept the chain: ${handshakeError}`);
  if (why !== undefined) return { verdict: 'untrusted', why };
  const { root, sent } = path;
  return {
    verdict: 'public',
    root: { subject: distinguishedName(root.subject), sha1: sha1Of(root) },
    path: sent.map(sha1Of),
  };
};

const nameProblem = (leaf: X509Certificate, host: string): string | undefined => {
  if ((isIP(host) === 0 ? leaf.checkHost(host) : leaf.checkIP(host)) !== undefined) return undefined;
  return `the server's certificate is for ${(leaf.subjectAltName ?? distinguishedName(leaf.subject)).slice(0, 200)}, not for ${host}`;
};

/** A way from the server's certificate to a public root. */
interface Path {
  readonly root: X509Certificate;
  /** The certificates that were sent, in the order of the way. */
  readonly sent: readonly X509Certificate[];
}

/**
 * A way to a public root, or what is wrong with the way that came furthest. Of several issuers the first is taken, so
 * that `sent` stand with the one that ends last at the front. Each certificate is looked at once, however a hostile
 * chain crosses itself: whether it leads to a root does not depend on the way.
 */
const followPath = (
  certificate: X509Certificate,
  sent: readonly X509Certificate[],
  verification: Verification,
  seen: Set<X509Certificate> = new Set(),
): Path | string => {
  seen.add(certificate);
  const dates = dateProblem(certificate, verification.now);
  if (dates !== undefined) return dates;
  const roots = verification.roots.bySubject;
  const itself = roots.get(certificate.subject)?.find(root => root.fingerprint256 === certificate.fingerprint256);
  const issuing = (roots.get(certificate.issuer) ?? []).filter(root => isIssuedBy(certificate, root));
  const root = itself ?? issuing.find(candidate => dateProblem(candidate, verification.now) === undefined);
  if (root !== undefined) return { root, sent: [certificate] };
  let problem: string | undefined;
  for (const issuer of sent) {
    if (seen.has(issuer) || !issuer.ca || !isIssuedBy(certificate, issuer)) continue;
    const found = followPath(issuer, sent, verification, seen);
    if (typeof found !== 'string') return { ...found, sent: [certificate, ...found.sent] };
    problem ??= found;
  }
  const expired = issuing.map(candidate => dateProblem(candidate, verification.now));
  return problem ?? expired[0] ?? deadEnd(certificate, sent);
};

const dateProblem = (certificate: X509Certificate, now: number): string | undefined => {
  if (certificate.validToDate.getTime() < now)
    return `${distinguishedName(certificate.subject)} ended on ${certificate.validToDate.toISOString()}`;
  if (certificate.validFromDate.getTime() > now)
    return `${distinguishedName(certificate.subject)} begins only on ${certificate.validFromDate.toISOString()}`;
  return undefined;
};

const deadEnd = (certificate: X509Certificate, sent: readonly X509Certificate[]): string => {
  const [name, issuer] = [certificate.subject, certificate.issuer].map(distinguishedName);
  if (isSelfSigned(certificate)) return `the chain ends at ${name}, which is not a public certificate authority`;
  const namesakes = sent.filter(other => other !== certificate && other.subject === certificate.issuer);
  if (namesakes.some(other => !other.ca)) return `${issuer} signed without being a certificate authority`;
  if (namesakes.some(other => isIssuedBy(certificate, other)))
    return `the chain leads from ${name} back to ${issuer}, and to no public root`;
  if (namesakes.length > 0) return `${name} was not signed by the ${issuer} that was sent`;
  return `the chain ends at ${name}, whose issuer ${issuer} was neither sent nor is a public certificate authority`;
};

/** OpenSSL follows at most 100 certificates (`SSL_CTX_set_verify_depth`); a longer chain is refused, not cut. */
const maxChainLength = 100;

/**
 * The certificates that the server sent, in the order sent, none added or dropped. `getPeerX509Certificate` and not
 * `getPeerCertificate(true)`: the latter completes and reorders the chain from the trusted roots. Undefined if there is
 * none, `too-long` if there are more than are read.
 */
export const sentChain = (
  socket: Pick<TLSSocket, 'getPeerX509Certificate'>,
): readonly [X509Certificate, ...X509Certificate[]] | 'too-long' | undefined => {
  const leaf = socket.getPeerX509Certificate();
  if (leaf === undefined) return undefined;
  const chain: [X509Certificate, ...X509Certificate[]] = [leaf];
  for (let next = leaf.issuerCertificate; next !== undefined; next = next.issuerCertificate) {
    if (chain.length === maxChainLength) return 'too-long';
    chain.push(next);
  }
  return chain;
};

/** A certificate as a fact of the snapshot. */
export const servedCertificate = (certificate: X509Certificate): ServedCertificate => ({
  subject: distinguishedName(certificate.subject),
  issuer: distinguishedName(certificate.issuer),
  sha1: sha1Of(certificate),
  notBefore: certificate.validFromDate.toISOString(),
  notAfter: certificate.validToDate.toISOString(),
  isCa: certificate.ca,
  isSelfSigned: isSelfSigned(certificate),
});

/** SHA-1 of the DER form, 40 lower-case hex digits: the thumbprint of IAM. */
const sha1Of = (certificate: X509Certificate): string => certificate.fingerprint.replaceAll(':', '').toLowerCase();

/** Signed with its own key, by computation: that subject and issuer are equal proves nothing. */
const isSelfSigned = (certificate: X509Certificate): boolean => isIssuedBy(certificate, certificate);

/** True if the issuer's name, identifiers and key usage fit and its key made the signature. A key that Node cannot read
 *  verifies nothing. */
const isIssuedBy = (certificate: X509Certificate, issuer: X509Certificate): boolean => {
  if (!certificate.checkIssued(issuer)) return false;
  try {
    return certificate.verify(issuer.publicKey);
  } catch {
    return false;
  }
};

/** A distinguished name on one line, most specific part first (RFC 4514): Node gives one part a line, in file order. */
export const distinguishedName = (name: string | undefined): string =>
  oneLine((name ?? '').split('\n').reverse().join(','));
