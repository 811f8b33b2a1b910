import { shellQuote } from '../text.ts';
import { type Check, checkWhereRead, deployCommands, failedCheck, ok } from './verdict.ts';

/** The parts that a stack has in a state, and the command that goes on. Source: CloudFormation User Guide, "Stack status codes". */
const halfWay: Readonly<Record<string, readonly [there: string, command?: string]>> = {
  ROLLBACK_COMPLETE: ['none of its resources is there', 'delete-stack'],
  ROLLBACK_FAILED: ['resources of it are left', 'delete-stack'],
  CREATE_FAILED: ['the resources before the failure are there', 'delete-stack'],
  DELETE_FAILED: ['the resources that could not be deleted are there', 'delete-stack'],
  UPDATE_FAILED: ['it is partly updated', 'rollback-stack'],
  UPDATE_ROLLBACK_FAILED: ['it is partly updated', 'continue-update-rollback'],
  UPDATE_ROLLBACK_COMPLETE: ['the last update failed, and it is as before'],
};

/** Where a stack that was not deployed whole stands, and how to go on. */
const standing = (name: string, status: string): readonly [there: string, fix: string] => {
  const stack = `--stack-name ${shellQuote(name)}`;
  const reasons = `aws cloudformation describe-stack-events ${stack} tells why`;
  if (status === 'REVIEW_IN_PROGRESS') return [': none of its resources is there', `Deploy: ${deployCommands}`];
  if (status.endsWith('_IN_PROGRESS')) return ['', 'Wait for its end, then ask again'];
  const [there, command] = halfWay[status] ?? [];
  return [
    there === undefined ? '' : `: ${there}`,
    `${reasons}; ${command === undefined ? '' : `aws cloudformation ${command} ${stack}, `}then deploy again: ${deployCommands}`,
  ];
};

/** Whether the stack is there whole. */
export const stack: Check = {
  id: 'stack',
  of: deployment =>
    checkWhereRead(deployment.stack, found => {
      const { stackName } = deployment;
      if (found === undefined) return failedCheck(`there is no stack ${stackName}`, `Deploy: ${deployCommands}`);
      const { status } = found;
      if (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) return ok(`${stackName} is ${status}`);
      const [there, fix] = standing(stackName, status);
      return failedCheck(`${stackName} is ${status}${there}`, fix);
    }),
};
