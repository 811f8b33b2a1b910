import { Command } from 'commander';
import { issuersOfPolicy } from '../../facts/policy-issuers.ts';
import { zoneOfConfiguration } from '../../facts/zone-of-trust.ts';
import { parseArn, stripScheme } from '../../model/arn.ts';
import { completeQuestion, noIssuer } from '../../policy/decide/default-context.ts';
import { defaultAudience, subjectOf } from '../../policy/decide/request.ts';
import { isForAnyone } from '../../policy/decide/web-identity.ts';
import type { Policy } from '../../policy/parse/policy.ts';
import { assumersAmong } from '../../policy/who/assume-matrix.ts';
import { audiencesOf } from '../../policy/who/audiences.ts';
import { instantsFrom, secondOf } from '../../policy/who/clock.ts';
import { type Assumer, everyoneIn } from '../../policy/who/everyone.ts';
import type { AccountName } from '../../policy/who/service-account-subject.ts';
import { podsUnder, setMayContain } from '../../policy/who/subject-set.ts';
import { denialByAll, type NamedControlPolicy } from '../../policy/who/under-control.ts';
import type { Zone } from '../../policy/who/zone.ts';
import { given } from '../../text/given.ts';
import { readInput } from '../shell/files.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { jsonAnswer } from '../shell/json-answer.ts';
import { askedIssuers } from '../trust/asked-issuers.ts';
import { controlPolicyOption, readControlPolicies } from '../trust/control-policy-option.ts';
import {
  type EveryoneAnswer,
  everyoneAsJson,
  everyoneInWords,
  isUnknown,
  type PodsAnswer,
} from '../trust/everyone-in-words.ts';
import {
  issuerOption,
  type PolicyOptions,
  roleArnOption,
  type SourcedPolicy,
  sourcePolicy,
} from '../trust/policy-source.ts';
import { liveAccounts, readAccounts } from '../trust/read-accounts.ts';
import { zoneIn } from '../trust/zone-option.ts';

interface Options extends PolicyOptions {
  readonly issuer?: string;
  readonly audience: string;
  readonly roleArn?: string;
  readonly controlPolicy?: readonly string[];
  readonly accounts?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly config?: string;
  readonly json?: boolean;
}

/** `who-can-assume`: everyone who may assume the role, with whether it is closed to whoever is not trusted. Exit code 0, or 3
 *  where that is unknown. */
export const whoCanAssume = (io: Io): Command =>
  new Command('who-can-assume')
    .option('--policy <file>', 'the trust policy; - for standard input')
    .option('--role <name>', 'read the trust policy of this role from the account instead')
    .option('--issuer <url>', 'the cluster’s issuer (default: those of all clusters that the policy trusts)')
    .option('--audience <audience>', 'the token’s audience', defaultAudience)
    .option('--role-arn <arn>', 'the role (default: a role in the provider’s account)')
    .option(
      '--accounts <file>',
      'existing accounts: namespace/name lines, JSON, or kubectl get serviceaccounts -A -o json',
    )
    .option('--context <name>', 'existing accounts: those of the cluster of this kubeconfig context')
    .option('--kubeconfig <file>', 'the kubeconfig of --context')
    .option(...controlPolicyOption)
    .option('--profile <name>', 'AWS profile, with --role')
    .option('--region <region>', 'AWS region, with --role')
    .option('--config <file>', 'the zone of trust of this configuration')
    .option('--json', 'the answer as JSON')
    .addHelpText('after', '\nExit codes: 0 known, 2 usage, 3 unknown or not read.')
    .action(async (options: Options) => {
      const issuer = issuerOption(options.issuer);
      const roleArn = roleArnOption(options.roleArn);
      const source = await sourcePolicy(options, io);
      if (!source) return;
      const issuers = issuersAsked(source.policy, issuer, io);
      if (issuers.length > 1 && namesAccounts(options))
        throw new UsageError(
          `the policy trusts ${issuers.length} clusters, and the existing accounts are of one: give --issuer with one of ${issuers.join(', ')}`,
        );
      const existing = await existingAccounts(options, io);
      const controls = await readControlPolicies(options.controlPolicy, roleArn ?? source.roleArn, io);
      const { trusted } = await zoneIn(options.config, io);
      const answerAt = (now: string): EveryoneAnswer => ({
        pods: issuers.map(one => podsFor(source, { issuer: one, roleArn, controls }, options.audience, existing, now)),
        others: othersOf(source, roleArn, account => zoneOfConfiguration([account], trusted), now),
        controlPolicies: controls.length > 0 ? 'evaluated' : 'not evaluated',
      });
      const answer = answerAt(io.now());
      // Of an instant that is not known, the clock is not known either.
      const later = instantsFrom([source.policy], io.now())
        .slice(1)
        .map(from => ({ from: secondOf(from) ?? 'some instant', answer: answerAt(from ?? '') }));
      io.stdout.write(
        options.json ? jsonAnswer(everyoneAsJson(answer, later)) : `${everyoneInWords(answer, later).join('\n')}\n`,
      );
      io.exit(isUnknown(answer) ? 3 : 0);
    });

/** The issuers whose service accounts are asked about: the given one, else those of the clusters that the policy names, else
 *  of any cluster where the policy is about everyone. */
const issuersAsked = (policy: Policy, wanted: string | undefined, io: Io): readonly string[] => {
  const { clusters } = issuersOfPolicy(policy);
  if (wanted !== undefined) return askedIssuers(policy, wanted, io);
  return clusters.length > 0 || !policy.statements.some(isForAnyone) ? clusters : [noIssuer];
};

/** Everyone but service accounts. A provider that the policy names is taken to exist, with whatever audiences. */
const othersOf = (
  { policy, roleArn: ownArn, roleTags }: SourcedPolicy,
  named: string | undefined,
  zoneIn: (account: string) => Zone,
  now: string,
): readonly Assumer[] => {
  const { roleArn } = completeQuestion(policy, { roleArn: named ?? ownArn });
  const clusters = new Set(issuersOfPolicy(policy).clusters.map(stripScheme));
  return everyoneIn(policy, {
    ...{ roleArn, now },
    ...given({ roleTags }),
    zone: zoneIn(parseArn(roleArn)?.accountId ?? ''),
    isCluster: issuer => clusters.has(issuer),
    audiencesOf: () => undefined,
  });
};

const podsFor = (
  source: SourcedPolicy,
  asked: {
    readonly issuer: string;
    readonly roleArn: string | undefined;
    readonly controls: readonly NamedControlPolicy[];
  },
  audience: string,
  existing: readonly AccountName[] | undefined,
  now: string,
): PodsAnswer => {
  const context = {
    ...completeQuestion(source.policy, { issuer: asked.issuer, roleArn: asked.roleArn ?? source.roleArn }),
    now,
    ...(source.roleTags ? { roleTags: source.roleTags } : {}),
  };
  const asksWith = { ...context, audience };
  const set = podsUnder(source.policy, asksWith, denialByAll(asked.controls, asksWith));
  const audiences = audiencesOf(source.policy, context);
  const answer = { issuer: asked.issuer, audience, set, audiences };
  if (!existing) return { ...answer, undecided: 0 };
  const members = assumersAmong(set, existing).map(({ namespace, name }) => `${namespace}/${name}`);
  const maybe = existing.filter(({ namespace, name }) => setMayContain(set, subjectOf(namespace, name))).length;
  return { ...answer, members, undecided: maybe - members.length };
};

const namesAccounts = ({ accounts, context, kubeconfig }: Options): boolean =>
  accounts !== undefined || context !== undefined || kubeconfig !== undefined;

/** The accounts that exist, from the file or the cluster that was named; undefined if neither was. */
const existingAccounts = async (options: Options, io: Io): Promise<readonly AccountName[] | undefined> => {
  const fromCluster = options.context !== undefined || options.kubeconfig !== undefined;
  if (options.accounts !== undefined && fromCluster)
    throw new UsageError('--accounts and --context both name the existing accounts: give one of them');
  if (fromCluster) return liveAccounts(options, io);
  return options.accounts === undefined ? undefined : readAccounts(await readInput(options.accounts, '--accounts', io));
};
