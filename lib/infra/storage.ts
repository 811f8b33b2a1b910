import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Aws, CfnResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { tableDefinition } from '../audit/contract.ts';
import { fastLaneFolder } from '../audit/document-keys.ts';

/** `keep`: survive the stack (the default). False is for throw-away deployments: `-c keep-data=false`. */
interface StorageProps {
  readonly name: string;
  readonly snapshotDays: number;
  readonly keep: boolean;
  /** Encrypts both; absent: keys of AWS. */
  readonly key?: IKey;
}

/** Where the auditor remembers: findings in one table, the documents of each run in one bucket. */
export class Storage extends Construct {
  readonly table: Table;
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: StorageProps) {
    super(scope, id);
    // RetainExceptOnCreate: kept when the stack is destroyed, gone when its first deployment is rolled back. For this
    // reason the table has no deletion protection, which would make the rollback fail. A table that somebody deletes
    // can be restored for 35 days (DynamoDB Developer Guide, "Point-in-time backups": the system backup of a deleted
    // table).
    const removalPolicy = props.keep ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
    this.table = findingTable(this, props, removalPolicy);
    this.bucket = new Bucket(this, 'Snapshots', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      ...(props.key === undefined
        ? { encryption: BucketEncryption.S3_MANAGED }
        : { encryption: BucketEncryption.KMS, encryptionKey: props.key, bucketKeyEnabled: true }),
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy,
      // A bucket that is not empty cannot be deleted: without `keep` its objects go with the stack.
      autoDeleteObjects: !props.keep,
      lifecycleRules: [
        { id: 'runs', prefix: 'runs/', expiration: Duration.days(props.snapshotDays) },
        { id: 'fast-lane', prefix: fastLaneFolder, expiration: Duration.days(props.snapshotDays) },
        { id: 'uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    if (!props.keep) leaveNoLog(this.bucket);
  }
}

/**
 * CDK's function that empties a bucket writes a log, whose group Lambda would make and nobody delete. The group is of the
 * stack, goes after the bucket was emptied, and the function may not make it again: its last lines may come later than the
 * deletion. One stack has one such function, whatever the number of its buckets.
 */
const leaveNoLog = (bucket: Bucket): void => {
  const provider = Stack.of(bucket).node.findChild('Custom::S3AutoDeleteObjectsCustomResourceProvider');
  const [handler, role] = ['Handler', 'Role'].map(id => provider.node.findChild(id));
  if (!CfnResource.isCfnResource(handler) || !CfnResource.isCfnResource(role)) return;
  const log =
    provider.node.tryFindChild('Log') ??
    new LogGroup(provider, 'Log', {
      logGroupName: `/aws/lambda/${handler.ref}`,
      retention: RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  role.addPropertyDeletionOverride('ManagedPolicyArns');
  role.addPropertyOverride('Policies', [{ PolicyName: 'log', PolicyDocument: writesLog }]);
  bucket.node.findChild('AutoDeleteObjectsCustomResource').node.addDependency(log);
};

/** By the prefix of all functions: the name of this one is made after its role. */
const writesLog = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:/aws/lambda/*:*`,
    },
  ],
};

const text = (name: string) => ({ name, type: AttributeType.STRING });

/** The table of `contract.ts`. One name for each deployment, so that a query typed by hand finds it, and so that a
 *  deployment after `cdk destroy` can import it (`--import-existing-resources` goes by names). */
const findingTable = (scope: Construct, props: StorageProps, removalPolicy: RemovalPolicy): Table => {
  const table = new Table(scope, 'Findings', {
    tableName: `${props.name}-findings`,
    partitionKey: text(tableDefinition.partitionKey),
    sortKey: text(tableDefinition.sortKey),
    timeToLiveAttribute: tableDefinition.timeToLive,
    billingMode: BillingMode.PAY_PER_REQUEST,
    ...(props.key === undefined
      ? { encryption: TableEncryption.AWS_MANAGED }
      : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: props.key }),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy,
  });
  for (const index of tableDefinition.indexes)
    table.addGlobalSecondaryIndex({
      indexName: index.name,
      partitionKey: text(index.partitionKey),
      sortKey: text(index.sortKey),
      projectionType: index.projection === 'ALL' ? ProjectionType.ALL : ProjectionType.KEYS_ONLY,
    });
  return table;
};

/** The days that CloudWatch Logs allows, in order. */
const allowedDays: readonly RetentionDays[] = Object.values(RetentionDays)
  .filter((value): value is RetentionDays => typeof value === 'number' && value <= RetentionDays.TEN_YEARS)
  .sort((a, b) => a - b);

/** The shortest retention that keeps logs for at least the wanted days; ten years if more are wanted. */
export const logRetentionOf = (days: number): RetentionDays =>
  allowedDays.find(allowed => allowed >= days) ?? RetentionDays.TEN_YEARS;
