/** Everyone who may assume a role, as `who-can-assume` answers it. */
import { issuersOfPolicy, zoneOfConfiguration } from '../../facts.ts';
import { parseArn, stripScheme } from '../../model.ts';
import {
  type AccountName,
  type Assumer,
  any,
  assumersAmong,
  audiencesOf,
  completeQuestion,
  denialByAll,
  everyoneIn,
  instantsFrom,
  isForAnyone,
  matching,
  type NamedControlPolicy,
  no,
  noIssuer,
  not,
  type Policy,
  podsUnder,
  secondOf,
  setMayContain,
  starGlob,
  subjectOf,
  type Zone,
} from '../../policy.ts';
import { given } from '../../text.ts';
import { homesOf } from '../lint/role-home.ts';
import { readInput } from '../shell/files.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { jsonAnswer } from '../shell/json-answer.ts';
import { askedIssuers } from './asked-issuers.ts';
import { readControlPolicies } from './control-policy-option.ts';
import {
  type EveryoneAnswer,
  everyoneAsJson,
  everyoneInWords,
  isUnknown,
  type PodsAnswer,
} from './everyone-in-words.ts';
import { issuerOption, type PolicyOptions, roleArnOption, type SourcedPolicy, sourcePolicy } from './policy-source.ts';
import { liveAccounts, readAccounts } from './read-accounts.ts';
import { zoneIn } from './zone-option.ts';

/** The options of a question about everyone. */
export interface EveryoneOptions extends PolicyOptions {
  readonly issuer?: string;
  readonly audience: string;
  readonly roleArn?: string;
  readonly controlPolicy?: readonly string[];
  readonly accounts?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly config?: string;
  /** The service accounts of this namespace alone, and no other principal. */
  readonly namespace?: string;
  readonly json?: boolean;
}

/** Writes who may assume the role, with whether it is closed to whoever is not trusted. Exit code 0, or 3 where that is
 *  unknown. */
export const answerEveryone = async (options: EveryoneOptions, io: Io): Promise<void> => {
  const { namespace } = options;
  if (namespace !== undefined && !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace))
    throw new UsageError(`--namespace is ${namespace}, wanted the name of one namespace`);
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
    pods: issuers.map(one =>
      podsFor(source, { issuer: one, roleArn, controls, namespace }, options.audience, existing, now),
    ),
    others:
      namespace === undefined ? othersOf(source, roleArn, account => zoneOfConfiguration([account], trusted), now) : [],
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
};

/** The issuers whose service accounts are asked about: the given one, else those of the clusters that the policy names, else
 *  of any cluster where the policy is about everyone. */
const issuersAsked = (policy: Policy, wanted: string | undefined, io: Io): readonly string[] => {
  const { clusters } = issuersOfPolicy(policy);
  if (wanted !== undefined) return askedIssuers(policy, wanted, io);
  return clusters.length > 0 || !policy.statements.some(isForAnyone) ? clusters : [noIssuer];
};

/** Everyone but service accounts. A provider that the policy names is taken to exist, with whatever audiences. */
const othersOf = (
  { policy, text, roleArn: ownArn, roleTags }: SourcedPolicy,
  named: string | undefined,
  zoneIn: (account: string) => Zone,
  now: string,
): readonly Assumer[] => {
  const roleArn = named ?? ownArn ?? roleArnIn(policy, text);
  const clusters = new Set(issuersOfPolicy(policy).clusters.map(stripScheme));
  return everyoneIn(policy, {
    ...{ roleArn, now },
    ...given({ roleTags }),
    zone: zoneIn(parseArn(roleArn)?.accountId ?? ''),
    isCluster: issuer => clusters.has(issuer),
    audiencesOf: () => undefined,
  });
};

/** The role of a policy that says no ARN of its own: in the account and the partition that it writes out. Throws `UsageError` where
 *  it names several partitions. */
const roleArnIn = (policy: Policy, text: string): string => {
  const [home, ...more] = homesOf({ ok: true, policy }, text, {});
  if (home === undefined || more.length > 0)
    throw new UsageError('the policy names ARNs of several partitions: give --role-arn with the one of the role');
  return `arn:${home.partition}:iam::${home.accountId}:role/unnamed`;
};

const podsFor = (
  source: SourcedPolicy,
  asked: {
    readonly issuer: string;
    readonly roleArn: string | undefined;
    readonly controls: readonly NamedControlPolicy[];
    readonly namespace: string | undefined;
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
  const denial = denialByAll(asked.controls, asksWith);
  // Whoever is not asked about is left out as if it was denied.
  const others = asked.namespace === undefined ? no : not(matching(starGlob(subjectOf(asked.namespace, '*'))));
  const truth = any([denial.truth, others]);
  const set = podsUnder(source.policy, asksWith, { ...denial, truth });
  const audiences = audiencesOf(source.policy, context);
  const answer = { issuer: asked.issuer, audience, set, audiences };
  if (!existing) return { ...answer, undecided: 0 };
  const members = assumersAmong(set, existing).map(({ namespace, name }) => `${namespace}/${name}`);
  const maybe = existing.filter(({ namespace, name }) => setMayContain(set, subjectOf(namespace, name))).length;
  return { ...answer, members, undecided: maybe - members.length };
};

const namesAccounts = ({ accounts, context, kubeconfig }: EveryoneOptions): boolean =>
  accounts !== undefined || context !== undefined || kubeconfig !== undefined;

/** The accounts that exist, from the file or the cluster that was named; undefined if neither was. */
const existingAccounts = async (options: EveryoneOptions, io: Io): Promise<readonly AccountName[] | undefined> => {
  const fromCluster = options.context !== undefined || options.kubeconfig !== undefined;
  if (options.accounts !== undefined && fromCluster)
    throw new UsageError('--accounts and --context both name the existing accounts: give one of them');
  if (fromCluster) return liveAccounts(options, io);
  return options.accounts === undefined ? undefined : readAccounts(await readInput(options.accounts, '--accounts', io));
};
