import { nothingKnown } from '../../history/known-state.ts';
import { closeAll } from '../../history/reconcile.ts';
import { given } from '../../text.ts';
import type { RunState } from '../events.ts';
import { isTransient } from '../failure.ts';
import type { AuditPorts } from '../ports.ts';

type Ports = Pick<AuditPorts, 'findings' | 'now'>;

/** Milliseconds that an account must be missing from the list of targets, in more than one run. */
const grace = 24 * 3_600_000;

/**
 * Closes the findings of accounts that are no longer audited: nobody would ever look at them again. People are told once,
 * with the next notification. An account must be missing for a day, and in two runs: a list that was cut once closes
 * nothing. One that comes back has its findings reopened. Answers how many findings the run has closed, in all attempts.
 * Throws `StateConflict` while another run writes the account.
 */
export const closeDeparted = async (ports: Ports, state: RunState): Promise<number> => {
  const targets = new Set(state.accounts);
  let closed = 0;
  for (const { accountId, missingSince, closedAt } of await ports.findings.accounts()) {
    if (targets.has(accountId)) {
      if (missingSince !== undefined) await ports.findings.noteAbsence({ accountId });
    } else if (missingSince === undefined) {
      await ports.findings.noteAbsence({ accountId, missingSince: state.startedAt });
    } else if ([undefined, state.startedAt].includes(closedAt) && isLongMissing(missingSince, state)) {
      // Again where an earlier attempt of the step has closed it: the run counts what it closed.
      const { isClosed, findings } = await closeAccount(ports, state, accountId);
      closed += findings;
      if (isClosed) await ports.findings.noteAbsence({ accountId, missingSince, closedAt: state.startedAt });
    }
  }
  return closed;
};

/** How many findings of departed accounts a run has closed, whether it ended or failed afterwards. One that it has audited may
 *  still be noted as missing: its steps are in the summary. None of one that may not be loaded: the run could not either. */
export const closedBy = async (
  ports: Pick<AuditPorts, 'findings'>,
  { runId, accounts }: Pick<RunState, 'runId' | 'accounts'>,
): Promise<number> => {
  const targets = new Set(accounts);
  let closed = 0;
  for (const { accountId, missingSince } of await ports.findings.accounts())
    if (missingSince !== undefined && !targets.has(accountId)) {
      const { findings } = await ports.findings.load(accountId).catch((error: unknown) => {
        if (isTransient(error)) throw error;
        return nothingKnown;
      });
      closed += findings.filter(each => each.runId === runId).length;
    }
  return closed;
};

const isLongMissing = (since: string, { startedAt }: RunState): boolean =>
  Date.parse(startedAt) - Date.parse(since) >= grace;

/** Closes what is open. An account is not closed where a newer run has read it, or a newer version of this program wrote
 *  something of it: that one closes it. */
const closeAccount = async (
  ports: Ports,
  { runId, startedAt: at }: RunState,
  accountId: string,
): Promise<{ readonly isClosed: boolean; readonly findings: number }> => {
  const known = await ports.findings.load(accountId);
  const { readScopes, unreadFacts, confirmedAt: basis, readAt = '', newer } = known;
  // Of one whose first run died while it wrote, what that run wrote is closed, too.
  if (newer?.isWhole || (basis === undefined && known.findings.length === 0))
    return { isClosed: newer === undefined, findings: 0 };
  if (readAt > at) return { isClosed: false, findings: 0 };
  const transitions = closeAll(known, { runId, at });
  const nothing = { factChanges: [], watched: [], coverage: [] };
  await ports.findings.apply(
    { accountId, runId, at, transitions, ...nothing, readScopes, unreadFacts, ...given({ basis }), presence: 'left' },
    ports.now(),
  );
  const earlier = known.findings.filter(each => each.runId === runId);
  return { isClosed: newer === undefined, findings: earlier.length + transitions.length };
};
