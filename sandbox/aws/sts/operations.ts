import type { Operations } from '../operation.ts';
import { assumeRole } from './assume-role.ts';
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.ts';

/** STS. */
export const stsOperations: Operations = {
  GetCallerIdentity: call => ({
    Arn: call.callerArn,
    UserId: call.callerArn.includes(':assumed-role/') ? 'AROASANDBOXSANDBOX000:session' : 'AIDASANDBOXSANDBOX000',
    Account: call.account.accountId,
  }),
  AssumeRole: assumeRole,
  AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity,
};
