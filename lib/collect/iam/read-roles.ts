import { type IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import * as z from 'zod';
import { type Collected, type Gap, notAskedFor, type Role, unavailable, withGaps } from '../../model.ts';
import { given } from '../../text.ts';
import { invalidAnswer, readFailureFromError } from '../unread-from-error.ts';
import { requiredText, worldPolicy, worldText } from '../world-text.ts';
import { policyText } from './policy-text.ts';

const operation = 'iam:ListRoles';
const pageSize = 1000;

/** An account has at most 10,000 roles (IAM quotas page); pages may be shorter than asked for, not without end. */
const maxPages = 200;

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
  const roles: Role[] = [];
  const gaps: Gap[] = [];
  let marker: string | undefined;
  for (let page = 1; page <= maxPages; page++) {
    const read = await readPage(iam, marker);
    if (!read.ok) {
      if (page === 1) return unavailable(read.reason);
      return withGaps(roles, [...gaps, { what: `roles from page ${page} on`, reason: read.reason }]);
    }
    for (const entry of read.page.Roles) {
      const role = roleOf(entry);
      if (role) roles.push(role);
      else
        gaps.push({
          what: `a role of page ${page}`,
          reason: invalidAnswer(operation, 'a role without ARN, name or trust policy'),
        });
    }
    if (!read.page.IsTruncated) return withGaps(roles, gaps);
    if (read.page.Marker === undefined || read.page.Marker === marker) {
      const reason = invalidAnswer(operation, 'the answer says that more follows and gives no new marker');
      return withGaps(roles, [...gaps, { what: `roles from page ${page + 1} on`, reason }]);
    }
    marker = read.page.Marker;
  }
  const reason = { kind: 'too-large', operation, message: `more than ${maxPages} pages of roles` } as const;
  return withGaps(roles, [...gaps, { what: `roles from page ${maxPages + 1} on`, reason }]);
};

const readPage = async (iam: IAMClient, marker: string | undefined) => {
  try {
    const answer = await iam.send(new ListRolesCommand({ MaxItems: pageSize, ...given({ Marker: marker }) }));
    const page = pageAnswer.safeParse(answer);
    if (page.success) return { ok: true, page: page.data } as const;
    return { ok: false, reason: invalidAnswer(operation, 'the answer is not a page of roles') } as const;
  } catch (error) {
    return { ok: false, reason: readFailureFromError(error, operation) } as const;
  }
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
