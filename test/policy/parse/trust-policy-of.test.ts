import { expect, test } from '@jest/globals';
import { subjectsOfAccount } from '../../../lib/facts/subjects-of.ts';
import { complete } from '../../../lib/model/collected.ts';
import { trustPolicyOf } from '../../../lib/policy.ts';
import { aRole, someFacts } from '../../support/example-world.ts';

test('a trust policy is parsed once and travels with its role', () => {
  const role = aRole();
  const facts = someFacts({ roles: complete([role]) });
  const parsed = trustPolicyOf(role);
  const { role: roles, statement: statements } = subjectsOfAccount(facts);
  expect(roles.map(({ policy }) => policy)).toEqual([parsed]);
  expect(roles[0]?.policy).toBe(parsed);
  expect(statements[0]?.policy).toBe(parsed);
  expect(trustPolicyOf({ ...role })).not.toBe(parsed);
});
