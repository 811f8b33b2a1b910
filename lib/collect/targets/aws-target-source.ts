import type { Target, TargetSource } from '../../audit/target.ts';
import { TargetsUnreadable } from '../../kit/errors.ts';
import { eksRegions, parseArn } from '../../model.ts';
import { given } from '../../text.ts';
import type { AwsClients } from '../clients.ts';
import { callerIdentity } from './caller-identity.ts';
import { type OrganizationFilter, organizationAccounts } from './organization-accounts.ts';

/** Which accounts are audited. The first three are the configuration's `accounts`, the last is `scan --role-arn`. */
export type AccountChoice =
  | { readonly from: 'self' }
  | { readonly from: 'list'; readonly accountIds: readonly string[] }
  | ({ readonly from: 'organization' } & OrganizationFilter)
  | { readonly from: 'role'; readonly roleArn: string; readonly externalId?: string };

/** The parts of every target. */
export interface TargetOptions {
  /** Regions to audit in each account, or all regions of the caller's partition. */
  readonly regions: readonly string[] | 'all';
  /** The read-only role of member accounts. */
  readonly memberRole: { readonly name: string; readonly externalId?: string };
}

/**
 * Lists the accounts to audit. The caller's own account is read with the caller's own credentials, all others through
 * the member role. `list()` throws what `unreadableTargets` says.
 */
export const awsTargetSource = (clients: AwsClients, choice: AccountChoice, options: TargetOptions): TargetSource => ({
  list: async () => {
    const caller = await callerIdentity(clients.sts());
    const regions = options.regions === 'all' ? eksRegions(caller.partition) : options.regions;
    if (regions.length === 0)
      throw new TargetsUnreadable(
        `the regions of the partition ${caller.partition} are not published: name them one by one`,
      );
    const member = (accountId: string): Target =>
      accountId === caller.accountId
        ? { accountId, regions }
        : {
            accountId,
            regions,
            roleArn: `arn:${caller.partition}:iam::${accountId}:role/${options.memberRole.name}`,
            ...given({ externalId: options.memberRole.externalId }),
          };
    switch (choice.from) {
      case 'self':
        return [{ accountId: caller.accountId, regions }];
      case 'list':
        return [...new Set(choice.accountIds)].map(member);
      case 'organization':
        return (await organizationAccounts(clients.organizations(), choice)).map(({ accountId, name }) => ({
          ...member(accountId),
          name,
        }));
      case 'role':
        return [roleTarget(choice, regions)];
    }
  },
});

const roleTarget = (choice: Extract<AccountChoice, { from: 'role' }>, regions: readonly string[]): Target => {
  const arn = parseArn(choice.roleArn);
  if (arn?.service !== 'iam' || !/^\d{12}$/.test(arn.accountId) || !arn.resource.startsWith('role/'))
    throw new TargetsUnreadable(`not the ARN of a role: ${JSON.stringify(choice.roleArn)}`);
  return { accountId: arn.accountId, regions, roleArn: choice.roleArn, ...given({ externalId: choice.externalId }) };
};
