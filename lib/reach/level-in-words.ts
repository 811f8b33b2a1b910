/** A level as a clause after the name of its role. */

import { type AllowedBy, type Level, type RoleLevel, roleNameOf, type WayTaken } from '../model.ts';

/** Levels as they stand in a table. */
export const levelNames: Readonly<Record<Level, string>> = {
  administrator: 'administrator',
  'can-become-administrator': 'can become administrator',
  'can-become-role': 'can become another role',
  'reads-secrets': 'reads secrets or keys',
  'changes-data': 'changes data',
  'reads-data': 'reads data',
  little: 'little',
  unknown: 'unknown',
};

/** `is an administrator (statement All of policy deploy)`. */
export const levelClause = (level: RoleLevel): string => {
  switch (level.level) {
    case 'administrator':
      return `is an administrator (${shownInWords(level.shown)})`;
    case 'can-become-administrator':
      return `can become an administrator (${wayInWords(level.way, level.through)})`;
    case 'can-become-role':
      return `can become ${level.count === 1 ? 'another role' : `${level.count} other roles`} (${wayInWords(level.way)})`;
    case 'reads-secrets':
      return `reads secrets or keys (${shownInWords(level.shown)})`;
    case 'changes-data':
      return `changes data (${shownInWords(level.shown)})`;
    case 'reads-data':
      return `reads data (${shownInWords(level.shown)})`;
    case 'little':
      return 'can do little';
    default:
      return `has unknown permissions (${level.because})`;
  }
};

/** The stronger level that a role may have, and why that is open; undefined for none. */
export const openClause = ({ mayBe }: RoleLevel): string | undefined => {
  if (mayBe === undefined) return undefined;
  const way = mayBe.way === undefined ? '' : ` by ${wayInWords(mayBe.way)}`;
  return `may be: ${levelNames[mayBe.level]}${way}; ${mayBe.because}`;
};

/** The name of a policy: AWS's own and managed ones by the last part of their ARN. */
const policyName = (policy: string): string => policy.slice(policy.lastIndexOf('/') + 1);

const shownInWords = ({ action, resource, statement, policy }: AllowedBy): string =>
  `${action}${resource === '*' ? '' : ` on ${resource}`}: ${statement} of ${policyName(policy)}`;

const wayInWords = ({ way, role, steps }: WayTaken, through: readonly string[] = []): string => {
  const actions = [...new Set(steps.map(({ action }) => action))].join(', ');
  const roles = through.length > 0 ? through : role === undefined ? [] : [role];
  const to = roles.length === 0 ? '' : ` to ${roles.map(roleNameOf).join(', then ')}`;
  return `${way}: ${actions}${to}`;
};
