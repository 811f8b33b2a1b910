import { describe, expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import { trustOpenToAccounts } from '../../../lib/rules/trust/trust-open-to-accounts.ts';
import { trustOpenToLogins } from '../../../lib/rules/trust/trust-open-to-logins.ts';
import { aProvider, aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import { verdictOf } from '../../support/verdict-of.ts';

const own = '111122223333';
const github = 'token.actions.githubusercontent.com';
const ci = `arn:aws:iam::${own}:role/ci`;
const far = 'arn:aws:iam::222222222222:role/far';

const policyOf = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const pods = JSON.parse(aTrustPolicy()).Statement[0];
const allow = (Principal: object, Condition: object = {}, Action = 'sts:AssumeRole') => ({
  ...{ Effect: 'Allow', Principal, Action, Condition },
});
const actions = (subject: string) =>
  allow(
    { Federated: `arn:aws:iam::${own}:oidc-provider/${github}` },
    { StringLike: { [`${github}:sub`]: subject } },
    'sts:AssumeRoleWithWebIdentity',
  );
const everyRepository = policyOf(actions('repo:*'));
const trusting = (...statements: readonly object[]): string => policyOf(pods, ...statements);

interface World {
  /** The trust policy of role `ci`, which the role for pods may trust. */
  readonly ci?: string;
  readonly far?: string;
}

const said = (trustPolicy: string, world: World) => {
  const roles = [aRole({ trustPolicy }), aRole({ arn: ci, name: 'ci', trustPolicy: world.ci ?? trusting() })];
  const facts = someFacts({
    roles: complete(roles),
    providers: complete([aProvider(), aProvider({ issuer: `https://${github}` })]),
  });
  const callers = world.far === undefined ? [] : [{ arn: far, trustPolicy: world.far }];
  const accounts = [...facts.fleet.accounts, { accountId: '222222222222', rolesRead: true, providersRead: true }];
  const whole = { ...facts, fleet: { ...facts.fleet, accounts, callers } };
  return [trustOpenToAccounts, trustOpenToLogins].flatMap(rule => verdictOf(rule, whole).said);
};

describe('a role that trusts a role which strangers can assume', () => {
  test.each<[string, string, World, readonly RegExp[]]>([
    [
      'any GitHub repository',
      trusting(allow({ AWS: ci })),
      { ci: everyRepository },
      [/^critical: by-role .*"via":"ci".*"any GitHub repository"/],
    ],
    [
      'any account',
      trusting(allow({ AWS: ci })),
      { ci: policyOf(allow({ AWS: '*' })) },
      [/^critical: by-role .*"any AWS account"/],
    ],
    [
      'a foreign account',
      trusting(allow({ AWS: ci })),
      { ci: policyOf(allow({ AWS: '999999999999' })) },
      [/^medium: by-role .*"999999999999"/],
    ],
    [
      'a person at GitHub',
      trusting(allow({ AWS: ci })),
      {
        ci: policyOf(
          allow(
            { Federated: `arn:aws:iam::${own}:oidc-provider/${github}` },
            { StringEquals: { [`${github}:actor`]: 'alice' } },
            'sts:AssumeRoleWithWebIdentity',
          ),
        ),
      },
      [/^medium: may-be-by-role .*runs as the person who starts it/],
    ],
    [
      'a session of it',
      trusting(allow({ AWS: `arn:aws:sts::${own}:assumed-role/ci/deploy` })),
      { ci: everyRepository },
      [/^critical: by-role /],
    ],
    [
      'one of another audited account',
      trusting(allow({ AWS: far })),
      { far: policyOf(allow({ AWS: '*' })) },
      [/^critical: by-role .*"via":"far"/],
    ],
    [
      'one that the ARN of the caller is tested for',
      trusting(allow({ AWS: '*' }, { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${own}:role/c*` } })),
      { ci: everyRepository },
      [/^critical: by-role /],
    ],
  ])('is open to them: %s', (_, trustPolicy, world, expected) =>
    expect(said(trustPolicy, world)).toEqual(expected.map(pattern => expect.stringMatching(pattern))),
  );

  test.each<[string, string, World]>([
    ['which one owner alone can assume', trusting(allow({ AWS: ci })), { ci: policyOf(actions('repo:acme/*')) }],
    ['which is its own', trusting(allow({ AWS: `arn:aws:iam::${own}:root` })), { ci: everyRepository }],
    [
      'by a statement that nobody passes',
      trusting(allow({ AWS: ci }, { Bool: { 'aws:PrincipalIsAWSService': 'true' } })),
      { ci: everyRepository },
    ],
    [
      'that a Deny holds back',
      trusting(allow({ AWS: ci }), { ...allow({ AWS: ci }), Effect: 'Deny' }),
      { ci: everyRepository },
    ],
    ['that is not there', trusting(allow({ AWS: `arn:aws:iam::${own}:role/gone` })), { ci: everyRepository }],
    [
      'of another name',
      trusting(allow({ AWS: '*' }, { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${own}:role/d*` } })),
      { ci: everyRepository },
    ],
  ])('is closed to them: a role %s', (_, trustPolicy, world) => expect(said(trustPolicy, world)).toEqual([]));
});
