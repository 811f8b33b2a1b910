import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { startFauxqs } from 'fauxqs';
import { sqsClient } from '../lib/notify/clients.ts';
import { snsClient } from '../lib/notify/sns-clients.ts';
import { dynamodbClient, s3Client } from '../lib/store/clients.ts';
import { createTable } from './create-table.ts';

/** dynalite ships no types: it is an http.Server. */
const dynalite: (options: { readonly createTableMs: number }) => Server = createRequire(import.meta.url)('dynalite');

/** Names of what the stack would make. */
export const tableName = 'irsa-auditor-findings';
const topicName = 'irsa-auditor-drift';
const bucket = 'irsa-auditor-snapshots';
const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };

/** DynamoDB (dynalite) and SNS, SQS, S3 (fauxqs) on free loopback ports, with the table, the bucket and a topic whose
 *  messages a queue takes. */
export const startLocalServices = async (region: string) => {
  const database = dynalite({ createTableMs: 0 });
  database.keepAliveTimeout = 60_000;
  await new Promise<void>(resolve => database.listen(0, '127.0.0.1', resolve));
  const tableUrl = `http://127.0.0.1:${(database.address() as AddressInfo).port}`;
  const dynamodb = dynamodbClient({ region, endpoint: tableUrl, credentials });
  await createTable(dynamodb, tableName);
  const messages = await startFauxqs({
    port: 0,
    host: '127.0.0.1',
    logger: false,
    messageSpies: { bufferSize: 20_000 },
    defaultRegion: region,
  });
  const { topicArn } = messages.createTopic(topicName);
  messages.createQueue('irsa-auditor-inbox');
  messages.subscribe({ topic: topicName, queue: 'irsa-auditor-inbox' });
  const { queueUrl: undeliveredUrl } = messages.createQueue('irsa-auditor-undelivered');
  messages.createBucket(bucket);
  const messagesUrl = `http://127.0.0.1:${messages.port}`;
  return {
    dynamodb,
    tableUrl,
    messagesUrl,
    topicArn,
    bucket,
    undeliveredUrl,
    sqs: sqsClient({ region, endpoint: messagesUrl, credentials }),
    s3: s3Client({ region, endpoint: messagesUrl, credentials }),
    sns: snsClient({ region, endpoint: messagesUrl, credentials }),
    /** Waits until so many messages in all have reached the queue; rejects after five seconds. */
    awaitDelivered: async (count: number): Promise<void> => {
      if (count > 0)
        await messages.spy.waitForMessages({ service: 'sqs' }, { count, status: 'published', timeout: 5000 });
    },
    stop: async (): Promise<void> => {
      dynamodb.destroy();
      database.closeAllConnections();
      await Promise.all([messages.stop(), new Promise<void>(resolve => database.close(() => resolve()))]);
    },
  };
};
