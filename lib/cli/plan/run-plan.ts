/** Plans that are for no findings: printed, written as a script, or carried out by the machinery of fix. */

import type { Facts } from '../../facts.ts';
import { keyOfChange } from '../../fixes/change-table.ts';
import { roleArnKey, roleNameOf } from '../../model.ts';
import { terraformOfPlan } from '../../plan/move/terraform-statements.ts';
import type { Plan, PlannedStep } from '../../plan/plan.ts';
import { planScript } from '../../plan/plan-script.ts';
import { renderPlan } from '../../plan/render-plan.ts';
import { unreadSentences } from '../../report/overview/coverage.ts';
import { counted, given, visible } from '../../text.ts';
import { applyPlan } from '../fix/apply-plan.ts';
import { type AskedPlaces, isNamed } from '../report/asked-roles.ts';
import { refuseUnknownNames } from '../report/refuse-unknown.ts';
import { auditNow } from '../scan/audit-now.ts';
import { type Audited, type SessionOptions, sessionCommands } from '../scan/audit-session.ts';
import { writeOutput } from '../shell/files.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { jsonAnswer } from '../shell/json-answer.ts';

/** The options of every plan. */
export interface PlanOptions extends Omit<SessionOptions, 'baseline'>, Pick<AskedPlaces, 'role' | 'account'> {
  readonly format: 'text' | 'json' | 'terraform';
  readonly json?: boolean;
  readonly script?: string;
  readonly apply?: boolean;
  readonly yes?: boolean;
  readonly journal?: string;
}

/** Makes a plan of an audit of now; throws `UsageError` for names that nothing has. */
type MakePlan = (all: readonly Facts[]) => Plan;

/** Audits, makes the plan, and does with it what the options say. */
export const runPlan = async (make: MakePlan, options: PlanOptions, io: Io): Promise<void> => {
  refuseBadOptions(options, io);
  const audited = await auditNow(options, io);
  refuseUnknownNames(given({ role: options.role, account: options.account }), audited);
  const plan = decided(make(audited.facts), options);
  const asking = { ...(await sessionCommands(options, io, 'now')), ...given({ yes: options.yes }) };
  if (options.script !== undefined) {
    await writeOutput(options.script, '--script', planScript(plan, asking.options), io);
    io.stderr.write(`${visible(options.script)}: ${counted(plan.steps.length, 'step')}\n`);
  } else io.stdout.write(written(plan, options, asking.options));
  for (const text of unreadSentences(audited.report.gaps)) io.stderr.write(`not read: ${text}\n`);
  if (options.apply && plan.steps.length > 0) {
    const keys = new Set(plan.steps.map(({ change }) => keyOfChange(change)));
    const stillToDo = (later: Audited): readonly string[] =>
      make(later.facts)
        .steps.filter(({ change }) => keys.has(keyOfChange(change)))
        .map(({ reason, change }) => reason ?? change.kind);
    const choices = { wants: () => false, isDecided: () => false };
    return applyPlan({ plan, choices, audited, stillToDo }, options, asking, io);
  }
  const isEmpty = plan.steps.length + (plan.notes ?? []).length === 0;
  io.exit(audited.report.gaps.length > 0 ? 3 : isEmpty ? 0 : 1);
};

const written = (plan: Plan, { format, json }: PlanOptions, rendering: Parameters<typeof renderPlan>[1]): string => {
  if (json || format === 'json') return jsonAnswer(plan);
  return format === 'terraform' ? terraformOfPlan(plan) : renderPlan(plan, rendering);
};

const refuseBadOptions = ({ apply, yes, journal, script, json, format }: PlanOptions, io: Io): void => {
  if (apply && script !== undefined) throw new UsageError('--apply and --script exclude each other');
  if (!apply && (yes || journal !== undefined)) throw new UsageError(`--${yes ? 'yes' : 'journal'} needs --apply`);
  if (apply && !yes && !io.stdoutIsTerminal)
    throw new UsageError('--apply asks before each step: run it in a terminal, or add --yes');
  if (script !== undefined && (json || format !== 'text'))
    throw new UsageError('--script writes a script: it takes no --json and no --format');
};

/** The role that a step is for. */
const roleOf = ({ change, roleArn }: PlannedStep): string | undefined => {
  switch (change.kind) {
    case 'trust-policy':
      return change.roleArn;
    case 'annotation':
      return change.key === roleArnKey ? (change.after ?? change.before) : roleArn;
    case 'association-created':
      return change.association.roleArn;
    default:
      return roleArn;
  }
};

/**
 * The plan with what may be done without asking. A script and --yes ask nobody: a step with a question is left there, unless its role
 * is named. Everywhere else a person sees the question before the step.
 */
const decided = (plan: Plan, { apply, yes, script, role }: PlanOptions): Plan => {
  if (script === undefined && !(apply && yes)) return plan;
  const waits = (step: PlannedStep): boolean => step.choice !== undefined && !isNamed(roleOf(step) ?? '', role ?? []);
  const waiting = plan.steps
    .filter(waits)
    .map(step => ({
      about: step.reason ?? step.change.kind,
      why: `A person must decide: ${step.choice} ${roleOf(step) === undefined ? 'Run it with --apply and without --yes' : `Name it with --role ${roleNameOf(roleOf(step) ?? '')}, or run --apply without --yes`}.`,
    }));
  return { ...plan, steps: plan.steps.filter(step => !waits(step)), notes: [...(plan.notes ?? []), ...waiting] };
};
