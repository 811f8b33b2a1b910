import { expect, test } from '@jest/globals';
import { isOfNamespace, whoOf } from '../../../lib/report/graph/who-of.ts';

const sub = 'system:serviceaccount:';

test.each<readonly [Parameters<typeof whoOf>[0], string]>([
  [{ namespace: 'orders', serviceAccount: 'refund' }, 'orders/refund'],
  [{ pattern: '*' }, 'every service account'],
  [{ pattern: `${sub}orders:*` }, `${sub}orders:*`],
  [{ pattern: '*', except: [`${sub}a:*`, `${sub}b:*`] }, `every service account, but not ${sub}a:*, ${sub}b:*`],
  [{ principal: 'AWS service ec2.amazonaws.com', pattern: '*' }, 'AWS service ec2.amazonaws.com'],
])('%j is called', (row, name) => expect(whoOf(row)).toBe(name));

test.each<readonly [Parameters<typeof whoOf>[0], string, boolean]>([
  [{ namespace: 'orders', serviceAccount: 'refund' }, 'orders', true],
  [{ namespace: 'orders', serviceAccount: 'refund' }, 'order', false],
  [{ pattern: '*' }, 'orders', true],
  [{ pattern: `${sub}orders:*` }, 'orders', true],
  [{ pattern: `${sub}ord*:refund` }, 'orders', true],
  [{ pattern: `${sub}pay:*` }, 'orders', false],
  [{ pattern: '*', except: [`${sub}orders:*`] }, 'orders', false],
  [{ pattern: '*', except: [`${sub}orders:refund`] }, 'orders', true],
  [{ pattern: '*' }, 'ord*', false],
  [{ pattern: '*' }, 'order?', false],
])('%j is of namespace %s: %s', (row, namespace, isOf) => expect(isOfNamespace(row, namespace)).toBe(isOf));
