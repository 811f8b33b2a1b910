import type { RunState } from '../events.ts';
import type { AuditPorts, DocumentStore, RunRecord } from '../ports.ts';
import { startedSince } from './documents.ts';

/** Milliseconds. An event may come later than the full run that finds its change, and its fast run may begin before that. */
const hour = 3_600_000;

/** Accounts of which no fast run has begun, though the full run before this one found a change there that an event should have told.
 *  A run that failed tells of none, unless it found some. */
export const accountsWithoutEvents = async (
  { findings, documents }: Pick<AuditPorts, 'documents' | 'findings'>,
  { startedAt: now }: Pick<RunState, 'startedAt'>,
): Promise<readonly string[]> => {
  const { items } = await findings.runs({ limit: 5 });
  const before = items.find(
    ({ startedAt, failure, changedWithoutEvent }) =>
      startedAt < now && (failure === undefined || changedWithoutEvent !== undefined),
  );
  return before === undefined ? [] : silentSince(documents, before, now);
};

/** Accounts in which a full run found a change that an event should have told, and of which no fast run has begun until an instant. */
export const silentSince = async (
  documents: Pick<DocumentStore, 'list'>,
  { startedAt, changedWithoutEvent = [] }: Pick<RunRecord, 'startedAt' | 'changedWithoutEvent'>,
  until: string,
): Promise<readonly string[]> => {
  if (changedWithoutEvent.length === 0) return [];
  const since = new Date(Date.parse(startedAt) - hour).toISOString();
  const told = new Set((await startedSince(documents, since, until)).map(({ accountId }) => accountId));
  return changedWithoutEvent.filter(accountId => !told.has(accountId));
};
