import { paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { GetKeyPolicyCommand } from '@aws-sdk/client-kms';
import { GetScheduleCommand } from '@aws-sdk/client-scheduler';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  NoSuchResourceException,
} from '@aws-sdk/client-service-quotas';
import { GetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, GetQueueUrlCommand, QueueDoesNotExist, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { tableDefinition } from '../../audit/contract.ts';
import { silentSince } from '../../audit/fast-lane/accounts-without-events.ts';
import { newerNote } from '../../audit/newer-note.ts';
import type { FindingStore } from '../../audit/ports.ts';
import { watchersOf } from '../../audit/watchers.ts';
import { awsClients } from '../../collect/clients.ts';
import type { Configuration } from '../../config/configuration.ts';
import type { AlarmFacts, Deployment, LastRunFacts, ResourcePolicy, ScheduleFacts } from '../../doctor/deployment.ts';
import { DocumentInvalid } from '../../kit/errors.ts';
import { type Collected, complete, notAskedFor, parseArn } from '../../model.ts';
import { sqsClient } from '../../notify/clients.ts';
import { snsClient } from '../../notify/sns-clients.ts';
import { snsSubscriptions, wantedSubscriptions } from '../../notify/sns-subscriptions.ts';
import { dynamodbClient, s3Client } from '../../store/clients.ts';
import { dynamodbFindingStore } from '../../store/dynamodb-finding-store.ts';
import { s3DocumentStore } from '../../store/s3-document-store.ts';
import { given } from '../../text.ts';
import { cloudFormationClient } from '../clients.ts';
import { deployedStack } from '../deploy/remove-stack.ts';
import { cloudWatchClient, kmsClient, schedulerClient } from './clients.ts';
import { readRefusing } from './read-refusing.ts';
import { readAll, unreadSection, type Whole } from './read-section.ts';
import { readTable } from './read-table.ts';

/** Which deployment, and with whose credentials it is read. */
interface DoctorTarget {
  readonly configuration: Configuration;
  readonly stack: string;
  readonly region: string;
  readonly profile?: string;
  readonly endpoint?: string;
  readonly now: string;
  readonly toolVersion: string;
}

type Where = Pick<DoctorTarget, 'region' | 'profile' | 'endpoint'>;

/** Reads a deployment from outside, with whatever may be read: what is refused is a reason, never an exception. Throws
 *  `CredentialsInvalid` where there are no credentials, or they have expired. */
export const readDeployment = async (target: DoctorTarget): Promise<Deployment> => {
  const { configuration, now, toolVersion } = target;
  const { name } = configuration;
  const where: Where = { region: target.region, ...given({ profile: target.profile, endpoint: target.endpoint }) };
  const cloudFormation = await cloudFormationClient(where);
  const stack = await read('cloudformation:DescribeStacks', () => deployedStack(cloudFormation, target.stack, name));
  const outputs = stack.status === 'complete' ? (stack.value?.outputs ?? {}) : {};
  const operations = outputs.OperationsTopicArn;
  const attributes = await topicAttributes(where, operations);
  const wanted = watchersOf(configuration);
  const lastRun = await readLastRun(where, outputs.TableName);
  return {
    ...{ now, toolVersion, name, stack, stackName: target.stack },
    wantedSchedule: configuration.schedule,
    nobodyReadsAlarms: configuration.operations === undefined || configuration.operations === 'none',
    wantedAlarms: wanted.alarms,
    schedule: await readSchedule(where, name),
    otherSchedules: await readSchedules(
      where,
      wanted.schedules.filter(each => each !== name),
    ),
    lastRun,
    silentAccounts: await readSilent(target, lastRun, outputs.BucketName),
    refusing: await readRefusing(where, configuration, lastRun, operations),
    table: outputs.TableName === undefined ? noOutput('TableName') : await readTable(where, outputs.TableName),
    wantedTable: tableDefinition,
    alarms: await readAlarms(where, name),
    operationsTopicArn: operations,
    topicPolicy: policyOf(attributes, operations),
    keyPolicy: await readKeyPolicy(where, attributes, operations),
    readers: await readReaders(where, configuration, outputs),
    deadLetters: await readLetters(where, wanted.deadLetters),
    concurrency: await readConcurrency(where),
  };
};

const read = async <T>(
  operation: string,
  work: () => Promise<T>,
  absent: (error: unknown) => boolean = () => false,
): Promise<Collected<T | undefined>> => {
  try {
    return complete(await work());
  } catch (error) {
    return absent(error) ? complete(undefined) : unreadSection(error, operation);
  }
};

const noOutput = (name: string): Whole<never> => ({
  status: 'unavailable',
  reason: { kind: 'not-found', operation: 'cloudformation:DescribeStacks', message: `the stack has no output ${name}` },
});

const scheduleShape = z.object({ State: z.enum(['ENABLED', 'DISABLED']), ScheduleExpression: z.string() });

const readSchedule = (where: Where, name: string): Promise<Collected<ScheduleFacts | undefined>> =>
  read(
    'scheduler:GetSchedule',
    async () => {
      const answer = await schedulerClient(where).send(new GetScheduleCommand({ Name: name }));
      const { State, ScheduleExpression } = scheduleShape.parse(answer);
      return { enabled: State === 'ENABLED', expression: ScheduleExpression };
    },
    error => error instanceof Error && error.name === 'ResourceNotFoundException',
  );

const readSchedules = (where: Where, names: readonly string[]): Promise<Deployment['otherSchedules']> =>
  Promise.all(names.map(async name => [name, await readSchedule(where, name)] as const));

const readLastRun = async (
  where: Where,
  tableName: string | undefined,
): Promise<Collected<LastRunFacts | undefined>> => {
  if (tableName === undefined) return noOutput('TableName');
  const unused = { resolvedDays: 1, historyDays: 1 };
  const store: Pick<FindingStore, 'runs'> = dynamodbFindingStore({
    client: dynamodbClient(where),
    tableName,
    retention: unused,
  });
  return read('dynamodb:Query', async () => {
    const { items, newer, cursor } = await store.runs({ limit: 1 });
    if (newer !== undefined) throw new DocumentInvalid(newerNote(newer, cursor));
    return items.map(({ startedAt, accounts, failedAccounts, gaps, gapCount, changedWithoutEvent, failure }) => ({
      ...{ startedAt, accounts, failedAccounts, gaps, gapCount },
      ...given({ changedWithoutEvent, failure: failure?.message }),
    }))[0];
  });
};

const readSilent = async (
  { now, configuration, ...where }: DoctorTarget,
  lastRun: Deployment['lastRun'],
  bucket: string | undefined,
): Promise<Deployment['silentAccounts']> => {
  const operation = 's3:ListBucket';
  if (!configuration.fastLane.enabled) return notAskedFor(operation, 'there is no fast lane');
  if (lastRun.status === 'unavailable') return lastRun;
  const { value: run } = lastRun;
  // As for the alarm: a run that failed tells of no account, unless it found some.
  if (run === undefined || (run.failure !== undefined && run.changedWithoutEvent === undefined))
    return complete(undefined);
  if (bucket === undefined) return noOutput('BucketName');
  return readAll(operation, () => silentSince(s3DocumentStore({ client: s3Client(where), bucket }), run, now));
};

const alarmShape = z.object({
  AlarmName: z.string(),
  StateValue: z.string(),
  ActionsEnabled: z.boolean(),
  AlarmActions: z.array(z.string()).default([]),
});

const readAlarms = (where: Where, name: string): Promise<Collected<readonly AlarmFacts[]>> =>
  readAll('cloudwatch:DescribeAlarms', async () => {
    const alarms: AlarmFacts[] = [];
    const pages = paginateDescribeAlarms({ client: cloudWatchClient(where) }, { AlarmNamePrefix: `${name}-` });
    for await (const { MetricAlarms = [] } of pages)
      for (const { AlarmName, StateValue, ActionsEnabled, AlarmActions } of z.array(alarmShape).parse(MetricAlarms))
        alarms.push({ name: AlarmName, state: StateValue, actionsEnabled: ActionsEnabled, actions: AlarmActions });
    return alarms;
  });

type Attributes = Whole<Readonly<Record<string, string>>>;

const topicAttributes = async (where: Where, TopicArn: string | undefined): Promise<Attributes> =>
  TopicArn === undefined
    ? noOutput('OperationsTopicArn')
    : readAll('sns:GetTopicAttributes', async () => {
        const answer = await snsClient(where).send(new GetTopicAttributesCommand({ TopicArn }));
        return answer.Attributes ?? {};
      });

const policyOf = (attributes: Attributes, arn = ''): Collected<ResourcePolicy> =>
  attributes.status === 'complete' ? complete({ arn, policy: attributes.value.Policy ?? '' }) : attributes;

const readKeyPolicy = async (
  where: Where,
  attributes: Attributes,
  topicArn = '',
): Promise<Collected<ResourcePolicy | undefined>> => {
  if (attributes.status !== 'complete') return attributes;
  const { KmsMasterKeyId: KeyId } = attributes.value;
  if (KeyId === undefined || KeyId === '') return complete(undefined);
  return readAll('kms:GetKeyPolicy', async () => {
    const { Policy } = await kmsClient(where).send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }));
    return { arn: keyArn(KeyId, topicArn), policy: z.string().parse(Policy) };
  });
};

/** A topic names its key by ARN or id; an id is one of the topic's own account. */
const keyArn = (key: string, topicArn: string): string => {
  const { partition, region, accountId } = parseArn(topicArn) ?? {};
  return key.startsWith('arn:') ? key : `arn:${partition}:kms:${region}:${accountId}:key/${key}`;
};

const readReaders = async (
  where: Where,
  configuration: Configuration,
  { TopicArn: findings, OperationsTopicArn: operations }: Readonly<Record<string, string>>,
): Promise<Deployment['readers']> => {
  if (findings === undefined) return noOutput('TopicArn');
  if (operations === undefined) return noOutput('OperationsTopicArn');
  const subscriptions = snsSubscriptions(
    snsClient(where),
    wantedSubscriptions(configuration, { findings, operations }),
  );
  return readAll('sns:ListSubscriptionsByTopic', () => subscriptions.read());
};

const readLetters = (where: Where, queues: readonly string[]): Promise<Deployment['deadLetters']> =>
  readAll('sqs:GetQueueAttributes', async () => {
    const client = sqsClient(where);
    return Promise.all(queues.map(async queue => ({ queue, letters: await lettersIn(client, queue) })));
  });

/** Undefined for a queue that is not there. */
const lettersIn = async (client: SQSClient, queue: string): Promise<number | undefined> => {
  const name = 'ApproximateNumberOfMessages';
  try {
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: queue }));
    const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [name] }));
    return z.coerce.number().int().parse(Attributes?.[name]);
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return undefined;
    throw error;
  }
};

/** The quota that is applied to the account; where none is, the default applies (Service Quotas API Reference, `GetServiceQuota`). */
const readConcurrency = async (where: Where): Promise<Collected<number>> => {
  const clients = awsClients(where);
  const quotas = clients.serviceQuotas(where.region);
  const question = { ServiceCode: 'lambda', QuotaCode: 'L-B99A9384' };
  const valueIn = ({ Quota }: { readonly Quota?: { readonly Value?: number | undefined } | undefined }) =>
    z.number().parse(Quota?.Value);
  const applied = () =>
    quotas.send(new GetServiceQuotaCommand(question)).then(valueIn, error => {
      if (error instanceof NoSuchResourceException) return undefined;
      throw error;
    });
  try {
    const read = await readAll('servicequotas:GetServiceQuota', applied);
    if (read.status !== 'complete') return read;
    if (read.value !== undefined) return complete(read.value);
    return await readAll('servicequotas:GetAWSDefaultServiceQuota', async () =>
      valueIn(await quotas.send(new GetAWSDefaultServiceQuotaCommand(question))),
    );
  } finally {
    clients.close();
  }
};
