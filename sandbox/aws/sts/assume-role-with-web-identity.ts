import { randomUUID } from 'node:crypto';
import { type WorldAccount, worldTime } from '../../world/world.ts';
import { AwsFault, type Call, count, text } from '../operation.ts';
import { assumedUser, credentialsFor } from './assume-role.ts';
import { namedRole } from './role-arn.ts';
import { isTrusted } from './trust.ts';
import { readToken, verifyToken, type WebIdentityToken } from './web-identity-token.ts';

const denied = (): AwsFault =>
  new AwsFault('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 403);

/**
 * Decides as STS does: token, provider of the role's account, key, audience, then the role's trust policy, with no code of
 * the auditor. Every call that reaches the trust
 * policy is recorded in the account's CloudTrail, failures with the words that CloudTrail has for them.
 */
export const assumeRoleWithWebIdentity = async (call: Call) => {
  const { arn, account, role } = namedRole(call);
  const session = text(call, 'RoleSessionName');
  if (count(call, 'DurationSeconds', 3600, 43_200) > 3600)
    throw new AwsFault(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  const token = readToken(text(call, 'WebIdentityToken'));
  if (!account) throw denied();
  const audience = acceptedAudience(call, account, token);
  const provider = providerOf(account, token);
  const issuer = withoutScheme(token.issuer);
  const context = { [`${issuer}:sub`]: token.subject, [`${issuer}:aud`]: audience, 'sts:RoleSessionName': session };
  const action = 'sts:AssumeRoleWithWebIdentity';
  const asked = { action, principal: provider, roleArn: arn, issuer, context } as const;
  const allowed = role !== undefined && (await isTrusted(call, { ...asked, role }));
  record(call, account, { arn, session, token, audience, allowed });
  if (!allowed) throw denied();
  return {
    Credentials: credentialsFor(account, role.name, session),
    SubjectFromWebIdentityToken: token.subject,
    AssumedRoleUser: assumedUser(account, role.name, session),
    Provider: provider,
    Audience: audience,
  };
};

/** Verifies the token against the account's provider; gives the audience that both agree on. */
const acceptedAudience = (call: Call, account: WorldAccount, token: WebIdentityToken): string => {
  const url = withoutScheme(token.issuer);
  const provider = account.providers.find(candidate => candidate.url === url);
  if (!provider)
    throw new AwsFault('InvalidIdentityToken', `No OpenIDConnect provider found in your account for ${token.issuer}`);
  verifyToken(call.world, token, Math.floor(Date.now() / 1000));
  const audience = token.audiences.find(candidate => provider.audiences.includes(candidate));
  if (audience === undefined) throw new AwsFault('InvalidIdentityToken', 'Incorrect token audience');
  return audience;
};

const withoutScheme = (issuer: string): string => issuer.replace(/^https:\/\//, '');

/** A provider's ARN (Service Authorization Reference, "Resource types defined by IAM"). */
const providerOf = ({ partition, accountId }: WorldAccount, { issuer }: WebIdentityToken): string =>
  `arn:${partition}:iam::${accountId}:oidc-provider/${withoutScheme(issuer)}`;

interface Attempt {
  readonly arn: string;
  readonly session: string;
  readonly token: WebIdentityToken;
  readonly audience: string;
  readonly allowed: boolean;
}

/** The event's shape is CloudTrail's (docs/facts.md §E.3); credentials are not in it. */
const record = (call: Call, account: WorldAccount, { arn, session, token, audience, allowed }: Attempt): void => {
  const provider = providerOf(account, token);
  const time = worldTime(call.world).replace(/\.\d{3}Z$/, 'Z');
  const { subject: userName } = token;
  account.events.push({
    region: call.region,
    time,
    record: {
      eventVersion: '1.11',
      userIdentity: {
        type: 'WebIdentityUser',
        principalId: `${provider}:${audience}:${userName}`,
        userName,
        identityProvider: provider,
      },
      eventTime: time,
      eventSource: 'sts.amazonaws.com',
      eventName: 'AssumeRoleWithWebIdentity',
      awsRegion: call.region,
      userAgent: call.userAgent,
      ...(allowed ? {} : { errorCode: 'AccessDenied', errorMessage: 'An unknown error occurred' }),
      requestParameters: { roleArn: arn, roleSessionName: session },
      responseElements: allowed ? { subjectFromWebIdentityToken: userName, audience, provider } : null,
      additionalEventData: { identityProviderConnectionVerificationMethod: 'IAMTrustStore' },
      eventID: randomUUID(),
      readOnly: true,
      eventType: 'AwsApiCall',
      recipientAccountId: account.accountId,
      resources: [{ accountId: account.accountId, type: 'AWS::IAM::Role', ARN: arn }],
    },
  });
};
