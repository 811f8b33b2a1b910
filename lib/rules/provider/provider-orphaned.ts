import { clustersWithIssuer, type Facts, isEksHost } from '../../facts.ts';
import { deleteProvider } from '../../fixes/aws-steps.ts';
import { type FixDraft, type Provider, readFailuresOf } from '../../model.ts';
import { phrase, shortListOf } from '../../text.ts';
import { likenessOf } from '../oidc/issuer-likeness.ts';
import { mayStillLive } from '../oidc/issuer-liveness.ts';
import { hasProvider, issuerName, rolesTrusting } from '../oidc/issuer-users.ts';
import { defineRule, notApplicable, pass, unknown } from '../prelude.ts';

/** A provider whose cluster is gone. Said only where every account and region was read and nothing shows life. */
export const providerOrphaned = defineRule({
  id: 'provider-orphaned',
  kind: 'provider',
  impact: 'exposes',
  severity: 'medium',
  shownAt: 'provider-exists',
  title: 'Every provider of an EKS issuer has its cluster',
  fault: 'No cluster has the issuer of the provider',
  says: {
    orphaned: ['no cluster has its issuer', 'provider of {issuer} has no cluster in the {accounts:audited account}'],
    trusted: [
      'no cluster has its issuer',
      'provider of {issuer} has no cluster in the {accounts:audited account}, but is still trusted by {roles}',
    ],
  },
  needs: ['providers'],
  why: 'Nothing deletes a provider when its cluster is deleted. It counts toward a quota of the account, and the roles that trust it look as if they worked.',
  fix: 'Delete the provider after no role trusts it any more.',
  references: ['docs/facts.md §B.1, §B.7'],
  check: (subject, facts, fail) => {
    if (!isEksHost(subject.issuer)) return notApplicable;
    if (clustersWithIssuer(facts.fleet, subject.issuer).length > 0) return pass;
    if (facts.fleet.clusters.some(({ issuer }) => isSpelling(subject.issuer, issuer, facts))) {
      const [gap] = readFailuresOf(facts.snapshot.providers);
      return gap === undefined ? notApplicable : unknown('unread', `${gap.operation}: ${gap.message}`);
    }
    const open = mayStillLive(subject.issuer, subject.id, facts);
    if (open !== undefined) return unknown('unread', open);
    const roles = rolesTrusting(subject.id, facts).map(role => role.name);
    const unread = readFailuresOf(facts.snapshot.roles).length > 0;
    const issuer = issuerName(subject.issuer, facts);
    const accounts = facts.fleet.accounts.length;
    return (roles.length > 0 ? fail.trusted({ issuer, accounts, roles }) : fail.orphaned({ issuer, accounts }))
      .changing(
        'clusters with this issuer',
        'eks:DescribeCluster in all audited accounts and regions',
        phrase('none of {count}', { count: facts.fleet.clusterCount ?? facts.fleet.clusters.length }),
        phrase('one'),
      )
      .evidence(
        'roles that trust it',
        'iam:ListRoles',
        phrase(unread ? '{roles} (not all roles were read)' : '{roles}', {
          roles: roles.length === 0 ? ['none'] : roles,
        }),
      )
      .volatile(['accounts'])
      .fix(deletionOf(subject.provider, roles, unread));
  },
});

/** Another spelling of a living cluster's issuer, which provider-url-mismatch judges. Beside the right one nobody needs it,
 *  unless it is the dual-stack name. */
const isSpelling = (written: string, issuer: string | undefined, facts: Facts): boolean => {
  const differences = issuer === undefined ? undefined : likenessOf(written, issuer);
  if (issuer === undefined || differences === undefined) return false;
  return differences.join() === 'dual-stack alias' || !hasProvider(issuer, facts);
};

/** While roles trust it, deleting it breaks them again when the cluster comes back: then the command comes second. */
const deletionOf = (provider: Provider, roles: readonly string[], unread: boolean): FixDraft => {
  const elsewhere = 'make sure that no account outside the audit has the cluster';
  const summary = 'Delete the provider after no role trusts it.';
  if (unread)
    return {
      summary,
      choice: `First find out which roles trust it: not all roles of the account were read. Also ${elsewhere}.`,
    };
  if (roles.length === 0)
    return { summary: 'Delete the provider.', steps: [deleteProvider(provider)], choice: `First ${elsewhere}.` };
  return {
    summary,
    choice: `First remove the provider's statement from the trust policy of ${shortListOf(roles, 20)} (delete a role only if nothing else uses it), and ${elsewhere}. Run the audit again afterwards: it then has the command.`,
  };
};
