import { clustersWithIssuer, parseSubject } from '../facts.ts';
import type { FleetIndex } from '../model.ts';
import type { FactChange } from './transition.ts';

/** Adds to changes of a provider or an issuer the name of the one cluster that has its issuer: people know that name, and
 *  not the issuer's id. */
export const placedFacts = (changes: readonly FactChange[], fleet: FleetIndex): readonly FactChange[] =>
  changes.map(change => {
    const subject = parseSubject(change.subject);
    const [cluster, ...others] = 'issuer' in subject ? clustersWithIssuer(fleet, subject.issuer) : [];
    return cluster === undefined || others.length > 0 ? change : { ...change, clusterName: cluster.name };
  });
