/** Reads which organization the audited accounts are of: once for all accounts of a run. */
import { DescribeOrganizationCommand, type OrganizationsClient } from '@aws-sdk/client-organizations';
import * as z from 'zod';
import type { OrganizationReader } from '../../audit/target.ts';
import { complete, unavailable } from '../../model.ts';
import { readFailureFromError } from '../unread-from-error.ts';
import { type OrganizationFilter, organizationAccounts } from './organization-accounts.ts';

const described = z.object({ Organization: z.object({ Id: z.string().regex(/^o-[a-z0-9]{10,32}$/) }) });

/**
 * A reader over the caller's own credentials. Without a filter the targets are the accounts of the organization; with one
 * all are listed, since those that are left out are of it as well. Never throws: what is refused is a gap.
 */
export const organizationReader = (
  client: OrganizationsClient,
  { exclude, organizationalUnits }: OrganizationFilter,
): OrganizationReader => ({
  read: async targets => {
    let operation = 'organizations:DescribeOrganization';
    try {
      const answer = described.parse(await client.send(new DescribeOrganizationCommand({})));
      const { Id: id } = answer.Organization;
      if (exclude.length + organizationalUnits.length === 0)
        return complete({ id, accounts: targets.map(({ accountId }) => accountId) });
      operation = 'organizations:ListAccounts';
      const all = await organizationAccounts(client, { exclude: [], organizationalUnits: [] });
      return complete({ id, accounts: all.map(({ accountId }) => accountId) });
    } catch (error) {
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
      return unavailable(readFailureFromError(cause, operation));
    }
  },
});
