/** Events as EventBridge hands them on for a call that CloudTrail recorded (docs/facts.md §I). */

/** An update of a trust policy; `over` replaces fields of the envelope, `detail` those of the record. */
export const anApiEvent = (over: object = {}, detail: object = {}) => ({
  version: '0',
  id: '0f1e2d3c-0000-4000-8000-000000000001',
  'detail-type': 'AWS API Call via CloudTrail',
  source: 'aws.iam',
  account: '111122223333' as unknown,
  time: '2026-11-25T10:15:02Z',
  region: 'us-east-1',
  resources: [],
  detail: {
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      principalId: 'AROAEXAMPLEEXAMPLE000:kim',
      arn: 'arn:aws:sts::111122223333:assumed-role/platform/kim',
      accountId: '111122223333',
    },
    eventTime: '2026-11-25T10:15:02Z',
    eventSource: 'iam.amazonaws.com',
    eventName: 'UpdateAssumeRolePolicy',
    awsRegion: 'us-east-1',
    sourceIPAddress: '198.51.100.7',
    userAgent: 'aws-cli/2.31.0',
    requestParameters: { roleName: 'checkout-cart', policyDocument: '{"Version":"2012-10-17","Statement":[]}' },
    responseElements: null,
    requestID: 'f1b2c3d4-0000-4000-8000-000000000002',
    eventID: 'f1b2c3d4-0000-4000-8000-000000000001',
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: '111122223333',
    eventCategory: 'Management',
    ...detail,
  },
  ...over,
});

/** A call of a service with these parameters, in an account. */
export const aCall = (
  source: 'aws.iam' | 'aws.eks',
  eventName: string,
  requestParameters: object,
  { accountId = '111122223333', ...detail }: { readonly accountId?: string; readonly eventID?: string } = {},
) => {
  const isEks = source === 'aws.eks';
  return anApiEvent(
    { source, account: accountId, region: isEks ? 'eu-west-1' : 'us-east-1' },
    {
      eventSource: isEks ? 'eks.amazonaws.com' : 'iam.amazonaws.com',
      awsRegion: isEks ? 'eu-west-1' : 'us-east-1',
      eventName,
      requestParameters,
      recipientAccountId: accountId,
      ...detail,
    },
  );
};
