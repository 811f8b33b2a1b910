/**
 * Writes what one run changes in one account. The order makes it safe to stop anywhere: first the account is taken, then
 * come the steps of history (nobody sees one before its finding names it), then each finding with "to be sent" in the same
 * conditional write, then the watched facts in the same way, last the watermark. A repeat loads what was written and does
 * the rest.
 */

import type { StateChange } from '../audit/ports.ts';
import { isToSend } from '../history/reconcile.ts';
import type { FactChange, KnownFinding, Transition } from '../history/transition.ts';
import { factKey } from '../history/watched-drift.ts';
import { StateConflict } from '../kit/errors.ts';
import { inParallel } from '../kit/in-parallel.ts';
import type { WatchedFact } from '../rules/evaluate/evaluation.ts';
import { given } from '../text.ts';
import { registerAccount } from './audited-accounts.ts';
import { expiresAt, type Retention } from './expiry.ts';
import { findingItem, optionalAttributes } from './finding-item.ts';
import { historyItem } from './history-item.ts';
import { accountKey, findingKey, historyKey, watchedKey } from './keys.ts';
import { keysToSend } from './keys-to-send.ts';
import { type ItemKey, putAll, type Table } from './table.ts';
import { type ConditionalUpdate, readItem, updateIf } from './update.ts';
import { claimAccount, confirmAccount, confirmUnchanged } from './watermark.ts';

/** Conditional writes at work at once. */
const writesAtOnce = 16;

/** The number of written items, and the keys of all that the run wants sent. Throws `StateConflict`. */
export const applyChange = async (
  table: Table,
  retention: Retention,
  change: StateChange,
  now: string,
): Promise<{ readonly written: number; readonly unsentKeys: readonly string[] }> => {
  const { basis, presence } = change;
  if (basis !== undefined && basis > change.at) throw new StateConflict('a newer run has written the account');
  const isNew = basis === undefined && presence !== 'left';
  if (isNew || presence === 'back') await registerAccount(table, change.accountId);
  const facts = factWrites(change);
  if (change.transitions.length + facts.length === 0) {
    await confirmUnchanged(table, change, now);
    return { written: 0, unsentKeys: keysToSend(change) };
  }
  await claimAccount(table, change, now);
  await putAll(
    table,
    change.transitions.map(transition => historyItem(transition, retention)),
  );
  await inParallel(change.transitions, writesAtOnce, transition => writeFinding(table, retention, transition));
  await inParallel(facts, writesAtOnce, fact => writeFact(table, change, fact));
  await confirmAccount(table, change);
  return { written: change.transitions.length + facts.length, unsentKeys: keysToSend(change) };
};

/** Holds for an item that no later run has written: an older reading never replaces a later one, whoever died. */
const isReadEarlier = '(attribute_not_exists(#changedAt) OR #changedAt <= :at)';

const writeFinding = async (table: Table, retention: Retention, transition: Transition): Promise<void> => {
  const { after, before, kind, at, runId } = transition;
  const { pk: _pk, sk: _sk, ...attributes } = findingItem(after);
  const isResolved = after.status === 'resolved';
  const key = { pk: accountKey(after.finding.accountId), sk: findingKey(after.finding.id) };
  const tell = isToSend(transition);
  const update: ConditionalUpdate = {
    kind: 'finding',
    key,
    set: { ...attributes, ...(tell ? { unsent: 'yes' } : {}) },
    remove: [...optionalAttributes.filter(name => attributes[name] === undefined), 'expiresAt'],
    ...(tell
      ? { append: { list: 'unsentSteps', element: { step: historyKey(after.version, runId), kind, at, runId } } }
      : {}),
    condition: before === undefined ? 'attribute_not_exists(#pk)' : `#version = :expected AND ${isReadEarlier}`,
    values: before === undefined ? {} : { expected: before.version, at },
  };
  if (!(await updateIf(table, withoutUndefined(update)))) {
    const now = await readItem(table, key);
    if (now?.version !== after.version || now.runId !== runId)
      throw new StateConflict(`finding ${after.finding.id} was written by run ${now?.runId ?? 'unknown'} in between`);
  }
  if (isResolved && !tell) await expireIfSent(table, key, after, expiresAt(at, retention.resolvedDays));
};

/** A told transition expires some days after it was sent. What is resolved without a word expires now, unless an
 *  earlier step is still to be sent. */
const expireIfSent = async (table: Table, key: ItemKey, { version }: KnownFinding, when: number): Promise<void> => {
  await updateIf(table, {
    kind: 'finding',
    key,
    set: { expiresAt: when },
    remove: [],
    condition: '#version = :version AND attribute_not_exists(#unsentSteps)',
    values: { version },
  });
};

const withoutUndefined = (update: ConditionalUpdate): ConditionalUpdate => ({
  ...update,
  set: Object.fromEntries(Object.entries(update.set).filter(([, value]) => value !== undefined)),
});

/** A watched fact with its change, if it is one that is told. Without `fact` its subject is gone. */
interface FactWrite {
  readonly key: string;
  readonly fact?: WatchedFact;
  readonly told?: FactChange;
}

const factWrites = (change: StateChange): readonly FactWrite[] => {
  const told = new Map(change.factChanges.map(factChange => [factKey(factChange), factChange]));
  const changed = change.watched.map(fact => {
    const factChange = told.get(factKey(fact));
    return { key: watchedKey(fact), fact, ...given({ told: factChange }) };
  });
  const gone = change.factChanges.filter(factChange => factChange.after === undefined);
  return [...changed, ...gone.map(factChange => ({ key: watchedKey(factChange), told: factChange }))];
};

const writeFact = async (table: Table, change: StateChange, write: FactWrite): Promise<void> => {
  const { fact, told } = write;
  const key = { pk: accountKey(change.accountId), sk: write.key };
  const about = fact ?? told;
  if (about === undefined) return;
  const value = fact?.value;
  const before = told?.before;
  const update: ConditionalUpdate = {
    kind: 'watched',
    key,
    set: {
      kind: about.kind,
      watchedSubject: about.subject,
      accountId: change.accountId,
      changedAt: change.at,
      runId: change.runId,
      ...given({ value }),
      ...(told === undefined ? {} : { unsent: 'yes', worstFirst: `watched#${change.at}#${about.kind}` }),
    },
    remove: [...(value === undefined ? ['value'] : []), 'expiresAt'],
    ...(told === undefined ? {} : { append: { list: 'unsentSteps', element: stepOf(told) } }),
    condition: `${before === undefined ? 'attribute_not_exists(#value)' : '#value = :before'} AND ${isReadEarlier}`,
    values: { at: change.at, ...given({ before }) },
  };
  if (await updateIf(table, update)) return;
  const now = await readItem(table, key);
  if (now?.value === value && (now?.runId === change.runId || told === undefined)) return;
  throw new StateConflict(`the watched fact ${write.key} was written by run ${now?.runId ?? 'unknown'} in between`);
};

const stepOf = ({ before, after, at, runId, clusterName, changedBy }: FactChange) => ({
  step: runId,
  at,
  runId,
  ...given({ before, after, clusterName, changedBy }),
});
