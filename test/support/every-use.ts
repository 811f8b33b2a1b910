import type { Role } from '../../lib/model/account.ts';
import { type Collected, complete, valueOr } from '../../lib/model/collected.ts';
import type { RolePermissions } from '../../lib/model/role-permissions.ts';

const nothing: RolePermissions = { inline: [], attached: [], tags: {}, instanceProfiles: [] };
const report = complete({ at: '2026-11-01T06:00:01.000Z', services: 1, unused: [] });

/** The permissions of these roles, and reports by which each called every service that it is allowed. */
export const everyUse = (roles: Collected<readonly Role[]>) => {
  const arns = valueOr(roles, []).map(({ arn }) => arn);
  return {
    rolePermissions: complete({ roles: Object.fromEntries(arns.map(arn => [arn, nothing])), policies: {}, levels: {} }),
    serviceUse: complete(Object.fromEntries(arns.map(arn => [arn, report]))),
  };
};
