import { describe, expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import { trustOpenToAccounts } from '../../../lib/rules/trust/trust-open-to-accounts.ts';
import { aProvider, aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import { verdictOf } from '../../support/verdict-of.ts';

const github = 'token.actions.githubusercontent.com';
const arnOf = (host: string) => aProvider({ issuer: `https://${host}` }).arn;
const own = JSON.parse(aTrustPolicy()).Statement[0];
const factsOf = (host: string, statements: readonly object[], providers = [aProvider({ issuer: `https://${host}` })]) =>
  someFacts({
    providers: complete([aProvider(), ...providers]),
    roles: complete([
      aRole({ trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: [own, ...statements] }) }),
    ]),
  });
const statement = (Federated: string, Condition?: object, over: object = {}) => ({
  Effect: 'Allow',
  Principal: { Federated },
  Action: 'sts:AssumeRoleWithWebIdentity',
  ...(Condition === undefined ? {} : { Condition }),
  ...over,
});
const said = (host: string, ...statements: readonly object[]) =>
  verdictOf(trustOpenToAccounts, factsOf(host, statements)).said;
const sub = `${github}:sub`;
const aud = { [`${github}:aud`]: 'sts.amazonaws.com' };

describe('a role for service accounts that a public identity provider can give to anybody', () => {
  test.each<[string, string, object | undefined]>([
    ['GitHub without a condition', github, undefined],
    ['GitHub with the audience alone, which a workflow chooses', github, { StringEquals: aud }],
    ['GitHub, every repository', github, { StringEquals: aud, StringLike: { [sub]: 'repo:*' } }],
    ['GitHub, every subject among others', github, { StringLike: { [sub]: ['repo:acme/*', '*'] } }],
    ['GitHub, every owner', github, { StringLike: { [sub]: 'repo:*/*' } }],
    ['GitLab', 'gitlab.com', undefined],
    ['Terraform Cloud', 'app.terraform.io', { StringEquals: { 'app.terraform.io:aud': 'aws.workload.identity' } }],
  ])('%s', (_title, host, condition) =>
    expect(said(host, statement(arnOf(host), condition))).toEqual([
      `critical: public ${JSON.stringify({ principal: host, role: 'checkout-cart', key: `${host}:sub` })}`,
    ]),
  );

  test.each(['accounts.google.com', 'cognito-identity.amazonaws.com'])('%s, which needs no provider', host =>
    expect(said(host, statement(host))).toEqual([expect.stringMatching(/^critical: public .*:aud"}$/)]),
  );

  test.each<[string, string, object]>([
    ['a repository is named', arnOf(github), { StringLike: { [sub]: 'repo:acme/shop:*' } }],
    ['an owner is named', arnOf(github), { StringLike: { [sub]: 'repo:acme/*' } }],
    ['another claim is named', arnOf(github), { StringEquals: { [`${github}:repository_owner`]: 'acme' } }],
    ['an address is asked for', arnOf(github), { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }],
    ['an application is named', 'accounts.google.com', { StringEquals: { 'accounts.google.com:aud': 'app' } }],
  ])('says nothing where %s', (_title, principal, condition) =>
    expect(said(github, statement(principal, condition))).toEqual([]),
  );

  test('says nothing of another action, of a provider that is not there, and where a Deny may hold them back', () => {
    expect(said(github, statement(arnOf(github), undefined, { Action: 'sts:TagSession' }))).toEqual([]);
    expect(verdictOf(trustOpenToAccounts, factsOf(github, [statement(arnOf(github))], [])).said).toEqual([]);
    const deny = statement(arnOf(github), { StringNotLike: { [sub]: 'repo:acme/*' } }, { Effect: 'Deny' });
    expect(said(github, statement(arnOf(github)), deny)).toEqual([]);
  });

  test('is fixed by a condition, which a person writes', () => {
    const [finding] = verdictOf(trustOpenToAccounts, factsOf(github, [statement(arnOf(github))])).findings;
    expect(finding?.fix).toMatchObject({
      commands: [],
      summary: `Add a condition on ${sub} to the statement for ${github}, or remove the statement.`,
    });
  });
});
