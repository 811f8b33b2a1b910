import { keepChanges } from '../../history/keep-changes.ts';
import { DocumentInvalid } from '../../kit/errors.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import { documentKeys } from '../document-keys.ts';
import { findDocument, getDocument } from '../documents.ts';
import type { RunState } from '../events.ts';
import { type BaseRun, findBase } from '../last-read.ts';
import type { AuditPorts } from '../ports.ts';
import { isTargets, type TargetsDocument } from '../steps/target-of.ts';
import type { FastReading, Target } from '../target.ts';
import { fastLaneKeys, isNote, keptOfAccount, type NoteDocument } from './documents.ts';

type Ports = Pick<AuditPorts, 'documents' | 'now'>;

const readsAtOnce = 16;
const writesAtOnce = 16;

/**
 * The first step of a fast run: the accounts that were noted for it, as far as the last full run audited them. Without a
 * full run there is nothing to compare with, and no account: that run will tell. The start is now, not that of the
 * execution, which has waited since: the watermark of an account must not be older than what is read of it.
 */
export const planFastRun = async (ports: Ports, { runId }: { readonly runId: string }): Promise<RunState> => {
  const startedAt = ports.now();
  const state = { runId, startedAt, fast: true } as const;
  const base = await findBase(ports.documents);
  if (base === undefined) return { ...state, accounts: [] };
  const { changes, skipped } = await changesOf(ports, runId);
  const targets = await targetsOf(ports, base, changes);
  const accounts = targets.flatMap(({ document }) => Object.keys(document.targets)).sort();
  if (accounts.length === 0) return { ...state, accounts, ...skipped };
  await inParallel(accounts, writesAtOnce, accountId =>
    ports.documents.put(fastLaneKeys.started({ startedAt, runId, accountId }), {}),
  );
  await inParallel(targets, readsAtOnce, ({ key, document }) => ports.documents.put(key(runId), document));
  await ports.documents.put(documentKeys(runId).targets, { accounts, apiCalls: {} });
  return { ...state, accounts, ...skipped };
};

/** The targets of the full run that something was noted of, in the parts in which that run has them. */
const targetsOf = async (
  { documents }: Ports,
  base: BaseRun,
  changes: ReadonlyMap<string, FastReading>,
): Promise<readonly { readonly key: (runId: string) => string; readonly document: TargetsDocument }[]> => {
  const parts = Map.groupBy(changes.keys(), accountId => documentKeys(base.runId).targetsWith(accountId));
  return inParallel([...parts], readsAtOnce, async ([key, noted]) => {
    const known = (await findDocument(documents, key, isTargets)) ?? { targets: {} };
    const targets = noted.flatMap((accountId): (readonly [string, Target])[] => {
      const target = known.targets[accountId];
      if (target === undefined) return [];
      return [[accountId, { ...target, fast: changes.get(accountId) ?? nothingNoted }]];
    });
    const [first = ''] = noted;
    return {
      key: (runId: string) => documentKeys(runId).targetsWith(first),
      document: { ...known, targets: Object.fromEntries(targets) },
    };
  });
};

/** Of an account of which no change is noted. */
const nothingNoted: FastReading = { changes: [], leftOut: 0 };

/**
 * All that was noted for a run, by account, and how many notes cannot be parsed. A note that cannot be parsed stops no run: it
 * is counted, and its accounts wait for the next full run, which reads every account.
 */
const changesOf = async (
  { documents }: Ports,
  runId: string,
): Promise<{
  readonly changes: ReadonlyMap<string, FastReading>;
  readonly skipped: { readonly skippedNotes?: number };
}> => {
  const keys = await documents.list(fastLaneKeys.notes(runId));
  const read = await inParallel(keys, readsAtOnce, key => noteAt(documents, key));
  const notes = read.filter(note => note !== undefined);
  const accounts = new Set(notes.flatMap(({ changes }) => Object.keys(changes)));
  return {
    changes: new Map([...accounts].map(accountId => [accountId, notedOf(notes, accountId)])),
    skipped: notes.length === read.length ? {} : { skippedNotes: read.length - notes.length },
  };
};

const noteAt = async (documents: Ports['documents'], key: string): Promise<NoteDocument | undefined> => {
  try {
    return await getDocument(documents, key, isNote);
  } catch (error) {
    if (error instanceof DocumentInvalid) return undefined;
    throw error;
  }
};

const notedOf = (notes: readonly NoteDocument[], accountId: string): FastReading => {
  const events = notes.flatMap(({ changes }) => changes[accountId] ?? []);
  const { kept, leftOut } = keepChanges(
    [...new Map(events.map(event => [event.eventId, event])).values()],
    keptOfAccount,
  );
  return { changes: kept, leftOut: notes.reduce((sum, note) => sum + (note.leftOut[accountId] ?? 0), leftOut) };
};
