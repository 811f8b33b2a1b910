import { describe, expect, test } from '@jest/globals';
import type { PodIdentityAssociation } from '../../../lib/model/cluster.ts';
import { complete } from '../../../lib/model/collected.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aRole, exampleAccountId, someFacts } from '../../support/example-world.ts';
import { verdicts } from '../../support/in-cluster-world.ts';
import { anAssociation, aPodIdentityRole } from './example-association.ts';

const targetRoleArn = `arn:aws:iam::${exampleAccountId}:role/ledger`;
const both = ['sts:AssumeRole', 'sts:TagSession'];
const first = anAssociation().roleArn ?? '';
/** As EKS makes them: of the partition, the region, the account and the association. */
const externalId = 'aws-cn/cn-north-1/222233334444/depot/a-9z8y7x6w5v4u3t2s1';
const other = 'aws-cn/cn-north-1/222233334444/depot/a-1s2t3u4v5w6x7y8z9';
const told = (statement: object, over: Partial<PodIdentityAssociation> = {}) => {
  const trustPolicy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
  const association = anAssociation({ targetRoleArn, ...over });
  return verdicts(
    'pod-identity-target-not-trusting',
    someFacts({
      clusters: complete([aReadCluster({}, { podIdentity: complete([association]) })]),
      roles: complete([aPodIdentityRole(), aRole({ name: 'ledger', arn: targetRoleArn, trustPolicy })]),
    }),
  );
};

describe('the target role of an association', () => {
  test.each<readonly [string, object, Partial<PodIdentityAssociation>, readonly string[]]>([
    ['that names the first role with both actions', { Principal: { AWS: first }, Action: both }, {}, []],
    ['that names its account', { Principal: { AWS: `arn:aws:iam::${exampleAccountId}:root` }, Action: both }, {}, []],
    ['that names the account by its number', { Principal: { AWS: exampleAccountId }, Action: 'sts:*' }, {}, []],
    ['that names everyone', { Principal: { AWS: '*' }, Action: both }, {}, []],
    ['without tags', { Principal: { AWS: first }, Action: 'sts:AssumeRole' }, {}, ['high noTags']],
    [
      'without tags, which are off',
      { Principal: { AWS: first }, Action: 'sts:AssumeRole' },
      { sessionTags: false },
      [],
    ],
    ['that names another role', { Principal: { AWS: `${first}-x` }, Action: both }, {}, ['high silent']],
    ['that names the service', { Principal: { Service: 'pods.eks.amazonaws.com' }, Action: both }, {}, ['high silent']],
    ['that names a unique id', { Principal: { AWS: 'AROA0123456789ABCDEF' }, Action: both }, {}, ['unknown ambiguous']],
    ...(
      [
        ['for the external ID of the association', { StringEquals: { 'sts:ExternalId': externalId } }, []],
        ['for that of an earlier association', { StringEquals: { 'sts:ExternalId': other } }, ['high otherExternalId']],
        ['for one of several', { StringEquals: { 'STS:externalid': [other, externalId] } }, []],
        ['for a pattern', { StringLike: { 'sts:ExternalId': 'aws-cn/cn-north-1/*' } }, []],
        ['for a pattern of another region', { StringLike: { 'sts:ExternalId': 'aws/*' } }, ['high otherExternalId']],
        ['for any but it', { StringNotEquals: { 'sts:ExternalId': externalId } }, ['high otherExternalId']],
        ['for none', { Null: { 'sts:ExternalId': 'true' } }, ['high otherExternalId']],
        ['for what is not documented', { StringEqual: { 'sts:ExternalId': other } }, []],
        ['for an organization too', { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }, []],
      ] as const
    ).map(
      ([title, Condition, expected]) =>
        [title, { Principal: { AWS: first }, Action: both, Condition }, { externalId }, expected] as const,
    ),
    [
      'for another external ID, where that of the association is not known',
      { Principal: { AWS: first }, Action: both, Condition: { StringEquals: { 'sts:ExternalId': other } } },
      {},
      [],
    ],
    [
      'of another account',
      { Principal: { AWS: first }, Action: both },
      { targetRoleArn: 'arn:aws:iam::444455556666:role/ledger' },
      ['unknown not-asked-for'],
    ],
  ])('%s', (_title, statement, over, expected) => expect(told(statement, over)).toEqual(expected));
});

test('tags of sessions are on where an association does not say that they are off', () => {
  const { sessionTags: _on, ...association } = anAssociation({ targetRoleArn });
  const Statement = [{ Effect: 'Allow', Principal: { AWS: first }, Action: 'sts:AssumeRole' }];
  const facts = someFacts({
    clusters: complete([aReadCluster({}, { podIdentity: complete([association]) })]),
    roles: complete([
      aPodIdentityRole(),
      aRole({ name: 'ledger', arn: targetRoleArn, trustPolicy: JSON.stringify({ Statement }) }),
    ]),
  });
  expect(verdicts('pod-identity-target-not-trusting', facts)).toEqual(['high noTags']);
});

describe('a target of another account', () => {
  const elsewhere = 'arn:aws:iam::444455556666:role/ledger';
  const judged = (rule: string, over: object) => {
    const facts = someFacts({
      clusters: complete([aReadCluster({}, { podIdentity: complete([anAssociation({ targetRoleArn: elsewhere })]) })]),
      roles: complete([aPodIdentityRole()]),
    });
    return verdicts(rule, { ...facts, fleet: { ...facts.fleet, ...over } });
  };
  const read = { accounts: [{ accountId: '444455556666', rolesRead: true, providersRead: true }] };
  const trusting = (Action: string | readonly string[]) => ({
    ...read,
    targets: [
      {
        arn: elsewhere,
        trustPolicy: JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { AWS: first }, Action }] }),
      },
    ],
  });

  test.each<readonly [string, string, object, readonly string[]]>([
    ['trusts it', 'pod-identity-target-not-trusting', trusting(both), []],
    ['refuses its tags', 'pod-identity-target-not-trusting', trusting('sts:AssumeRole'), ['high noTags']],
    ['is missing', 'pod-identity-role-missing', { ...read, targets: [] }, ['high target']],
    ['is not there to be judged', 'pod-identity-target-not-trusting', { ...read, targets: [] }, []],
    ['was not looked for', 'pod-identity-role-missing', read, ['unknown not-asked-for']],
    [
      'is in an account whose roles were not read',
      'pod-identity-role-missing',
      { accounts: [{ accountId: '444455556666', rolesRead: false, providersRead: true }], targets: [] },
      ['unknown not-asked-for'],
    ],
    ['is in an account that is not audited', 'pod-identity-role-missing', { targets: [] }, ['unknown not-asked-for']],
  ])('that %s (%s)', (_, rule, over, wanted) => expect(judged(rule, over)).toEqual(wanted));
});

test('a Deny of every other external ID refuses an association with another one, and no other', () => {
  const trustPolicy = (wanted: string) =>
    JSON.stringify({
      Statement: [
        { Effect: 'Allow', Principal: { AWS: first }, Action: both },
        {
          ...{ Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' },
          Condition: { StringNotEquals: { 'sts:ExternalId': wanted } },
        },
      ],
    });
  const of = (wanted: string) =>
    verdicts(
      'pod-identity-target-not-trusting',
      someFacts({
        clusters: complete([
          aReadCluster({}, { podIdentity: complete([anAssociation({ targetRoleArn, externalId })]) }),
        ]),
        roles: complete([
          aPodIdentityRole(),
          aRole({ name: 'ledger', arn: targetRoleArn, trustPolicy: trustPolicy(wanted) }),
        ]),
      }),
    );
  expect([of(externalId), of(other)]).toEqual([[], ['high otherExternalId']]);
});
