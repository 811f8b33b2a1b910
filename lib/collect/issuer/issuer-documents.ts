import * as z from 'zod';
import { type Collected, complete, unavailable } from '../../model/collected.ts';
import type { DiscoveryFacts, SigningKey } from '../../model/issuer.ts';
import { oneLine } from '../../text/one-line.ts';

const text = z.string().max(2048).optional().catch(undefined);
const discoveryDocument = z.looseObject({ issuer: text, jwks_uri: text });

/** Number of keys that are kept; STS takes at most 100 of each kind (AssumeRoleWithWebIdentity, docs/facts.md §B.7). */
const maxKeys = 1000;

const name = z.string().max(256);
const common = { kid: name.catch(''), alg: name.optional().catch(undefined), use: name.optional().catch(undefined) };
const keyMaterial = z.string().min(1);
/** A key with its material: without it nothing can be verified (RFC 7518, section 6). */
const key = z.discriminatedUnion('kty', [
  z.looseObject({ kty: z.literal('RSA'), n: keyMaterial, e: keyMaterial, ...common }),
  z.looseObject({ kty: z.literal('EC'), crv: keyMaterial, x: keyMaterial, y: keyMaterial, ...common }),
  z.looseObject({ kty: z.literal('OKP'), crv: keyMaterial, x: keyMaterial, ...common }),
]);
const keySet = z.looseObject({ keys: z.array(z.unknown()) });

/** The discovery document, as far as STS reads it; unavailable(invalid) for what is none. */
export const parseDiscovery = (body: string, operation: string): Collected<DiscoveryFacts> => {
  const json = parseJson(body, operation);
  if (!json.ok) return json.unread;
  const parsed = discoveryDocument.safeParse(json.value);
  if (!parsed.success) return invalid(operation, 'the discovery document is not a JSON object');
  const { issuer, jwks_uri: jwksUri } = parsed.data;
  return complete({ ...(issuer === undefined ? {} : { issuer }), ...(jwksUri === undefined ? {} : { jwksUri }) });
};

/** The keys that could verify a token, without their material; entries that are no key are not among them. */
export const parseKeys = (body: string, operation: string): Collected<readonly SigningKey[]> => {
  const json = parseJson(body, operation);
  if (!json.ok) return json.unread;
  const parsed = keySet.safeParse(json.value);
  if (!parsed.success) return invalid(operation, 'the key set is not a JSON object with a list "keys"');
  const keys = parsed.data.keys.slice(0, maxKeys).flatMap(item => {
    const one = key.safeParse(item);
    return one.success ? [signingKey(one.data)] : [];
  });
  return complete(keys);
};

const signingKey = ({ kid, kty, alg, use }: z.output<typeof key>): SigningKey => ({
  kid,
  kty,
  ...(alg === undefined ? {} : { alg }),
  ...(use === undefined ? {} : { use }),
});

const parseJson = (
  body: string,
  operation: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly unread: Collected<never> } => {
  try {
    return { ok: true, value: JSON.parse(body) as unknown };
  } catch {
    const start = oneLine(body.slice(0, 60));
    return { ok: false, unread: invalid(operation, `the answer is not JSON: it begins with ${JSON.stringify(start)}`) };
  }
};

const invalid = (operation: string, message: string): Collected<never> =>
  unavailable({ kind: 'invalid', operation, message });
