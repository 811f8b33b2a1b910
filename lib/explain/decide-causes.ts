/** Which causes of a message an audit found, and which it cannot tell. */
import type { Need } from '../facts.ts';
import { type Finding, isSectionBelow, type SectionId, sectionName } from '../model.ts';
import type { UndecidedCheck } from '../rules/evaluate/evaluation.ts';
import type { Cause, CauseId } from './causes/catalogue.ts';
import type { Sign } from './causes/cause.ts';

/** `found`: a finding is this cause, and of those that it can be the likeliest by the text. `fits`: what was read makes it likely
 *  and does not decide: a sign, or a finding that a likelier cause leads to as well. `undecided`: a rule of it could not be decided, or is off.
 *  `not-audited`: no rule decides it. `absent`: its rules were decided and none fails. */
export type CauseState = 'found' | 'fits' | 'undecided' | 'not-audited' | 'absent';

/** One cause, and what was read about it. */
export interface DecidedCause {
  readonly cause: Cause;
  readonly state: CauseState;
  /** The findings that are this cause, or fit it; empty in any other state. */
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
  readonly undecided: readonly Pick<UndecidedCheck, 'ruleId' | 'missing'>[];
  /** Ids of rules that the configuration turns off. */
  readonly rulesOff?: readonly string[];
  /** Sections that were not read, or in part: a rule that needs one was asked about nothing there. */
  readonly missed: readonly SectionId[];
  /** Those of them that nobody asked for: a rule that needs what stands above one was asked without it. */
  readonly unasked?: readonly SectionId[];
  /** The signs that were read, each with what was read. */
  readonly signs?: Readonly<Partial<Record<Sign, string>>>;
  /** True where the text leaves one cause, the first: no finding that fits several goes before it. */
  readonly textDecides?: boolean;
  /** The causes that a fact rules out which no rule is about: no finding is theirs by it. */
  readonly excludes?: readonly CauseId[];
  /** The sections that a rule needs. */
  readonly needsOf: (ruleId: string) => readonly Need[];
}

/** Rules whose silence excludes nothing: CloudTrail has calls that reached STS alone, and no image is read. */
const silent: Readonly<Record<string, string>> = {
  'runtime-sdk-unsupported': 'the SDK of a program, which CloudTrail names where it reached STS alone',
  'runtime-sts-region': 'calls that did not reach STS: CloudTrail has none of them',
  'pod-token-unreadable': 'the user that an image sets, which decides up to Kubernetes 1.18',
  'pod-identity-agent-missing': 'whether the agent runs on the node of the pod: the rule asks for one in the cluster',
  'service-account-option-ignored': 'the variables that its SDK reads: the rule asks how annotations are written',
};
/** A role that was assumed excludes that its program cannot do so. */
const provesUse = 'runtime-role-never-assumed';
/** Effects: a role is not used, whatever keeps its pods from it. Such a finding is no cause by itself. */
const effects: ReadonlySet<string> = new Set([provesUse, 'pod-identity-role-never-used']);

/** A rule that sees that a service account names no role, and not why. */
const unannotated = 'service-account-role-unannotated';
/** The reason, where the tool that keeps the service account tells it. */
const causeOfTool: Readonly<Partial<Record<string, CauseId>>> = {
  Helm: 'chart-annotation',
  eksctl: 'eksctl-keeps-account',
  'EKS add-on': 'addon-role',
};

/** Reasons of one cause that are told. */
const maxReasons = 2;

/** Each cause with its state: the found ones first, then the one that the text decides for, those that fit, those that are
 *  open, and those without a sign here; each group in the order of the message. */
export const decideCauses = (causes: readonly Cause[], here: AuditedHere): readonly DecidedCause[] => {
  const isOfText = (cause: Cause): boolean => here.textDecides === true && cause === causes[0];
  const judged = causes.map(cause => decideCause(cause, causes, here));
  const isAlone = judged.filter(({ state }) => state !== 'absent').length === 1;
  const decided = judged.map(one => (isAlone || isOfText(one.cause) ? confirmed(one) : one));
  const placeOf = ({ cause, state }: DecidedCause): number =>
    isOfText(cause) && !['found', 'absent'].includes(state) ? 1 : places[state];
  return decided.toSorted((a, b) => placeOf(a) - placeOf(b));
};

const places: Readonly<Record<CauseState, number>> = { found: 0, fits: 2, undecided: 3, 'not-audited': 3, absent: 4 };

/** A finding that fits several causes is the one that the text decides for, or the one that is left. */
const confirmed = (one: DecidedCause): DecidedCause => {
  const { because: _, ...rest } = one;
  return one.state === 'fits' && one.findings.length > 0 ? { ...rest, state: 'found' } : one;
};

const decideCause = (cause: Cause, causes: readonly Cause[], here: AuditedHere): DecidedCause => {
  const fitting = here.findings.filter(finding => causesOf(finding, causes).includes(cause));
  const own = fitting.filter(finding => !effects.has(finding.ruleId) && causesOf(finding, causes)[0] === cause);
  if (own.length > 0) return { cause, state: 'found', findings: own, missing: [] };
  if (here.excludes?.includes(cause.id)) return { cause, state: 'absent', findings: [], missing: [] };
  const because = (cause.sign && here.signs?.[cause.sign]) ?? (fitting.length > 0 ? fits(fitting) : undefined);
  if (because !== undefined) return { cause, state: 'fits', findings: fitting, missing: [], because };
  const missing = missingFor(cause, here);
  const state = (cause.rules ?? []).length === 0 ? 'not-audited' : missing.length > 0 ? 'undecided' : 'absent';
  return {
    cause,
    state,
    findings: [],
    missing: state === 'undecided' ? [...new Set(missing)].slice(0, maxReasons) : [],
  };
};

const fits = (findings: readonly Finding[]): string =>
  `${findings.map(({ id }) => `finding ${id.slice(0, 8)}`).join(', ')}, which other causes lead to as well`;

const missingFor = (
  { rules = [], unseen }: Cause,
  { undecided, rulesOff = [], missed, unasked = [], needsOf }: AuditedHere,
): readonly string[] => {
  const unread = rules
    .flatMap(needsOf)
    .filter(need =>
      missed.some(one => isSectionBelow(need, one) || (!unasked.includes(one) && isSectionBelow(one, need))),
    );
  return [
    ...unread.map(need => `${sectionName(need)}: not read, or not all`),
    ...undecided.filter(({ ruleId }) => rules.includes(ruleId)).map(({ missing: part }) => part),
    ...rules.filter(id => rulesOff.includes(id)).map(id => `the rule ${id} is off`),
    ...(unseen === undefined ? [] : [unseen]),
    ...(rules.includes(provesUse) ? [] : rules.flatMap(id => silent[id] ?? [])),
  ];
};

/** The causes that a finding is, or fits: those of its own rule, else those of what is folded under it. A folded effect has its
 *  cause, the finding above it. */
const causesOf = (finding: Finding, causes: readonly Cause[]): readonly Cause[] => {
  const own = causes.filter(
    ({ rules = [], messages }) =>
      rules.includes(finding.ruleId) && (messages?.[finding.ruleId]?.includes(finding.messageId) ?? true),
  );
  if (own.length > 0) return finding.ruleId === unannotated ? reasonFirst(own, finding) : own;
  const folded = finding.explains.filter(({ ruleId }) => !effects.has(ruleId));
  return causes.filter(({ rules = [] }) => folded.some(({ ruleId }) => rules.includes(ruleId)));
};

/** A text makes none of the reasons why an account names no role the cause: its tool does, else that it names none. */
const reasonFirst = (own: readonly Cause[], { fix: { managers = [] } }: Finding): readonly Cause[] => {
  const reasons = managers.flatMap(({ tool }) => causeOfTool[tool] ?? []);
  const [first] = [...reasons, 'no-role'].flatMap(id => own.filter(one => one.id === id));
  return first === undefined ? own : [first, ...own.filter(one => one !== first)];
};
