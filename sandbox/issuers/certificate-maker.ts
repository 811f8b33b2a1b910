import 'reflect-metadata';
import { createHash, randomBytes, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A key and the name it goes by. One authority may have several certificates: self-signed, and cross-signed by another. */
export interface Party {
  readonly name: string;
  readonly keys: webcrypto.CryptoKeyPair;
}

/** A certificate in the forms that servers and tests need. */
export interface MadeCertificate {
  readonly pem: string;
  /** SHA-1 of the DER form, lower-case hex: the thumbprint of IAM. */
  readonly sha1: string;
  readonly subject: string;
}

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const day = 86_400_000;

/** A new party with an EC key of its own. */
export const aParty = async (name: string): Promise<Party> => ({
  name,
  keys: await webcrypto.subtle.generateKey(ecdsa, true, ['sign', 'verify']),
});

/** The party's private key in PEM. */
export const privateKeyPem = async (party: Party): Promise<string> => {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', party.keys.privateKey));
  return `-----BEGIN PRIVATE KEY-----\n${wrapped(der)}\n-----END PRIVATE KEY-----\n`;
};

/**
 * The fields of a certificate beside its two parties; `hosts` makes it a server's certificate. `fromDay` and `toDay` count from
 * `now`, the world's clock in milliseconds since 1970 (absent: the machine's). A certificate without them is valid on any day: the
 * clock of its world and that of the machine, by which OpenSSL judges a handshake, may be years apart.
 */
export interface CertificateTerms {
  readonly now?: number;
  readonly fromDay?: number;
  readonly toDay?: number;
  readonly hosts?: readonly string[];
  readonly pathLength?: number;
}

const anyDay = { from: Date.UTC(2000, 0), to: Date.UTC(2100, 0) };

/** A certificate for `subject`, signed by `issuer` (itself for a self-signed one). */
export const certify = async (
  subject: Party,
  issuer: Party,
  terms: CertificateTerms = {},
): Promise<MadeCertificate> => {
  const isCa = terms.hosts === undefined;
  const dayAt = (days: number): number => (terms.now ?? Date.now()) + days * day;
  const certificate = await X509CertificateGenerator.create({
    serialNumber: `01${randomBytes(7).toString('hex')}`,
    subject: subject.name,
    issuer: issuer.name,
    notBefore: new Date(terms.fromDay === undefined ? anyDay.from : dayAt(terms.fromDay)),
    notAfter: new Date(terms.toDay === undefined ? anyDay.to : dayAt(terms.toDay)),
    publicKey: subject.keys.publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: ecdsa,
    extensions: [
      new BasicConstraintsExtension(isCa, terms.pathLength, true),
      new KeyUsagesExtension(
        isCa ? KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign : KeyUsageFlags.digitalSignature,
        true,
      ),
      await SubjectKeyIdentifierExtension.create(subject.keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey),
      ...(terms.hosts === undefined
        ? []
        : [
            new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
            new SubjectAlternativeNameExtension(terms.hosts.map(value => ({ type: 'dns', value }) as const)),
          ]),
    ],
  });
  const der = Buffer.from(certificate.rawData);
  return {
    pem: `-----BEGIN CERTIFICATE-----\n${wrapped(der)}\n-----END CERTIFICATE-----\n`,
    sha1: createHash('sha1').update(der).digest('hex'),
    subject: subject.name,
  };
};

const wrapped = (der: Buffer): string => (der.toString('base64').match(/.{1,64}/g) ?? []).join('\n');
