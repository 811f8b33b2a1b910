/** Asks rules about subjects: the questions of an evaluation, and of whoever wants the verdict on one subject. */
import type { Facts, RoleSubject, SubjectKind, Subjects, SubjectsOfAccount } from '../../facts.ts';
import { atLeast, type Collected, type Undecided } from '../../model.ts';
import { instantsFrom, type ParsedPolicy, secondOf } from '../../policy.ts';
import { given } from '../../text.ts';
import { type AnyRule, failOrPass, unknown, unknownFor, unknownKindOf, type Verdict } from '../define-rule.ts';
import type { Failure } from '../failure.ts';
import { unmetNeed } from './needs.ts';
import { withRoleLevel } from './role-levels.ts';

/** A rule and a subject, ready to be asked. */
interface RuleQuestion {
  readonly subject: Subjects[SubjectKind];
  readonly ask: () => Verdict;
}

const questions = <S extends Subjects[SubjectKind]>(
  subjects: readonly S[],
  check: (subject: S) => Verdict,
): readonly RuleQuestion[] => subjects.map(subject => ({ subject, ask: () => check(subject) }));

/** One rule for all subjects of its kind. The switch is what lets each check be called with its own type. */
export const questionsOf = (rule: AnyRule, subjects: SubjectsOfAccount, facts: Facts): readonly RuleQuestion[] => {
  switch (rule.kind) {
    case 'cluster':
      return questions(subjects.cluster, subject => rule.check(subject, facts));
    case 'provider':
      return questions(subjects.provider, subject => rule.check(subject, facts));
    case 'issuer':
      return questions(subjects.issuer, subject => rule.check(subject, facts));
    case 'statement':
      return questions(subjects.statement, subject =>
        atAnyTime(rule, [subject.policy], facts, at => rule.check(subject, at)),
      );
    case 'role':
      return questions(subjects.role, subject =>
        atAnyTime(rule, [subject.policy, ...policiesNamedIn(subject, subjects.role)], facts, at =>
          rule.check(subject, at),
        ),
      );
    case 'service-account':
      return questions(subjects['service-account'], subject => rule.check(subject, facts));
    case 'webhook':
      return questions(subjects.webhook, subject => rule.check(subject, facts));
    case 'pod':
      return questions(subjects.pod, subject => ofPartlyRead(subject.kubernetes.pods, rule.check(subject, facts)));
    case 'association':
      return questions(subjects.association, subject => rule.check(subject, facts));
    case 'runtime':
      return questions(subjects.runtime, subject => ofPartlyRead(facts.snapshot.runtime, rule.check(subject, facts)));
  }
};

/** An exposure is judged at every instant from now on that the policies name: one that comes later, or is worse then, is told with
 *  its day beside what holds now. */
const atAnyTime = (
  { impact, severity: usual }: AnyRule,
  policies: readonly ParsedPolicy[],
  facts: Facts,
  check: (at: Facts) => Verdict,
): Verdict => {
  const verdict = check(facts);
  if (impact !== 'exposes') return verdict;
  const parsed = policies.flatMap(one => (one.ok ? [one.policy] : []));
  const now = new Map(failuresIn(verdict).map(one => [one.discriminator, one]));
  const later = new Map<string | undefined, Failure>();
  const severityOf = (one: Failure) => withRoleLevel(one, usual, facts).severity ?? usual;
  // Of an instant that is not known, the clock is not known either.
  for (const instant of instantsFrom(parsed, facts.now).slice(1))
    for (const one of failuresIn(check({ ...facts, now: instant ?? '' }))) {
      const { discriminator } = one;
      const known = later.get(discriminator) ?? now.get(discriminator);
      if (known !== undefined && atLeast(severityOf(known), severityOf(one))) continue;
      const from = given({ from: secondOf(instant) });
      const own = now.has(discriminator) ? { discriminator: `${discriminator ?? ''} later` } : {};
      later.set(discriminator, { ...one, ...from, ...own });
    }
  if (later.size === 0) return verdict;
  return failOrPass([...failuresIn(verdict), ...later.values()], 'missing' in verdict ? verdict.missing : undefined);
};

const failuresIn = (verdict: Verdict): readonly Failure[] => (verdict.outcome === 'fail' ? verdict.failures : []);

/** The policies of the roles that a role trusts by name: it is as open as they are. */
const policiesNamedIn = ({ policy }: RoleSubject, roles: readonly RoleSubject[]): readonly ParsedPolicy[] => {
  if (!policy.ok) return [];
  const named = new Set(
    policy.policy.statements.flatMap(({ principal }) =>
      principal?.kind === 'typed' ? principal.entries.map(({ value }) => value.text) : [],
    ),
  );
  return roles.flatMap(one => (named.has(one.id) ? [one.policy] : []));
};

/** Pods of one owner, calls for one role, may stand on a page that was not read: those that were read are no proof for
 *  all, and that there are none is none either. A failure is true; the absence of others is not known. */
const ofPartlyRead = (section: Collected<unknown>, verdict: Verdict): Verdict => {
  const [gap] = section.status === 'partial' ? section.gaps : [];
  if (gap === undefined || verdict.outcome === 'unknown') return verdict;
  const missing: Undecided = {
    kind: unknownKindOf(gap.reason),
    missing: `${gap.what}: ${gap.reason.operation}: ${gap.reason.message}`,
  };
  return verdict.outcome === 'fail' ? { missing, ...verdict } : unknownFor(missing);
};

/** The verdict of a rule on one subject, with the missing part where it cannot be asked; undefined where the account
 *  has no such subject of the rule's kind. */
export const verdictOn = (
  rule: AnyRule,
  subjectId: string,
  subjects: SubjectsOfAccount,
  facts: Facts,
): Verdict | undefined => {
  const question = questionsOf(rule, subjects, facts).find(({ subject }) => subject.id === subjectId);
  if (question === undefined) return undefined;
  const unmet = unmetNeed(rule.needs, question.subject, facts);
  if (unmet !== undefined) return unknown(unknownKindOf(unmet), `${unmet.operation}: ${unmet.message}`);
  try {
    return question.ask();
  } catch (error) {
    return unknown('rule-failed', `the rule itself failed: ${error instanceof Error ? error.message : String(error)}`);
  }
};
