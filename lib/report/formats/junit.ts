import { atLeast, type Finding, nameOfUnread } from '../../model.ts';
import { fixInWords } from '../../plan/chosen-fix.ts';
import { catalog, ruleById } from '../../rules/catalog.ts';
import { compareText, visible, visibleLines } from '../../text.ts';
import type { RunReport } from '../run-report.ts';
import { activeFindings, gapPlace, gapReason, uncheckedRules, undecidedByRule } from '../summary.ts';

interface Case {
  readonly rule: string;
  readonly name: string;
  readonly body: string;
  readonly kind: 'passed' | 'failure' | 'error' | 'skipped';
}

/**
 * The report as JUnit XML for CI: one suite a rule group; a finding is a failed case, a rule without one a passed case,
 * an undecided one a skipped case, and what was not read an error: a run that read nothing is never green.
 * Findings that are only informational pass, with their text as output. Keeps to the schema of Jenkins, where why a case
 * was skipped is the text of the element.
 */
export const renderJunit = (report: RunReport): string => {
  const cases = casesOf(report);
  const seconds = Math.max(0, (Date.parse(report.endedAt) - Date.parse(report.startedAt)) / 1000) || 0;
  const groups = [...new Set(cases.map(suiteOf))].sort(compareText);
  const total = totals(cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="irsa-auditor" ${total} time="${seconds.toFixed(3)}">`,
    ...groups.flatMap(group =>
      suite(
        group,
        cases.filter(one => suiteOf(one) === group),
        report,
      ),
    ),
    '</testsuites>',
    '',
  ].join('\n');
};

const suiteOf = ({ rule }: Case): string => rule.slice(0, rule.indexOf('-') === -1 ? undefined : rule.indexOf('-'));

const suite = (group: string, cases: readonly Case[], report: RunReport): readonly string[] => [
  `  <testsuite name="${xml(group)}" ${totals(cases)} skipped="${count(cases, 'skipped')}" time="0" timestamp="${xml(report.startedAt.slice(0, 19))}" hostname="irsa-auditor">`,
  ...cases.map(
    ({ rule, name, body }) =>
      `    <testcase classname="irsa-auditor.${xml(rule)}" name="${xml(name)}" time="0">${body}</testcase>`,
  ),
  '  </testsuite>',
];

const count = (cases: readonly Case[], kind: Case['kind']): number => cases.filter(one => one.kind === kind).length;
const totals = (cases: readonly Case[]): string =>
  `tests="${cases.length}" failures="${count(cases, 'failure')}" errors="${count(cases, 'error')}"`;

const casesOf = (report: RunReport): readonly Case[] => {
  const active = activeFindings(report);
  const undecided = undecidedByRule(report);
  const unchecked = uncheckedRules(report);
  const spoken = new Set([
    ...active.map(finding => finding.ruleId),
    ...undecided.map(({ ruleId }) => ruleId),
    ...unchecked,
  ]);
  return [
    ...active.map(findingCase),
    ...undecided.map(
      ({ ruleId, subjects, missing }): Case => ({
        rule: ruleId,
        name: `undecided for ${subjects.length === 1 ? subjects[0] : `${subjects.length} subjects`}`,
        kind: 'skipped',
        body: `<skipped>${xml(missing.join('; '))}</skipped>`,
      }),
    ),
    ...unchecked.map(
      (rule): Case => ({
        rule,
        name: 'not asked for',
        kind: 'skipped',
        body: '<skipped>its facts were not asked for</skipped>',
      }),
    ),
    ...report.gaps.map(
      (gap): Case => ({
        rule: 'coverage',
        name: `${nameOfUnread(gap)} (${gapPlace(gap)})`,
        kind: 'error',
        body: `<error type="${xml(gap.reason.kind)}" message="${xml(gapReason(gap))}"></error>`,
      }),
    ),
    ...catalog
      .filter(rule => !spoken.has(rule.id))
      .map((rule): Case => ({ rule: rule.id, name: rule.title, kind: 'passed', body: '' })),
  ];
};

const findingCase = (finding: Finding): Case => {
  const text = [finding.message, `fix: ${fixInWords(finding.fix)}`, ...finding.fix.commands].join('\n');
  const failed = atLeast(finding.severity, 'low');
  const subject = finding.discriminator === '' ? finding.subject : `${finding.subject} (${finding.discriminator})`;
  const fault = ruleById(finding.ruleId)?.fault;
  return {
    rule: finding.ruleId,
    name: fault === undefined ? subject : `${fault}: ${subject}`,
    kind: failed ? 'failure' : 'passed',
    body: failed
      ? `<failure type="${finding.severity}" message="${xml(finding.message)}">${xmlLines(text)}</failure>`
      : `<system-out>${xmlLines(text)}</system-out>`,
  };
};

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
const escapeXml = (text: string): string => text.replace(/[&<>"']/g, character => entities[character] ?? '');

/** Text for an XML attribute: what XML 1.0 cannot hold (most control characters) is already escaped by `visible`. */
export const xml = (text: string): string => escapeXml(visible(text)).replace(/[\ufffe\uffff]/g, '?');
const xmlLines = (text: string): string => escapeXml(visibleLines(text)).replace(/[\ufffe\uffff]/g, '?');
