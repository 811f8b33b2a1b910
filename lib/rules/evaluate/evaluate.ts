import {
  clustersOf,
  type Facts,
  isForWebIdentity,
  type SubjectKind,
  type Subjects,
  type SubjectsOfAccount,
  subjectsOfAccount,
} from '../../facts.ts';
import {
  atLeast,
  compareFindings,
  type ReadFailure,
  readFailuresOf,
  type Severity,
  type Unread,
  valueOr,
} from '../../model.ts';
import { given } from '../../text.ts';
import { type AnyRule, unknown, unknownKindOf, type Verdict } from '../define-rule.ts';
import type { Failure } from '../failure.ts';
import { questionsOf } from './ask-rule.ts';
import { areConflicting, mergeFixes, ofFirstPlace, warnOfConflicts } from './conflicting-fixes.ts';
import { coverageGaps, scopesOf } from './coverage.ts';
import { anySubject, type Evaluation, type Outcome, outcomeKey, type UndecidedCheck } from './evaluation.ts';
import { findingId } from './finding-id.ts';
import { foldExplained, type RawFinding } from './fold.ts';
import { holdingRestarts, withHeldRestarts } from './held-restarts.ts';
import { findingsWithManagers } from './managers.ts';
import { missedSections } from './missed-sections.ts';
import { unmetNeed } from './needs.ts';
import { withOwners } from './owners.ts';
import { placedByIssuer } from './place-by-issuer.ts';
import { renderFailure, renderFix } from './render-failure.ts';
import { withRoleLevel } from './role-levels.ts';
import { isPartlyListed, unlistedFor } from './unlisted.ts';
import { applyWaivers, type Waiver } from './waivers.ts';
import { watchedFacts } from './watched.ts';
import { withinLimits } from './within-limits.ts';

/** The choices of a configuration for one rule. */
export interface RuleOverride {
  readonly enabled?: boolean | undefined;
  readonly severity?: Severity | undefined;
}

/** Rules and choices of one evaluation. */
export interface EvaluateOptions {
  readonly rules: readonly AnyRule[];
  readonly overrides?: Readonly<Record<string, RuleOverride>>;
  readonly waivers?: readonly Waiver[];
}

/** Collects what the rules say. Mutable on purpose: one evaluation makes one and freezes nothing. */
interface Tally {
  readonly raw: Map<string, RawFinding>;
  readonly undecided: UndecidedCheck[];
  readonly outcomes: Record<string, Outcome>;
  readonly gaps: Unread[];
}

/**
 * Runs the rules over one account. Pure and total: a rule that throws is an undecided rule and a coverage gap, not the
 * end of the run. Findings come out worst first.
 */
export const evaluate = (facts: Facts, options: EvaluateOptions): Evaluation => {
  const subjects = subjectsOfAccount(facts);
  const tally: Tally = { raw: new Map(), undecided: [], outcomes: Object.create(null), gaps: [] };
  for (const rule of options.rules) judge(rule, subjects, facts, options.overrides?.[rule.id] ?? {}, tally);
  const folded = foldExplained([...tally.raw.values()].map(withOtherPlaces));
  for (const { ruleId, subject } of folded.explained) settle(tally.outcomes, ruleId, subject, 'explained');
  const held = withHeldRestarts(folded.findings, holdingRestarts(facts, subjects));
  const placed = findingsWithManagers(withOwners(placedByIssuer(held, subjects.role, facts), facts), facts);
  const scopes = scopesOf(facts);
  return {
    accountId: facts.snapshot.accountId,
    at: facts.now,
    findings: warnOfConflicts(applyWaivers(placed, options.waivers ?? [], facts)).toSorted(compareFindings),
    undecided: tally.undecided,
    outcomes: { ...tally.outcomes },
    rulesRun: options.rules.filter(rule => options.overrides?.[rule.id]?.enabled !== false).map(rule => rule.id),
    closedScopes: scopes.closed,
    openScopes: scopes.open,
    subjects: [
      ...new Set([
        ...Object.values(subjects).flatMap(list => list.map((subject: { readonly id: string }) => subject.id)),
        // Watched, whatever their issuer: one whose detail was not read is still there.
        ...valueOr(facts.snapshot.providers, []).map(({ arn }) => arn),
      ]),
    ],
    gaps: [...coverageGaps(facts), ...tally.gaps],
    missed: missedSections(facts, subjects),
    watched: watchedFacts(facts, subjects),
    counts: countsOf(facts, subjects),
  };
};

/** A policy that cannot be parsed has no statements to judge: for statement rules its role is unknown, never a pass. */
const markUnparsed = (rule: AnyRule, subjects: SubjectsOfAccount, override: RuleOverride, tally: Tally): void => {
  for (const role of subjects.role)
    if (!role.policy.ok) settle(tally.outcomes, rule.id, role.id, override.enabled === false ? 'off' : 'unknown');
};

/** CloudTrail's subjects bear the ARNs of roles. An ARN in one of the two lists is no subject of the other: where that
 *  was not read, it is unknown and not a pass. */
const markUnlisted = (rule: AnyRule, subjects: SubjectsOfAccount, { snapshot }: Facts, tally: Tally): void => {
  if ((rule.kind === 'role' || rule.kind === 'statement') && snapshot.roles.status !== 'complete') {
    const read = new Set(subjects.role.map(({ id }) => id));
    for (const { id } of subjects.runtime) if (!read.has(id)) settle(tally.outcomes, rule.id, id, 'unknown');
  }
  const isAsked = readFailuresOf(snapshot.runtime).some(({ kind }) => kind !== 'not-asked-for');
  const mayHaveOthers = (rule.kind === 'runtime' && isAsked) || isPartlyListed(rule, snapshot);
  if (mayHaveOthers) settle(tally.outcomes, rule.id, anySubject, 'unknown');
};

/** Asks one rule about every subject of its kind. A section that was not asked for is said once, not for each
 *  subject. */
const judge = (
  rule: AnyRule,
  subjects: SubjectsOfAccount,
  facts: Facts,
  override: RuleOverride,
  tally: Tally,
): void => {
  if (rule.kind === 'statement') markUnparsed(rule, subjects, override, tally);
  if (override.enabled !== false) markUnlisted(rule, subjects, facts, tally);
  if (override.enabled !== false)
    for (const list of unlistedFor(rule.kind, facts))
      tally.undecided.push(undecidedFor(rule.id, list.clusterArn ?? list.accountId, list.reason));
  let saidUnasked = false;
  for (const { subject, ask } of questionsOf(rule, subjects, facts)) {
    if (override.enabled === false) {
      settle(tally.outcomes, rule.id, subject.id, 'off');
      continue;
    }
    const unmet = unmetNeed(rule.needs, subject, facts);
    if (unmet === undefined) {
      const verdict = withinLimits(askSafely(ask, subject.id, rule, facts, tally), facts);
      record(rule, subject, withRoleLevels(verdict, rule, facts), override, tally);
      continue;
    }
    settle(tally.outcomes, rule.id, subject.id, 'unknown');
    const unasked = unmet.kind === 'not-asked-for';
    if (!unasked || !saidUnasked) tally.undecided.push(undecidedFor(rule.id, unasked ? '*' : subject.id, unmet));
    saidUnasked ||= unasked;
  }
};

const undecidedFor = (ruleId: string, subject: string, unmet: ReadFailure): UndecidedCheck => ({
  ruleId,
  subject,
  kind: unknownKindOf(unmet),
  missing:
    unmet.kind === 'not-asked-for'
      ? `${unmet.operation}: not asked for`
      : `${unmet.operation}: ${unmet.kind}: ${unmet.message}`,
});

const askSafely = (ask: () => Verdict, subject: string, rule: AnyRule, facts: Facts, tally: Tally): Verdict => {
  try {
    return ask();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const reason = {
      kind: 'invalid',
      operation: `rule ${rule.id}`,
      message: `the rule itself failed: ${message}`,
    } as const;
    tally.gaps.push({ accountId: facts.snapshot.accountId, section: 'rule', part: subject, reason });
    return unknown('rule-failed', reason.message);
  }
};

/** Each failure by what the roles may do that it opens. */
const withRoleLevels = (verdict: Verdict, { severity }: AnyRule, facts: Facts): Verdict => {
  if (verdict.outcome !== 'fail') return verdict;
  const [first, ...rest] = verdict.failures;
  const levelled = (failure: Failure): Failure => withRoleLevel(failure, severity, facts);
  return { ...verdict, failures: [levelled(first), ...rest.map(levelled)] };
};

const record = (
  rule: AnyRule,
  subject: Subjects[SubjectKind],
  verdict: Verdict,
  override: RuleOverride,
  tally: Tally,
): void => {
  if ('missing' in verdict && verdict.missing !== undefined) {
    settle(tally.outcomes, rule.id, subject.id, 'unknown');
    tally.undecided.push({ ruleId: rule.id, subject: subject.id, ...verdict.missing });
  }
  if (verdict.outcome !== 'fail') return;
  settle(tally.outcomes, rule.id, subject.id, 'fail');
  for (const failure of verdict.failures) {
    const raw = rawFinding(rule, subject, failure, override);
    const earlier = tally.raw.get(raw.finding.id);
    tally.raw.set(raw.finding.id, earlier ? merge(earlier, raw) : raw);
  }
};

/** The account of a subject that does not name it: a registered issuer may have providers in several. ARNs name it, and
 *  the issuer of a cluster has no other one. */
const ownerOf = ({ id, place }: Pick<Subjects[SubjectKind], 'id' | 'place'>): string | undefined =>
  id.startsWith('https://') && place.clusterArn === undefined ? place.accountId : undefined;

/** One failure of a rule as a finding, before it is folded. */
export const rawFinding = (
  rule: AnyRule,
  subject: Pick<Subjects[SubjectKind], 'id' | 'place'>,
  failure: Failure,
  override: RuleOverride = {},
): RawFinding => {
  const discriminator = failure.discriminator ?? '';
  return {
    explains: failure.explains ?? [],
    explainedBy: [failure.explainedBy ?? []],
    finding: {
      ...subject.place,
      ...failure.place,
      id: findingId(rule.id, subject.id, discriminator, ownerOf(subject)),
      ruleId: rule.id,
      subject: subject.id,
      discriminator,
      impact: failure.impact ?? rule.impact,
      severity: override.severity ?? failure.severity ?? rule.severity,
      ...given({ articleStep: rule.articleStep }),
      ...renderFailure(rule, failure),
      ...given({ roleLevel: failure.roleLevel, podError: failure.podError }),
      fix: renderFix(failure.fix),
      explains: [],
    },
  };
};

/** Two failures with one key (two statements of one role, say) are one finding in the words of the worse one, with the
 *  evidence of both. */
const merge = (earlier: RawFinding, later: RawFinding): RawFinding => {
  const isEarlierWorse = atLeast(earlier.finding.severity, later.finding.severity);
  const [a, b] = isEarlierWorse ? [earlier, later] : [later, earlier];
  return {
    hasOtherPlaces: earlier.hasOtherPlaces === true || areConflicting(a.finding.fix, b.finding.fix),
    explains: [...a.explains, ...b.explains],
    explainedBy: [...a.explainedBy, ...b.explainedBy],
    finding: {
      ...a.finding,
      evidence: [...a.finding.evidence, ...b.finding.evidence],
      fix: mergeFixes(a.finding.fix, b.finding.fix),
    },
  };
};

const withOtherPlaces = (raw: RawFinding): RawFinding =>
  raw.hasOtherPlaces ? { ...raw, finding: { ...raw.finding, fix: ofFirstPlace(raw.finding.fix) } } : raw;

const certainty: readonly Outcome[] = ['unknown', 'explained', 'off', 'fail'];

/** Keeps the least certain of what a rule says of one subject. */
const settle = (outcomes: Record<string, Outcome>, ruleId: string, subject: string, outcome: Outcome): void => {
  const key = outcomeKey(ruleId, subject);
  const earlier = outcomes[key];
  if (earlier === undefined || certainty.indexOf(outcome) < certainty.indexOf(earlier)) outcomes[key] = outcome;
};

const countsOf = (facts: Facts, subjects: SubjectsOfAccount): Evaluation['counts'] => {
  const inside = clustersOf(facts.snapshot).flatMap(({ kubernetes }) =>
    kubernetes.status === 'unavailable' ? [] : [kubernetes.value],
  );
  const size = (sections: readonly { readonly length: number }[]) =>
    sections.reduce((sum, list) => sum + list.length, 0);
  return {
    clusters: subjects.cluster.length,
    providers: valueOr(facts.snapshot.providers, []).length,
    roles: valueOr(facts.snapshot.roles, []).length,
    irsaRoles: subjects.role.filter(role => isForWebIdentity(role, facts)).length,
    serviceAccounts: size(inside.map(facts => valueOr(facts.serviceAccounts, []))),
    pods: size(inside.map(facts => valueOr(facts.pods, []))),
  };
};
