import type { WorldAccount } from '../../world/world.ts';
import { sessionCredentials } from '../credentials.ts';
import { AwsFault, type Call, optionalText, text } from '../operation.ts';
import { namedRole } from './role-arn.ts';
import { isTrusted } from './trust.ts';

/** AssumeRole by a user or a session, whose own policies allow everything: the role's trust policy decides. */
export const assumeRole = async (call: Call) => {
  const { arn, account, role } = namedRole(call);
  const session = text(call, 'RoleSessionName');
  const refused = (): AwsFault =>
    new AwsFault(
      'AccessDenied',
      `User: ${call.callerArn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
      403,
    );
  if (!account || !role) throw refused();
  const externalId = optionalText(call, 'ExternalId');
  const context = {
    'sts:RoleSessionName': session,
    ...(externalId === undefined ? {} : { 'sts:ExternalId': externalId }),
  };
  const asked = { action: 'sts:AssumeRole', principal: call.callerArn, roleArn: arn, role, context } as const;
  if (!(await isTrusted(call, asked))) throw refused();
  return {
    Credentials: credentialsFor(account, role.name, session),
    AssumedRoleUser: assumedUser(account, role.name, session),
  };
};

/** Credentials of a session, for one hour. */
export const credentialsFor = (account: WorldAccount, role: string, session: string) => {
  const { accessKeyId, secretAccessKey, sessionToken } = sessionCredentials(account.accountId, role, session);
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: new Date(Date.now() + 3_600_000).toISOString(),
  };
};

/** The session as an ARN. */
export const assumedUser = (account: WorldAccount, role: string, session: string) => ({
  AssumedRoleId: `AROASANDBOXSANDBOX000:${session}`,
  Arn: `arn:${account.partition}:sts::${account.accountId}:assumed-role/${role}/${session}`,
});
