/** What a deployment keeps: the items of its table and the documents of its bucket, read and put back past the door. */
import { DynamoDBClient, PutItemCommand, ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { ofType } from '../../../sandbox/door/stack.ts';
import type { DoorWorld } from './played-scenario.ts';

type Item = NonNullable<ScanCommandOutput['Items']>[number];

/** A document of the bucket. `body` is in base64. */
export interface KeptDocument {
  readonly key: string;
  readonly body: string;
  readonly encoding?: string | undefined;
  readonly type?: string | undefined;
}

type Place = Pick<DoorWorld, 'stack' | 'local' | 'place'>;
const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
const nameOf = ({ stack }: Place, type: string): string => ofType(stack, type)[0]?.arn.replace(/^.*[:/]/, '') ?? '';

const ofTable = async <T>(at: Place, use: (client: DynamoDBClient, TableName: string) => Promise<T>): Promise<T> => {
  const client = new DynamoDBClient({ endpoint: at.local.tableUrl, region: at.place.region, credentials });
  try {
    return await use(client, nameOf(at, 'AWS::DynamoDB::Table'));
  } finally {
    client.destroy();
  }
};
const ofBucket = async <T>(at: Place, use: (client: S3Client, Bucket: string) => Promise<T>): Promise<T> => {
  const where = { endpoint: at.local.messagesUrl, region: at.place.region, forcePathStyle: true };
  const client = new S3Client({ ...where, credentials });
  try {
    return await use(client, nameOf(at, 'AWS::S3::Bucket'));
  } finally {
    client.destroy();
  }
};

/** All items of the table. */
export const itemsOf = (at: Place): Promise<readonly Item[]> =>
  ofTable(at, async (client, TableName) => (await client.send(new ScanCommand({ TableName }))).Items ?? []);

/** All documents of the bucket. */
export const documentsOf = (at: Place): Promise<readonly KeptDocument[]> =>
  ofBucket(at, async (client, Bucket) => {
    const kept: KeptDocument[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket }))
      for (const { Key = '' } of Contents) {
        const { Body, ContentEncoding, ContentType } = await client.send(new GetObjectCommand({ Bucket, Key }));
        const body = (await Body?.transformToString('base64')) ?? '';
        kept.push({ key: Key, body, encoding: ContentEncoding, type: ContentType });
      }
    return kept;
  });

/** Puts both back. */
export const putBack = async (at: Place, items: readonly Item[], documents: readonly KeptDocument[]): Promise<void> => {
  await ofTable(at, async (client, TableName) => {
    for (const Item of items) await client.send(new PutItemCommand({ TableName, Item }));
  });
  await ofBucket(at, async (client, Bucket) => {
    for (const { key, body, encoding, type } of documents)
      await client.send(
        new PutObjectCommand({
          ...{ Bucket, Key: key, Body: Buffer.from(body, 'base64') },
          ...{ ContentEncoding: encoding, ContentType: type },
        }),
      );
  });
};
