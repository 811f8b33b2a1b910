import 'reflect-metadata';
import { createHash, webcrypto } from 'node:crypto';
import { BasicConstraintsExtension, cryptoProvider, X509CertificateGenerator } from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A CA bundle as EKS gives it (base64 of PEM) with one self-signed certificate, valid in 2026 alone. */
export const makeBundle = async (
  subject: string,
): Promise<{ readonly pem: string; readonly base64: string; readonly sha256: string }> => {
  cryptoProvider.set(webcrypto);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: subject,
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2026-12-31T00:00:00Z'),
    signingAlgorithm: algorithm,
    keys,
    extensions: [new BasicConstraintsExtension(true)],
  });
  const pem = `${certificate.toString('pem')}\n`;
  return {
    pem,
    base64: Buffer.from(pem).toString('base64'),
    sha256: createHash('sha256').update(Buffer.from(certificate.rawData)).digest('hex'),
  };
};
