import { expect, test } from '@jest/globals';
import { agrees } from '../../../lib/cli/findings/finding-named.ts';
import { aFinding } from '../../report/sample-report.ts';

const roleArn = 'arn:aws:iam::111122223333:role/team/cart';
const named = { clusterName: 'shop', namespace: 'store', serviceAccount: 'cart', roleArn };
const none = { clusterName: undefined, namespace: undefined, serviceAccount: undefined, roleArn: undefined };

test.each<[Parameters<typeof agrees>[1], boolean]>([
  [{}, true],
  [{ cluster: 'shop', namespace: 'store', serviceAccount: 'cart', role: roleArn }, true],
  [{ role: roleArn }, true],
  [{ role: 'cart' }, true],
  [{ role: 'team/cart' }, false],
  [{ role: 'pay' }, false],
  [{ role: 'arn:aws:iam::444455556666:role/team/cart' }, false],
  [{ cluster: 'other' }, false],
  [{ namespace: 'other' }, false],
  [{ serviceAccount: 'other' }, false],
  [{ cluster: 'shop', role: 'pay' }, false],
])('a finding with every name agrees with %j: %s; one without names always does', (focus, isAgreed) => {
  const of = (names: object) => agrees({ ...aFinding({}), ...names, explains: [] }, focus);
  expect([of(named), of(none)]).toEqual([isAgreed, true]);
});
