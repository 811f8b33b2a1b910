import { regionOfIssuer } from '../../facts.ts';
import type { Finding, Missed, Undecided, Unread } from '../../model.ts';

/** The outcome of a rule for a subject, or why it was not asked. `explained` is a failure folded into another finding;
 *  `off` a rule that the configuration turned off. */
export type Outcome = 'pass' | 'n/a' | 'unknown' | 'fail' | 'explained' | 'off';

/** A rule that could not be decided for a subject. */
export interface UndecidedCheck extends Undecided {
  readonly ruleId: string;
  readonly subject: string;
}

/** A watched fact: drifts are reported even where no rule fails. */
export interface WatchedFact {
  /** `provider-audiences`, `provider-thumbprints`, `issuer-chain`, `issuer-keys-host`, `role-trust-policy`,
   *  `cluster-issuer`, `webhook-configuration`. */
  readonly kind: WatchedKind;
  readonly subject: string;
  readonly accountId: string;
  /** The value that a person compares; bounded in size, order-free facts are sorted. */
  readonly value: string;
}
export const watchedKinds = [
  'provider-audiences',
  'provider-thumbprints',
  'issuer-chain',
  'issuer-keys-host',
  'role-trust-policy',
  'cluster-issuer',
  'webhook-configuration',
] as const;
export type WatchedKind = (typeof watchedKinds)[number];

/** The result of the rules over one account: plain data. */
export interface Evaluation {
  readonly accountId: string;
  readonly at: string;
  /** Worst first, see `compareFindings`. Waived ones are among them, with `waiver` set. */
  readonly findings: readonly Finding[];
  readonly undecided: readonly UndecidedCheck[];
  /** Verdicts by `outcomeKey(ruleId, subject)`, as far as they are neither pass nor n/a. Where a rule says several
   *  things of one subject the least certain stands: unknown, explained, off, fail. */
  readonly outcomes: Readonly<Record<string, Outcome>>;
  /** Rules that ran over every subject of their kind: with no entry in `outcomes` they passed or did not apply. */
  readonly rulesRun: readonly string[];
  /** Prefixes of subjects whose population was read completely, and those where it was not: the longest match decides
   *  whether a subject that is not in `subjects` is provably gone. */
  readonly closedScopes: readonly string[];
  readonly openScopes: readonly string[];
  readonly subjects: readonly string[];
  /** Everything that was asked for and not read: exit code 3, and a line of coverage each. */
  readonly gaps: readonly Unread[];
  /** Sections that the findings were judged without, choices of the configuration among them. */
  readonly missed: readonly Missed[];
  readonly watched: readonly WatchedFact[];
  readonly counts: {
    readonly clusters: number;
    readonly providers: number;
    readonly roles: number;
    readonly irsaRoles: number;
    readonly serviceAccounts: number;
    readonly pods: number;
  };
}

/** Stands in `outcomes` for the subjects of a rule that may be there and were not listed. */
export const anySubject = '*';

/** Key of `outcomes`. */
export const outcomeKey = (ruleId: string, subject: string): string => `${ruleId} ${subject}`;

/** The outcome of one finding's rule and subject in an evaluation. */
export type Fate = Outcome | 'gone' | 'not-read' | 'not-run';

/** Looks up what an evaluation says of a rule and subject that it has no finding for. `fail` then means that the rule
 *  fails elsewhere on the subject, and no longer in this place: as good as a pass. `not-read`: the subject may be there and was not read. `not-run`: it
 *  was read, and the rule did not run. Neither resolves. */
export const fateOf = (evaluation: Evaluation, seen: ReadonlySet<string>, ruleId: string, subject: string): Fate => {
  const outcome = evaluation.outcomes[outcomeKey(ruleId, subject)];
  if (outcome) return outcome;
  if (seen.has(subject)) return evaluation.rulesRun.includes(ruleId) ? 'pass' : 'not-run';
  if (evaluation.outcomes[outcomeKey(ruleId, anySubject)] === 'unknown') return 'not-read';
  return isGone(evaluation, subject) ? 'gone' : 'not-read';
};

/** True if a subject that is not among those of an evaluation is provably not there. An issuer of EKS is a subject through its
 *  cluster: it is gone where the clusters of its region were listed. */
export const isGone = (evaluation: Evaluation, subject: string): boolean => {
  const longest = (scopes: readonly string[]) =>
    Math.max(-1, ...scopes.filter(scope => subject.startsWith(scope)).map(scope => scope.length));
  const region = subject.startsWith('https://') ? regionOfIssuer(subject) : undefined;
  if (region !== undefined && !evaluation.closedScopes.some(scope => scope.includes(`:eks:${region}:`))) return false;
  return longest(evaluation.closedScopes) > longest(evaluation.openScopes);
};
