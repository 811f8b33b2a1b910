import type { AnyRule } from '../prelude.ts';
import { reachAdministrator } from './reach-administrator.ts';
import { reachStrongerRole } from './reach-stronger-role.ts';
import { rolePermissionsUnused } from './role-permissions-unused.ts';

/** The rules of the group `reach`. */
export const reachRules: readonly AnyRule[] = [reachAdministrator, reachStrongerRole, rolePermissionsUnused];
