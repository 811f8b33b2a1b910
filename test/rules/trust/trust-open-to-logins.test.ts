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

  const pool = 'cognito-identity.amazonaws.com';
  const ofPool = { [`${pool}:aud`]: 'ap-southeast-2:9f8e7d6c-0000-4000-8000-000000000000' };
  const amr = (value: string) => ({ 'ForAnyValue:StringLike': { [`${pool}:amr`]: value } });
  test.each<[string, object, readonly string[]]>([
    ['named by amr', { StringEquals: ofPool, ...amr('unauthenticated') }, ['critical: guest']],
    ['not kept out by amr', { StringEquals: ofPool }, ['high: may-be']],
    ['kept out by amr', { StringEquals: ofPool, ...amr('authenticated') }, []],
    ['allowed by a pattern of amr', { StringEquals: ofPool, ...amr('*authenticated') }, ['high: may-be']],
  ])('guests of an identity pool, who need no login: %s', (_title, condition, expected) => {
    const shown = statement(pool, condition);
    expect(said(pool, shown).map(text => text.split(' ').slice(0, 2).join(' '))).toEqual(expected);
  });

  test('the fix for guests is the test that is missing, and not the one that is there', () => {
    const facts = factsOf(pool, [statement(pool, { StringEquals: ofPool, ...amr('unauthenticated') })]);
    const [found] = verdictOf(trustOpenToLogins, facts).findings;
    expect(found?.fix.summary).toBe(
      `Test ${pool}:amr for authenticated alone in the statement for ${pool}, or remove the statement.`,
    );
  });

  const circle = 'oidc.circleci.com/org/3f1a';
  const enterprise = `${github}/acme-corp`;
  const bitbucket = 'api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc';

  test.each<[string, string, object, string]>([
    [
      'a person at GitHub, in whatever repository a workflow runs that they start',
      github,
      { StringEquals: { ...aud, [`${github}:actor`]: 'alice' }, ...like(sub, 'repo:*') },
      'a workflow of any repository runs as the person who starts it',
    ],
    [
      'a person at GitHub by number',
      github,
      { StringEquals: { ...aud, [`${github}:actor_id`]: '1234' } },
      'a workflow of any repository runs as the person who starts it',
    ],
    [
      'a person at GitHub in the subject',
      github,
      { StringEquals: { [sub]: 'actor:alice' } },
      'a workflow of any repository runs as the person who starts it',
    ],
    [
      'a person at GitHub behind an environment in the subject',
      github,
      { StringEquals: { [sub]: 'environment:prod:actor:alice' } },
      'a workflow of any repository runs as the person who starts it',
    ],
    [
      'a person at GitHub by number, behind an environment and before what anybody chooses',
      github,
      like(sub, 'environment:prod:actor_id:1234:ref:*'),
      'a workflow of any repository runs as the person who starts it',
    ],
    [
      'a reusable workflow at GitHub behind an environment in the subject',
      github,
      like(sub, 'environment:prod:job_workflow_ref:acme/flows/.github/workflows/deploy.yml@*'),
      'calls any reusable workflow that is public',
    ],
    [
      'a reusable workflow at GitHub, which other repositories call',
      github,
      { StringLike: { [`${github}:job_workflow_ref`]: 'acme/flows/.github/workflows/deploy.yml@*' } },
      'calls any reusable workflow that is public',
    ],
    [
      'a person at GitLab',
      'gitlab.com',
      { StringEquals: { 'gitlab.com:user_login': 'alice' } },
      'a job of any project runs as the person who starts it',
    ],
    [
      'a person at GitLab by number',
      'gitlab.com',
      { StringEquals: { 'gitlab.com:user_id': '1234' } },
      'a job of any project runs as the person who starts it',
    ],
    [
      'CircleCI, every project of an organization',
      circle,
      { StringEquals: { [`${circle}:aud`]: 'sts.amazonaws.com' } },
      'any project of CircleCI organization 3f1a has such tokens, and no test names one',
    ],
    [
      'CircleCI, every project by a pattern',
      circle,
      like(`${circle}:sub`, 'org/3f1a/project/*/user/*'),
      'any project of CircleCI organization 3f1a has such tokens, and no test names one',
    ],
    [
      'Bitbucket, every repository of a workspace',
      bitbucket,
      { StringEquals: { [`${bitbucket}:aud`]: 'sts.amazonaws.com' } },
      'any repository of Bitbucket workspace acme has such tokens',
    ],
  ])('%s are not proven closed', (_title, host, condition, because) => {
    const [text, ...others] = said(host, statement(arnOf(host), condition));
    expect(others).toEqual([]);
    expect(text).toMatch(/^medium: may-be /);
    expect(text).toContain(because);
  });

  test.each<[string, string, object | undefined]>([
    ['a project of CircleCI', circle, like(`${circle}:sub`, 'org/3f1a/project/77/user/*')],
    ['a project of CircleCI, exactly', circle, { StringEquals: { [`${circle}:sub`]: 'org/3f1a/project/77/user/8' } }],
    [
      'a project of CircleCI, by its claim',
      circle,
      { StringEquals: { [`${circle}:oidc.circleci.com/project-id`]: '77' } },
    ],
    ['a repository of Bitbucket', bitbucket, like(`${bitbucket}:sub`, '{12-34}:*')],
    [
      'a repository of an enterprise with an issuer of its own',
      enterprise,
      like(`${enterprise}:sub`, 'repo:acme/shop:*'),
    ],
    [
      'a repository of a GitHub of its own',
      'git.acme.example/_services/token',
      like('git.acme.example/_services/token:sub', 'repo:acme/*'),
    ],
    [
      'a project of a GitLab of its own',
      'git.acme.example',
      like('git.acme.example:sub', 'project_path:acme/shop:ref_type:branch:ref:*'),
    ],
    [
      'an organization of Pulumi Cloud',
      'api.pulumi.com/oidc',
      like('api.pulumi.com/oidc:sub', 'pulumi:environments:org:acme:*'),
    ],
    [
      'an organization of Terraform Cloud, with a stack',
      'app.terraform.io',
      like('app.terraform.io:sub', 'organization:acme:project:p:stack:*'),
    ],
    [
      'a project of a Vercel team',
      'oidc.vercel.com/acme',
      like('oidc.vercel.com/acme:sub', 'owner:acme:project:shop:environment:*'),
    ],
    ['an owner with the number of whatever repository', github, like(sub, 'repo:acme@*/shop@*:ref:refs/heads/main')],
    ['an owner behind an environment', github, { StringEquals: { [sub]: 'environment:prod:repository_owner:acme' } }],
    [
      'an owner behind a reusable workflow',
      github,
      like(sub, 'job_workflow_ref:acme/f/.github/workflows/x.yml@*:repository_owner:acme'),
    ],
  ])('says nothing where the test names %s', (_title, host, condition) =>
    expect(said(host, statement(arnOf(host), condition))).toEqual([]),
  );

  test.each<[string, string, object]>([
    [
      'an owner that others begin with, behind an environment',
      github,
      like(sub, 'environment:prod:repository_owner:acme*'),
    ],
    [
      'an owner by a claim that IAM does not know, if it exists',
      github,
      { StringEqualsIfExists: { [`${github}:repository_owner`]: 'acme' } },
    ],
    [
      'a project by a claim that IAM does not know, if it exists',
      'gitlab.com',
      { StringEqualsIfExists: { 'gitlab.com:project_path': 'acme/shop' } },
    ],
    [
      'the kind of runner, which a workflow chooses',
      github,
      { StringEquals: { [sub]: 'runner_environment:github-hosted' } },
    ],
    ['a pull request of whatever repository', github, { StringEquals: { [sub]: 'pull_request' } }],
    [
      'every organization of Pulumi Cloud',
      'api.pulumi.com/oidc',
      like('api.pulumi.com/oidc:sub', 'pulumi:environments:org:*'),
    ],
    ['two claims that a workflow chooses', github, { StringEquals: { [sub]: 'environment:prod:ref:refs/heads/main' } }],
  ])('anybody passes %s', (_title, host, condition) =>
    expect(said(host, statement(arnOf(host), condition))).toEqual([expect.stringMatching(/^critical: public /)]),
  );

  test.each<[string, string, object]>([
    ['a repository is named', arnOf(github), { StringLike: { [sub]: 'repo:acme/shop:*' } }],
    ['an owner is named', arnOf(github), { StringLike: { [sub]: 'repo:acme/*' } }],
    ['another claim is named', arnOf(github), { StringEquals: { [`${github}:repository_owner`]: 'acme' } }],
    ['an owner is named by a number', arnOf(github), { StringEquals: { [`${github}:repository_owner_id`]: '1234' } }],
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

  test('an address that is asked for is one of which nobody reads whose it is', () => {
    expect(said(github, statement(arnOf(github), { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }))).toEqual([
      'unknown: whether 192.0.2.0/24 (aws:SourceIp) is of the zone of trust is not read',
    ]);
  });

  test('a SAML provider of another account is told, one of an audited account is not', () => {
    const saml = (account: string) =>
      said(github, {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${account}:saml-provider/corp` },
        Action: 'sts:AssumeRoleWithSAML',
        Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
      });
    expect(saml('111122223333')).toEqual([]);
    expect(saml('999999999999')).toEqual([
      expect.stringMatching(/^medium: may-be .*whoever signs in at arn:aws:iam::999999999999:saml-provider\/corp/),
    ]);
  });

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

test.each([
  [true, ['critical']],
  [false, []],
] as const)('a role that is for no pods is judged where all roles are asked for: %s', (allRoles, severities) => {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: [statement(arnOf(github))] });
  const facts = someFacts({
    providers: complete([aProvider(), aProvider({ issuer: `https://${github}` })]),
    roles: complete([aRole({ trustPolicy: text })]),
    settings: { allRoles },
  });
  expect(verdictOf(trustOpenToLogins, facts).findings.map(({ severity }) => severity)).toEqual(severities);
});
