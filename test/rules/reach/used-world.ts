/** A world with one role in use, its policy, and the services that it never called. */
import type { Role } from '../../../lib/model/account.ts';
import { type Collected, complete } from '../../../lib/model/collected.ts';
import type { RolePermissions } from '../../../lib/model/role-permissions.ts';
import type { ServiceUse } from '../../../lib/model/service-use.ts';
import { aRole, someFacts } from '../../support/example-world.ts';

/** The report on the role, with these services without a call beside `s3`, which it called. */
const reportWith = (unused: readonly string[]): Collected<ServiceUse> =>
  complete({ at: '2026-11-01T06:00:01.000Z', services: unused.length + 1, unused });

/** An inline policy with one statement for these actions. */
export const allowing = (actions: readonly string[], more: object = {}): RolePermissions => ({
  inline: [
    {
      name: 'own',
      document: JSON.stringify({
        Version: '2012-10-17',
        Statement: { Sid: 'Work', Effect: 'Allow', Action: actions, Resource: '*', ...more },
      }),
    },
  ],
  attached: [],
  tags: {},
  instanceProfiles: [],
});

/** The parts of the world that differ. `use`: undefined where the role was not asked about. */
export interface UsedWorld {
  readonly held?: RolePermissions;
  readonly role?: Partial<Role>;
  readonly lastUsedAt?: string;
  readonly use?: Collected<ServiceUse> | undefined;
}

/** `checkout-cart`, which was used yesterday and allows these actions. */
export const usedWorld = (actions: readonly string[], unused: readonly string[], over: UsedWorld = {}) => {
  const { held = allowing(actions), lastUsedAt = '2026-10-31T06:00:00.000Z' } = over;
  const use = 'use' in over ? over.use : reportWith(unused);
  const role = aRole({
    detail: complete({ attachedPolicyArns: [], isAdministrator: false, tags: {}, lastUsedAt }),
    ...over.role,
  });
  return someFacts({
    roles: complete([role]),
    rolePermissions: complete({
      roles: { [role.arn]: held },
      policies: {},
      levels: { [role.arn]: { level: 'unknown', because: 'not made here', isAsked: true } },
    }),
    serviceUse: complete(use === undefined ? {} : { [role.arn]: use }),
  });
};
