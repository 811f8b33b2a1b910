import { randomUUID } from 'node:crypto';
import { worldTime } from '../world/world.ts';
import type { Call } from './operation.ts';
import type { AwsRequest } from './request.ts';

/** An event as EventBridge hands it on. */
export type ApiEvent = Readonly<Record<string, unknown>>;

/** The region of IAM's control plane, by partition (docs/facts.md §G, §I). */
const controlPlanes: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
};

/**
 * The event that EventBridge hands on for a call that CloudTrail recorded (docs/facts.md §I), as far as anybody reads it;
 * undefined for a call that reads, whose names begin so (EventBridge User Guide, "AWS service events delivered via AWS
 * CloudTrail"), and for those of STS. Parameters have CloudTrail's spelling: the first letter is small. IAM tells of a change in the
 * region of its control plane, whichever signed the call. Throws for a partition whose control plane is not known here.
 */
export const apiEventOf = (
  { world, account, callerArn, userAgent }: Call,
  { service, operation, region: signed, input }: AwsRequest,
  sourceIPAddress: string,
): ApiEvent | undefined => {
  const eventSource = `${service}.amazonaws.com`;
  if (service === 'sts' || /^(?:Describe|Get|Head|List|Lookup|Generate)/.test(operation)) return undefined;
  const region = service === 'iam' ? controlPlanes[account.partition] : signed;
  if (region === undefined) throw new Error(`no region of IAM's control plane is known in ${account.partition}`);
  const eventTime = worldTime(world).replace(/\.\d+/, '');
  const { accountId } = account;
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${service}`,
    account: accountId,
    time: eventTime,
    region,
    resources: [],
    detail: {
      eventVersion: '1.11',
      userIdentity: { arn: callerArn, accountId },
      ...{ eventTime, eventSource, eventName: operation, awsRegion: region, sourceIPAddress, userAgent },
      requestParameters: Object.fromEntries(
        Object.entries(input).map(([name, value]) => [`${name.charAt(0).toLowerCase()}${name.slice(1)}`, value]),
      ),
      ...{ eventID: randomUUID(), readOnly: false, eventType: 'AwsApiCall', managementEvent: true },
      ...{ recipientAccountId: accountId, eventCategory: 'Management' },
    },
  };
};
