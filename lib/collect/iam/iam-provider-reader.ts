import { GetOpenIDConnectProviderCommand, type IAMClient } from '@aws-sdk/client-iam';
import { z } from 'zod';
import { type Collected, complete, unavailable } from '../../core/model/collected.ts';
import { invalidAnswer, unreadFromError } from '../unread-from-error.ts';

const operation = 'iam:GetOpenIDConnectProvider';
const answer = z.object({ ClientIDList: z.array(z.string()).nullish() });

/** The audiences of one provider by its ARN. A provider that does not exist is `not-found`. */
export const readProviderAudiences = async (iam: IAMClient, arn: string): Promise<Collected<readonly string[]>> => {
  try {
    const parsed = answer.safeParse(
      await iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn })),
    );
    return parsed.success
      ? complete(parsed.data.ClientIDList ?? [])
      : unavailable(invalidAnswer(operation, 'the answer is no provider'));
  } catch (error) {
    return unavailable(unreadFromError(error, operation));
  }
};
