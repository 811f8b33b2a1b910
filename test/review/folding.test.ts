import { describe, expect, test } from '@jest/globals';
import { evaluate } from '../../lib/core/evaluate/evaluate.ts';
import { complete } from '../../lib/core/model/collected.ts';
import { catalog } from '../../lib/core/rules/catalog.ts';
import { aReadCluster } from '../../lib/core/rules/example-cluster.ts';
import {
  aClusterSnapshot,
  aProvider,
  aRole,
  aTrustPolicy,
  exampleIssuer,
  someFacts,
} from '../../lib/core/rules/example-world.ts';

const host = exampleIssuer.slice('https://'.length);
const other = exampleIssuer.replace('5C1D', '7777');
const otherHost = other.slice('https://'.length);
const cart = 'system:serviceaccount:checkout:cart';
const aud = 'sts.amazonaws.com';

const statementsOf = (text: string): readonly unknown[] => (JSON.parse(text) as { Statement: unknown[] }).Statement;
const found = (...policies: readonly string[]) =>
  evaluate(
    someFacts({
      clusters: complete([
        aReadCluster(),
        aClusterSnapshot({
          cluster: {
            ...aReadCluster().cluster,
            arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/b',
            name: 'b',
            issuer: other,
          },
        }),
      ]),
      providers: complete([aProvider(), aProvider({ issuer: other })]),
      roles: complete([
        aRole({ trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: policies.flatMap(statementsOf) }) }),
      ]),
    }),
    { rules: catalog },
  ).findings;

/** `rule <- folded rules` of each finding about the role or its account. */
const told = (...policies: readonly string[]) =>
  found(...policies)
    .filter(one => !/audience|cluster-|webhook/.test(one.ruleId))
    .map(one => [one.ruleId, ...one.explains.map(({ ruleId }) => ruleId)].join(' <- '))
    .sort();

const contradictory = (issuer: string, name: string) =>
  aTrustPolicy({
    issuer,
    condition: {
      StringEquals: { [`${issuer.slice(8)}:sub`]: 'system:serviceaccount:shipping:x', [`${issuer.slice(8)}:aud`]: aud },
      StringLike: { [`${issuer.slice(8)}:sub`]: `system:serviceaccount:${name}:*` },
    },
  });
const withMail = (subject: string) =>
  aTrustPolicy({
    condition: { StringEquals: { [`${host}:sub`]: subject, [`${host}:aud`]: aud, [`${host}:email`]: 'a@b.example' } },
  });

describe('a refused account is folded only into what keeps it out', () => {
  test('its own statement can match nobody', () => {
    expect(told(withMail(cart))).toEqual(['trust-never-matches <- account-role-not-trusting']);
  });

  test('of two statements that match nobody, into its own', () => {
    const findings = found(contradictory(other, 'basket'), withMail(cart)).filter(
      one => one.ruleId === 'trust-never-matches',
    );
    expect(findings.map(one => [one.message.includes(otherHost), one.explains.length])).toEqual(
      expect.arrayContaining([
        [true, 0],
        [false, 1],
      ]),
    );
  });

  test('not into a statement for somebody else that matches nobody', () => {
    expect(told(withMail('system:serviceaccount:kube-system:orders'))).toContain('account-role-not-trusting');
  });

  test('not into a contradiction of others', () => {
    expect(told(contradictory(exampleIssuer, 'basket'))).toContain('account-role-not-trusting');
  });

  test('not into a mistyped subject of somebody else', () => {
    const policy = aTrustPolicy({ subject: 'system:serviceaccount:Checkout:orders' });
    expect(told(policy)).toContain('account-role-not-trusting');
  });

  test('not into the wrong action of a statement for somebody else', () => {
    const policy = aTrustPolicy({ subject: 'system:serviceaccount:kube-system:orders' }).replace(
      'sts:AssumeRoleWithWebIdentity',
      'sts:AssumeRole',
    );
    expect(told(policy)).toContain('account-role-not-trusting');
  });

  test('not into the impossible audience of a statement for somebody else', () => {
    const policy = aTrustPolicy({ subject: 'system:serviceaccount:kube-system:orders' }).replace(aud, 'vault');
    expect(told(policy)).toContain('account-role-not-trusting');
  });

  test('but into the impossible audience of its own', () => {
    expect(told(aTrustPolicy().replace(aud, 'vault'))).not.toContain('account-role-not-trusting');
  });
});
