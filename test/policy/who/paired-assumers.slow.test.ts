/** Each form of a principal beside each form of a condition, of a zone of trust and of a provider: who may assume the role. */
import { expect, test } from '@jest/globals';
import {
  everyoneIn,
  nameOfAssumer,
  parsePolicy,
  type StrangersContext,
  strangersIn,
  zoneOf,
} from '../../../lib/policy.ts';
import { beside, line, tell } from '../../support/paired-lines.ts';
import { countsOf, wordsIn } from '../../support/whole/words-in.ts';

const own = '111122223333';
const other = '444455556666';
const roleArn = `arn:aws:iam::${own}:role/app`;
const cluster = 'oidc.eks.eu-west-1.amazonaws.com/id/A';
const github = 'token.actions.githubusercontent.com';
const cognito = 'cognito-identity.amazonaws.com';
const provider = (host: string, account = own): object => ({
  Federated: `arn:aws:iam::${account}:oidc-provider/${host}`,
});
const saml = (account: string): object => ({ Federated: `arn:aws:iam::${account}:saml-provider/corp` });

const parts = {
  principal: {
    everyone: '*',
    'every account': { AWS: '*' },
    'its account': { AWS: own },
    'another account': { AWS: other },
    'the root of another account': { AWS: `arn:aws:iam::${other}:root` },
    'a role of another account': { AWS: `arn:aws:iam::${other}:role/ci` },
    'a pattern of roles': { AWS: `arn:aws:iam::${other}:role/*` },
    'a pattern of accounts': { AWS: 'arn:aws:iam::*:role/ci' },
    'a short account': { AWS: '1234' },
    'a session of another account': { AWS: `arn:aws:sts::${other}:assumed-role/ci/x` },
    'a service': { Service: 'ec2.amazonaws.com' },
    'Pod Identity': { Service: 'pods.eks.amazonaws.com' },
    'a canonical user': { CanonicalUser: '79a59df900b949e55d96a1e698fbaced' },
    'an odd kind': { Users: 'x' },
    'a cluster': provider(cluster),
    GitHub: provider(github),
    'GitHub of another account': provider(github, other),
    'a login of its own': provider('login.example/a'),
    Cognito: { Federated: cognito },
    'a SAML provider': saml(own),
    'a SAML provider elsewhere': saml(other),
    'any provider': { Federated: '*' },
    'two kinds': { AWS: [own, other], ...provider(github) },
    'all but one': undefined,
  },
  condition: {
    none: {},
    'its organization': { StringEquals: { 'aws:PrincipalOrgID': 'o-ours123456' } },
    'another organization': { StringEquals: { 'aws:PrincipalOrgID': ['o-theirs1234'] } },
    'a pattern of organizations': { StringLike: { 'aws:PrincipalOrgID': 'o-*' } },
    'a path of its organization': { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-ours123456/r-ab12/*' } },
    'its account': { StringEquals: { 'aws:PrincipalAccount': own } },
    'another account': { StringLike: { 'aws:PrincipalArn': `arn:aws:iam::${other}:*` } },
    'not its account': { StringNotEquals: { 'aws:PrincipalAccount': own } },
    'one role': { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${other}:role/ci` } },
    'a tag that equals another': { StringEquals: { 'aws:PrincipalTag/team': `\${aws:PrincipalTag/project}` } },
    'a tag twice': { StringLike: { 'aws:PrincipalArn': `*/\${aws:PrincipalTag/a}-\${aws:PrincipalTag/a}` } },
    'an external id': { StringEquals: { 'sts:ExternalId': 'x' } },
    MFA: { Bool: { 'aws:MultiFactorAuthPresent': 'true' }, NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' } },
    'an address': { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
    'a wide address': { IpAddress: { 'aws:SourceIp': '54.0.0.0/7' } },
    'a session that is new': { DateGreaterThan: { 'aws:TokenIssueTime': '2026-11-01T00:00:00Z' } },
    'a caller for a service': {
      StringEquals: { 'aws:SourceAccount': own },
      ArnLike: { 'aws:SourceArn': `arn:aws:eks:*:${own}:cluster/*` },
    },
    'a cluster and a namespace': {
      StringEquals: { 'aws:RequestTag/kubernetes-namespace': 'prod', 'aws:RequestTag/eks-cluster-name': 'shop' },
    },
    'one repository': {
      StringEquals: { [`${github}:sub`]: 'repo:ours/app:ref:refs/heads/main' },
      StringLike: { [`${github}:aud`]: 'sts.amazonaws.com' },
    },
    'repositories of one owner': { StringLike: { [`${github}:sub`]: 'repo:ours/*' } },
    'repositories of a name': { StringLike: { [`${github}:sub`]: 'repo:*/app:*' } },
    'one pool, signed in': {
      StringEquals: { [`${cognito}:aud`]: 'eu-west-1:00000000-0000-0000-0000-000000000000' },
      'ForAnyValue:StringLike': { [`${cognito}:amr`]: 'authenticated' },
    },
    'guests of one pool': {
      StringEquals: { [`${cognito}:aud`]: 'eu-west-1:00000000-0000-0000-0000-000000000000' },
      'ForAnyValue:StringLike': { [`${cognito}:amr`]: 'unauthenticated' },
    },
    'a SAML audience': { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
    'a claim of its own': { StringEquals: { 'login.example/a:groups': 'ops', 'login.example/a:aud': 'app' } },
    'an odd key': { StringEquals: { 'aws:Odd': 'x' } },
    'the user’s name': { StringLike: { 'aws:userid': ['AROAEXAMPLEEXAMPLEEX:*', other] } },
  },
  action: {
    all: 'sts:*',
    AssumeRole: 'sts:AssumeRole',
    'with tags': ['sts:AssumeRole', 'sts:TagSession'],
    'web identity': 'sts:AssumeRoleWithWebIdentity',
    SAML: ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
  },
  other: {
    nothing: [],
    'a Deny of other organizations': [
      {
        Effect: 'Deny',
        Principal: '*',
        Action: '*',
        Condition: { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-ours123456' } },
      },
    ],
    'a Deny by address': [
      { Effect: 'Deny', Principal: '*', Action: '*', Condition: { NotIpAddress: { 'aws:SourceIp': '192.0.2.1' } } },
    ],
    'a Deny of one role': [
      { Effect: 'Deny', Principal: { AWS: `arn:aws:iam::${other}:role/ci` }, Action: 'sts:AssumeRole' },
    ],
    'tags for Pod Identity': [
      { Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: 'sts:TagSession' },
    ],
  },
  zone: {
    'its account': zoneOf([own]),
    'both accounts': zoneOf([own, other]),
    'its organization': zoneOf([own], { organizations: new Set(['o-ours123456']) }),
    'an organization that was not read': zoneOf([own], {
      organizationUnread: 'organizations:DescribeOrganization: 403',
    }),
    'a principal': zoneOf([own], { principals: new Set([`arn:aws:iam::${other}:role/ci`]) }),
    owners: zoneOf([own], { owners: new Set(['ours']) }),
    'no owners': zoneOf([own], { owners: new Set() }),
  },
  audiences: {
    none: [],
    sts: ['sts.amazonaws.com'],
    its: ['app', 'sts.amazonaws.com'],
    absent: 'absent',
    unread: undefined,
  },
  version: { new: '2012-10-17', old: '2008-10-17' },
  role: { plain: {}, tagged: { roleTags: { team: 'shop' }, now: '2026-11-01T06:00:00Z' } },
} as const;

test('assumers', () => {
  const lines = beside(parts).map(
    ([title, { principal, condition, action, other: more, zone, audiences, version, role }]) => {
      const named = principal === undefined ? { NotPrincipal: { AWS: own } } : { Principal: principal };
      const statements = [{ Effect: 'Allow', ...named, Action: action, Condition: condition }, ...more];
      const parsed = parsePolicy(JSON.stringify({ Version: version, Statement: statements }));
      if (!parsed.ok) throw new Error(parsed.problem.message);
      const audiencesOf = () => audiences;
      const context: StrangersContext = {
        roleArn,
        ...role,
        zone,
        isCluster: issuer => issuer === cluster,
        audiencesOf,
      };
      const assumers = everyoneIn(parsed.policy, context).map(({ statement, stranger, ...one }) => ({
        ...{ ...one, statement: statement.index, name: nameOfAssumer(one), verdict: stranger?.verdict ?? 'closed' },
      }));
      const strangers = strangersIn(parsed.policy, context).map(({ statement, ...one }) => ({
        ...one,
        statement: statement.index,
      }));
      return line(title, [
        ...assumers.map(({ name, can, verdict }) => `${name}: ${can} ${verdict}`),
        ...strangers.map(({ isAnyone, witness }) => `${isAnyone ? 'anyone' : 'somebody'}: ${witness.slice(0, 40)}`),
        countsOf(wordsIn([assumers, strangers])),
      ]);
    },
  );
  expect(lines.length).toBeGreaterThan(500);
  tell('assumers', lines);
});
