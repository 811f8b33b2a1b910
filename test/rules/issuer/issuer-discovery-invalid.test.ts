import { complete, unavailable } from '../../../lib/model/collected.ts';
import type { SigningKey } from '../../../lib/model/issuer.ts';
import { exampleIssuer, someFacts } from '../../support/example-world.ts';
import { says } from '../../support/says.ts';
import { keys, keysAt, notProbed, reason, sees, without } from './worlds.ts';

const key = (over: Partial<SigningKey> = {}): SigningKey => ({
  kid: 'k',
  kty: 'RSA',
  alg: 'RS256',
  use: 'sig',
  ...over,
});

const document = (issuer: string | undefined, jwksUri: string | undefined) =>
  sees({
    discovery: complete({ ...(issuer === undefined ? {} : { issuer }), ...(jwksUri === undefined ? {} : { jwksUri }) }),
  });

const uri = `${exampleIssuer}/keys`;

const { alg: _alg, use: _use, ...plain } = key();

says('issuer-discovery-invalid', [
  ['not of EKS, keys on another host', keysAt('https://keys.example/jwks'), [/^unknown: GET keys/]],
  [
    'not of EKS, keys without TLS',
    keysAt('http://k8s.example/jwks'),
    [/^high: invalid .*"what":"jwks_uri".*"got":"http:\/\/k8s\.example\/jwks"/],
  ],
  ["EKS's", () => someFacts(), []],
  [
    'a slash more',
    document(`${exampleIssuer}/`, uri),
    [
      /^high: invalid .*"what":"issuer".*"got":"https:\/\/oidc\.eks\.eu-west-1\.amazonaws\.com\/id\/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F\/"/,
    ],
  ],
  ['no issuer', document(undefined, uri), [/^high: invalid .*"what":"issuer".*"got":"none"/]],
  ['no jwks_uri', document(exampleIssuer, undefined), [/^high: invalid .*"what":"jwks_uri".*"got":"none"/]],
  [
    'keys on another host',
    document(exampleIssuer, 'https://x.example/keys'),
    [/^high: invalid .*"what":"jwks_uri".*"got":"https:\/\/x\.example\/keys"/],
  ],
  [
    'keys without TLS',
    document(exampleIssuer, uri.replace('https', 'http')),
    [
      /^high: invalid .*"what":"jwks_uri".*"got":"http:\/\/oidc\.eks\.eu-west-1\.amazonaws\.com\/id\/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F\/keys"/,
    ],
  ],
  [
    'the same host in other words',
    document(exampleIssuer, uri.replace('oidc.eks.eu-west-1.amazonaws.com', 'OIDC.eks.eu-west-1.amazonaws.com:443')),
    [],
  ],
  [
    'two faults',
    document('x', undefined),
    [/^high: invalid .*"what":"issuer".*"got":"x"/, /^high: invalid .*"what":"jwks_uri".*"got":"none"/],
  ],
  ['not JSON', without('invalid'), [/^high: invalid .*"what":"the discovery document".*"got":"HTTP 404"/]],
  ['too large', without('too-large'), [/^high/]],
  [
    'keys that are no JSON',
    sees({ keys: unavailable(reason('invalid')) }),
    [/^high: invalid .*"what":"the keys document".*"got":"HTTP 404"/],
  ],
  ['no key', keys(), [/^high: invalid .*"what":"keys".*"got":"no key"/]],
  [
    'another algorithm',
    keys(key({ alg: 'PS256' }), key({ alg: 'HS256' })),
    [/^high: invalid .*"what":"keys".*"got":"2 of RSA PS256 sig, RSA HS256 sig"/],
  ],
  ['for encryption', keys(key({ use: 'enc' })), [/RSA RS256 enc/]],
  ['another kind', keys(key({ kty: 'OKP', alg: 'EdDSA' })), [/OKP EdDSA/]],
  ['an RSA key for EC', keys(key({ alg: 'ES256' })), [/RSA ES256/]],
  ['a plain key', keys(plain), []],
  ['an EC key beside others', keys(key({ kty: 'EC', alg: 'ES512' }), key({ alg: 'PS256' })), []],
  [
    'a hundred of each kind',
    keys(...Array.from({ length: 200 }, (_, at) => key(at % 2 ? { kty: 'EC', alg: 'ES256' } : {}))),
    [],
  ],
  [
    'a hundred and one',
    keys(...Array.from({ length: 101 }, () => key())),
    [/^high: invalid .*"what":"keys".*"got":"101 of one kind"/],
  ],
  ['not fetched', without('unreachable'), [/^unknown: GET: HTTP 404/]],
  ['from a private network', without('invalid', { fromPrivateNetwork: true }), [/^unknown: what AWS sees/]],
  ['not probed', notProbed, [/^unknown/]],
]);
