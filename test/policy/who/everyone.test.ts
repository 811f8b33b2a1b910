import { describe, expect, test } from '@jest/globals';
import { zoneOf } from '../../../lib/policy.ts';
import { mustParse, policyText } from '../../support/trust-cases.ts';
import { everyoneIn, opennessOf } from '../../support/whole/everyone.ts';

const own = '111122223333';
const github = 'token.actions.githubusercontent.com';
const providerOf = (host: string) => `arn:aws:iam::${own}:oidc-provider/${host}`;
const context = {
  roleArn: `arn:aws:iam::${own}:role/app`,
  now: '2026-11-01T06:00:00.000Z',
  roleTags: {},
  zone: zoneOf([own, '222222222222']),
  isCluster: () => false,
  audiencesOf: (arn: string) => (arn.endsWith('gone.example') ? ('absent' as const) : undefined),
};

const allow = (Principal: unknown, Condition: unknown = {}, Action: unknown = 'sts:AssumeRole') => ({
  Effect: 'Allow',
  Principal,
  Action,
  Condition,
});
const login = (host: string, Condition: unknown) =>
  allow({ Federated: providerOf(host) }, Condition, 'sts:AssumeRoleWithWebIdentity');
const pods = { Service: 'pods.eks.amazonaws.com' };

/** `kind principal: can verdict`, with what is sent. */
const everyone = (...statements: readonly unknown[]): readonly string[] =>
  everyoneIn(mustParse(policyText(statements)), context).map(one =>
    [`${one.kind} ${one.principal}: ${one.can} ${opennessOf(one)}`, ...one.sends].join(', '),
  );

describe('each principal stands once, with whether it can and whether strangers can', () => {
  test.each<[string, unknown, readonly string[]]>([
    ['a service', allow({ Service: 'ec2.amazonaws.com' }), ['service ec2.amazonaws.com: yes closed']],
    [
      'a service whose test nothing passes',
      allow({ Service: 'ec2.amazonaws.com' }, { Bool: { 'aws:PrincipalIsAWSService': 'false' } }),
      ['service ec2.amazonaws.com: no closed'],
    ],
    ['the own account', allow({ AWS: `arn:aws:iam::${own}:root` }), [`account arn:aws:iam::${own}:root: yes closed`]],
    [
      'another account, with an external id',
      allow({ AWS: '999999999999' }, { StringEquals: { 'sts:ExternalId': 'x' } }),
      ['account 999999999999: yes open, sts:externalid x'],
    ],
    ['everyone', allow({ AWS: '*' }), ['account *: yes open']],
    [
      'everyone but some',
      { Effect: 'Allow', NotPrincipal: { AWS: own }, Action: 'sts:AssumeRole' },
      ['account *: maybe may-be'],
    ],
    [
      'everyone of one organization',
      allow('*', { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } }),
      ['account *: yes may-be, aws:principalorgid o-abcdefghij'],
    ],
    [
      'an account, from a network of its own',
      allow({ AWS: '999999999999' }, { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }),
      ['account 999999999999: yes may-be, aws:sourceip 203.0.113.0'],
    ],
    [
      'an account, through an endpoint of its own',
      allow({ AWS: '999999999999' }, { StringEquals: { 'aws:SourceVpce': 'vpce-0a1b2c3d' } }),
      ['account 999999999999: yes may-be, aws:sourcevpce vpce-0a1b2c3d'],
    ],
    [
      'everyone in a network',
      allow('*', { IpAddress: { 'aws:SourceIp': '203.0.113.7' } }),
      ['account *: yes may-be, aws:sourceip 203.0.113.7'],
    ],
    [
      'logins from a network',
      login(github, { IpAddress: { 'aws:SourceIp': '203.0.113.7' } }),
      [`login ${providerOf(github)}: yes may-be, aws:sourceip 203.0.113.7`],
    ],
    [
      'a service from a network',
      allow({ Service: 'ec2.amazonaws.com' }, { IpAddress: { 'aws:SourceIp': '203.0.113.7' } }),
      ['service ec2.amazonaws.com: maybe closed'],
    ],
    [
      'Pod Identity from a network',
      allow(pods, { StringEquals: { 'aws:SourceVpc': 'vpc-0a1b2c3d' } }, ['sts:AssumeRole', 'sts:TagSession']),
      ['pod-identity pods.eks.amazonaws.com: maybe closed'],
    ],
    [
      'a SAML provider',
      allow(
        { Federated: `arn:aws:iam::${own}:saml-provider/corp` },
        { StringEquals: { 'SAML:aud': 'a' } },
        'sts:AssumeRoleWithSAML',
      ),
      [`login arn:aws:iam::${own}:saml-provider/corp: yes closed, saml:aud a`],
    ],
    [
      'a SAML provider for web identity, which it has none of',
      allow({ Federated: `arn:aws:iam::${own}:saml-provider/corp` }, {}, 'sts:AssumeRoleWithWebIdentity'),
      [`login arn:aws:iam::${own}:saml-provider/corp: no closed`],
    ],
    [
      'a SAML provider of another account',
      allow({ Federated: 'arn:aws:iam::999999999999:saml-provider/corp' }, {}, 'sts:AssumeRoleWithSAML'),
      ['login arn:aws:iam::999999999999:saml-provider/corp: maybe may-be'],
    ],
    [
      'a SAML provider of a trusted account',
      allow({ Federated: 'arn:aws:iam::222222222222:saml-provider/corp' }, {}, 'sts:AssumeRoleWithSAML'),
      ['login arn:aws:iam::222222222222:saml-provider/corp: maybe closed'],
    ],
    [
      'a SAML provider of another account for web identity, which it has none of',
      allow({ Federated: 'arn:aws:iam::999999999999:saml-provider/corp' }, {}, 'sts:AssumeRoleWithWebIdentity'),
      ['login arn:aws:iam::999999999999:saml-provider/corp: no closed'],
    ],
    [
      'a GitHub owner',
      login(github, { StringLike: { [`${github}:sub`]: 'repo:acme/app:*' } }),
      [`login ${providerOf(github)}: yes closed, ${github}:sub repo:acme/app:x`],
    ],
    ...(
      [
        ['with any subject', { StringLike: { 'shop.eu.auth0.com/:sub': '*' } }, 'maybe may-be'],
        ['with an audience alone', { StringEquals: { 'shop.eu.auth0.com/:aud': 'api' } }, 'maybe may-be'],
        ['with one subject', { StringEquals: { 'shop.eu.auth0.com/:sub': 'auth0|77' } }, 'maybe closed'],
        ['with any subject, by a key without it', { StringLike: { 'shop.eu.auth0.com:sub': '*' } }, 'maybe may-be'],
        [
          'with one subject, by a key without it',
          { StringEquals: { 'shop.eu.auth0.com:sub': 'auth0|77' } },
          'maybe closed',
        ],
        ['with no test', {}, 'maybe may-be'],
        ['with all but one subject', { StringNotEquals: { 'shop.eu.auth0.com/:sub': 'auth0|77' } }, 'maybe may-be'],
        [
          'with a subject by either key, of which a token has one',
          { StringLike: { 'shop.eu.auth0.com/:sub': '*', 'shop.eu.auth0.com:sub': '*' } },
          'no closed',
        ],
      ] as const
    ).map(([what, condition, told]): [string, unknown, readonly string[]] => [
      `a provider that ends with a slash, ${what}`,
      login('shop.eu.auth0.com/', condition),
      [expect.stringMatching(`^login ${providerOf('shop.eu.auth0.com/')}: ${told}`) as unknown as string],
    ]),
    [
      'any GitHub repository',
      login(github, { StringLike: { [`${github}:sub`]: 'repo:*' } }),
      [`login ${providerOf(github)}: yes open, ${github}:sub repo:x/x`],
    ],
    ['a provider that is gone', login('gone.example', {}), [`login ${providerOf('gone.example')}: no may-be`]],
    [
      'Pod Identity of one namespace',
      allow(pods, { StringEquals: { 'aws:RequestTag/kubernetes-namespace': 'shop' } }, [
        'sts:AssumeRole',
        'sts:TagSession',
      ]),
      ['pod-identity pods.eks.amazonaws.com: yes closed, aws:requesttag/kubernetes-namespace shop'],
    ],
    [
      'Pod Identity of one namespace, whose tags no session can have',
      allow(pods, { StringEquals: { 'aws:RequestTag/kubernetes-namespace': 'shop' } }),
      ['pod-identity pods.eks.amazonaws.com: no closed'],
    ],
    [
      'Pod Identity of another account, which has none',
      allow(pods, { StringEquals: { 'aws:SourceAccount': '999999999999' } }),
      ['pod-identity pods.eks.amazonaws.com: no closed'],
    ],
    [
      'Pod Identity by a claim of a token, which it brings none of',
      allow(pods, { StringEquals: { 'oidc.eks.eu-west-1.amazonaws.com/id/A:sub': 'x' } }),
      ['pod-identity pods.eks.amazonaws.com: no closed'],
    ],
  ])('%s', (_, statement, told) => expect(everyone(statement)).toEqual(told));
});

test('a Deny statement closes what it denies', () => {
  const deny = { ...allow({ AWS: '999999999999' }), Effect: 'Deny' };
  expect(everyone(allow({ AWS: ['999999999999', own] }), deny)).toEqual([
    'account 999999999999: no closed',
    `account ${own}: yes closed`,
  ]);
});

describe('of those that a principal stands for, one that can is enough, whatever comes before it', () => {
  const deny = (Principal: unknown, Condition: unknown) => ({ ...allow(Principal, Condition), Effect: 'Deny' });
  /** Whether a caller has it is not known. */
  const made = { 'aws:Made': 'x' };
  const like = (account: string) => ({ StringEquals: made, StringLike: { 'aws:PrincipalAccount': account } });
  test.each<[string, readonly unknown[], string]>([
    ['the own account may be denied', [allow({ AWS: '*' }), deny({ AWS: own }, { StringEquals: made })], 'yes open'],
    [
      'some accounts may be',
      [allow({ AWS: '*' }), deny({ AWS: '*' }, like('1*'))],
      'yes open, aws:principalaccount 777777777777',
    ],
    [
      'all but the own account may be',
      [
        allow({ AWS: '*' }),
        deny({ AWS: '*' }, { StringEquals: made, StringNotEquals: { 'aws:PrincipalAccount': own } }),
      ],
      `yes may-be, aws:principalaccount ${own}`,
    ],
    ['all may be', [allow({ AWS: '*' }), deny({ AWS: '*' }, { StringEquals: made })], 'maybe may-be'],
  ])('%s', (_, statements, told) => expect(everyone(...statements)).toEqual([`account *: ${told}`]));
});

describe('a name that another statement has is no stranger’s, and hides no stranger', () => {
  const sub = `${github}:sub`;
  test.each<[string, readonly unknown[]]>([
    [
      'an owner',
      [
        login(github, { StringLike: { [sub]: 'repo:acme*' } }),
        login(github, { StringLike: { [sub]: 'repo:acme/app:*' } }),
      ],
    ],
    [
      'an organization',
      [
        allow('*', { StringLike: { 'aws:PrincipalOrgID': 'o-x*' } }),
        allow('*', { StringEquals: { 'aws:PrincipalOrgID': 'o-xxxxxxxxxx' } }),
      ],
    ],
    [
      'an account',
      [
        allow('*', { StringLike: { 'aws:PrincipalAccount': '1*' } }),
        allow('*', { StringEquals: { 'aws:PrincipalAccount': ['177777777777', own] } }),
      ],
    ],
    [
      'a user of an identity provider',
      [
        login('idp.example', { StringLike: { 'idp.example:sub': '*' } }),
        login('idp.example', { StringEquals: { 'idp.example:sub': ['x', 'y'] } }),
      ],
    ],
  ])('%s', (_, [wide, exact]) => {
    const [first] = everyone(wide, exact);
    expect(first).toMatch(/: yes (?:open|may-be)/);
    expect(everyone(wide)[0]).toMatch(/: yes (?:open|may-be)/);
  });
});

describe('a value that no caller can have opens nothing; one that it can have, by whatever variable, does', () => {
  const sub = `${github}:sub`;
  test.each<[string, unknown, string]>([
    [
      'a tag that begins with a chosen session name',
      allow({ AWS: '999999999999' }, { StringLike: { 'aws:PrincipalTag/x': `a\${sts:RoleSessionName}` } }),
      'yes open',
    ],
    [
      'the same as an external id',
      allow({ AWS: '*' }, { StringEquals: { 'sts:ExternalId': `a\${sts:RoleSessionName}` } }),
      'yes open',
    ],
    ['a tag with an asterisk', allow({ AWS: '*' }, { StringEquals: { 'aws:PrincipalTag/x': 'a*' } }), 'no closed'],
    [
      'a pattern of references as a text',
      login(github, { StringEquals: { [`${github}:ref`]: 'refs/heads/*' } }),
      'no closed',
    ],
    [
      'an owner in another case, which is the same owner',
      login(github, { StringEqualsIgnoreCase: { [`${github}:repository_owner`]: 'acme' } }),
      'yes closed',
    ],
    ['an owner in another case, of a pattern', login(github, { StringLike: { [sub]: 'repo:Acme*' } }), 'yes open'],
  ])('%s', (_, statement, told) => expect(everyone(statement)[0]).toContain(`: ${told}`));
});

/** Rare principals and keys: the golden file has every answer whole. */
describe('rare principals and the keys of their requests', () => {
  const saml = `arn:aws:iam::${own}:saml-provider/idp`;
  const byPods = (Condition: unknown, Action: unknown = ['sts:AssumeRole', 'sts:TagSession']) =>
    allow(pods, Condition, Action);
  const bySaml = (Condition: unknown, over = {}) => ({
    ...allow({ Federated: saml }, Condition, 'sts:AssumeRoleWithSAML'),
    ...over,
  });
  const deny = (Principal: unknown, Action: unknown) => ({ Effect: 'Deny', Principal, Action });
  const pool = 'eu-west-1:00000000-0000-0000-0000-000000000000';
  const clusterArn = `arn:aws:eks:eu-west-1:${own}:cluster/shop`;
  const ec2 = (Condition: unknown) => allow({ Service: 'ec2.amazonaws.com' }, Condition);

  test.each<[string, readonly unknown[], readonly string[]]>([
    ['a canonical user', [allow({ CanonicalUser: 'x' })], ['account x: maybe may-be']],
    [
      'a provider of another account',
      [
        allow(
          { Federated: 'arn:aws:iam::999999999999:oidc-provider/idp.example' },
          {},
          'sts:AssumeRoleWithWebIdentity',
        ),
      ],
      ['login arn:aws:iam::999999999999:oidc-provider/idp.example: no closed'],
    ],
    [
      'pods of one cluster',
      [byPods({ ArnEquals: { 'aws:SourceArn': clusterArn } })],
      [`pod-identity pods.eks.amazonaws.com: yes closed, aws:sourcearn ${clusterArn}`],
    ],
    [
      'pods of a cluster of another account',
      [byPods({ ArnEquals: { 'aws:SourceArn': clusterArn.replace(own, '999999999999') } })],
      ['pod-identity pods.eks.amazonaws.com: no closed'],
    ],
    [
      'pods of the own account',
      [byPods({ StringEquals: { 'aws:SourceAccount': own } })],
      [`pod-identity pods.eks.amazonaws.com: yes closed, aws:sourceaccount ${own}`],
    ],
    [
      'pods of a namespace',
      [byPods({ StringEquals: { 'aws:RequestTag/kubernetes-namespace': 'checkout' } })],
      ['pod-identity pods.eks.amazonaws.com: yes closed, aws:requesttag/kubernetes-namespace checkout'],
    ],
    [
      'pods of a cluster by its tag',
      [byPods({ StringEquals: { 'aws:RequestTag/eks-cluster-arn': clusterArn } })],
      [`pod-identity pods.eks.amazonaws.com: yes closed, aws:requesttag/eks-cluster-arn ${clusterArn}`],
    ],
    [
      'pods with a tag that nobody sends',
      [byPods({ StringEquals: { 'aws:RequestTag/team': 'a' } })],
      ['pod-identity pods.eks.amazonaws.com: no closed'],
    ],
    [
      'a service for a resource',
      [ec2({ ArnLike: { 'aws:SourceArn': `arn:aws:ec2:*:${own}:*` } })],
      [`service ec2.amazonaws.com: yes closed, aws:sourcearn arn:aws:ec2::${own}:`],
    ],
    [
      'a service by its name',
      [ec2({ StringEquals: { 'aws:PrincipalServiceName': 'ec2.amazonaws.com' } })],
      ['service ec2.amazonaws.com: yes closed, aws:principalservicename ec2.amazonaws.com'],
    ],
    [
      'a service by another name',
      [ec2({ StringEquals: { 'aws:PrincipalServiceName': 'lambda.amazonaws.com' } })],
      ['service ec2.amazonaws.com: no closed'],
    ],
    [
      'a service that calls by another one',
      [ec2({ Bool: { 'aws:ViaAWSService': 'true' } })],
      ['service ec2.amazonaws.com: no closed'],
    ],
    [
      'a service that is denied by its name',
      [ec2({}), deny({ Service: 'ec2.amazonaws.com' }, 'sts:AssumeRole')],
      ['service ec2.amazonaws.com: no closed'],
    ],
    [
      'a service beside a Deny of another one',
      [ec2({}), deny({ Service: 'lambda.amazonaws.com' }, 'sts:AssumeRole')],
      ['service ec2.amazonaws.com: yes closed'],
    ],
    [
      'a service beside a Deny of accounts',
      [ec2({}), deny({ AWS: own }, 'sts:AssumeRole')],
      ['service ec2.amazonaws.com: yes closed'],
    ],
    [
      'a service beside a Deny of everyone',
      [ec2({}), deny({ AWS: '*' }, 'sts:AssumeRole')],
      ['service ec2.amazonaws.com: no closed'],
    ],
    [
      'a SAML provider of an audience',
      [bySaml({ StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } })],
      [`login ${saml}: yes closed, saml:aud https://signin.aws.amazon.com/saml`],
    ],
    [
      'a SAML provider beside a Deny of it',
      [bySaml({}), deny({ Federated: saml }, 'sts:AssumeRoleWithSAML')],
      [`login ${saml}: no closed`],
    ],
    [
      'a SAML provider beside a Deny of another one',
      [bySaml({}), deny({ Federated: `${saml}-2` }, 'sts:AssumeRoleWithSAML')],
      [`login ${saml}: yes closed`],
    ],
    [
      'a SAML provider beside a Deny of every provider',
      [bySaml({}), deny({ Federated: '*' }, 'sts:AssumeRoleWithSAML')],
      [`login ${saml}: maybe closed`],
    ],
    [
      'a SAML provider beside a Deny of a service',
      [bySaml({}), deny({ Service: 'ec2.amazonaws.com' }, 'sts:AssumeRoleWithSAML')],
      [`login ${saml}: yes closed`],
    ],
    [
      'a SAML provider beside a Deny of everyone',
      [bySaml({}), deny({ AWS: '*' }, 'sts:AssumeRoleWithSAML')],
      [`login ${saml}: no closed`],
    ],
    [
      'a SAML provider of another account',
      [allow({ Federated: saml.replace(own, '999999999999') }, {}, 'sts:AssumeRoleWithSAML')],
      [`login ${saml.replace(own, '999999999999')}: maybe may-be`],
    ],
    [
      'an account beside a Deny of a canonical user and of a service',
      [allow({ AWS: own }), deny({ CanonicalUser: 'x', Service: 'ec2.amazonaws.com' }, 'sts:AssumeRole')],
      [`account ${own}: yes closed`],
    ],
    [
      'logins beside a Deny of a service and a canonical user',
      [
        login('idp.example', { StringEquals: { 'idp.example:sub': 'me' } }),
        deny({ Service: 'ec2.amazonaws.com', CanonicalUser: 'x' }, 'sts:AssumeRoleWithWebIdentity'),
      ],
      [`login ${providerOf('idp.example')}: yes closed, idp.example:sub me`],
    ],
    [
      'logins beside a Deny of everyone',
      [login('idp.example', {}), deny({ AWS: '*' }, 'sts:AssumeRoleWithWebIdentity')],
      [`login ${providerOf('idp.example')}: no closed`],
    ],
    [
      'logins of Cognito by a pool, and by the user',
      [
        login('cognito-identity.amazonaws.com', {
          StringEquals: { 'cognito-identity.amazonaws.com:aud': pool },
          'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': 'authenticated' },
        }),
        login('cognito-identity.amazonaws.com', { StringEquals: { 'cognito-identity.amazonaws.com:sub': pool } }),
        login('cognito-identity.amazonaws.com', { StringEquals: { 'cognito-identity.amazonaws.com:team': 'x' } }),
      ],
      [
        `login ${providerOf('cognito-identity.amazonaws.com')}: yes closed, cognito-identity.amazonaws.com:aud ${pool}, cognito-identity.amazonaws.com:amr authenticated`,
        `login ${providerOf('cognito-identity.amazonaws.com')}: yes closed, cognito-identity.amazonaws.com:sub ${pool}`,
        `login ${providerOf('cognito-identity.amazonaws.com')}: maybe may-be`,
      ],
    ],
  ])('%s', (_of, statements, wanted) => {
    expect(everyone(...statements)).toEqual(wanted);
  });
});
