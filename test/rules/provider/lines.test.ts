/** The lines for a provider in other tools, and the quota that is asked for. */
import { expect, test } from '@jest/globals';
import { iamQuotas } from '../../../lib/model/quotas.ts';
import { audienceLines, raiseQuota } from '../../../lib/rules/oidc/provider-lines.ts';

test.each<readonly [readonly string[], string, string]>([
  [[], 'client_id_list = []', 'clientIds: []'],
  [
    ['sts.amazonaws.com', 'vault'],
    'client_id_list = ["sts.amazonaws.com", "vault"]',
    "clientIds: ['sts.amazonaws.com', 'vault']",
  ],
  [["it's"], `client_id_list = ["it's"]`, String.raw`clientIds: ['it\'s']`],
  [[String.raw`a\b`], String.raw`client_id_list = ["a\\b"]`, String.raw`clientIds: ['a\\b']`],
])('audiences %j', (audiences, terraform, cdk) => {
  expect(audienceLines(audiences)).toEqual({ terraform, cdk });
});

test.each([
  [100, 'aws', 200],
  [400, 'aws', 700],
  [699, 'aws', 700],
  [700, 'aws', undefined],
  [100, 'aws-cn', undefined],
])('of a quota of %d in %s, %p are asked for', (now, partition, value) => {
  const { most } = iamQuotas.oidcProviders;
  expect(most).toBe(700);
  const steps = raiseQuota(iamQuotas.oidcProviders, now, { partition, accountId: '111122223333' });
  expect(steps.map(({ change }) => (change?.kind === 'quota-requested' ? change.value : 'another'))).toEqual(
    value === undefined ? [] : [value],
  );
});
