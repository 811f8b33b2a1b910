import { given } from '../../../lib/text.ts';
import { type World, type WorldAccount, type WorldRole, worldRoleArn } from '../../world/world.ts';
import { AwsFault, type Call, text } from '../operation.ts';

/** The role that `RoleArn` names; undefined if its account or the role is not there. Throws STS's ValidationError for
 *  what is no role ARN at all (docs/facts.md §C.2). */
export const namedRole = (
  call: Call,
): { readonly arn: string; readonly account?: WorldAccount; readonly role?: WorldRole } => {
  const arn = text(call, 'RoleArn');
  if (arn.length < 20)
    throw new AwsFault(
      'ValidationError',
      `1 validation error detected: Value '${arn}' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20`,
    );
  const [, partition = '', accountId = ''] = /^arn:([\w-]+):iam::(\d{12}):role\/[\w/.@+=,-]+$/.exec(arn) ?? [];
  if (accountId === '') throw new AwsFault('ValidationError', 'Request ARN is invalid');
  const account = accountOf(call.world, accountId, partition);
  const role = account?.roles.find(candidate => worldRoleArn(account, candidate) === arn);
  return { arn, ...given({ account, role }) };
};

const accountOf = (world: World, accountId: string, partition: string): WorldAccount | undefined =>
  world.accounts.find(account => account.accountId === accountId && account.partition === partition);
