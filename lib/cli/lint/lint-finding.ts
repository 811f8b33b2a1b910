import type { Trusted } from '../../facts.ts';
import type { Finding, Severity, SourceLocation } from '../../model.ts';
import type { AnyRule } from '../../rules/define-rule.ts';
import { counted } from '../../text.ts';
import { ofChart } from './found-policy.ts';
import type { Mention } from './mentions.ts';
import type { JudgedSpan, UnreadableFile } from './source-tree.ts';

/** Which rules and severities the linter reports. */
export interface LintChoice {
  readonly rules: readonly AnyRule[];
  readonly minSeverity: Severity;
  readonly toolVersion: string;
  /** The instant that date tests are decided by, ISO 8601. */
  readonly now: string;
  /** Who is trusted beside the account of the policy. */
  readonly trusted?: Trusted;
  /** Audiences that service accounts of the files ask for. */
  readonly audiences?: ReadonlySet<string>;
}

/** One finding of the linter, at its place in a file. Its subject is the policy's owner, or the file. */
export interface LintFinding extends SourceLocation {
  readonly file: string;
  readonly owner: string;
  readonly finding: Finding;
  /** The trust policy of the role, where that is what is compared with. */
  readonly policySpan?: JudgedSpan;
  readonly correction?: Correction;
}

/** A line of a file as it is, and as it should be: one line, or several. */
export interface Correction {
  readonly file: string;
  readonly line: number;
  readonly before: string;
  readonly after: string;
}

/** A policy or statement that cannot be checked, and why. It is printed on stderr and in every format. */
export interface LintDoubt extends SourceLocation {
  readonly file: string;
  readonly owner: string;
  readonly why: string;
}

/** The result for one policy. */
export interface PolicyVerdict {
  readonly findings: readonly LintFinding[];
  readonly doubts: readonly LintDoubt[];
}

/** The result of a run; every format prints it. */
export interface LintReport {
  readonly toolVersion: string;
  readonly files: readonly string[];
  readonly policies: number;
  readonly serviceAccounts: number;
  /** Roles of annotations that stand outside of service accounts, and were judged. */
  readonly annotations: number;
  /** Each place that speaks of a role of pods, comments left out. */
  readonly mentions: readonly Mention[];
  /** By file, line and column. */
  readonly findings: readonly LintFinding[];
  readonly doubts: readonly LintDoubt[];
  /** Files of folders that could not be read and in which nothing bears on roles of pods. */
  readonly unread: number;
  /** Files that could not be read, or that hold no trust policy. */
  readonly errors: readonly UnreadableFile[];
}

/** A file that could not be read, as one sentence that begins with its place. */
export const errorSentence = ({ file, at, why }: UnreadableFile): string =>
  `${file}${at ? `:${at.line}:${at.column}` : ''}: ${why}`;

/** The unchecked things, each cause once: the places of a cause in one file stand in one sentence, and so do templates of charts. */
export const notCheckedLines = ({ doubts, unread }: LintReport): readonly string[] => [
  ...[...Map.groupBy(doubts, causeOf).values()].map(same => {
    const [{ file, line, column, owner, why } = noDoubt, ...others] = same;
    const lines = others.map(one => one.line).join(', ');
    const also = why === ofChart ? counted(others.length, 'other file') : `line ${lines}`;
    return `not checked: ${file}:${line}:${column}: ${owner === '' ? '' : `${owner}: `}${why}${others.length > 0 ? ` (also ${also})` : ''}`;
  }),
  ...(unread === 0 ? [] : [`${counted(unread, 'file')} could not be read, and nothing in them bears on roles of pods`]),
];

const causeOf = ({ file, owner, why }: LintDoubt): string => JSON.stringify([why === ofChart ? '' : file, owner, why]);

const noDoubt: LintDoubt = { file: '', owner: '', why: '', line: 1, column: 1 };
