/** Which causes of a message an audit found, and which it cannot tell. */
import type { Need } from '../facts/sections.ts';
import type { Finding } from '../model/finding.ts';
import { isSectionBelow, type SectionId, sectionName } from '../model/unread.ts';
import type { Undecided } from '../rules/evaluate/evaluation.ts';
import type { Cause, Sign } from './known-message.ts';

/** `found`: a rule of the cause fails here. `fits`: what was read makes it likely, and no rule fails for it. `undecided`: a rule of it could not be decided, or is off. `not-audited`: no rule
 *  decides it. `absent`: its rules were decided and none fails. */
export type CauseState = 'found' | 'fits' | 'undecided' | 'not-audited' | 'absent';

/** One cause, and what was read about it. */
export interface DecidedCause {
  readonly cause: Cause;
  readonly state: CauseState;
  /** The findings that are this cause; empty unless it was found. */
  readonly findings: readonly Finding[];
  /** Why it is undecided, for people; empty otherwise. */
  readonly missing: readonly string[];
  /** The reason why it is likely, for people; absent unless it fits. */
  readonly because?: string;
}

/** The result of an audit for the subject of a message. */
export interface AuditedHere {
  /** The findings that concern the subject. */
  readonly findings: readonly Finding[];
  readonly undecided: readonly Pick<Undecided, 'ruleId' | 'missing'>[];
  /** Ids of rules that the configuration turns off. */
  readonly rulesOff?: readonly string[];
  /** Sections that were not read, or in part: a rule that needs one was asked about nothing there. */
  readonly missed: readonly SectionId[];
  /** The signs that were read, each with what was read. */
  readonly signs?: Readonly<Partial<Record<Sign, string>>>;
  /** The sections that a rule needs. */
  readonly needsOf: (ruleId: string) => readonly Need[];
}

/** Rules whose silence excludes nothing: CloudTrail has calls that reached STS alone, and no image is read. */
const silent: Readonly<Record<string, string>> = {
  'runtime-sdk-unsupported': 'the SDK of a program, which CloudTrail names where it reached STS alone',
  'runtime-sts-region': 'calls that did not reach STS: CloudTrail has none of them',
  'pod-token-unreadable': 'the user that an image sets, which decides up to Kubernetes 1.18',
};
/** A role that was assumed excludes that its program cannot do so. */
const provesUse = 'runtime-role-never-assumed';

/** Reasons of one cause that are told. */
const maxReasons = 2;

/** Each cause with its state: the found ones first, then those that are open, then those without a sign here; each group in
 *  the order of the message. */
export const decideCauses = (causes: readonly Cause[], here: AuditedHere): readonly DecidedCause[] => {
  const decided = causes.map(cause => decideCause(cause, here));
  return order.flatMap(states => decided.filter(({ state }) => states.includes(state)));
};

const order: readonly (readonly CauseState[])[] = [['found'], ['fits'], ['undecided', 'not-audited'], ['absent']];

const decideCause = (cause: Cause, here: AuditedHere): DecidedCause => {
  const { findings, undecided, rulesOff = [], missed, needsOf } = here;
  const found = findings.filter(finding => isOf(finding, cause.rules));
  const unread = cause.rules
    .flatMap(needsOf)
    .filter(need => missed.some(section => isSectionBelow(need, section) || isSectionBelow(section, need)));
  const missing = [
    ...unread.map(need => `${sectionName(need)}: not read, or not all`),
    ...undecided.filter(({ ruleId }) => cause.rules.includes(ruleId)).map(({ missing: part }) => part),
    ...cause.rules.filter(id => rulesOff.includes(id)).map(id => `the rule ${id} is off`),
    ...(cause.rules.includes(provesUse) ? [] : cause.rules.flatMap(id => silent[id] ?? [])),
  ];
  const because = cause.sign === undefined ? undefined : here.signs?.[cause.sign];
  if (found.length === 0 && because !== undefined) return { cause, state: 'fits', findings: [], missing: [], because };
  const state = stateOf(cause, found.length > 0, missing.length > 0);
  return {
    cause,
    state,
    findings: found,
    missing: state === 'undecided' ? [...new Set(missing)].slice(0, maxReasons) : [],
  };
};

const stateOf = ({ rules }: Cause, isFound: boolean, isOpen: boolean): CauseState => {
  if (isFound) return 'found';
  if (rules.length === 0) return 'not-audited';
  return isOpen ? 'undecided' : 'absent';
};

/** True if a finding, or one that is folded under it, is of one of these rules. */
export const isOf = (finding: Finding, rules: readonly string[]): boolean =>
  rules.includes(finding.ruleId) || finding.explains.some(({ ruleId }) => rules.includes(ruleId));
