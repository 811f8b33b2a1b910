import { GetAccountAuthorizationDetailsCommand, type IAMClient } from '@aws-sdk/client-iam';
import * as z from 'zod';
import type { Role, RoleDetail } from '../../model/account.ts';
import { type Collected, type Gap, type ReadFailure, unavailable, withGaps } from '../../model/collected.ts';
import { given } from '../../text/given.ts';
import { invalidAnswer, readFailureFromError } from '../unread-from-error.ts';
import { requiredText, worldPolicy, worldText } from '../world-text.ts';
import { policyText } from './policy-text.ts';
import { roleOf } from './read-roles.ts';

const operation = 'iam:GetAccountAuthorizationDetails';
const maxPages = 400;

const pageAnswer = z.object({
  RoleDetailList: z.array(z.unknown()).default([]),
  Policies: z.array(z.unknown()).default([]),
  IsTruncated: z.boolean().default(false),
  Marker: z.string().min(1).optional(),
});
const roleAnswer = z.object({
  Arn: requiredText,
  RolePolicyList: z.array(z.object({ PolicyDocument: worldPolicy })).default([]),
  AttachedManagedPolicies: z.array(z.object({ PolicyArn: worldText })).default([]),
  Tags: z.array(z.object({ Key: worldText, Value: worldText })).default([]),
  RoleLastUsed: z.object({ LastUsedDate: z.date().optional() }).default({}),
});
const policyAnswer = z.object({
  Arn: requiredText,
  PolicyVersionList: z.array(z.object({ Document: worldPolicy, IsDefaultVersion: z.boolean() })).default([]),
});

type RoleAnswer = z.output<typeof roleAnswer>;

/** The answer of GetAccountAuthorizationDetails. `end` is set where the list broke off. */
interface Details {
  readonly roles: Map<string, RoleAnswer>;
  /** Default versions of the account's own policies, by ARN. */
  readonly policies: Map<string, string>;
  /** Roles that the list of roles does not have. */
  readonly unlisted: Role[];
  readonly end?: ReadFailure;
}

/**
 * Fills `detail` of roles: last use, policies, tags. Heavy (it carries every policy), so only on demand. Gaps of the
 * section stay those of the list of roles, plus one where the details broke off. A role that only the details have is a
 * role: IAM is eventually consistent, and one list may lack what the other already or still shows (IAM User Guide,
 * "Changes that I make are not always immediately visible").
 */
export const withRoleDetails = async (
  iam: IAMClient,
  section: Collected<readonly Role[]>,
): Promise<Collected<readonly Role[]>> => {
  if (section.status === 'unavailable') return section;
  const details = await readDetails(iam, new Set(section.value.map(({ arn }) => arn)));
  const roles = [...section.value, ...details.unlisted].map(role => ({ ...role, detail: detailOf(role.arn, details) }));
  const gaps: readonly Gap[] = [
    ...(section.status === 'partial' ? section.gaps : []),
    ...(details.end ? [{ what: 'details of roles', reason: details.end }] : []),
  ];
  return withGaps(roles, gaps);
};

const readDetails = async (iam: IAMClient, listed: ReadonlySet<string>): Promise<Details> => {
  const found = { roles: new Map<string, RoleAnswer>(), policies: new Map<string, string>(), unlisted: [] as Role[] };
  let marker: string | undefined;
  for (let page = 1; page <= maxPages; page++) {
    const read = await readPage(iam, marker);
    if (!read.ok) return { ...found, end: read.reason };
    takePage(read.page, listed, found);
    if (!read.page.IsTruncated) return found;
    if (read.page.Marker === undefined || read.page.Marker === marker)
      return { ...found, end: invalidAnswer(operation, 'more is said to follow, without a new marker') };
    marker = read.page.Marker;
  }
  return { ...found, end: { kind: 'too-large', operation, message: `more than ${maxPages} pages of details` } };
};

const takePage = (page: z.output<typeof pageAnswer>, listed: ReadonlySet<string>, found: Details): void => {
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

const readPage = async (iam: IAMClient, marker: string | undefined) => {
  try {
    const answer = pageAnswer.safeParse(
      await iam.send(
        new GetAccountAuthorizationDetailsCommand({
          Filter: ['Role', 'LocalManagedPolicy'],
          MaxItems: 1000,
          ...given({ Marker: marker }),
        }),
      ),
    );
    if (answer.success) return { ok: true, page: answer.data } as const;
    return { ok: false, reason: invalidAnswer(operation, 'the answer is not a page of details') } as const;
  } catch (error) {
    return { ok: false, reason: readFailureFromError(error, operation) } as const;
  }
};

const detailOf = (arn: string, details: Details): Collected<RoleDetail> => {
  const role = details.roles.get(arn);
  if (!role)
    return unavailable(details.end ?? invalidAnswer(operation, `the answer has no readable details of ${arn}`));
  const attached = role.AttachedManagedPolicies.map(({ PolicyArn }) => PolicyArn);
  const inline = role.RolePolicyList.map(({ PolicyDocument }) => allowsEverything(policyText(PolicyDocument)));
  const verdicts = [...inline, ...attached.map(policyArn => managedVerdict(policyArn, details))];
  const isAdministrator = verdicts.includes(true);
  const undecided = !isAdministrator && verdicts.includes(undefined);
  const lastUsed = role.RoleLastUsed.LastUsedDate;
  const value: RoleDetail = {
    ...given({ lastUsedAt: lastUsed?.toISOString() }),
    attachedPolicyArns: attached,
    isAdministrator,
    tags: Object.fromEntries(role.Tags.map(({ Key, Value }) => [Key, Value])),
  };
  const reason =
    details.end ?? invalidAnswer(operation, 'a policy of the role was not in the answer or is not a policy');
  return withGaps(value, undecided ? [{ what: `policies of ${arn}`, reason }] : []);
};

/** AWS's own policies are judged by name: but for AdministratorAccess none allows everything. */
const managedVerdict = (policyArn: string, details: Details): boolean | undefined => {
  if (/^arn:aws[a-z0-9-]*:iam::aws:policy\//.test(policyArn)) return isAdministratorAccess(policyArn);
  const document = details.policies.get(policyArn);
  return document === undefined ? undefined : allowsEverything(document);
};

const textOrTexts = z
  .union([z.string(), z.array(z.string())])
  .transform(value => (Array.isArray(value) ? value : [value]));
const statement = z.object({
  Effect: z.string(),
  Action: textOrTexts.optional(),
  Resource: textOrTexts.optional(),
  Condition: z.unknown().optional(),
});
const policy = z.object({ Statement: z.union([z.unknown().array(), z.unknown()]) });

/** True for AWS's own AdministratorAccess policy, in every partition. */
export const isAdministratorAccess = (policyArn: string): boolean =>
  /^arn:aws[a-z0-9-]*:iam::aws:policy\/AdministratorAccess$/.test(policyArn);

/**
 * Whether a permissions policy has a statement that allows every action on every resource without condition. Undefined
 * if the text is no policy: then nothing can be said.
 */
export const allowsEverything = (text: string): boolean | undefined => {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = policy.safeParse(document);
  if (!parsed.success) return undefined;
  const statements = Array.isArray(parsed.data.Statement) ? parsed.data.Statement : [parsed.data.Statement];
  return statements.some(entry => {
    const read = statement.safeParse(entry);
    if (!read.success) return false;
    const { Effect, Action = [], Resource = [], Condition } = read.data;
    const unconditional =
      Condition === undefined || (typeof Condition === 'object' && Object.keys(Condition ?? {}).length === 0);
    const everyAction = Action.some(action => action === '*' || action === '*:*');
    return Effect === 'Allow' && everyAction && Resource.includes('*') && unconditional;
  });
};
