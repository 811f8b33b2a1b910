import { SlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias, type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { type CfnSubscription, type ITopic, type Subscription, SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Aws, Duration, RemovalPolicy, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { digestAttributes, emailFilter } from '../audit/contract.ts';
import { ConfigurationInvalid } from '../config/configuration.ts';
import {
  type Destination,
  type DestinationOf,
  destinationKinds,
  type Operations,
  type TopicKind,
} from '../config/destinations.ts';
import { partitionOf, partitions } from '../model.ts';
import { given } from '../text.ts';

interface NotificationsProps {
  readonly name: string;
  readonly destinations: readonly Destination[];
  /** Who reads the auditor's own alarms. */
  readonly operations: Operations | undefined;
  /** Encrypt with a key of the account, not with those of AWS. */
  readonly customerKey: boolean;
  readonly own: OwnTopics;
}

/** Of the app around the auditor, in place of its own. */
export interface OwnTopics {
  readonly key?: IKey;
  readonly findings?: ITopic;
  readonly operations?: ITopic;
}

/**
 * The topics: `findings` for people and machines, `operations` for the auditor's own alarms, `chat` for channels (in
 * the chat service's own schema, so a topic of its own); and the queue of what was never delivered. Without a customer key
 * topics have the key that AWS manages for SNS, and queues that of SQS. CloudWatch cannot publish to a topic with the key
 * that AWS manages (AWS re:Post, "Why didn't I receive an SNS notification for my CloudWatch alarm trigger"): the topic
 * of alarms then has none. An alarm names itself and its state, and tells nothing that was found.
 */
export class Notifications extends Construct {
  readonly key?: IKey;
  readonly findings: ITopic;
  readonly operations: ITopic;
  readonly chat?: Topic;
  /** Digests that a destination never took. */
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string, props: NotificationsProps) {
    super(scope, id);
    const { own } = props;
    if (own.key !== undefined || props.customerKey) this.key = own.key ?? topicKey(this, props.name);
    if (this.key !== undefined) letServicesUse(this.key);
    const managed = Alias.fromAliasName(this, 'ManagedKey', 'alias/aws/sns');
    this.findings = own.findings ?? this.topic('Findings', `${props.name}-findings`, managed);
    this.operations = own.operations ?? this.topic('Operations', `${props.name}-operations`);
    if (own.operations === undefined) this.operations.addToResourcePolicy(alarmsPublish(this.operations));
    this.undelivered = new Queue(this, 'Undelivered', {
      queueName: `${props.name}-undelivered`,
      ...queueEncryption(this.key),
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const channels = props.destinations.filter(({ to }) => destinationKinds[to].carrier === 'chat-topic');
    if (channels.length > 0) this.chat = this.topic('Chat', `${props.name}-chat`, managed);
    for (const read of Object.values(readers)) read(this, props);
  }

  private topic(id: string, topicName: string, otherwise?: IKey): Topic {
    const masterKey = this.key ?? otherwise;
    return new Topic(this, id, { topicName, enforceSSL: true, ...given({ masterKey }) });
  }
}

/** How a queue is encrypted: with the key, or with that of SQS, which every service may use and which costs nothing. */
export const queueEncryption = (key: IKey | undefined) =>
  key === undefined
    ? { encryption: QueueEncryption.SQS_MANAGED }
    : { encryption: QueueEncryption.KMS, encryptionMasterKey: key };

/** The parts that the stack builds for each kind of destination that reads a topic. */
const readers: Readonly<Record<TopicKind, (topics: Notifications, props: NotificationsProps) => void>> = {
  /** An address gets one subscription a topic, whatever the number of destinations that name it and its letter case: the first
   *  one's filter. */
  email: (topics, { destinations, operations }) => {
    const isNew = firstSpelling();
    for (const destination of destinations) {
      if (destination.to !== 'email') continue;
      for (const address of destination.addresses.filter(isNew)) {
        const filterPolicy = filterPolicyOf(destination.when) ?? everyMessage;
        const subscription = topics.findings.addSubscription(new EmailSubscription(address, { filterPolicy }));
        inEveryRelease(subscription);
      }
    }
    if (operations === undefined || operations === 'none' || operations.to !== 'email') return;
    for (const address of operations.addresses.filter(firstSpelling()))
      topics.operations.addSubscription(new EmailSubscription(address));
  },
  /** A channel has one configuration, whatever it reads. */
  'chatbot-slack': (topics, { name, destinations, operations }) => {
    const channels = new Map<string, Channel>();
    const read = (channel: Omit<DestinationOf<'chatbot-slack'>, 'when'>, topic: ITopic) => {
      const id = `${channel.workspaceId} ${channel.channelId}`;
      const known = channels.get(id);
      const topicOnly = channel.topicOnly === true || known?.topicOnly === true;
      channels.set(id, { ...channel, topicOnly, topics: new Set([...(known?.topics ?? []), topic]) });
    };
    for (const destination of destinations)
      if (destination.to === 'chatbot-slack' && topics.chat) read(destination, topics.chat);
    if (operations !== undefined && operations !== 'none' && operations.to === 'chatbot-slack')
      read(operations, topics.operations);
    for (const channel of channels.values()) {
      if (channel.topicOnly) continue;
      refuseWithoutChatbot(topics);
      slackChannel(topics, name, channel);
    }
  },
};

/** Whether an address comes for the first time, in whichever letter case. */
const firstSpelling = (): ((address: string) => boolean) => {
  const seen = new Set<string>();
  return address => seen.size < seen.add(address.toLowerCase()).size;
};

/** Allows every message: by an attribute that is there, or is not. */
const everyMessage = { [digestAttributes.severity]: SubscriptionFilter.existsFilter() };

/** A subscription that gains or loses its filter, or the scope of it, cannot be updated (aws-cdk 24804): it has both from the
 *  first release on. */
const inEveryRelease = (subscription: Subscription): void => {
  const resource = subscription.node.defaultChild as CfnSubscription;
  resource.filterPolicyScope = 'MessageAttributes';
};

/** The filter of a destination in the construct's form. */
const filterPolicyOf = (when: Parameters<typeof emailFilter>[0]): Record<string, SubscriptionFilter> | undefined => {
  const filter = emailFilter(when);
  return (
    filter &&
    Object.fromEntries(
      Object.entries(filter).map(([name, values]) => [
        name,
        SubscriptionFilter.stringFilter({ allowlist: [...values] }),
      ]),
    )
  );
};

/** A topic that has a policy of its own takes nothing of a service that the policy does not name, alarms neither: SNS's
 *  default policy is gone (SNS Developer Guide, "Example cases for Amazon SNS access control"). */
const alarmsPublish = (topic: ITopic): PolicyStatement =>
  new PolicyStatement({
    sid: 'AlarmsPublish',
    principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
    actions: ['sns:Publish'],
    resources: [topic.topicArn],
    conditions: ofOwnAlarms,
  });

/** The source of what CloudWatch sends for an alarm of this account and region. */
const ofOwnAlarms = {
  StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
  ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:cloudwatch:${Aws.REGION}:${Aws.ACCOUNT_ID}:alarm:*` },
};

/** CloudWatch encrypts its alarms, and EventBridge its dead letters, with permissions of their own: a key that AWS manages
 *  has none for them. CloudWatch's calls of KMS carry their source (AWS's Modern Data Architecture Accelerator grants it
 *  so, `grantCloudWatchAlarmsTopicAccess`); EventBridge's carry none (SNS Developer Guide, "Enable compatibility between
 *  event sources from AWS services and encrypted topics"), so that its grant has no condition. */
const letServicesUse = (key: IKey): void => {
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsPublish',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:GenerateDataKey*', 'kms:Decrypt'],
      resources: ['*'],
      conditions: ofOwnAlarms,
    }),
  );
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'EventsSend',
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
      resources: ['*'],
    }),
  );
};

const topicKey = (scope: Construct, name: string): Key =>
  new Key(scope, 'Key', {
    description: `${name}: topics and queues`,
    enableKeyRotation: true,
    pendingWindow: Duration.days(7),
    removalPolicy: RemovalPolicy.DESTROY,
  });

/** A channel and the topics that it reads. */
interface Channel extends Pick<DestinationOf<'chatbot-slack'>, 'workspaceId' | 'channelId' | 'topicOnly'> {
  readonly topics: ReadonlySet<ITopic>;
}

/** A deployment there would fail after minutes. Where the region is not known at synth, CloudFormation says so. */
const refuseWithoutChatbot = (scope: Construct): void => {
  const { region } = Stack.of(scope);
  if (Token.isUnresolved(region) || partitions[partitionOf(region)].hasChatChannels) return;
  throw new ConfigurationInvalid(
    `chatbot-slack: got the region ${region}, where CloudFormation has no chat channels; wanted the destination slack with a webhook, or "topicOnly": true`,
  );
};

const slackChannel = (scope: Construct, name: string, channel: Channel): void => {
  /** By workspace and channel: taking away one channel renames no other. */
  const own = `${channel.workspaceId}${channel.channelId}`;
  /** The channel may read nothing of the account: it only shows what its topics bring. */
  const role = new Role(scope, `ChannelRole${own}`, {
    assumedBy: new ServicePrincipal('chatbot.amazonaws.com'),
    description: `${name}: channel without permissions`,
  });
  new SlackChannelConfiguration(scope, `Channel${own}`, {
    slackChannelConfigurationName: `${name}-${channel.workspaceId}-${channel.channelId}`,
    slackWorkspaceId: channel.workspaceId,
    slackChannelId: channel.channelId,
    notificationTopics: [...channel.topics],
    role,
  });
};
