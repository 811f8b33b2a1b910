/** The parts of the world that a configuration has read, as the arguments of the collectors. */
import type { AccountChoice, TargetOptions } from '../../lib/collect/targets/aws-target-source.ts';
import { askedOf } from '../../lib/config/choices-read.ts';
import type { Configuration } from '../../lib/config/configuration.ts';

/** Which accounts are listed, and with which regions and role. Without regions in the configuration: the functions' own. */
export const targetChoices = (
  { accounts, memberRole, regions }: Configuration,
  ownRegion: string,
): { readonly choice: AccountChoice; readonly options: TargetOptions } => ({
  choice: accounts,
  options: { regions: regions ?? [ownRegion], memberRole },
});

/** The accounts of an organization; undefined where the accounts are no organization's. */
export const organizationChoice = ({ accounts }: Configuration) =>
  accounts.from === 'organization' ? accounts : undefined;

/** How the organization's control policies are read; undefined where they are not asked for. Service control policies limit
 *  permissions, and are read with them. */
export const controlPolicyChoices = (
  configuration: Configuration,
): { readonly areMembers: boolean; readonly services: boolean } | undefined =>
  configuration.resourceControlPolicies
    ? {
        areMembers: organizationChoice(configuration) !== undefined,
        services: askedOf(configuration).has('role-permissions'),
      }
    : undefined;

/** Whether roles and bindings of clusters are read too. */
export const clusterChoices = ({ rbac }: Configuration) => ({ rbac });
