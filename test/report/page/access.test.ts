import { describe, expect, test } from '@jest/globals';
import { whoOf } from '../../../lib/report/graph/who-of.ts';
import type { PageAccessRow } from '../../../lib/report/html/page-data.ts';
import { type AccessFilter, accessCsv, matchesAccess, nowOf } from '../../../lib/report/page/access.ts';

const row = (over: Partial<PageAccessRow>): PageAccessRow => ({
  ...{ cluster: 'shop', role: 'cart', accountId: '111122223333', decision: 'allow' },
  roleArn: 'arn:aws:iam::111122223333:role/team/cart',
  ...over,
});
const rows = {
  one: row({ namespace: 'orders', serviceAccount: 'refund', state: 'annotated' }),
  pattern: row({ pattern: 'system:serviceaccount:orders:*', members: 3, level: 'administrator' }),
  except: row({ pattern: 'system:serviceaccount:*:*', except: ['system:serviceaccount:orders:*'], members: 0 }),
  all: row({ pattern: '*', cluster: 'store', decision: 'unknown', because: 'its provider was not read' }),
  account: row({
    cluster: '',
    principal: 'AWS principal 999999999999',
    outside: 'open',
    witness: 'account 999999999999',
  }),
};
const found = (filter: Partial<AccessFilter>): readonly string[] =>
  Object.entries(rows)
    .filter(([, one]) => matchesAccess(one, { text: '', cluster: '', patterns: false, level: '', ...filter }))
    .map(([name]) => name);

test.each<readonly [string, Partial<AccessFilter>, readonly (keyof typeof rows)[]]>([
  ['nothing', {}, ['one', 'pattern', 'except', 'all', 'account']],
  ['a cluster: principals of no cluster too', { cluster: 'store' }, ['all', 'account']],
  ['patterns only', { patterns: true }, ['pattern', 'except', 'all', 'account']],
  ['a part of a role', { text: 'TEAM/cart' }, ['one', 'pattern', 'except', 'all', 'account']],
  ['what is not known', { text: 'unknown store' }, ['all']],
  [
    'a service account: by name, and by the patterns that it matches',
    { text: 'orders/refund' },
    ['one', 'pattern', 'all'],
  ],
  ['a service account that only patterns match', { text: 'books/keeper' }, ['except', 'all']],
  ['a namespace: by name, and by the patterns that match some of it', { text: 'orders/' }, ['one', 'pattern', 'all']],
  ['a namespace and a level', { text: 'orders/', level: 'administrator' }, ['pattern']],
  ['a word that occurs nowhere', { text: 'orders/refund/more' }, []],
])('asked for %s, the table shows it', (_, filter, names) => expect(found(filter)).toEqual(names));

describe('words of a row', () => {
  test.each([
    [rows.one, 'orders/refund', 'annotated'],
    [row({ namespace: 'a', serviceAccount: 'b', state: 'present' }), 'a/b', 'not annotated'],
    [row({ namespace: 'a', serviceAccount: 'b', state: 'absent' }), 'a/b', 'does not exist'],
    [row({ namespace: 'a', serviceAccount: 'b' }), 'a/b', 'not read'],
    [rows.pattern, 'system:serviceaccount:orders:*', '3 match'],
    [rows.except, 'system:serviceaccount:*:*, but not system:serviceaccount:orders:*', '0 match'],
    [rows.all, 'every service account', 'not read'],
    [rows.account, 'AWS principal 999999999999', 'open'],
    [row({ principal: 'AWS service x' }), 'AWS service x', 'closed'],
    [row({ principal: 'Logins of x', outside: 'may-be' }), 'Logins of x', 'not proven closed'],
    [row({ namespace: 'a', serviceAccount: 'b', byPodIdentity: true }), 'a/b', 'Pod Identity'],
  ])('are plain', (one, who, now) => expect([whoOf(one), nowOf(one)]).toEqual([who, now]));
});

test('the CSV has a line for each row, and no cell that a spreadsheet runs', () => {
  const lines = accessCsv([rows.one, rows.all, row({ pattern: '=cmd()', members: 1 })]).split('\r\n');
  expect(lines[0]).toBe(
    'cluster,namespace,serviceAccount,pattern,except,principal,role,roleArn,accountId,decision,because,now,witness,level',
  );
  expect(lines[1]).toBe(
    'shop,orders,refund,,,,cart,arn:aws:iam::111122223333:role/team/cart,111122223333,allow,,annotated,,',
  );
  expect(lines[2]).toContain('unknown,its provider was not read,not read');
  expect(lines[3]).toContain("'=cmd()");
  expect(lines).toHaveLength(5);
});
