import { xml } from '../../report/junit.ts';
import { errorSentence, type LintReport } from './lint-finding.ts';

/** JUnit XML for CI: a suite for each file; a finding is a failed case, a clean file is a passed case. `file` is
 *  GitLab's attribute, the rest of Jenkins' schema. */
export const renderJunitLint = (report: LintReport): string => {
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
