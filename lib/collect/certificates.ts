import { X509Certificate } from 'node:crypto';
import type { CaCertificate } from '../model.ts';
import { boundedText } from './world-text.ts';

/** More certificates than any real bundle has; a hostile one is cut here. */
const maxCertificates = 64;
const pemBlock = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/**
 * The certificates of a bundle as EKS and webhook configurations give it: base64 of one or more PEM blocks. Undefined
 * if there is no block or one of them is no certificate: half a bundle is not read as a whole one.
 */
export const certificatesOfBundle = (base64: string): readonly CaCertificate[] | undefined => {
  const blocks = Buffer.from(base64, 'base64').toString('latin1').match(pemBlock);
  if (!blocks || blocks.length > maxCertificates) return undefined;
  try {
    return blocks.map(decode);
  } catch {
    return undefined;
  }
};

const decode = (pem: string): CaCertificate => {
  const certificate = new X509Certificate(pem);
  return {
    subject: boundedText(certificate.subject.split('\n').join(',')),
    sha256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    notBefore: certificate.validFromDate.toISOString(),
    notAfter: certificate.validToDate.toISOString(),
  };
};
