import { Command, InvalidArgumentError, Option } from 'commander';
import type { Severity } from '../../model.ts';
import { ruleById } from '../../rules/catalog.ts';
import type { AnyRule } from '../../rules/define-rule.ts';
import { given, visible } from '../../text.ts';
import { lintFiles } from '../lint/lint-files.ts';
import { errorSentence, type LintReport, notCheckedLines } from '../lint/lint-finding.ts';
import { lintRules, type ReadChoice, readFiles } from '../lint/read-files.ts';
import { type LintFormat, lintFormats, renderLint } from '../lint/render.ts';
import { writeOutput } from '../shell/files.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { type FailOn, failOnOption, failsAt, severityOption } from '../shell/options.ts';
import { styleOf } from '../shell/style.ts';
import { toolVersion } from '../shell/tool-version.ts';
import { unknownName } from '../shell/unknown-name.ts';
import { zoneIn } from '../trust/zone-option.ts';

interface LintOptions {
  readonly format: LintFormat;
  readonly json?: boolean;
  readonly minSeverity: Severity;
  readonly failOn?: FailOn;
  readonly rule?: readonly AnyRule[];
  readonly color: boolean;
  readonly config?: string;
  readonly failOnUnchecked?: boolean;
  readonly require?: boolean;
  readonly exclude?: readonly string[];
  readonly skipOthers?: boolean;
  readonly also?: readonly Also[];
}

/** The same report in another format, written to a file. */
interface Also {
  readonly format: LintFormat;
  readonly file: string;
}

/** `irsa-auditor lint`: the trust rules that need only a policy's text, on files. Exit codes: 0 clean, 1 findings at or
 *  above `--fail-on`, 2 a usage error or a file that could not be checked. */
export const lint = (io: Io): Command =>
  new Command('lint')
    .argument(
      '[files...]',
      'Terraform (.tf or a plan as JSON), CloudFormation, Kubernetes, policy JSON, folders; -: standard input',
    )
    .addOption(new Option('-o, --format <format>', 'output format').choices(lintFormats).default('table'))
    .option('--json', 'the same as --format json')
    .addOption(severityOption('--min-severity <severity>', 'show findings from this severity on').default('low'))
    .addOption(failOnOption())
    .option('--rule <id>', 'check only this rule (repeatable)', addRule)
    .option('--config <file>', 'the zone of trust of this configuration')
    .option('--fail-on-unchecked', 'exit with 2 where a policy could not be checked')
    .option('--require', 'exit with 2 where no trust policy and no service account was found')
    .option('--exclude <pattern>', 'leave out files and folders; * stands for any text (repeatable)', addPattern)
    .option('--skip-others', 'pass over files that hold nothing to check, as in folders')
    .option(
      '--also <format=file>',
      'write the same report to a file too, such as sarif=lint.sarif (repeatable)',
      addAlso,
    )
    .option('--no-color', 'no colour')
    .addHelpText(
      'after',
      '\nPlaceholders (<X>, {{ X }}, $X, unresolved functions) can have any value:\nlint reports what is wrong for every value.' +
        '\n\nExit codes: 0 no finding at or above --fail-on, 1 findings,\n2 usage error or a file that could not be checked.',
    )
    .action(async (names: readonly string[], options: LintOptions) => {
      if (names.length === 0) throw new UsageError('lint: name at least one file or folder, or - for standard input');
      const { files, ...unread } = await readFiles(names, io.cwd, io.stdin, { ...options, ...progressOn(io) });
      const { minSeverity, failOn = minSeverity } = options;
      // A finding that fails the run is always printed.
      const shown = failOn !== 'never' && failsAt(minSeverity, failOn) ? failOn : minSeverity;
      const report = lintFiles(files, unread, {
        rules: options.rule ?? lintRules,
        minSeverity: shown,
        toolVersion,
        now: io.now(),
        ...given({ trusted: (await zoneIn(options.config, io)).trusted }),
      });
      const format = options.json ? 'json' : options.format;
      io.stdout.write(renderLint(report, format, styleOf(io, options.color).colour));
      for (const { format: other, file } of options.also ?? [])
        await writeOutput(file, '--also', renderLint(report, other, false), io);
      for (const error of report.errors) io.stderr.write(`irsa-auditor: ${visible(errorSentence(error))}\n`);
      for (const line of notCheckedLines(report)) io.stderr.write(`irsa-auditor: ${visible(line)}\n`);
      if (isNone(report) && report.errors.length === 0)
        io.stderr.write('irsa-auditor: no trust policy and no service account was found in these files\n');
      io.exit(exitCodeOf(report, failOn, options));
    });

/** Progress on a terminal, where reading takes long enough to be seen. */
const progressOn = ({ stderr, stderrIsTerminal }: Io): Pick<ReadChoice, 'onProgress'> => {
  if (!stderrIsTerminal) return {};
  return {
    onProgress: (count, of) => {
      if (of > 2000 && (count % 800 === 0 || count === of))
        stderr.write(`\r${count === of ? '\u001b[K' : `read ${count} of ${of} files`}`);
    },
  };
};

const addAlso = (text: string, earlier: readonly Also[] = []): readonly Also[] => {
  const [, name, file] = /^([a-z]+)=(.+)$/s.exec(text) ?? [];
  const format = lintFormats.find(one => one === name);
  if (format === undefined || file === undefined)
    throw new InvalidArgumentError(`wanted FORMAT=FILE, with a format of ${lintFormats.join(', ')}`);
  return [...earlier, { format, file }];
};

const addPattern = (pattern: string, earlier: readonly string[] = []): readonly string[] => [...earlier, pattern];

const isNone = ({ policies, serviceAccounts, annotations }: LintReport): boolean =>
  policies + serviceAccounts + annotations === 0;

const exitCodeOf = (
  report: LintReport,
  failOn: FailOn,
  { failOnUnchecked = false, require = false }: Pick<LintOptions, 'failOnUnchecked' | 'require'>,
): 0 | 1 | 2 => {
  if (report.errors.length > 0) return 2;
  if ((failOnUnchecked && report.doubts.length > 0) || (require && isNone(report))) return 2;
  return report.findings.some(({ finding }) => failsAt(finding.severity, failOn)) ? 1 : 0;
};

/** Collects the rules by id. Throws `UsageError` for an unknown id, and for a rule that needs more than a file. */
const addRule = (id: string, earlier: readonly AnyRule[] = []): readonly AnyRule[] => {
  const rule = lintRules.find(one => one.id === id);
  if (rule) return [...earlier, rule];
  if (ruleById(id))
    throw new UsageError(`--rule: ${id} needs facts of an AWS account or a cluster: use irsa-auditor scan`);
  throw unknownName(
    '--rule',
    'rule',
    id,
    lintRules.map(one => one.id),
  );
};
