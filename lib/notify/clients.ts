/** The only file of the notifiers that makes SDK clients for these services. */
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SecurityHubClient } from '@aws-sdk/client-securityhub';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type SdkClientOptions, sdkClientOptions } from '../outbound/sdk-client-options.ts';
import { DeliveryFailed } from './errors.ts';
import type { SecretReader } from './secrets.ts';

/** An EventBridge client. */
export const eventBridgeClient = (options: SdkClientOptions): EventBridgeClient =>
  new EventBridgeClient(sdkClientOptions(options));

/** A Security Hub client. */
export const securityHubClient = (options: SdkClientOptions): SecurityHubClient =>
  new SecurityHubClient(sdkClientOptions(options));

/** An SQS client. */
export const sqsClient = (options: SdkClientOptions): SQSClient => new SQSClient(sdkClientOptions(options));

/** Reads secrets from Secrets Manager, at the moment they are needed. Throws `DeliveryFailed` with the secret's name and
 *  the error's name; never with what was read. */
export const secretsManagerReader = (options: SdkClientOptions): SecretReader => {
  const client = new SecretsManagerClient(sdkClientOptions(options));
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
