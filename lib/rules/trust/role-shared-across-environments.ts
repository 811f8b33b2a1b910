import { clustersWithIssuer, type Environments, type Facts, fleetGapInWords, type RoleSubject } from '../../facts.ts';
import { cleanIssuer, type IndexedCluster, isOwnProvider } from '../../model.ts';
import { compilePolicy, hasSubject, type Policy } from '../../policy.ts';
import { compareText, phrase } from '../../text.ts';
import { audiencesOfTokens } from '../access/asked-tokens.ts';
import { trustContextFor } from '../access/trust-context.ts';
import {
  bestPractices,
  defineRule,
  type Failure,
  failOrPass,
  failures,
  notApplicable,
  undecidedOf,
} from '../prelude.ts';
import { trustedEksPrincipals } from './statement/role-trust.ts';

const fail = failures({
  shared: [
    'shared by environments',
    'Role {role} is trusted for service accounts of clusters in {count:environment}: {environments}',
  ],
});

/** A right of a test environment is one of production: for who keeps them apart. Silent unless the configuration
 *  asks. */
export const roleSharedAcrossEnvironments = defineRule({
  id: 'role-shared-across-environments',
  kind: 'role',
  impact: 'hygiene',
  severity: 'info',
  shownAt: 'role-trust-policy',
  title: 'No role is shared by clusters of different environments',
  fault: 'Clusters of different environments share the role',
  says: fail.says,
  needs: ['roles'],
  why: 'A role that clusters of two environments share has the permissions of both: whoever controls a pod in the less protected one has what the other one needs. Off unless `environments` of the configuration names the tag of clusters, or the AWS accounts, by which environments are told apart.',
  fix: 'Give each environment a role of its own, or leave the rule off where sharing is meant.',
  references: [bestPractices],
  check: (subject, facts) => {
    const { environments } = facts.settings;
    const { policy } = subject;
    const principals = trustedEksPrincipals(subject, facts).filter(({ arn }) => isOwnProvider(arn, subject.role.arn));
    const issuers = [...new Set(principals.map(({ hostPath }) => cleanIssuer(hostPath)))];
    if (environments === undefined || !policy.ok || issuers.length === 0) return notApplicable;
    const answers = Map.groupBy(issuers, issuer => allowsSomebody(subject, policy.policy, issuer, facts));
    const open = answers.get('yes') ?? [];
    const clusters = open.flatMap(issuer => clustersWithIssuer(facts.fleet, issuer));
    const byName = Map.groupBy(clusters, cluster => environmentOf(cluster, environments) ?? '');
    const unnamed = byName.get('') ?? [];
    byName.delete('');
    if (byName.size > 1) return failOrPass([failureOf(subject, byName)]);
    const [undecided] = answers.get('unknown') ?? [];
    const isAlone = clusters.length < 2 && undecided === undefined;
    const missing =
      (isAlone ? undefined : unnamed.map(({ name }) => `the environment of cluster ${name}: it has no such tag`)[0]) ??
      (undecided && `whether the role is trusted for tokens of ${undecided}`) ??
      unlistedCluster(open, facts);
    return failOrPass([], undecidedOf('unread', missing));
  },
});

const environmentOf = ({ environment, accountId }: IndexedCluster, { accounts }: Environments): string | undefined =>
  environment ?? accounts[accountId];

/** An issuer whose cluster may be in what was not read. */
const unlistedCluster = (issuers: readonly string[], { fleet }: Facts): string | undefined => {
  const [gap] = fleet.gaps;
  const open = issuers.find(issuer => clustersWithIssuer(fleet, issuer).length === 0);
  return issuers.length > 1 && gap && open ? `the cluster of ${open}: ${fleetGapInWords(gap)} was not read` : undefined;
};

const failureOf = ({ role }: RoleSubject, byName: ReadonlyMap<string, readonly IndexedCluster[]>): Failure => {
  const environments = [...byName.keys()].sort(compareText);
  return fail
    .shared({ role: role.name, count: environments.length, environments })
    .pieces(
      ...environments.map(name => ({
        what: `clusters of ${name}`,
        got: phrase('{clusters}', {
          clusters: (byName.get(name) ?? []).map(cluster => cluster.name).sort(compareText),
        }),
        readFrom: 'eks:DescribeCluster',
      })),
    )
    .fix(
      `Give each of ${environments.join(', ')} a role of its own.`,
      'Whether these environments are meant to share what the role may do.',
    );
};

/** Whether some service account of an issuer (without scheme) may assume a role, with whatever audience its provider
 *  accepts. */
const allowsSomebody = (
  subject: RoleSubject,
  policy: Policy,
  issuer: string,
  facts: Facts,
): 'yes' | 'no' | 'unknown' => {
  const answers = audiencesOfTokens(issuer, [policy], subject.role, facts).map(({ audience }) => {
    const truth = compilePolicy(policy, trustContextFor(subject, facts, issuer, audience));
    if (hasSubject(truth.certain, subject.hints) === true) return 'yes';
    return hasSubject(truth.possible, subject.hints) === false ? 'no' : 'unknown';
  });
  return answers.includes('yes') ? 'yes' : answers.includes('unknown') ? 'unknown' : 'no';
};
