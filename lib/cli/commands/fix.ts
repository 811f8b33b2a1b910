import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { roleNameOf } from '../../model/arn.ts';
import type { Finding } from '../../model/finding.ts';
import { asksForDecision, opensWide, type Plan, type PlanChoices, planOfFacts } from '../../plan/plan.ts';
import { planOfFindings } from '../../plan/plan-of-findings.ts';
import { planScript, renderPlan, scriptShells } from '../../plan/render-plan.ts';
import { counted } from '../../text/counted.ts';
import { given } from '../../text/given.ts';
import { visible } from '../../text/visible-text.ts';
import { findingIdShape, findingNamed } from '../findings/finding-named.ts';
import { openFindings, type TableOptions, tellNewer } from '../findings/finding-queries.ts';
import { carryOut, readStates, Stopped } from '../fix/carry-out.ts';
import { refuseOtherWay, wayNumber } from '../fix/chosen-way.ts';
import { type Journal, type JournalEntry, journalVersion, openJournal, parseJournal } from '../fix/journal.ts';
import { notRunOf, progressInWords } from '../fix/progress-in-words.ts';
import { refuseIgnored } from '../fix/refuse-ignored.ts';
import { undoJournal } from '../fix/undo-journal.ts';
import { whileAsking } from '../fix/while-asking.ts';
import { auditSession, commandProfile, type SessionOptions } from '../scan/audit-session.ts';
import { parseRunReport } from '../scan/run-report-file.ts';
import { readText, writeText } from '../shell/files.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { jsonAnswer } from '../shell/json-answer.ts';
import { progress } from '../shell/progress.ts';
import { ruleNamed } from '../shell/rule-named.ts';
import { withSessionOptions } from './scan.ts';

interface FixOptions extends Omit<SessionOptions, 'baseline'> {
  readonly rule?: readonly string[];
  readonly cluster?: readonly string[];
  readonly role?: readonly string[];
  readonly serviceAccount?: readonly string[];
  readonly input?: string;
  readonly table?: string;
  readonly json?: boolean;
  readonly script?: string;
  readonly shell?: (typeof scriptShells)[number];
  readonly apply?: boolean;
  readonly yes?: boolean;
  readonly choose?: number;
  readonly journal?: string;
  readonly undo?: string;
}

const repeatable = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

const examples = `
Examples:
  $ irsa-auditor fix                               plan for what a scan finds
  $ irsa-auditor fix 0a1b2c3d                      for one finding
  $ irsa-auditor fix --role checkout-cart --script fix.sh
  $ irsa-auditor fix --input today.json --rule trust-subject-malformed
  $ irsa-auditor fix --role checkout-cart --apply  ask before each step
  $ irsa-auditor fix --undo irsa-auditor-fix.journal

A finding that asks for a decision is applied with --yes only where its id and
--choose say so: 1 is the fix as proposed, and where there are other ways the
plan lists them with their numbers, likeliest first.
What opens a role to more than one service account is applied only by its id.

Exit codes: 0 nothing to fix, or applied and verified, 1 still failing, 2 usage,
3 could not be carried out completely: the journal says what was done.`;

/** `irsa-auditor fix`: from findings to one plan, printed, as a script, or carried out. */
export const fixCommand = (io: Io): Command =>
  withSessionOptions(new Command('fix'))
    .argument('[ids...]', 'ids of findings, or their first digits; without one, all that the filters leave')
    .option('--rule <id>', 'findings of this rule (repeatable)', repeatable)
    .option('--cluster <name>', 'findings in this cluster (repeatable)', repeatable)
    .option('--role <name>', 'findings on this role, by name or ARN (repeatable)', repeatable)
    .option('--service-account <namespace/name>', 'findings on this service account (repeatable)', repeatable)
    .option('--input <file>', 'take the findings of a JSON report instead of a scan')
    .option('--table <name>', 'take the open findings of this table of a deployed auditor')
    .option('--json', 'the plan as JSON')
    .option('--script <file>', 'write the plan as a script')
    .addOption(new Option('--shell <shell>', 'of the script (default: posix)').choices(scriptShells))
    .option('--apply', 'carry the plan out, step by step')
    .option('--yes', 'with --apply: do not ask')
    .option('--choose <n>', 'take this way of the one finding: 1 is the likeliest, as proposed', wayNumber)
    .option('--journal <file>', 'where --apply writes what it does (default: a new file here)')
    .option('--undo <journal>', 'go back what --apply did, as far as it can be undone')
    .addHelpText('after', examples)
    .action((ids: readonly string[], options: FixOptions) => fix(ids, options, io));

const fix = async (ids: readonly string[], options: FixOptions, io: Io): Promise<void> => {
  refuseIgnored(ids, options);
  if (options.undo !== undefined) return undo(options.undo, options, io);
  refuseBadInput(ids, options, io);
  const { plan, wanted } = await planOf(ids, options, io);
  const rendering = commandProfile(options);
  if (options.script !== undefined) {
    await writeText(resolve(io.cwd, options.script), '--script', planScript(plan, options.shell ?? 'posix', rendering));
    io.stderr.write(`${visible(options.script)}: ${counted(plan.steps.length, 'step')}\n`);
  } else io.stdout.write(options.json ? jsonAnswer(plan) : renderPlan(plan, rendering));
  if (options.apply) return applyPlan(plan, wanted, options, io);
  if (plan.steps.length + plan.left.length === 0) noteFilters(options, io);
  io.exit(plan.steps.length + plan.left.length === 0 ? 0 : 1);
};

const refuseBadInput = (ids: readonly string[], options: FixOptions, io: Io): void => {
  for (const id of ids)
    if (!findingIdShape.test(id))
      throw new UsageError(
        `"${visible(id)}" is not an id of a finding: it has 32 hex digits, of which the first few do`,
      );
  for (const id of options.rule ?? []) ruleNamed(id);
  if (options.choose !== undefined && ids.length !== 1)
    throw new UsageError(`--choose needs the id of the one finding that it is for: got ${ids.length} ids`);
  if (options.apply && options.script !== undefined) throw new UsageError('--apply and --script exclude each other');
  if (options.apply && !options.yes && !io.stdoutIsTerminal)
    throw new UsageError('--apply  ask before each step: run it in a terminal, or add --yes');
};

/** Nothing to fix is good news only where the names are right. */
const noteFilters = ({ rule, cluster, role, serviceAccount }: FixOptions, io: Io): void => {
  const names = [rule, cluster, role, serviceAccount].flatMap(list => list ?? []);
  if (names.length > 0) io.stderr.write(`no finding is about ${visible(names.join(', '))}\n`);
};

/** What the person wants, and what may be done without asking. */
const choicesFor = (ids: readonly string[], options: FixOptions): PlanChoices => {
  const rules = options.rule;
  const isIn = (list: readonly string[] | undefined, ...values: readonly (string | undefined)[]): boolean =>
    list === undefined || values.some(value => value !== undefined && list.includes(value));
  return {
    wants: one =>
      (ids.length === 0 || ids.includes(one.id)) &&
      isIn(rules, one.ruleId) &&
      isIn(options.cluster, one.clusterName) &&
      isIn(options.role, one.roleArn, one.roleArn === undefined ? undefined : roleNameOf(one.roleArn)) &&
      isIn(options.serviceAccount, `${one.namespace}/${one.serviceAccount}`),
    isDecided: one => isDecided(one, ids.includes(one.id), options),
    wayOf: one => (ids.includes(one.id) ? options.choose : undefined),
  };
};

/** What opens a role to more than one service account is applied only by its id, even where each step is confirmed. */
const isDecided = (finding: Finding, isNamed: boolean, { apply, yes, choose }: FixOptions): boolean => {
  if (!apply) return true;
  if (opensWide(finding) && !isNamed) return false;
  return !yes || !asksForDecision(finding) || (choose !== undefined && isNamed);
};

interface Planned {
  readonly plan: Plan;
  /** The whole ids of the findings that were named. */
  readonly wanted: readonly string[];
}

const planOf = async (ids: readonly string[], options: FixOptions, io: Io): Promise<Planned> => {
  const planned = (findings: readonly Finding[], where: string, make: (choices: PlanChoices) => Plan): Planned => {
    const named = ids.map(id => findingNamed(id, findings, visible(where)));
    for (const finding of named) refuseOtherWay(finding, options.choose);
    const wanted = named.map(({ id }) => id);
    return { wanted, plan: make(choicesFor(wanted, options)) };
  };
  if (options.input !== undefined) {
    const { findings } = parseRunReport(await readText(resolve(io.cwd, options.input), '--input'), options.input);
    return planned(findings, options.input, choices => planOfFindings(findings, choices, io.now()));
  }
  if (options.table !== undefined) {
    const findings = await openInTable({ ...options, table: options.table }, io);
    return planned(findings, options.table, choices => planOfFindings(findings, choices, io.now()));
  }
  const { report, facts, choices: rules } = await audit(options, io);
  return planned(report.findings, 'a scan of now', choices => {
    const plans = facts.map(each => planOfFacts(each, rules, choices));
    return {
      steps: plans.flatMap(({ steps }) => steps),
      fixed: plans.flatMap(({ fixed }) => fixed),
      left: plans.flatMap(({ left }) => left),
    };
  });
};

const openInTable = async (options: TableOptions, io: Io): Promise<readonly Finding[]> => {
  const queries = tellNewer(await openFindings(options), io);
  const findings: Finding[] = [];
  let cursor: string | undefined;
  do {
    const page = await queries.list({ status: 'open' }, { limit: 100, ...given({ cursor }) });
    findings.push(...page.items.map(({ finding }) => finding));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return findings;
};

const audit = async (options: SessionOptions, io: Io) => {
  const { tell, done } = progress(io);
  try {
    return await auditSession(options, io, tell);
  } finally {
    done();
  }
};

const applyPlan = async (plan: Plan, ids: readonly string[], options: FixOptions, io: Io): Promise<void> => {
  if (plan.steps.length === 0) return io.exit(plan.left.length === 0 ? 0 : 1);
  const name = options.journal ?? `irsa-auditor-fix-${io.now().replace(/[^0-9TZ]/g, '')}.journal`;
  const journal = keeping(openJournal(resolve(io.cwd, name), 'new'));
  let run: number;
  try {
    journal.write({ event: 'plan', at: io.now(), version: journalVersion, steps: plan.steps.length });
    run = await whileAsking(options, io, async bench =>
      carryOut(plan.steps, await readStates(plan.steps, bench), journal, bench),
    );
  } catch (error) {
    const isBegun = journal.entries.some(({ event }) => event === 'begin');
    if (!(error instanceof Stopped) && !isBegun) throw error;
    const [why, notRun] = [reasonOf(error), notRunOf(journal.entries, plan.steps.length)];
    const progress = progressInWords(journal.entries, plan.steps.length);
    const kept = isKept(() => journal.write({ event: 'stopped', at: io.now(), why, notRun }));
    const back = isBegun ? `: fix --undo ${name} goes back` : '';
    const where = kept
      ? `It is in ${name}${back}`
      : `The end of it is not in ${name}, which cannot be written any more`;
    io.stderr.write(`irsa-auditor: ${visible(why)}. ${progress} ${visible(where)}.\n`);
    return io.exit(3);
  } finally {
    journal.close();
  }
  io.stderr.write(`${counted(run, 'step')} done, journal ${visible(name)}\n`);
  await verify(plan, ids, options, io);
};

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const isKept = (write: () => void): boolean => {
  try {
    write();
    return true;
  } catch {
    return false;
  }
};

/** A journal that knows what was written to it. */
const keeping = (journal: Journal): Journal & { readonly entries: readonly JournalEntry[] } => {
  const entries: JournalEntry[] = [];
  return {
    ...journal,
    entries,
    write: line => {
      journal.write(line);
      entries.push(line);
    },
  };
};

/** Audits again: what a step was for must be gone. */
const verify = async (plan: Plan, ids: readonly string[], options: FixOptions, io: Io): Promise<void> => {
  const again = await audit(options, io).catch((error: unknown) => {
    io.stderr.write(`irsa-auditor: ${visible(reasonOf(error))}: the steps were run, and could not be verified\n`);
  });
  if (again === undefined) return io.exit(3);
  const { report } = again;
  const { wants } = choicesFor(ids, options);
  const fixed = new Set(plan.fixed.map(({ id }) => id));
  const open = report.findings.filter(one => one.waiver === undefined && (fixed.has(one.id) || wants(one)));
  for (const one of open) io.stderr.write(`still there: ${one.id} ${one.ruleId}: ${visible(one.message)}\n`);
  const gaps = report.gaps.length;
  if (gaps > 0) io.stderr.write(`${gaps} gaps: what could not be read is not verified\n`);
  io.exit(open.length > 0 ? 1 : gaps > 0 ? 3 : 0);
};

const undo = async (file: string, options: FixOptions, io: Io): Promise<void> => {
  if (!options.yes && !io.stdoutIsTerminal)
    throw new UsageError('--undo asks before each step: run it in a terminal, or add --yes');
  const path = resolve(io.cwd, file);
  const { entries, isCut } = parseJournal(await readText(path, '--undo'), file);
  const journal = openJournal(path, isCut ? 'whole-lines' : 'append');
  try {
    const { undone, kept } = await whileAsking(options, io, bench => undoJournal(entries, journal, bench));
    for (const line of kept) io.stderr.write(`${line}\n`);
    io.stderr.write(`${counted(undone, 'step')} undone\n`);
    if (isCut)
      io.stderr.write(
        `the last line of ${visible(file)} is cut off: what it said is not known, nor what came after it\n`,
      );
    io.exit(kept.length > 0 || isCut ? 3 : 0);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    io.stderr.write(`irsa-auditor: ${error.message}\n`);
    io.exit(3);
  } finally {
    journal.close();
  }
};
