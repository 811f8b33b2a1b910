import { toldKinds } from '../../history/transition.ts';
import { type Finding, severities } from '../../model.ts';
import { counted, displayWidth, shortListOf, visible } from '../../text.ts';
import { type StepCoverage, stepCoverageOf } from '../graph/graph-model.ts';
import { healthOf, healthPlaces } from '../graph/health.ts';
import { clusterNames, shortIds } from '../names.ts';
import type { RunReport } from '../run-report.ts';
import {
  activeFindings,
  headlineOf,
  headlineSentence,
  undecidedChecks,
  waivedFindings,
  worstFirst,
} from '../summary.ts';
import { paint, sectionsText, type TextStyle, wrap } from '../text-layout.ts';
import { causeLine, wideLine } from './cause-line.ts';
import { coverageLines } from './coverage.ts';
import { matrixLines } from './matrix.ts';
import { roleLines } from './role-lines.ts';
import { changeLines, headlinePaint } from './text.ts';

/**
 * A run on one screen: what was checked and what was not, clusters by steps, one line for each root cause with the worst
 * cluster first, and the totals. Cause, evidence and fix are in `renderText`.
 */
export const renderOverview = (report: RunReport, style: TextStyle): string => {
  const steps = stepsOf(report);
  const names = clusterNames(report);
  const groups = byCluster(report, names);
  const sections = [
    coverageLines(report, steps, style),
    matrixLines(report.graph === undefined ? [] : healthOf(report.graph, report), names, style),
    ...causeSections(report, groups, style),
    roleLines(report.roles, style),
    changeLines(report, style),
    closingLines(report, steps, style),
  ];
  return sectionsText(sections);
};

/**
 * A run beside its baseline: what was checked and what was not, and what moved. Findings that are open as before are counted alone.
 */
export const renderMoved = (report: RunReport, style: TextStyle): string => {
  const steps = report.graph === undefined ? report.coverage : stepCoverageOf(report.graph);
  const told: ReadonlySet<string> = new Set(toldKinds);
  const transitions = report.transitions.filter(({ kind }) => told.has(kind));
  const isNew = new Set(transitions.map(({ after }) => after.finding.id));
  const before = activeFindings(report).filter(({ id }) => !isNew.has(id)).length;
  const changes = changeLines({ transitions, factChanges: report.factChanges }, style);
  const sections = [
    coverageLines(report, steps, style),
    changes.length === 0 ? [paint(style, 'bold', 'Nothing moved since the baseline.')] : changes,
    [
      ...(before === 0 ? [] : [`${counted(before, 'finding')} ${before === 1 ? 'is' : 'are'} open as before.`]),
      ...report.notes.map(note => `Note: ${visible(note)}`),
    ].flatMap(sentence => wrap(sentence, style.width)),
  ];
  return sectionsText(sections);
};

/** Findings by what stands for their cluster, the worst cluster first. */
type Groups = ReadonlyMap<string, readonly Finding[]>;

/** One section for each heading; in the wide form one for all, of whole lines. */
const causeSections = (report: RunReport, groups: Groups, style: TextStyle): readonly (readonly string[])[] => {
  const listed = [...groups].flatMap(([cluster, findings]) => findings.map(finding => ({ finding, cluster })));
  if (style.form === 'wide') return [listed.map(({ finding, cluster }) => wideLine(finding, cluster))];
  const short = shortIds(report.findings.map(({ id }) => id));
  const clusterColumns = Math.min(maxClusterColumns, Math.max(0, ...[...groups.keys()].map(displayWidth)));
  const heading = style.group ?? 'severity';
  const lines = (some: typeof listed): readonly string[] =>
    some.flatMap(({ finding, cluster }) =>
      causeLine(finding, { id: short(finding.id), cluster, heading, clusterColumns }, style),
    );
  if (style.group === 'cluster')
    return [...groups].map(([cluster, findings]) => [
      `${paint(style, 'bold', visible(cluster))}  ${countsInWords(findings)}`,
      ...lines(findings.map(finding => ({ finding, cluster }))),
    ]);
  return severities.map(severity => {
    const some = listed.filter(({ finding }) => finding.severity === severity);
    return some.length === 0
      ? []
      : [`${paint(style, severity, severity.toUpperCase())}  ${counted(some.length, 'finding')}`, ...lines(some)];
  });
};

/** A longer name of a cluster moves its own line alone. */
const maxClusterColumns = 16;

const countsInWords = (findings: readonly Finding[]): string =>
  severities
    .flatMap(severity => {
      const count = findings.filter(finding => finding.severity === severity).length;
      return count === 0 ? [] : [`${count} ${severity}`];
    })
    .join(', ');

const byCluster = (report: RunReport, names: ReadonlyMap<string, string>): Groups => {
  const placeOf = healthPlaces(report.graph);
  const groups = new Map<string, Finding[]>();
  for (const finding of activeFindings(report)) {
    const name = clusterText(finding, placeOf(finding).clusterArns, names);
    groups.set(name, [...(groups.get(name) ?? []), finding]);
  }
  return new Map(worstFirst(report, [...groups], ([, findings]) => findings));
};

/** The account of what is about no cluster. */
const clusterText = (
  { clusterName, accountId }: Finding,
  arns: readonly string[],
  names: ReadonlyMap<string, string>,
): string => {
  const [arn, ...others] = arns;
  if (others.length > 0) return `${arns.length} clusters`;
  return (arn === undefined ? clusterName : names.get(arn)) ?? accountId;
};

const stepsOf = ({ graph, coverage }: RunReport): readonly StepCoverage[] | undefined =>
  graph === undefined ? coverage : stepCoverageOf(graph);

const closingLines = (
  report: RunReport,
  steps: readonly StepCoverage[] | undefined,
  style: TextStyle,
): readonly string[] => {
  const folded = activeFindings(report).reduce((sum, { explains }) => sum + explains.length, 0);
  const undecided = undecidedChecks(report).length;
  const waived = waivedFindings(report).length;
  const headline = headlineOf(report);
  return [
    ...wrap(verdictSentence(report, steps), style.width).map(line => paint(style, headlinePaint[headline], line)),
    ...[
      ...(folded === 0 ? [] : [`(+n) ${counted(folded, 'other failure')} of the same causes.`]),
      ...(headline === 'findings' && report.gaps.length > 0
        ? [`${counted(report.gaps.length, 'thing')} could not be read: there may be more.`]
        : []),
      ...(undecided === 0 || headline === 'undecided' ? [] : [`${counted(undecided, 'check')} could not be decided.`]),
      ...(waived === 0 ? [] : [`${counted(waived, 'finding')} ${waived === 1 ? 'is' : 'are'} waived.`]),
      ...report.notes.map(note => `Note: ${visible(note)}`),
    ].flatMap(sentence => wrap(sentence, style.width)),
    ...wrap(runOf(report), style.width).map(line => paint(style, 'dim', line)),
  ];
};

/** The headline of a report; an all-clear is one of what was looked at. */
export const verdictSentence = (report: RunReport, steps = stepsOf(report) ?? []): string => {
  const sentence = headlineSentence(report);
  const whole = steps.filter(({ notAskedFor, unread }) => notAskedFor + unread === 0).length;
  if (headlineOf(report) !== 'clean' || whole === steps.length) return sentence;
  return `${sentence} That is for ${whole} of ${steps.length} steps: the others were not checked in every cluster.`;
};

/** Accounts that are named; of the others the number. */
const maxAccounts = 4;

const runOf = ({ toolVersion, endedAt, accounts }: RunReport): string => {
  const names = accounts.map(({ accountId, alias }) => (alias ? `${visible(alias)} ${accountId}` : accountId));
  return `irsa-auditor ${toolVersion}, ${endedAt}, ${shortListOf(names, maxAccounts)}`;
};
