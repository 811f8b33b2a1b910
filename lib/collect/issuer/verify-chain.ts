import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { ChainTrust } from '../../core/model/issuer.ts';
import type { PublicRoots } from './public-roots.ts';
import { isIssuedBy, isSelfSigned, nameOf } from './sent-chain.ts';

/** What a chain is verified against: the roots, the name in the URL, the instant in milliseconds since 1970. */
export interface Verification {
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
  const [leaf, ...others] = chain;
  const why = problemOfPath(leaf, others, verification) ?? nameProblem(leaf, verification.host);
  if (why !== undefined) return { verdict: 'untrusted', why };
  if (handshakeError !== undefined)
    return { verdict: 'untrusted', why: `OpenSSL does not accept the chain: ${handshakeError}` };
  return { verdict: 'public' };
};

const nameProblem = (leaf: X509Certificate, host: string): string | undefined => {
  if ((isIP(host) === 0 ? leaf.checkHost(host) : leaf.checkIP(host)) !== undefined) return undefined;
  return `the server's certificate is for ${(leaf.subjectAltName ?? nameOf(leaf.subject)).slice(0, 200)}, not for ${host}`;
};

/**
 * Undefined if some path leads to a public root; else what is wrong with the path that came furthest. Each certificate
 * is looked at once, however a hostile chain crosses itself: whether it leads to a root does not depend on the way.
 */
const problemOfPath = (
  certificate: X509Certificate,
  others: readonly X509Certificate[],
  verification: Verification,
  seen: Set<X509Certificate> = new Set(),
): string | undefined => {
  seen.add(certificate);
  const dates = dateProblem(certificate, verification.now);
  if (dates !== undefined) return dates;
  const roots = verification.roots.bySubject;
  if (roots.get(certificate.subject)?.some(root => root.fingerprint256 === certificate.fingerprint256))
    return undefined;
  const issuingRoots = (roots.get(certificate.issuer) ?? []).filter(root => isIssuedBy(certificate, root));
  if (issuingRoots.some(root => dateProblem(root, verification.now) === undefined)) return undefined;
  let problem: string | undefined;
  for (const issuer of others) {
    if (seen.has(issuer) || !issuer.ca || !isIssuedBy(certificate, issuer)) continue;
    const found = problemOfPath(issuer, others, verification, seen);
    if (found === undefined) return undefined;
    problem ??= found;
  }
  const [expiredRoot] = issuingRoots;
  if (problem === undefined && expiredRoot !== undefined) return dateProblem(expiredRoot, verification.now);
  return problem ?? deadEnd(certificate, others);
};

const dateProblem = (certificate: X509Certificate, now: number): string | undefined => {
  if (certificate.validToDate.getTime() < now)
    return `${nameOf(certificate.subject)} ended on ${certificate.validToDate.toISOString()}`;
  if (certificate.validFromDate.getTime() > now)
    return `${nameOf(certificate.subject)} begins only on ${certificate.validFromDate.toISOString()}`;
  return undefined;
};

const deadEnd = (certificate: X509Certificate, others: readonly X509Certificate[]): string => {
  if (isSelfSigned(certificate))
    return `the chain ends at ${nameOf(certificate.subject)}, which is not a public certificate authority`;
  const issuer = nameOf(certificate.issuer);
  const namesakes = others.filter(other => other.subject === certificate.issuer);
  if (namesakes.some(other => !other.ca)) return `${issuer} signed without being a certificate authority`;
  if (namesakes.length > 0) return `${nameOf(certificate.subject)} was not signed by the ${issuer} that was sent`;
  return `the chain ends at ${nameOf(certificate.subject)}, whose issuer ${issuer} was neither sent nor is a public certificate authority`;
};
