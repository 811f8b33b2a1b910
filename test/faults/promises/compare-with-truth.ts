import { nameKey } from '../../../lib/history/absent.ts';
import { materialDifferences } from '../../../lib/history/material.ts';
import type { Finding } from '../../../lib/model/finding.ts';
import { outcomeKey } from '../../../lib/rules/evaluate/evaluation.ts';
import type { Run } from '../simulation/run.ts';
import { readableInside } from '../world/read-inside.ts';
import { accountOf } from '../world/world.ts';
import type { FindingItem, TableView } from './table-view.ts';
import type { AccountTruth, Truth } from './truth.ts';
import type { Verdicts } from './verdicts.ts';

const checkTrue = (finding: Finding, item: FindingItem | undefined, about: string, { bad }: Verdicts): void => {
  const want = finding.waiver === undefined ? 'open' : 'waived';
  if (item?.status !== want) {
    bad('missing-open', `${about} is ${item?.status ?? 'absent'}, want ${want}`);
    return;
  }
  if (item.severity !== finding.severity)
    bad('stale-severity', `${about} is ${item.severity}, in truth ${finding.severity}`);
  if (item.unconfirmedSince !== undefined) bad('stuck-unconfirmed', about);
  const differences = materialDifferences(item as unknown as Finding, finding);
  if (differences.length > 0) bad('stale-finding', `${about}: ${differences.join(', ')}`);
};

/** Whether not even a whole reading decides it. A waiver is as decided as the findings that it covers. */
const isUnknown = (truth: AccountTruth, ruleId: string, subject: string): boolean => {
  const { outcomes } = truth.evaluation;
  const [, rule] = (ruleId === 'waiver-expired' && /^waiver:([^/]+)\/\*$/.exec(subject)) || [];
  if (rule === undefined) return [subject, '*'].some(each => outcomes[outcomeKey(ruleId, each)] === 'unknown');
  return Object.entries(outcomes).some(
    ([key, outcome]) => outcome === 'unknown' && key.startsWith(outcomeKey(rule, '')),
  );
};

/** A finding that is open and not true: allowed only where not even a whole reading can tell. */
const checkGhost = (item: FindingItem, run: Run, truth: AccountTruth, label: string, verdicts: Verdicts): void => {
  const { accountId, ruleId, subject, discriminator, status, unconfirmedSince, unconfirmedBecause } = item;
  const cluster = Object.values(accountOf(run.world, accountId).clusters).find(
    ({ name, region }) => item.clusterName === name && item.region === region,
  );
  const isUndecided = isUnknown(truth, ruleId, subject);
  if (unconfirmedSince !== undefined && cluster !== undefined && !readableInside(cluster))
    verdicts.allow('unconfirmed in a cluster without an inside');
  else if (unconfirmedSince !== undefined && isUndecided) verdicts.allow('undecided by a whole reading too');
  else {
    const why = unconfirmedBecause === undefined ? '' : `, unconfirmed: ${unconfirmedBecause}`;
    const about = `${accountId} ${ruleId} ${subject} [${discriminator}]`;
    verdicts.bad('ghost-open', `${label}: ${about} still ${status}${why}`);
  }
};

/** An explained finding names a cause that is open, or that another one explains by now. */
const checkCause = (item: FindingItem, view: TableView, label: string, { bad }: Verdicts): void => {
  const { accountId, ruleId, subject, explainedBy = '' } = item;
  let cause = view.finding(accountId, explainedBy);
  while (cause?.status === 'explained') cause = view.finding(accountId, cause.explainedBy ?? '');
  if (cause?.status !== 'open' && cause?.status !== 'waived')
    bad(
      'wrong-cause',
      `${label}: ${accountId} ${ruleId} ${subject} is explained by ${explainedBy}, which is ${cause?.status}`,
    );
};

/** After a run that read everything the table says what is true of its accounts: nothing is missing, nothing is left over. */
export const compareWithTruth = (view: TableView, run: Run, truth: Truth, label: string, verdicts: Verdicts): void => {
  for (const [accountId, account] of [...truth].filter(([id]) => run.accounts.includes(id))) {
    for (const [id, finding] of account.findings) {
      const { ruleId, subject, discriminator } = finding;
      const about = `${label}: ${accountId} ${ruleId} ${subject} [${discriminator}]`;
      checkTrue(finding, view.finding(accountId, id), about, verdicts);
    }
    for (const item of view.findings)
      if (item.pk === `account#${accountId}` && item.status !== 'resolved' && !account.findings.has(item.findingId)) {
        if (item.status === 'explained' && account.folded.has(nameKey(item))) checkCause(item, view, label, verdicts);
        else checkGhost(item, run, account, label, verdicts);
      }
  }
};
