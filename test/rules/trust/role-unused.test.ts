import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import { aRole } from '../../support/example-world.ts';
import { findingsIn, judge, policy, said, statement, worldOf } from './judge.ts';

describe('every slip has a message of its own', () => {
  const told = (facts: Facts, ruleId: string) => findingsIn(facts).find(finding => finding.ruleId === ruleId);

  test('a role that was never used, and one whose age is not known', () => {
    const detail = complete({ attachedPolicyArns: [], isAdministrator: false, tags: {} });
    const old = { trustPolicy: policy(statement()), detail };
    const roles = (createdAt: string) => complete([aRole({ ...old, createdAt })]);
    const of = (createdAt: string) => told(worldOf('', { roles: roles(createdAt) }), 'role-unused')?.messageId;
    expect(of('2026-06-01T00:00:00.000Z')).toBe('never');
    expect(of('2024-06-01T00:00:00.000Z')).toBe('untracked');
    expect(judge(worldOf('', { roles: roles('2026-10-30T00:00:00.000Z') }))).toEqual([]);
    expect(judge(worldOf('', { roles: roles('nonsense') }))).toEqual([]);
  });

  test.each([
    ['2026-08-03T06:00:00.001Z', undefined],
    ['2026-08-03T06:00:00.000Z', 'not-lately'],
  ])('a role that was last used at %s, of ninety days', (lastUsedAt, messageId) => {
    const detail = complete({ attachedPolicyArns: [], isAdministrator: false, tags: {}, lastUsedAt });
    const roles = complete([aRole({ trustPolicy: policy(statement()), detail })]);
    expect(told(worldOf('', { roles }), 'role-unused')?.messageId).toBe(messageId);
  });
});

describe('what a rule says in rare cases', () => {
  test.each<[string, string, () => Facts, readonly string[]]>([
    [
      'role-unused',
      'a role of which IAM told no creation',
      () => {
        const { createdAt: _unknown, ...role } = aRole({
          detail: complete({ attachedPolicyArns: [], isAdministrator: false, tags: {} }),
        });
        return worldOf('', { roles: complete([role]) });
      },
      ['unknown unread: when role checkout-cart was created'],
    ],
  ])('%s: %s', (ruleId, _, facts, expected) => expect(said(ruleId, facts())).toEqual(expected));
});
