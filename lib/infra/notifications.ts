import { SlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { anyValue, digestAttributes } from '../audit/contract.ts';
import { severities } from '../config/configuration.ts';
import { type Destination, type DestinationOf, destinationKinds, type KindBy } from '../config/destinations.ts';
import type { RoutingFilter } from '../config/fields.ts';

export interface NotificationsProps {
  readonly name: string;
  readonly destinations: readonly Destination[];
}

/**
 * The topics: `findings` for people and machines, `operations` for the auditor's own alarms, `chat` for channels (in
 * the chat service's own schema, so a topic of its own); and the queue of what was never delivered. One customer key:
 * CloudWatch cannot publish to a topic that is encrypted with the key that AWS manages.
 */
export class Notifications extends Construct {
  readonly key: Key;
  readonly findings: Topic;
  readonly operations: Topic;
  readonly chat?: Topic;
  /** Digests that a destination never took. */
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string, props: NotificationsProps) {
    super(scope, id);
    this.key = topicKey(this, props.name);
    this.findings = this.topic('Findings', `${props.name}-findings`);
    this.operations = this.topic('Operations', `${props.name}-operations`);
    this.undelivered = new Queue(this, 'Undelivered', {
      queueName: `${props.name}-undelivered`,
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: this.key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const channels = props.destinations.filter(({ to }) => destinationKinds[to].carrier === 'chat-topic');
    if (channels.length > 0) this.chat = this.topic('Chat', `${props.name}-chat`);
    for (const read of Object.values(readers)) read(this, props);
  }

  private topic(id: string, topicName: string): Topic {
    return new Topic(this, id, { topicName, masterKey: this.key, enforceSSL: true });
  }
}

/** What the stack builds for each kind of destination that reads a topic. */
const readers: Readonly<
  Record<KindBy<'findings-topic' | 'chat-topic'>, (topics: Notifications, props: NotificationsProps) => void>
> = {
  /** An address gets one subscription a topic, whatever the number of destinations that name it: the first one's filter. */
  email: ({ findings, operations }, { destinations }) => {
    const seen = new Set<string>();
    for (const destination of destinations) {
      if (destination.to !== 'email') continue;
      for (const address of destination.addresses) {
        if (seen.has(address)) continue;
        seen.add(address);
        const filterPolicy = filterPolicyOf(destination.when);
        findings.addSubscription(new EmailSubscription(address, filterPolicy ? { filterPolicy } : {}));
        operations.addSubscription(new EmailSubscription(address));
      }
    }
  },
  'chatbot-slack': (topics, { name, destinations }) => {
    const channels = destinations.filter(destination => destination.to === 'chatbot-slack');
    for (const [index, channel] of channels.entries())
      if (topics.chat) slackChannel(topics, name, index, channel, topics.chat);
  },
};

/** A filter of the configuration as an SNS filter policy over the digest's attributes; undefined allows everything. */
const filterPolicyOf = (when: RoutingFilter | undefined): Record<string, SubscriptionFilter> | undefined => {
  const { minSeverity, accounts, clusters, rules, transitions } = when ?? {};
  const wanted: readonly (readonly [string, readonly string[] | undefined])[] = [
    [digestAttributes.severity, minSeverity && severitiesFrom(minSeverity)],
    [digestAttributes.account, accounts],
    [digestAttributes.cluster, clusters],
    [digestAttributes.rule, rules],
    [digestAttributes.transition, transitions],
  ];
  const entries = wanted.flatMap(([name, values]) =>
    values ? [[name, SubscriptionFilter.stringFilter({ allowlist: [...values, anyValue] })] as const] : [],
  );
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
};

/** The severities at least as bad as the given one. */
const severitiesFrom = (floor: (typeof severities)[number]): readonly string[] =>
  severities.slice(0, severities.indexOf(floor) + 1);

const topicKey = (scope: Construct, name: string): Key => {
  const key = new Key(scope, 'Key', {
    description: `${name}: topics and queues`,
    enableKeyRotation: true,
    pendingWindow: Duration.days(7),
    removalPolicy: RemovalPolicy.DESTROY,
  });
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsPublish',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:GenerateDataKey*', 'kms:Decrypt'],
      resources: ['*'],
    }),
  );
  return key;
};

const slackChannel = (
  scope: Construct,
  name: string,
  index: number,
  channel: DestinationOf<'chatbot-slack'>,
  topic: Topic,
): void => {
  /** The channel may read nothing of the account: it only shows what the topic brings. */
  const role = new Role(scope, `ChannelRole${index}`, {
    assumedBy: new ServicePrincipal('chatbot.amazonaws.com'),
    description: `${name}: channel without permissions`,
  });
  new SlackChannelConfiguration(scope, `Channel${index}`, {
    slackChannelConfigurationName: `${name}-${index}`,
    slackWorkspaceId: channel.workspaceId,
    slackChannelId: channel.channelId,
    notificationTopics: [topic],
    role,
  });
};
