import { stripScheme } from '../model/arn.ts';
import { type Zone, zoneOf } from '../policy/who/zone.ts';
import type { Facts, Trusted } from './facts.ts';

const zones = new WeakMap<Facts, Zone>();

/** Who is no stranger: the audited accounts and those that the configuration trusts. Organizations and owners that it does
 *  not name are not known: then those that a policy writes out are taken as trusted. */
export const zoneOfTrust = (facts: Facts): Zone => {
  const known = zones.get(facts);
  if (known) return known;
  const { snapshot, fleet, settings } = facts;
  const audited = [...fleet.accounts, ...fleet.clusters].map(({ accountId }) => accountId);
  const zone = zoneOfConfiguration([snapshot.accountId, ...audited], settings.trusted);
  zones.set(facts, zone);
  return zone;
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
