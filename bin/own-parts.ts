/** The parts of somebody else's app in place of the auditor's own: keys, topics, networks, and the rules of an account for roles. */
import { type ISecurityGroup, type IVpc, SecurityGroup, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import {
  CfnRole,
  Grant,
  type IGrantable,
  type IManagedPolicy,
  PermissionsBoundary,
  PolicyStatement,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnBucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Annotations, Aws, Stack } from 'aws-cdk-lib/core';
import type { Construct, IConstruct } from 'constructs';
import { ConfigurationInvalid } from '../lib/config/configuration.ts';
import type { OwnParts } from '../lib/infra/auditor-stack.ts';
import { given } from '../lib/text.ts';

/** The properties of the construct that this file is about; their docs stand there. */
interface AppParts {
  readonly encryptionKey?: IKey;
  readonly findingsTopic?: ITopic;
  readonly operationsTopic?: ITopic;
  readonly serverAccessLogsBucket?: IBucket;
  readonly vpc?: IVpc;
  readonly vpcSubnets?: SubnetSelection;
  readonly securityGroups?: readonly ISecurityGroup[];
  readonly permissionsBoundary?: IManagedPolicy;
  readonly rolePath?: string;
}

/** The parts that the auditor is made with. Throws `ConfigurationInvalid` for a path that IAM does not take. */
export const ownParts = (scope: Construct, props: AppParts): OwnParts => {
  const { encryptionKey, findingsTopic, operationsTopic, rolePath, vpc, vpcSubnets, securityGroups } = props;
  if (rolePath !== undefined && !/^\/(?:[!-.0-~]+\/)*$/.test(rolePath))
    throw new ConfigurationInvalid(`${scope.node.path}: rolePath: got ${rolePath}, wanted a path such as /audit/`);
  const own = given({ key: encryptionKey, findings: findingsTopic, operations: operationsTopic });
  if (vpc === undefined) return own;
  const groups = securityGroups ?? [
    new SecurityGroup(scope, 'Network', { vpc, description: 'Functions of the auditor' }),
  ];
  return { ...own, network: { vpc, securityGroups: [...groups], ...given({ vpcSubnets }) } };
};

/** Puts in what concerns resources of one type, whichever part of the auditor made them. */
export const putIn = (auditor: Construct, name: string, props: AppParts): void => {
  const { encryptionKey, operationsTopic, permissionsBoundary, rolePath, serverAccessLogsBucket: logs } = props;
  if (operationsTopic !== undefined) Annotations.of(auditor).addInfoV2('irsa-auditor:operations-topic', alarmsPublish);
  const all = auditor.node.findAll();
  if (encryptionKey !== undefined) encrypt(auditor, encryptionKey, all);
  if (rolePath !== undefined) for (const role of all) if (role instanceof CfnRole) role.path = rolePath;
  if (permissionsBoundary !== undefined) {
    PermissionsBoundary.of(auditor).apply(permissionsBoundary);
    // The function that empties a bucket stands once in the stack, beside the auditor.
    const emptier = Stack.of(auditor).node.tryFindChild('Custom::S3AutoDeleteObjectsCustomResourceProvider');
    if (emptier !== undefined) PermissionsBoundary.of(emptier).apply(permissionsBoundary);
  }
  if (logs === undefined) return;
  for (const bucket of all)
    if (bucket instanceof CfnBucket)
      bucket.loggingConfiguration = { destinationBucketName: logs.bucketName, logFilePrefix: `${name}/` };
  const { statementAdded } = logs.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AccessLogs',
      principals: [new ServicePrincipal('logging.s3.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: [logs.arnForObjects(`${name}/*`)],
      // By account: the ARN of the auditor's bucket would tie two stacks to each other.
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
  if (!statementAdded) tellPolicy(auditor, 'access-logs', 'the log bucket', 's3:PutObject of logging.s3.amazonaws.com');
};

/** A policy of its own would replace the default one of a topic, by which other alarms of the account may publish. */
const alarmsPublish =
  'operationsTopic: a topic with a policy of its own must let cloudwatch.amazonaws.com publish; irsa-auditor doctor tells whether alarms can';

/** A part that another app made has a policy that this app cannot change. */
const tellPolicy = (auditor: Construct, id: string, what: string, wanted: string): void =>
  Annotations.of(auditor).addWarningV2(
    `irsa-auditor:${id}`,
    `${what} is of another app: its policy must allow ${wanted}`,
  );

/** Lets a principal use what is encrypted with the key; DynamoDB makes grants in its name. */
export const letUse = (key: IKey, grantee: IGrantable): Grant =>
  key
    .grant(grantee, 'kms:Decrypt', 'kms:Encrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey')
    .combine(
      Grant.addToPrincipal({
        grantee,
        actions: ['kms:CreateGrant'],
        resourceArns: [key.keyArn],
        conditions: { StringLike: { 'kms:ViaService': 'dynamodb.*.amazonaws.com*' } },
      }),
    );

/** Logs with the key, and the use of it for whoever reads and writes table, bucket, topics and queues. Source: CloudWatch Logs User
 *  Guide, "Encrypt log data using AWS KMS"; DynamoDB Developer Guide, "Key policy for a customer managed key". */
const encrypt = (auditor: Construct, key: IKey, all: readonly IConstruct[]): void => {
  const { statementAdded } = key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'Logs',
      principals: [new ServicePrincipal(`logs.${Aws.REGION}.amazonaws.com`)],
      actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:*`,
        },
      },
    }),
  );
  for (const each of all) {
    if (each instanceof CfnLogGroup) each.kmsKeyId = key.keyArn;
    if (each instanceof LambdaFunction) letUse(key, each);
  }
  if (!statementAdded)
    tellPolicy(
      auditor,
      'key',
      'the key',
      'logs.REGION, cloudwatch and events.amazonaws.com what docs/construct.md lists',
    );
};
