import type { Facts } from '../facts/facts.ts';
import type { Need } from '../facts/sections.ts';
import type { SubjectKind, Subjects } from '../facts/subjects.ts';
import type { Collected, ReadFailure } from '../model/collected.ts';
import type { ArticleStep, FindingLocation, FixDraft, Impact, Severity, UnknownKind } from '../model/finding.ts';
import type { SourceLocation } from '../model/source-location.ts';
import { given } from '../text/given.ts';
import type { Message, Phrase, Templates } from '../text/message.ts';

/** What a rule answers for one subject. A rule may fail several times on one subject, each with its discriminator. */
export type Verdict =
  | { readonly outcome: 'pass' }
  | { readonly outcome: 'n/a' }
  | { readonly outcome: 'unknown'; readonly missing: UnknownReason }
  | {
      readonly outcome: 'fail';
      readonly failures: readonly [Failure, ...Failure[]];
      /** What kept other failures of the rule on this subject from being decided: none of these is taken as fixed. */
      readonly missing?: UnknownReason;
    };

/** Why a rule cannot be decided: the kind for programs, what is missing for people. */
export interface UnknownReason {
  readonly kind: UnknownKind;
  readonly missing: string;
}

/** One fact behind a failure. A plain string is a value as it was seen; words around values are a phrase. */
export interface EvidenceDraft {
  readonly what: string;
  readonly got: string | Phrase;
  readonly wanted?: string | Phrase;
  /** Operation or file, as in `Evidence`. */
  readonly readFrom: string;
  /** Where in the text of a policy. */
  readonly at?: SourceLocation;
  /** It changes by itself (a count of pods, an instant of observation): a change of it is not told. */
  readonly volatile?: true;
}

/** One failure, before the evaluator turns it into a finding. Its message is `messageId` and `data`: see
 *  `defineMessages`. */
export interface Failure extends Message {
  readonly discriminator?: string;
  /** Overrides the rule's severity where it depends on the facts. */
  readonly severity?: Severity;
  /** Overrides the rule's impact where it depends on the facts. */
  readonly impact?: Impact;
  /** Names in `data` whose values change by themselves: a change of them is not told. */
  readonly volatile?: readonly string[];
  readonly evidence: readonly EvidenceDraft[];
  readonly podError?: string;
  /** Where in the text of the trust policy it lies, for tools that show it in a file. */
  readonly at?: SourceLocation;
  readonly fix: FixDraft;
  /** Added to the subject's own place. */
  readonly place?: Partial<FindingLocation>;
  /** Findings of other rules that have the same cause: the evaluator folds them into this one. */
  readonly explains?: readonly Explained[];
  /** Findings of other rules that would be the cause of this one: it is folded into the first of them that there is. For
   *  rules that see an effect (a refused account, a failed call) and know where its cause would be reported. */
  readonly explainedBy?: readonly Explained[];
}

/** Names failures of another rule: on `subject`, or on every subject if absent; with `discriminator`, or any; in the
 *  place `clusterArn`, or any. */
export interface Explained {
  readonly ruleId: string;
  readonly subject?: string;
  readonly clusterArn?: string;
  readonly discriminator?: string;
}

/** The documentation of a rule: printed by `explain` and by the docs generator. */
export interface RuleDocs {
  /** Why it matters, for the reader at 3 a.m. */
  readonly why: string;
  /** How it is fixed, in general. */
  readonly fix: string;
  /** URLs or sections of docs that prove the rule. */
  readonly references: readonly string[];
}

/** A tiny world in which a rule's verdict is known. Executed by one contract test, printed by the docs. */
export interface Example {
  readonly title: string;
  readonly facts: () => Facts;
}

/** Which step of the AWS article on IRSA errors a rule automates, or, where it automates none, at which step the health
 *  map shows its findings. One of the two is required: a rule without a step would be missing from the map. */
type RuleStep =
  | { readonly articleStep: ArticleStep; readonly shownAt?: never }
  | { readonly articleStep?: never; readonly shownAt: ArticleStep };

/** A rule: metadata, documentation, examples and one pure, total check. */
export type Rule<K extends SubjectKind = SubjectKind> = RuleBody<K> & RuleStep;

interface RuleBody<K extends SubjectKind> {
  /** Stable, unique, the file's name. A key in a database: never reused. */
  readonly id: string;
  readonly kind: K;
  /** Folder under lib/rules. */
  readonly group:
    | 'cluster'
    | 'provider'
    | 'issuer'
    | 'trust'
    | 'service-account'
    | 'webhook'
    | 'pod'
    | 'pod-identity'
    | 'runtime';
  readonly impact: Impact;
  /** The usual severity; a failure may override it. */
  readonly severity: Severity;
  /** States the healthy state. */
  readonly title: string;
  /** What is wrong in at most 26 characters, for a line of a list where the subject stands before it: one text for all
   *  messages, or one by message id. */
  readonly brief: string | Readonly<Record<string, string>>;
  /** What a failure says, by message id: templates for its data. */
  readonly messages: Templates;
  /** Sections of the snapshot that the check reads. Where one is unavailable for its subject, the evaluator answers
   *  `unknown` for it; a partial one is the rule's own business (it sees the gaps). */
  readonly needs: readonly Need[];
  readonly docs: RuleDocs;
  readonly check: (subject: Subjects[K], facts: Facts) => Verdict;
  readonly examples: { readonly pass: Example; readonly fail: Example; readonly unknown?: Example };
}

/** Declares a rule. Exists so that a rule file is typed by its kind and read in one fixed order. */
export const defineRule = <K extends SubjectKind>(rule: Rule<K>): Rule<K> => rule;

/** The rule holds. */
export const pass: Verdict = { outcome: 'pass' };
/** The rule does not apply to this subject. */
export const notApplicable: Verdict = { outcome: 'n/a' };
/** The rule cannot be decided: says why, and what is missing. */
export const unknown = (kind: UnknownKind, missing: string): Verdict => unknownFor({ kind, missing });
/** The rule cannot be decided for a reason that was found elsewhere. */
export const unknownFor = (missing: UnknownReason): Verdict => ({ outcome: 'unknown', missing });
/** The reason of an unknown, where something is missing. */
export const reasonOf = (kind: UnknownKind, missing: string | undefined): UnknownReason | undefined =>
  missing === undefined ? undefined : { kind, missing };
/** The rule fails, once or several times; passes if there is no failure, and is unknown if something was missing. */
export const failOrPass = (failures: readonly Failure[], missing?: UnknownReason): Verdict => {
  const [first, ...rest] = failures;
  if (first) return { outcome: 'fail', failures: [first, ...rest], ...given({ missing }) };
  return missing === undefined ? pass : unknownFor(missing);
};
/** The rule fails once. */
export const fail = (failure: Failure): Verdict => ({ outcome: 'fail', failures: [failure] });

/** Decides by a section that was read, as far as it was; unknown where nothing of it was. */
export const decideBy = <T>(section: Collected<T>, missing: string, decide: (value: T) => Verdict): Verdict =>
  section.status === 'unavailable' ? unknown(unknownKindOf(section.reason), missing) : decide(section.value);

/** The kind of an unknown for a section that could not be read, or was not asked for. */
export const unknownKindOf = ({ kind }: ReadFailure): UnknownKind =>
  kind === 'not-asked-for' ? 'not-asked-for' : 'unread';

/** A rule of any kind: a union over kinds, so that `kind` narrows `check`. */
export type AnyRule = { readonly [K in SubjectKind]: Rule<K> }[SubjectKind];
