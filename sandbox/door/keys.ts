/** The customer's keys that encrypt what is deployed, and the secrets that it names. */
import type { Document } from './policies.ts';
import { ofType, type Stack } from './stack.ts';

/** The customer's keys of secrets that have one, by the names of the secrets. */
export type SecretKeys = Readonly<Record<string, { readonly arn: string; readonly policy: Document }>>;

/** The customer's key of a topic, a queue or a secret, by its ARN; a key that AWS manages has a policy for everybody of the account.
 *  Secrets Manager appends six characters to a secret's name. */
export const keyOf = (stack: Stack, secretKeys: SecretKeys = {}, arn = ''): string | undefined => {
  const secret = secretKeys[/:secret:(.+)-\w{6}$/.exec(arn)?.[1] ?? ''];
  if (secret !== undefined) return secret.arn;
  const key = stack.resources.find(resource => resource.arn === arn)?.properties.KmsMasterKeyId;
  if (typeof key !== 'string' || key.includes('alias/aws/')) return undefined;
  return ofType(stack, 'AWS::KMS::Key').find(each => each.arn === key || each.arn.endsWith(`/${key}`))?.arn ?? key;
};
