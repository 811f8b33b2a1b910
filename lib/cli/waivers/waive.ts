import { resolve } from 'node:path';
import { Command } from 'commander';
import type { FindingQueries } from '../../audit/ports.ts';
import type { Waiver } from '../../rules/evaluate/waivers.ts';
import { visible } from '../../text/visible-text.ts';
import { knownFindingNamed } from '../findings/finding-named.ts';
import type { TableOptions } from '../findings/finding-queries.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { readText } from '../shell/read-text.ts';
import { writeText } from '../shell/write-text.ts';
import { waiverJson, withoutWaiver, withWaiver } from './waiver-text.ts';

interface WaiveOptions extends TableOptions {
  readonly until: string;
  readonly reason: string;
  readonly owner?: string;
  readonly write?: string;
}

type Open = (options: TableOptions) => Promise<FindingQueries>;
type Unwaive = TableOptions & Pick<WaiveOptions, 'write'>;

const configurationFile = 'irsa-auditor.config.json';

/** `findings waive` and `findings unwaive`: a waiver is a line of the configuration, and holds from the next run that has
 *  it. `withTable` adds the options that name the table. */
export const waiveCommands = (open: Open, withTable: (command: Command) => Command, io: Io): readonly Command[] => [
  withTable(new Command('waive').description('a waiver for a finding: the line for the configuration'))
    .argument('<id>')
    .requiredOption('--until <date>', 'the last day on which it holds, such as 2026-12-31')
    .requiredOption('--reason <text>', 'why it is not fixed')
    .option('--owner <name>', 'who answers for it (default: who runs this)')
    .option('--write <file>', 'write it into this configuration, and keep the rest as it is')
    .action((id: string, options: WaiveOptions) => waive(open, id, options, io)),
  withTable(new Command('unwaive').description('takes the waiver of a finding out of the configuration'))
    .argument('<id>')
    .option('--write <file>', 'take it out of this configuration, and keep the rest as it is')
    .action((id: string, options: Unwaive) => unwaive(open, id, options, io)),
];

const waive = async (open: Open, id: string, options: WaiveOptions, io: Io): Promise<void> => {
  const until = dayOf(options.until, io.now());
  const reason = options.reason.trim();
  if (reason.length < 3) throw new UsageError(`--reason: got "${options.reason}", wanted at least 3 characters`);
  const owner = (options.owner ?? io.env.USER ?? io.env.USERNAME ?? '').trim();
  if (owner === '') throw new UsageError('--owner: wanted who answers for the waiver');
  const { finding, status } = await knownFindingNamed(id, await open(options));
  if (status === 'resolved') throw new UsageError(`finding ${finding.id} is resolved: nothing is left to waive`);
  if (finding.subject.includes('*'))
    throw new UsageError(
      `the subject of finding ${finding.id} has a *, which a waiver takes for a pattern: write it by hand`,
    );
  const waiver: Waiver = {
    rule: finding.ruleId,
    subject: finding.subject,
    reason,
    owner,
    expires: until,
    upTo: finding.severity,
  };
  const covered = `It covers every finding of ${waiver.rule} on this subject, up to ${finding.severity}, until ${until}.`;
  if (options.write === undefined) {
    io.stdout.write(`${waiverJson(waiver)}\n`);
    io.stderr.write(`${covered} Add it to "waivers" in ${configurationFile} (or use --write), then deploy.\n`);
  } else {
    await rewritten(options.write, text => withWaiver(text, waiver, options.write ?? ''), io);
    io.stderr.write(`${visible(options.write)}: waiver written. ${covered} Deploy: it holds from the next run.\n`);
  }
  io.exit(0);
};

const unwaive = async (open: Open, id: string, options: Unwaive, io: Io): Promise<void> => {
  const { finding } = await knownFindingNamed(id, await open(options));
  const { ruleId: rule, subject } = finding;
  if (options.write === undefined) {
    io.stdout.write(`${waiverJson({ rule, subject })}\n`);
    io.stderr.write(
      `Remove the entry with this rule and subject from "waivers" in ${configurationFile}, then deploy.\n`,
    );
  } else {
    await rewritten(options.write, text => withoutWaiver(text, { rule, subject }, options.write ?? ''), io);
    io.stderr.write(
      `${visible(options.write)}: waiver removed. Deploy: the finding is open again from the next run.\n`,
    );
  }
  io.exit(0);
};

const rewritten = async (file: string, change: (text: string) => string, io: Io): Promise<void> => {
  const path = resolve(io.cwd, file);
  await writeText(path, '--write', change(await readText(path, '--write')));
};

/** A day that is not past. Throws `UsageError`. */
const dayOf = (text: string, now: string): string => {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  const isDay = !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
  if (!isDay) throw new UsageError(`--until: got "${text}", wanted a day such as 2026-12-31`);
  if (text < now.slice(0, 10)) throw new UsageError(`--until: ${text} is past`);
  return text;
};
