/** The fixes asked for, and the plan made of them. */
import { resolve } from 'node:path';
import type { Facts } from '../../facts.ts';
import { type Finding, isAct } from '../../model.ts';
import { asksForDecision, opensWide, type Plan, type PlanChoices, planOfFacts } from '../../plan/plan.ts';
import { idsWithPrefix } from '../../report/names.ts';
import type { RunReport } from '../../report/run-report.ts';
import { ageInWords, given, visible } from '../../text.ts';
import { everyItem } from '../findings/every-item.ts';
import { findingNamed, idsOf, scopeOfScan } from '../findings/finding-named.ts';
import { openFindings, type TableOptions, tellNewer } from '../findings/finding-queries.ts';
import { clustersOfContexts, type QuestionOptions } from '../report/asked-report.ts';
import { isAskedFinding } from '../report/report-filter.ts';
import { auditNow } from '../scan/audit-now.ts';
import type { Audited, SessionOptions } from '../scan/audit-session.ts';
import { type Baseline, parseRunReport } from '../scan/run-report-file.ts';
import { readText } from '../shell/files.ts';
import type { Io } from '../shell/io.ts';
import { Stopped } from './carry-out.ts';
import { refuseOtherWay } from './chosen-way.ts';
import { fixedBefore } from './fixed-before.ts';

/** The options of fix. */
export interface FixOptions extends Omit<SessionOptions, 'baseline'>, QuestionOptions {
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

/** The findings to fix, and the steps that may be done without asking. `among`: of which findings the filters choose; `facts`: of the
 *  audit that they are of, where there is one. Without ids the clusters of the contexts that a person named are asked about. */
export const choicesFor = (
  ids: readonly string[],
  options: FixOptions,
  among: (finding: Finding) => boolean = () => true,
  facts: readonly Facts[] = [],
): PlanChoices => {
  const names = options.cluster ?? (ids.length === 0 ? clustersOfContexts(options, facts) : undefined);
  const isAsked = isAskedFinding({ ...options, ...given({ cluster: names }) }, facts);
  // A rule is fixed alone, by its name; a place with the causes that lie elsewhere.
  const isOfRule = ({ ruleId }: Finding): boolean => options.rule?.includes(ruleId) ?? true;
  return {
    wants: one => (ids.length === 0 || ids.includes(one.id)) && among(one) && isOfRule(one) && isAsked(one),
    isDecided: one => isDecided(one, ids.includes(one.id), options),
    wayOf: one => (ids.includes(one.id) ? options.choose : undefined),
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
  /** The findings that the plan is for, now and after it. */
  readonly choices: PlanChoices;
  /** The audit that the plan was made from. */
  readonly audited: Audited;
  /** Of a plan that is for no findings: what a later audit shows still to be done of it, one sentence each. */
  readonly stillToDo?: (later: Audited) => readonly string[];
}

/** The findings of a file or a table, and how it is called. */
interface Stored {
  readonly findings: readonly Finding[];
  readonly where: string;
  /** The end of the run that wrote them, ISO 8601; absent where no run is on record. */
  readonly endedAt?: string;
}

/**
 * The plan of a scan, a file or a table. It is always made from an audit of now: a file or a table says which findings are meant, and
 * no step that somebody wrote into it is shown, scripted or run. Throws `UsageError` for an id that no finding has, `Stopped` for a
 * finding that the audit cannot confirm.
 */
export const planOf = async (ids: readonly string[], options: FixOptions, io: Io): Promise<Planned> => {
  const stored = await storedFindings(options, io);
  const meant = stored === undefined ? undefined : meantIn(ids, stored, options);
  if (stored !== undefined) tellAge(stored, io);
  const audited = await auditNow({ ...options, ...given({ baseline: stored && baselineOf(stored, io.now()) }) }, io);
  if (meant !== undefined) refuseUnconfirmed(meant, audited.report);
  const now: Stored = { findings: audited.report.findings, where: `${scopeOfScan(audited.report)} now` };
  const wanted = await stillThere(ids, stored, now, options, io);
  if (wanted === undefined) return { audited, choices: nothingWanted, plan: { steps: [], fixed: [], left: [] } };
  const choices = choicesFor(wanted, options, stored === undefined ? undefined : meantBy(stored, now), audited.facts);
  return { audited, choices, plan: planOfAudit(audited, choices) };
};

/** Says how old the findings are that a file or a table gives, and where the steps come from. */
const tellAge = ({ where, endedAt }: Stored, io: Io): void => {
  const age =
    endedAt === undefined ? 'of no run that is on record' : `of the run that ended ${ageInWords(endedAt, io.now())}`;
  io.stderr.write(
    `${visible(where)}: findings ${visible(age)}. They say what is meant; each step is made from an audit of now.\n`,
  );
};

/** The findings of a file or a table that a fix is asked for and that have one. Throws `UsageError` for an id that none has. */
const meantIn = (ids: readonly string[], stored: Stored, options: FixOptions): readonly Finding[] => {
  const { wants } = choicesFor(wantedIn(ids, stored, options), options);
  return stored.findings.filter(one => one.waiver === undefined && wants(one) && hasStep(one));
};

const hasStep = ({ fix }: Finding): boolean => (fix.steps ?? []).some(isAct);

const nothingWanted: PlanChoices = { wants: () => false, isDecided: () => false };

/** The whole ids of the findings that are named. */
const wantedIn = (ids: readonly string[], { findings, where }: Stored, options: FixOptions): readonly string[] => {
  const named = ids.map(id => findingNamed(id, findings, visible(where)));
  for (const finding of named) refuseOtherWay(finding, options.choose);
  return named.map(({ id }) => id);
};

/** The whole ids of the named findings that there are now; undefined where ids are named and all of them are gone: somebody fixed
 *  them, by a file, a table or a journal that knows them. */
const stillThere = async (
  ids: readonly string[],
  stored: Stored | undefined,
  now: Stored,
  options: FixOptions,
  io: Io,
): Promise<readonly string[] | undefined> => {
  const whole = stored === undefined ? ids : ids.map(id => findingNamed(id, stored.findings, visible(stored.where)).id);
  const isThere = (id: string): boolean => idsWithPrefix(id, idsOf(now.findings)).length > 0;
  const isKnown = stored === undefined ? await fixedBefore(options, io) : () => stored.where;
  const gone =
    options.apply || stored !== undefined ? whole.filter(id => !isThere(id) && isKnown(id) !== undefined) : [];
  for (const id of gone)
    io.stderr.write(
      `finding ${visible(id)}: nothing to do, a scan of now does not find it (it is of ${visible(isKnown(id) ?? '')})\n`,
    );
  const left = whole.filter(id => !gone.includes(id));
  return ids.length > 0 && left.length === 0 ? undefined : wantedIn(left, now, options);
};

const baselineOf = ({ findings }: Stored, at: string): Baseline => ({
  accounts: [...new Set(findings.map(({ accountId }) => accountId))].map(accountId => ({ accountId, regions: [] })),
  findings,
  startedAt: at,
  runId: 'stored',
});

/** Reasons by which a finding is over: the others say that it was not looked at. */
const isOver: readonly (string | undefined)[] = ['passed', 'gone', 'no longer applies'];

/** Throws `Stopped` where a finding that would be fixed is not among those of now, and it is not proven that it is over: the audit is
 *  of another account, or did not read as much. */
const refuseUnconfirmed = (meant: readonly Finding[], { findings, transitions, accounts }: RunReport): void => {
  const there = new Set(idsOf(findings));
  const over = transitions.filter(({ kind, after }) => kind === 'resolved' && isOver.includes(after.resolution));
  const known = new Set([...there, ...over.map(({ after }) => after.finding.id)]);
  const other = meant.find(({ id }) => !known.has(id));
  if (other === undefined) return;
  const isAudited = accounts.some(({ accountId }) => accountId === other.accountId);
  throw new Stopped(
    `no step is made: finding ${visible(other.id)} could not be confirmed by an audit of now${isAudited ? '' : `, which is not of account ${visible(other.accountId)}`}`,
  );
};

/** The findings that a file or a table means: its own, and those that only come up once others are fixed. */
export const meantBy = (stored: Pick<Stored, 'findings'>, now: Pick<Stored, 'findings'>) => {
  const [meant, there] = [new Set(idsOf(stored.findings)), new Set(idsOf(now.findings))];
  return ({ id }: Finding): boolean => meant.has(id) || !there.has(id);
};

const storedFindings = async ({ input, table, ...options }: FixOptions, io: Io): Promise<Stored | undefined> => {
  if (input !== undefined) {
    const { findings, endedAt } = parseRunReport(await readText(resolve(io.cwd, input), '--input'), input);
    return { findings, where: input, endedAt };
  }
  return table === undefined ? undefined : inTable({ ...options, table }, table, io);
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

const inTable = async (options: TableOptions, where: string, io: Io): Promise<Stored> => {
  const queries = tellNewer(await openFindings(options), io);
  const findings = (await everyItem(100, page => queries.list({ status: 'open' }, page))).map(({ finding }) => finding);
  const [last] = (await queries.runs({ limit: 1 })).items;
  return { findings, where, ...given({ endedAt: last?.endedAt }) };
};
