import { Command } from 'commander';
import type { CommandOptions } from '../../fixes/command.ts';
import { nameOfUnread } from '../../model.ts';
import type { Plan } from '../../plan/plan.ts';
import { planScript } from '../../plan/plan-script.ts';
import { renderPlan } from '../../plan/render-plan.ts';
import { counted, given, visible } from '../../text.ts';
import { findingIdShape } from '../findings/finding-named.ts';
import { asLastAsked } from '../findings/last-scan.ts';
import { applyPlan, undo } from '../fix/apply-plan.ts';
import { Stopped } from '../fix/carry-out.ts';
import { wayNumber } from '../fix/chosen-way.ts';
import { type FixOptions, type Planned, planOf } from '../fix/make-plan.ts';
import { refuseIgnored } from '../fix/refuse-ignored.ts';
import type { AskingFirst } from '../fix/while-asking.ts';
import { findingFor } from '../kubeconfig/command-options.ts';
import { withQuestionOptions } from '../report/asked-report.ts';
import { refuseUnknownNames } from '../report/refuse-unknown.ts';
import { sessionCommands } from '../scan/audit-session.ts';
import { writeOutput } from '../shell/files.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { jsonAnswer } from '../shell/json-answer.ts';
import { ruleNamed } from '../shell/rule-named.ts';
import { withSessionOptions } from './scan.ts';

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
A fix that opens a role to several service accounts is applied only by its id.
A script has what waits for a decision as comments. Candidates that are only
called alike are listed with --choose, and no plan takes one by itself.

Exit codes: 0 nothing to fix, or applied and verified, 1 still failing, 2 usage,
3 could not be carried out completely: the journal says what was done.`;

/** `irsa-auditor fix`: from findings to one plan, printed, as a script, or carried out. */
export const fixCommand = (io: Io): Command =>
  withQuestionOptions(withSessionOptions(new Command('fix')))
    .argument('[ids...]', 'ids of findings, or their first digits; without one, all that the filters leave')
    .option('--input <file>', 'only findings of this JSON report; the steps are made from a scan of now')
    .option('--table <name>', 'only open findings of this table of a deployed auditor; as --input')
    .option('--json', 'the plan as JSON')
    .option('--script <file>', 'write the plan as a script for a POSIX shell')
    .option('--apply', 'carry the plan out, step by step')
    .option('--yes', 'with --apply: do not ask')
    .option('--choose <n>', 'take this way of the one finding: 1 is the likeliest, as proposed', wayNumber)
    .option('--journal <file>', 'where --apply writes what it does (default: a new file here)')
    .option('--undo <journal>', 'go back what --apply did, as far as it can be undone')
    .addHelpText('after', examples)
    .action((ids: readonly string[], options: FixOptions) => fix(ids, options, io));

const fix = async (ids: readonly string[], typed: FixOptions, io: Io): Promise<void> => {
  refuseIgnored(ids, typed);
  if (typed.undo !== undefined) return undo(typed.undo, typed, await askingOf(typed, io), io);
  const isOfLastScan = ids.length > 0 && typed.input === undefined && typed.table === undefined;
  const options = isOfLastScan ? await asLastAsked(typed, ids, io) : typed;
  refuseBadInput(ids, options, io);
  const planned = await planOf(ids, options, io).catch((error: unknown) => {
    if (!(error instanceof Stopped)) throw error;
    io.stderr.write(`irsa-auditor: ${error.message}. Nothing was written.\n`);
  });
  if (planned === undefined) return io.exit(3);
  const { plan, audited } = planned;
  refuseUnknownNames(options, audited);
  const asking = await askingOf(options, io);
  const rendering = asking.options;
  if (options.script !== undefined) {
    await writeOutput(options.script, '--script', planScript(plan, rendering), io);
    io.stderr.write(`${visible(options.script)}: ${counted(plan.steps.length, 'step')}\n`);
  } else io.stdout.write(options.json ? jsonAnswer(planFor(plan, rendering)) : renderPlan(plan, rendering));
  const unread = noteUnread(planned, io);
  if (options.apply && plan.steps.length > 0) return applyPlan(planned, options, asking, io);
  const isEmpty = plan.steps.length + plan.left.length === 0;
  if (isEmpty) noteFilters(options, io);
  io.exit(isEmpty ? (unread > 0 ? 3 : 0) : 1);
};

/** The plan with the commands of its findings as this person runs them. */
const planFor = ({ steps, fixed, left }: Plan, options: CommandOptions): Plan => ({
  steps,
  fixed: fixed.map(one => findingFor(one, options)),
  left: left.map(({ finding, why }) => ({ finding: findingFor(finding, options), why })),
});

/** Parts of the account that are told by name. */
const maxTold = 10;

/** Tells what the audit could not see: no plan can fix it. Returns how many parts. */
const noteUnread = ({ audited }: Planned, io: Io): number => {
  const { gaps } = audited.report;
  for (const gap of gaps.slice(0, maxTold))
    io.stderr.write(`not read: ${visible(nameOfUnread(gap))}: ${visible(gap.reason.message)}\n`);
  if (gaps.length > maxTold) io.stderr.write(`not read: ${counted(gaps.length - maxTold, 'part')} more\n`);
  return gaps.length;
};

/** How commands lead to the clusters and the account, and whether a person is asked. */
const askingOf = async (options: FixOptions, io: Io): Promise<AskingFirst> => ({
  ...(await sessionCommands(options, io, 'now')),
  ...given({ yes: options.yes }),
});

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
    throw new UsageError('--apply asks before each step: run it in a terminal, or add --yes');
};

/** Nothing to fix is good news only where the names are right. */
const noteFilters = ({ rule, cluster, role, serviceAccount }: FixOptions, io: Io): void => {
  const names = [rule, cluster, role, serviceAccount].flatMap(list => list ?? []);
  if (names.length > 0) io.stderr.write(`no finding is about ${visible(names.join(', '))}\n`);
};
