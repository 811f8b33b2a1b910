import { X509Certificate } from 'node:crypto';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { namedError } from '../../text.ts';

const pemBlock = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+?-----END CERTIFICATE-----/g;
/** Mozilla's list has some 120 (`tls.rootCertificates` of Node.js 24): a file of far more is no list of roots. */
const maxRoots = 512;

/**
 * The authorities that are taken as public: those that Node ships (Mozilla's list), never the machine's own store,
 * which may hold the authority of a TLS-inspecting proxy; and those that the user hands in for this run.
 */
export interface PublicRoots {
  /** Roots by subject, as Node writes it. */
  readonly bySubject: ReadonlyMap<string, readonly X509Certificate[]>;
  /** The same roots for OpenSSL's own verification in the handshake. */
  readonly context: SecureContext;
}

/** A text that was handed in as public roots holds none, or something that is no certificate. */
const PublicRootsInvalid = namedError('PublicRootsInvalid', 'public-roots-invalid');

/** The certificates of a PEM text, each as a block of its own. Throws `PublicRootsInvalid` with one sentence that begins
 *  with `source`. */
export const parsePublicRoots = (text: string, source: string): readonly string[] => {
  const blocks = text.match(pemBlock) ?? [];
  if (blocks.length === 0) throw new PublicRootsInvalid(`${source} holds no certificate in PEM form`);
  if (blocks.length > maxRoots)
    throw new PublicRootsInvalid(`${source} holds ${blocks.length} certificates, at most ${maxRoots} are read`);
  for (const [index, block] of blocks.entries()) {
    try {
      new X509Certificate(block);
    } catch (cause) {
      throw new PublicRootsInvalid(`${source}: certificate ${index + 1} of ${blocks.length} cannot be read`, { cause });
    }
  }
  return blocks;
};

/** Node's roots and some more (one certificate each), ready to verify with. Takes some ten milliseconds: made once a
 *  reader. */
export const publicRoots = (extra: readonly string[]): PublicRoots => {
  const pems = [...rootCertificates, ...extra];
  const bySubject = new Map<string, X509Certificate[]>();
  for (const pem of pems) {
    const root = new X509Certificate(pem);
    const same = bySubject.get(root.subject);
    if (same) same.push(root);
    else bySubject.set(root.subject, [root]);
  }
  return { bySubject, context: createSecureContext({ ca: pems }) };
};
