/** From findings to one plan: each root cause once, one write for each document, in an order without a gap. */

import type { Facts } from '../facts.ts';
import { setTrustPolicy } from '../fixes/aws-steps.ts';
import { keyOfChange } from '../fixes/change-table.ts';
import { type Act, atLeast, type Change, type Finding, isAct, type Step, valueOr } from '../model.ts';
import { trustPolicyOf } from '../policy.ts';
import { accessOfEdit, accessOfProvider, isWide } from '../rules/access/access-change.ts';
import { withoutWarning } from '../rules/evaluate/conflicting-fixes.ts';
import { type EvaluateOptions, evaluate } from '../rules/evaluate/evaluate.ts';
import type { JsonObject } from '../text.ts';
import { withWay } from './chosen-fix.ts';
import { inOrder } from './order.ts';
import { afterStep } from './simulate.ts';

/** A step with the findings that it is for. */
export interface PlannedStep extends Act {
  readonly findingIds: readonly string[];
  /** Its purpose in one sentence, where no finding says it. */
  readonly reason?: string;
  /** The decision that a person makes before it, where no finding says it. */
  readonly choice?: string;
  /** The role that it is for, where the change does not name it: a person who names the role means this step too. */
  readonly roleArn?: string;
}

/** Something that a plan has no step for and that is no finding, and why. */
export interface PlanNote {
  readonly about: string;
  /** Sentences, one a line. */
  readonly why: string;
  /** The trust policy of a role that a person makes. */
  readonly trustPolicy?: JsonObject;
}

/** A finding that a plan has no step for, and why. */
interface LeftFinding {
  readonly finding: Finding;
  readonly why: string;
}

/** The steps to run, in order, for which findings, and the rest for a person. */
export interface Plan {
  readonly steps: readonly PlannedStep[];
  readonly fixed: readonly Finding[];
  readonly left: readonly LeftFinding[];
  /** Work that is left beside findings; absent in plans that are for findings alone. */
  readonly notes?: readonly PlanNote[];
}

/** Which findings are wanted, and of which a person took the decision that they ask for. */
export interface PlanChoices {
  readonly wants: (finding: Finding) => boolean;
  readonly isDecided: (finding: Finding) => boolean;
  /** The way that a person chose for a finding, counted from 1. */
  readonly wayOf?: (finding: Finding) => number | undefined;
}

/** Findings that one plan fixes at most: each needs an evaluation of the account. */
const maxFixed = 200;

/**
 * The plan for one account. Each fix is taken from the rules as they judge the account after the steps before it, so that
 * several findings of one role make one policy; it is kept only if the rules then say that its finding is gone and that
 * nobody is exposed who was not.
 */
export const planOfFacts = (facts: Facts, options: EvaluateOptions, choices: PlanChoices): Plan => {
  const draft: Draft = { facts, steps: [], fixed: [], left: new Map(), seen: new Set() };
  let findings = judged(facts, options, choices);
  for (;;) {
    const next = findings.find(one => isWanted(one, choices) && !draft.seen.has(keyOf(one)));
    if (next === undefined) break;
    draft.seen.add(keyOf(next));
    findings = tryFix(next, findings, draft, options, choices);
  }
  // A finding that another step fixed along with its own is left to nobody.
  const left = [...draft.left.values()].filter(({ finding }) => findings.some(({ id }) => id === finding.id));
  return { steps: merged(draft.steps, facts), fixed: draft.fixed, left };
};

/** No step is made for a finding that people live with, nor along with the fix of another one. */
const isWanted = (finding: Finding, { wants }: PlanChoices): boolean => finding.waiver === undefined && wants(finding);

/** The findings, each with the way that was chosen for it. */
const judged = (facts: Facts, options: EvaluateOptions, choices: PlanChoices): readonly Finding[] =>
  evaluate(facts, options).findings.map(one => asChosen(one, choices));

/** The finding as a plan takes it: with the way that a person chose, where one did. */
const asChosen = (finding: Finding, { wayOf }: PlanChoices): Finding =>
  withWay({ ...finding, fix: withoutWarning(finding.fix) }, wayOf?.(finding));

/** The state of the loop so far. */
interface Draft {
  facts: Facts;
  steps: PlannedStep[];
  readonly fixed: Finding[];
  readonly left: Map<string, LeftFinding>;
  readonly seen: Set<string>;
}

/** A finding with the fix that it has now: after other steps it may have another one, or one at last. */
const keyOf = ({ id, fix }: Finding): string => JSON.stringify([id, fix.commands]);

/** True for a fix with a question, and for one by which a service account loses a role, or by which it is not known who
 *  does: no program may carry it out unasked. */
export const asksForDecision = ({ fix }: Finding): boolean =>
  fix.choice !== undefined ||
  (fix.steps ?? []).some(({ access = [] }) => access.some(({ loses, isOpen }) => loses.length > 0 || isOpen === true));

/** True for a fix by which more than one service account gains a role, or it is not known who does. */
export const opensWide = ({ fix }: Finding): boolean => isWide((fix.steps ?? []).flatMap(({ access = [] }) => access));

/** Why a fix waits for a person. */
const decisionOf = (finding: Finding): string => {
  const { choice = 'by this fix service accounts lose a role, or it is not known who does.' } = finding.fix;
  return `A person must decide${opensWide(finding) ? ', and name the id of this finding' : ''}: ${choice}`;
};

/** Takes the fix of a finding into the draft, or says why not; the findings that there are then. */
const tryFix = (
  next: Finding,
  before: readonly Finding[],
  draft: Draft,
  options: EvaluateOptions,
  choices: PlanChoices,
): readonly Finding[] => {
  const steps = changesOf(next);
  const leave = (why: string): readonly Finding[] => {
    draft.left.set(next.id, { finding: next, why });
    return before;
  };
  if (steps.length === 0) return leave(next.fix.choice ?? 'No step is known that fixes it.');
  if (!choices.isDecided(next)) return leave(decisionOf(next));
  if (draft.fixed.length >= maxFixed)
    return leave(`The plan has ${maxFixed} fixes already: run it, then make the next.`);
  const attempt = attemptOf([next], before, draft.facts, options, choices);
  const { refusal, facts, after, taken } =
    attempt.opened.length > 0 &&
    attempt.opened.every(one => changesOf(one).length > 0 && isWanted(one, choices) && choices.isDecided(one))
      ? attemptOf([next, ...attempt.opened], before, draft.facts, options, choices)
      : attempt;
  if (refusal !== undefined) return leave(refusal);
  for (const one of taken) {
    draft.left.delete(one.id);
    draft.steps.push(...changesOf(one).map(step => ({ ...step, findingIds: [one.id] })));
    draft.fixed.push(one);
  }
  draft.facts = facts;
  return after;
};

const changesOf = ({ fix }: Finding): readonly Act[] => (fix.steps ?? []).filter(isAct);

/** The sum of the fixes of some findings. `opened` is who is exposed by them who was not: their own fixes may
 *  go with it. */
const attemptOf = (
  taken: readonly Finding[],
  before: readonly Finding[],
  from: Facts,
  options: EvaluateOptions,
  choices: PlanChoices,
) => {
  const facts = taken.flatMap(changesOf).reduce(afterStep, from);
  const after = judged(facts, options, choices);
  const [refusal] = taken.flatMap(one => refusalOf(one, before, after) ?? []);
  return { taken, facts, after, refusal, opened: newExposures(before, after) };
};

/** Why a fix is not taken; undefined where it is proven. One fault in several places of a policy has one fix after the
 *  other. */
const refusalOf = (fixed: Finding, before: readonly Finding[], after: readonly Finding[]): string | undefined => {
  const left = after.find(({ id }) => id === fixed.id);
  if (left !== undefined && left.evidence.length >= fixed.evidence.length)
    return 'No step is given: by the rules the finding would still be there afterwards.';
  const [opened] = newExposures(before, after);
  return opened === undefined ? undefined : `No step is given: it would lead to ${opened.ruleId}: ${opened.message}.`;
};

/** Findings that somebody is exposed who was not: neither found before, nor folded into a finding. */
export const newExposures = (before: readonly Finding[], after: readonly Finding[]): readonly Finding[] => {
  const known = new Set(before.map(({ id }) => id));
  const folded = new Set(
    before.flatMap(({ explains }) => explains.map(({ ruleId, subject }) => JSON.stringify([ruleId, subject]))),
  );
  return after.filter(
    one =>
      !known.has(one.id) &&
      !folded.has(JSON.stringify([one.ruleId, one.subject])) &&
      one.impact === 'exposes' &&
      atLeast(one.severity, 'medium'),
  );
};

/** One step for each document and each command; a later text of a document takes the place of an earlier one. */
const merged = (steps: readonly PlannedStep[], facts: Facts): readonly PlannedStep[] => {
  const byKey = new Map<string, PlannedStep>();
  for (const step of steps) {
    const key = keyOfChange(step.change);
    const earlier = byKey.get(key);
    byKey.set(key, earlier === undefined ? step : together(earlier, step, facts));
  }
  return withAccess(inOrder([...byKey.values()]), facts);
};

/** Provider steps say who gains by one finding after the other: in the plan policies come first. */
const withAccess = (steps: readonly PlannedStep[], from: Facts): readonly PlannedStep[] => {
  let facts = from;
  return steps.map(step => {
    const access = providerAccess(step.change, facts);
    facts = afterStep(facts, step);
    if (access === undefined) return step;
    const { access: _, ...rest } = step;
    return access.length === 0 ? rest : { ...rest, access };
  });
};

const providerAccess = (change: Change | undefined, facts: Facts): Step['access'] => {
  if (change?.kind === 'audience-added') return accessOfProvider(change.providerArn, change.audience, facts);
  if (change?.kind !== 'provider-created') return undefined;
  return change.audiences.flatMap(audience => accessOfProvider(change.providerArn, audience, facts));
};

const together = (earlier: PlannedStep, later: PlannedStep, facts: Facts): PlannedStep => {
  const findingIds = [...new Set([...earlier.findingIds, ...later.findingIds])];
  const [was, is] = [earlier.change, later.change];
  if (was.kind !== 'trust-policy' || is.kind !== 'trust-policy')
    return { ...later, change: sinceBefore(was, is), findingIds };
  const access = accessBetween(was.roleArn, was.before, is.after, facts);
  return { ...setTrustPolicy(was.roleArn, was.before, JSON.parse(is.after), access), findingIds };
};

/** The later change of one value, from the value before the earlier one. */
const sinceBefore = (was: Change, is: Change): Change => {
  if (!('before' in is)) return is;
  const { before: _, ...rest } = is;
  return { ...rest, ...('before' in was ? { before: was.before } : {}) } as Change;
};

/** Who gains and who loses by the combined edit, decided once more for the whole of it. */
const accessBetween = (roleArn: string, before: string, after: string, facts: Facts): Step['access'] => {
  const role = valueOr(facts.snapshot.roles, []).find(({ arn }) => arn === roleArn);
  const [was, is] = [trustPolicyOf({ trustPolicy: before }), trustPolicyOf({ trustPolicy: after })];
  if (role === undefined || !was.ok || !is.ok) return [{ roleArn, gains: [], loses: [], isOpen: true }];
  return [accessOfEdit(was.policy, is.policy, role, facts)];
};
