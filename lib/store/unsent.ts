/** The unsent transitions, and marking them sent. */

import * as z from 'zod';
import { changedByShape } from '../audit/change-event-shape.ts';
import { maxPending } from '../audit/ports.ts';
import type { Unsent } from '../history/digest.ts';
import { takeTurns } from '../history/take-turns.ts';
import { StateConflict } from '../kit/errors.ts';
import { inParallel } from '../kit/in-parallel.ts';
import { watchedKinds } from '../rules/evaluate/evaluation.ts';
import { compareText, given } from '../text.ts';
import { expiresAt, type Retention } from './expiry.ts';
import { findingFromItem } from './finding-item.ts';
import { type HistoryEntry, historyFromItem, transitionFrom } from './history-item.ts';
import { isOfNewerVersion } from './item-version.ts';
import { findingKey, historyKey, parseUnsentKey, unsentKey } from './keys.ts';
import { getAll, type Item, type ItemKey, queryAll, type Table } from './table.ts';
import { readItem, updateIf } from './update.ts';
import { sortLevelOf } from './worst-first.ts';

const writesAtOnce = 16;
/** Keys that are looked through for those that are read whole: some megabytes. */
const maxIndexed = 10 * maxPending;
/** Attempts to mark one item sent while a run is writing it. */
const markAttempts = 5;

const stepSchema = z.object({
  step: z.string(),
  at: z.string(),
  runId: z.string(),
  before: z.string().optional(),
  after: z.string().optional(),
  clusterName: z.string().optional(),
  changedBy: changedByShape,
});
type Step = z.output<typeof stepSchema>;

const stepsOf = (item: Item): readonly Step[] => z.array(stepSchema).parse(item.unsentSteps ?? []);

/** The keys of all that is to be sent of an item. */
export const unsentKeysOf = (item: Item): readonly string[] =>
  stepsOf(item).map(({ step }) => unsentKey(String(item.pk), String(item.sk), step));

/** The transitions to send, worst first; of one level the accounts take turns, so that one with very many does not push
 *  out another. The index may lag behind the table, so `also` names what was just written, and every item is read
 *  consistently. */
export const pendingOf = async (table: Table, also: readonly string[]): Promise<readonly Unsent[]> => {
  const indexed = await queryAll(
    table,
    {
      IndexName: 'unsent',
      KeyConditionExpression: '#unsent = :yes',
      ExpressionAttributeNames: { '#unsent': 'unsent' },
      ExpressionAttributeValues: { ':yes': 'yes' },
    },
    maxIndexed,
  );
  const keys = [...inTurns(indexed).slice(0, maxPending).map(keyOf), ...also.flatMap(key => parseUnsentKey(key) ?? [])];
  const items = (await getAll(table, keys)).filter(item => !isOfNewerVersion(item));
  const rank = (item: Item): string => `${item.worstFirst} ${item.pk} ${item.sk}`;
  const sorted = [...items].sort((a, b) => compareText(rank(a), rank(b)));
  const steps = inTurns(sorted)
    .flatMap(item => stepsOf(item).map(step => ({ item, step })))
    .slice(0, maxPending);
  const history = await historyOf(table, steps);
  return steps.map(({ item, step }) => pendingFrom(item, step, history));
};

const inTurns = (items: readonly Item[]): readonly Item[] =>
  takeTurns(
    items,
    ({ worstFirst }) => sortLevelOf(String(worstFirst)),
    ({ pk }) => String(pk),
  );

const idOf = ({ pk, sk }: ItemKey): string => JSON.stringify([pk, sk]);

const keyOf = (item: Item): ItemKey => ({ pk: String(item.pk), sk: String(item.sk) });

interface UnsentStep {
  readonly item: Item;
  readonly step: Step;
}

/** The steps of history behind what is unsent, and the ones before those, by key. */
const historyOf = async (table: Table, steps: readonly UnsentStep[]): Promise<ReadonlyMap<string, HistoryEntry>> => {
  const read = async (keys: readonly ItemKey[]) =>
    (await getAll(table, keys)).filter(item => !isOfNewerVersion(item)).map(historyFromItem);
  const own = await read(
    steps
      .filter(({ item }) => item.type === 'finding')
      .map(({ item, step }) => ({ pk: String(item.sk), sk: step.step })),
  );
  const previous = await read(
    own.flatMap(({ state, version, previousRunId }) =>
      previousRunId === undefined
        ? []
        : [{ pk: findingKey(state.finding.id), sk: historyKey(version - 1, previousRunId) }],
    ),
  );
  return new Map(
    [...own, ...previous].map(entry => [stepId(entry.state.finding.id, historyKey(entry.version, entry.runId)), entry]),
  );
};

const stepId = (findingId: string, step: string): string => `${findingId} ${step}`;

const pendingFrom = ({ pk, sk, ...item }: Item, step: Step, history: ReadonlyMap<string, HistoryEntry>): Unsent => {
  const key = unsentKey(String(pk), String(sk), step.step);
  if (item.type === 'watched') {
    const { kind, watchedSubject: subject, accountId } = watchedSchema.parse(item);
    const { at, runId, before, after, clusterName, changedBy } = step;
    return {
      key,
      factChange: { ...{ kind, subject, accountId, at, runId }, ...given({ before, after, clusterName, changedBy }) },
    };
  }
  const known = findingFromItem({ pk, sk, ...item });
  const entry = history.get(stepId(known.finding.id, step.step));
  if (entry === undefined) return { key, transition: { ...fallback(item, step), after: known } };
  const previous =
    entry.previousRunId === undefined
      ? undefined
      : history.get(stepId(known.finding.id, historyKey(entry.version - 1, entry.previousRunId)));
  return { key, transition: transitionFrom(entry, previous) };
};

const watchedSchema = z.object({ kind: z.enum(watchedKinds), watchedSubject: z.string(), accountId: z.string() });

/** A step whose history has expired while it could not be sent: what is known now is better than silence. */
const fallback = (item: Item, { at, runId }: Step) => ({
  kind: 'changed' as const,
  at,
  runId,
  summary: String(item.message),
});

/** Marks steps as sent. A step that a run adds at the same moment stays unsent. A finding that is resolved or gone
 *  expires some days from now on, and not before it was sent. */
export const markSent = async (
  table: Table,
  { resolvedDays }: Retention,
  digestId: string,
  keys: readonly string[],
  at: string,
): Promise<void> => {
  const byItem = new Map<string, { readonly key: ItemKey; readonly steps: Set<string> }>();
  for (const text of keys) {
    const parsed = parseUnsentKey(text);
    if (parsed === undefined) continue;
    const id = idOf(parsed);
    const known = byItem.get(id) ?? { key: { pk: parsed.pk, sk: parsed.sk }, steps: new Set<string>() };
    known.steps.add(parsed.step);
    byItem.set(id, known);
  }
  const items = new Map(
    (
      await getAll(
        table,
        [...byItem.values()].map(({ key }) => key),
      )
    ).map(item => [idOf(keyOf(item)), item]),
  );
  await inParallel([...byItem], writesAtOnce, ([id, { key, steps }]) =>
    markItem(table, key, steps, { digestId, at, expiresAt: expiresAt(at, resolvedDays) }, items.get(id)),
  );
};

interface Stamp {
  readonly digestId: string;
  readonly at: string;
  readonly expiresAt: number;
}

const markItem = async (
  table: Table,
  key: ItemKey,
  sent: ReadonlySet<string>,
  stamp: Stamp,
  read: Item | undefined,
): Promise<void> => {
  let item = read;
  for (let attempt = 0; attempt < markAttempts; attempt += 1) {
    const steps = item === undefined || isOfNewerVersion(item) ? [] : stepsOf(item);
    const left = steps.filter(({ step }) => !sent.has(step));
    if (item === undefined || left.length === steps.length) return;
    const allSent = left.length === 0;
    const done = await updateIf(table, {
      kind: item.type === 'watched' ? 'watched' : 'finding',
      key,
      set: {
        sentAt: stamp.at,
        lastDigestId: stamp.digestId,
        ...(allSent ? {} : { unsentSteps: left }),
        ...(allSent && isOver(item) ? { expiresAt: stamp.expiresAt } : {}),
      },
      remove: allSent ? ['unsentSteps', 'unsent'] : [],
      // How many alone says nothing: another invocation may have marked one while a run added one.
      condition: 'size(#unsentSteps) = :length AND #runId = :runId',
      values: { length: steps.length, runId: item.runId },
    });
    if (done) return;
    item = await readItem(table, key);
  }
  throw new StateConflict(`${key.sk} is being written by another run`);
};

/** A resolved finding, a fact whose subject is gone. */
const isOver = ({ type, status, value }: Item): boolean =>
  type === 'watched' ? value === undefined : status === 'resolved';
