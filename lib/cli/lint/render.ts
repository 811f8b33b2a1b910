import { commands, data, property } from '../../report/github.ts';
import { cut, safeJson } from '../../text/visible-text.ts';
import { errorSentence, type LintDoubt, type LintFinding, type LintReport } from './lint-finding.ts';
import { renderJunitLint } from './render-junit.ts';
import { renderSarifLint } from './render-sarif.ts';
import { renderTable } from './render-table.ts';
import type { UnreadableFile } from './source-tree.ts';

/** Names of the formats, in the order of `--help`. */
export const lintFormats = ['table', 'json', 'sarif', 'github', 'junit'] as const;
export type LintFormat = (typeof lintFormats)[number];

/** The report in one format. Colour only in the table. */
export const renderLint = (report: LintReport, format: LintFormat, colour: boolean): string => {
  switch (format) {
    case 'table':
      return renderTable(report, colour);
    case 'json':
      return `${safeJson(jsonOf(report), 2)}\n`;
    case 'sarif':
      return `${safeJson(renderSarifLint(report), 2)}\n`;
    case 'github':
      return renderGithubLint(report);
    case 'junit':
      return renderJunitLint(report);
  }
};

const jsonOf = (report: LintReport): unknown => ({
  schemaVersion: 1,
  toolVersion: report.toolVersion,
  files: report.files,
  policies: report.policies,
  findings: report.findings.map(({ file, owner, line, column, finding }) => ({
    file,
    line,
    column,
    owner,
    ruleId: finding.ruleId,
    severity: finding.severity,
    impact: finding.impact,
    message: finding.message,
    evidence: finding.evidence,
    fix: finding.fix,
    explains: finding.explains,
  })),
  undecided: report.doubts,
  errors: report.errors.map(errorSentence),
});

/** Workflow commands of GitHub Actions, each at its file, line and column. */
const renderGithubLint = (report: LintReport): string =>
  [...report.errors.map(fileError), ...report.findings.map(annotation), ...report.doubts.map(notJudged)]
    .map(line => `${line}\n`)
    .join('');

const annotation = ({ file, line, column, finding }: LintFinding): string =>
  `::${commands[finding.severity]} file=${property(file)},line=${line},col=${column},title=${property(`${finding.severity} ${finding.ruleId}`)}::${data(cut(`${finding.message} Fix: ${finding.fix.summary}`, 2000))}`;

const fileError = ({ file, at, why }: UnreadableFile): string =>
  `::error file=${property(file)}${at ? `,line=${at.line},col=${at.column}` : ''},title=irsa-auditor lint::${data(why)}`;

const notJudged = ({ file, line, column, owner, why }: LintDoubt): string =>
  `::notice file=${property(file)},line=${line},col=${column},title=not checked::${data(`${owner === '' ? '' : `${owner}: `}${why}`)}`;
