import { parsePolicy, type Statement } from '../../../lib/policy.ts';
import type { WorldAccount } from '../../world/world.ts';
import { sessionCredentials } from '../credentials.ts';
import { AwsFault, type Call, optionalText, text } from '../operation.ts';
import { namedRole } from './role-arn.ts';

/**
 * AssumeRole by an AWS principal. The little of trust policies that member roles need is decided: `Allow`, an AWS
 * principal of the caller's account, `sts:AssumeRole`, and `sts:ExternalId` by equality. Whatever else stands in a
 * statement makes it not apply.
 */
export const assumeRole = (call: Call) => {
  const { arn, account, role } = namedRole(call);
  const session = text(call, 'RoleSessionName');
  const refused = (): AwsFault =>
    new AwsFault(
      'AccessDenied',
      `User: ${call.callerArn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
      403,
    );
  if (!account || !role) throw refused();
  const parsed = parsePolicy(role.trustPolicy);
  const statements = parsed.ok ? parsed.policy.statements : [];
  if (!statements.some(statement => allows(statement, call, optionalText(call, 'ExternalId')))) throw refused();
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

const allows = (statement: Statement, call: Call, externalId: string | undefined): boolean =>
  statement.effect === 'Allow' &&
  statement.problems.length === 0 &&
  (statement.actions ?? []).some(action => /^(sts:(assumerole|\*)|\*)$/i.test(action.text)) &&
  namesCaller(statement, call) &&
  statement.conditions.every(
    test =>
      test.operator === 'StringEquals' &&
      test.key.text.toLowerCase() === 'sts:externalid' &&
      test.values.some(value => value.text === externalId),
  );

const namesCaller = (statement: Statement, call: Call): boolean => {
  const { principal } = statement;
  if (principal?.kind !== 'typed') return false;
  const { accountId, partition } = call.account;
  const accepted = ['*', accountId, `arn:${partition}:iam::${accountId}:root`, call.callerArn];
  return principal.entries.some(entry => entry.type === 'AWS' && accepted.includes(entry.value.text));
};
