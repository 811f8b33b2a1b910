import { stripScheme } from '../model.ts';
import { type Zone, zoneOf } from '../policy.ts';
import type { Facts, Trusted } from './facts.ts';

const zones = new WeakMap<Facts, Zone>();

/** Who is no stranger: the audited accounts, the organization where it was read, and those that the configuration trusts. Owners
 *  that it does not name are not known: then those that a policy writes out are taken as trusted. Of an organization that a
 *  policy writes out nothing is known where it was not asked for: the check is undecided. */
export const zoneOfTrust = (facts: Facts): Zone => {
  const known = zones.get(facts);
  if (known) return known;
  const { snapshot, fleet, settings } = facts;
  const audited = [...fleet.accounts, ...fleet.clusters].map(({ accountId }) => accountId);
  const zone = withOrganization(zoneOfConfiguration([snapshot.accountId, ...audited], settings.trusted), fleet);
  zones.set(facts, zone);
  return zone;
};

const withOrganization = (zone: Zone, { organization }: Facts['fleet']): Zone => {
  if (organization === undefined) return zone;
  if (organization.status === 'unavailable') {
    const { operation, kind } = organization.reason;
    return { ...zone, organizationUnread: `${operation} ${kind}` };
  }
  const { id, accounts } = organization.value;
  return {
    ...zone,
    ownOrganization: id,
    accounts: new Set([...zone.accounts, ...accounts]),
    organizations: new Set([...(zone.organizations ?? []), id]),
  };
};

/** The zone of trust of a configuration, with accounts that are audited. */
export const zoneOfConfiguration = (audited: readonly string[], trusted?: Trusted): Zone => {
  const { organizations = [], accounts = [], principals = [], issuers = [], owners = [] } = trusted ?? {};
  return zoneOf([...audited, ...accounts], {
    principals: new Set(principals),
    issuers: new Set(issuers.map(stripScheme)),
    ...(organizations.length > 0 ? { organizations: new Set(organizations) } : {}),
    ...(owners.length > 0 ? { owners: new Set(owners) } : {}),
  });
};
