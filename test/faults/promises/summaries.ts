/** The weekly summary: it tells exactly what is open, reaches every destination, and is one message however often it is sent. */
import type { Run } from '../simulation/run.ts';
import type { Simulation } from '../simulation/simulation.ts';
import { reaches } from './severity.ts';
import { viewOf } from './table-view.ts';
import type { Verdicts } from './verdicts.ts';

/** The promises of a summary right after it was sent. `isAlone`: nothing else wrote, and the indexes show all. */
const checkSummary = (simulation: Simulation, run: Run, isAlone: boolean, { bad, allow }: Verdicts): void => {
  const { destinations, table, options } = simulation;
  const delivered = destinations.delivered.filter(({ digest }) => digest.runId === run.runId);
  const ids = new Set(delivered.map(({ digest }) => digest.id));
  if (ids.size > 1) bad('summary-ids', `${run.runId} was sent under ${[...ids].join(' and ')}`);
  // Messages of another invocation or of an attempt that died or failed are not in the result of the one that answered.
  const isOnce = run.repeat === undefined && run.crash === undefined && run.triedAgain !== true;
  if (run.notified?.sent === false && delivered.some(({ taken }) => taken)) {
    if (!isOnce) allow('sent, which could not be written down');
    else bad('summary-sent-false', `${run.runId}: a destination took it, the result says that it was not sent`);
  }
  if (run.notified?.sent && delivered.length === 0)
    bad('summary-never-sent', `${run.runId}: nobody was ever sent it, the result says that it was sent`);
  if (!isAlone) return;
  const open = viewOf(table)
    .findings.filter(({ status, severity }) => status === 'open' && reaches(severity, options.minSeverity))
    .map(({ accountId, findingId }) => `${accountId} ${findingId}`);
  for (const { destination, digest } of delivered) {
    const { findings = [], beyond = 0 } = digest.stillOpen ?? {};
    const told = new Set(findings.map(({ finding }) => `${finding.accountId} ${finding.id}`));
    const missed = open.find(each => !told.has(each));
    if (missed !== undefined || told.size !== open.length || beyond > 0)
      bad('summary-wrong', `${destination} ${run.runId}: ${told.size} told, ${open.length} open, missed ${missed}`);
  }
};

/** Follows the summaries of a schedule. */
export const summaryChecker = (simulation: Simulation, verdicts: Verdicts) => {
  const sent: Run[] = [];
  return {
    follow: (run: Run, isAlone: boolean): void => {
      sent.push(run);
      checkSummary(simulation, run, isAlone, verdicts);
    },
    /** At the end every destination has every summary that was handed over, or the queue of undelivered digests has it. */
    check: (): void => {
      const { destinations } = simulation;
      for (const name of destinations.states.keys()) {
        const has = new Set(
          [...destinations.delivered, ...destinations.letters].flatMap(({ destination, digest }) =>
            destination === name ? [digest.id] : [],
          ),
        );
        for (const { runId, notified } of sent)
          if (notified?.digestIds?.some(id => !has.has(id)))
            verdicts.bad('summary-lost', `${name} never got the summary ${runId}`);
      }
    },
  };
};
