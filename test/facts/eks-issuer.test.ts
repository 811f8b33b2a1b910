import { describe, expect, test } from '@jest/globals';
import { concernsEks, eksPrincipalsOf, isAuditedIssuer, isEksHost, isMeantForEks } from '../../lib/facts/eks-issuer.ts';
import { complete } from '../../lib/model/collected.ts';
import { isWildcardPrincipal } from '../../lib/policy/decide/web-identity.ts';
import { parsePolicy } from '../../lib/policy/parse/parse-policy.ts';
import type { Statement } from '../../lib/policy/parse/policy.ts';
import { aCluster, aClusterSnapshot, someFacts } from '../support/example-world.ts';

const id = '5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';

describe('hosts of EKS', () => {
  test.each([
    `oidc.eks.eu-west-1.amazonaws.com/id/${id}`,
    `https://oidc.eks.cn-north-1.amazonaws.com.cn/id/${id}`,
    `oidc.eks.us-gov-west-1.amazonaws.com/id/${id}`,
    `oidc.eks.us-iso-east-1.c2s.ic.gov/id/${id}`,
    `oidc.eks.eusc-de-east-1.amazonaws.eu/id/${id}`,
    `oidc-eks.eu-west-1.api.aws/id/${id}`,
    `oidc-eks.cn-north-1.api.amazonwebservices.com.cn/id/${id}`,
    `HTTPS://OIDC.EKS.eu-west-1.amazonaws.com:443/id/${id}`,
  ])('%s', issuer => {
    expect([isEksHost(issuer), isMeantForEks(issuer)]).toEqual([true, true]);
  });

  test.each([
    'token.actions.githubusercontent.com',
    'oidc.eks.eu-west-1.amazonaws.com.evil.example/id/1',
    `evil.example/oidc.eks.eu-west-1.amazonaws.com/id/${id}`,
    'oidc.eks.a.b.amazonaws.com/id/1',
    `x.oidc.eks.eu-west-1.amazonaws.com/id/${id}`,
    `evil.example/http://oidc.eks.eu-west-1.amazonaws.com/id/${id}`,
    '',
  ])('not %j', issuer => {
    expect(isEksHost(issuer)).toBe(false);
  });

  test('a mistyped one is still meant', () => {
    expect(isMeantForEks('oidc.eks..amazonaws.com/id/1')).toBe(true);
    expect(isMeantForEks('http://oidc-eks-fips.x')).toBe(true);
    expect(isMeantForEks(`x.oidc.eks.eu-west-1.amazonaws.com/id/${id}`)).toBe(false);
    expect(isMeantForEks('x http://oidc.eks.y')).toBe(false);
  });
});

describe('audited issuers', () => {
  const facts = someFacts({
    clusters: complete([aClusterSnapshot({ cluster: aCluster({ issuer: 'https://oidc.example.com/a' }) })]),
    settings: { registeredIssuers: ['https://oidc.example.com/b', 'https://oidc.example.com/d'] },
  });
  test.each([
    ['oidc.example.com/a', true],
    ['https://oidc.example.com/a/', true],
    ['https://oidc.example.com/a//', true],
    ['http://oidc.example.com/a', true],
    ['oidc.example.com/d', true],
    [`oidc.eks.eu-west-1.amazonaws.com/id/${id}`, true],
    ['oidc.example.com/b', true],
    ['oidc.example.com/c', false],
    ['oidc.example.com/A', false],
  ])('%s: %s', (issuer, expected) => {
    expect([isAuditedIssuer(issuer, facts), isAuditedIssuer(issuer, facts)]).toEqual([expected, expected]);
  });
});

describe('principals', () => {
  const statementWith = (principal: unknown): Statement => {
    const parsed = parsePolicy(
      JSON.stringify({ Statement: { Effect: 'Allow', Principal: principal, Action: 'sts:*' } }),
    );
    const [statement] = parsed.ok ? parsed.policy.statements : [];
    if (!statement) throw new Error('no statement');
    return statement;
  };
  const facts = someFacts();
  test.each<[unknown, readonly string[], boolean]>([
    [
      { Federated: `arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/${id}` },
      [`oidc.eks.eu-west-1.amazonaws.com/id/${id}`],
      false,
    ],
    [
      { Federated: [`arn:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/${id}`, 'accounts.google.com'] },
      [`oidc.eks.eu-west-1.amazonaws.com/id/${id}`],
      false,
    ],
    [{ Federated: `oidc.eks.eu-west-1.amazonaws.com/id/${id}` }, [`oidc.eks.eu-west-1.amazonaws.com/id/${id}`], false],
    [{ Federated: `oidc-provider/oidc.eks.x.amazonaws.com/id/${id}` }, [`oidc.eks.x.amazonaws.com/id/${id}`], false],
    [{ Federated: ['accounts.google.com', '*'] }, [], true],
    [{ Service: '*' }, [], false],
    [{ CanonicalUser: '*' }, [], false],
    [{ Federated: '*' }, [], true],
    [{ AWS: '*' }, [], true],
    ['*', [], true],
    [{ AWS: `arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/${id}` }, [], false],
    [{ Service: 'ec2.amazonaws.com' }, [], false],
    [{ Federated: 'cognito-identity.amazonaws.com' }, [], false],
  ])('%j', (principal, expected, isEveryone) => {
    const statement = statementWith(principal);
    expect(eksPrincipalsOf(statement.principal, facts).map(one => one.hostPath)).toEqual(expected);
    expect(isWildcardPrincipal(statement.principal)).toBe(isEveryone);
    expect(concernsEks(statement, facts)).toBe(expected.length > 0 || isEveryone);
  });
  test('none', () => {
    expect(eksPrincipalsOf(undefined, facts)).toEqual([]);
    expect(isWildcardPrincipal(undefined)).toBe(false);
  });
});
