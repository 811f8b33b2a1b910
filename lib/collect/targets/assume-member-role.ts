import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import * as z from 'zod';
import type { Target } from '../../audit/ports.ts';
import { type Collected, complete, unavailable } from '../../model/collected.ts';
import { given } from '../../text/given.ts';
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

/** Clients for a target: the caller's own where it names no role, else those of the assumed role. A refusal is the
 *  reason why nothing of the account was read. */
export const clientsOfTarget = async (clients: AwsClients, target: Target): Promise<Collected<AwsClients>> => {
  if (target.roleArn === undefined) return complete(clients);
  try {
    const assumed = answer.safeParse(
      await clients.sts().send(
        new AssumeRoleCommand({
          RoleArn: target.roleArn,
          RoleSessionName: 'irsa-auditor',
          ...given({ ExternalId: target.externalId }),
        }),
      ),
    );
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
