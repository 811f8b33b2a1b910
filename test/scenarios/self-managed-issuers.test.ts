import { expect, test } from '@jest/globals';
import { complete } from '../../lib/model/collected.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { aProvider, aRole, exampleAccountId, someFacts } from '../support/example-world.ts';
import { evaluate } from '../support/whole/evaluate.ts';

/** Issuers that are not of EKS (kOps, S3, CloudFront, self-managed) are recognized by the subjects that roles trust. */
const hosts = ['my-kops-oidc.s3.eu-west-1.amazonaws.com', 'd1234.cloudfront.net', 'oidc.k8s.example/prod'];

const roleFor = (host: string, condition: Readonly<Record<string, unknown>>) =>
  aRole({
    trustPolicy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: `arn:aws:iam::${exampleAccountId}:oidc-provider/${host}` },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: condition,
        },
      ],
    }),
  });

const rulesFailing = (host: string, condition: Readonly<Record<string, unknown>>) =>
  evaluate(
    someFacts({
      providers: complete([aProvider(), aProvider({ issuer: `https://${host}`, audiences: ['amazonaws.com'] })]),
      roles: complete([roleFor(host, condition)]),
    }),
    { rules: catalog },
  )
    .findings.filter(({ severity }) => severity !== 'info')
    .map(({ ruleId }) => ruleId);

test.each(hosts)('a role that trusts every service account of %s is reported', host => {
  const open = { StringLike: { [`${host}:sub`]: 'system:serviceaccount:*' } };
  expect(rulesFailing(host, open)).toEqual([expect.stringMatching(/^trust-any-/)]);
});

test.each(hosts)('a role that trusts one service account of %s is healthy, with the audience of kOps too', host => {
  const exact = {
    StringEquals: { [`${host}:sub`]: 'system:serviceaccount:shop:cart', [`${host}:aud`]: 'amazonaws.com' },
  };
  expect(rulesFailing(host, exact)).toEqual([]);
});

test('a role of GitHub is not looked at', () => {
  const host = 'token.actions.githubusercontent.com';
  expect(rulesFailing(host, { StringLike: { [`${host}:sub`]: 'repo:octo/*' } })).toEqual([]);
});
