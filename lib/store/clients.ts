/** The only file of the stores that makes SDK clients. Endpoint, region and credentials come from the SDK's own chain. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { type SdkClientOptions, sdkClientOptions } from '../outbound/sdk-client-options.ts';

/** A run stands on its table and bucket: they are asked more often than others before it fails. */
const common = (options: SdkClientOptions) => sdkClientOptions({ maxAttempts: 6, ...options });

/** A DynamoDB client. */
export const dynamodbClient = (options: SdkClientOptions): DynamoDBClient => new DynamoDBClient(common(options));

/** An S3 client. Path-style addresses with an endpoint of one's own: there is no DNS for its buckets. */
export const s3Client = (options: SdkClientOptions): S3Client =>
  new S3Client({ ...common(options), forcePathStyle: options.endpoint !== undefined });
