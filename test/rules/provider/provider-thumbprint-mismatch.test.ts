import { expect, test } from '@jest/globals';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import { providerRules } from '../../../lib/rules/provider/rules.ts';
import { anIssuer, aProvider, exampleRootThumbprint as root, someFacts } from '../../support/example-world.ts';
import { says } from '../../support/says.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import { dead, historic, leaf, middle, noDetail, other, pins, runtime, sees, untrusted } from './worlds.ts';

says('provider-thumbprint-mismatch', [
  ['the last', pins(root), []],
  ['upper case and colons', pins((root.match(/../g) ?? []).join(':').toUpperCase()), []],
  ['any of several', pins(other, middle), []],
  ['none', pins(other), [/^low: notConsulted/]],
  ['none configured', pins(), []],
  ['a root of earlier years', pins(historic), [/^info: root/]],
  [
    'the root that was not sent',
    () => sees([other], { trust: { verdict: 'public', root: { subject: 'CN=R', sha1: other } } }),
    [/^info/],
  ],
  ['not public', () => sees([other], { trust: untrusted }), [/^high: consulted/]],
  [
    'CloudTrail says Thumbprint',
    () => sees([other], {}, { runtime: runtime(aProvider().arn, ['Thumbprint']) }),
    [/^high/],
  ],
  [
    'CloudTrail says IAMTrustStore',
    () => sees([other], {}, { runtime: runtime(aProvider().arn, ['IAMTrustStore']) }),
    [/^low/],
  ],
  [
    "CloudTrail says Thumbprint of another account's provider",
    () => sees([other], {}, { runtime: runtime('arn:other', ['Thumbprint']) }),
    [/^low/],
  ],
  [
    'no handshake',
    () =>
      someFacts({
        issuers: [anIssuer({ host: unavailable({ kind: 'timed-out', operation: 'TLS', message: 'late' }) })],
      }),
    [/^unknown: .*TLS showed no certificates of https:\S+: late$/],
  ],
  ['not probed', () => someFacts({ issuers: [] }), [/^unknown: no probe read the certificates of https:/]],
  ['the provider of a cluster that is gone', () => dead(), []],
  ['unread', () => someFacts({ providers: complete([noDetail]) }), [/^unknown/]],
  [
    'a private network',
    () => sees([leaf], {}, { issuers: [anIssuer({ fromPrivateNetwork: true })] }),
    [/^unknown: .*private network/],
  ],
]);

test('a chain that leads to no publicly trusted CA is pinned by no step: it may be a stranger’s', () => {
  const { findings } = evaluate(sees([other], { trust: untrusted }), { rules: providerRules });
  const fixes = findings.flatMap(({ ruleId, fix }) => (ruleId === 'provider-thumbprint-mismatch' ? [fix] : []));
  expect(fixes).toEqual([
    expect.objectContaining({ steps: [], commands: [], choice: expect.stringContaining('only if') }),
  ]);
  expect(fixes[0]).not.toHaveProperty('terraform');
});
