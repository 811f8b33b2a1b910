import { test } from '@jest/globals';
import { unavailable } from '../../../lib/model/collected.ts';
import type { SaidCase } from '../../support/says.ts';
import { expectSaid } from '../../support/verdict-of.ts';
import { judged, keysAt, registered, trust } from './worlds.ts';

test.each<readonly [string, ...SaidCase]>([
  ...['provider-thumbprint-mismatch', 'provider-thumbprint-not-root', 'issuer-certificate-expiring'].map(
    rule =>
      [
        rule,
        'a proxy hides the chain that AWS sees',
        judged(trust('it ends there')),
        [/^unknown: the certificates that AWS sees at .* are not known: the auditor is behind a proxy/],
      ] as const,
  ),
  ...[
    'provider-thumbprint-mismatch',
    'provider-thumbprint-not-root',
    'issuer-certificate-untrusted',
    'issuer-certificate-expiring',
  ].map(
    rule =>
      [
        rule,
        'not of EKS: AWS looks at the host of the keys',
        keysAt('https://keys.example/jwks'),
        [/^unknown: keys\.example was not asked for the certificates of the keys of https:\/\/k8s\.example$/],
      ] as const,
  ),
  ...['provider-thumbprint-mismatch', 'issuer-certificate-untrusted'].map(
    rule =>
      [
        rule,
        'not of EKS: which host has the keys was not read',
        registered({ discovery: unavailable({ kind: 'throttled', operation: 'GET discovery', message: 'HTTP 429' }) }),
        [/^unknown: GET discovery did not name the host of the keys of https:\/\/k8s\.example: HTTP 429$/],
      ] as const,
  ),
  [
    'provider-thumbprint-mismatch',
    'not of EKS: it has no document that names a host of keys',
    registered({ discovery: unavailable({ kind: 'not-found', operation: 'GET discovery', message: 'HTTP 404' }) }),
    [/^low/],
  ],
  [
    'provider-thumbprint-mismatch',
    'not of EKS, keys on its own host',
    keysAt('https://K8S.example:443/jwks'),
    [/^low/],
  ],
])('%s: %s', (id, _, facts, expected) => expectSaid(id, facts(), expected));
