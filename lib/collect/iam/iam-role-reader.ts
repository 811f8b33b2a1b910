import { GetRoleCommand, type IAMClient } from '@aws-sdk/client-iam';
import * as z from 'zod';
import { type Collected, complete, unavailable } from '../../model/collected.ts';
import { invalidAnswer, readFailureFromError } from '../unread-from-error.ts';
import { requiredText, worldPolicy, worldText } from '../world-text.ts';
import { policyText } from './policy-text.ts';

const operation = 'iam:GetRole';

/** One role as a question about its trust policy needs it. */
export interface NamedRole {
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
