import type { Finding, Severity } from '../../model.ts';
import { data, githubCommands, property } from '../../report/formats/github.ts';
import { xml } from '../../report/formats/junit.ts';
import { codeBlock, codeSpan, markdownLimit, markdownText } from '../../report/formats/markdown.ts';
import { ruleDescriptor, sarifLevels } from '../../report/formats/sarif.ts';
import { countBySeverity, severityList } from '../../report/summary.ts';
import { counted, cut, safeJson, visible } from '../../text.ts';
import {
  type Correction,
  errorSentence,
  type LintDoubt,
  type LintFinding,
  type LintReport,
  notCheckedLines,
} from './lint-finding.ts';
import { lintRules } from './read-files.ts';
import type { UnreadableFile } from './source-tree.ts';

/** Names of the formats, in the order of `--help`. */
export const lintFormats = ['table', 'json', 'sarif', 'github', 'junit', 'markdown'] as const;
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
    case 'markdown':
      return renderMarkdownLint(report);
  }
};

/** The corrected line in words: for formats without a place for it. */
const correctionInWords = ({ correction }: LintFinding): string =>
  correction === undefined
    ? ''
    : ` Corrected ${correction.file}:${correction.line}: ${correction.after
        .split('\n')
        .map(line => line.trim())
        .join(' ')}`;

const jsonOf = (report: LintReport): unknown => ({
  schemaVersion: 1,
  toolVersion: report.toolVersion,
  files: report.files,
  policies: report.policies,
  serviceAccounts: report.serviceAccounts,
  annotations: report.annotations,
  mentions: mentionCounts(report),
  findings: report.findings.map(({ file, owner, line, column, finding, correction }) => ({
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
    correction,
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

const annotation = (one: LintFinding): string => {
  const { file, line, column, finding } = one;
  const text = `${finding.message} Fix: ${finding.fix.summary}${correctionInWords(one)}`;
  return `::${githubCommands[finding.severity]} file=${property(file)},line=${line},col=${column},title=${property(`${finding.severity} ${finding.ruleId}`)}::${data(cut(text, 2000))}`;
};

const fileError = ({ file, at, why }: UnreadableFile): string =>
  `::error file=${property(file)}${at ? `,line=${at.line},col=${at.column}` : ''},title=irsa-auditor lint::${data(why)}`;

const notJudged = ({ file, line, column, owner, why }: LintDoubt): string =>
  `::notice file=${property(file)},line=${line},col=${column},title=not checked::${data(`${owner === '' ? '' : `${owner}: `}${why}`)}`;

/** JUnit XML for CI: a suite for each file; a finding is a failed case, a clean file is a passed case. `file` is
 *  GitLab's attribute, the rest of Jenkins' schema. */
const renderJunitLint = (report: LintReport): string => {
  const suites = report.files.map(file => suiteOf(file, report));
  const tests = suites.reduce((sum, suite) => sum + suite.tests, 0) + report.errors.length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="irsa-auditor lint" tests="${tests}" failures="${report.findings.length}" errors="${report.errors.length}" time="0">`,
    ...suites.map(suite => suite.text),
    ...report.errors.map(
      error =>
        `  <testsuite name="irsa-auditor lint" tests="1" failures="0" errors="1" time="0">\n    <testcase classname="irsa-auditor.lint" name="read" time="0"><error message="${xml(errorSentence(error))}"></error></testcase>\n  </testsuite>`,
    ),
    '</testsuites>',
    '',
  ].join('\n');
};

const suiteOf = (file: string, report: LintReport): { readonly tests: number; readonly text: string } => {
  const findings = report.findings.filter(one => one.file === file);
  const doubts = report.doubts.filter(one => one.file === file);
  const cases = [
    ...findings.map(
      ({ line, column, owner, finding }) =>
        `    <testcase classname="irsa-auditor.${finding.ruleId}" name="${xml(`${owner === '' ? file : owner} ${line}:${column}`)}" file="${xml(file)}" time="0"><failure type="${finding.severity}" message="${xml(finding.message)}">${xml(`${file}:${line}:${column}: ${finding.message} Fix: ${finding.fix.summary}`)}</failure></testcase>`,
    ),
    ...doubts.map(
      ({ line, column, why }) =>
        `    <testcase classname="irsa-auditor.undecided" name="${xml(`${file} ${line}:${column}`)}" time="0"><skipped>${xml(why)}</skipped></testcase>`,
    ),
    ...(findings.length + doubts.length === 0
      ? [`    <testcase classname="irsa-auditor.lint" name="${xml(file)}" time="0"></testcase>`]
      : []),
  ];
  const counts = `tests="${cases.length}" failures="${findings.length}" errors="0" skipped="${doubts.length}"`;
  return {
    tests: cases.length,
    text: [`  <testsuite name="${xml(file)}" ${counts} time="0">`, ...cases, '  </testsuite>'].join('\n'),
  };
};

/** The report as SARIF 2.1.0 (OASIS): a result for each finding with its region. */
const renderSarifLint = (report: LintReport): unknown => ({
  $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
  version: '2.1.0',
  runs: [
    {
      tool: {
        driver: { name: 'irsa-auditor', semanticVersion: report.toolVersion, rules: lintRules.map(ruleDescriptor) },
      },
      columnKind: 'utf16CodeUnits',
      invocations: [
        {
          executionSuccessful: report.errors.length === 0,
          toolExecutionNotifications: [
            ...report.errors.map(error => ({ level: 'error', message: { text: visible(errorSentence(error)) } })),
            ...report.doubts.map(doubt => ({
              level: 'note',
              message: { text: visible(doubt.why) },
              locations: [locationOf(doubt)],
            })),
          ],
        },
      ],
      results: report.findings.map(resultOf),
    },
  ],
});

const resultOf = (one: LintFinding) => ({
  ruleId: one.finding.ruleId,
  ruleIndex: lintRules.findIndex(rule => rule.id === one.finding.ruleId),
  level: sarifLevels[one.finding.severity],
  message: { text: visible(`${one.finding.message} Fix: ${one.finding.fix.summary}${correctionInWords(one)}`) },
  locations: [locationOf(one)],
  partialFingerprints: { 'irsaAuditorFindingId/v1': one.finding.id },
  ...(one.correction && isWhole(one.correction) ? { fixes: [fixOf(one.finding, one.correction)] } : {}),
});

/** A correction with nothing left to fill in may be applied as it is. */
const isWhole = ({ after }: Correction): boolean => !/<[a-z ]+>/.test(after);

const fixOf = ({ fix }: Finding, { file, line, before, after }: Correction) => ({
  description: { text: visible(fix.summary) },
  artifactChanges: [
    {
      artifactLocation: { uri: uriOf(file) },
      replacements: [
        {
          deletedRegion: { startLine: line, startColumn: 1, endLine: line, endColumn: before.length + 1 },
          insertedContent: { text: after },
        },
      ],
    },
  ],
});

const locationOf = ({ file, owner, line, column }: Pick<LintFinding, 'file' | 'owner' | 'line' | 'column'>) => ({
  physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: line, startColumn: column } },
  ...(owner === '' ? {} : { logicalLocations: [{ fullyQualifiedName: visible(owner), kind: 'resource' }] }),
});

/** A relative URI reference, percent-encoded. A lone surrogate has no encoding. */
const uriOf = (file: string): string =>
  file === '-' ? 'stdin' : file.toWellFormed().replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');

const colours: Readonly<Record<Severity, string>> = {
  critical: '\u001b[1;31m',
  high: '\u001b[31m',
  medium: '\u001b[33m',
  low: '\u001b[36m',
  info: '\u001b[2m',
};
const off = '\u001b[0m';

/** For people: a block for each finding, in the order of the file. The last line has the counts, with what could not be
 *  checked: "no findings" alone means that everything was. */
const renderTable = (report: LintReport, colour: boolean): string =>
  [...report.findings.map(one => block(one, colour)), totals(report)].join('\n');

const block = ({ file, line, column, owner, finding, correction }: LintFinding, colour: boolean): string => {
  const severity = colour ? `${colours[finding.severity]}${finding.severity}${off}` : finding.severity;
  const lines = [
    `${visible(file)}:${line}:${column}  ${severity}  ${finding.ruleId}${owner === '' ? '' : `  (${visible(owner)})`}`,
    `  ${visible(finding.message)}`,
    ...finding.explains.map(one => `  also: ${one.ruleId}`),
    `  fix: ${visible(finding.fix.summary)}`,
    ...(finding.fix.choice === undefined ? [] : [`       ${visible(finding.fix.choice)}`]),
    ...(correction === undefined ? [] : diffOf(correction).map(text => `  ${visible(text)}`)),
  ];
  return `${lines.join('\n')}\n`;
};

const totals = ({ findings, policies, serviceAccounts, annotations, files, doubts, errors }: LintReport): string => {
  const counts = severityList(countBySeverity(findings.map(({ finding }) => finding)));
  const read = [
    ...(policies > 0 || serviceAccounts + annotations === 0
      ? [counted(policies, 'trust policy', 'trust policies')]
      : []),
    ...(serviceAccounts > 0 ? [counted(serviceAccounts, 'service account')] : []),
    ...(annotations > 0 ? [counted(annotations, 'role of an annotation', 'roles of annotations')] : []),
  ];
  const where = `${new Intl.ListFormat('en-GB').format(read)} in ${counted(files.length, 'file')}`;
  const open = [
    ...(doubts.length > 0 ? [`${doubts.length} not checked`] : []),
    ...(errors.length > 0 ? [`${counted(errors.length, 'file')} not checked`] : []),
  ];
  return `${counts === '' ? 'no findings' : counts} in ${where}${open.map(one => `; ${one}`).join('')}\n`;
};

/** How many mentions were judged, and how many are not checked, with their places. */
const mentionCounts = ({ mentions }: LintReport) => {
  const places = mentions.filter(({ isJudged }) => !isJudged).map(({ file, line }) => `${file}:${line}`);
  return { judged: mentions.length - places.length, notChecked: places.length, places };
};

/** The corrected line as a diff, without the margin of the file. */
const diffOf = ({ file, line, before, after }: Correction): readonly string[] => {
  const margin = /^\s*/.exec(before)?.[0].length ?? 0;
  const added = after.split('\n');
  // A line that stays is one beside those that are added.
  const isKept = added.at(-1) === before;
  return [
    `${file}:${line}`,
    ...(isKept ? [] : [`- ${before.slice(margin)}`]),
    ...added.map((text, at) => `${isKept && at === added.length - 1 ? ' ' : '+'} ${text.slice(margin)}`),
  ];
};

/** For the summary of a job (GitHub-flavoured Markdown), cut with a count of what was left out. */
const renderMarkdownLint = (report: LintReport): string => {
  const head = `## irsa-auditor lint\n\n${totals(report)}\n`;
  const open = [...report.errors.map(errorSentence), ...notCheckedLines(report)];
  let room = markdownLimit - head.length;
  const fitting = (blocks: readonly string[]): readonly string[] => {
    const taken: string[] = [];
    for (const text of blocks) {
      if (text.length > room) break;
      room -= text.length;
      taken.push(text);
    }
    const left = blocks.length - taken.length;
    return left === 0 ? taken : [...taken, `\n_${left} more left out._\n`];
  };
  const found = fitting(report.findings.map(markdownBlock));
  const notes = fitting(open.map(text => `- ${markdownText(cut(text, 500))}\n`));
  const summary = `<details><summary>Not checked: ${open.length}</summary>\n\n${notes.join('')}\n</details>\n`;
  return `${head}${found.join('')}${open.length === 0 ? '' : summary}`;
};

const markdownBlock = ({ file, line, owner, finding, correction }: LintFinding): string =>
  [
    `### ${finding.severity}: ${markdownText(cut(finding.message, 1000))}`,
    '',
    `${codeSpan(`${file}:${line}`)} · ${codeSpan(finding.ruleId)}${owner === '' ? '' : ` · ${codeSpan(owner)}`}`,
    '',
    `**Fix.** ${markdownText(cut(finding.fix.summary, 1000))}`,
    '',
    ...(correction === undefined ? [] : [codeBlock(diffOf(correction).join('\n'), 'diff'), '']),
    '',
  ].join('\n');
