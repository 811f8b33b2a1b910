import { describe, expect, test } from '@jest/globals';
import { zoneOf } from '../../../lib/policy.ts';
import { mustParse, policyText } from '../../support/trust-cases.ts';
import { strangersIn } from '../../support/whole/everyone.ts';

const own = '111122223333';
const organization = 'o-own1234567';
const [github, gitlab, terraform, cognito, buildkite] = [
  'token.actions.githubusercontent.com',
  'gitlab.com',
  'app.terraform.io',
  'cognito-identity.amazonaws.com',
  'agent.buildkite.com',
] as const;
const context = {
  roleArn: `arn:aws:iam::${own}:role/app`,
  now: '2026-11-01T06:00:00.000Z',
  roleTags: { team: 'a' },
  zone: zoneOf([own], { organizations: new Set([organization]) }),
  isCluster: () => false,
  audiencesOf: () => undefined,
};

type Statement = Readonly<Record<string, unknown>>;
const byToken = 'sts:AssumeRoleWithWebIdentity';
const one = (Principal: unknown, Condition: object = {}, Action: unknown = 'sts:AssumeRole', Effect = 'Allow') => ({
  ...{ Effect, Principal, Action, Condition },
});
const login = (host: string, condition: object = {}, effect = 'Allow'): Statement =>
  one({ Federated: host === cognito ? host : `arn:aws:iam::${own}:oidc-provider/${host}` }, condition, byToken, effect);
const any = (condition: object = {}, effect = 'Allow'): Statement => one('*', condition, 'sts:AssumeRole', effect);
const sub = (host: string, operator: string, ...values: readonly string[]) => ({
  [operator]: { [`${host}:sub`]: values },
});

/** Whether somebody outside of the zone of trust can, may be able to, or cannot. */
const verdict = (...statements: readonly Statement[]): string => {
  const found = strangersIn(mustParse(policyText(statements)), context);
  if (found.some(stranger => stranger.verdict === 'open')) return 'open';
  return found.length > 0 ? 'may be' : 'closed';
};

describe('odd ways to be open', () => {
  test.each<[string, readonly Statement[]]>([
    ['stars around the owner', [login(github, sub(github, 'StringLike', 'repo:*acme*/app:*'))]],
    ['ForAnyValue', [login(github, sub(github, 'ForAnyValue:StringLike', 'repo:*'))]],
    ['the claim is there', [login(github, { Null: { [`${github}:sub`]: 'false' } })]],
    ['the key in capitals', [login(github, { StringLike: { [`${github.toUpperCase()}:SUB`]: 'repo:*' } })]],
    ['one value of two', [login(github, sub(github, 'StringLike', `repo:acme\${*}/x`, 'repo:?*/x:ref:*'))]],
    [
      'one repository left out',
      [
        login(github, {
          ...sub(github, 'StringLike', 'repo:*:ref:refs/heads/main'),
          ...sub(github, 'StringNotEquals', 'repo:evil/x:ref:refs/heads/main'),
        }),
      ],
    ],
    ['a Deny for the owner', [login(github), login(github, sub(github, 'StringLike', 'repo:acme/*'), 'Deny')]],
    ['an environment without case', [login(github, sub(github, 'StringEqualsIgnoreCase', 'ENVIRONMENT:prod'))]],
    ['a claim that a workflow chooses', [login(github, { StringEquals: { [`${github}:workflow`]: 'deploy' } })]],
    ['an owner with ?', [login(github, { StringLike: { [`${github}:repository`]: 'acm?/app' } })]],
    ['all actions', [one({ Federated: `arn:aws:iam::${own}:oidc-provider/${github}` }, {}, 'sts:*')]],
    [
      'a protected branch of whatever project',
      [login(gitlab, { StringEquals: { [`${gitlab}:ref_protected`]: 'true' } })],
    ],
    ['owners of whatever project', [login(gitlab, { StringEquals: { [`${gitlab}:user_access_level`]: 'owner' } })]],
    [
      'a workspace of whatever organization',
      [login(terraform, sub(terraform, 'StringLike', 'organization:*:project:p:workspace:w:run_phase:apply'))],
    ],
    [
      'a pipeline of whatever organization',
      [login(buildkite, { StringEquals: { [`${buildkite}:pipeline_slug`]: 'deploy' } })],
    ],
    ['every identity pool of a region', [login(cognito, { StringLike: { [`${cognito}:aud`]: 'us-east-1:*' } })]],
    ['an external id as a number', [any({ NumericEquals: { 'sts:ExternalId': '7' } })]],
    ['the organization, if there is one', [any({ StringEqualsIfExists: { 'aws:PrincipalOrgID': organization } })]],
    ['no organization', [any({ Null: { 'aws:PrincipalOrgID': 'true' } })]],
    ['ForAllValues on paths', [any({ 'ForAllValues:StringLike': { 'aws:PrincipalOrgPaths': `${organization}/*` } })]],
    ['two halves of all addresses', [any({ IpAddress: { 'aws:SourceIp': ['0.0.0.0/1', '128.0.0.0/1'] } })]],
    ['a session that began', [any({ DateGreaterThan: { 'aws:TokenIssueTime': '2020-01-01T00:00:00Z' } })]],
    ['the unique id of whatever role', [any({ StringLike: { 'aws:userid': 'AROA*:deploy' } })]],
    [
      'a Deny that MFA escapes',
      [
        any(),
        any(
          { StringNotEquals: { 'aws:PrincipalAccount': own }, Bool: { 'aws:MultiFactorAuthPresent': 'false' } },
          'Deny',
        ),
      ],
    ],
    ['a session of a foreign role', [one({ AWS: 'arn:aws:sts::999999999999:assumed-role/x/y' })]],
    ['the own account beside another one', [one({ AWS: [own, '999999999999'] })]],
    ['another organization than the own one', [any({ StringEquals: { 'aws:PrincipalOrgID': 'o-partner1234' } })]],
  ])('%s', (_, statements) => expect(verdict(...statements)).toBe('open'));
});

describe('odd ways to be closed', () => {
  test.each<[string, readonly Statement[]]>([
    [
      '? in the name of a repository',
      [login(github, sub(github, 'StringLike', 'repo:acme/app-?:ref:refs/heads/main'))],
    ],
    [
      'another claim names the owner',
      [
        login(github, {
          ...sub(github, 'StringLike', 'repo:*'),
          StringEquals: { [`${github}:repository_owner_id`]: '1234' },
        }),
      ],
    ],
    [
      'a Deny for all but the owner',
      [login(github), login(github, sub(github, 'StringNotLike', 'repo:acme/*'), 'Deny')],
    ],
    ['a star that stands for itself', [login(github, sub(github, 'StringLike', `repo:acme/\${*}:x`))]],
    ['a star that is no wildcard', [login(github, sub(github, 'StringEquals', 'repo:*'))]],
    [
      'a session name that is denied',
      [
        login(github, { StringEquals: { 'sts:RoleSessionName': 'a' } }),
        login(github, { StringEquals: { 'sts:RoleSessionName': 'a' } }, 'Deny'),
      ],
    ],
    ['a key that no token has', [login(github, { StringEquals: { 'aws:PrincipalOrgID': organization } })]],
    ['a date that is past', [login(github, { DateLessThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } })]],
    [
      'a project by its number',
      [
        login(gitlab, {
          ...sub(gitlab, 'StringLike', 'project_path:*'),
          StringEquals: { [`${gitlab}:project_id`]: '77' },
        }),
      ],
    ],
    ['the own organization', [any({ StringLike: { 'aws:PrincipalOrgID': organization } })]],
    ['its paths', [any({ 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': `${organization}/*` } })]],
    ['a Deny for all other accounts', [any(), any({ StringNotEquals: { 'aws:PrincipalAccount': own } }, 'Deny')]],
    [
      'a Deny for all others, IfExists',
      [any(), any({ StringNotEqualsIfExists: { 'aws:PrincipalOrgID': organization } }, 'Deny')],
    ],
    ['calls of services for the own account', [any({ StringEquals: { 'aws:SourceAccount': own } })]],
    [
      'a service that acts for the own organization',
      [one({ Service: 'logs.amazonaws.com' }, { StringEquals: { 'aws:SourceOrgID': '${aws:ResourceOrgID}' } })],
    ],
    [
      'a service that acts for the own account, by a Deny',
      [
        one({ Service: 'logs.amazonaws.com' }),
        one(
          { Service: 'logs.amazonaws.com' },
          { StringNotEquals: { 'aws:SourceAccount': own } },
          'sts:AssumeRole',
          'Deny',
        ),
      ],
    ],
    ['a service to which a role is passed', [one({ Service: 'lambda.amazonaws.com' })]],
    [
      'a bucket that is named',
      [one({ Service: 's3.amazonaws.com' }, { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::shop-logs' } })],
    ],
    ['EKS Pod Identity', [one({ Service: 'pods.eks.amazonaws.com' }, {}, ['sts:AssumeRole', 'sts:TagSession'])]],
  ])('%s', (_, statements) => expect(verdict(...statements)).toBe('closed'));
});

const logs = (condition: object): Statement => one({ Service: 'logs.eu-west-1.amazonaws.com' }, condition);

describe('odd ways that cannot be proven closed', () => {
  test.each<[string, readonly Statement[]]>([
    ['calls of services', [any({ Bool: { 'aws:PrincipalIsAWSService': 'true' } })]],
    ['any service', [one({ Service: '*' })]],
    ['any service of a name', [one({ Service: 'l*.amazonaws.com' })]],
    ['a foreign resource', [logs({ ArnLike: { 'aws:SourceArn': 'arn:aws:logs:eu-west-1:777788889999:*' } })]],
    ['a foreign resource, as text', [logs({ StringLike: { 'aws:SourceArn': '*:777788889999:*' } })]],
    ['any resource', [logs({ ArnLike: { 'aws:SourceArn': 'arn:aws:logs:*:*:log-group:*' } })]],
    ['the whole of a foreign account', [logs({ StringEquals: { 'aws:SourceAccount': [own, '777788889999'] } })]],
    ['accounts by a digit', [logs({ StringLike: { 'aws:SourceAccount': '4*' } })]],
    ['a foreign organization', [logs({ StringEquals: { 'aws:SourceOrgID': 'o-foreign123' } })]],
    ['a path of any', [logs({ 'ForAnyValue:StringLike': { 'aws:SourceOrgPaths': 'o-*/r-*' } })]],
    ['buckets by the beginning of a name', [logs({ ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::shop-*' } })]],
    [
      'a Deny of others than the own account and a foreign one',
      [
        one({ Service: 'logs.amazonaws.com' }),
        one('*', { StringNotEquals: { 'aws:SourceAccount': [own, '777788889999'] } }, 'sts:AssumeRole', 'Deny'),
      ],
    ],
    ['a Deny for everyone but some', [any(), { Effect: 'Deny', NotPrincipal: { AWS: own }, Action: 'sts:*' }]],
    [
      'an identity provider without a test of users',
      [login('acme.okta.com', { StringEquals: { 'acme.okta.com:aud': 'x' } })],
    ],
    [
      'a reusable workflow',
      [
        login(github, {
          StringEqualsIgnoreCase: { [`${github}:job_workflow_ref`]: 'acme/f/.github/workflows/x.yml@refs/heads/main' },
        }),
      ],
    ],
    [
      'an endpoint, of which nobody reads whose it is',
      [any({ StringEquals: { 'aws:SourceVpce': 'vpce-0a1b2c3d4e' } })],
    ],
    ['an operator that is not known', [login(github, sub(github, 'StringMatches', 'repo:acme/*'))]],
    ['no value at all', [login(github, sub(github, 'StringLike'))]],
  ])('%s', (_, statements) => expect(verdict(...statements)).toBe('may be'));
});
