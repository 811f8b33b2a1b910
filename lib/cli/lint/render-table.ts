import type { Severity } from '../../model/finding.ts';
import { countBySeverity, severityList } from '../../report/summary.ts';
import { counted } from '../../text/counted.ts';
import { visible } from '../../text/visible-text.ts';
import type { LintFinding, LintReport } from './lint-finding.ts';

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
export const renderTable = (report: LintReport, colour: boolean): string =>
  [...report.findings.map(one => block(one, colour)), totals(report)].join('\n');

const block = ({ file, line, column, owner, finding }: LintFinding, colour: boolean): string => {
  const severity = colour ? `${colours[finding.severity]}${finding.severity}${off}` : finding.severity;
  const lines = [
    `${visible(file)}:${line}:${column}  ${severity}  ${finding.ruleId}${owner === '' ? '' : `  (${visible(owner)})`}`,
    `  ${visible(finding.message)}`,
    ...finding.explains.map(one => `  also: ${one.ruleId}`),
    `  fix: ${visible(finding.fix.summary)}`,
    ...(finding.fix.choice === undefined ? [] : [`       ${visible(finding.fix.choice)}`]),
  ];
  return `${lines.join('\n')}\n`;
};

const totals = ({ findings, policies, files, doubts, errors }: LintReport): string => {
  const counts = severityList(countBySeverity(findings.map(({ finding }) => finding)));
  const where = `${counted(policies, 'trust policy', 'trust policies')} in ${counted(files.length, 'file')}`;
  const open = [
    ...(doubts.length > 0 ? [`${doubts.length} not checked`] : []),
    ...(errors.length > 0 ? [`${counted(errors.length, 'file')} not checked`] : []),
  ];
  return `${counts === '' ? 'no findings' : counts} in ${where}${open.map(one => `; ${one}`).join('')}\n`;
};
