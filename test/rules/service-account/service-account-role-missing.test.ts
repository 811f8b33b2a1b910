import { complete } from '../../../lib/model/collected.ts';
import { aRole } from '../../support/example-world.ts';
import { annotatedWith, worldOf } from '../../support/in-cluster-world.ts';
import { elsewhere, run } from './worlds.ts';

run('service-account-role-missing', [
  ['reports a role that does not exist', worldOf(annotatedWith({}), { roles: complete([]) }), ['high missing']],
  [
    'tells a role with another path',
    worldOf(annotatedWith({}), {
      roles: complete([aRole({ arn: 'arn:aws:iam::111122223333:role/team/checkout-cart' })]),
    }),
    ['high otherPath'],
  ],
  [
    'tells a role whose name differs in case alone: it exists, but its ARN is another one',
    worldOf(annotatedWith({}), {
      roles: complete([aRole({ arn: 'arn:aws:iam::111122223333:role/Checkout-Cart', name: 'Checkout-Cart' })]),
    }),
    ['high otherCase'],
  ],
  [
    'tells both of a role with another path and another case',
    worldOf(annotatedWith({}), {
      roles: complete([aRole({ arn: 'arn:aws:iam::111122223333:role/team/Checkout-Cart', name: 'Checkout-Cart' })]),
    }),
    ['high otherPathAndCase'],
  ],
  [
    'tells a path that differs in case alone',
    worldOf(annotatedWith({ 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/Team/checkout-cart' }), {
      roles: complete([aRole({ arn: 'arn:aws:iam::111122223333:role/team/checkout-cart' })]),
    }),
    ['high otherCase'],
  ],
  ['leaves a role of another account to others', worldOf(elsewhere()), []],
]);
