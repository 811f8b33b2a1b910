import type { Collected } from './collected.ts';

/** One certificate of the chain that a server sent, in the order sent. Times are ISO 8601. */
export interface ServedCertificate {
  readonly subject: string;
  readonly issuer: string;
  /** SHA-1 of the DER form, 40 lower-case hex digits: what IAM calls the thumbprint (docs/facts.md §B.4). */
  readonly sha1: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly isCa: boolean;
  readonly isSelfSigned: boolean;
}

/** Whether the sent chain verifies to a public root. Apart from the chain itself: it was read either way. */
export type ChainTrust =
  | {
      readonly verdict: 'public';
      /** The public root that it leads to, sent or not; some tools pin that one. */
      readonly root?: { readonly subject: string; readonly sha1: string };
      /** SHA-1 of the sent certificates that lead there, the server's own first: of several ways the one that lasts. */
      readonly path?: readonly string[];
    }
  | { readonly verdict: 'untrusted'; readonly why: string };

/** The facts of one TLS handshake with an issuer's host. `chain` is never empty: an empty one is a failed read. */
export interface HostFacts {
  /** Host as in the issuer's URL, with `:port` if not 443. */
  readonly host: string;
  readonly chain: readonly ServedCertificate[];
  readonly trust: ChainTrust;
  /** The address connected to, and whether it was overridden (`--connect-to`). */
  readonly address: string;
  readonly overridden: boolean;
  /** Set where a proxy stood in between: it may have answered in the server's place. */
  readonly proxied?: true;
}

/** One key of a JWKS, without its material. */
export interface SigningKey {
  readonly kid: string;
  readonly kty: string;
  readonly alg?: string;
  readonly use?: string;
}

/** The discovery document of an issuer, as far as STS reads it (docs/facts.md §B.7). */
export interface DiscoveryFacts {
  readonly issuer?: string;
  readonly jwksUri?: string;
}

/** The missing part that an issuer's URL needs: whoever makes it serves the issuer's keys (docs/facts.md §B.8).
 *  `domain`: no name of the domain exists, so that anybody may register it. `name`: a name in a domain that exists.
 *  `bucket`: a bucket of S3. */
export interface MissingPart {
  readonly kind: 'domain' | 'name' | 'bucket';
  readonly name: string;
}

/** The facts of one issuer by a live fetch. `host` is shared by all issuers of one host. */
export interface IssuerFacts {
  /** The issuer's URL, with `https://`. */
  readonly url: string;
  readonly host: Collected<HostFacts>;
  /** `invalid` where an answer came that is not a discovery document; the message says what it was. */
  readonly discovery: Collected<DiscoveryFacts>;
  readonly keys: Collected<readonly SigningKey[]>;
  /** Set where an answer proves it. */
  readonly missing?: MissingPart;
  /** The probe ran from a network that cannot stand for AWS's view (private address, proxy): failures are unknown. */
  readonly fromPrivateNetwork: boolean;
}
