import { expect, test } from '@jest/globals';
import { complete, notAskedFor, unavailable, withGaps } from '../../lib/model/collected.ts';
import type { AccountSnapshot } from '../../lib/model/snapshot.ts';
import { levelOf } from '../../lib/reach/level-of.ts';
import { aRole, aSnapshot } from '../support/example-world.ts';

const { arn } = aRole();
const nothing = { roles: {}, policies: {}, levels: {} };
const denied = { kind: 'denied', operation: 'iam:GetAccountAuthorizationDetails', message: 'AccessDenied' } as const;

test.each<[string, AccountSnapshot['rolePermissions'], string, boolean]>([
  ['permissions that were not asked for', undefined, 'they were not asked for', false],
  [
    'permissions that are off',
    notAskedFor('iam:GetAccountAuthorizationDetails'),
    'iam:GetAccountAuthorizationDetails',
    false,
  ],
  ['permissions that were denied', unavailable(denied), 'iam:GetAccountAuthorizationDetails: AccessDenied', true],
  [
    'a list that broke off',
    withGaps(nothing, [{ what: 'permissions of roles', reason: denied }]),
    'permissions of roles: AccessDenied',
    true,
  ],
  ['a role that is not in the list', complete(nothing), 'IAM did not list the role', true],
])('%s leave the level unknown', (_of, rolePermissions, because, isAsked) => {
  const { rolePermissions: _, ...without } = aSnapshot();
  const snapshot = { ...without, ...(rolePermissions === undefined ? {} : { rolePermissions }) };
  expect(levelOf(snapshot, arn)).toEqual({ level: 'unknown', because: expect.stringContaining(because), isAsked });
});

test('the level of a role that was read', () => {
  const rolePermissions = complete({ ...nothing, levels: { [arn]: { level: 'little' as const } } });
  expect(levelOf({ ...aSnapshot(), rolePermissions }, arn)).toEqual({ level: 'little' });
});
