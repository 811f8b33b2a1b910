import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import * as z from 'zod';
import type { Target } from '../../audit/target.ts';
import { errorParts } from '../../kit/classify-error.ts';
import { type Collected, complete, isOptInRegion, unavailable } from '../../model.ts';
import { given } from '../../text.ts';
import type { AwsClients } from '../clients.ts';
import { invalidAnswer, readFailureFromError } from '../unread-from-error.ts';

const operation = 'sts:AssumeRole';
const answer = z.object({
  Credentials: z.object({
    AccessKeyId: z.string().min(1),
    SecretAccessKey: z.string().min(1),
    SessionToken: z.string().min(1),
    Expiration: z.date().optional(),
  }),
});

/** On in every account of the partition `aws`, the only one that has regions that are off at first. */
const alwaysOn = 'us-east-1';

/** STS of an opt-in region answers for those accounts alone that have enabled it (STS API reference,
 *  `RegionDisabledException`): the others are asked for where every account has STS. */
const assume = async (clients: AwsClients, command: AssumeRoleCommand): Promise<unknown> => {
  try {
    return await clients.sts().send(command);
  } catch (error) {
    if (!isOptInRegion(clients.region) || errorParts(error).name !== 'RegionDisabledException') throw error;
    return clients.sts(alwaysOn).send(command);
  }
};

/** Clients for a target: the caller's own where it names no role, else those of the assumed role. A refusal is the
 *  reason why nothing of the account was read. */
export const clientsOfTarget = async (clients: AwsClients, target: Target): Promise<Collected<AwsClients>> => {
  if (target.roleArn === undefined) return complete(clients);
  try {
    const command = new AssumeRoleCommand({
      RoleArn: target.roleArn,
      RoleSessionName: 'irsa-auditor',
      ...given({ ExternalId: target.externalId }),
    });
    const assumed = answer.safeParse(await assume(clients, command));
    if (!assumed.success) return unavailable(invalidAnswer(operation, 'the answer has no credentials'));
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = assumed.data.Credentials;
    return complete(
      clients.withCredentials({
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: SessionToken,
        ...given({ expiration: Expiration }),
      }),
    );
  } catch (error) {
    const reason = readFailureFromError(error, operation);
    return unavailable(
      reason.kind === 'denied' ? { ...reason, permission: `sts:AssumeRole on ${target.roleArn}` } : reason,
    );
  }
};
