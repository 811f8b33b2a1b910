import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../lib/model/finding.ts';
import { pageData } from '../../lib/report/html/page-data.ts';
import { aboutOf, shortener } from '../../lib/report/html/short-names.ts';
import { idsWithPrefix } from '../../lib/report/names.ts';
import { aFinding, aReport } from './sample-report.ts';

const id = 'A1'.repeat(16);
const issuer = `https://oidc.eks.eu-west-1.amazonaws.com/id/${id}`;
const provider = `arn:aws:iam::111122223333:oidc-provider/${issuer.slice(8)}`;
const shorten = shortener([{ name: 'shop', issuer }]);

test.each([
  ['the role arn:aws:iam::111122223333:role/store-orders: no', 'the role store-orders: no'],
  ['the role arn:aws:iam::111122223333:role/team/a/store.orders.', 'the role store.orders.'],
  ['the role arn:aws:iam::444455556666:role/lake', 'the role lake\u00a0of\u00a0444455556666'],
  ['in arn:aws-cn:eks:cn-north-1:111122223333:cluster/shop, too', 'in shop, too'],
  [`the provider ${provider} does not accept`, 'the provider A1A1…A1A1 (shop) does not accept'],
  [`tokens of ${issuer}: no`, 'tokens of A1A1…A1A1 (shop): no'],
  [`the key ${issuer.slice(8)}:sub`, 'the key A1A1…A1A1 (shop):sub'],
  [`${issuer.replace('west-1', 'west-2')} of no cluster`, 'A1A1…A1A1 of no cluster'],
  ['arn:aws:iam:::111122223333:role/too-many-colons', 'arn:aws:iam:::111122223333:role/too-many-colons'],
  ['names no ARN', 'names no ARN'],
])('"%s" is shown as "%s"', (text, short) => expect(shorten(text, '111122223333')).toBe(short));

describe('names that would look alike', () => {
  test('stay long: two issuers that differ in the middle', () => {
    const other = `https://oidc.eks.eu-west-1.amazonaws.com/id/A1A1${'B2'.repeat(12)}A1A1`;
    const third = `https://oidc.eks.eu-west-1.amazonaws.com/id/A1A1${'C3'.repeat(12)}A1A1`;
    expect(shorten(`${other} or ${third}`, '')).toBe(`${other} or ${third}`);
  });

  test('stay long: roles of one name with two paths', () => {
    const text = 'arn:aws:iam::111122223333:role/a/cart and arn:aws:iam::111122223333:role/b/cart';
    expect(shorten(text, '111122223333')).toBe(text);
  });
});

test('a text that no name is hidden in takes linear time', () => {
  const text = `${'arn:aws:iam::111122223333:role/'.repeat(20_000)} https://oidc.eks.${'.'.repeat(100_000)}`;
  const began = performance.now();
  shorten(text, '');
  expect(performance.now() - began).toBeLessThan(2000);
});

describe('what a finding is about', () => {
  const about = (over: Partial<Finding>): string => {
    const { clusterName: _name, clusterArn: _cluster, roleArn: _role, ...plain } = aFinding();
    return pageData(aReport({ findings: [{ ...plain, ...over }] }))
      .findings.map(aboutOf)
      .join();
  };
  const inShop = { clusterName: 'shop', clusterArn: 'arn:aws:eks:eu-west-1:111122223333:cluster/shop' };
  test.each<readonly [string, Partial<Finding>]>([
    [
      'shop · orders/refund → store-orders',
      { ...inShop, namespace: 'orders', serviceAccount: 'refund', roleArn: 'arn:aws:iam::1:role/store-orders' },
    ],
    ['shop · orders/refund', { ...inShop, namespace: 'orders', serviceAccount: 'refund' }],
    ['shop · role cart', { ...inShop, roleArn: 'arn:aws:iam::1:role/team/cart' }],
    ['shop', { ...inShop, subject: inShop.clusterArn }],
    [
      'shop · pod-identity-webhook',
      { ...inShop, subject: `${inShop.clusterArn}/mutatingwebhookconfiguration//pod-identity-webhook` },
    ],
    ['shop · issuer', { ...inShop, subject: issuer }],
    ['OIDC provider', { subject: provider }],
  ])('%s', (short, over) => expect(about(over)).toBe(short));
});

test('an id that is typed whole is that one, though another begins with it', () => {
  expect(idsWithPrefix('ab', ['ab', 'abc', 'b'])).toEqual(['ab']);
  expect(idsWithPrefix('a', ['ab', 'abc', 'ab', 'b'])).toEqual(['ab', 'abc']);
  expect(idsWithPrefix('x', ['ab'])).toEqual([]);
});
