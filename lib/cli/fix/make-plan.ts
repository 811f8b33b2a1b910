/** The fixes asked for, and the plan made of them. */
import { resolve } from 'node:path';
import { roleNameOf } from '../../model/arn.ts';
import type { Finding } from '../../model/finding.ts';
import type { Change } from '../../model/step.ts';
import { asksForDecision, opensWide, type Plan, type PlanChoices, planOfFacts } from '../../plan/plan.ts';
import { planOfFindings } from '../../plan/plan-of-findings.ts';
import { canonicalJson } from '../../text/json-value.ts';
import { visible } from '../../text/visible-text.ts';
import { findingNamed } from '../findings/finding-named.ts';
import { openFindings, type TableOptions, tellNewer } from '../findings/finding-queries.ts';
import { type Audited, auditSession, type SessionOptions } from '../scan/audit-session.ts';
import { parseRunReport } from '../scan/run-report-file.ts';
import { readText } from '../shell/files.ts';
import type { Io } from '../shell/io.ts';
import { progress } from '../shell/progress.ts';
import { isDone, type readStates, Stopped } from './carry-out.ts';
import { refuseOtherWay } from './chosen-way.ts';

/** The options of fix. */
export interface FixOptions extends Omit<SessionOptions, 'baseline'> {
  readonly rule?: readonly string[];
  readonly cluster?: readonly string[];
  readonly role?: readonly string[];
  readonly serviceAccount?: readonly string[];
  readonly input?: string;
  readonly table?: string;
  readonly json?: boolean;
  readonly script?: string;
  readonly apply?: boolean;
  readonly yes?: boolean;
  readonly choose?: number;
  readonly journal?: string;
  readonly undo?: string;
}

/** The findings to fix, and the steps that may be done without asking. */
export const choicesFor = (ids: readonly string[], options: FixOptions): PlanChoices => {
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
    isVerified: options.apply === true,
  };
};

/** A step that opens a role to more than one service account is applied only by its id, even where each step is
 *  confirmed. A script asks nobody: it has the steps that need no decision, and those for which --choose took it. */
const isDecided = (finding: Finding, isNamed: boolean, { apply, script, yes, choose }: FixOptions): boolean => {
  if (!apply && script === undefined) return true;
  if (opensWide(finding) && !isNamed) return false;
  const asks = apply === true && !yes;
  return asks || !asksForDecision(finding) || (choose !== undefined && isNamed);
};

/** A plan, and what it was asked for. */
export interface Planned {
  readonly plan: Plan;
  /** The whole ids of the findings that were named. */
  readonly wanted: readonly string[];
  /** The audit that the plan was made from; absent for one of a file or a table. */
  readonly audited?: Audited;
}

/** The plan of a scan, a file or a table. Throws `UsageError` for an id that no finding has. */
export const planOf = async (ids: readonly string[], options: FixOptions, io: Io): Promise<Planned> => {
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
  const audited = await audit(options, io);
  return { ...planned(audited.report.findings, 'a scan of now', choices => planOfAudit(audited, choices)), audited };
};

/** The plan of an audit. */
export const planOfAudit = ({ facts, choices: rules }: Audited, choices: PlanChoices): Plan => {
  const plans = facts.map(each => planOfFacts(each, rules, choices));
  return {
    steps: plans.flatMap(({ steps }) => steps),
    fixed: plans.flatMap(({ fixed }) => fixed),
    left: plans.flatMap(({ left }) => left),
  };
};

/**
 * A plan of a file or a table is carried out only as far as an audit of now makes the same steps: who gains access is
 * decided by the policies as they are now, and a step that somebody wrote into the file is not run. A finished plan
 * needs no audit.
 */
export const refuseOtherSteps = async (
  { plan, wanted }: Planned,
  states: Awaited<ReturnType<typeof readStates>>,
  options: FixOptions,
  io: Io,
): Promise<void> => {
  const pending = plan.steps.flatMap((step, at) => (isDone(step, states[at]) ? [] : [{ step, number: at + 1 }]));
  if ((options.input === undefined && options.table === undefined) || pending.length === 0) return;
  const now = planOfAudit(await audit(options, io), choicesFor(wanted, options));
  const made = new Set(now.steps.map(({ change }) => canonicalJson(withoutContext(change))));
  const other = pending.find(({ step: { change } }) => !made.has(canonicalJson(withoutContext(change))));
  if (other !== undefined)
    throw new Stopped(
      `step ${other.number} is not run: an audit of now does not make it for this plan; run fix without --input or --table`,
    );
};

/** A change whatever the name of the context that its cluster was read through. */
const withoutContext = (change: Change): object => {
  if (!('cluster' in change)) return change;
  const { context: _, ...cluster } = change.cluster;
  return { ...change, cluster };
};

const openInTable = async (options: TableOptions, io: Io): Promise<readonly Finding[]> => {
  const queries = tellNewer(await openFindings(options), io);
  const findings: Finding[] = [];
  let cursor: string | undefined;
  do {
    const page = await queries.list({ status: 'open' }, { limit: 100, ...(cursor === undefined ? {} : { cursor }) });
    findings.push(...page.items.map(({ finding }) => finding));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return findings;
};

/** Audits, with its progress. */
export const audit = async (options: SessionOptions, io: Io) => {
  const { tell, done } = progress(io);
  try {
    return await auditSession(options, io, tell);
  } finally {
    done();
  }
};
