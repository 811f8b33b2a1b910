import { concernsEks } from '../../facts/eks-issuer.ts';
import { defaultSettings, type Facts, type Trusted } from '../../facts/facts.ts';
import { nothingAsked } from '../../facts/sections.ts';
import { isForServiceAccounts } from '../../facts/service-account-issuers.ts';
import type { RoleSubject } from '../../facts/subjects.ts';
import { type SubjectsOfAccount, subjectsOfAccount } from '../../facts/subjects-of.ts';
import type { Role } from '../../model/account.ts';
import { parseArn, providerHostPath } from '../../model/arn.ts';
import { notAskedFor } from '../../model/collected.ts';
import { snapshotSchemaVersion } from '../../model/snapshot.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { mayCover } from '../../policy/decide/action.ts';
import type { ParsedPolicy, Policy, PolicyProblem, Statement } from '../../policy/parse/policy.ts';
import { type AccountBudget, hintBudget, statementBudget } from '../../policy/who/budget.ts';
import type { AnyRule } from '../../rules/define-rule.ts';
import { questionsOf } from '../../rules/evaluate/ask-rule.ts';
import { isJudgedForStrangers, strangersOf } from '../../rules/trust/exposure/strangers-of.ts';
import { trustOpenToLogins } from '../../rules/trust/trust-open-to-logins.ts';
import { given } from '../../text/given.ts';
import {
  type Filled,
  fillStatement,
  issuersOfStatement,
  lintAccountId,
  mayMeanEks,
  roleUnderLint as roleArn,
} from './fill-statement.ts';
import { foldJudged, type Judged } from './fold-judged.ts';
import type { FoundPolicy } from './found-policy.ts';
import type { LintChoice, LintDoubt, PolicyVerdict } from './lint-finding.ts';
import { hasPlaceholder } from './placeholders.ts';

/** Checks one policy by its text, at an instant (ISO 8601). Findings with the same cause are folded, as in an audit. */
export const judgePolicy = (
  found: FoundPolicy,
  { rules, ...choice }: Pick<LintChoice, 'rules' | 'now' | 'trusted' | 'allRoles'>,
  work: AccountBudget,
): PolicyVerdict => {
  if (!found.policy.ok && hasPlaceholder(found.text))
    return {
      findings: [],
      doubts: [
        doubtAt(
          found,
          found.policy.problem.at,
          `cannot be parsed until its placeholders are filled in: ${found.policy.problem.message}`,
        ),
      ],
    };
  const { policy, filled } = fillPolicy(found.policy);
  const role = subjectFor(found, policy);
  const statements = policy.ok ? policy.policy.statements : [];
  const facts = factsFor(statements, { ...choice, trusted: withOwnAccount(found.policy, choice.trusted) });
  const subjects: SubjectsOfAccount = { ...subjectsOfAccount(facts), role: [role] };
  const judge = (among: SubjectsOfAccount) => rules.flatMap(rule => judgedBy(rule, among, facts));
  const judged = judge(subjects);
  const doubts: LintDoubt[] = [];
  statements.forEach((statement, at) => {
    const why = doubtOf(statement, filled[at]);
    if (why !== undefined) doubts.push(doubtAt(found, statement.at, why));
    else if (policy.ok && !filled[at]?.isAnyones && concernsEks(statement, facts)) {
      const label = statement.sid ?? `Statement[${statement.index}]`;
      const one = { ...role, policy, statement, label, budget: statementBudget(statements.length, work) };
      judged.push(...judge({ ...subjects, role: [], statement: [one] }));
    }
  });
  doubts.push(...notAsked(role, facts, rules).map(({ at, why }) => doubtAt(found, at, why)));
  return { findings: foldJudged(judged, found, namesOf(found, filled)), doubts };
};

/** Strangers of a role that pods cannot assume, which is not judged unless all roles are. */
const notAsked = (
  role: RoleSubject,
  facts: Facts,
  rules: readonly AnyRule[],
): readonly { readonly at: SourceLocation; readonly why: string }[] => {
  if (isJudgedForStrangers(role, facts) || !rules.includes(trustOpenToLogins)) return [];
  return strangersOf(role, facts)
    .filter(({ kind, isAnyone }) => kind === 'login' || isAnyone)
    .map(({ at, witness }) => ({
      at,
      why: `no statement is known to be for pods, so that the principals of this role are not judged: ${witness} may be able to assume it; --all-roles judges it`,
    }));
};

/** Why a statement cannot be checked. A statement with an unknown issuer that tests another kind of subject is not for a
 *  cluster (GitHub, GitLab); one that tests no subject may be. */
const doubtOf = (statement: Statement, filled: Filled | undefined): string | undefined => {
  if (!filled)
    return mayMeanEks(statement) ? 'its effect, an operator or a whole condition key is a placeholder' : undefined;
  const testsSubject = filled.statement.conditions.some(test => /:sub$/i.test(test.key.text));
  if (!filled.isAnyones || filled.statement.effect !== 'Allow' || !mayCover(filled.statement) || testsSubject)
    return undefined;
  const [problem] = statement.problems;
  return problem
    ? `the provider is a placeholder, and ${problem.message}`
    : 'the provider is a placeholder and no condition tests the subject: if the provider is a cluster, every service account in it can assume the role';
};

/** The policy with its placeholders filled in, and the fillings by statement. Statements that cannot be filled in
 *  stay. */
export const fillPolicy = (
  parsed: ParsedPolicy,
): { readonly policy: ParsedPolicy; readonly filled: readonly (Filled | undefined)[] } => {
  if (!parsed.ok) return { policy: parsed, filled: [] };
  const filled = parsed.policy.statements.map(fillStatement);
  const isVersionOpen = hasPlaceholder(parsed.policy.version ?? '');
  // The value of a placeholder in a Sid or in the version is unknown here.
  const known = (problems: readonly PolicyProblem[]): readonly PolicyProblem[] =>
    problems.filter(({ kind, name = '' }) =>
      kind === 'version' ? !isVersionOpen : !/sid$/.test(kind) || !hasPlaceholder(name),
    );
  const statements = parsed.policy.statements.map((statement, at) => ({
    ...(filled[at]?.statement ?? statement),
    problems: known(statement.problems),
  }));
  const policy: Policy = { ...parsed.policy, statements, problems: known(parsed.policy.problems) };
  return { policy: { ok: true, policy: isVersionOpen ? { ...policy, version: '2012-10-17' } : policy }, filled };
};

const subjectFor = (found: FoundPolicy, policy: ParsedPolicy): RoleSubject => {
  const role: Role = {
    arn: roleArn,
    name: found.owner || found.file,
    path: '/',
    trustPolicy: found.text,
    detail: notAskedFor('a file'),
  };
  return {
    id: roleArn,
    place: { accountId: lintAccountId, roleArn },
    role,
    policy,
    hints: hintBudget(),
  };
};

/** The account of the role, where the policy writes it: an OIDC provider serves roles of its own account alone. */
const withOwnAccount = (written: ParsedPolicy, trusted: Trusted | undefined): Trusted => {
  const own = (written.ok ? written.policy.statements : []).flatMap(({ principal }) =>
    principal?.kind === 'typed'
      ? principal.entries.flatMap(({ value: { text } }) =>
          providerHostPath(text) === undefined ? [] : (parseArn(text)?.accountId ?? []),
        )
      : [],
  );
  return { ...nothingTrusted, ...trusted, accounts: [...(trusted?.accounts ?? []), ...own] };
};

const nothingTrusted: Trusted = { organizations: [], accounts: [], principals: [], issuers: [], owners: [] };

/** Only the text is known. An issuer whose subjects are service accounts is a Kubernetes issuer on any host. */
const factsFor = (
  statements: readonly Statement[],
  { now, trusted, allRoles }: Pick<LintChoice, 'now' | 'trusted' | 'allRoles'>,
): Facts => ({
  snapshot: {
    schemaVersion: snapshotSchemaVersion,
    accountId: lintAccountId,
    partition: 'aws',
    takenAt: now,
    ...nothingAsked('a file has no account'),
    regions: [],
  },
  fleet: { clusters: [], providers: [], accounts: [], roles: [], gaps: [] },
  issuers: {},
  now,
  settings: {
    ...defaultSettings,
    ...given({ trusted, allRoles }),
    registeredIssuers: statements.filter(isForServiceAccounts).flatMap(issuersOfStatement),
  },
});

/** The failures of one rule. An audit decides the *unknown* ones: a file has no facts for them. */
const judgedBy = (rule: AnyRule, subjects: SubjectsOfAccount, facts: Facts): readonly Judged[] =>
  questionsOf(rule, subjects, facts).flatMap(({ ask }) => {
    const verdict = ask();
    return verdict.outcome === 'fail' ? verdict.failures.map(failure => ({ rule, failure })) : [];
  });

/** The text of the file for a text that a rule saw. Longest first, so that a part does not replace text in a whole. */
const namesOf = (
  found: FoundPolicy,
  filled: readonly (Filled | undefined)[],
): readonly (readonly [string, string])[] => {
  const names = new Map<string, string>([[roleArn, found.owner || found.file]]);
  for (const one of filled) for (const [text, written] of one?.names ?? []) names.set(text, written);
  return [...names].sort(([a], [b]) => b.length - a.length);
};

const doubtAt = (found: FoundPolicy, at: SourceLocation, why: string): LintDoubt => ({
  file: found.file,
  owner: found.owner,
  ...found.placeOf(at),
  why,
});
