/** The only file of the notifiers that makes SDK clients for these services. */
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SecurityHubClient } from '@aws-sdk/client-securityhub';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DeliveryFailed } from './errors.ts';
import type { SecretReader } from './secrets.ts';

/** What may be handed in instead of the SDK's own chain: the sandbox and tests do. */
export interface NotifyClientOptions {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** An EventBridge client. */
export const eventBridgeClient = (options: NotifyClientOptions = {}): EventBridgeClient =>
  new EventBridgeClient(options);

/** A Security Hub client. */
export const securityHubClient = (options: NotifyClientOptions = {}): SecurityHubClient =>
  new SecurityHubClient(options);

/** An SQS client. */
export const sqsClient = (options: NotifyClientOptions = {}): SQSClient => new SQSClient(options);

/** Reads secrets from Secrets Manager, at the moment they are needed. Throws `DeliveryFailed` with the secret's name and
 *  the error's name; never with what was read. */
export const secretsManagerReader = (options: NotifyClientOptions = {}): SecretReader => {
  const client = new SecretsManagerClient(options);
  return async name => {
    try {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
      if (SecretString !== undefined) return SecretString;
    } catch (cause) {
      throw new DeliveryFailed(
        `the secret ${name} cannot be read: ${cause instanceof Error ? cause.name : 'unknown'}`,
        { cause },
      );
    }
    throw new DeliveryFailed(`the secret ${name} is not text`);
  };
};
