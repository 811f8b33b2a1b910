/** The answer of GetAccountAuthorizationDetails about the roles of an account and its own managed policies. */
import { GetAccountAuthorizationDetailsCommand, type IAMClient } from '@aws-sdk/client-iam';
import * as z from 'zod';
import type { ReadFailure, Role } from '../../model.ts';
import { given } from '../../text.ts';
import { invalidAnswer, readFailureFromError } from '../unread-from-error.ts';
import { requiredText, worldName, worldPolicy, worldText } from '../world-text.ts';
import { policyText } from './policy-text.ts';
import { roleOf } from './read-roles.ts';

/** The call, and the permission that it needs. */
export const detailsOperation = 'iam:GetAccountAuthorizationDetails';
/** A list of more pages is taken to have no end. */
const maxPages = 400;
/** Entries of a page: fewer where IAM does not answer in time. */
const [mostItems, leastItems] = [1000, 50];

const pageAnswer = z.object({
  RoleDetailList: z.array(z.unknown()).default([]),
  Policies: z.array(z.unknown()).default([]),
  IsTruncated: z.boolean().default(false),
  Marker: z.string().min(1).optional(),
});
const roleAnswer = z.object({
  Arn: requiredText,
  RolePolicyList: z.array(z.object({ PolicyName: worldName.default(''), PolicyDocument: worldPolicy })).default([]),
  AttachedManagedPolicies: z.array(z.object({ PolicyArn: worldText })).default([]),
  Tags: z.array(z.object({ Key: worldText, Value: worldText })).default([]),
  RoleLastUsed: z.object({ LastUsedDate: z.date().optional() }).default({}),
  PermissionsBoundary: z.object({ PermissionsBoundaryArn: worldText }).optional(),
  InstanceProfileList: z.array(z.object({ Arn: worldText })).default([]),
});
const policyAnswer = z.object({
  Arn: requiredText,
  PolicyVersionList: z.array(z.object({ Document: worldPolicy, IsDefaultVersion: z.boolean() })).default([]),
});

/** A role of the answer. */
export type RoleEntry = z.output<typeof roleAnswer>;

/** The answer of GetAccountAuthorizationDetails. `end` is set where the list broke off. */
export interface AuthorizationDetails {
  readonly roles: Map<string, RoleEntry>;
  /** Default versions of the account's own policies, by ARN. */
  readonly policies: Map<string, string>;
  /** Roles that the list of roles does not have. */
  readonly unlisted: Role[];
  readonly end?: ReadFailure;
}

/** Reads all pages. `listed` are the roles of the list: others are kept as roles. Never throws for what AWS refuses. */
export const readAuthorizationDetails = async (
  iam: IAMClient,
  listed: ReadonlySet<string>,
): Promise<AuthorizationDetails> => {
  const found = { roles: new Map<string, RoleEntry>(), policies: new Map<string, string>(), unlisted: [] as Role[] };
  let marker: string | undefined;
  let items = mostItems;
  for (let page = 1; page <= maxPages; page++) {
    const read = await readPage(iam, marker, items);
    if (!read.ok && read.reason.kind === 'timed-out' && items > leastItems) {
      items = Math.max(leastItems, Math.floor(items / 5));
      continue;
    }
    if (!read.ok) return { ...found, end: read.reason };
    takePage(read.page, listed, found);
    if (!read.page.IsTruncated) return found;
    if (read.page.Marker === undefined || read.page.Marker === marker)
      return { ...found, end: invalidAnswer(detailsOperation, 'more is said to follow, without a new marker') };
    marker = read.page.Marker;
  }
  return {
    ...found,
    end: { kind: 'too-large', operation: detailsOperation, message: `more than ${maxPages} pages of details` },
  };
};

const takePage = (
  page: z.output<typeof pageAnswer>,
  listed: ReadonlySet<string>,
  found: AuthorizationDetails,
): void => {
  for (const entry of page.RoleDetailList) {
    const role = roleAnswer.safeParse(entry);
    if (!role.success) continue;
    const whole = listed.has(role.data.Arn) || found.roles.has(role.data.Arn) ? undefined : roleOf(entry);
    if (whole !== undefined) found.unlisted.push(whole);
    found.roles.set(role.data.Arn, role.data);
  }
  for (const entry of page.Policies) {
    const policy = policyAnswer.safeParse(entry);
    const document = policy.data?.PolicyVersionList.find(version => version.IsDefaultVersion)?.Document;
    if (policy.success && document !== undefined) found.policies.set(policy.data.Arn, policyText(document));
  }
};

const readPage = async (iam: IAMClient, marker: string | undefined, MaxItems: number) => {
  try {
    const answer = pageAnswer.safeParse(
      await iam.send(
        new GetAccountAuthorizationDetailsCommand({
          Filter: ['Role', 'LocalManagedPolicy'],
          MaxItems,
          ...given({ Marker: marker }),
        }),
      ),
    );
    if (answer.success) return { ok: true, page: answer.data } as const;
    return { ok: false, reason: invalidAnswer(detailsOperation, 'the answer is not a page of details') } as const;
  } catch (error) {
    return { ok: false, reason: readFailureFromError(error, detailsOperation) } as const;
  }
};
