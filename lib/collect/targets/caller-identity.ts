import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { z } from 'zod';
import { parseArn } from '../../core/model/arn.ts';
import { unreadableTargets } from './unreadable-targets.ts';

/** Who the credentials are. */
export interface CallerIdentity {
  readonly accountId: string;
  readonly partition: string;
  readonly arn: string;
}

const answer = z.object({ Account: z.string().regex(/^\d{12}$/), Arn: z.string() });

/**
 * Asks STS who the caller is: one call that needs no permission, and so the one that tells good credentials from bad.
 * Throws `CredentialsInvalid` where they cannot work, `ThrottledError`,
 * `TransientError` or `TargetsUnreadable` where STS did not answer.
 */
export const callerIdentity = async (sts: STSClient): Promise<CallerIdentity> => {
  let identity: z.output<typeof answer>;
  try {
    identity = answer.parse(await sts.send(new GetCallerIdentityCommand({})));
  } catch (error) {
    throw unreadableTargets(error, 'sts:GetCallerIdentity', "the caller's account");
  }
  return { accountId: identity.Account, partition: parseArn(identity.Arn)?.partition ?? 'aws', arn: identity.Arn };
};
