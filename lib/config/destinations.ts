/**
 * The one table of destinations. From it come the schema of the configuration, the permissions of notify-drift, the
 * notifiers (`lib/notify/notifiers-of.ts` has one maker for each kind), what the stack builds for a kind that reads a
 * topic (`lib/infra/notifications.ts`), and the table of docs/alerts.md. A kind that one of them does not know is a
 * compile error there.
 */
import * as z from 'zod';
import { quietHours, when } from './fields.ts';

/** Where the auditor is deployed: what the ARNs of permissions are made of. Parts may be CDK tokens. */
export interface DeploymentPlace {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly chatTopicArn: string;
}

/** The fields of a destination that permissions are made of. */
interface DestinationFields {
  readonly to: string;
  readonly secretName?: string | undefined;
  readonly secretKeyArn?: string | undefined;
}

/** The calls that notify-drift may make because of a destination, and for nothing else. */
interface DestinationPermission {
  readonly actions: readonly string[];
  readonly why: string;
  /** The resource in words, for docs/permissions.md. */
  readonly on: string;
  readonly arns: (here: DeploymentPlace, destination: DestinationFields) => readonly string[];
}

/** How a digest gets to a destination: by a notifier of its own, or by one of the stack's topics that it reads. */
type Carrier = 'notifier' | 'findings-topic' | 'chat-topic';

interface About<C extends Carrier> {
  readonly carrier: C;
  /** The description of the destination, for docs/alerts.md. */
  readonly title: string;
  /** An entry of `notifications` without its `to`, for docs/alerts.md and the tests. */
  readonly example: object;
  readonly permissions: readonly DestinationPermission[];
  /** `notify --test` sends a made-up finding there: people read it, and no machine acts on it. */
  readonly tried: boolean;
}

/** Secrets Manager appends six characters to a secret's name in its ARN. */
const readSecret: DestinationPermission = {
  actions: ['secretsmanager:GetSecretValue'],
  why: 'the URL of a webhook',
  on: 'the secret that `secretName` names',
  arns: (here, { secretName }) =>
    secretName === undefined
      ? []
      : [`arn:${here.partition}:secretsmanager:${here.region}:${here.accountId}:secret:${secretName}-??????`],
};

/** A secret that a key of the customer encrypts is read with the caller's right to that key (Secrets Manager User Guide, "Secret
 *  encryption and decryption"). */
const useSecretKey: DestinationPermission = {
  actions: ['kms:Decrypt'],
  why: 'that secret is encrypted with it',
  on: 'the key that `secretKeyArn` names, where one is named',
  arns: (_here, { secretKeyArn }) => (secretKeyArn === undefined ? [] : [secretKeyArn]),
};

/** A row. Who has a `secretName` may read that secret, by construction. */
const kind = <const K extends string, F extends z.ZodRawShape, C extends Carrier>(
  to: K,
  fields: F,
  about: About<C>,
) => ({
  ...about,
  to,
  schema: z.strictObject({ to: z.literal(to), ...fields, when: when.optional() }),
  /** Without a filter: for the auditor's own alarms. */
  unfiltered: z.strictObject({ to: z.literal(to), ...fields }),
  permissions: [...('secretName' in fields ? [readSecret, useSecretKey] : []), ...about.permissions],
});

/** The key of a row is its kind. */
const table = <T extends { readonly [K in keyof T]: { readonly to: K } }>(rows: T): T => rows;

/** Fields of a webhook whose URL is a secret. */
const webhook = {
  /** Its alphabet has no wildcard, which would make a permission for other secrets of it. */
  secretName: z.string().regex(/^[\w/+=.@-]{1,512}$/, 'the name of a secret: 1 to 512 letters, digits and /_+=.@-'),
  secretKeyArn: z
    .string()
    .regex(/^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[\w-]{1,128}$/, 'the ARN of a KMS key: arn:aws:kms:…:key/…')
    .optional()
    .describe('The KMS key that encrypts the secret; absent: the key aws/secretsmanager.'),
  quietHours: quietHours.optional(),
};

/** Every kind of destination. */
export const destinationKinds = table({
  email: kind(
    'email',
    {
      addresses: z
        .array(z.email({ error: 'an e-mail address' }).max(254))
        .min(1)
        .max(100),
    },
    {
      carrier: 'findings-topic',
      title: 'E-mail addresses, subscribed to the topic of findings',
      example: { addresses: ['platform@example.com'] },
      permissions: [],
      tried: false,
    },
  ),
  'chatbot-slack': kind(
    'chatbot-slack',
    {
      workspaceId: z.string().regex(/^[0-9A-Z]{1,47}$/, 'the id of a workspace such as T0123ABCD'),
      channelId: z.string().regex(/^[0-9A-Z]{1,47}$/, 'the id of a channel such as C0123ABCD'),
      topicOnly: z
        .boolean()
        .optional()
        .describe('Make the topic alone, for a channel that has a configuration already, and print its ARN.'),
    },
    {
      carrier: 'chat-topic',
      title: 'A Slack channel, by Amazon Q Developer in chat applications',
      example: { workspaceId: 'T0123ABCD', channelId: 'C0123ABCD' },
      permissions: [
        {
          actions: ['sns:Publish'],
          why: 'send the digest to chat',
          on: 'the topic of chat channels',
          arns: here => [here.chatTopicArn],
        },
      ],
      tried: false,
    },
  ),
  slack: kind('slack', webhook, {
    carrier: 'notifier',
    title: 'A Slack channel, by an incoming webhook',
    example: { secretName: 'irsa-auditor/slack', when: { minSeverity: 'high' } },
    permissions: [],
    tried: true,
  }),
  teams: kind('teams', webhook, {
    carrier: 'notifier',
    title: 'A Microsoft Teams channel, by a workflow webhook',
    example: {
      secretName: 'irsa-auditor/teams',
      when: { clusters: ['prod'] },
      quietHours: { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin', exceptSeverity: 'critical' },
    },
    permissions: [],
    tried: true,
  }),
  webhook: kind('webhook', webhook, {
    carrier: 'notifier',
    title: 'A server of your own: signed JSON',
    example: { secretName: 'irsa-auditor/webhook', when: { transitions: ['opened', 'resolved'] } },
    permissions: [],
    tried: true,
  }),
  eventbridge: kind(
    'eventbridge',
    {},
    {
      carrier: 'notifier',
      title: 'The default event bus: one event for each transition',
      example: {},
      permissions: [
        {
          actions: ['events:PutEvents'],
          why: 'an event for each transition',
          on: 'the default event bus',
          arns: here => [`arn:${here.partition}:events:${here.region}:${here.accountId}:event-bus/default`],
        },
      ],
      tried: false,
    },
  ),
  'security-hub': kind(
    'security-hub',
    {},
    {
      carrier: 'notifier',
      title: "Security Hub of the auditor's own AWS account and region",
      example: {},
      permissions: [
        {
          actions: ['securityhub:BatchImportFindings'],
          why: 'findings in Security Hub',
          on: "the AWS account's own Security Hub product",
          arns: here => [
            `arn:${here.partition}:securityhub:${here.region}:${here.accountId}:product/${here.accountId}/default`,
          ],
        },
      ],
      tried: false,
    },
  ),
});

type Rows = typeof destinationKinds;
export type DestinationKind = keyof Rows;
/** Kinds of one carrier. */
export type KindBy<C extends Carrier> = {
  [K in DestinationKind]: Rows[K]['carrier'] extends C ? K : never;
}[DestinationKind];
type Schema = Rows[DestinationKind]['schema'];

/** One entry of `notifications`. */
export const destination = z.discriminatedUnion(
  'to',
  Object.values<Rows[DestinationKind]>(destinationKinds).map(({ schema }) => schema) as [Schema, ...Schema[]],
);
export type Destination = z.output<Schema>;
/** A destination of one kind, or of several. */
export type DestinationOf<K extends DestinationKind> = Extract<Destination, { readonly to: K }>;

/** Kinds that read a topic, and so the auditor's own alarms too: CloudWatch publishes them itself. */
export type TopicKind = KindBy<'findings-topic' | 'chat-topic'>;
type Unfiltered = Rows[TopicKind]['unfiltered'];
const topicRows = Object.values<Rows[DestinationKind]>(destinationKinds).filter(
  (row): row is Rows[TopicKind] => row.carrier !== 'notifier',
);

/** Who reads the alarms about the auditor itself; `none` is said, not forgotten. */
export const operations = z.union(
  [
    z.literal('none'),
    z.discriminatedUnion('to', topicRows.map(row => row.unfiltered) as [Unfiltered, ...Unfiltered[]]),
  ],
  { error: `"none", or a destination: ${topicRows.map(row => row.to).join(' or ')}` },
);
export type Operations = z.output<typeof operations>;

/** Whether a notifier of its own sends to a destination; the others read a topic. */
export const hasNotifier = (each: Destination): each is DestinationOf<KindBy<'notifier'>> =>
  destinationKinds[each.to].carrier === 'notifier';
