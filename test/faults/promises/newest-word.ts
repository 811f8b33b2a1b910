import type { Finding } from '../../../lib/model/finding.ts';
import { coveredBy } from '../../../lib/rules/evaluate/waivers.ts';
import type { Run } from '../simulation/run.ts';
import type { Simulation } from '../simulation/simulation.ts';
import { evaluationOf, summaryOf } from './evaluations.ts';
import { type FindingItem, viewOf } from './table-view.ts';
import type { Verdicts } from './verdicts.ts';

const nameOf = ({
  ruleId,
  subject,
  discriminator = '',
}: Pick<FindingItem, 'ruleId' | 'subject'> & { readonly discriminator?: string }): string =>
  JSON.stringify([ruleId, subject, discriminator]);

/**
 * Whatever a run could read, and whoever was at work beside it: of the accounts that it has written, and no newer run has
 * (`overtaken`),
 * the table says what it found. A finding of its is open, waived or known by its cause, which is open or waived; a finding that
 * it does not have is not open, or says that it could not be confirmed.
 */
export const checkNewestWord = (
  simulation: Simulation,
  run: Run,
  overtaken: readonly string[],
  verdicts: Verdicts,
): void => {
  const { findings } = viewOf(simulation.table);
  for (const accountId of run.accounts) {
    if (overtaken.includes(accountId)) continue;
    if (summaryOf(simulation, run, accountId)?.status !== 'ok') continue;
    const evaluation = evaluationOf(simulation, run, accountId);
    if (evaluation === undefined) continue;
    verdicts.note('the table was compared with the newest evaluation');
    const items = findings.filter(item => item.accountId === accountId && item.pk === `account#${accountId}`);
    const known = new Map(items.map(item => [nameOf(item), item]));
    const found = new Set(evaluation.findings.map(nameOf));
    const byCause = new Set(
      items.flatMap(({ status, explains }) => (status === 'open' || status === 'waived' ? explains.map(nameOf) : [])),
    );
    const isByCause = (finding: Finding): boolean => {
      const covers = coveredBy(finding);
      if (covers === undefined) return byCause.has(nameOf(finding));
      const covered = evaluation.findings.filter(one => one.waiver === undefined && covers(one));
      return (
        covered.length > 0 &&
        covered.every(one => byCause.has(nameOf(one)) && known.get(nameOf(one))?.status !== 'open')
      );
    };
    const about = `${run.runId}: ${accountId}`;
    for (const finding of evaluation.findings) {
      const { status = 'absent' } = known.get(nameOf(finding)) ?? {};
      const isThere =
        status === 'open' || status === 'explained' || (status === 'waived' && finding.waiver !== undefined);
      if (isThere) continue;
      if (isByCause(finding)) verdicts.allow('found alone, and known by its cause');
      else verdicts.bad('newest-word', `${about} ${finding.ruleId} ${finding.subject} was found, and is ${status}`);
    }
    for (const item of items)
      if (
        (item.status === 'open' || item.status === 'waived') &&
        item.unconfirmedSince === undefined &&
        !found.has(nameOf(item))
      )
        verdicts.bad('newest-word', `${about} ${item.ruleId} ${item.subject} was not found, and is ${item.status}`);
  }
};
