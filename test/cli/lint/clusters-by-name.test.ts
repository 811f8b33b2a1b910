/** A provider whose cluster is told by the name of its output alone: a policy for it that tests the audience alone is open to each pod. */
import { describe, expect, test } from '@jest/globals';
import { doubtsIn, findingsIn, lintTexts } from './lint-texts.ts';
import { webIdentityRole } from './web-identity-role.ts';

const provider = (url: string, audience = 'sts.amazonaws.com'): string =>
  `resource "aws_iam_openid_connect_provider" "this" {\n  url = ${url}\n  client_id_list = ["${audience}"]\n}\n`;
const role = (key: string, claim = 'aud', value = 'sts.amazonaws.com'): string =>
  webIdentityRole(
    'aws_iam_openid_connect_provider.this.arn',
    `{ StringEquals = { "\${${key}}:${claim}" = "${value}" } }`,
  );
const url = 'module.cluster.cluster_oidc_issuer_url';

describe('the audience alone', () => {
  test.each([
    ['trimprefix', `trimprefix(${url}, "https://")`],
    ['replace', `replace(${url}, "https://", "")`],
    ['the url of the provider', 'replace(aws_iam_openid_connect_provider.this.url, "https://", "")'],
  ])('%s', async (_, key) => {
    const report = await lintTexts({ 'main.tf': provider(url) + role(key) });
    expect(findingsIn(report)).toEqual([expect.stringMatching(/aws_iam_role\.app trust-any-subject$/)]);
    expect(doubtsIn(report)).toEqual([]);
  });

  test('a provider that may be of another issuer stays not checked', async () => {
    const report = await lintTexts({ 'main.tf': provider('var.url') + role('replace(var.url, "https://", "")') });
    expect(findingsIn(report)).toEqual([]);
    expect(doubtsIn(report)).toEqual([expect.stringContaining('no condition tests the subject')]);
  });

  test('with a subject it is healthy', async () => {
    const key = `trimprefix(${url}, "https://")`;
    const report = await lintTexts({ 'main.tf': provider(url) + role(key, 'sub', 'system:serviceaccount:shop:cart') });
    expect([findingsIn(report), doubtsIn(report)]).toEqual([[], []]);
  });
});
