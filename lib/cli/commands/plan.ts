import { Command, InvalidArgumentError, Option } from 'commander';
import { clustersOf, type Facts } from '../../facts.ts';
import { placesIn } from '../../impact/places.ts';
import type { ClusterSnapshot } from '../../model.ts';
import { finishReplacement } from '../../plan/move/finish-replacement.ts';
import { replaceCluster } from '../../plan/move/replace-cluster.ts';
import type { Plan } from '../../plan/plan.ts';
import { finishPodIdentity } from '../../plan/pod-identity/finish-pod-identity.ts';
import { podIdentityPlan } from '../../plan/pod-identity/pod-identity-plan.ts';
import { placeNamed } from '../impact/impact-named.ts';
import { endNamed } from '../plan/end-named.ts';
import { type PlanOptions, runPlan } from '../plan/run-plan.ts';
import { inAccounts, scopeOf, scopeOfAccounts } from '../plan/scope.ts';
import { withQuestions } from '../report/asked-report.ts';
import type { AskedPlaces } from '../report/asked-roles.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { withSessionOptions } from './scan.ts';

const days = (text: string): number => {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 90)
    throw new InvalidArgumentError(`got ${JSON.stringify(text)}, wanted whole days, 1 to 90`);
  return count;
};

/** The options of every plan. */
const withPlanOptions = (command: Command): Command =>
  withQuestions(withSessionOptions(command), ['namespace', 'serviceAccount', 'role', 'account'])
    .addOption(
      new Option('-o, --format <format>', 'how to write it').choices(['text', 'json', 'terraform']).default('text'),
    )
    .option('--json', 'short for --format json')
    .option('--script <file>', 'write the plan as a script for a POSIX shell')
    .option('--apply', 'carry the plan out, step by step')
    .option('--yes', 'with --apply: do not ask')
    .option('--journal <file>', 'where --apply writes what it does (default: a new file here)');

/** `irsa-auditor plan`: plans for changes that are no fault. */
export const planCommand = (io: Io): Command =>
  new Command('plan')
    .addCommand(replaceClusterCommand(io))
    .addCommand(podIdentityCommand(io))
    .addHelpText('after', '\nEach plan is made from an audit of now. fix --undo takes back what --apply did.');

interface ReplaceOptions extends PlanOptions, Pick<AskedPlaces, 'namespace' | 'serviceAccount'> {
  readonly finish?: boolean;
  readonly unusedFor: number;
}

const replaceExamples = `
Examples:
  $ irsa-auditor plan replace-cluster blue green
  $ irsa-auditor plan replace-cluster blue green --format terraform
  $ irsa-auditor plan replace-cluster blue green --apply
  $ irsa-auditor plan replace-cluster https://oidc.eks…/id/OLD green
  $ irsa-auditor plan replace-cluster blue green --finish --cloud-trail

OLD and NEW are names or ARNs of audited clusters (--region is repeatable), or
issuers, or providers: one of a cluster that is gone is named so. Every role
that trusts OLD also trusts NEW, for the same service accounts and no others.
A step that opens a role wide or leads to a finding waits for a person: with
--yes and --script it is left, unless --role names its role.
--finish takes OLD away where nothing used a role with its tokens for
--unused-for days, by CloudTrail or IAM's last use; else it says what is open.

Exit codes: 0 nothing to do, or applied and verified, 1 there is something to
do, 2 usage, 3 could not be carried out completely, or not all was read.`;

const replaceClusterCommand = (io: Io): Command =>
  withPlanOptions(new Command('replace-cluster'))
    .description('a cluster takes the place of another one: trust, providers, annotations, associations')
    .argument('<old>', 'the cluster that goes: name, ARN, issuer or provider')
    .argument('<new>', 'the cluster that takes its place')
    .option('--finish', 'take the old cluster out of trust policies that nothing uses with its tokens')
    .option('--unused-for <days>', 'with --finish: for so many days', days, 7)
    .addHelpText('after', replaceExamples)
    .action((from: string, to: string, options: ReplaceOptions) => replace(from, to, options, io));

/** A little more than the days that are asked for: the reading begins after the run. */
const lookback = (count: number): number => Math.min(count * 1440 + 60, 129_600);

const replace = async (from: string, to: string, options: ReplaceOptions, io: Io): Promise<void> => {
  const { finish = false, unusedFor } = options;
  const make = (all: readonly Facts[]): Plan => {
    const move = { from: endNamed('<old>', from, all), to: endNamed('<new>', to, all) };
    if (move.from.issuer === move.to.issuer)
      throw new UsageError('<old> and <new> are one cluster: they have one issuer');
    const scope = scopeOf(options, all, move.from.cluster);
    const plans = inAccounts(options, all).map(facts =>
      finish ? finishReplacement(facts, move, unusedFor, scope) : replaceCluster(facts, all, move, scope),
    );
    return together(plans);
  };
  const session = finish ? { ...options, roleDetails: true, lookbackMinutes: lookback(unusedFor) } : options;
  await runPlan(make, session, io);
};

interface PodIdentityOptions extends PlanOptions, Pick<AskedPlaces, 'cluster' | 'namespace' | 'serviceAccount'> {
  readonly finish?: boolean;
  readonly unusedFor: number;
}

const podIdentityExamples = `
Examples:
  $ irsa-auditor plan pod-identity --cloud-trail
  $ irsa-auditor plan pod-identity --cluster shop --apply
  $ irsa-auditor plan pod-identity --service-account checkout/cart
  $ irsa-auditor plan pod-identity --finish --cloud-trail

For each service account with a role by its annotation: agent, trust policy,
association, restart of its pods; or why it cannot move: Fargate, Windows, a
role of another account, a test that has no equal, an SDK that is too old, an
add-on or eksctl that moves its own role. Where CloudTrail does not show its
SDK, its steps wait for a person: with --yes and --script they are left, unless
--role names the role. --finish takes the statements for tokens away.

Exit codes: 0 nothing to do, or applied and verified, 1 there is something to
do, 2 usage, 3 could not be carried out completely, or not all was read.`;

const podIdentityCommand = (io: Io): Command =>
  withPlanOptions(withQuestions(new Command('pod-identity'), ['cluster']))
    .description('service accounts move from IRSA to EKS Pod Identity')
    .option('--finish', 'take the statements away by which tokens got a role, where nothing uses them')
    .option('--unused-for <days>', 'with --finish: for so many days', days, 7)
    .addHelpText('after', podIdentityExamples)
    .action((options: PodIdentityOptions) => movePods(options, io));

const movePods = async (options: PodIdentityOptions, io: Io): Promise<void> => {
  const { cluster, namespace, serviceAccount, finish = false, unusedFor } = options;
  if (finish && (namespace ?? serviceAccount) !== undefined)
    throw new UsageError('--finish is about roles: name them with --role, without --namespace and --service-account');
  const make = (all: readonly Facts[]): Plan => {
    const named = cluster?.map(name => placeNamed('--cluster', name, all).snapshot.cluster.arn);
    const isAsked = (one: ClusterSnapshot): boolean => named?.includes(one.cluster.arn) ?? true;
    const scope = scopeOfAccounts(
      options,
      placesIn(all).filter(({ snapshot }) => isAsked(snapshot)),
    );
    const plans = inAccounts(options, all).map(facts => {
      const clusters = clustersOf(facts.snapshot).filter(isAsked);
      return finish ? finishPodIdentity(facts, clusters, unusedFor, scope) : podIdentityPlan(facts, clusters, scope);
    });
    return together(plans);
  };
  // Tags tell which roles are of eksctl.
  const session = { ...options, roleDetails: true, ...(finish ? { lookbackMinutes: lookback(unusedFor) } : {}) };
  await runPlan(make, session, io);
};

const together = (plans: readonly Plan[]): Plan => ({
  steps: plans.flatMap(({ steps }) => steps),
  fixed: [],
  left: [],
  notes: plans.flatMap(({ notes = [] }) => notes),
});
