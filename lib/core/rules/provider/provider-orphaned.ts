import { isEksHost } from '../../facts/eks-issuer.ts';
import type { Facts } from '../../facts/facts.ts';
import { clustersWithIssuer, indexOf } from '../../facts/fleet-index.ts';
import { complete, readFailuresOf } from '../../model/collected.ts';
import type { Fix } from '../../model/finding.ts';
import { counted } from '../../text/counted.ts';
import { defineRule, fail, notApplicable, pass, unknown } from '../define-rule.ts';
import { aProvider, aRole, aSnapshot, aTrustPolicy, exampleIssuer, someFacts } from '../example-world.ts';
import { mayStillLive } from './support/issuer-liveness.ts';
import { namesInWords, rolesTrusting } from './support/issuer-users.ts';
import { iamCommand, onProvider } from './support/provider-commands.ts';

/** A provider whose cluster is gone. Said only where every account and region was read and nothing shows life. */
export const providerOrphaned = defineRule({
  id: 'provider-orphaned',
  kind: 'provider',
  group: 'provider',
  impact: 'exposes',
  severity: 'medium',
  shownAt: 'provider-exists',
  title: 'Every provider of an EKS issuer has its cluster',
  needs: ['providers'],
  docs: {
    why: 'A provider outlives its cluster: nothing deletes it. It uses up a quota of the account, and the roles that trust it look as if they worked.',
    fix: 'Delete the provider, after the roles that trust it are deleted or name the provider of the successor.',
    references: ['docs/facts.md §B.1, §B.7'],
  },
  check: (subject, facts) => {
    if (!isEksHost(subject.issuer)) return notApplicable;
    if (clustersWithIssuer(facts.fleet, subject.issuer).length > 0) return pass;
    const open = mayStillLive(subject.issuer, subject.id, facts);
    if (open !== undefined) return unknown('unread', open);
    const roles = rolesTrusting(subject.id, facts).map(role => role.name);
    const unread = readFailuresOf(facts.snapshot.roles).length > 0;
    const trusting = roles.length > 0 ? `; still trusted by ${namesInWords(roles)}` : '';
    return fail({
      message: `the provider ${subject.id} has no cluster: none in ${counted(facts.fleet.accounts.length, 'audited account')} has its issuer${trusting}`,
      evidence: [
        {
          what: 'clusters with this issuer',
          got: `none of ${facts.fleet.clusters.length}`,
          wanted: 'one',
          readFrom: 'eks:DescribeCluster in all audited accounts and regions',
        },
        {
          what: 'roles that trust it',
          got: `${roles.length === 0 ? 'none' : namesInWords(roles, 20)}${unread ? ' (not all roles were read)' : ''}`,
          readFrom: 'iam:ListRoles',
        },
      ],
      fix: deletionOf(subject.id, roles, facts),
    });
  },
  examples: {
    pass: { title: 'the cluster exists', facts: () => someFacts() },
    fail: { title: 'the cluster is gone, and a role still trusts its provider', facts: () => orphanFacts() },
    unknown: {
      title: 'the clusters of another account could not be read',
      facts: () => ({ ...orphanFacts(), fleet: indexOf([orphanFacts().snapshot], ['444455556666']) }),
    },
  },
});

const orphanFacts = (): Facts => {
  const issuer = exampleIssuer.replace(/5C1D/, '0000');
  const { providers, ...rest } = aSnapshot({
    providers: complete([aProvider(), aProvider({ issuer })]),
    roles: complete([aRole(), aRole({ name: 'old-cart', trustPolicy: aTrustPolicy({ issuer }) })]),
  });
  return someFacts({ ...rest, providers });
};

/** While roles trust it, its deletion breaks them anew: then the command stands where it says what comes first. */
const deletionOf = (arn: string, roles: readonly string[], { snapshot }: Facts): Fix => {
  const command = iamCommand(snapshot.partition, 'delete-open-id-connect-provider', ...onProvider(arn));
  const elsewhere = 'make sure that no account outside of the audit has the cluster';
  if (roles.length === 0)
    return { summary: 'Delete the provider.', commands: [command], choice: `First ${elsewhere}.` };
  const [which, them] = roles.length === 1 ? ['role', 'it trust'] : ['roles', 'them trust'];
  return {
    summary: 'Delete the provider once no role trusts it.',
    commands: [],
    choice: `First delete the ${which} ${namesInWords(roles, 20)}, or let ${them} the provider of another cluster; and ${elsewhere}. Then: ${command}`,
  };
};
