import { GetRoleCommand, type IAMClient, ListAccountAliasesCommand } from '@aws-sdk/client-iam';
import * as z from 'zod';
import type { EarlierReading } from '../../audit/ports.ts';
import type { Provider, Role } from '../../model/account.ts';
import { type Collected, complete, unavailable } from '../../model/collected.ts';
import { given } from '../../text/given.ts';
import { type Clock, systemClock } from '../clock.ts';
import { invalidAnswer, readFailureFromError } from '../unread-from-error.ts';
import { requiredText, worldName, worldPolicy, worldText } from '../world-text.ts';
import { beforeSecondLook, readLookingAgain } from './look-again.ts';
import { policyText } from './policy-text.ts';
import { readProviders } from './read-providers.ts';
import { withRoleDetails } from './read-role-details.ts';
import { readRoles } from './read-roles.ts';

/** The parts of IAM that are read beyond providers and roles. Both cost calls, so neither is the default. */
export interface IamReadOptions {
  /** GetAccountAuthorizationDetails: last use, policies, tags. */
  readonly roleDetails?: boolean;
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
    ).then(section => (options.roleDetails ? withRoleDetails(iam, section) : section)),
    options.accountAlias ? readAlias(iam) : undefined,
  ]);
  return { providers, roles, ...given({ alias }) };
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
