/** A rule of cdk-nag that is broken on purpose. */
export interface AcknowledgedRule {
  /** The rule's id with what it complains about, as cdk-nag writes it. */
  readonly rule: RegExp;
  /** The construct's path. */
  readonly at: RegExp;
  readonly reason: string;
}

/** Every deviation from AwsSolutions and NIST 800-53, each with its reason. A test fails on any other, and on one that is not needed. */
export const acknowledgedRules: readonly AcknowledgedRule[] = [
  {
    rule: /^AwsSolutions-S1$/,
    at: /\/Storage\/Snapshots\//,
    reason: 'Server access logs of a bucket that only these functions read would be a second bucket to guard.',
  },
  {
    rule: /^AwsSolutions-SQS3$/,
    at: /\/(Schedules\/DeadLetters|Notifications\/Undelivered)\//,
    reason: 'It is a queue of dead letters.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    at: /\/(list-targets|collect-account|collect-cluster|index-issuers|probe-issuers|evaluate-account|notify-drift|complete-run|note-changes|plan-fast-run|overlay-issuers)\/Role\//,
    reason:
      'X-Ray, network interfaces and the list actions of IAM, EKS, CloudTrail and Organizations know no resource; test/infra/permission-resources.test.ts compares them with the reference.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    at: /\/(Audit|WeeklySummary\/Machine|FastLane\/Machine)\/Role\//,
    reason: 'Delivery of logs and X-Ray know no resource.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::<StorageSnapshots\w+\.Arn>\/(runs|outbox|coverage|listed|fast-lane)\/[\w./*-]*\]$/,
    at: /\/Role\//,
    reason: 'Keys of documents carry the id of the run.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::<StorageFindings\w+\.Arn>\/index\/\*\]$/,
    at: /\/Role\//,
    reason: 'All indexes of the one table.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:(iam::<AWS::AccountId>:oidc-provider|eks:\*:<AWS::AccountId>:(cluster|podidentityassociation|addon|access-entry)|servicequotas:\*:<AWS::AccountId>:iam)\/\*\]$/,
    at: /Role\//,
    reason: 'An audit reads every provider, cluster, association, access entry and quota of IAM of the account.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:iam::aws:policy\/\*\]$/,
    at: /Role\//,
    reason: 'Roles have managed policies of AWS, whose texts are public; only their reading is allowed.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:iam::\*:role\/[\w-]+\]$/,
    at: /\/collect-(account|cluster)\/Role\//,
    reason: 'The accounts of an organization are not known at deployment; the role has one name and an external id.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:organizations::\*:(policy\/o-\*\/(?:resource|service)_control_policy\/p|account\/o|ou\/o|root\/o)-\*\]$/,
    at: /\/list-targets\/Role\//,
    reason:
      'The policies, accounts and units of an organization are not known at deployment; only their reading is allowed.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:organizations::aws:policy\/service_control_policy\/p-\*\]$/,
    at: /\/list-targets\/Role\//,
    reason: 'Service control policies of AWS itself, whose texts are public; only their reading is allowed.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:iam::<AWS::AccountId>:role\/\*\]$/,
    at: /(?:collect-account|member-role)\/Role\//,
    reason: 'A report of last use is asked for on every role that pods can assume: which they are, an audit finds out.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::<\w+Function\w+\.Arn>:\*\]$/,
    at: /\/(Audit|WeeklySummary\/Machine|FastLane\/Machine)\/Role\//,
    reason: 'CDK allows versions of a function beside the function.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:states:/,
    at: /\/(Audit|FastLane\/Machine)\/DistributedMapPolicy\//,
    reason: 'Executions of a distributed map have names that Step Functions makes.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    at: /^[\w-]+\/Role\/Resource$/,
    reason: 'The list actions of IAM, EKS and CloudTrail know no resource.',
  },
  {
    rule: /^NIST\.800\.53\.R5-CloudWatchLogGroupEncrypted$/,
    at: /\/(Log|AuditLog)\/Resource$/,
    reason: 'CloudWatch Logs encrypts every log; these hold ids and counts, no secret and no policy.',
  },
  {
    rule: /^NIST\.800\.53\.R5-SNSEncryptedKMS$/,
    at: /\/Notifications\/Operations\//,
    reason:
      'CloudWatch cannot publish to a topic with the key that AWS manages; an alarm tells its name and state alone. `customerKey` encrypts it.',
  },
  {
    rule: /^NIST\.800\.53\.R5-DynamoDBInBackupPlan$/,
    at: /\/Storage\/Findings\//,
    reason: 'The table has point-in-time recovery, and stays when the stack is deleted.',
  },
  {
    rule: /^NIST\.800\.53\.R5-S3BucketLoggingEnabled$/,
    at: /\/Storage\/Snapshots\//,
    reason: 'Server access logs of a bucket that only these functions read would be a second bucket to guard.',
  },
  {
    rule: /^NIST\.800\.53\.R5-S3Bucket(Replication|Versioning)Enabled$/,
    at: /\/Storage\/Snapshots\//,
    reason: 'The next run writes all documents again; findings, which it cannot, are in the table.',
  },
  {
    rule: /^NIST\.800\.53\.R5-S3DefaultEncryptionKMS$/,
    at: /\/Storage\/Snapshots\//,
    reason: 'Encrypted with keys of S3; a key of its own would guard no more, as only these functions may read.',
  },
  {
    rule: /^NIST\.800\.53\.R5-IAMNoInlinePolicy$/,
    at: /\/(DefaultPolicy|DistributedMapPolicy)\/Resource$|^[\w-]+\/Role\/Resource$/,
    reason: 'Each policy belongs to one role alone and goes with it.',
  },
  {
    rule: /^NIST\.800\.53\.R5-LambdaConcurrency$/,
    at: /\/Function\/Resource$/,
    reason: 'The state machine bounds how many run at once; reserving would take from other functions for good.',
  },
  {
    rule: /^NIST\.800\.53\.R5-LambdaDLQ$/,
    at: /\/Function\/Resource$/,
    reason: 'Called by the state machine, which retries; the one call by an event has its queue of dead letters.',
  },
  {
    rule: /^NIST\.800\.53\.R5-LambdaInsideVPC$/,
    at: /\/Function\/Resource$/,
    reason:
      'They call public endpoints of AWS and of issuers alone; the reader of clusters is placed where inCluster.vpc says.',
  },
];
