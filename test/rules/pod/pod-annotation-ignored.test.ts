import { complete } from '../../../lib/model/collected.ts';
import { aPod } from '../../support/example-cluster.ts';
import { bareContainer, barePod, withPods, worldOf } from '../../support/in-cluster-world.ts';
import { cart, expirationKey, plain, roleKey, run } from './worlds.ts';

run('pod-annotation-ignored', [
  [
    'the role stands on the pods alone',
    worldOf({ ...plain, ...withPods(barePod({ annotations: { [roleKey]: cart } })) }),
    ['high role'],
  ],
  [
    'it is mistyped there',
    worldOf({ ...plain, ...withPods(barePod({ annotations: { 'eks.amazonaws.com/role_arn': cart } })) }),
    ['high role'],
  ],
  ['the service account has it as well', worldOf(withPods(aPod({ annotations: { [roleKey]: cart } }))), []],
  [
    'the pods have a role all the same',
    worldOf({ ...plain, ...withPods(aPod({ annotations: { [roleKey]: cart } })) }),
    [],
  ],
  [
    'the pods have Pod Identity',
    worldOf({
      ...plain,
      ...withPods(
        barePod({
          annotations: { [roleKey]: cart },
          containers: [bareContainer({ awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI'] })],
        }),
      ),
    }),
    [],
  ],
  ['another annotation', worldOf({ ...plain, ...withPods(barePod({ annotations: { [expirationKey]: '60' } })) }), []],
  [
    'the service account is gone',
    worldOf({ serviceAccounts: complete([]), ...withPods(barePod({ annotations: { [roleKey]: cart } })) }),
    [],
  ],
]);
