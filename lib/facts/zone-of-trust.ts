import { stripScheme } from '../model/arn.ts';
import { type Zone, zoneOf } from '../policy/who/zone.ts';
import type { Facts } from './facts.ts';

const zones = new WeakMap<Facts, Zone>();

/** Who is no stranger: the audited accounts and those that the configuration trusts. Organizations and owners that it does
 *  not name are not known: then those that a policy writes out are taken as trusted. */
export const zoneOfTrust = (facts: Facts): Zone => {
  const known = zones.get(facts);
  if (known) return known;
  const { snapshot, fleet, settings } = facts;
  const { organizations = [], accounts = [], principals = [], issuers = [], owners = [] } = settings.trusted ?? {};
  const audited = [...fleet.accounts, ...fleet.clusters].map(({ accountId }) => accountId);
  const zone = zoneOf([snapshot.accountId, ...audited, ...accounts], {
    principals: new Set(principals),
    issuers: new Set(issuers.map(stripScheme)),
    ...(organizations.length > 0 ? { organizations: new Set(organizations) } : {}),
    ...(owners.length > 0 ? { owners: new Set(owners) } : {}),
  });
  zones.set(facts, zone);
  return zone;
};
