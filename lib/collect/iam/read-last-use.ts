import { GetRoleCommand, type IAMClient } from '@aws-sdk/client-iam';
import * as z from 'zod';
import { type Collected, complete, unavailable } from '../../model.ts';
import { invalidAnswer, readFailureFromError } from '../unread-from-error.ts';

const operation = 'iam:GetRole';
const answer = z.object({
  Role: z.object({ RoleLastUsed: z.object({ LastUsedDate: z.date().optional() }).default({}) }),
});

/** When a role was last used, ISO 8601, in the 400 days that IAM tracks; `undefined` is a fact: never. */
export const readLastUse = async (iam: IAMClient, roleName: string): Promise<Collected<string | undefined>> => {
  try {
    const read = answer.safeParse(await iam.send(new GetRoleCommand({ RoleName: roleName })));
    if (!read.success) return unavailable(invalidAnswer(operation, `the answer for ${roleName} is not a role`));
    return complete(read.data.Role.RoleLastUsed.LastUsedDate?.toISOString());
  } catch (error) {
    return unavailable(readFailureFromError(error, operation));
  }
};
