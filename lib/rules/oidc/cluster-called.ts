import type { Facts } from '../../facts/facts.ts';
import { clustersWithIssuer } from '../../facts/fleet-index.ts';
import { stripScheme } from '../../model/arn.ts';

/** The name of an issuer's cluster in a message: its name, or its issuer without scheme where no cluster that was read
 *  has it. The name is there or not by what a run reads: mark it volatile. */
export const clusterCalled = (issuer: string, { fleet }: Pick<Facts, 'fleet'>): string =>
  clustersWithIssuer(fleet, issuer)[0]?.name ?? stripScheme(issuer);
