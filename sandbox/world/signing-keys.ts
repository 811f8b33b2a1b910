/**
 * The keys with which the sandbox's clusters sign service account tokens: RSA pairs, made when first
 * asked for and kept for the life of the process. The first 64 issuers of a process have a pair each, later ones share
 * them: a pair takes 30 ms. The issuers' servers publish the public half, the Kubernetes API
 * signs with the private half, STS verifies with the public half.
 */
import { createHash, createSign, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';

/** One issuer's key pair. */
export interface SigningKeyPair {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const maxPairs = 64;
const pairs: SigningKeyPair[] = [];
const pairOf = new Map<string, SigningKeyPair>();

const makePair = (): SigningKeyPair => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
  return { kid, privateKey, publicKey };
};

/** The pair of an issuer (URL with scheme). */
export const signingKeyOf = (issuer: string): SigningKeyPair => {
  const known = pairOf.get(issuer);
  if (known) return known;
  const pair = pairs[pairOf.size % maxPairs] ?? makePair();
  if (pairs.length < maxPairs) pairs.push(pair);
  pairOf.set(issuer, pair);
  return pair;
};

/** The issuer's JWKS with its one key, as EKS serves it at `<issuer>/keys`. */
export const jwksOf = (issuer: string): { readonly keys: readonly JsonWebKey[] } => {
  const { kid, publicKey } = signingKeyOf(issuer);
  return { keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid }] };
};

/** Signs a token in the form of Kubernetes' TokenRequest: RS256, the issuer's `kid`. Times in seconds since 1970. */
export const signToken = (
  issuer: string,
  claims: {
    readonly sub: string;
    readonly aud: string | readonly string[];
    readonly iat: number;
    readonly exp: number;
  },
): string => {
  const { kid, privateKey } = signingKeyOf(issuer);
  const body = [
    { alg: 'RS256', kid },
    { iss: issuer, nbf: claims.iat, ...claims },
  ]
    .map(encode)
    .join('.');
  return `${body}.${createSign('RSA-SHA256').update(body).sign(privateKey).toString('base64url')}`;
};

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
