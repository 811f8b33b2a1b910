import { createVerify } from 'node:crypto';
import * as z from 'zod';
import { given } from '../../../lib/text.ts';
import { signingKeyOf } from '../../world/signing-keys.ts';
import type { World } from '../../world/world.ts';
import { AwsFault } from '../operation.ts';

const header = z.object({ alg: z.string(), kid: z.string().optional() });
const claims = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  exp: z.number(),
});

/** A token's claims, with its audiences as a list. Not verified yet. */
export interface WebIdentityToken {
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly [string, ...string[]];
  /** Seconds since 1970. */
  readonly expires: number;
  readonly algorithm: string;
  readonly keyId?: string;
  readonly signed: string;
  readonly signature: Buffer;
}

/** Reads a token. Throws STS's InvalidIdentityToken in STS's own words (docs/facts.md §C.2). */
export const readToken = (token: string): WebIdentityToken => {
  const [first = '', second = '', third = '', ...more] = token.split('.');
  const head = header.safeParse(decoded(first));
  const body = claims.safeParse(decoded(second));
  if (!head.success || !body.success || third === '' || more.length > 0)
    throw new AwsFault(
      'InvalidIdentityToken',
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
    );
  const { iss, sub, aud, exp } = body.data;
  const [audience, ...others] = aud === undefined ? [] : Array.isArray(aud) ? aud : [aud];
  if (audience === undefined) throw new AwsFault('InvalidIdentityToken', 'Missing a required claim: aud');
  return {
    issuer: iss,
    subject: sub,
    audiences: [audience, ...others],
    expires: exp,
    algorithm: head.data.alg,
    ...given({ keyId: head.data.kid }),
    signed: `${first}.${second}`,
    signature: Buffer.from(third, 'base64url'),
  };
};

/** Verifies the signature with the issuer's key, and the expiry with STS's five minutes of grace. `now` in seconds. */
export const verifyToken = (world: World, token: WebIdentityToken, now: number): void => {
  const issuer = world.issuers.find(candidate => candidate.url === token.issuer);
  const key = issuer?.discovery === 'valid' ? signingKeyOf(issuer.url) : undefined;
  if (!key || key.kid !== token.keyId || token.algorithm !== 'RS256')
    throw new AwsFault(
      'InvalidIdentityToken',
      "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
    );
  if (!createVerify('RSA-SHA256').update(token.signed).verify(key.publicKey, token.signature))
    throw new AwsFault('InvalidIdentityToken', 'Token signature invalid');
  if (token.expires + 300 < now)
    throw new AwsFault(
      'ExpiredTokenException',
      `Token expired: current date/time ${now} must be before the expiration date/time${token.expires}`,
    );
};

const decoded = (part: string): unknown => {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
};
