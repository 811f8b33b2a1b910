import { digestOrder } from '../core/drift/digest.ts';
import { coverageSeverity } from '../core/drift/routing.ts';
import type { Digest, FactChange, Transition } from '../core/drift/transition.ts';
import { type Finding, type Severity, severities } from '../core/model/finding.ts';
import { type CoverageLine, coverageCounts, coverageLines } from '../core/report/coverage-lines.ts';
import { severityList } from '../core/report/summary.ts';
import { daysOpen, weeklyHeadline, weeklySummary } from '../core/report/weekly-summary.ts';
import { counted } from '../core/text/counted.ts';
import { differingPart } from '../core/text/differing-part.ts';
import { cut, visible } from '../core/text/visible-text.ts';

/** One change as every channel shows it; text is visible and bounded. */
export interface DigestLine {
  readonly kind: string;
  /** What happened and how bad it is: `opened high`, `resolved, was high`. */
  readonly heading: string;
  /** Undefined where nothing is bad: a changed fact. */
  readonly severity: Severity | undefined;
  readonly ruleId: string;
  readonly place: string;
  readonly message: string;
  /** Undefined where nothing is left to fix. */
  readonly fix: string | undefined;
  readonly command: string | undefined;
  readonly findingId: string | undefined;
}

const maxMessage = 600;
const maxCommand = 900;
/** Of a watched fact's name, and of each of its two values. */
const maxValue = 200;

/** The changes of a digest, worst first, at most `limit`; `left` counts the rest. */
export const digestLines = (
  digest: Digest,
  limit: number,
): { readonly lines: readonly DigestLine[]; readonly left: number } => {
  if (digest.stillOpen !== undefined) return openLines(digest, limit);
  const coverage = digest.coverage === undefined ? [] : coverageLines(digest.coverage).map(coverageLine);
  const all = [...coverage, ...digestOrder(digest.transitions).map(lineOf), ...digest.factChanges.map(factLine)];
  return { lines: all.slice(0, limit), left: Math.max(0, all.length - limit) };
};

/** The weekly summary: what to take on next. */
const openLines = (digest: Digest, limit: number) => {
  const { findings, beyond } = digest.stillOpen ?? { findings: [], beyond: 0 };
  const { worst } = weeklySummary({ findings, beyond }, digest.at);
  const lines = worst
    .slice(0, limit)
    .map(known => findingLine(`open for ${counted(daysOpen(known, digest.at), 'day')}`, known.finding));
  return { lines, left: findings.length - lines.length + beyond };
};

const lineOf = ({ kind, after, summary }: Transition): DigestLine =>
  kind === 'resolved' ? resolvedLine(after.finding, summary) : findingLine(kind, after.finding);

/** What a finding said is no longer so: shown as it stood, it would be read as if it still were. */
const resolvedLine = (finding: Finding, summary: string): DigestLine => ({
  ...findingLine('resolved', finding),
  heading: `resolved, was ${finding.severity}`,
  message: visible(`No longer so (${cut(summary, maxValue)}): ${cut(finding.message, maxMessage)}`),
  fix: undefined,
  command: undefined,
});

const findingLine = (kind: string, finding: Finding): DigestLine => {
  const command = finding.fix.commands[0];
  return {
    kind,
    heading: `${kind} ${finding.severity}`,
    severity: finding.severity,
    ruleId: finding.ruleId,
    place: placeOf(finding),
    message: visible(cut(finding.message, maxMessage)),
    fix: visible(cut(finding.fix.summary, maxMessage)),
    command: command === undefined || command.length > maxCommand ? undefined : visible(command),
    findingId: finding.id,
  };
};

const placeOf = ({ accountId, region, clusterName }: Finding): string =>
  visible([accountId, region, clusterName].filter(part => part !== undefined).join(' / '));

/** Where it is, and the id that `irsa-auditor findings show` takes. */
export const placeAndId = ({ place, findingId }: DigestLine): string =>
  findingId === undefined ? place : `${place} · ${findingId}`;

const factLine = ({ kind, subject, accountId, before, after }: FactChange): DigestLine => {
  const [was, is] = differingPart(before ?? 'not there', after ?? 'gone', maxValue);
  return {
    kind: 'drift',
    heading: 'changed',
    severity: undefined,
    ruleId: kind,
    place: accountId,
    message: visible(`${cut(subject, maxValue)}: ${was === '' ? 'empty' : was} became ${is === '' ? 'empty' : is}`),
    fix: 'Make sure that the change was meant.',
    command: undefined,
    findingId: undefined,
  };
};

const coverageLine = ({ kind, message, fix }: CoverageLine): DigestLine => ({
  kind: kind === 'fell' ? 'blind' : 'resolved',
  heading: kind === 'fell' ? 'not read' : 'read again',
  severity: kind === 'fell' ? coverageSeverity : undefined,
  ruleId: 'coverage',
  place: '',
  message,
  fix,
  command: undefined,
  findingId: undefined,
});

/** The digest's title: `IRSA audit: 2 opened, 1 resolved (worst: high)`. */
export const digestTitle = (digest: Digest): string => {
  if (digest.stillOpen !== undefined) return weeklyHeadline(weeklySummary(digest.stillOpen, digest.at));
  const kinds = new Map<string, number>();
  for (const { kind } of digest.transitions) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  if (digest.factChanges.length > 0)
    kinds.set(digest.factChanges.length === 1 ? 'fact changed' : 'facts changed', digest.factChanges.length);
  const worst = severities.find(severity =>
    digest.transitions.some(({ kind, after }) => kind !== 'resolved' && after.finding.severity === severity),
  );
  const counts = [
    ...[...kinds].map(([kind, count]) => `${count} ${kind}`),
    ...(digest.coverage === undefined ? [] : coverageCounts(digest.coverage)),
  ];
  return `IRSA audit: ${counts.join(', ')}${worst === undefined ? '' : ` (worst: ${worst})`}`;
};

/** What stands under a digest: how much is open and what was not read. */
export const digestFooter = (digest: Digest): string => {
  const open = severityList(digest.openBySeverity);
  const gaps = digest.gaps === 0 ? '' : ` ${digest.gaps} could not be read.`;
  const notes = (digest.notes ?? []).map(note => ` ${cut(visible(note), maxMessage)}`).join('');
  return `${open === '' ? 'Nothing is open.' : `Open now: ${open}.`}${gaps}${notes} Run ${visible(digest.runId)}`;
};

/** The command that shows what did not fit. */
export const showAll = 'irsa-auditor findings list --status open';

/** Links of a digest that are https and may be shown. */
export const digestLinks = ({ links }: Digest): readonly { readonly text: string; readonly url: string }[] =>
  [
    { text: 'Open the report', url: links.report },
    { text: 'Open the execution', url: links.console },
  ].flatMap(({ text, url }) => (url?.startsWith('https://') ? [{ text, url }] : []));
