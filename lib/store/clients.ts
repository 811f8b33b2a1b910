/** The only file of the stores that makes SDK clients. Endpoint, region and credentials come from the SDK's own chain. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';

/** What may be handed in instead of the SDK's own chain: the command line, the sandbox and tests do. */
export interface StoreClientOptions {
  readonly region?: string;
  readonly profile?: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Attempts of one call, the first included. */
  readonly maxAttempts?: number;
}

const common = (options: StoreClientOptions) => ({
  retryMode: 'adaptive',
  maxAttempts: options.maxAttempts ?? 6,
  ...(options.region === undefined ? {} : { region: options.region }),
  ...(options.profile === undefined ? {} : { profile: options.profile }),
  ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
  ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
});

/** A DynamoDB client. */
export const dynamodbClient = (options: StoreClientOptions = {}): DynamoDBClient => new DynamoDBClient(common(options));

/** An S3 client. Path-style addresses with an endpoint of one's own: there is no DNS for its buckets. */
export const s3Client = (options: StoreClientOptions = {}): S3Client =>
  new S3Client({ ...common(options), forcePathStyle: options.endpoint !== undefined });
