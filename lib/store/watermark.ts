/**
 * The one item that says when an account was last confirmed, and which run is writing it. A run takes the account
 * before its first write and gives it back with its last, so that an older run never writes over a newer one. The right
 * of a run that died is free again after `writeMinutes`.
 */

import { type StateChange, writeMinutes } from '../audit/ports.ts';
import { StateConflict } from '../kit/errors.ts';
import { given } from '../text.ts';
import { accountKey, watermarkKey } from './keys.ts';
import type { Item, Table } from './table.ts';
import { updateIf } from './update.ts';

/** Gaps that a watermark keeps for people to read. */
const gapsKept = 50;

const keyOf = ({ accountId }: StateChange) => ({ pk: accountKey(accountId), sk: watermarkKey });

/** The state that the change was made from is still there, or the same run has already written more. */
const isCurrent = ({ basis }: StateChange): string =>
  `(${basis === undefined ? 'attribute_not_exists(#confirmedAt)' : '#confirmedAt = :basis'} OR #runId = :me)`;

const isFree = '(attribute_not_exists(#writer) OR #writerUntil < :now)';

const valuesOf = ({ runId, basis }: StateChange): Item => ({ me: runId, ...given({ basis }) });

/** Takes the account for a run that is about to write. Two invocations of one run may have it at once, as they write the
 *  same; it then stays taken until the time of both is up. Throws `StateConflict`. */
export const claimAccount = async (table: Table, change: StateChange, now: string): Promise<void> => {
  const writerUntil = new Date(Date.parse(now) + writeMinutes * 60_000).toISOString();
  const taken = await updateIf(table, {
    kind: 'watermark',
    key: keyOf(change),
    set: { accountId: change.accountId, writer: change.runId, writerUntil },
    remove: ['sharedBy'],
    condition: `${isCurrent(change)} AND ${isFree}`,
    values: { ...valuesOf(change), now },
  });
  if (taken) return;
  const shared = await updateIf(table, {
    kind: 'watermark',
    key: keyOf(change),
    set: { writerUntil, sharedBy: change.runId },
    remove: [],
    condition: `${isCurrent(change)} AND #writer = :me`,
    values: valuesOf(change),
  });
  if (!shared) throw conflict(change);
};

/** Confirms the account with all that the run has read, and gives it back. Throws `StateConflict`. */
export const confirmAccount = async (table: Table, change: StateChange): Promise<void> => {
  const confirm = (remove: readonly string[], more: string) =>
    updateIf(table, {
      kind: 'watermark',
      key: keyOf(change),
      set: confirmed(change),
      remove: [...remove, ...notLeft(change)],
      condition: `${isCurrent(change)} AND #writer = :me${more}`,
      values: valuesOf(change),
    });
  if (await confirm(['writer', 'writerUntil'], ' AND attribute_not_exists(#sharedBy)')) return;
  if (!(await confirm([], ''))) throw conflict(change);
};

/** Confirms an account of which nothing else is to be written: one write. Throws `StateConflict`. */
export const confirmUnchanged = async (table: Table, change: StateChange, now: string): Promise<void> => {
  const done = await updateIf(table, {
    kind: 'watermark',
    key: keyOf(change),
    set: confirmed(change),
    remove: notLeft(change),
    condition: `${isCurrent(change)} AND (${isFree} OR #writer = :me)`,
    values: { ...valuesOf(change), now },
  });
  if (!done) throw conflict(change);
};

const confirmed = (change: StateChange): Item => ({
  accountId: change.accountId,
  confirmedAt: change.at,
  runId: change.runId,
  readScopes: change.readScopes,
  unreadFacts: change.unreadFacts,
  gapCount: change.coverage.length,
  gaps: change.coverage.slice(0, gapsKept),
  ...(change.presence === 'left' ? { hasLeft: true } : {}),
});

const notLeft = ({ presence }: StateChange): readonly string[] => (presence === 'left' ? [] : ['hasLeft']);

const conflict = ({ accountId }: StateChange): Error =>
  new StateConflict(`another run has written account ${accountId}, or is writing it`);
