/** The question that a person narrows with options: the same set, with the same meaning, on every command that has findings. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { clustersOf, type Facts } from '../../facts.ts';
import { type Impact, impacts, type Level, type Severity } from '../../model.ts';
import { accessOf } from '../../report/graph/access.ts';
import { associationRows } from '../../report/graph/association-rows.ts';
import { type RoleAnswer, roleAnswer } from '../../report/graph/role-answer.ts';
import type { RunReport } from '../../report/run-report.ts';
import { given } from '../../text.ts';
import type { Audited } from '../scan/audit-session.ts';
import { once, severityOption } from '../shell/options.ts';
import { ruleNamed } from '../shell/rule-named.ts';
import { ownHeading, sharedHeadings } from '../shell/shared-options.ts';
import type { AskedPlaces } from './asked-roles.ts';
import { drawnReport } from './drawn-report.ts';
import { namespacesOf } from './in-question.ts';
import { refuseUnknownNames } from './refuse-unknown.ts';
import { filterReport } from './report-filter.ts';

/** The options that narrow a question. */
export interface QuestionOptions extends AskedPlaces {
  readonly rule?: readonly string[];
  readonly impact?: Impact;
  readonly minSeverity?: Severity;
}

/** Those of an audit made now: what a kubeconfig's context, a level and ids of findings ask for too. */
interface AskedNow extends QuestionOptions {
  readonly context?: readonly string[];
  readonly clusterOnly?: boolean;
  readonly level?: readonly Level[];
  /** Whole ids. */
  readonly ids?: readonly string[] | undefined;
}

/** Adds to a list: for options that may be given several times. */
export const repeatable = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

const accountId = (value: string, before?: readonly string[]): readonly string[] => {
  if (!/^\d{12}$/.test(value)) throw new InvalidArgumentError('wanted the 12 digits of an AWS account');
  return repeatable(value, before);
};

/** Each option that narrows a question. */
const questions: Readonly<Record<keyof QuestionOptions, () => Option>> = {
  cluster: () => new Option('--cluster <name>', 'only this cluster (repeatable)').argParser(repeatable),
  namespace: () => new Option('-n, --namespace <name>', 'only this namespace').argParser(once),
  serviceAccount: () =>
    new Option('--service-account <namespace/name>', 'only this service account (repeatable)').argParser(repeatable),
  role: () => new Option('--role <name>', 'only this role, by name or ARN (repeatable)').argParser(repeatable),
  account: () => new Option('--account <id>', 'only this AWS account (repeatable)').argParser(accountId),
  rule: () =>
    new Option('--rule <id>', 'only this rule (repeatable)').argParser((id, before: readonly string[] = []) => [
      ...before,
      ruleNamed(id).id,
    ]),
  impact: () => new Option('--impact <impact>', 'only findings with this impact').choices(impacts),
  minSeverity: () => severityOption('--min-severity <severity>', 'only findings at or above'),
};

/** Adds those options that narrow a question which a command can answer. */
export const withQuestions = (command: Command, names: readonly (keyof QuestionOptions)[]): Command =>
  names.reduce((to, name) => to.addOption(questions[name]()), command);

/** Adds the options that narrow a question. */
export const withQuestionOptions = (command: Command): Command =>
  withQuestions(
    command.optionsGroup(sharedHeadings.filters),
    Object.keys(questions) as (keyof QuestionOptions)[],
  ).optionsGroup(ownHeading);

/** The part of an audit that was asked for, with and without its picture. Throws `UsageError` for names that it does not have. */
export const askedReport = ({ ids, ...options }: AskedNow, audited: Audited) => {
  refuseUnknownNames(options, audited);
  const { account, role, serviceAccount, namespace, rule, impact, minSeverity, level } = options;
  const others = [account, role, serviceAccount, namespace, rule, impact, minSeverity, level, ids];
  const names = options.cluster ?? clustersOfContexts(options, audited.facts);
  const filter = { ...options, ...given({ cluster: names, ids, roles: rolesAsked(options, audited.facts) }) };
  const report = filterReport(audited.report, filter, audited.facts);
  const asked = { names, isAll: others.every(each => each === undefined) };
  return { report, drawn: (shown: RunReport) => drawnReport(shown, audited, asked) };
};

/** A context that a person named decides which clusters the question is about. */
export const clustersOfContexts = (
  { context = [], clusterOnly }: Pick<AskedNow, 'context' | 'clusterOnly'>,
  facts: readonly Facts[],
) => {
  if (context.length === 0 || clusterOnly) return undefined;
  const read = facts
    .flatMap(({ snapshot }) => clustersOf(snapshot))
    .filter(one => context.includes(one.cluster.context ?? ''));
  return read.length === 0 ? undefined : read.map(({ cluster }) => cluster.name);
};

/** The roles of the levels and the namespace that the options name; undefined where they name none. */
const rolesAsked = ({ level, namespace }: AskedNow, facts: readonly Facts[]): RoleAnswer | undefined => {
  if (level === undefined && namespace === undefined) return undefined;
  const access = accessOf(facts);
  const { rows, missing } = associationRows(facts);
  const all = { ...access, rows: [...access.rows, ...rows], missing: [...access.missing, ...missing] };
  const answer = roleAnswer(namespace === undefined ? access : all, given({ levels: level, namespace }));
  const seen = facts.flatMap(one => clustersOf(one.snapshot)).map(namespacesOf);
  const isUnseen = seen.length > 0 && seen.every(names => names !== undefined && !names.includes(namespace ?? ''));
  return namespace !== undefined && isUnseen ? { ...answer, isNamespaceUnseen: true } : answer;
};
