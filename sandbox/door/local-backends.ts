/** The table, bucket, topics and queues of a stack on emulators of others: dynalite and fauxqs, on free loopback ports. */
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo, type ListenOptions, Server as NetServer } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startFauxqs } from 'fauxqs';
import { passes } from './filter-policies.ts';
import { type Json, ofType, record, type Stack } from './stack.ts';

/** dynalite ships no types: it is an http.Server. */
const dynalite: (options: { readonly createTableMs: number; readonly deleteTableMs: number }) => Server = createRequire(
  import.meta.url,
)('dynalite');

/** The one account of fauxqs. */
const theirAccount = '000000000000';
const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };

/** Starts both, and makes what the stack declares. A subscription by email becomes a queue, and its filter that of the inbox. */
export const startLocalBackends = async (stack: Stack) => {
  const { region } = stack.place;
  const database = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  database.keepAliveTimeout = 120_000;
  await new Promise<void>(resolve => database.listen(0, '127.0.0.1', resolve));
  const tableUrl = `http://127.0.0.1:${(database.address() as AddressInfo).port}`;
  await createTables(stack, tableUrl);
  const messages = await onLoopback(() =>
    startFauxqs({
      ...{ port: 0, host: '127.0.0.1', logger: false, messageSpies: { bufferSize: 20_000 } },
      defaultRegion: region,
    }),
  );
  for (const { arn } of ofType(stack, 'AWS::SNS::Topic')) messages.createTopic(nameIn(arn), { region });
  for (const { arn } of ofType(stack, 'AWS::SQS::Queue')) messages.createQueue(nameIn(arn), { region });
  const inboxes = ofType(stack, 'AWS::SNS::Subscription').map(({ id, properties }) => {
    const queue = `inbox-${id}`.slice(0, 80);
    messages.createQueue(queue, { region });
    const { TopicArn, FilterPolicy, FilterPolicyScope = 'MessageAttributes' } = properties;
    if (FilterPolicyScope !== 'MessageAttributes') throw new Error(`${id} filters by ${FilterPolicyScope}`);
    messages.subscribe({ topic: nameIn(String(TopicArn)), queue, region });
    const policy = record(FilterPolicy ?? {}, 'a filter policy');
    return {
      ...{ address: String(properties.Endpoint), topicArn: String(TopicArn) },
      /** The messages that its filter lets through, in SNS's envelope. */
      received: (): readonly Json[] =>
        (messages.inspectQueue(queue)?.messages.ready ?? [])
          .map(({ body }) => record(JSON.parse(body), 'a message'))
          .filter(({ MessageAttributes = {} }) => passes(policy, record(MessageAttributes, 'attributes'))),
    };
  });
  for (const { arn } of ofType(stack, 'AWS::S3::Bucket')) messages.createBucket(nameIn(arn));
  return {
    tableUrl,
    messagesUrl: `http://127.0.0.1:${messages.port}`,
    theirAccount,
    messages,
    /** Addresses with the messages that reached them. */
    inboxes,
    stop: async (): Promise<void> => {
      database.closeAllConnections();
      await Promise.all([messages.stop(), new Promise<void>(resolve => database.close(() => resolve()))]);
    },
  };
};
export type LocalBackends = Awaited<ReturnType<typeof startLocalBackends>>;

/** fauxqs listens on all addresses of the machine, whatever its option `host` says: its server gets the loopback one alone. */
const onLoopback = async <T>(start: () => Promise<T>): Promise<T> => {
  const { listen } = NetServer.prototype;
  NetServer.prototype.listen = function (this: NetServer, options: ListenOptions, ...rest: never[]) {
    return listen.call(this, { ...options, host: '127.0.0.1' }, ...rest);
  } as typeof listen;
  try {
    return await start();
  } finally {
    NetServer.prototype.listen = listen;
  }
};

const nameIn = (arn: string): string => arn.replace(/^.*:/, '');

/** As the template declares them, field by field. */
const createTables = async (stack: Stack, endpoint: string): Promise<void> => {
  const client = new DynamoDBClient({ region: stack.place.region, endpoint, credentials });
  for (const { properties } of ofType(stack, 'AWS::DynamoDB::Table')) {
    const { TableName, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, BillingMode } = properties;
    const declared = { TableName, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, BillingMode };
    await client.send(new CreateTableCommand(JSON.parse(JSON.stringify(declared))));
  }
  client.destroy();
};
