import { randomUUID } from 'node:crypto';
import { providerArn } from '../../../lib/model.ts';
import { decideOnly, parsePolicy } from '../../../lib/policy.ts';
import { type WorldAccount, type WorldRole, worldTime } from '../../world/world.ts';
import { AwsFault, type Call, count, text } from '../operation.ts';
import { assumedUser, credentialsFor } from './assume-role.ts';
import { namedRole } from './role-arn.ts';
import { readToken, verifyToken, type WebIdentityToken } from './web-identity-token.ts';

const denied = (): AwsFault =>
  new AwsFault('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 403);

/**
 * Decides as STS does: token, provider of the role's account, key, audience, then the role's trust policy by the same
 * decision that the auditor uses. An unknown decision is refused here. Every call that reaches the trust
 * policy is recorded in the account's CloudTrail, failures with the words that CloudTrail has for them.
 */
export const assumeRoleWithWebIdentity = (call: Call) => {
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
  const allowed = role !== undefined && trusts(call, role, arn, token, audience);
  record(call, account, { arn, session, token, audience, allowed });
  if (!allowed) throw denied();
  return {
    Credentials: credentialsFor(account, role.name, session),
    SubjectFromWebIdentityToken: token.subject,
    AssumedRoleUser: assumedUser(account, role.name, session),
    Provider: providerArn(account.partition, account.accountId, token.issuer),
    Audience: audience,
  };
};

/** Verifies the token against the account's provider; gives the audience that both agree on. */
const acceptedAudience = (call: Call, account: WorldAccount, token: WebIdentityToken): string => {
  const url = token.issuer.replace(/^https:\/\//, '');
  const provider = account.providers.find(candidate => candidate.url === url);
  if (!provider)
    throw new AwsFault('InvalidIdentityToken', `No OpenIDConnect provider found in your account for ${token.issuer}`);
  verifyToken(call.world, token, Math.floor(Date.now() / 1000));
  const audience = token.audiences.find(candidate => provider.audiences.includes(candidate));
  if (audience === undefined) throw new AwsFault('InvalidIdentityToken', 'Incorrect token audience');
  return audience;
};

const trusts = (
  { world }: Call,
  role: WorldRole,
  roleArn: string,
  token: WebIdentityToken,
  audience: string,
): boolean => {
  const parsed = parsePolicy(role.trustPolicy);
  if (!parsed.ok) return false;
  const { issuer, subject } = token;
  const now = worldTime(world);
  const request = { roleArn, issuer, subject, audience, now, roleTags: role.tags ?? {} };
  return decideOnly(parsed.policy, request) === 'allow';
};

interface Attempt {
  readonly arn: string;
  readonly session: string;
  readonly token: WebIdentityToken;
  readonly audience: string;
  readonly allowed: boolean;
}

/** The event's shape is CloudTrail's (docs/facts.md §E.3); credentials are not in it. */
const record = (call: Call, account: WorldAccount, { arn, session, token, audience, allowed }: Attempt): void => {
  const provider = providerArn(account.partition, account.accountId, token.issuer);
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
