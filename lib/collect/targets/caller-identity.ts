import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import * as z from 'zod';
import { parseArn } from '../../model.ts';
import { unreadableTargets } from './organization-accounts.ts';

/** Who the credentials are. */
interface CallerIdentity {
  readonly accountId: string;
  readonly partition: string;
  readonly arn: string;
}

/** The partition decides every ARN that is built later: an ARN that cannot be read is no answer. */
const callerArn = z.string().transform((text, context) => {
  const arn = parseArn(text);
  if (arn) return { text, partition: arn.partition };
  context.addIssue('not an ARN');
  return z.NEVER;
});
const answer = z.object({ Account: z.string().regex(/^\d{12}$/), Arn: callerArn });

/**
 * Asks STS who the caller is: one call that needs no permission, and so the one that tells good credentials from bad.
 * Throws `CredentialsInvalid` where they cannot work, `ThrottledError`,
 * `TransientError` or `TargetsUnreadable` where STS did not answer.
 */
export const callerIdentity = async (sts: STSClient): Promise<CallerIdentity> => {
  try {
    const { Account, Arn } = answer.parse(await sts.send(new GetCallerIdentityCommand({})));
    return { accountId: Account, partition: Arn.partition, arn: Arn.text };
  } catch (error) {
    throw unreadableTargets(error, 'sts:GetCallerIdentity', "the caller's account");
  }
};
