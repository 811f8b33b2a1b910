/** The first audit of many accounts at once: told as a whole, in one message, and not finding by finding. */
import { digestId } from '../../history/digest.ts';
import type { Digest } from '../../history/transition.ts';
import type { CoverageState } from '../../history/watch-coverage.ts';
import { severities } from '../../model.ts';
import { firstAuditsKey } from '../document-keys.ts';
import { findOwn } from '../documents.ts';
import type { RunState } from '../events.ts';
import { type AuditPorts, type DocumentStore, maxPending } from '../ports.ts';

/** Findings that the message shows; the rest is counted. */
const shown = 20;
/** Runs that are remembered: what they have opened may wait for some runs more. */
const remembered = 20;
/** Milliseconds, and rounds, in which what was told as a whole is marked as sent. */
const maxMarking = 300_000;
const maxRounds = 100;

/** `coverage/first-audits.json`: the runs whose opened findings were told as a whole, and of how many accounts. */
interface FirstAudits {
  readonly runs: readonly { readonly runId: string; readonly accounts: number }[];
}
const isFirstAudits = (value: object): value is FirstAudits => 'runs' in value && Array.isArray(value.runs);

/** Counts what a run has to tell of accounts that nobody was told of before. */
export const firstAuditOf = (before: CoverageState | undefined) => {
  const known = new Set(before?.accounts);
  let [accounts, unsent] = [0, 0];
  return {
    add: (accountId: string, keys: readonly string[]): void => {
      if (known.has(accountId)) return;
      accounts += 1;
      unsent += keys.length;
    },
    /** More than one digest can tell. */
    isLarge: (): boolean => unsent > maxPending,
    accounts: (): number => accounts,
  };
};

/** The runs that are told as a whole, this one among them where it is `large`: noted before anything is sent. */
export const firstAudits = async (
  documents: DocumentStore,
  { runId }: Pick<RunState, 'runId'>,
  { isLarge, accounts }: Pick<ReturnType<typeof firstAuditOf>, 'isLarge' | 'accounts'>,
): Promise<FirstAudits['runs']> => {
  const { key, found } = await findOwn(documents, firstAuditsKey, isFirstAudits);
  const { runs } = found ?? { runs: [] };
  if (!isLarge() || runs.some(run => run.runId === runId)) return runs;
  const now = [...runs, { runId, accounts: accounts() }].slice(-remembered);
  await documents.put(key, { runs: now } satisfies FirstAudits);
  return now;
};

/** The one message of a first audit: counts, the worst, and where the rest is. `digest` has its findings, worst first. */
export const firstDigest = (digest: Digest, accounts: number): Digest => {
  const { coverage: _coverage, toldAsWhole: _told, ...rest } = digest;
  const findings = digest.transitions.slice(0, shown).map(({ after }) => after);
  const open = severities.reduce((sum, severity) => sum + digest.openBySeverity[severity], 0);
  return {
    ...rest,
    id: digestId([`first audit ${digest.runId}`]),
    transitions: [],
    factChanges: [],
    stillOpen: {
      findings,
      beyond: Math.max(0, open - findings.length),
      first: { accounts, openBySeverity: digest.openBySeverity },
    },
  };
};

/** Marks as sent what is left of first audits, where no destination is told of each finding. */
export const markRest = async (
  { findings, notifiers, now }: Pick<AuditPorts, 'findings' | 'notifiers' | 'now'>,
  runs: FirstAudits['runs'],
): Promise<void> => {
  if (runs.length === 0 || notifiers.some(({ everyFinding }) => everyFinding === true)) return;
  const told = new Set(runs.map(({ runId }) => runId));
  const until = Date.parse(now()) + maxMarking;
  for (let round = 0; round < maxRounds && Date.parse(now()) < until; round += 1) {
    const keys = (await findings.pending()).flatMap(({ key, transition }) =>
      transition?.kind === 'opened' && told.has(transition.runId) ? [key] : [],
    );
    if (keys.length === 0) return;
    await findings.markSent('first-audit', keys, now());
  }
};
