import type { Command } from 'commander';
import { firstListed } from '../../report/overview/overview.ts';
import type { RunReport } from '../../report/run-report.ts';
import { shortIds } from '../../report/short-id.ts';
import type { TextStyle } from '../../report/text-layout.ts';
import { shellQuote } from '../../text/quote.ts';

/** The words of the command line as they were typed; commander keeps them at the program. */
export const typedWords = ({ parent }: Command): readonly string[] =>
  parent !== null && 'rawArgs' in parent && Array.isArray(parent.rawArgs) ? parent.rawArgs.map(String) : [];

/** What to type after a scan: the last lines. `words` is the command as it was typed, with the program. Nothing where the
 *  details were asked for. */
export const nextSteps = (
  report: RunReport,
  words: { readonly program: string; readonly args: readonly string[] },
  style: TextStyle,
): string => {
  if (style.form === 'details') return '';
  const worst = firstListed(report);
  if (worst === undefined) return '';
  const short = shortIds(report.findings.map(({ id }) => id));
  const added = ['--finding', short(worst.id)];
  const again = [words.program, ...[...words.args, ...added].map(shellQuote)].join(' ');
  const line = `Next: ${again}  # cause and fix (of all: --details)`;
  return line.length <= style.width
    ? `\n${line}\n`
    : `\nNext: the same command with ${added.join(' ')} (cause, fix; --details: all)\n`;
};
