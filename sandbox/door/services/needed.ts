/** The permissions that a request needs: the form of each service's table. */
import type { Asked } from '../asked.ts';
import type { Question } from '../judge.ts';
import type { Json } from '../stack.ts';

/** One permission of a request. */
export type Needed = Omit<Question, 'principal'>;

/** A request with the account of its caller, for ARNs. */
export interface Call extends Asked {
  readonly partition: string;
  readonly accountId: string;
  /** The ARN of a policy of the organization, by its id: the request names the id alone. */
  readonly policyArn: (id: string) => string;
  readonly organization: { readonly id: string; readonly managementAccountId: string };
  /** The key of a topic, a queue, a bucket, a table or a secret, by its ARN. */
  readonly keyOf: (arn: string) => string | undefined;
}

/** The permissions of an operation: all of them are needed. An empty list is an operation that everybody may call. */
export type Operations = Readonly<Record<string, (call: Call) => readonly Needed[]>>;

/** A text parameter. Throws where it is missing. */
export const text = (input: Json, name: string): string => {
  const value = input[name];
  if (typeof value === 'string') return value;
  throw new Error(`the parameter ${name} is ${JSON.stringify(value)}, want text`);
};

/** An ARN of the caller's account and the request's region. */
export const regionalArn = ({ partition, region, accountId }: Call, service: string, resource: string): string =>
  `arn:${partition}:${service}:${region}:${accountId}:${resource}`;

/** An operation whose action knows no resource. */
export const onAll = (action: string) => (): readonly Needed[] => [{ action, resource: '*' }];

/** The use of a key by a service on behalf of the caller (KMS Developer Guide, "kms:ViaService"). */
export const throughKey = (call: Call, arn: string, service: string, actions: readonly string[]): readonly Needed[] => {
  const key = call.keyOf(arn);
  if (key === undefined) return [];
  const context = { 'kms:ViaService': `${service}.${call.region}.amazonaws.com` };
  return actions.map(action => ({ action, resource: key, context }));
};
