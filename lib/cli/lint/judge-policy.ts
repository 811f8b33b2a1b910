import {
  concernsEks,
  defaultSettings,
  type Facts,
  nothingAsked,
  type ProviderSubject,
  type RoleSubject,
  type SubjectsOfAccount,
  subjectsOfAccount,
} from '../../facts.ts';
import {
  audienceKey,
  complete,
  notAskedFor,
  providerHostPath,
  type Role,
  type SourceLocation,
  snapshotSchemaVersion,
} from '../../model.ts';
import {
  type AccountBudget,
  hintBudget,
  type ParsedPolicy,
  type Policy,
  type PolicyProblem,
  type Statement,
  statementBudget,
} from '../../policy.ts';
import type { AnyRule } from '../../rules/define-rule.ts';
import { questionsOf } from '../../rules/evaluate/ask-rule.ts';
import { issuerOutside } from '../../rules/issuer/issuer-outside.ts';
import { strangersOf } from '../../rules/trust/exposure/strangers-of.ts';
import { trustOpenToAccounts } from '../../rules/trust/trust-open-to-accounts.ts';
import { trustProviderForeign } from '../../rules/trust/trust-provider-foreign.ts';
import { given } from '../../text.ts';
import { type Filled, fillStatement } from './fill-statement.ts';
import { foldJudged, type Judged } from './fold-judged.ts';
import type { FoundPolicy } from './found-policy.ts';
import type { LintChoice, LintDoubt, PolicyVerdict } from './lint-finding.ts';
import { hasPlaceholder } from './placeholders.ts';
import {
  clusterIssuersIn,
  homeIn,
  homesOf,
  imitationsIn,
  oddPartitionIn,
  oddPrincipalIn,
  type RoleHome,
  unknownPrincipalIn,
  whyUnknown,
} from './role-home.ts';
import { oddAudienceIn, whyUnchecked } from './statement-doubts.ts';

/** Checks one policy by its text, at an instant (ISO 8601). Findings with the same cause are folded, as in an audit. */
export const judgePolicy = (found: FoundPolicy, choice: JudgeChoice, work: AccountBudget): PolicyVerdict => {
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
  const known = homeIn(found.roleArn ?? '');
  const all = homesOf(found.policy, found.text, known).map(home => judgedAt(found, home, choice, work));
  const findings = all.flatMap(one => one.findings);
  return {
    findings: [...new Map(findings.map(one => [one.finding.id, one])).values()],
    doubts: all.flatMap(one => one.doubts),
  };
};

type JudgeChoice = Pick<LintChoice, 'rules' | 'now' | 'trusted' | 'audiences'>;

/** The verdict on a policy, with its role at a home. */
const judgedAt = (
  found: FoundPolicy,
  home: RoleHome,
  { rules, audiences, ...choice }: JudgeChoice,
  work: AccountBudget,
): PolicyVerdict => {
  const { policy, filled } = fillPolicy(found.policy, home);
  const role = subjectFor(found, policy, home, work);
  const statements = policy.ok ? policy.policy.statements : [];
  const facts = factsFor(statements, choice, home);
  const subjects: SubjectsOfAccount = { ...subjectsOfAccount(facts), role: [role] };
  const judge = (among: SubjectsOfAccount) =>
    rules.filter(rule => rule !== trustProviderForeign).flatMap(rule => judgedBy(rule, among, facts));
  const judged = judge(subjects);
  const doubts = strangersOf(role, facts).flatMap(({ at, isUnread, because = '' }): LintDoubt[] =>
    isUnread ? [doubtAt(found, at, because)] : [],
  );
  statements.forEach((statement, at) => {
    const written = found.policy.ok ? (found.policy.policy.statements[at] ?? statement) : statement;
    const odd = oddPartitionIn(written) ?? oddPrincipalIn(written);
    if (odd !== undefined) doubts.push(doubtAt(found, statement.at, odd));
    if (rules.includes(issuerOutside)) judged.push(...imitationsOf(written, role, facts, subjects));
    const unknown = unknownPrincipalIn(written);
    if (unknown) doubts.push(doubtAt(found, unknown.at, whyUnknown(unknown)));
    const why = whyUnchecked(statement, filled[at]);
    if (why !== undefined) doubts.push(doubtAt(found, statement.at, why));
    else if (policy.ok && !filled[at]?.isAnyones && concernsEks(statement, facts)) {
      const audience = oddAudienceIn(written, audiences);
      if (audience !== undefined)
        doubts.push(
          doubtAt(
            found,
            audience.at,
            `its audience is ${audience.text}: tokens have sts.amazonaws.com unless the service account is annotated with ${audienceKey}`,
          ),
        );
      const label = statement.sid ?? `Statement[${statement.index}]`;
      const one = { ...role, policy, statement, label, budget: statementBudget(statements.length, work) };
      judged.push(...judge({ ...subjects, role: [], statement: [one] }));
      judged.push(
        ...foreignPartsOf(one, filled[at]?.asWritten, { subjects, facts, rules }, found.roleArn !== undefined),
      );
    }
  });
  const { kept, named } = choice.trusted === undefined ? withoutZone(judged) : { kept: judged, named: [] };
  for (const { failure } of named)
    doubts.push(
      doubtAt(
        found,
        failure.at ?? found.start,
        `whether ${failure.discriminator} is trusted: --config names the accounts that are`,
      ),
    );
  const names = namesOf(found, filled, role.role.arn);
  return { findings: foldJudged(kept, { ...found, roleArn: role.role.arn }, names), doubts };
};

/** Accounts and partitions of providers that no role's provider can have. Another account may be that of another role. */
const foreignPartsOf = (
  subject: SubjectsOfAccount['statement'][number],
  principal: Statement['principal'],
  {
    subjects,
    facts,
    rules,
  }: { readonly subjects: SubjectsOfAccount; readonly facts: Facts; readonly rules: readonly AnyRule[] },
  isHomeKnown: boolean,
): readonly Judged[] => {
  if (principal === undefined || !rules.includes(trustProviderForeign)) return [];
  const one = { ...subject, statement: { ...subject.statement, principal } };
  return judgedBy(trustProviderForeign, { ...subjects, role: [], statement: [one] }, facts).filter(
    ({ failure }) => isHomeKnown || failure.messageId !== 'account',
  );
};

/** Issuers on a host that imitates those of EKS: whose they are the text alone decides. */
const imitationsOf = (
  statement: Statement,
  { role }: RoleSubject,
  facts: Facts,
  subjects: SubjectsOfAccount,
): readonly Judged[] =>
  imitationsIn(statement).flatMap(({ text, at }) => {
    const detail: ProviderSubject['detail'] = notAskedFor('a file');
    const issuer = `https://${providerHostPath(text)}`;
    const provider = {
      id: text,
      place: { accountId: facts.snapshot.accountId },
      provider: { arn: text, detail },
      detail,
      issuer,
    };
    const asked: Facts = {
      ...facts,
      snapshot: { ...facts.snapshot, roles: complete([role]) },
      settings: { ...facts.settings, registeredIssuers: [] },
    };
    const own = { ...subjects, role: [], statement: [], provider: [provider] };
    return judgedBy(issuerOutside, own, asked).map(({ rule, failure }) => ({
      rule,
      failure: { ...failure, at, discriminator: text },
    }));
  });

/** Accounts that a policy names are strangers of a zone of trust; without one, whether they are trusted is not known. */
const withoutZone = (
  judged: readonly Judged[],
): { readonly kept: readonly Judged[]; readonly named: readonly Judged[] } => {
  const isNamed = ({ rule, failure }: Judged): boolean =>
    rule === trustOpenToAccounts && /named$/.test(failure.messageId);
  return { kept: judged.filter(one => !isNamed(one)), named: judged.filter(isNamed) };
};

/** The policy with its placeholders filled in, and the fillings by statement. Statements that cannot be filled in
 *  stay. */
export const fillPolicy = (
  parsed: ParsedPolicy,
  home: RoleHome,
): { readonly policy: ParsedPolicy; readonly filled: readonly (Filled | undefined)[] } => {
  if (!parsed.ok) return { policy: parsed, filled: [] };
  const filled = parsed.policy.statements.map(statement => fillStatement(statement, home));
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

const subjectFor = (
  found: FoundPolicy,
  policy: ParsedPolicy,
  { partition, accountId }: RoleHome,
  work: AccountBudget,
): RoleSubject => {
  const roleArn = `arn:${partition}:iam::${accountId}:role/policy-under-lint`;
  const role: Role = {
    arn: roleArn,
    name: found.owner || found.file,
    path: '/',
    trustPolicy: found.text,
    detail: notAskedFor('a file'),
  };
  return { id: roleArn, place: { accountId, roleArn }, role, policy, hints: hintBudget(work) };
};

/** Only the text is known. An issuer whose subjects are service accounts is a Kubernetes issuer on any host. */
const factsFor = (
  statements: readonly Statement[],
  { now, trusted }: Pick<LintChoice, 'now' | 'trusted'>,
  { partition, accountId }: RoleHome,
): Facts => ({
  snapshot: {
    schemaVersion: snapshotSchemaVersion,
    accountId,
    partition,
    takenAt: now,
    ...nothingAsked('a file has no account'),
    regions: [],
  },
  fleet: { clusters: [], providers: [], accounts: [], roles: [], gaps: [] },
  issuers: {},
  now,
  settings: {
    ...defaultSettings,
    ...given({ trusted }),
    allRoles: true,
    registeredIssuers: clusterIssuersIn(statements),
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
  roleArn: string,
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
