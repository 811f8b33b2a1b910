import type { Configuration } from '../config/configuration.ts';
import type { ResourceName } from './permissions.ts';

/** What an ARN is made of. `own` parts may be CDK tokens, or placeholders in documentation. */
export interface ArnParts {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly tableArn: string;
  readonly bucketArn: string;
  readonly deadLettersArn: string;
  readonly topicArn: string;
  readonly chatTopicArn: string;
  readonly topicKeyArn: string;
}

/** The ARNs of what is read in an audited account. */
const auditedArns = (
  parts: Pick<ArnParts, 'partition' | 'accountId'>,
): Readonly<Record<'any' | 'oidc-providers' | 'clusters' | 'pod-identity-associations', readonly string[]>> => ({
  any: ['*'],
  'oidc-providers': [`arn:${parts.partition}:iam::${parts.accountId}:oidc-provider/*`],
  clusters: [`arn:${parts.partition}:eks:*:${parts.accountId}:cluster/*`],
  'pod-identity-associations': [`arn:${parts.partition}:eks:*:${parts.accountId}:podidentityassociation/*`],
});

/** The ARNs that one resource name stands for in an audited account. Throws where it is none of its own. */
export const auditedArnsOf = (
  name: ResourceName,
  parts: Pick<ArnParts, 'partition' | 'accountId'>,
): readonly string[] => {
  const arns = new Map<string, readonly string[]>(Object.entries(auditedArns(parts))).get(name);
  if (arns === undefined) throw new Error(`${name} is no resource of an audited account`);
  return arns;
};

const memberRoles = (parts: ArnParts, { accounts, memberRole }: Configuration): readonly string[] => {
  const role = (accountId: string) => `arn:${parts.partition}:iam::${accountId}:role/${memberRole.name}`;
  return accounts.from === 'list' ? accounts.accountIds.map(role) : [role('*')];
};

/** Secrets Manager appends six characters to a secret's name in its ARN. */
const secrets = (parts: ArnParts, configuration: Configuration): readonly string[] => [
  ...new Set(
    configuration.notifications.flatMap(destination =>
      'secretName' in destination
        ? [
            `arn:${parts.partition}:secretsmanager:${parts.region}:${parts.accountId}:secret:${destination.secretName}-??????`,
          ]
        : [],
    ),
  ),
];

/** The ARNs that each resource name stands for. */
export const resourceArns = (
  parts: ArnParts,
  configuration: Configuration,
): Readonly<Record<ResourceName, readonly string[]>> => ({
  ...auditedArns(parts),
  'member-roles': memberRoles(parts, configuration),
  table: [parts.tableArn],
  'table-indexes': [`${parts.tableArn}/index/*`],
  bucket: [parts.bucketArn],
  documents: [`${parts.bucketArn}/runs/*`],
  outbox: [`${parts.bucketArn}/outbox/*`, `${parts.bucketArn}/deliveries/*`],
  'dead-letters': [parts.deadLettersArn],
  topic: [parts.topicArn],
  'chat-topic': [parts.chatTopicArn],
  'topic-key': [parts.topicKeyArn],
  secrets: secrets(parts, configuration),
  'event-bus': [`arn:${parts.partition}:events:${parts.region}:${parts.accountId}:event-bus/default`],
  'security-hub-product': [
    `arn:${parts.partition}:securityhub:${parts.region}:${parts.accountId}:product/${parts.accountId}/default`,
  ],
});
