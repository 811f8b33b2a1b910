import { expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import { providerRules } from '../../../lib/rules/provider/rules.ts';
import { aProvider, exampleIssuer, someFacts } from '../../support/example-world.ts';
import { says } from '../../support/says.ts';
import { evaluate } from '../../support/whole/evaluate.ts';

const many = (count: number) =>
  complete(
    Array.from({ length: count }, (_, at) => aProvider({ issuer: exampleIssuer.replace(/.{4}$/, String(1000 + at)) })),
  );

const quotas = (oidcProviders: number) => complete({ oidcProviders, trustPolicyLength: 2048 });

says('provider-quota-near', [
  ['far', () => someFacts({ quotas: quotas(100), providers: many(79) }), []],
  [
    'eighty of a hundred, said once',
    () => someFacts({ quotas: quotas(100), providers: many(80) }),
    [/^low: near .*"count":80.*"quota":100/],
  ],
  [
    'unread',
    () => someFacts({ providers: many(80) }),
    [/^unknown: the account's quota of OIDC providers \(80 are in use\)/],
  ],
  [
    'unread, and near the most that there is',
    () => someFacts({ providers: many(560) }),
    [/^low: near .*"count":560.*"quota":700/],
  ],
  [
    'beyond what AWS grants',
    () => someFacts({ quotas: quotas(700), providers: many(700) }),
    [/^low: near .*"count":700.*"quota":700/],
  ],
]);

test.each([
  [100, 80, '80', 'servicequotas:GetServiceQuota', /at most 700\) or to delete/],
  [undefined, 560, '560', 'the most that AWS grants (IAM quotas)', /AWS grants at most 700/],
])('near a quota of %s the count and the quota are told, as they were read', (quota, count, near, from, choice) => {
  const rules = providerRules.filter(({ id }) => id === 'provider-quota-near');
  const read = quota === undefined ? {} : { quotas: quotas(quota) };
  const [found] = evaluate(someFacts({ ...read, providers: many(count) }), { rules }).findings;
  expect(found?.evidence).toEqual([
    {
      what: 'OIDC providers',
      got: String(count),
      wanted: `fewer than ${near}`,
      readFrom: 'iam:ListOpenIDConnectProviders',
      volatile: true,
      data: expect.anything(),
    },
    { what: 'quota', got: String(quota ?? 700), readFrom: from },
  ]);
  expect(found?.fix.choice).toMatch(choice);
});
