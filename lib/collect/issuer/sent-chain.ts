import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { ServedCertificate } from '../../model/issuer.ts';
import { oneLine } from '../../text/one-line.ts';

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
  subject: nameOf(certificate.subject),
  issuer: nameOf(certificate.issuer),
  sha1: sha1Of(certificate),
  notBefore: certificate.validFromDate.toISOString(),
  notAfter: certificate.validToDate.toISOString(),
  isCa: certificate.ca,
  isSelfSigned: isSelfSigned(certificate),
});

/** SHA-1 of the DER form, 40 lower-case hex digits: the thumbprint of IAM. */
export const sha1Of = (certificate: X509Certificate): string =>
  certificate.fingerprint.replaceAll(':', '').toLowerCase();

/** Signed with its own key, by computation: that subject and issuer are equal proves nothing. */
export const isSelfSigned = (certificate: X509Certificate): boolean => isIssuedBy(certificate, certificate);

/** True if the issuer's name, identifiers and key usage fit and its key made the signature. A key that Node cannot read
 *  verifies nothing. */
export const isIssuedBy = (certificate: X509Certificate, issuer: X509Certificate): boolean => {
  if (!certificate.checkIssued(issuer)) return false;
  try {
    return certificate.verify(issuer.publicKey);
  } catch {
    return false;
  }
};

/** A distinguished name on one line, most specific part first (RFC 4514): Node gives one part a line, in file order. */
export const nameOf = (name: string | undefined): string => oneLine((name ?? '').split('\n').reverse().join(','));
