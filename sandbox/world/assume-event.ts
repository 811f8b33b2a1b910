import { stripScheme } from '../../lib/model.ts';
import type { WorldEvent } from './world.ts';

/** A call of AssumeRoleWithWebIdentity as CloudTrail tells it (docs/facts.md §E.3). `at` is ISO 8601. */
export const assumeEvent = (
  { accountId, issuer }: { readonly accountId: string; readonly issuer: string },
  region: string,
  at: string,
  call: {
    readonly role: string;
    readonly subject: string;
    readonly agent: string;
    readonly error?: string;
    readonly verifiedBy?: string;
  },
): WorldEvent => {
  const provider = `arn:aws:iam::${accountId}:oidc-provider/${stripScheme(issuer)}`;
  const subject = `system:serviceaccount:${call.subject}`;
  const arn = `arn:aws:iam::${accountId}:role/${call.role}`;
  return {
    region,
    time: at,
    record: {
      eventVersion: '1.08',
      eventSource: 'sts.amazonaws.com',
      eventName: 'AssumeRoleWithWebIdentity',
      eventID: `${call.role}-${call.subject}`,
      eventTime: at,
      awsRegion: region,
      readOnly: true,
      userIdentity: {
        type: 'WebIdentityUser',
        principalId: `${provider}:sts.amazonaws.com:${subject}`,
        userName: subject,
        identityProvider: provider,
      },
      userAgent: call.agent,
      requestParameters: { roleArn: arn, roleSessionName: 'botocore-session-1' },
      ...(call.error === undefined
        ? {
            responseElements: {
              subjectFromWebIdentityToken: subject,
              audience: 'sts.amazonaws.com',
              provider,
              assumedRoleUser: { arn },
            },
          }
        : { responseElements: null, errorCode: call.error, errorMessage: 'An unknown error occurred' }),
      additionalEventData: { identityProviderConnectionVerificationMethod: call.verifiedBy ?? 'IAMTrustStore' },
      resources: [{ ARN: arn, accountId, type: 'AWS::IAM::Role' }],
      recipientAccountId: accountId,
    },
  };
};
