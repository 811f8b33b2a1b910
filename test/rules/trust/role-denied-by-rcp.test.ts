import { describe, expect, test } from '@jest/globals';
import { subjectsOfAccount } from '../../../lib/facts/subjects-of.ts';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import { ruleById } from '../../../lib/rules/catalog.ts';
import { roleDeniedByRcp } from '../../../lib/rules/trust/role-denied-by-rcp.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import {
  anIssuer,
  aProvider,
  aRole,
  aTrustPolicy,
  exampleAccountId,
  exampleIssuer,
  someFacts,
} from '../../support/example-world.ts';
import { type Reported, reportedBy, verdictOf } from '../../support/verdict-of.ts';

const host = exampleIssuer.slice('https://'.length);
const action = 'sts:AssumeRoleWithWebIdentity';
const deny = (over: object) => ({ Effect: 'Deny', Principal: '*', Action: action, Resource: '*', ...over });
const aPolicy = (statements: readonly object[], name = 'perimeter', version = '2012-10-17') => ({
  id: `p-${name}`,
  name,
  attachedTo: 'r-root',
  document: JSON.stringify({ Version: version, Statement: statements }),
});
const rcp = (...statements: readonly object[]) => complete([aPolicy(statements)]);
const under = (controlPolicies: ReturnType<typeof rcp>, over: Parameters<typeof someFacts>[0] = {}) =>
  reportedBy('role-denied-by-rcp', someFacts({ controlPolicies, ...over }));
const everybody: Reported = ['high', 'everybody', { policies: ['perimeter'], role: 'checkout-cart', issuer: host }];
const some = (...serviceAccounts: string[]): Reported => [
  'high',
  'some',
  { policies: ['perimeter'], role: 'checkout-cart', serviceAccounts },
];

describe('what one Deny statement does to web identity', () => {
  test.each<[string, object, readonly Reported[]]>([
    ['without a condition it denies everybody', {}, [everybody]],
    ['an action in another case counts', { Action: 'STS:assumerolewithwebidentity' }, [everybody]],
    ['a wildcard in the action counts', { Action: ['s3:*', 'sts:*'] }, [everybody]],
    ['another action does not', { Action: ['s3:*', 'sts:AssumeRole'] }, []],
    ['its role by name counts', { Resource: `arn:aws:iam::${exampleAccountId}:role/checkout-*` }, [everybody]],
    ['every account by a segment counts', { Resource: ['arn:aws:s3:::*', 'arn:aws:iam::*:role/*'] }, [everybody]],
    ['another role does not', { Resource: `arn:aws:iam::${exampleAccountId}:role/other` }, []],
    ['a resource in another case does not', { Resource: `arn:aws:iam::${exampleAccountId}:role/Checkout-cart` }, []],
    ['NotResource of this role leaves it out', { Resource: undefined, NotResource: '*:role/none' }, [everybody]],
    [
      'NotResource of another role does not',
      { Resource: undefined, NotResource: `arn:aws:iam::${exampleAccountId}:role/checkout-cart` },
      [],
    ],
    ['a wildcard over the colons of an ARN is open', { Resource: 'arn:*checkout-cart' }, [['unknown', 'undocumented']]],
    ['more colons than an ARN has match none', { Resource: 'a*:*:*:*:*:*:*' }, []],
    [
      'a variable in the resource is open',
      { Resource: `arn:aws:iam::*:role/\${aws:userid}` },
      [['unknown', 'undocumented']],
    ],
    ['no resource is open', { Resource: undefined }, [['unknown', 'undocumented']]],
    ['a resource that is a number is open', { Resource: 1 }, [['unknown', 'undocumented']]],
    ['two kinds of resources are open', { NotResource: 'arn:aws:iam::*:role/x' }, [['unknown', 'undocumented']]],
    ['an Allow denies nothing', { Effect: 'Allow' }, []],
    ['an effect that is neither is open', { Effect: 'deny' }, [['unknown', 'undocumented']]],
    [
      'a principal other than everyone is open',
      { Principal: { AWS: exampleAccountId } },
      [['unknown', 'undocumented']],
    ],
    ['the principal AWS of everyone is everyone', { Principal: { AWS: '*' } }, [everybody]],
    ['an element with no meaning is open', { NotAnElement: 1 }, [['unknown', 'undocumented']]],
    ['a Sid that IAM would refuse does not matter', { Sid: 'only our issuers' }, [everybody]],
    ['principals of the organization only', cond('StringNotEqualsIfExists', 'aws:PrincipalOrgID', 'o-1'), [everybody]],
    ['the organization as a plain test', cond('StringNotEquals', 'aws:PrincipalOrgID', 'o-1'), [everybody]],
    ['calls of AWS services are left alone', cond('Bool', 'aws:PrincipalIsAWSService', 'true'), []],
    ['our issuer is trusted', cond('Null', `${host}:sub`, 'true'), []],
    ['another issuer alone is trusted', cond('Null', 'token.actions.githubusercontent.com:sub', 'true'), [everybody]],
    ['a namespace is left out', cond('StringNotLike', `${host}:sub`, 'system:serviceaccount:checkout:*'), []],
    ['another namespace is left out', cond('StringNotLike', `${host}:sub`, 'system:serviceaccount:pay:*'), [everybody]],
    ['an audience is left out', cond('StringNotEquals', `${host}:aud`, 'sts.amazonaws.com'), []],
    ['tags that were not read', cond('StringNotEquals', 'aws:ResourceTag/a', 'b'), [['unknown', 'not-asked-for']]],
    ['the address of the pod', cond('NotIpAddress', 'aws:SourceIp', '52.0.0.0/8'), [['unknown', 'request-dependent']]],
    ['a date that has passed', cond('DateLessThan', 'aws:CurrentTime', '2020-01-01T00:00:00Z'), []],
    ['the account of the role', cond('StringEquals', 'aws:ResourceAccount', exampleAccountId), [everybody]],
  ])('%s', (_title, over, expected) => {
    expect(under(rcp(deny(over)))).toEqual(expected);
  });

  test('a tag that was read decides', () => {
    const byTag = rcp(deny(cond('StringNotEquals', 'aws:ResourceTag/team', 'pay')));
    const tagged = (team: string) => {
      const detail = complete({ attachedPolicyArns: [], isAdministrator: false, tags: { team } });
      return { roles: complete([aRole({ detail })]) };
    };
    expect(under(byTag, tagged('pay'))).toEqual([]);
    expect(under(byTag, tagged('web'))).toEqual([everybody]);
  });
});

function cond(operator: string, key: string, value: string) {
  return { Condition: { [operator]: { [key]: value } } };
}

describe('several policies, service accounts and issuers', () => {
  const two = { checkout: ['cart', 'web'] };
  const naming = aTrustPolicy({
    condition: {
      StringEquals: {
        [`${host}:aud`]: 'sts.amazonaws.com',
        [`${host}:sub`]: two.checkout.map(name => `system:serviceaccount:checkout:${name}`),
      },
    },
  });
  const open = aTrustPolicy({ condition: { StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com' } } });
  const notWeb = rcp(deny(cond('StringEquals', `${host}:sub`, 'system:serviceaccount:checkout:web')));
  const annotated = (name: string, audience?: string) =>
    aServiceAccount({
      namespace: 'checkout',
      name,
      annotations: {
        'eks.amazonaws.com/role-arn': aRole().arn,
        ...(audience === undefined ? {} : { 'eks.amazonaws.com/audience': audience }),
      },
    });
  const having = (...accounts: readonly ReturnType<typeof annotated>[]) => ({
    clusters: complete([aReadCluster({ serviceAccounts: complete(accounts) })]),
  });

  test('names the service account of two that is denied', () => {
    expect(under(notWeb, { roles: complete([aRole({ trustPolicy: naming })]) })).toEqual([some('checkout/web')]);
  });

  test('names a denied service account of a role for all, where it is annotated', () => {
    const roles = complete([aRole({ trustPolicy: open })]);
    expect(under(notWeb, { roles })).toEqual([]);
    expect(under(notWeb, { roles, ...having(annotated('cart')) })).toEqual([]);
    expect(under(notWeb, { roles, ...having(annotated('cart'), annotated('web')) })).toEqual([some('checkout/web')]);
  });

  test('does not know whether one has the role where service accounts were not read', () => {
    const roles = complete([aRole({ trustPolicy: open })]);
    const denied = unavailable<never>({ kind: 'denied', operation: 'list serviceaccounts', message: '403' });
    const clusters = complete([aReadCluster({ serviceAccounts: denied })]);
    expect(under(notWeb, { roles, clusters })).toEqual([['unknown', 'unread']]);
    const nothing = rcp(deny(cond('StringEquals', `${host}:aud`, 'other')));
    expect(under(nothing, { roles, clusters })).toEqual([]);
  });

  test('judges a service account by the audience of its own token', () => {
    const roles = complete([aRole({ trustPolicy: aTrustPolicy({ condition: {} }) })]);
    const providers = complete([aProvider({ audiences: ['sts.amazonaws.com', 'other'] })]);
    const notOther = rcp(deny(cond('StringEquals', `${host}:aud`, 'other')));
    expect(under(notOther, { roles, providers, ...having(annotated('web')) })).toEqual([]);
    expect(under(notOther, { roles, providers, ...having(annotated('web', 'other')) })).toEqual([some('checkout/web')]);
  });

  test('one of two audiences denied takes nothing away from a service account that is named exactly', () => {
    const condition = { StringEquals: { [`${host}:sub`]: 'system:serviceaccount:checkout:cart' } };
    const roles = complete([aRole({ trustPolicy: aTrustPolicy({ condition }) })]);
    const providers = complete([aProvider({ audiences: ['sts.amazonaws.com', 'other'] })]);
    const notOther = rcp(deny(cond('StringEquals', `${host}:aud`, 'other')));
    expect(under(notOther, { roles, providers })).toEqual([]);
    expect(under(notOther, { roles, providers: complete([aProvider({ audiences: ['other'] })]) })).toEqual([everybody]);
  });

  test('several denied service accounts are named in order, each with all policies that deny one of them', () => {
    const roles = complete([aRole({ trustPolicy: open })]);
    const bySubject = (name: string) =>
      deny(cond('StringEquals', `${host}:sub`, `system:serviceaccount:checkout:${name}`));
    const policies = complete([aPolicy([bySubject('web')], 'first'), aPolicy([bySubject('cart')], 'second')]);
    const [found] = under(policies, { roles, ...having(annotated('web'), annotated('cart'), annotated('free')) });
    expect(found).toEqual([
      'high',
      'some',
      { policies: ['first', 'second'], role: 'checkout-cart', serviceAccounts: ['checkout/cart', 'checkout/web'] },
    ]);
  });

  test('names only the policies that deny', () => {
    const policies = complete([
      aPolicy([deny({ Action: 's3:*' })], 'storage'),
      aPolicy([deny({})], 'perimeter'),
      aPolicy([deny(cond('Null', `${host}:sub`, 'true'))], 'issuers'),
    ]);
    expect(under(policies)).toEqual([everybody]);
  });

  test('two policies may deny together what neither denies alone', () => {
    const bySubject = (name: string) =>
      deny(cond('StringEquals', `${host}:sub`, `system:serviceaccount:checkout:${name}`));
    const policies = complete([aPolicy([bySubject('cart')], 'first'), aPolicy([bySubject('web')], 'second')]);
    const [found] = under(policies, { roles: complete([aRole({ trustPolicy: naming })]) });
    expect(found).toEqual([
      'high',
      'everybody',
      { policies: ['first', 'second'], role: 'checkout-cart', issuer: host },
    ]);
  });

  test('says nothing of a role that allows nobody anyway, and of one for machines', () => {
    const never = aTrustPolicy({ condition: { StringEquals: { 'other.example:sub': 'x' } } });
    expect(under(rcp(deny({})), { roles: complete([aRole({ trustPolicy: never })]) })).toEqual([]);
    const ec2 = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const trustPolicy = JSON.stringify({ Version: '2012-10-17', Statement: [ec2] });
    expect(under(rcp(deny({})), { roles: complete([aRole({ trustPolicy })]) })).toEqual([]);
  });

  test('tells the issuers of a role apart', () => {
    const other = 'https://oidc.eks.eu-west-1.amazonaws.com/id/0000000000000000000000000000000A';
    const statements = [exampleIssuer, other].flatMap(issuer => JSON.parse(aTrustPolicy({ issuer })).Statement);
    const trustPolicy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
    const said = under(rcp(deny(cond('Null', `${host}:sub`, 'true'))), {
      roles: complete([aRole({ trustPolicy })]),
      providers: complete([aProvider(), aProvider({ issuer: other })]),
      issuers: [anIssuer()],
    });
    expect(said).toEqual([
      ['high', 'everybody', { policies: ['perimeter'], role: 'checkout-cart', issuer: other.slice('https://'.length) }],
    ]);
  });
});

describe('what people read', () => {
  const verdict = (controlPolicies: ReturnType<typeof rcp>) => {
    const rule = ruleById('role-denied-by-rcp');
    if (rule === undefined) throw new Error('no rule');
    return verdictOf(rule, someFacts({ controlPolicies }));
  };

  test('the policy with where it is attached, the issuer, and that no change in the account helps', () => {
    const [finding] = verdict(rcp(deny({}))).findings;
    expect(finding).toMatchObject({
      issuer: exampleIssuer,
      podError: expect.stringContaining('explicit deny in a resource control policy'),
      fix: {
        summary: `Have the administrator of the organization change perimeter, so that it does not apply to tokens of ${host}.`,
        choice: expect.stringContaining('no change in this account helps'),
      },
    });
    expect(finding?.evidence).toMatchObject([
      {
        what: 'resource control policy',
        got: 'perimeter (p-perimeter), attached to r-root',
        readFrom: 'organizations:DescribePolicy',
      },
    ]);
  });

  test('what leaves a policy open is said with the name of that policy', () => {
    const policies = complete([
      aPolicy([deny({ Action: 's3:*' })], 'storage'),
      aPolicy([deny(cond('StringEquals', 'aws:ResourceTag/a', 'b'))], 'tags'),
    ]);
    expect(verdict(policies).said).toEqual([
      'unknown: resource control policy tags: StringEquals on aws:ResourceTag/a: the role’s tags are not known here',
    ]);
    const unreadable = complete([{ ...aPolicy([], 'odd'), document: '{' }]);
    expect(verdict(unreadable).said).toEqual(['unknown: the text of resource control policy odd is no policy']);
  });
});

describe('what was not read', () => {
  const reason = { kind: 'denied', operation: 'organizations:DescribePolicy', message: 'no' } as const;

  test('no policy that was read denies, and one was not read: unknown', () => {
    const partial = { status: 'partial', value: [], gaps: [{ what: 'p-1', reason }] } as const;
    expect(reportedBy('role-denied-by-rcp', someFacts({ controlPolicies: partial }))).toEqual([['unknown', 'unread']]);
  });

  test('a policy that denies is reported though another one was not read', () => {
    const value = [aPolicy([deny({})])];
    const partial = { status: 'partial', value, gaps: [{ what: 'p-1', reason }] } as const;
    expect(reportedBy('role-denied-by-rcp', someFacts({ controlPolicies: partial }))).toEqual([
      everybody,
      ['unknown', 'unread'],
    ]);
  });

  test('all policies unread: unknown; not asked for: unknown of that kind', () => {
    const unread = someFacts({ controlPolicies: unavailable(reason) });
    expect(reportedBy('role-denied-by-rcp', unread)).toEqual([['unknown', 'unread']]);
    expect(reportedBy('role-denied-by-rcp', someFacts())).toEqual([['unknown', 'not-asked-for']]);
  });

  test.each(['{', '[]', '{"Version":"2012-10-17"}'])('a text that is no policy is unknown: %s', document => {
    const policy = { id: 'p-1', name: 'odd', attachedTo: 'r-1', document };
    expect(under(complete([policy]))).toEqual([['unknown', 'undocumented']]);
  });

  test('a key that is used twice leaves the whole policy open', () => {
    const document = `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Effect":"Deny","Principal":"*","Action":"${action}","Resource":"*"}}`;
    expect(under(complete([{ ...aPolicy([]), document }]))).toEqual([['unknown', 'undocumented']]);
  });

  test('one statement that is no list is read', () => {
    const document = JSON.stringify({ Version: '2012-10-17', Statement: deny({}) });
    expect(under(complete([{ ...aPolicy([]), document }]))).toEqual([everybody]);
  });
});

describe('work', () => {
  const spentBy = (controlPolicies: ReturnType<typeof rcp>) => {
    const pattern = `system:serviceaccount:*${'a????????????x'.repeat(3)}*`;
    const trustPolicy = aTrustPolicy({ condition: { StringLike: { [`${host}:sub`]: [pattern, '*:cart'] } } });
    const facts = someFacts({ controlPolicies, roles: complete([aRole({ trustPolicy })]) });
    const [subject] = subjectsOfAccount(facts).role;
    if (subject === undefined) throw new Error('no role');
    const { left } = subject.hints;
    return { verdict: roleDeniedByRcp.check(subject, facts), spent: left - subject.hints.left };
  };

  test('is not done where no policy can deny web identity', () => {
    const harmless = rcp(deny({ Action: 's3:*' }), deny(cond('Null', `${host}:sub`, 'true')), { Effect: 'Allow' });
    expect(spentBy(harmless)).toEqual({ verdict: { outcome: 'pass' }, spent: 0 });
    expect(spentBy(complete([])).spent).toBe(0);
    expect(spentBy(rcp(deny({}))).spent).toBeGreaterThan(0);
  });
});
