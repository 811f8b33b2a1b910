import { describe, expect, test } from '@jest/globals';
import {
  decideOnly,
  defaultAudience,
  isForAnyone,
  isWildcardPrincipal,
  mayTrustWebIdentity,
  parsePolicy,
} from '../../../lib/policy.ts';
import { aRole, exampleIssuer } from '../../support/example-world.ts';
import { dice, randomPolicy } from '../../support/random-policy.ts';

const allow = { Effect: 'Allow', Action: 'sts:AssumeRoleWithWebIdentity' };
const policyOf = (...statements: readonly object[]) =>
  parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }));
const provider = `arn:aws:iam::111122223333:oidc-provider/${exampleIssuer.slice(8)}`;

describe('a policy may trust a web identity', () => {
  test.each<readonly [string, boolean, object]>([
    ['a provider', true, { ...allow, Principal: { Federated: provider } }],
    [
      'a provider beside a service',
      true,
      { ...allow, Principal: { Service: 'ec2.amazonaws.com', Federated: provider } },
    ],
    [
      'a provider, with another action',
      true,
      { ...allow, Action: 'sts:AssumeRole', Principal: { Federated: provider } },
    ],
    ['the bare host of an issuer', true, { ...allow, Principal: { Federated: 'accounts.google.com' } }],
    ['everyone', true, { ...allow, Principal: '*' }],
    ['every AWS caller', true, { ...allow, Principal: { AWS: '*' } }],
    ['every provider', true, { ...allow, Principal: { Federated: '*' } }],
    ['everyone but some', true, { ...allow, NotPrincipal: { AWS: 'arn:aws:iam::111122223333:root' } }],
    ['no principal', true, allow],
    ['an effect without meaning', true, { ...allow, Effect: 'Perhaps', Principal: { Federated: provider } }],
    ['a type without meaning', true, { ...allow, Principal: { Robot: 'x' } }],
    ['a Sid that IAM refuses', true, { ...allow, Sid: 'a b', Principal: { Service: 'ec2.amazonaws.com' } }],
    ['a SAML provider', false, { ...allow, Principal: { Federated: 'arn:aws:iam::111122223333:saml-provider/x' } }],
    ['a service', false, { ...allow, Principal: { Service: 'ec2.amazonaws.com' } }],
    ['an account', false, { ...allow, Principal: { AWS: 'arn:aws:iam::111122223333:root' } }],
    ['a Deny for a provider', false, { ...allow, Effect: 'Deny', Principal: { Federated: provider } }],
    ['a Deny for everyone', false, { ...allow, Effect: 'Deny', Principal: '*' }],
  ])('%s: %s', (_name, expected, statement) => expect(mayTrustWebIdentity(policyOf(statement))).toBe(expected));

  test.each(['', 'no policy', '{"Statement": 1'])('if its text is no policy: %j', text => {
    expect(mayTrustWebIdentity(parsePolicy(text))).toBe(true);
  });

  test('wherever a decision is anything but a denial', () => {
    const roll = dice(20);
    const counts = { may: 0, not: 0, trusted: 0 };
    for (let trial = 0; trial < 2000; trial += 1) {
      const parsed = parsePolicy(JSON.stringify(randomPolicy(roll)));
      const may = mayTrustWebIdentity(parsed);
      counts[may ? 'may' : 'not'] += 1;
      if (!parsed.ok) continue;
      const request = {
        roleArn: aRole().arn,
        issuer: exampleIssuer,
        audience: defaultAudience,
        now: '2026-11-25T06:00:00.000Z',
      };
      const decision = decideOnly(parsed.policy, { ...request, subject: 'system:serviceaccount:checkout:cart' });
      if (decision === 'deny') continue;
      counts.trusted += 1;
      expect(may).toBe(true);
    }
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(20);
  });
});

describe('a statement for anyone', () => {
  test.each<readonly [object, boolean, boolean]>([
    [{ ...allow, Principal: '*' }, true, true],
    [{ ...allow, Principal: { AWS: ['111122223333', '*'] } }, true, true],
    [{ ...allow, Principal: { Service: '*' } }, false, false],
    [{ ...allow, NotPrincipal: { AWS: '111122223333' } }, false, true],
    [{ ...allow, Effect: 'Deny', NotPrincipal: { AWS: '111122223333' } }, false, false],
    [{ ...allow, Principal: { Federated: provider } }, false, false],
  ])('%j', (written, isWildcard, isAnyones) => {
    const parsed = policyOf(written);
    const [statement] = parsed.ok ? parsed.policy.statements : [];
    if (statement === undefined) throw new Error('the policy has no statement');
    expect(isWildcardPrincipal(statement.principal)).toBe(isWildcard);
    expect(isForAnyone(statement)).toBe(isAnyones);
  });
});
