/** Carries plans out, and goes back: what fix writes, and what it says of that. */
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { undoInWords } from '../../fixes/change-table.ts';
import type { Act, Finding } from '../../model.ts';
import { fromNothing, gainsByChange } from '../../plan/gains-by-change.ts';
import type { Plan, PlannedStep } from '../../plan/plan.ts';
import type { RunReport } from '../../report/run-report.ts';
import { counted, visible } from '../../text.ts';
import { auditNow } from '../scan/audit-now.ts';
import { readText } from '../shell/files.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { carryOut, readStates, Stopped, type Workbench } from './carry-out.ts';
import { journalNameOf } from './fixed-before.ts';
import { type Journal, type JournalEntry, journalVersion, openJournal, parseJournal } from './journal.ts';
import { journalKey, keptJournalKey } from './journal-key.ts';
import type { FixOptions, Planned } from './make-plan.ts';
import { restartsAgain } from './missed-pods.ts';
import { notRunOf, progressInWords } from './progress-in-words.ts';
import { undoJournal, waysBackIn } from './undo-journal.ts';
import { waitForPods } from './wait-for-pods.ts';
import { type AskingFirst, stepInWords, whileAsking } from './while-asking.ts';

/** Carries a plan out and audits again; a journal says what was done. */
export const applyPlan = async (
  planned: Planned,
  options: Omit<FixOptions, 'account'>,
  asking: AskingFirst,
  io: Io,
): Promise<void> => {
  const { plan } = planned;
  const name = options.journal ?? journalNameOf(io.now());
  const key = (await keptJournalKey(io)) ?? unknownKey(io);
  const journal = keeping(openJournal(resolve(io.cwd, name), 'new', key));
  let run: number;
  try {
    const from = options.input ?? options.table ?? 'a scan';
    const findings = [...new Set(plan.fixed.map(({ id }) => id))];
    journal.write({ event: 'plan', at: io.now(), version: journalVersion, steps: plan.steps.length, from, findings });
    const decisionsOf = (step: Act): readonly string[] => decisionsFor(step, plan);
    run = await whileAsking({ ...asking, decisionsOf }, io, bench => carryOutNow(plan, journal, bench));
  } catch (error) {
    const isBegun = journal.entries.some(({ event }) => event === 'begin');
    if (!(error instanceof Stopped) && !isBegun) throw error;
    const [why, notRun] = [reasonOf(error), notRunOf(journal.entries, plan.steps.length)];
    const progress = progressInWords(journal.entries, plan.steps.length);
    const kept = isKept(() => journal.write({ event: 'stopped', at: io.now(), why, notRun }));
    const where = !isBegun
      ? 'Nothing was written'
      : kept
        ? `It is in ${name}${canGoBack(journal.entries) ? `: fix --undo ${name} goes back` : ''}`
        : `The end of it is not in ${name}, which cannot be written any more`;
    io.stderr.write(`irsa-auditor: ${visible(why)}. ${progress} ${visible(where)}.\n`);
    return io.exit(3);
  } finally {
    journal.close();
  }
  io.stderr.write(`${counted(run, 'step')} done${run === 0 ? '' : `, journal ${visible(name)}`}\n`);
  await verify(planned, options, { name, key, asking, run }, io);
};

/** The decisions of the findings that a step is for. */
const decisionsFor = (step: Act, { steps, fixed }: Plan): readonly string[] => {
  const planned = steps.find(one => one.change === step.change);
  const ids = planned?.findingIds ?? [];
  const choices = fixed.filter(({ id }) => ids.includes(id)).map(({ fix }) => fix.choice);
  return [...new Set([planned?.choice, ...choices].filter(choice => choice !== undefined))];
};

const carryOutNow = async ({ steps }: Plan, journal: Journal, bench: Workbench): Promise<number> => {
  const run = await carryOut(steps, await readStates(steps, bench), journal, bench);
  await waitForPods(steps, bench);
  return run;
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

/** True where a step that was begun has a way back. */
const canGoBack = (entries: readonly JournalEntry[]): boolean =>
  entries.some(one => one.event === 'begin' && undoInWords(one.change).startsWith('can be undone'));

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

/** A plan that was carried out. */
interface Applied {
  /** The name of its journal. */
  readonly name: string;
  /** By which it is written. */
  readonly key: string;
  readonly asking: AskingFirst;
  /** The steps that were run. */
  readonly run: number;
}

/** Audits again: what a step was for must be gone. */
const verify = async (
  { plan, choices: { wants }, audited, stillToDo }: Planned,
  options: Omit<FixOptions, 'account'>,
  applied: Applied,
  io: Io,
): Promise<void> => {
  const verified = () =>
    auditNow(options, io).catch((error: unknown) => {
      io.stderr.write(`irsa-auditor: ${visible(reasonOf(error))}: the steps were run, and could not be verified\n`);
    });
  const first = await verified();
  const missed = first === undefined || applied.run === 0 ? [] : restartsAgain(plan, first);
  const again = missed.length === 0 ? first : await restartOnce(missed, plan.steps.length, applied, io).then(verified);
  if (again === undefined) return io.exit(3);
  const { report } = again;
  const fixed = new Set(plan.fixed.map(({ id }) => id));
  const open = report.findings.filter(one => one.waiver === undefined && (fixed.has(one.id) || wants(one)));
  for (const one of open) io.stderr.write(`still there: ${one.id} ${one.ruleId}: ${visible(one.message)}\n`);
  const undone = [...(stillToDo?.(again) ?? []), ...cameUp(audited.report, report, open)];
  for (const one of undone) io.stderr.write(`still to do: ${visible(one)}\n`);
  const gaps = report.gaps.length;
  if (gaps > 0) io.stderr.write(`${gaps} gaps: what could not be read is not verified\n`);
  io.exit(open.length + undone.length > 0 ? 1 : gaps > 0 ? 3 : 0);
};

/** Breaks that no finding told before the steps: they were part of what is fixed, or come up once it is. `open`: told already. */
const cameUp = (before: RunReport, after: RunReport, open: readonly Finding[]): readonly string[] => {
  const known = new Set([...before.findings, ...open].map(({ id }) => id));
  return after.findings
    .filter(one => one.impact === 'breaks' && one.waiver === undefined && !known.has(one.id))
    .map(({ id, ruleId, message }) => `${id} ${ruleId}: ${message}. irsa-auditor fix ${id.slice(0, 8)} says how`);
};

/** Restarts workloads whose new pods the webhook missed. A failure is told, and the audit tells what is left. */
const restartOnce = async (
  steps: readonly PlannedStep[],
  before: number,
  { name, key, asking }: Applied,
  io: Io,
): Promise<void> => {
  io.stderr.write(`the webhook missed new pods of ${counted(steps.length, 'workload')}: restarted once more\n`);
  const journal = openJournal(resolve(io.cwd, name), 'append', key);
  const later: Journal = {
    ...journal,
    write: line => journal.write('number' in line ? { ...line, number: line.number + before } : line),
  };
  try {
    await whileAsking(asking, io, async bench => {
      await carryOut(steps, await readStates(steps, bench), later, bench);
      await waitForPods(steps, bench);
    });
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    io.stderr.write(`irsa-auditor: ${visible(error.message)}\n`);
  } finally {
    journal.close();
  }
};

/** A key that nobody knows again: the journal is written, and no program goes back by it. */
const unknownKey = (io: Io): string => {
  io.stderr.write('no key of this user can be kept in the home: fix --undo will only show the way back\n');
  return randomBytes(32).toString('hex');
};

/** Goes back what a journal of this user says. The way back of another one is shown: nothing is run, whoever answers. */
export const undo = async (
  file: string,
  options: Omit<FixOptions, 'account'>,
  asking: AskingFirst,
  io: Io,
): Promise<void> => {
  if (!options.yes && !io.stdoutIsTerminal)
    throw new UsageError('--undo asks before each step: run it in a terminal, or add --yes');
  const path = resolve(io.cwd, file);
  const key = await journalKey(io);
  const { entries, isCut, isOwn } = parseJournal(await readText(path, '--undo'), file, key);
  if (key === undefined || !isOwn) return showWayBack(entries, file, asking, io);
  const journal = openJournal(path, isCut ? 'whole-lines' : 'append', key);
  const decisionsOf = ({ change }: Act): readonly string[] => gainsByChange(change, io.now());
  try {
    const { undone, kept } = await whileAsking({ ...asking, shows: true, decisionsOf }, io, bench =>
      undoJournal(entries, journal, bench, asking.yes !== true),
    );
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

/** The steps back with their commands and all who are allowed by them, whatever the journal says was there before: for a person to
 *  judge. */
const showWayBack = (entries: readonly JournalEntry[], file: string, { options }: AskingFirst, io: Io): void => {
  for (const { number, steps } of waysBackIn(entries)) {
    io.stdout.write(`step ${number}: ${steps.length === 0 ? 'no way back is known' : 'the way back'}\n`);
    for (const step of steps)
      io.stdout.write(
        `${gainsByChange(fromNothing(step.change), io.now())
          .map(gain => `  gives: ${visible(gain)}\n`)
          .join('')}${stepInWords(step, options)}`,
      );
  }
  io.stderr.write(
    `irsa-auditor: ${visible(file)} was not written by this user's fix on this machine, or was changed since: nothing is run. Judge each step before you run its command yourself.\n`,
  );
  io.exit(3);
};
