import { describe, expect, test } from '@jest/globals';
import type { AccessRow, AccessTable, LevelRow } from '../../../lib/report/graph/access-row.ts';
import { type RoleQuestion, roleAnswer } from '../../../lib/report/graph/role-answer.ts';
import { roleLines } from '../../../lib/report/overview/role-lines.ts';

const role = (name: string): string => `arn:aws:iam::111122223333:role/${name}`;
const row = (name: string, over: Partial<AccessRow>): AccessRow => ({
  roleArn: role(name),
  decision: 'allow',
  ...over,
});
const level = (name: string, over: Partial<LevelRow>): LevelRow => ({
  roleArn: role(name),
  level: 'little',
  says: 'can do little',
  ...over,
});
const of = (namespace: string, serviceAccount: string) => ({ namespace, serviceAccount });

const access: AccessTable = {
  rows: [
    row('deploy', of('payments', 'deployer')),
    row('deploy', of('orders', 'deployer')),
    row('wide', { pattern: 'system:serviceaccount:*:app' }),
    row('else', { pattern: 'system:serviceaccount:orders-*:app' }),
    row('left-out', { pattern: '*', except: ['system:serviceaccount:payments:*'] }),
    row('maybe', { ...of('payments', 'batch'), decision: 'unknown', because: 'a tag' }),
    row('perhaps', of('payments', 'api')),
    row('dark', of('payments', 'api')),
    row('unlisted', of('payments', 'api')),
    row('service', { principal: 'ec2.amazonaws.com' }),
  ],
  missing: [],
  levels: [
    ...['deploy', 'wide', 'else', 'left-out', 'maybe', 'service', 'nodes'].map(name =>
      level(name, { level: 'administrator', says: 'is an administrator (All of p)' }),
    ),
    level('perhaps', { open: 'may be: administrator; a condition', openLevel: 'administrator' }),
    level('dark', { level: 'unknown', says: 'has unknown permissions (denied)' }),
  ],
};
const namesOf = (question: RoleQuestion) =>
  roleAnswer(access, question).roles.map(({ roleArn }) => roleArn.slice(roleArn.lastIndexOf('/') + 1));

test('administrators of a namespace: by name, by pattern, perhaps by trust or by level; not what only others have', () => {
  const question: RoleQuestion = { levels: ['administrator'], namespace: 'payments' };
  expect(namesOf(question)).toEqual(['deploy', 'wide', 'maybe', 'perhaps']);
  const { roles, unknown } = roleAnswer(access, question);
  expect(roles.map(({ who, maybe }) => [who, maybe])).toEqual([
    [['payments/deployer'], []],
    [['system:serviceaccount:*:app'], []],
    [[], ['payments/batch']],
    [['payments/api'], []],
  ]);
  // One whose level was not read, and one that the levels do not have.
  expect(unknown).toBe(2);
});

test('each part alone', () => {
  expect(namesOf({ levels: ['little'] })).toEqual(['perhaps']);
  expect(namesOf({ levels: ['administrator'] })).toContain('nodes');
  expect(namesOf({ levels: ['unknown'], namespace: 'payments' })).toEqual(['dark', 'unlisted']);
  expect(namesOf({ namespace: 'orders' })).toEqual(['deploy', 'wide', 'left-out']);
});

describe('the lines', () => {
  const style = { colour: false, width: 80, unicode: false } as unknown as Parameters<typeof roleLines>[1];
  const linesFor = (table: AccessTable, question: RoleQuestion) =>
    roleLines(roleAnswer(table, question), style).join('\n');

  test('name the question, the statement that shows the level, and who has the role', () => {
    const text = linesFor(access, { levels: ['administrator'], namespace: 'payments' });
    expect(text).toContain('4 roles that service accounts of namespace payments can assume, with level administrator');
    expect(text).toContain('  deploy is an administrator (All of p)\n    assumed by payments/deployer');
    expect(text).toContain('    perhaps by payments/batch');
    expect(text).toContain('The level of 2 other roles is not known: each may be one of them.');
  });

  test('without such a role say what was not read, and never that there is none', () => {
    const unread = { ...access, missing: ['not all roles of account 111122223333 were read'] };
    const text = linesFor(unread, { levels: ['reads-data'], namespace: 'payments' });
    expect(text).toContain('0 roles');
    expect(text).toContain('No such role was found, as far as it was read.');
    expect(text).toContain('Roles may be missing: not all roles of account 111122223333 were read.');
  });

  test('say that no cluster has the namespace: it may be mistyped', () => {
    const answer = { ...roleAnswer(access, { namespace: 'paymets' }), isNamespaceUnseen: true as const };
    expect(roleLines(answer, style).join('\n')).toContain('No audited cluster has a namespace paymets.');
  });

  test('nobody asked', () => expect(roleLines(undefined, style)).toEqual([]));
});
