import { describe, expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import { trustOpenToLogins } from '../../../lib/rules/trust/trust-open-to-logins.ts';
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
  verdictOf(trustOpenToLogins, factsOf(host, statements)).said;
const sub = `${github}:sub`;
const aud = { [`${github}:aud`]: 'sts.amazonaws.com' };

describe('a role for service accounts that a public identity provider can give to anybody', () => {
  const anyone: Readonly<Record<string, string>> = {
    [github]: 'any GitHub repository',
    'gitlab.com': 'any GitLab project',
    'app.terraform.io': 'any organization of Terraform Cloud',
    'agent.buildkite.com': 'any organization of Buildkite',
  };
  const like = (key: string, ...values: readonly string[]) => ({ StringLike: { [key]: values } });

  test.each<[string, string, object | undefined]>([
    ['GitHub without a condition', github, undefined],
    ['GitHub with the audience alone, which a workflow chooses', github, { StringEquals: aud }],
    ['GitHub, every repository', github, { StringEquals: aud, ...like(sub, 'repo:*') }],
    ['GitHub, every subject among others', github, like(sub, 'repo:acme/*', '*')],
    ['GitHub, every owner', github, like(sub, 'repo:*/*')],
    ['GitHub, owners that begin alike', github, like(sub, 'repo:acme*')],
    ['GitHub, an owner with one character left open', github, like(sub, 'repo:acm?/shop:*')],
    ['GitHub, a branch of whatever repository', github, like(sub, '*:ref:refs/heads/main')],
    ['GitHub, an environment of whatever repository', github, { StringEquals: { [sub]: 'environment:prod' } }],
    ['GitHub, all but one repository', github, { StringNotLike: { [sub]: 'repo:acme/*' } }],
    ['GitHub, ForAllValues', github, { 'ForAllValues:StringLike': { [sub]: '*' } }],
    ['GitHub, an IfExists test of another key', github, { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a' } }],
    ['GitHub, its own subject by a variable', github, { StringEquals: { [sub]: `\${${sub}}` } }],
    ['GitHub, a session name', github, { StringEquals: { 'sts:RoleSessionName': 'ci' } }],
    ['GitHub, a date that is past', github, { DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } }],
    [
      'GitHub, another claim that a workflow chooses',
      github,
      { StringEquals: { [`${github}:ref`]: 'refs/heads/main' } },
    ],
    ['GitLab', 'gitlab.com', undefined],
    ['GitLab, groups that begin alike', 'gitlab.com', like('gitlab.com:sub', 'project_path:acme*')],
    ['Terraform Cloud', 'app.terraform.io', { StringEquals: { 'app.terraform.io:aud': 'sts.amazonaws.com' } }],
    ['Buildkite', 'agent.buildkite.com', like('agent.buildkite.com:sub', 'organization:*:pipeline:deploy:*')],
  ])('%s', (_title, host, condition) =>
    expect(said(host, statement(arnOf(host), condition))).toEqual([
      `critical: public ${JSON.stringify({ anyone: anyone[host], role: 'checkout-cart', key: `${host}:sub` })}`,
    ]),
  );

  test.each(['accounts.google.com', 'cognito-identity.amazonaws.com'])('%s, which needs no provider', host =>
    expect(said(host, statement(host))).toEqual([expect.stringMatching(/^critical: public /)]),
  );

  test.each<[string, string, object, string]>([
    [
      'the users of an application',
      'accounts.google.com',
      { StringEquals: { 'accounts.google.com:aud': '1234' } },
      'may-be',
    ],
    [
      'the guests of an identity pool',
      'cognito-identity.amazonaws.com',
      { StringEquals: { 'cognito-identity.amazonaws.com:aud': 'us-east-1:00000000-0000-0000-0000-000000000000' } },
      'guest',
    ],
    ['an identity provider of which nothing is known', arnOf('idp.example.com'), { StringEquals: aud }, 'may-be'],
    ['a provider that the account does not have', arnOf('gitlab.com'), { StringEquals: aud }, 'dormant'],
  ])('%s are told as medium', (title, principal, condition, id) => {
    const host = title.startsWith('an identity provider') ? 'idp.example.com' : github;
    const shown =
      id === 'dormant'
        ? statement(principal)
        : statement(principal, title.startsWith('an identity') ? undefined : condition);
    expect(said(host, shown)).toEqual([expect.stringMatching(new RegExp(`^medium: ${id} `))]);
  });

  test.each<[string, string, object]>([
    ['a repository is named', arnOf(github), { StringLike: { [sub]: 'repo:acme/shop:*' } }],
    ['an owner is named', arnOf(github), { StringLike: { [sub]: 'repo:acme/*' } }],
    ['another claim is named', arnOf(github), { StringEquals: { [`${github}:repository_owner`]: 'acme' } }],
    ['an owner is named by a number', arnOf(github), { StringEquals: { [`${github}:repository_owner_id`]: '1234' } }],
    ['an address is asked for', arnOf(github), { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }],
    ['a user is named', 'accounts.google.com', { StringEquals: { 'accounts.google.com:sub': '1234' } }],
    [
      'users of a pool are named who are signed in',
      'cognito-identity.amazonaws.com',
      {
        StringEquals: { 'cognito-identity.amazonaws.com:aud': 'us-east-1:00000000-0000-0000-0000-000000000000' },
        'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': 'authenticated' },
      },
    ],
  ])('says nothing where %s', (_title, principal, condition) =>
    expect(said(github, statement(principal, condition))).toEqual([]),
  );

  test('says nothing of another action, and where a Deny holds strangers back', () => {
    expect(said(github, statement(arnOf(github), undefined, { Action: 'sts:TagSession' }))).toEqual([]);
    const deny = (over: object) => statement(arnOf(github), over, { Effect: 'Deny' });
    expect(said(github, statement(arnOf(github)), deny({ StringNotLike: { [sub]: 'repo:acme/*' } }))).toEqual([]);
    expect(said(github, statement(arnOf(github)), deny({ StringEquals: { [sub]: 'repo:acme/a:b' } }))).toHaveLength(1);
  });

  test('is fixed by a condition, which a person writes', () => {
    const [finding] = verdictOf(trustOpenToLogins, factsOf(github, [statement(arnOf(github))])).findings;
    expect(finding?.fix).toMatchObject({
      commands: [],
      summary: `Add a condition on ${sub} to the statement for ${github}, or remove the statement.`,
    });
  });
});
