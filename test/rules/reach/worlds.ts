/** Worlds in which somebody can become a role of a known level. */
import { complete } from '../../../lib/model/collected.ts';
import type { KubernetesFacts } from '../../../lib/model/kubernetes.ts';
import type { RoleLevel } from '../../../lib/model/role-level.ts';
import { aRole, aTrustPolicy } from '../../support/example-world.ts';
import { type Bound, reachFacts } from '../../support/reach-world.ts';

const shown = { policy: 'p', statement: 'Statement[0]', action: '*', resource: '*' };
export const administrator: RoleLevel = { level: 'administrator', shown };
export const changesData: RoleLevel = { level: 'changes-data', shown };
export const readsData: RoleLevel = { level: 'reads-data', shown };

/** A role of the service account `ci/runner`. */
const runnerRole = aRole({
  name: 'ci-runner',
  trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:ci:runner' }),
});

/** The levels of `checkout-cart`, the role of `checkout/cart`, and of that of `ci/runner`, where it has one. */
export const worldOf = (
  bound: readonly Bound[],
  level: RoleLevel | undefined = administrator,
  own?: RoleLevel,
  over: Partial<KubernetesFacts> = {},
) =>
  reachFacts(bound, over, {
    roles: complete([aRole(), ...(own === undefined ? [] : [runnerRole])]),
    rolePermissions: complete({
      roles: {},
      policies: {},
      levels: {
        ...(level !== undefined && { [aRole().arn]: level }),
        ...(own !== undefined && { [runnerRole.arn]: own }),
      },
    }),
  });
