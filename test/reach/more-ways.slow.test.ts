/** Ways beside those of the catalogue, and inputs that are unusual. */
import { expect, test } from '@jest/globals';
import {
  administratorAccess,
  byPods,
  everything,
  wholeLevelOfApp as levelOfApp,
  policyArn,
  policyOf,
  roleArn,
  type SmallAccount,
  type SmallRole,
  type StatementText,
} from './reach-world.ts';

const bound = policyArn('bound');
const own = policyArn('own');
const newRole = 'arn:aws:iam::111122223333:role/new-*';
const newUser = 'arn:aws:iam::111122223333:user/new-*';
const harmless = policyOf({ Action: 's3:GetObject', Resource: '*' });
const isBounded = { StringEquals: { 'iam:PermissionsBoundary': bound } };

const outcome = (
  statements: readonly StatementText[],
  app: Partial<SmallRole> = {},
  more: Partial<SmallAccount> = {},
) => {
  const { level, mayBe, ...rest } = levelOfApp({
    roles: [{ name: 'app', trusts: byPods, inline: [policyOf(...statements)], ...app }, ...(more.roles ?? [])],
    policies: { [own]: harmless, ...more.policies },
    ...(more.controls === undefined ? {} : { controls: more.controls }),
  });
  const way = 'way' in rest ? ` ${rest.way.way}` : '';
  return mayBe === undefined
    ? `${level}${way}`
    : `${level}${way}, may be ${mayBe.level} ${mayBe.way?.way ?? ''}`.trim();
};

const all = { Action: '*', Resource: '*' };
const bounded = (...actions: readonly string[]) =>
  outcome(
    [all],
    { boundary: bound },
    { policies: { [bound]: policyOf({ Action: ['s3:GetObject', ...actions], Resource: '*' }) } },
  );

test.each([
  ['nothing of its own', [], 'reads-data'],
  ['its deletion', ['iam:DeleteRolePermissionsBoundary'], 'can-become-administrator boundary-delete'],
  ['another one', ['iam:PutRolePermissionsBoundary'], 'can-become-administrator boundary-replace'],
  ['another version of it', ['iam:CreatePolicyVersion'], 'can-become-administrator boundary-version'],
  ['all of IAM', ['iam:*'], 'can-become-administrator boundary-delete'],
])('a boundary that leaves an administrator %s', (_of, actions, wanted) => {
  expect(bounded(...actions)).toBe(wanted);
});

test('a boundary whose removal gives nothing', () => {
  const removes = { Action: ['iam:DeleteRolePermissionsBoundary', 's3:GetObject'], Resource: '*' };
  expect(outcome([removes], { boundary: bound }, { policies: { [bound]: everything } })).toBe('changes-data');
});

test('a boundary of AWS has no version that the account makes', () => {
  const boundary = 'arn:aws:iam::aws:policy/Bound';
  const text = policyOf({ Action: ['s3:GetObject', 'iam:CreatePolicyVersion'], Resource: '*' });
  expect(outcome([all], { boundary }, { policies: { [boundary]: text } })).toBe('changes-data');
});

test('a boundary that may be replaced by one policy alone is open', () => {
  const replaces = {
    Action: 'iam:PutRolePermissionsBoundary',
    Resource: '*',
    Condition: { StringEquals: { 'iam:PermissionsBoundary': bound } },
  };
  const text = policyOf({ Action: 's3:GetObject', Resource: '*' }, replaces);
  expect(outcome([all], { boundary: bound }, { policies: { [bound]: text } })).toBe(
    'changes-data, may be can-become-administrator boundary-replace',
  );
});

test.each<[string, readonly StatementText[], string]>([
  ['attached', [{ Action: ['iam:CreateRole', 'iam:AttachRolePolicy'], Resource: newRole }], 'new-role-attach'],
  ['inline', [{ Action: ['iam:CreateRole', 'iam:PutRolePolicy'], Resource: newRole }], 'new-role-put'],
  [
    'of a user',
    [{ Action: ['iam:CreateUser', 'iam:AttachUserPolicy', 'iam:CreateAccessKey'], Resource: newUser }],
    'new-user-attach',
  ],
])('a new principal with a policy of its choice: %s', (_of, statements, way) => {
  expect(outcome(statements)).toBe(`can-become-administrator ${way}`);
  const denied = { Effect: 'Deny', Action: ['iam:*Role', 'iam:CreateUser'], Resource: '*' };
  expect(outcome([...statements, denied])).not.toContain('can-become-administrator new');
  const controls = [[everything, policyOf({ Effect: 'Deny', Action: 'iam:*', Resource: '*' })]];
  expect(outcome(statements, {}, { controls })).toBe('little');
});

test('a new role of another name than the one that gets the policy is none', () => {
  const create = { Action: 'iam:CreateRole', Resource: newRole };
  const attach = { Action: 'iam:AttachRolePolicy', Resource: 'arn:aws:iam::111122223333:role/other-*' };
  expect(outcome([create, attach])).toBe('changes-data');
});

test('a new role that must have a boundary is open', () => {
  const statements = [
    { Action: 'iam:CreateRole', Resource: newRole, Condition: isBounded },
    { Action: 'iam:AttachRolePolicy', Resource: newRole },
  ];
  expect(outcome(statements)).toBe('changes-data, may be can-become-administrator new-role-attach');
});

test('another version of its own policy may allow more', () => {
  const statement = { Action: 'iam:SetDefaultPolicyVersion', Resource: own };
  expect(outcome([statement], { attached: [own] })).toBe(
    'changes-data, may be can-become-administrator default-version',
  );
  expect(outcome([statement])).toBe('changes-data');
});

test('an association of EKS Pod Identity may give it a role that trusts pods', () => {
  const roles = [{ name: 'admin', trusts: { Service: 'pods.eks.amazonaws.com' }, attached: [administratorAccess] }];
  const associate = { Action: ['eks:CreatePodIdentityAssociation', 'iam:PassRole'], Resource: '*' };
  expect(outcome([associate], {}, { roles })).toBe(
    'changes-data, may be can-become-administrator pod-identity-associate',
  );
  const toAnother = { ...associate, Resource: [roleArn('other'), 'arn:aws:eks:eu-west-1:111122223333:cluster/a'] };
  expect(outcome([toAnother], {}, { roles })).toBe('changes-data');
});

test('a pattern of actions without a documented meaning is open', () => {
  expect(outcome([{ Action: '**', Resource: '*' }])).toBe('little, may be can-become-administrator iam-005');
});

test('a key of KMS for a service alone is not the pod’s own', () => {
  const Condition = { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } };
  expect(outcome([{ Action: 'kms:Decrypt', Resource: '*', Condition }])).toBe('little, may be reads-secrets');
  expect(outcome([{ Action: 'kms:Decrypt', Resource: '*' }])).toBe('reads-secrets');
});

test.each<[string, Partial<SmallRole>, readonly string[], string]>([
  ['everyone, passed to a service', { trusts: { AWS: '*' } }, ['lambda:*', 'iam:PassRole'], 'may be'],
  [
    'everyone but some, passed to a service',
    { trusts: { AWS: 'arn:aws:iam::444455556666:root' }, isNotPrincipal: true },
    ['lambda:*', 'iam:PassRole'],
    'may be',
  ],
  ['everyone, assumed', { trusts: { AWS: '*' } }, ['sts:AssumeRole'], 'is'],
  [
    'everyone but some, assumed',
    { trusts: { AWS: 'arn:aws:iam::444455556666:root' }, isNotPrincipal: true },
    ['sts:AssumeRole'],
    'may be',
  ],
  [
    'everyone of an organization, passed to a service',
    { trusts: { AWS: '*' }, condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } },
    ['lambda:*', 'iam:PassRole'],
    'is not',
  ],
])('an administrator that trusts %s', (_of, admin, Action, wanted) => {
  const roles = [{ name: 'admin', trusts: {}, attached: [administratorAccess], ...admin }];
  const found = outcome([{ Action, Resource: '*' }], {}, { roles });
  const [certain = '', open = ''] = found.split(', may be ');
  const isIt = /^can-become-administrator/;
  expect(isIt.test(certain) ? 'is' : isIt.test(open) ? 'may be' : 'is not').toBe(wanted);
});

test.each<[string, Readonly<Record<string, unknown>>, string]>([
  ['BoolIfExists', { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }, 'little'],
  ['StringNotEquals', { StringNotEquals: { 'aws:PrincipalTag/team': 'a' } }, 'little'],
  ['StringEquals', { StringEquals: { 'aws:PrincipalTag/team': 'a' } }, 'administrator'],
])('a denial of everything by %s is decided by the session', (_of, Condition, wanted) => {
  expect(outcome([all, { Effect: 'Deny', Action: '*', Resource: '*', Condition }])).toBe(wanted);
});
