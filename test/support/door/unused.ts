/** Grants that a scenario does not use, each with its reason. `test/sandbox/door/configurations.slow.test.ts` compares. */

/** Grants that no scenario uses. */
export const neverUsed: readonly (readonly [grant: RegExp, reason: string])[] = [
  [/ logs:/, 'Lambda writes the log of a function itself, outside of its process'],
  [/ xray:/, 'Lambda sends the traces of an invocation itself'],
  [/ ec2:/, 'Lambda makes the network interfaces of a function in a VPC'],
  [
    / states:(?:DescribeExecution|StopExecution|RedriveExecution) /,
    'Step Functions ends the items of a map that is stopped',
  ],
  [/ servicequotas:GetServiceQuota /, 'an account with eighty providers'],
  [/ eks:(?:List|Describe)CertificateAuthorit/, 'a cluster with several authorities, which the sandbox does not have'],
  [/notify-drift sqs:SendMessage /, 'a digest that a destination refused for days'],
  [/notify-drift dynamodb:GetItem /, 'a run that hands over while another one does'],
  [/probe-issuers s3:PutObject .*waiting-issuers/, 'more issuers than are probed in ten minutes'],
  [
    / organizations policy\/service_control_policy\//,
    'the reference names policies of the organization alone as resources of these actions',
  ],
];

/** Statements that another one of the same role covers: without one of them nothing is refused. */
export const coveredStatements: readonly (readonly [statement: RegExp, reason: string])[] = [
  [/"lambda:InvokeFunction"/, 'a machine may call every version: a run goes on with those that it began with'],
  [
    /:iam::(\d{12}):role\/Role .*"events:PutEvents".*:\1:event-bus\//,
    'the policy of the bus takes the organization, and with it the own account',
  ],
];

/** Grants that only some scenarios use. */
export const sometimesUsed: readonly (readonly [grant: RegExp, reason: string])[] = [
  [/^irsa-auditor-read /, 'a configuration that reads members'],
  [/organizations:\w+ organizations (?:root|ou|account)\//, 'a configuration that names the unit'],
  [/organizations:\w+ organizations policy\//, 'a policy of that kind'],
  [/ sts:AssumeRole /, 'a configuration that reads members'],
  [/related\/\*/, 'pods that have a role of another account that is read'],
  [/evaluate-account s3:GetObject s3 runs\/\*\/(?:targets|clusters|related)/, 'other accounts, insides, or a fast run'],
  [/s3:GetObject s3 runs\/last-read/, 'a fast run'],
  [/complete-run s3:GetObject s3 runs\/\*\/clusters/, 'insides of clusters'],
  [/ sns:ListSubscriptionsByTopic /, 'somebody who reads by mail'],
  [/complete-run dynamodb:(?:GetItem|UpdateItem|BatchWriteItem) /, 'an account that is audited no longer'],
  [/ iam:GetPolicy(?:Version)? /, 'a role with a policy of AWS'],
  [/^Role events:PutEvents /, 'an account that may tell the bus'],
];
