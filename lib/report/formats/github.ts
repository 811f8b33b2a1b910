import { nameOfUnread } from '../../model.ts';
import { commandsInLine, fixInWords } from '../../plan/chosen-fix.ts';
import { visible } from '../../text.ts';
import type { RunReport } from '../run-report.ts';
import { activeFindings, gapPlace, gapReason, headlineSentence } from '../summary.ts';

/** The command for each severity. */
export const githubCommands = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'notice',
  info: 'notice',
} as const;

/** The report as workflow commands of GitHub Actions (`::error title=…::message`), one line each. GitHub shows ten of
 *  each kind for a step, so the worst come first and the headline last as a notice. */
export const renderGithub = (report: RunReport): string =>
  [
    ...report.gaps.map(gap =>
      command('error', `not read: ${nameOfUnread(gap)}`, `${gapPlace(gap)}: ${gapReason(gap)}`),
    ),
    ...activeFindings(report).map(finding =>
      command(
        githubCommands[finding.severity],
        `${finding.severity} ${finding.ruleId}`,
        `${finding.message} (${finding.subject}) Fix: ${[fixInWords(finding.fix), ...commandsInLine(finding)].join(' ')}`,
      ),
    ),
    command('notice', 'irsa-auditor', headlineSentence(report)),
    '',
  ].join('\n');

const command = (kind: 'error' | 'warning' | 'notice', title: string, message: string): string =>
  `::${kind} title=${property(title)}::${data(message)}`;

/** A message with the escapes of @actions/core: `%` and line ends. */
export const data = (text: string): string => visible(text).replaceAll('%', '%25');

/** A property's value: `:` and `,` are escaped too. */
export const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
