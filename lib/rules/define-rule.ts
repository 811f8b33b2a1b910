import type { Facts, Need, SubjectKind, Subjects } from '../facts.ts';
import type { ArticleStep, Collected, Impact, ReadFailure, Severity, Undecided, UnknownKind } from '../model.ts';
import { given } from '../text.ts';
import { type BriefSays, type Fail, type Failure, failures, type Says } from './failure.ts';

/** The answer of a rule for one subject. A rule may fail several times on one subject, each with its discriminator. */
export type Verdict =
  | { readonly outcome: 'pass' }
  | { readonly outcome: 'n/a' }
  | { readonly outcome: 'unknown'; readonly missing: Undecided }
  | {
      readonly outcome: 'fail';
      readonly failures: readonly [Failure, ...Failure[]];
      /** The reason why other failures of the rule on this subject were not decided: they are never taken as fixed. */
      readonly missing?: Undecided;
    };

/** The prose of a rule: printed by `rules` and by the docs generator. */
export interface RuleDocs {
  /** Why it matters, for the reader at 3 a.m. */
  readonly why: string;
  /** How it is fixed, in general. */
  readonly fix: string;
  /** URLs or sections of docs that prove the rule. */
  readonly references: readonly string[];
}

/** Which step of the AWS article on IRSA errors a rule automates, or, where it automates none, at which step the health
 *  map shows its findings. One of the two is required: a rule without a step would be missing from the map. */
type RuleStep =
  | { readonly articleStep: ArticleStep; readonly shownAt?: never }
  | { readonly articleStep?: never; readonly shownAt: ArticleStep };

/** A rule: metadata, documentation, its texts and one pure, total check. */
export type Rule<K extends SubjectKind = SubjectKind> = RuleBody<K> & RuleStep;

interface RuleBody<K extends SubjectKind> extends RuleDocs {
  /** Stable, unique, the file's name. A key in a database: never reused. */
  readonly id: string;
  readonly kind: K;
  readonly impact: Impact;
  /** The usual severity; a failure may override it. */
  readonly severity: Severity;
  /** States the healthy state: of what passed. */
  readonly title: string;
  /** States the fault in one clause, whichever message says it in detail: of what failed. */
  readonly fault: string;
  /** The texts of a failure, by message id. */
  readonly says: Says;
  /** Sections of the snapshot that the check reads. Where one is unavailable for its subject, the evaluator answers
   *  `unknown` for it; a partial one is the rule's own business (it sees the gaps). */
  readonly needs: readonly Need[];
  /** Sections that decide, beside the list of its kind, which subjects the rule has. Where one was not read completely, a
   *  subject that is not listed may be one all the same: its findings are unknown, not gone. */
  readonly listedBy?: readonly Need[];
  readonly check: (subject: Subjects[K], facts: Facts) => Verdict;
}

/** A rule as its file has it: the check is given `fail`, which starts a failure by message id, and may answer with one. */
type RuleDraft<K extends SubjectKind, S extends Says> = Omit<RuleBody<K>, 'says' | 'check'> &
  RuleStep & {
    readonly says: S & BriefSays<S>;
    readonly check: (subject: Subjects[K], facts: Facts, fail: Fail<S>) => Verdict | Failure;
  };

/** Declares a rule. */
export const defineRule = <K extends SubjectKind, const S extends Says>(draft: RuleDraft<K, S>): Rule<K> => {
  const fail = failures<S>(draft.says);
  return { ...draft, check: (subject, facts) => verdictOf(draft.check(subject, facts, fail)) };
};

const verdictOf = (answer: Verdict | Failure): Verdict => ('outcome' in answer ? answer : failed(answer));

/** The rule holds. */
export const pass: Verdict = { outcome: 'pass' };
/** The rule does not apply to this subject. */
export const notApplicable: Verdict = { outcome: 'n/a' };
/** The rule cannot be decided: says why, and what is missing. */
export const unknown = (kind: UnknownKind, missing: string): Verdict => unknownFor({ kind, missing });
/** The rule cannot be decided for a reason that was found elsewhere. */
export const unknownFor = (missing: Undecided): Verdict => ({ outcome: 'unknown', missing });
/** The reason of an unknown, where something is missing. */
export const undecidedOf = (kind: UnknownKind, missing: string | undefined): Undecided | undefined =>
  missing === undefined ? undefined : { kind, missing };
/** The rule fails, once or several times; passes if there is no failure, and is unknown if something was missing. */
export const failOrPass = (failures: readonly Failure[], missing?: Undecided): Verdict => {
  const [first, ...rest] = failures;
  if (first) return { outcome: 'fail', failures: [first, ...rest], ...given({ missing }) };
  return missing === undefined ? pass : unknownFor(missing);
};
/** The rule fails once. */
export const failed = (failure: Failure): Verdict => ({ outcome: 'fail', failures: [failure] });

/** Decides by a section that was read, as far as it was; unknown where nothing of it was. */
export const decideBy = <T>(section: Collected<T>, missing: string, decide: (value: T) => Verdict): Verdict =>
  section.status === 'unavailable' ? unknown(unknownKindOf(section.reason), missing) : decide(section.value);

/** The kind of an unknown for a section that could not be read, or was not asked for. */
export const unknownKindOf = ({ kind }: ReadFailure): UnknownKind =>
  kind === 'not-asked-for' ? 'not-asked-for' : 'unread';

/** A rule of any kind: a union over kinds, so that `kind` narrows `check`. */
export type AnyRule = { readonly [K in SubjectKind]: Rule<K> }[SubjectKind];
