import { GetRoleCommand, type IAMClient, ListAccountAliasesCommand } from '@aws-sdk/client-iam';
import * as z from 'zod';
import type { EarlierReading } from '../../audit/ports.ts';
import {
  type AccountPermissions,
  type Collected,
  complete,
  type Provider,
  type Role,
  type ServiceUses,
  unavailable,
  valueOr,
} from '../../model.ts';
import { given } from '../../text.ts';
import { type Clock, systemClock } from '../clock.ts';
import { invalidAnswer, readFailureFromError } from '../unread-from-error.ts';
import { requiredText, worldName, worldPolicy, worldText } from '../world-text.ts';
import { readAuthorizationDetails } from './authorization-details.ts';
import { beforeSecondLook, readLookingAgain } from './look-again.ts';
import { policyText } from './policy-text.ts';
import { readProviders } from './read-providers.ts';
import { withRoleDetails } from './read-role-details.ts';
import { type PermissionReading, readRolePermissions } from './read-role-permissions.ts';
import { readRoles } from './read-roles.ts';
import { readServiceUse, type ServiceUseReading } from './read-service-use.ts';

/** The parts of IAM that are read beyond providers and roles. They cost calls, so none is the default. */
export interface IamReadOptions {
  /** GetAccountAuthorizationDetails: last use, policies, tags. */
  readonly roleDetails?: boolean;
  /** The same call, with the texts of policies; GetPolicy and GetPolicyVersion for those of AWS. Details are read with it. */
  readonly rolePermissions?: Omit<PermissionReading, 'concurrency'>;
  /** GenerateServiceLastAccessedDetails of roles that pods can assume. With `rolePermissions` alone. */
  readonly serviceUse?: Omit<ServiceUseReading, 'clock' | 'earlier'>;
  /** ListAccountAliases: one more call. */
  readonly accountAlias?: boolean;
  /** GetOpenIDConnectProvider calls at a time. */
  readonly concurrency?: number;
  readonly clock?: Clock;
}

/** The IAM sections of a snapshot. */
interface IamFacts {
  readonly providers: Collected<readonly Provider[]>;
  readonly roles: Collected<readonly Role[]>;
  readonly rolePermissions?: Collected<AccountPermissions>;
  readonly serviceUse?: Collected<ServiceUses>;
  /** For people; one that cannot be read is left out, since no rule depends on it. */
  readonly alias?: string;
}

/** Reads providers and roles of one account at the same time: `ceil(roles/1000) + 1 + providers` calls. A list that lacks
 *  what `earlier` has is read twice. */
export const readIam = async (
  iam: IAMClient,
  options: IamReadOptions = {},
  earlier: EarlierReading = {},
): Promise<IamFacts> => {
  const { clock = systemClock } = options;
  const wait = () => clock.sleep(beforeSecondLook);
  const [providers, roles, alias] = await Promise.all([
    readProviders(iam, options.concurrency ?? 8, { earlier: earlier.providers, wait }),
    readLookingAgain(
      () => readRoles(iam),
      ({ arn }) => arn,
      { earlier: earlier.roles, wait },
    ).then(section => withDetails(iam, section, options, earlier)),
    options.accountAlias ? readAlias(iam) : undefined,
  ]);
  return { providers, ...roles, ...given({ alias }) };
};

/** The roles with what one call for all of them tells, where it is asked for. */
const withDetails = async (
  iam: IAMClient,
  section: Collected<readonly Role[]>,
  { roleDetails, rolePermissions, serviceUse, concurrency = 8, clock = systemClock }: IamReadOptions,
  { uses }: EarlierReading,
): Promise<Pick<IamFacts, 'roles' | 'rolePermissions' | 'serviceUse'>> => {
  if (!(roleDetails || rolePermissions) || section.status === 'unavailable')
    return {
      roles: section,
      ...(rolePermissions && section.status === 'unavailable' ? { rolePermissions: section } : {}),
      ...(serviceUse && section.status === 'unavailable' ? { serviceUse: section } : {}),
    };
  const details = await readAuthorizationDetails(iam, new Set(valueOr(section, []).map(({ arn }) => arn)));
  const roles = withRoleDetails(section, details);
  if (!rolePermissions) return { roles };
  return {
    roles,
    rolePermissions: await readRolePermissions(iam, roles, details, { ...rolePermissions, concurrency }),
    ...(serviceUse ? { serviceUse: await readServiceUse(iam, roles, { ...serviceUse, clock, earlier: uses }) } : {}),
  };
};

const aliasAnswer = z.object({ AccountAliases: z.array(worldName).default([]) });

const readAlias = async (iam: IAMClient): Promise<string | undefined> => {
  const answer = await iam.send(new ListAccountAliasesCommand({})).catch(() => undefined);
  return aliasAnswer.safeParse(answer).data?.AccountAliases[0];
};

const operation = 'iam:GetRole';

/** One role as a question about its trust policy needs it. */
interface NamedRole {
  readonly arn: string;
  readonly trustPolicy: string;
  readonly tags: Readonly<Record<string, string>>;
}

const answer = z.object({
  Role: z.object({
    Arn: requiredText,
    AssumeRolePolicyDocument: worldPolicy,
    Tags: z.array(z.object({ Key: worldText, Value: worldText })).default([]),
  }),
});

/** Reads one role by name. Never throws for what AWS refuses. */
export const readRole = async (iam: IAMClient, name: string): Promise<Collected<NamedRole>> => {
  try {
    const parsed = answer.safeParse(await iam.send(new GetRoleCommand({ RoleName: name })));
    if (!parsed.success) return unavailable(invalidAnswer(operation, 'a role without ARN or trust policy'));
    const { Arn: arn, AssumeRolePolicyDocument: document, Tags: tags } = parsed.data.Role;
    return complete({
      arn,
      trustPolicy: policyText(document),
      tags: Object.fromEntries(tags.map(tag => [tag.Key, tag.Value])),
    });
  } catch (error) {
    return unavailable(readFailureFromError(error, operation));
  }
};
