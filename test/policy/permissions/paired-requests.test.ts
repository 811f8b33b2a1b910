/** Each form of a policy beside each form of another, of a session and of a request: all decisions, and what resources they tell apart. */
import { expect, test } from '@jest/globals';
import type { RequestTarget, Session } from '../../../lib/policy/permissions/session-keys.ts';
import { policyBudget } from '../../../lib/policy/who/budget.ts';
import {
  compilePolicies,
  decideRequest,
  mayConcernShape,
  type Requester,
  resourcesApart,
  someResources,
  withoutIdle,
} from '../../../lib/policy.ts';
import { pairwise } from '../../support/pairwise.ts';
import { whole } from '../../support/whole/whole.ts';
import { countsOf, wordsIn } from '../../support/whole/words-in.ts';

type Json = Readonly<Record<string, unknown>>;

const accountId = '111122223333';
const roleArn = `arn:aws:iam::${accountId}:role/app`;
const now = '2026-11-01T06:00:00Z';

const actions: Readonly<Record<string, Json>> = {
  'one action': { Action: 's3:GetObject' },
  'a pattern of actions': { Action: ['s3:Get*', 'iam:*'] },
  'all actions': { Action: '*' },
  'all actions, written twice': { Action: '*:*' },
  'all but some': { NotAction: ['iam:*', 's3:Put*'] },
  'all but these': { NotAction: 's3:*' },
  'a pattern of services': { Action: 's?:GetObject' },
  'no action': { Action: [] },
};
const resources: Readonly<Record<string, Json>> = {
  everything: { Resource: '*' },
  'a bucket': { Resource: ['arn:aws:s3:::own/*', 'arn:aws:iam::*:role/app'] },
  'other buckets': { NotResource: 'arn:aws:s3:::own/*' },
  'a variable': { Resource: `arn:aws:s3:::own/\${aws:PrincipalTag/team}/*` },
  'a part of an ARN': { Resource: 'arn:aws:iam' },
  'a text that is no ARN': { Resource: 'own/*' },
  'both kinds': { Resource: '*', NotResource: 'arn:aws:s3:::other/*' },
};
const conditions: Readonly<Record<string, Json>> = {
  'no condition': {},
  'its tag': { StringEquals: { 'aws:PrincipalTag/team': 'shop' } },
  'another tag': { StringNotEquals: { 'aws:PrincipalTag/team': ['shop', 'web'] } },
  'the tag of a resource': { StringEquals: { 'aws:ResourceTag/team': `\${aws:PrincipalTag/team}` } },
  'an address': { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
  'a date that is over': { DateLessThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } },
  'its ARN': { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/ap?' } },
  'its account': { StringNotEqualsIfExists: { 'aws:PrincipalAccount': accountId } },
  'without MFA': { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
  'a key of the service': { StringLike: { 's3:prefix': 'own/*', 'iam:PassedToService': 'ec2.*' } },
  'a region': { StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'us-east-1'] } },
  'no tag': { Null: { 'aws:PrincipalTag/team': 'true' } },
};

interface Parts {
  readonly action: keyof typeof actions;
  readonly resource: keyof typeof resources;
  readonly condition: keyof typeof conditions;
  readonly beside: keyof typeof besides;
  readonly layer: keyof typeof layers;
  readonly version: string;
  readonly session: keyof typeof sessions;
  readonly request: keyof typeof requests;
}

const whatever = { Effect: 'Allow', Action: '*', Resource: '*' };
const besides: Readonly<Record<string, readonly Json[]>> = {
  alone: [],
  'a Deny of it': [{ ...whatever, Effect: 'Deny', Action: 's3:GetObject' }],
  'a Deny of others': [{ Effect: 'Deny', NotAction: 's3:*', Resource: '*' }],
  'a Deny of other resources': [{ Effect: 'Deny', Action: '*', NotResource: 'arn:aws:s3:::own/*' }],
  'a Deny of other objects': [{ Effect: 'Deny', Action: 's3:*', NotResource: 'arn:aws:s3:::own/*' }],
  'a Deny without MFA': [
    { ...whatever, Effect: 'Deny', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } },
  ],
  'a Deny by address': [{ ...whatever, Effect: 'Deny', Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.1' } } }],
  'a Deny by its tag': [
    { ...whatever, Effect: 'Deny', Condition: { StringNotEquals: { 'aws:PrincipalTag/team': 'shop' } } },
  ],
  'an effect that there is not': [{ ...whatever, Effect: 'deny' }],
  'another Allow': [{ ...whatever, Sid: 'Other', Condition: { StringEquals: { 'aws:ResourceTag/team': 'web' } } }],
};
const layers: Readonly<Record<string, readonly (readonly Json[])[]>> = {
  'no layer': [],
  'a layer for all': [[whatever]],
  'a layer for S3': [[{ ...whatever, Action: 's3:*' }], [{ ...whatever, NotAction: 'iam:*' }]],
  'a layer with a Deny': [[whatever, { Effect: 'Deny', Action: 's3:GetObject', Resource: 'arn:aws:s3:::own/a*' }]],
  'a layer of nothing': [[]],
};
const sessions: Readonly<Record<string, Partial<Session>>> = {
  'a session': {},
  'with a tag': { tags: { team: 'shop' } },
  'with two tags': { tags: { team: 'shop', Team: 'web' }, partition: 'aws-cn' },
  'with tags of pods': { tags: { team: 'web' }, hasPodTags: true },
  'that sets its tag': { ownTags: new Map([['team', { set: true, unset: false }]]) },
  'that takes its tag away': { tags: { team: 'shop' }, ownTags: new Map([['team', { set: false, unset: true }]]) },
};
const requests: Readonly<Record<string, RequestTarget & { readonly resource: string }>> = {
  'an object': { action: 's3:GetObject', resource: 'arn:aws:s3:::own/key' },
  'an object of a team': { action: 'S3:getobject', resource: 'arn:aws:s3:::own/shop/key', tags: { Team: 'shop' } },
  'another bucket': { action: 's3:GetObject', resource: 'arn:aws:s3:::other/key', tags: {} },
  itself: { action: 'iam:PassRole', resource: roleArn, isSelf: true, keys: new Map() },
  'an action without resources': {
    action: 'iam:ListRoles',
    resource: '*',
    lacks: name => name.startsWith('aws:resource'),
  },
};

const shapes = [
  'arn:${Partition}:s3:::${BucketName}/${ObjectName}',
  'arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}',
  'arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}',
  'arn:${Partition}:eks:${Region}:${Account}:access-entry/shop/${IamIdentityType}/${IamIdentityAccountID}/${IamIdentityName}/${UUID}',
];

const askingOf = (of: Parts): Requester => {
  const document = (statements: readonly Json[]) => JSON.stringify({ Version: of.version, Statement: statements });
  const own = {
    Effect: 'Allow',
    ...actions[of.action],
    ...resources[of.resource],
    Condition: conditions[of.condition],
  };
  const { permissions } = compilePolicies(
    [[own, ...(besides[of.beside] ?? [])], ...(layers[of.layer] ?? [])].map((list, at) => [
      { name: `p-${at}`, document: document(list) },
    ]),
  );
  const session = { roleArn, accountId, partition: 'aws', tags: {}, hasPodTags: false, ...sessions[of.session] };
  return { permissions: withoutIdle(permissions, { session, now }), session, now, budget: policyBudget() };
};

test('decisions', () => {
  const cases = pairwise({
    condition: Object.keys(conditions),
    beside: Object.keys(besides),
    action: Object.keys(actions),
    resource: Object.keys(resources),
    session: Object.keys(sessions),
    layer: Object.keys(layers),
    request: Object.keys(requests),
    version: ['2012-10-17', '2008-10-17'],
  }) as unknown as readonly Parts[];
  expect(cases.length).toBeGreaterThan(100);
  for (const of of cases) {
    const asking = askingOf(of);
    const answers = Object.entries(requests).map(([name, request]) => {
      const { verdict, by, because } = decideRequest(request, { ...asking, budget: policyBudget() });
      return `${name}: ${verdict}${by === undefined ? '' : ` by ${by.label}`}${because === undefined ? '' : `, ${because}`}`;
    });
    const apart = shapes.map(shape => [
      resourcesApart(shape, ['s3:GetObject', 'iam:PassRole'], { ...asking, budget: policyBudget() }),
      someResources(shape, ['iam:PassRole'], asking),
      mayConcernShape(shape, 'iam:PassRole', asking),
    ]);
    whole(Object.values(of).join(', '), [...answers, countsOf(wordsIn(apart, 'apart'))]);
  }
});
