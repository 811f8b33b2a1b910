/** Ways through IAM and STS (facts: pathfinding.cloud, Apache-2.0; on which resource: Service Authorization Reference). */
import type { ActionNeed, On, Way } from './way.ts';

const need = (action: string, on: On): ActionNeed => ({ action: `iam:${action}`, on });
const assume: ActionNeed = { action: 'sts:AssumeRole', on: 'role' };

const userUnread = 'which users the account has is not read';
const onlyUsers = 'it gives the permissions to users: the role itself gains them only with the credentials of one';
const onlyGroups =
  'it gives the permissions to users of a group: the role itself gains them only with the credentials of one';

/** The role becomes a user, which is not read. */
const userWay = (id: string, actions: readonly string[], depends = userUnread): Way => ({
  id,
  kind: 'principal-access',
  needs: actions.map(action => need(action, 'user')),
  depends,
});

/** The role changes another role, and assumes it. */
const roleWay = (id: string, needs: readonly ActionNeed[]): Way => ({
  id,
  kind: 'principal-access',
  needs,
  changes: true,
  ...(needs.includes(assume) ? { assumes: true as const } : {}),
});

const rewrite = need('UpdateAssumeRolePolicy', 'role');

/** Ways by which a role changes its own permissions. */
export const selfWays: readonly Way[] = [
  { id: 'iam-005', kind: 'self-escalation', needs: [need('PutRolePolicy', 'self')] },
  { id: 'iam-009', kind: 'self-escalation', needs: [need('AttachRolePolicy', 'self')] },
  { id: 'iam-001', kind: 'self-escalation', needs: [need('CreatePolicyVersion', 'policy-of-self')] },
];

/** Ways by which a role becomes another one by IAM or STS alone: those first that make it an administrator. */
export const roleWays: readonly Way[] = [
  roleWay('iam-021', [need('PutRolePolicy', 'role'), rewrite]),
  roleWay('iam-019', [need('AttachRolePolicy', 'role'), rewrite]),
  roleWay('iam-020', [need('CreatePolicyVersion', 'policy-of-role'), rewrite]),
  roleWay('iam-017', [need('PutRolePolicy', 'role'), assume]),
  roleWay('iam-014', [need('AttachRolePolicy', 'role'), assume]),
  roleWay('iam-016', [need('CreatePolicyVersion', 'policy-of-role'), assume]),
  { id: 'iam-012', kind: 'principal-access', needs: [rewrite] },
  { id: 'sts-001', kind: 'principal-access', needs: [assume], assumes: true },
];

/** Ways over users and groups of IAM, which are not read. */
export const userWays: readonly Way[] = [
  userWay('iam-018', ['PutUserPolicy', 'CreateAccessKey']),
  userWay('iam-015', ['AttachUserPolicy', 'CreateAccessKey']),
  userWay('iam-003', ['CreateAccessKey', 'DeleteAccessKey']),
  userWay('iam-002', ['CreateAccessKey']),
  userWay('iam-004', ['CreateLoginProfile']),
  userWay('iam-006', ['UpdateLoginProfile']),
  { id: 'iam-007', kind: 'self-escalation', needs: [need('PutUserPolicy', 'user')], depends: onlyUsers },
  { id: 'iam-008', kind: 'self-escalation', needs: [need('AttachUserPolicy', 'user')], depends: onlyUsers },
  { id: 'iam-010', kind: 'self-escalation', needs: [need('AttachGroupPolicy', 'group')], depends: onlyGroups },
  { id: 'iam-011', kind: 'self-escalation', needs: [need('PutGroupPolicy', 'group')], depends: onlyGroups },
  { id: 'iam-013', kind: 'self-escalation', needs: [need('AddUserToGroup', 'group')], depends: onlyGroups },
];
