import { type IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import * as z from 'zod';
import { type Collected, notAskedFor, type Role, withGaps } from '../../model.ts';
import { given } from '../../text.ts';
import { pagesOf } from '../pages.ts';
import { invalidAnswer } from '../unread-from-error.ts';

import { requiredText, worldPolicy, worldText } from '../world-text.ts';
import { policyText } from './policy-text.ts';

const operation = 'iam:ListRoles';
const pageSize = 1000;

/** An account has at most 10,000 roles (IAM quotas page); pages may be shorter than asked for, not without end. */
const list = { operation, maxPages: 200, name: 'roles', notPage: 'the answer is not a page of roles' };

const pageAnswer = z.object({
  Roles: z.array(z.unknown()).max(pageSize),
  IsTruncated: z.boolean().default(false),
  Marker: z.string().min(1).optional(),
});
const roleAnswer = z.object({
  Arn: requiredText,
  RoleName: requiredText,
  Path: worldText.default('/'),
  CreateDate: z.date().optional(),
  AssumeRolePolicyDocument: worldPolicy,
});

/**
 * The account's roles, 1,000 a page. A page that fails ends the list: what came before it is kept and the gap says from
 * where on nothing was read.
 */
export const readRoles = async (iam: IAMClient): Promise<Collected<readonly Role[]>> => {
  const entries = await pagesOf(list, async Marker => {
    const { data } = pageAnswer.safeParse(await iam.send(new ListRolesCommand({ MaxItems: pageSize, Marker })));
    return data && { items: data.Roles, next: data.Marker, hasMore: data.IsTruncated };
  });
  if (entries.status === 'unavailable') return entries;
  const roles = entries.value.map(roleOf);
  const reason = invalidAnswer(operation, 'a role without ARN, name or trust policy');
  const faults = roles.flatMap((role, at) =>
    role === undefined ? [{ what: `entry ${at + 1} of roles`, reason }] : [],
  );
  return withGaps(
    roles.filter(role => role !== undefined),
    entries.status === 'partial' ? [...faults, ...entries.gaps] : faults,
  );
};

/** A role as a list of roles has it, and as the details of an account have it; undefined for anything else. */
export const roleOf = (entry: unknown): Role | undefined => {
  const parsed = roleAnswer.safeParse(entry);
  if (!parsed.success) return undefined;
  const { Arn, RoleName, Path, CreateDate, AssumeRolePolicyDocument } = parsed.data;
  return {
    arn: Arn,
    name: RoleName,
    path: Path,
    ...given({ createdAt: CreateDate?.toISOString() }),
    trustPolicy: policyText(AssumeRolePolicyDocument),
    detail: notAskedFor('iam:GetAccountAuthorizationDetails'),
  };
};
