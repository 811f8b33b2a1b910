/** Forms of a statement for principals other than pods: who is named, and which conditions hold them back. */
import type { AuditSettings, Facts } from '../../../lib/facts/facts.ts';
import { indexOf } from '../../../lib/facts/fleet-index.ts';
import type { Role } from '../../../lib/model/account.ts';
import { complete, unavailable, withGaps } from '../../../lib/model/collected.ts';
import type { AccountSnapshot, FleetIndex } from '../../../lib/model/snapshot.ts';
import { aProvider, aRole, exampleIssuer, someFacts } from '../example-world.ts';
import { aGap, denied } from '../in-cluster-world.ts';
import { type Forms, formsOf } from './paired-worlds.ts';

type Json = Readonly<Record<string, unknown>>;

interface Parts {
  readonly principal?: Json;
  readonly values?: Values;
  readonly test?: readonly [key: string, operator: string];
  readonly beside?: readonly Json[];
  readonly other?: readonly Role[];
  readonly settings?: Partial<AuditSettings>;
  readonly account?: Partial<AccountSnapshot>;
  readonly fleet?: (fleet: FleetIndex) => FleetIndex;
}

/** The values of a test, by the name of the key in lower case; of any other key the last. */
type Values = Readonly<Record<string, unknown>>;

const forms = formsOf<Parts>();
const issuer = (host: string): Json => ({ Federated: `arn:aws:iam::111122223333:oidc-provider/${host}` });
const github = 'token.actions.githubusercontent.com';
const assume = { Action: 'sts:AssumeRole' };
const web = { Action: 'sts:AssumeRoleWithWebIdentity' };
const via = 'arn:aws:iam::111122223333:role/via';
const theirs = 'arn:aws:iam::444455556666:role/deploy';
const ours = 'arn:aws:iam::777788889999:role/ci';

const keys = [
  'aws:PrincipalArn',
  'aws:PrincipalAccount',
  'aws:PrincipalOrgID',
  'aws:PrincipalType',
  'aws:userid',
  'aws:SourceIp',
  'aws:CurrentTime',
  'aws:MultiFactorAuthPresent',
  'aws:PrincipalTag/team',
  'aws:PrincipalIsAWSService',
  'sts:ExternalId',
  'sts:RoleSessionName',
  `${github}:sub`,
  `${github}:aud`,
  `${github}:repository_owner`,
  'gitlab.com:sub',
  'app.terraform.io:sub',
  'accounts.google.com:aud',
  'accounts.google.com:email',
  'cognito-identity.amazonaws.com:aud',
  `${exampleIssuer.slice('https://'.length)}:sub`,
];
const operators = [
  'StringEquals',
  'StringLike',
  'StringNotEquals',
  'StringNotLike',
  'StringEqualsIgnoreCase',
  'StringEqualsIfExists',
  'StringNotEqualsIfExists',
  'ForAnyValue:StringLike',
  'ForAllValues:StringEquals',
  'ForAnyValue:StringNotLike',
  'ArnLike',
  'ArnNotEquals',
  'Bool',
  'BoolIfExists',
  'Null',
  'IpAddress',
  'NotIpAddress',
  'DateGreaterThan',
  'DateLessThanEquals',
  'NumericLessThan',
  'BinaryEquals',
];

/** Each key with each operator once in a row of its own would be many: each key has three, and each operator as many keys. */
const tests = keys.flatMap((key, at) =>
  [0, 5, 11].map(step => [key, operators[(at + step) % operators.length] ?? 'StringEquals'] as const),
);

const trust = (name: string, ...statements: readonly Json[]): Role =>
  aRole({
    name,
    arn: `arn:aws:iam::111122223333:role/${name}`,
    trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  });
const pods = JSON.parse(aRole().trustPolicy).Statement[0] as Json;
const allowing = (over: Json): Json => ({ Effect: 'Allow', ...assume, ...over });

/** The forms of each part. */
export const strangerForms: Forms<Parts> = {
  test: { 'no test': {}, ...forms('test', Object.fromEntries(tests.map(test => [test.join(' '), test]))) },
  principal: forms('principal', {
    everyone: { Principal: '*', Action: '*' },
    'every account': { Principal: { AWS: '*' }, ...assume },
    'an account by its id': { Principal: { AWS: '444455556666' }, ...assume },
    'its own account': { Principal: { AWS: 'arn:aws:iam::111122223333:root' }, ...assume },
    'a role of another account': { Principal: { AWS: theirs }, ...assume },
    'a role that pods have': { Principal: { AWS: [via, 'arn:aws:iam::111122223333:user/kim'] }, ...assume },
    'a session': { Principal: { AWS: 'arn:aws:sts::444455556666:assumed-role/deploy/x' }, Action: 'sts:*' },
    'a principal that is gone': { Principal: { AWS: ['AROAEXAMPLEID', 'AIDAEXAMPLEID'] }, ...assume },
    'all but a role': { NotPrincipal: { AWS: theirs }, ...assume },
    'a canonical user': { Principal: { CanonicalUser: 'a'.repeat(64) }, ...assume },
    GitHub: { Principal: issuer(github), ...web },
    GitLab: { Principal: issuer('gitlab.com'), ...web },
    'Terraform Cloud': { Principal: issuer('app.terraform.io'), ...web },
    Google: { Principal: { Federated: 'accounts.google.com' }, ...web },
    Cognito: { Principal: { Federated: 'cognito-identity.amazonaws.com' }, ...web },
    'an issuer that nobody knows': { Principal: issuer('login.example'), ...web },
    SAML: {
      Principal: { Federated: 'arn:aws:iam::111122223333:saml-provider/okta' },
      Action: 'sts:AssumeRoleWithSAML',
    },
    'any provider': { Principal: { Federated: '*' }, ...web },
    services: { Principal: { Service: ['ec2.amazonaws.com', 'lambda.amazonaws.com'] }, ...assume },
    'pods and a role': { Principal: { ...issuer(exampleIssuer.slice('https://'.length)), AWS: ours }, Action: 'sts:*' },
  }),
  values: forms('values', {
    'values of a trusted one': {
      'aws:principalarn': [ours, 'arn:aws:iam::111122223333:role/*'],
      'aws:principalaccount': '777788889999',
      'aws:principalorgid': 'o-shop',
      'aws:sourceip': '192.0.2.0/24',
      'aws:currenttime': '2026-01-01T00:00:00Z',
      other: ['true', 'repo:shop/cart:ref:refs/heads/main', 'shop', 'project_path:shop/cart:*', '111122223333'],
    },
    'values of a stranger': {
      'aws:principalarn': theirs,
      'aws:principalaccount': ['444455556666', '111122223333'],
      'aws:principalorgid': 'o-other',
      'aws:sourceip': ['0.0.0.0/0', 'fd00::/8'],
      'aws:currenttime': '2027-01-01T00:00:00Z',
      other: ['false', 'repo:stranger/x:ref:refs/heads/main', 'stranger', 'organization:stranger:project:p:*'],
    },
    patterns: {
      'aws:principalarn': 'arn:aws:iam::*:role/deploy*',
      'aws:principalaccount': '4444*',
      'aws:principalorgid': 'o-*',
      'aws:sourceip': '10.0.0.7',
      'aws:currenttime': '2026-11-01',
      other: ['repo:*', 'repo:shop/*', '*@shop.example', 'organization:*', 'AROA*:x'],
    },
    everything: { other: '*' },
    nothing: { other: [] },
    'a variable': { other: `\${aws:PrincipalTag/team}-*` },
    'odd values': { other: [7, true, ''], 'aws:sourceip': 'x', 'aws:currenttime': 'soon' },
  }),
  beside: forms('beside', {
    alone: [],
    'beside pods': [pods],
    'a Deny of others': [
      {
        Effect: 'Deny',
        Principal: '*',
        Action: '*',
        Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-shop' } },
      },
      pods,
    ],
    'a Deny of an account': [{ Effect: 'Deny', Principal: { AWS: '444455556666' }, Action: 'sts:AssumeRole' }, pods],
    'a Deny of all but a role': [{ Effect: 'Deny', NotPrincipal: { AWS: [theirs, via] }, Action: 'sts:*' }, pods],
    'a Deny by address': [
      { Effect: 'Deny', Principal: '*', Action: '*', Condition: { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } },
      pods,
    ],
    'Pod Identity': [
      allowing({ Principal: { Service: 'pods.eks.amazonaws.com' }, Action: ['sts:AssumeRole', 'sts:TagSession'] }),
    ],
  }),
  other: forms('other', {
    'no other role': [],
    'a role for everyone that it trusts': [trust('via', pods, allowing({ Principal: { AWS: '*' } }))],
    'a role for GitHub that it trusts': [
      trust(
        'via',
        pods,
        allowing({ Principal: issuer(github), ...web, Condition: { StringLike: { [`${github}:sub`]: '*' } } }),
      ),
    ],
    'a role for everyone by address that it trusts': [
      trust(
        'via',
        pods,
        allowing({ Principal: { AWS: '*' }, Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } }),
      ),
    ],
    'a role that is cut off': [aRole({ name: 'via', arn: via, trustPolicy: '{' })],
  }),
  settings: forms('settings', {
    'nobody is trusted': {},
    'an account and an owner are': {
      trusted: { organizations: [], accounts: ['777788889999'], principals: [theirs], issuers: [], owners: ['shop'] },
    },
    'an organization is': {
      trusted: { organizations: ['o-shop'], accounts: [], principals: [], issuers: [], owners: ['other'] },
      allRoles: true,
    },
    'all roles': { allRoles: true },
  }),
  account: forms('account', {
    'its providers': {
      providers: complete([
        aProvider(),
        aProvider({ issuer: `https://${github}`, audiences: ['sts.amazonaws.com', 'vault'] }),
        aProvider({ issuer: 'https://gitlab.com', audiences: ['https://gitlab.com'] }),
        aProvider({ issuer: 'https://app.terraform.io', audiences: ['aws.workload.identity'] }),
        aProvider({ issuer: 'https://login.example' }),
      ]),
    },
    'no other provider': {},
    'providers refused': { providers: unavailable(denied) },
    'providers in part': { providers: withGaps([aProvider()], [aGap('iam:ListOpenIDConnectProviders')]) },
    'control policies': {
      controlPolicies: complete([
        {
          id: 'p-1',
          name: 'perimeter',
          attachedTo: 'r-1',
          document: JSON.stringify({
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Deny',
                Principal: '*',
                Action: 'sts:*',
                Resource: '*',
                Condition: { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-shop' } },
              },
            ],
          }),
        },
      ]),
    },
  }),
  fleet: forms('fleet', {
    'its account alone': fleet => fleet,
    'its organization': fleet => ({
      ...fleet,
      organization: complete({ id: 'o-shop', accounts: ['111122223333', '777788889999'] }),
    }),
    'an organization that was not read': fleet => ({ ...fleet, organization: unavailable(denied) }),
    'a cluster of another account': fleet => ({
      ...fleet,
      clusters: fleet.clusters.map(one => ({ ...one, accountId: '444455556666' })),
    }),
    'another account': fleet => ({
      ...fleet,
      accounts: [...fleet.accounts, { accountId: '444455556666', rolesRead: true, providersRead: false }],
      callers: [{ arn: theirs, trustPolicy: aRole().trustPolicy }],
    }),
  }),
};

const conditionOf = ({ test, values }: Parts): Json => {
  if (test === undefined) return {};
  const [key, operator] = test;
  return { Condition: { [operator]: { [key]: values?.[key.toLowerCase()] ?? values?.other } } };
};

/** A world of these forms. */
export const strangerWorld = (of: Parts): Facts => {
  const first = { ...allowing({}), ...of.principal, ...conditionOf(of) };
  const facts = someFacts({
    roles: complete([trust('checkout-cart', first, ...(of.beside ?? [])), ...(of.other ?? [])]),
    settings: of.settings ?? {},
    ...of.account,
  });
  const fleet = indexOf([facts.snapshot], []);
  return { ...facts, fleet: of.fleet?.(fleet) ?? fleet };
};
