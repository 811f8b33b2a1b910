import { describe, expect, test } from '@jest/globals';
import { keyFact } from '../../../lib/policy/decide/request-keys.ts';
import { environmentOf, environmentOfAll, type WebIdentityRequest } from '../../../lib/policy.ts';
import { aRequest, aud, otherSub, P, provider, S, sub } from '../../support/trust-cases.ts';

const factOf = (key: string, over: Partial<WebIdentityRequest> = {}) =>
  keyFact(key, environmentOf(aRequest(over), { version: '2012-10-17', problems: [] }));

/** docs/facts.md §A.6: which keys an AssumeRoleWithWebIdentity request of an EKS token carries. */
describe('keys with a value that is known', () => {
  test.each([
    [sub, `${S}prod:app`, 'the token’s subject'],
    [sub.toUpperCase(), `${S}prod:app`, 'the token’s subject'],
    [aud, 'sts.amazonaws.com', 'the token’s audience'],
    ['aws:ResourceAccount', '111122223333', 'the role’s account'],
    ['AWS:RESOURCEACCOUNT', '111122223333', 'the role’s account'],
    ['aws:SecureTransport', 'true', 'the request carries it'],
    ['aws:ViaAWSService', 'false', 'the request carries it'],
  ])('%s', (key, value, because) => {
    expect(factOf(key)).toEqual({ present: 'yes', value, because });
  });

  test('the provider is documented as its ARN; another form may come', () => {
    expect(factOf('aws:FederatedProvider')).toEqual({
      present: 'yes',
      value: provider,
      otherForms: true,
      doubt: 'undocumented',
      because: 'documented as the provider’s ARN',
    });
  });

  test('of all subjects at once the subject is open', () => {
    expect(keyFact(sub, environmentOfAll(aRequest()))).toEqual({
      present: 'yes',
      isSubject: true,
      because: 'the token’s subject',
    });
  });
});

describe('keys with a value that cannot be known from here', () => {
  test.each([
    ['sts:RoleSessionName', 'request-dependent', 'the pod’s SDK chooses the session name'],
    ['sts:RoleAuthorizedByIdp', 'undocumented', 'its value for service account tokens is not documented'],
    ['aws:RequestedRegion', 'request-dependent', 'it is the region of the STS endpoint that the pod’s SDK calls'],
    ['aws:CurrentTime', 'unread', 'it is the time of the request'],
    ['aws:UserAgent', 'request-dependent', 'the pod’s SDK chooses the user agent'],
  ])('%s: %s', (key, doubt, because) => {
    expect(factOf(key)).toEqual({ present: 'yes', doubt, because });
  });
});

test.each([
  ['aws:CurrentTime', {}],
  ['aws:EpochTime', { isEpoch: true }],
])('%s is the instant of the request, where one was handed in', (key, more) => {
  const fact = { present: 'yes', because: 'it is the time of the request', ...more };
  expect(factOf(key)).toEqual({ ...fact, doubt: 'unread' });
  expect(factOf(key, { now: 'yesterday' })).toEqual({ ...fact, doubt: 'unread' });
  const known = { ...fact, doubt: 'undocumented', instant: 1_793_512_800_000 };
  expect(factOf(key, { now: '2026-11-01T06:00:00.000Z' })).toEqual(known);
});

const network = 'it depends on where the pod’s request comes from';
const organization = 'it depends on the organization of the role’s account';
const webIdentity = 'its value for web identity is not documented';

describe('keys of which it is not known whether they are there', () => {
  test.each([
    ['aws:SourceIp', 'request-dependent', network],
    ['aws:SourceVpc', 'request-dependent', network],
    ['aws:SourceVpce', 'request-dependent', network],
    ['aws:SourceVpcArn', 'request-dependent', network],
    ['aws:VpcSourceIp', 'request-dependent', network],
    ['aws:ResourceOrgID', 'unread', organization],
    ['aws:ResourceOrgPaths', 'unread', organization],
    ['aws:PrincipalType', 'undocumented', webIdentity],
    ['aws:userid', 'undocumented', webIdentity],
    ['aws:NewKey', 'undocumented', 'whether aws:NewKey is set for this request is not documented'],
    ['sts:NewKey', 'undocumented', 'whether sts:NewKey is set is not documented'],
    ['iam:NewKey', 'undocumented', 'whether iam:NewKey is set for this request is not documented'],
  ])('%s: %s', (key, doubt, because) => {
    expect(factOf(key)).toMatchObject({ present: 'unknown', doubt, because });
  });

  test('the audience of :oaud is known, whether it is there is not', () => {
    expect(factOf(`${P}:oaud`)).toEqual({
      present: 'unknown',
      value: 'sts.amazonaws.com',
      doubt: 'undocumented',
      because: 'whether an EKS token’s request carries :oaud is not documented',
    });
  });
});

const noSigner = 'no AWS principal signs this request: the key is absent';
const noInstance = 'only requests with the credentials of an EC2 instance role have the key: it is absent';
const noTags = 'a service account’s token carries no session tags and no source identity: the key is absent';

describe('keys that are absent', () => {
  test.each([
    [`${P}:amr`, 'a service account’s token carries no :amr'],
    [`${P}:email`, 'a service account’s token carries no :email'],
    [`${P}:`, 'a service account’s token carries no :'],
    [otherSub, `the token is of issuer ${P}: it has no key of ${otherSub.slice(0, -':sub'.length)}`],
    [`https://${sub}`, 'a condition key never begins with a scheme: the token has no such key'],
    [`HTTP://${sub}`, 'a condition key never begins with a scheme: the token has no such key'],
    [`${provider}:sub`, 'a condition key is never an ARN: the token has no such key'],
    ['sub', 'the request has no such key'],
    ['accounts.google.com', 'the request has no such key'],
    ['accounts.google.com:sub', `the token is of issuer ${P}: it has no key of accounts.google.com`],
    ['ec2:Region', 'the request has no such key'],
    [':sub', 'the request has no such key'],
    ['', 'the request has no such key'],
    ['sts:SourceIdentity', noTags],
    ['sts:TransitiveTagKeys', noTags],
    ['sts:ExternalId', 'AssumeRoleWithWebIdentity has no external id: the key is absent'],
    ['aws:TagKeys', noTags],
    ['aws:RequestTag/team', noTags],
    ['aws:PrincipalTag/team', noSigner],
    ['aws:TokenIssueTime', noSigner],
    ['aws:PrincipalAccount', noSigner],
    ['aws:ChatbotSourceArn', 'only requests of a chat application have the key: it is absent'],
    ['aws:MultiFactorAuthAge', noSigner],
    ['aws:MultiFactorAuthPresent', noSigner],
    ['aws:PrincipalArn', noSigner],
    ['aws:PrincipalOrgID', noSigner],
    ['aws:PrincipalOrgPaths', noSigner],
    ['aws:username', noSigner],
    ['aws:SourceAccount', noSigner],
    ['aws:SourceArn', noSigner],
    ['aws:SourceOrgID', noSigner],
    ['aws:SourceOrgPaths', noSigner],
    ['aws:PrincipalIsAWSService', noSigner],
    ['aws:Ec2InstanceSourceVpc', noInstance],
    ['aws:Ec2InstanceSourcePrivateIPv4', noInstance],
    ['aws:AssumedRoot', 'only sessions of sts:AssumeRoot have the key: it is absent'],
    ['aws:SourceIdentity', noSigner],
    ['aws:CalledVia', noSigner],
    ['aws:CalledViaFirst', noSigner],
    ['aws:CalledViaLast', noSigner],
    ['aws:PrincipalServiceName', noSigner],
    ['aws:PrincipalServiceNamesList', noSigner],
  ])('%s', (key, because) => {
    expect(factOf(key)).toEqual({ present: 'no', because });
  });
});

describe('tags of the role', () => {
  const roleTags = { Team: 'shop', team2: 'bank', Twin: 'a', twin: 'b' };
  const prefixes = ['aws:ResourceTag/', 'AWS:RESOURCETAG/', 'iam:ResourceTag/', 'IAM:resourcetag/'];

  test.each(prefixes)('%s', prefix => {
    expect(factOf(`${prefix}Team`, { roleTags })).toEqual({ present: 'yes', value: 'shop', because: 'the role’s tag' });
    expect(factOf(`${prefix}TEAM2`, { roleTags })).toMatchObject({ value: 'bank' });
    expect(factOf(`${prefix}other`, { roleTags })).toEqual({ present: 'no', because: 'the role has no such tag' });
    expect(factOf(`${prefix}TWIN`, { roleTags })).toEqual({
      present: 'unknown',
      doubt: 'undocumented',
      because: 'two tags of the role differ only in case',
    });
    expect(factOf(`${prefix}Team`)).toEqual({
      present: 'unknown',
      doubt: 'unread',
      because: 'the role’s tags are not known here',
    });
    expect(factOf(`${prefix}constructor`, { roleTags: {} })).toMatchObject({ present: 'no' });
  });
});

describe('the environment', () => {
  test.each([
    ['arn:aws:iam::111122223333:role/app', `arn:aws:iam::111122223333:oidc-provider/${P}`, '111122223333'],
    ['arn:aws-cn:iam::111122223333:role/path/app', `arn:aws-cn:iam::111122223333:oidc-provider/${P}`, '111122223333'],
    ['no ARN', `arn:aws:iam:::oidc-provider/${P}`, ''],
  ])('the provider of a role %s is %s', (roleArn, expected, accountId) => {
    expect(environmentOf(aRequest({ roleArn }))).toMatchObject({ provider: expected, accountId });
  });

  test('variables are active in the new version only; keys are folded, the host is not', () => {
    const request = aRequest({ issuer: 'https://Host.example/id/AbC' });
    const of = (version?: string) =>
      environmentOf(request, version === undefined ? undefined : { version, problems: [] });
    expect([of('2012-10-17'), of('2008-10-17'), of()].map(({ variables }) => variables)).toEqual([true, false, false]);
    expect(of()).toMatchObject({ host: 'Host.example/id/AbC', keyPrefix: 'host.example/id/abc:' });
    expect(environmentOfAll(aRequest()).subject).toBeUndefined();
    expect(environmentOf(aRequest()).subject).toBe(`${S}prod:app`);
  });
});
