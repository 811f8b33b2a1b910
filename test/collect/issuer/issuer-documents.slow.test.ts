import { describe, expect, test } from '@jest/globals';
import { parseDiscovery, parseKeys } from '../../../lib/collect/issuer/fetch-document.ts';
import { complete } from '../../../lib/model/collected.ts';
import { fc } from '../../support/properties.ts';

describe('parseDiscovery', () => {
  test.each([
    ['{"issuer":"https://a","jwks_uri":"https://a/keys","x":1}', { issuer: 'https://a', jwksUri: 'https://a/keys' }],
    ['{"issuer":7,"jwks_uri":null}', {}],
    ['{}', {}],
  ])('reads %s', (body, facts) => expect(parseDiscovery(body, 'GET')).toEqual(complete(facts)));

  test.each(['', '<html>', '[]', '"text"', 'null', '{"issuer":'])('refuses %j', body =>
    expect(parseDiscovery(body, 'GET')).toMatchObject({ status: 'unavailable', reason: { kind: 'invalid' } }),
  );
});

const rsa = { kty: 'RSA', n: 'AQ', e: 'AQAB', kid: 'k', alg: 'RS256', use: 'sig' };

describe('parseKeys', () => {
  test.each([
    ['a key', [rsa], [{ kty: 'RSA', kid: 'k', alg: 'RS256', use: 'sig' }]],
    ['an EC key without alg', [{ kty: 'EC', crv: 'P-256', x: 'a', y: 'b' }], [{ kty: 'EC', kid: '' }]],
    ['a key of another kind', [{ kty: 'OKP', crv: 'Ed25519', x: 'a' }], [{ kty: 'OKP', kid: '' }]],
    ['no key', [], []],
    ['entries that are no key', [null, 1, {}, { kty: 'oct', k: 'secret' }, { ...rsa, n: undefined }], []],
  ])('keeps %s without its material', (_what, keys, facts) =>
    expect(parseKeys(JSON.stringify({ keys }), 'GET')).toEqual(complete(facts)),
  );

  test('counts beyond what STS takes, and stops at a thousand', () => {
    const parsed = parseKeys(JSON.stringify({ keys: Array.from({ length: 1500 }, () => rsa) }), 'GET');
    expect(parsed.status === 'complete' ? parsed.value.length : 0).toBe(1000);
  });

  test.each(['', '{}', '{"keys":{}}', '[]', 'null'])('refuses %j', body =>
    expect(parseKeys(body, 'GET')).toMatchObject({ status: 'unavailable', reason: { kind: 'invalid' } }),
  );

  test('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), body => {
        for (const { status } of [parseKeys(body, 'GET'), parseDiscovery(body, 'GET')])
          expect(status).not.toBe('partial');
      }),
    );
  });
});
