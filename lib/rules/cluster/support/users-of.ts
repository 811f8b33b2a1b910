import { dormancyOf } from '../../../facts/dormant-annotation.ts';
import type { Facts } from '../../../facts/facts.ts';
import type { ClusterSubject } from '../../../facts/subjects.ts';
import { parseArn } from '../../../model/arn.ts';
import { readFailuresOf, valueOr } from '../../../model/collected.ts';
import { roleArnKey } from '../../../model/irsa-annotation.ts';
import { given } from '../../../text/given.ts';
import { rolesTrusting } from '../../oidc/issuer-users.ts';

/** Roles that trust a cluster's provider, and service accounts that name a role of this account and whose annotation is in use; or what
 *  could not be read. */
export const usersOf = (
  { cluster, snapshot: { kubernetes, podIdentity } }: Pick<ClusterSubject, 'cluster' | 'snapshot'>,
  arn: string,
  facts: Facts,
): { readonly names: readonly string[]; readonly unread?: string } => {
  const roles = rolesTrusting(arn, facts).map(role => `the role ${role.name}`);
  const inside = kubernetes.status === 'unavailable' ? undefined : kubernetes.value;
  const wanting = inside
    ? valueOr(inside.serviceAccounts, [])
        .filter(({ annotations }) => parseArn(annotations[roleArnKey] ?? '')?.accountId === cluster.accountId)
        .map(account => ({ ...account, dormancy: dormancyOf(account, inside, podIdentity) }))
    : [];
  const accounts = wanting
    .filter(({ dormancy }) => dormancy === false)
    .map(({ namespace, name }) => `the service account ${namespace}/${name}`);
  // That the configuration does not ask for the inside is no gap: what can be known without it is then said.
  const gaps = [facts.snapshot.roles, inside?.serviceAccounts ?? kubernetes]
    .flatMap(readFailuresOf)
    .filter(({ kind }) => kind !== 'not-asked-for')
    .map(({ operation, message }) => `${operation}: ${message}`);
  const [unread] = [...gaps, ...wanting.flatMap(({ dormancy }) => (typeof dormancy === 'string' ? [dormancy] : []))];
  return { names: [...roles, ...accounts], ...given({ unread }) };
};
