import type { Fault } from '../world/world.ts';
import { AwsFault, type Call } from './operation.ts';

/** The effect of a fault on the connection rather than on the answer. */
export type Interference = 'none' | 'time-out' | 'reset' | 'cut';

/**
 * Applies the world's faults to a call: throws what AWS would answer, or says what is to become of the connection.
 * `resource` is the name of what is read, `continued` whether the call asks for a later page.
 */
export const interfere = (operation: string, call: Call, resource: string, continued: boolean): Interference => {
  const fault = call.world.faults.find(candidate => matches(candidate, operation, call, resource, continued));
  if (!fault) return 'none';
  if (fault.times !== undefined) fault.times -= 1;
  switch (fault.kind) {
    case 'throttle':
      throw throttled(operation);
    case 'deny':
      throw denied(operation, call, resource);
    case 'crash':
      throw new AwsFault('ServiceFailure', 'The request processing has failed because of an unknown error.', 500);
    case 'cut-page':
      return 'cut';
    case 'state':
      return 'none';
    default:
      return fault.kind;
  }
};

const matches = (fault: Fault, operation: string, call: Call, resource: string, continued: boolean): boolean =>
  fault.operation === operation &&
  (fault.times === undefined || fault.times > 0) &&
  (fault.accountId === undefined || fault.accountId === call.account.accountId) &&
  (fault.region === undefined || fault.region === call.region) &&
  (fault.resource === undefined || resource.includes(fault.resource)) &&
  (fault.kind !== 'cut-page' || continued);

/** Each service's own name for "slow down". */
const throttled = (operation: string): AwsFault => {
  if (operation.startsWith('eks:')) return new AwsFault('TooManyRequestsException', 'Rate exceeded', 429);
  if (operation.startsWith('organizations:'))
    return new AwsFault(
      'TooManyRequestsException',
      "AWS Organizations can't complete your request because another request is already in progress. Try again later.",
    );
  if (operation.startsWith('cloudtrail:')) return new AwsFault('ThrottlingException', 'Rate exceeded');
  return new AwsFault('Throttling', 'Rate exceeded');
};

const denied = (operation: string, call: Call, resource: string): AwsFault => {
  const code = /^(iam|sts):/.test(operation) ? 'AccessDenied' : 'AccessDeniedException';
  const action = operation === 'sts:AssumeRoleWithWebIdentity' ? undefined : operation;
  if (action === undefined) return new AwsFault(code, `Not authorized to perform ${operation}`, 403);
  return new AwsFault(
    code,
    `User: ${call.callerArn} is not authorized to perform: ${action} on resource: ${resource || '*'} because no identity-based policy allows the ${action} action`,
    403,
  );
};
