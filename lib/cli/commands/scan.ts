import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Level, readingRows, roleLevels } from '../../model.ts';
import type { Format } from '../../report/formats.ts';
import { renderMoved } from '../../report/overview/overview.ts';
import { given } from '../../text.ts';
import { findingNamed, scopeOfScan } from '../findings/finding-named.ts';
import { askedOptions, asLastAsked, rememberScan } from '../findings/last-scan.ts';
import { askedReport, type QuestionOptions, repeatable, withQuestionOptions } from '../report/asked-report.ts';
import { reportExitCode, withExitNote, writeReportFile } from '../report/report-filter.ts';
import { auditNow } from '../scan/audit-now.ts';
import type { Audited, SessionOptions } from '../scan/audit-session.ts';
import { nextSteps, parseRunReport } from '../scan/run-report-file.ts';
import { readText } from '../shell/files.ts';
import type { Io } from '../shell/io.ts';
import { type FailOn, failOnOption, formatNamed, formatOption, regionAmong, withOutputFile } from '../shell/options.ts';
import { startedBy } from '../shell/program-name.ts';
import { moreOptions, ownHeading, sharedHeadings } from '../shell/shared-options.ts';
import { type FormOptions, styleOf, withFormOptions } from '../shell/style.ts';

interface ScanOptions extends Omit<SessionOptions, 'baseline'>, FormOptions, QuestionOptions {
  readonly failOn?: FailOn;
  readonly format: Format;
  readonly json?: boolean;
  readonly outputFile?: string;
  readonly baseline?: string;
  readonly color: boolean;
  readonly finding?: readonly string[];
  readonly level?: readonly Level[];
}

const levelAmong = (value: string, before: readonly Level[] = []): readonly Level[] => {
  const found = roleLevels.find(level => level === value);
  if (found === undefined) throw new InvalidArgumentError(`wanted one of ${roleLevels.join(', ')}`);
  return [...before, found];
};

const examples = `
Examples:
  $ irsa-auditor scan                                this account and region
  $ irsa-auditor scan --finding 0a1b2c3d             one finding: cause and fix
  $ irsa-auditor scan --all-regions --fail-on high   a pipeline's gate
  $ irsa-auditor scan --impact exposes --all-roles   all that is too open
  $ irsa-auditor scan --level administrator --namespace payments
  $ irsa-auditor scan --context prod --cluster prod  one cluster, its inside too
  $ irsa-auditor scan --format json --output-file today.json
  $ irsa-auditor scan --baseline yesterday.json      what changed since
  $ irsa-auditor scan --context prod --cluster-only  no AWS credentials needed

Exit codes: 0 clean, 1 findings at or above --fail-on, 2 usage or configuration,
3 incomplete: something that was asked for by name could not be read. 3 masks 1:
then the report says how many findings there are beside it. The inside of
clusters is tried without being asked for: where it cannot be read, that is said
and no failure.`;

/** `irsa-auditor scan`: the audit from a terminal, with nothing deployed. */
export const scanCommand = (io: Io): Command =>
  withOutputFile(
    withFormOptions(withQuestionOptions(withSessionOptions(new Command('scan')))),
    'write there; - for stdout, as usual',
  )
    .option('--finding <id>', 'show this finding with its details; the beginning of its id is enough', repeatable)
    .addOption(
      new Option('--level <level>', 'show only roles of this level, and what opens them (repeatable)')
        .choices(roleLevels)
        .argParser(levelAmong),
    )
    .addOption(failOnOption())
    .addOption(formatOption('table', ['table']))
    .addOption(new Option('--json', 'short for --format json').conflicts('format'))
    .option('--baseline <file>', 'JSON report of an earlier run: as text, show only what moved since')
    .option('--cluster-only', 'decide only what needs no AWS credentials (with --kubeconfig or --context)')
    .option('--issuer <url>', 'with --cluster-only: the issuer, where the cluster does not tell it')
    .option('--no-color', 'no colour, as with NO_COLOR')
    .addHelpText('after', examples)
    .action((options: ScanOptions) => scan(options, io));

/** The options that say where issuers are reached; an environment, such as the sandbox's, may say it for all commands. */
export const withIssuerAccess = (command: Command): Command =>
  command
    .addOption(
      new Option('--connect-to <host:port:address:port>', 'reach an issuer elsewhere, as curl has it (repeatable)')
        .env('IRSA_AUDITOR_CONNECT_TO')
        .argParser((text, before: readonly string[] = []) => [
          ...before,
          ...text.split(/\s+/).filter(one => one !== ''),
        ]),
    )
    .addOption(
      new Option('--ca-file <file>', 'PEM file of root certificates to trust as public authorities in this run').env(
        'IRSA_AUDITOR_CA_FILE',
      ),
    );

/** The options of every command that audits, below the headings that `options` shows. */
export const withSessionOptions = (command: Command): Command => {
  const asked = command
    .addHelpText('after', moreOptions)
    .optionsGroup(sharedHeadings.accounts)
    .option('--region <region>', 'region to audit (repeatable; default: of your profile)', regionAmong)
    .option('--all-regions', 'every region of the partition that has EKS')
    .option('--profile <name>', 'profile of your AWS configuration')
    .option('--role-arn <arn>', 'audit the account of this role, assuming it')
    .option('--external-id <id>', 'external id for --role-arn')
    .option('--config <file>', 'use the accounts, rules and waivers of this configuration')
    .optionsGroup(sharedHeadings.read)
    .option('--all-roles', 'judge every role, not only those that pods can assume');
  for (const [choice, { says }] of readingRows) asked.option(`--${choice}`, says);
  asked
    .optionsGroup(sharedHeadings.clusters)
    .option('--in-cluster', 'read the inside of every cluster with your EKS access; fail (3) where that is refused')
    .option(
      '--no-in-cluster',
      'do not read the inside of clusters (default: read those that answer, report the others)',
    )
    .option('--kubeconfig <file>', 'read clusters through this kubeconfig')
    .option('--context <name>', 'read the cluster of this context (repeatable)', repeatable)
    .optionsGroup(sharedHeadings.issuers);
  return withIssuerAccess(asked)
    .option('--no-issuers', 'ask no issuer for anything, as in a network without the internet')
    .optionsGroup(ownHeading);
};

const scan = async (typed: ScanOptions, io: Io): Promise<void> => {
  const whole = typed.finding === undefined ? typed : await asLastAsked(typed, typed.finding, io);
  // A level is known where permissions are read.
  const options = whole.level === undefined ? whole : { ...whole, rolePermissions: true };
  const audited = await audit(options, io);
  const isKept = await rememberScan({ report: audited.report, asked: askedOptions(options) }, audited.facts, io);
  const ids = options.finding?.map(id => findingNamed(id, audited.report.findings, scopeOfScan(audited.report)).id);
  const { failOn = 'low' } = options;
  const asked = askedReport({ ...options, ids }, audited);
  const report = withExitNote(asked.report, failOn);
  const format = options.json ? formatNamed('json') : options.format;
  const output = options.outputFile === '-' ? undefined : options.outputFile;
  const style = styleOf(io, output === undefined && options.color, {
    ...options,
    ...(ids === undefined ? {} : { details: true }),
  });
  const isOfMoves = options.baseline !== undefined && format.name === 'text' && style.form === undefined;
  const render = isOfMoves ? renderMoved : format.render;
  const rendered = render(drawn.has(format.name) ? asked.drawn(report) : report, style);
  if (output !== undefined) await writeReportFile(output, rendered, report, io);
  else
    io.stdout.write(
      format.name === 'text' && !isOfMoves
        ? `${rendered}${nextSteps(report, { program: startedBy(io), isKept }, style)}`
        : rendered,
    );
  io.exit(reportExitCode(report, failOn));
};

/** Formats that show or carry the identity graph and the health of clusters. */
const drawn: ReadonlySet<string> = new Set(['html', 'json', 'text']);

const audit = async ({ baseline, ...options }: ScanOptions, io: Io): Promise<Audited> => {
  const earlier =
    baseline === undefined
      ? undefined
      : parseRunReport(await readText(resolve(io.cwd, baseline), '--baseline'), baseline);
  return await auditNow({ ...options, ...given({ baseline: earlier }) }, io);
};
