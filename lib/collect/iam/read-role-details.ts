import * as z from 'zod';
import { type Collected, type Gap, type Role, type RoleDetail, unavailable, withGaps } from '../../model.ts';
import { given } from '../../text.ts';
import { invalidAnswer } from '../unread-from-error.ts';
import { type AuthorizationDetails, detailsOperation as operation } from './authorization-details.ts';
import { policyText } from './policy-text.ts';

/**
 * Fills `detail` of roles: last use, policies, tags. Gaps of the
 * section stay those of the list of roles, plus one where the details broke off. A role that only the details have is a
 * role: IAM is eventually consistent, and one list may lack what the other already or still shows (IAM User Guide,
 * "Changes that I make are not always immediately visible").
 */
export const withRoleDetails = (
  section: Collected<readonly Role[]>,
  details: AuthorizationDetails,
): Collected<readonly Role[]> => {
  if (section.status === 'unavailable') return section;
  const roles = [...section.value, ...details.unlisted].map(role => ({ ...role, detail: detailOf(role.arn, details) }));
  const gaps: readonly Gap[] = [
    ...(section.status === 'partial' ? section.gaps : []),
    ...(details.end ? [{ what: 'details of roles', reason: details.end }] : []),
  ];
  return withGaps(roles, gaps);
};

const detailOf = (arn: string, details: AuthorizationDetails): Collected<RoleDetail> => {
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
const managedVerdict = (policyArn: string, details: AuthorizationDetails): boolean | undefined => {
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
