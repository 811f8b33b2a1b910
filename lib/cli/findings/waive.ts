import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { FindingQueries } from '../../audit/ports.ts';
import { ConfigurationInvalid, parseConfiguration } from '../../config/configuration.ts';
import type { KnownFinding } from '../../history/transition.ts';
import type { Finding } from '../../model.ts';
import { idsWithPrefix } from '../../report/names.ts';
import type { Waiver } from '../../rules/evaluate/waivers.ts';
import { safeJsonText, visible } from '../../text.ts';
import { isUnreadable, itemsOf, memberOf, readJson, type SourceNode, stringOf } from '../lint/source-tree.ts';
import { parseRunReport } from '../scan/run-report-file.ts';
import { usualFile } from '../shell/configuration-file.ts';
import { readText, writeOutput } from '../shell/files.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { findingNamed, knownFindingNamed } from './finding-named.ts';
import type { TableOptions } from './finding-queries.ts';
import { lastFindingsWith, lastScanName } from './last-scan.ts';

interface WaiveOptions extends Source {
  readonly until?: string;
  readonly for?: string;
  readonly reason: string;
  readonly owner?: string;
  readonly write?: string;
}

/** Where the finding is looked up: in a report, in a table, or where neither is named in the last scan before the table. */
interface Source extends TableOptions {
  readonly input?: string;
}

type Open = (options: TableOptions) => Promise<FindingQueries>;
type Unwaive = Source & Pick<WaiveOptions, 'write'>;

/** `findings waive` and `findings unwaive`: a waiver is a line of the configuration, and holds from the next run that has
 *  it. `withTable` adds the options that name the table. */
export const waiveCommands = (open: Open, withTable: (command: Command) => Command, io: Io): readonly Command[] => [
  withTable(new Command('waive').description('a waiver for a finding: the line for the configuration'))
    .argument('<id>', 'the id of a finding, or the beginning of it')
    .addOption(new Option('--until <date>', 'the last day on which it holds, such as 2026-12-31').conflicts('for'))
    .option('--for <days>', 'the same as a number of days from today: 30d')
    .option('--input <file>', 'look the finding up in this JSON report')
    .requiredOption('--reason <text>', 'why it is not fixed')
    .option('--owner <name>', 'who answers for it (default: who runs this)')
    .option('--write <file>', 'write it into this configuration, and keep the rest as it is')
    .action((id: string, options: WaiveOptions) => waive(open, id, options, io)),
  withTable(new Command('unwaive').description('takes the waiver of a finding out of the configuration'))
    .argument('<id>', 'the id of a finding, or the beginning of it')
    .option('--input <file>', 'look the finding up in this JSON report')
    .option('--write <file>', 'take it out of this configuration, and keep the rest as it is')
    .action((id: string, options: Unwaive) => unwaive(open, id, options, io)),
];

const waive = async (open: Open, id: string, options: WaiveOptions, io: Io): Promise<void> => {
  const until = lastDay(options, io.now());
  const reason = options.reason.trim();
  if (reason.length < 3) throw new UsageError(`--reason: got "${options.reason}", wanted at least 3 characters`);
  const owner = (options.owner ?? io.env.USER ?? io.env.USERNAME ?? userName()).trim();
  if (owner === '') throw new UsageError('--owner: wanted who answers for the waiver');
  const { finding, status, explainedBy } = await found(open, id, options, io);
  if (status === 'resolved') throw new UsageError(`finding ${finding.id} is resolved: nothing is left to waive`);
  if (status === 'explained')
    throw new UsageError(`finding ${finding.id} is told with its cause: waive ${explainedBy ?? 'the cause'}`);
  if (finding.subject.includes('*'))
    throw new UsageError(
      `the subject of finding ${finding.id} has a *, which a waiver takes for a pattern: write it by hand`,
    );
  const waiver: Waiver = {
    rule: finding.ruleId,
    subject: finding.subject,
    ...(finding.impact === 'exposes' ? { finding: nameIn(finding) } : {}),
    reason,
    owner,
    expires: until,
    upTo: finding.severity,
  };
  const what = waiver.finding === undefined ? `every finding of ${waiver.rule} on this subject` : 'this finding alone';
  const covered = `It covers ${what}, up to ${finding.severity}, until ${until}.`;
  if (options.write === undefined) {
    io.stdout.write(`${waiverJson(waiver)}\n`);
    io.stderr.write(
      `${covered} Add it to "waivers" in ${usualFile} (or use --write), then deploy, or scan with --config.\n`,
    );
  } else {
    await rewritten(options.write, text => withWaiver(text, waiver, options.write ?? ''), io);
    io.stderr.write(
      `${visible(options.write)}: waiver written. ${covered} Deploy, or scan with --config: it holds from the next run.\n`,
    );
  }
  io.exit(0);
};

const unwaive = async (open: Open, id: string, options: Unwaive, io: Io): Promise<void> => {
  const { finding } = await found(open, id, options, io);
  const { ruleId: rule, subject } = finding;
  const own: WaiverName = { rule, subject, ...(finding.impact === 'exposes' ? { finding: nameIn(finding) } : {}) };
  if (options.write === undefined) {
    io.stdout.write(`${waiverJson(own)}\n`);
    io.stderr.write(`Remove the entry with this rule and subject from "waivers" in ${usualFile}, then deploy.\n`);
  } else {
    await rewritten(options.write, text => withoutWaiver(text, own, options.write ?? ''), io);
    io.stderr.write(
      `${visible(options.write)}: waiver removed. Deploy: the finding is open again from the next run.\n`,
    );
  }
  io.exit(0);
};

/** The name of a waiver: no two waivers have the same. */
type WaiverName = Pick<Waiver, 'rule' | 'subject' | 'finding'>;

/** A finding as its waiver names it: by what tells it from others of its subject, which people can read. */
const nameIn = ({ id, discriminator }: Finding): string => (discriminator === '' ? id : discriminator);

const rewritten = async (file: string, change: (text: string) => string, io: Io): Promise<void> => {
  await writeOutput(file, '--write', change(await readText(resolve(io.cwd, file), '--write')), io);
};

type Found = Pick<KnownFinding, 'finding' | 'status' | 'explainedBy'>;

const found = async (open: Open, id: string, { input, ...table }: Source, io: Io): Promise<Found> => {
  if (input !== undefined) {
    const report = parseRunReport(await readText(resolve(io.cwd, input), '--input'), input);
    return openIn(id, report.findings, input);
  }
  const isNamed = table.table !== undefined || table.stack !== undefined;
  const findings = isNamed ? undefined : await lastFindingsWith(id, io);
  return findings === undefined ? knownFindingNamed(id, await open(table)) : openIn(id, findings, lastScanName);
};

/** A finding of a report. One that is folded under another is told with that. */
const openIn = (id: string, findings: readonly Finding[], where: string): Found => {
  const finding = findingNamed(id, findings, visible(where));
  return idsWithPrefix(id, [finding.id]).length > 0
    ? { finding, status: finding.waiver === undefined ? 'open' : 'waived' }
    : { finding, status: 'explained', explainedBy: finding.id };
};

/** The name of the user that runs this; empty where the machine knows none. */
const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
};

/** Days from 1 to 3650, as `30d` or `30`. */
const days = (text: string): number => {
  const number = /^(\d{1,4})d?$/.exec(text)?.[1];
  if (number === undefined || Number(number) < 1 || Number(number) > 3650)
    throw new UsageError(`--for: got "${text}", wanted a number of days such as 30d`);
  return Number(number);
};

const lastDay = ({ until, for: after }: Pick<WaiveOptions, 'until' | 'for'>, now: string): string => {
  if (until !== undefined) return dayOf(until, now);
  if (after === undefined)
    throw new UsageError('waive: wanted --until 2026-12-31 or --for 30d: no waiver holds for ever');
  return new Date(Date.parse(now) + days(after) * 86_400_000).toISOString().slice(0, 10);
};

/** A day that is not past. Throws `UsageError`. */
const dayOf = (text: string, now: string): string => {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  const isDay = !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
  if (!isDay) throw new UsageError(`--until: got "${text}", wanted a day such as 2026-12-31`);
  if (text < now.slice(0, 10)) throw new UsageError(`--until: ${text} is past`);
  return text;
};

/** A waiver, or what names one, as one line of JSON that is safe on a terminal and for CI. */
const waiverJson = (waiver: Waiver | WaiverName): string =>
  safeJsonText(JSON.stringify(waiver, undefined, 1).replace(/\n\s*/g, ' '));

/** The text of a configuration with the waiver in it; one for the same rule and subject is replaced, all else stays as it
 *  is. `source` names the file. Throws `UsageError` for a text that is no valid configuration, before or after. */
export const withWaiver = (text: string, waiver: Waiver, source: string): string => {
  const root = rootOf(text, source);
  const waivers = memberOf(root, 'waivers');
  const items = itemsOf(waivers);
  const own = items.find(item => isFor(item, waiver));
  const last = items.at(-1);
  const json = waiverJson(waiver);
  if (own !== undefined) return checked(replaced(text, own, json), source);
  if (last !== undefined) return checked(replaced(text, { at: last.end, end: last.end }, `,\n    ${json}`), source);
  if (waivers !== undefined) return checked(replaced(text, waivers, `[\n    ${json}\n  ]`), source);
  const end = text.slice(0, root.end - 1).trimEnd().length;
  const comma = root.members.length > 0 ? ',' : '';
  return checked(
    replaced(text, { at: end, end: root.end - 1 }, `${comma}\n  "waivers": [\n    ${json}\n  ]\n`),
    source,
  );
};

/** The text of a configuration without the waiver of this rule and exact subject, all else as it is. Throws `UsageError`
 *  where there is none. */
export const withoutWaiver = (text: string, waiver: WaiverName, source: string): string => {
  const waivers = memberOf(rootOf(text, source), 'waivers');
  const items = itemsOf(waivers);
  const at = items.findIndex(item => isFor(item, waiver));
  const [own, before, after] = [items[at], items[at - 1], items[at + 1]];
  if (own === undefined || waivers === undefined)
    throw new UsageError(
      `${source}: no waiver of ${waiver.rule} for exactly ${waiver.subject}; one with a pattern covers others too: change it by hand`,
    );
  const span =
    before !== undefined
      ? { at: before.end, end: own.end }
      : after !== undefined
        ? { at: own.at, end: after.at }
        : { at: waivers.at + 1, end: waivers.end - 1 };
  return checked(replaced(text, span, ''), source);
};

const rootOf = (text: string, source: string): SourceNode & { readonly kind: 'object' } => {
  const root = readJson(checked(text, source));
  if (isUnreadable(root) || root.kind !== 'object') throw new UsageError(`${source}: wanted a JSON object`);
  return root;
};

const isFor = (item: SourceNode, { rule, subject, finding }: WaiverName): boolean =>
  stringOf(memberOf(item, 'rule')) === rule &&
  stringOf(memberOf(item, 'subject')) === subject &&
  stringOf(memberOf(item, 'finding')) === finding;

const replaced = (text: string, { at, end }: Pick<SourceNode, 'at' | 'end'>, by: string): string =>
  text.slice(0, at) + by + text.slice(end);

const checked = (text: string, source: string): string => {
  try {
    parseConfiguration(text, source);
    return text;
  } catch (error) {
    if (error instanceof ConfigurationInvalid) throw new UsageError(error.message, { cause: error });
    throw error;
  }
};
