import { Command } from 'commander';
import { completeQuestion } from '../../policy/decide/default-context.ts';
import { defaultAudience, subjectOf } from '../../policy/decide/request.ts';
import { assumersAmong } from '../../policy/who/assume-matrix.ts';
import { audiencesOf } from '../../policy/who/audiences.ts';
import { type AccountName, accountOfSubject } from '../../policy/who/service-account-subject.ts';
import { type SubjectSet, setMayContain, subjectsUnder } from '../../policy/who/subject-set.ts';
import { denialByAll, type NamedControlPolicy } from '../../policy/who/under-control.ts';
import { given } from '../../text/given.ts';
import { visible } from '../../text/visible-text.ts';
import { readInput } from '../shell/files.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { jsonAnswer } from '../shell/json-answer.ts';
import { askedIssuers } from '../trust/asked-issuers.ts';
import { controlPolicyOption, readControlPolicies } from '../trust/control-policy-option.ts';
import {
  issuerOption,
  type PolicyOptions,
  roleArnOption,
  type SourcedPolicy,
  sourcePolicy,
} from '../trust/policy-source.ts';
import { liveAccounts, readAccounts } from '../trust/read-accounts.ts';

interface Options extends PolicyOptions {
  readonly issuer?: string;
  readonly audience: string;
  readonly roleArn?: string;
  readonly controlPolicy?: readonly string[];
  readonly accounts?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly json?: boolean;
}

/** `who-can-assume`: exactly which service accounts may assume the role. Exit code 0, or 3 where that is unknown. */
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
    .option('--json', 'the set as JSON')
    .addHelpText('after', '\nExit codes: 0 known, 2 usage, 3 unknown or not read.')
    .action(async (options: Options) => {
      const issuer = issuerOption(options.issuer);
      const roleArn = roleArnOption(options.roleArn);
      const source = await sourcePolicy(options, io);
      if (!source) return;
      const issuers = askedIssuers(source.policy, issuer, io);
      if (issuers.length > 1 && namesAccounts(options))
        throw new UsageError(
          `the policy trusts ${issuers.length} clusters, and the existing accounts are of one: give --issuer with one of ${issuers.join(', ')}`,
        );
      const existing = await existingAccounts(options, io);
      const controls = await readControlPolicies(options.controlPolicy, roleArn ?? source.roleArn, io);
      const answers = issuers.map(one =>
        answerFor(source, { issuer: one, roleArn, controls }, options.audience, existing, io.now()),
      );
      const looked = controls.length > 0 ? 'evaluated' : 'not evaluated';
      const lines = [...answers.flatMap(textOf), ...(controls.length > 0 || isNobody(answers) ? [] : [notSeen])];
      io.stdout.write(
        options.json ? jsonAnswer({ ...jsonFor(answers), controlPolicies: looked }) : `${lines.join('\n')}\n`,
      );
      io.exit(answers.some(({ set }) => set.kind === 'unknown') ? 3 : 0);
    });

const notSeen = '(resource control policies are not evaluated)';

const isNobody = (answers: readonly Answer[]): boolean => answers.every(({ set }) => set.kind === 'none');

/** Who may assume the role with tokens of one issuer. */
interface Answer {
  readonly issuer: string;
  readonly audience: string;
  readonly set: SubjectSet;
  readonly audiences: readonly string[];
  /** Existing accounts in the set, and how many of which it is unknown; absent where none were named. */
  readonly members?: readonly string[];
  readonly undecided: number;
}

const answerFor = (
  source: SourcedPolicy,
  asked: {
    readonly issuer: string;
    readonly roleArn: string | undefined;
    readonly controls: readonly NamedControlPolicy[];
  },
  audience: string,
  existing: readonly AccountName[] | undefined,
  now: string,
): Answer => {
  const context = {
    ...completeQuestion(source.policy, { issuer: asked.issuer, roleArn: asked.roleArn ?? source.roleArn }),
    now,
    ...(source.roleTags ? { roleTags: source.roleTags } : {}),
  };
  const asksWith = { ...context, audience };
  const set = subjectsUnder(source.policy, asksWith, denialByAll(asked.controls, asksWith));
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

const accountText = (text: string): string => {
  const account = accountOfSubject(text);
  return account ? `${account.namespace}/${account.name}` : text;
};

/** The answer for one issuer; of several a list, each with its issuer. */
const jsonFor = (answers: readonly Answer[]): object => {
  const [only, ...more] = answers;
  if (only && more.length === 0) return jsonOf(only);
  return { issuers: answers.map(answer => ({ issuer: answer.issuer, ...jsonOf(answer) })) };
};

/** `patterns` carry the exact subjects too where there are patterns: together they are the set. */
const jsonOf = ({ set, audiences, members, undecided }: Answer) => ({
  subjects: {
    kind: set.kind,
    accounts: set.subjects.map(accountText),
    patterns: set.patterns.length > 0 ? [...set.patterns, ...set.subjects].sort() : [],
    ...(set.except.length > 0 ? { except: set.except } : {}),
    ...(set.example === undefined ? {} : { example: accountText(set.example) }),
    ...given({ because: set.because }),
    ...(set.reasons.length > 0 ? { reasons: set.reasons } : {}),
  },
  audiences,
  ...(members ? { members, ...(undecided > 0 ? { undecidedMembers: undecided } : {}) } : {}),
});

const textOf = ({ set, issuer, audience, audiences, members, undecided }: Answer): readonly string[] => {
  const lines = [`Service accounts of ${issuer} with audience ${audience}: ${headline(set)}`];
  for (const text of set.subjects) lines.push(`  ${accountText(text)}`);
  if (set.kind !== 'any') for (const text of set.patterns) lines.push(`  ${text}`);
  for (const text of set.except) lines.push(`  but not ${text}`);
  if (set.example !== undefined && set.kind !== 'list') lines.push(`for example ${accountText(set.example)}`);
  lines.push(`Audiences allowed: ${audiences.length > 0 ? audiences.join(', ') : 'none'}`);
  if (members)
    lines.push(
      `Existing service accounts allowed: ${members.length > 0 ? '' : 'none'}`,
      ...members.map(name => `  ${name}`),
    );
  if (undecided > 0) lines.push(`Existing accounts of which it is unknown: ${undecided}`);
  return lines.map(visible);
};

const headline = (set: SubjectSet): string => {
  switch (set.kind) {
    case 'none':
      return 'none';
    case 'any':
      return 'any';
    case 'unknown':
      return `unknown (${set.because ?? 'undocumented'}); at most:`;
    default:
      return set.because ?? '';
  }
};
