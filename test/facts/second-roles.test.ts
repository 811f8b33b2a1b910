/** Roles that controllers are told to assume: whose token gets which, and what is open where objects were not read. */
import { expect, test } from '@jest/globals';
import { getsRoleByToken, objectsUnread, secondRolesOf } from '../../lib/facts/second-roles.ts';
import { complete, unavailable, withGaps } from '../../lib/model/collected.ts';
import type { ControllerRole } from '../../lib/model/controller-role.ts';
import { aPod, someKubernetes } from '../support/example-cluster.ts';
import { aRole } from '../support/example-world.ts';
import { denied } from '../support/in-cluster-world.ts';
import { whole } from '../support/whole/whole.ts';

const account = { namespace: 'checkout', name: 'cart' };
const role = (over: Partial<ControllerRole>): ControllerRole => ({
  controller: 'cert-manager',
  namedBy: 'ClusterIssuer letsencrypt',
  roleArn: aRole().arn,
  by: 'token',
  ...over,
});
const controllerPod = aPod({ controller: { name: 'cert-manager' } });
const cluster = (...roles: readonly ControllerRole[]) =>
  someKubernetes({ pods: complete([controllerPod]), controllerRoles: complete(roles) });

const forms: readonly (readonly [title: string, one: ControllerRole, isByToken: boolean])[] = [
  ['of the service account that the object names', role({ account }), true],
  ['of the controller’s own pods', role({}), false],
  ['of another service account', role({ account: { ...account, name: 'web' } }), false],
  ['of another controller', role({ controller: 'external-secrets' }), false],
  ['by the role of the service account', role({ account, by: 'role' }), false],
  ['by either', role({ account, by: 'either' }), false],
  ['another role', role({ account, roleArn: `${aRole().arn}s` }), false],
  ['after another, tagged', role({ account, after: aRole().arn, isTagged: true, audiences: ['vault'] }), true],
];

test.each(forms)('a role %s', (_title, one, isByToken) => {
  const kubernetes = cluster(one, one);
  whole('second roles', secondRolesOf(kubernetes, account.namespace, account.name));
  expect(getsRoleByToken(kubernetes, account, aRole().arn)).toBe(isByToken);
});

const gap = (what: string) => ({ what, reason: { ...denied, operation: `list ${what}` } });

test('objects that were not read leave open what their controllers assume', () => {
  const read = [
    undefined,
    complete([]),
    unavailable<never>(denied),
    withGaps([], [gap('cert-manager: issuers')]),
    withGaps([], [gap('external-secrets: secretstores')]),
    withGaps([], [gap('page 2')]),
  ];
  whole(
    'unread',
    read.flatMap(roles =>
      [[], [aPod()], [controllerPod]].map(pods => objectsUnread(roles, pods).map(({ operation }) => operation)),
    ),
  );
  expect(objectsUnread(unavailable(denied), [controllerPod])).toEqual([denied]);
});
