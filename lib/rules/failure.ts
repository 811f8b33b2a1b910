import type { FindingLocation, FixDraft, Impact, Level, Severity, SourceLocation } from '../model.ts';
import { type DataOf, given, type Message, type MessageData, type Phrase } from '../text.ts';

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

/** One failure, before the evaluator turns it into a finding. Its text is made of `messageId` and `data`: see `Says`. */
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
  /** The roles that somebody can get by it: its severity follows what they may do, where that was read. */
  readonly opens?: Opens;
  /** The level of the strongest of these roles, and what follows from it, as a clause after the sentence. */
  readonly roleLevel?: Level;
  readonly consequence?: string;
  /** Only from this instant on, ISO 8601: at the instant of the audit the policy is closed. */
  readonly from?: string;
  /** Added to the subject's own place. */
  readonly place?: Partial<FindingLocation>;
  /** Findings of other rules that have the same cause: the evaluator folds them into this one. */
  readonly explains?: readonly Explained[];
  /** Findings of other rules that would be the cause of this one: it is folded into the first of them that there is. For
   *  rules that see an effect (a refused account, a failed call) and know where its cause would be reported. */
  readonly explainedBy?: readonly Explained[];
}

/** Roles that somebody can get: for certain, perhaps (it cannot be excluded), or as soon as something is made that is
 *  missing today. */
export interface Opens {
  readonly roleArns: readonly string[];
  readonly how: 'proven' | 'doubtful' | 'later';
}

/** Names failures of another rule: on `subject`, or on every subject if absent; with `discriminator`, or any; in the
 *  place `clusterArn`, or any. */
export interface Explained {
  readonly ruleId: string;
  readonly subject?: string;
  readonly clusterArn?: string;
  readonly discriminator?: string;
}

/** The texts of a rule by message id: what is wrong in at most 26 characters, for a line of a list where the subject
 *  stands before it, and the sentence, a template of the failure's data. */
export type Says = Readonly<Record<string, readonly [brief: string, sentence: string]>>;

/** The most characters of a brief: the line of a list has no room for more. */
type Longest = 26;

type IsBrief<T extends string, Seen extends readonly unknown[] = []> = T extends ''
  ? true
  : Seen['length'] extends Longest
    ? false
    : T extends `${string}${infer Rest}`
      ? IsBrief<Rest, [...Seen, unknown]>
      : true;

/** Says the limit where a brief is longer: such a table does not compile. */
export type BriefSays<S extends Says> = {
  readonly [I in keyof S]: readonly [
    IsBrief<S[I][0]> extends true ? string : 'a brief has at most 26 characters',
    string,
  ];
};

/** Starts a failure, by message id: `fail.absent({ cluster })`. The compiler compares the names of the values with the
 *  sentence's placeholders. */
export type Fail<S extends Says> = { readonly [I in keyof S]: (data: DataOf<S[I][1]>) => FailureDraft };

/** Parts of a failure that a step of the draft sets as they are. */
const settable = [
  'discriminator',
  'severity',
  'impact',
  'volatile',
  'podError',
  'at',
  'opens',
  'place',
  'explains',
  'explainedBy',
] as const;

/** A failure in the making. Each step answers a new draft, and `fix` ends it. An undefined value changes nothing. */
export type FailureDraft = {
  readonly [P in (typeof settable)[number]]-?: (value: Failure[P] | undefined) => FailureDraft;
} & {
  /** Adds one fact: of what, read from where, the value seen and the value wanted. */
  readonly evidence: AddEvidence;
  /** Adds a fact that changes by itself. */
  readonly changing: AddEvidence;
  /** Adds facts that were described elsewhere. */
  readonly pieces: (...pieces: readonly EvidenceDraft[]) => FailureDraft;
  /** How to fix it; or a summary, and the choice of a person that there is instead of steps. */
  readonly fix: (fix: FixDraft | string, choice?: string) => Failure;
};

type AddEvidence = (
  what: string,
  from: string | Pick<EvidenceDraft, 'readFrom' | 'at'>,
  got: string | Phrase,
  wanted?: string | Phrase,
) => FailureDraft;

/** The start of the failures of a rule, by the ids of its messages. */
export const failures = <const S extends Says>(says: S & BriefSays<S>): Fail<S> & { readonly says: S } =>
  Object.assign(
    Object.fromEntries(
      Object.keys(says).map(messageId => [
        messageId,
        (data: MessageData) => draftOf({ messageId, data, evidence: [] }),
      ]),
    ) as { readonly [I in keyof S]: (data: MessageData) => FailureDraft },
    { says },
  );

const draftOf = (failure: Omit<Failure, 'fix'>): FailureDraft => {
  const and = (parts: { readonly [P in keyof Failure]?: Failure[P] | undefined }): FailureDraft =>
    draftOf({ ...failure, ...Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) });
  const pieces = (...more: readonly EvidenceDraft[]) => and({ evidence: [...failure.evidence, ...more] });
  return {
    ...(Object.fromEntries(settable.map(part => [part, (value: unknown) => and({ [part]: value })])) as Setters),
    evidence: (...fact) => pieces(pieceOf(...fact)),
    changing: (...fact) => pieces({ ...pieceOf(...fact), volatile: true }),
    pieces,
    fix: (fix, choice) => ({ ...failure, fix: typeof fix === 'object' ? fix : { summary: fix, ...given({ choice }) } }),
  };
};

type Setters = Pick<FailureDraft, (typeof settable)[number]>;

const pieceOf = (...[what, from, got, wanted]: Parameters<AddEvidence>): EvidenceDraft => ({
  what,
  got,
  ...given({ wanted }),
  ...(typeof from === 'string' ? { readFrom: from } : from),
});
