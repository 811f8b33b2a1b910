/**
 * The sandbox as a deployment looks from outside, under one URL: the stack, its schedule, alarms, topics and keys as the
 * synthesized template has them, and behind them the sandbox's own table, queues and AWS.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { toolVersion } from '../../lib/cli/shell/tool-version.ts';
import { bodyOf } from '../../sandbox/aws/request.ts';
import type { Sandbox } from '../../sandbox/start-sandbox.ts';
import { auditorStack, type CfnResource, type Json, templateOf } from './synthesized.ts';

const region = 'eu-west-1';
const accountId = '111122223333';
const pseudo: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::AccountId': accountId,
};

/** The text of a value of the template; a resource is known by its logical id. */
const textOf = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return String(value);
  if ('Ref' in value) return pseudo[String(value.Ref)] ?? arnOf(String(value.Ref));
  if ('Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt'])) return arnOf(String(value['Fn::GetAtt'][0]));
  if ('Fn::Join' in value && Array.isArray(value['Fn::Join'])) {
    const [separator, parts] = value['Fn::Join'] as [string, readonly unknown[]];
    return parts.map(textOf).join(separator);
  }
  throw new Error(`cannot resolve ${JSON.stringify(value)}`);
};
const arnOf = (logicalId: string): string => `arn:aws:any:${region}:${accountId}:${logicalId}`;

const isFunction = (value: object): boolean => Object.keys(value).some(key => key === 'Ref' || key.startsWith('Fn::'));

/** The value with every function of CloudFormation resolved. */
const resolved = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (isFunction(value)) return textOf(value);
  if (Array.isArray(value)) return value.map(resolved);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner)]));
};

/** The faults of a deployment, beside those that the sandbox's world makes. */
export interface Deployment {
  /** States of alarms by the end of their names; `OK` where none is given. */
  readonly alarms: Record<string, string>;
  /** Addresses that have confirmed. */
  readonly confirmed: string[];
  /** Logical ids of resources that are not there, as a pattern. */
  gone: RegExp | undefined;
}

export interface DeployedSandbox extends Deployment {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

type Template = ReturnType<typeof templateOf>;

interface Asked {
  readonly service: string;
  readonly action: string;
  readonly path: string;
  readonly form: URLSearchParams;
}

/** Serves the deployment that a configuration makes, over a running sandbox. */
export const deploySandbox = async (sandbox: Sandbox, configuration: object): Promise<DeployedSandbox> => {
  const template = templateOf(auditorStack(configuration, true, toolVersion));
  const deployment: Deployment = { alarms: {}, confirmed: [], gone: undefined };
  for (const { QueueName } of resourcesOf(template, queueType, deployment))
    await sandbox.services.sqs.send(new CreateQueueCommand({ QueueName: String(QueueName) }));
  const server = createServer(async (message, response) => {
    const body = await bodyOf(message);
    const asked = askedOf(message, body);
    if (isGoneQueue(asked, body, template, deployment)) {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end('{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."}');
      return;
    }
    const behind = behindOf(sandbox, asked);
    if (behind !== undefined) {
      const { host: _host, 'content-length': _length, ...headers } = message.headers;
      const answer = await fetch(new URL(message.url ?? '/', behind), {
        ...{ method: message.method ?? 'POST', headers: headers as Record<string, string> },
        ...(body === '' ? {} : { body }),
      });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
      response.end(Buffer.from(await answer.arrayBuffer()));
      return;
    }
    const answer = answerOf(asked, template, deployment, sandbox);
    response.writeHead(answer === undefined ? 404 : 200, {
      ...(answer === undefined ? { 'x-amzn-errortype': 'ResourceNotFoundException' } : {}),
    });
    response.end(answer ?? '{"message":"not found"}');
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return Object.assign(deployment, {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    stop: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
};

const askedOf = (message: IncomingMessage, body: string): Asked => {
  const [, service = ''] = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(message.headers.authorization ?? '') ?? [];
  const form = new URLSearchParams(body);
  const target = String(message.headers['x-amz-target'] ?? '');
  return { service, action: form.get('Action') ?? target.replace(/.*\./, ''), path: message.url ?? '/', form };
};

const queueType = 'AWS::SQS::Queue';

/** Whether a queue is asked for that is not there: the sandbox behind has them all. */
const isGoneQueue = ({ service, action }: Asked, body: string, template: Template, deployment: Deployment): boolean => {
  if (`${service} ${action}` !== 'sqs GetQueueUrl') return false;
  const { QueueName } = JSON.parse(body) as Json;
  return !resourcesOf(template, queueType, deployment).some(queue => queue.QueueName === QueueName);
};

/** Where the sandbox has the service itself. */
const behindOf = ({ services, aws }: Sandbox, { service, action }: Asked): string | undefined => {
  // The local table knows no expiry.
  if (action === 'DescribeTimeToLive') return undefined;
  if (service === 'dynamodb') return services.tableUrl;
  if (service === 'sqs') return services.messagesUrl;
  return ['iam', 'sts', 'eks'].includes(service) ? aws.url : undefined;
};

const resourcesOf = (
  { Resources }: { readonly Resources: Readonly<Record<string, CfnResource>> },
  type: string,
  { gone }: Deployment,
): readonly Json[] =>
  Object.entries(Resources)
    .filter(([id, resource]) => resource.Type === type && gone?.test(id) !== true)
    .map(([, { Properties }]) => resolved(Properties) as Json);

const xml = (action: string, content: string): string =>
  `<${action}Response><${action}Result>${content}</${action}Result></${action}Response>`;
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** The answer to a request; undefined for what is not there. */
const answerOf = (
  { service, action, path, form }: Asked,
  template: Template,
  deployment: Deployment,
  sandbox: Sandbox,
): string | undefined => {
  const all = (type: string) => resourcesOf(template, type, deployment);
  switch (`${service} ${action}`) {
    case 'cloudformation DescribeStacks':
      return xml(action, `<Stacks><member>${stackOf(template, sandbox)}</member></Stacks>`);
    case 'monitoring DescribeAlarms':
      return JSON.stringify({
        MetricAlarms: all('AWS::CloudWatch::Alarm').map(alarm => ({
          ...{ AlarmName: alarm.AlarmName, AlarmActions: alarm.AlarmActions, ActionsEnabled: true },
          StateValue: deployment.alarms[String(alarm.AlarmName).replace('irsa-auditor-', '')] ?? 'OK',
        })),
      });
    case 'sns GetTopicAttributes':
      return xml(action, `<Attributes>${attributesOf(all, String(form.get('TopicArn')), template)}</Attributes>`);
    case 'sns ListSubscriptionsByTopic':
      return xml(
        action,
        `<Subscriptions>${all('AWS::SNS::Subscription').map(readerOf(deployment)).join('')}</Subscriptions>`,
      );
    case 'kms GetKeyPolicy':
      return JSON.stringify({ Policy: JSON.stringify(all('AWS::KMS::Key')[0]?.KeyPolicy) });
    case 'dynamodb DescribeTimeToLive': {
      const [table] = all('AWS::DynamoDB::Table');
      const { AttributeName, Enabled } = (table?.TimeToLiveSpecification ?? {}) as Json;
      return JSON.stringify({
        TimeToLiveDescription: { AttributeName, TimeToLiveStatus: Enabled ? 'ENABLED' : 'DISABLED' },
      });
    }
    case 'servicequotas GetServiceQuota':
      return JSON.stringify({ Quota: { Value: 1000 } });
    case 'scheduler ': {
      const name = path.replace('/schedules/', '').replace(/\?.*/, '');
      const found = all('AWS::Scheduler::Schedule').find(schedule => schedule.Name === name);
      return found && JSON.stringify({ State: found.State, ScheduleExpression: found.ScheduleExpression });
    }
    default:
      throw new Error(`nobody answers ${service} ${action} ${path}`);
  }
};

/** The outputs of the template, with the names that the sandbox's own parts have. */
const stackOf = (template: Json, { services }: Sandbox): string => {
  const own: Readonly<Record<string, string>> = { TableName: 'irsa-auditor-findings', TopicArn: services.topicArn };
  const outputs = Object.entries(template.Outputs as Readonly<Record<string, { readonly Value: unknown }>>)
    .map(([key, { Value }]) => [key, own[key] ?? textOf(Value)])
    .map(
      ([key, value]) =>
        `<member><OutputKey>${key}</OutputKey><OutputValue>${escaped(String(value))}</OutputValue></member>`,
    );
  return `<StackName>irsa-auditor</StackName><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${outputs.join('')}</Outputs>`;
};

const attributesOf = (all: (type: string) => readonly Json[], topicArn: string, { Resources }: Template): string => {
  const policy = all('AWS::SNS::TopicPolicy').find(({ Topics }) => [Topics].flat().includes(topicArn));
  const entry = (key: string, value: string) => `<entry><key>${key}</key><value>${escaped(value)}</value></entry>`;
  const [, topic] = Object.entries(Resources).find(([id]) => arnOf(id) === topicArn) ?? [];
  const key = topic?.Properties?.KmsMasterKeyId;
  return (
    entry('Policy', JSON.stringify(policy?.PolicyDocument ?? { Statement: [] })) +
    (key === undefined ? '' : entry('KmsMasterKeyId', textOf(key)))
  );
};

const readerOf =
  ({ confirmed }: Deployment) =>
  ({ Endpoint, Protocol, TopicArn }: Json): string => {
    const arn = confirmed.includes(String(Endpoint)) ? `${TopicArn}:1` : 'PendingConfirmation';
    return `<member><Endpoint>${Endpoint}</Endpoint><Protocol>${Protocol}</Protocol><SubscriptionArn>${arn}</SubscriptionArn></member>`;
  };
