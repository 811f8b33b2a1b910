import * as z from 'zod';
import { changedByShape } from '../audit/change-event-shape.ts';
import { type KnownFinding, type Transition, transitionKinds } from '../history/transition.ts';
import { DocumentInvalid } from '../kit/errors.ts';
import type { ChangeEvent } from '../model.ts';
import { given } from '../text.ts';
import { expiresAt, type Retention } from './expiry.ts';
import { findingAttributes, findingFromItem } from './finding-item.ts';
import { stampOf } from './item-version.ts';
import { findingKey, historyKey } from './keys.ts';
import type { Item } from './table.ts';

/** One step in a finding's life as it is stored. `previousRunId` names the entry before it. */
export interface HistoryEntry {
  readonly kind: Transition['kind'];
  readonly at: string;
  readonly runId: string;
  readonly version: number;
  readonly previousRunId?: string;
  readonly summary: string;
  readonly changedBy?: readonly ChangeEvent[];
  readonly state: KnownFinding;
}

const entrySchema = z.object({
  kind: z.enum(transitionKinds),
  at: z.string(),
  runId: z.string(),
  version: z.int(),
  previousRunId: z.exactOptional(z.string()),
  summary: z.string(),
  changedBy: changedByShape,
  state: z.record(z.string(), z.unknown()),
});

/** A transition as an item under its finding. Written before the finding itself: a crash between the two leaves an
 *  entry that no later state points to, and `historyChain` leaves it out. */
export const historyItem = (transition: Transition, retention: Retention): Item => {
  const { after, before, kind, at, runId, summary } = transition;
  const { finding } = after;
  return {
    pk: findingKey(finding.id),
    sk: historyKey(after.version, runId),
    ...stampOf('history'),
    kind,
    at,
    runId,
    version: after.version,
    summary,
    accountId: finding.accountId,
    ruleId: finding.ruleId,
    severity: finding.severity,
    status: after.status,
    ...given({ previousRunId: before?.runId, changedBy: transition.changedBy }),
    state: findingAttributes(after),
    expiresAt: expiresAt(at, retention.historyDays),
  };
};

/** Reads an entry back. Throws `DocumentInvalid`. */
export const historyFromItem = (item: Item): HistoryEntry => {
  const parsed = entrySchema.safeParse(item);
  if (!parsed.success) throw new DocumentInvalid(`item ${item.pk} ${item.sk} is not a step of a history`);
  return { ...parsed.data, state: findingFromItem(parsed.data.state) };
};

/**
 * The steps that really happened, oldest first. The newest is the one that the finding's own item names; each names the
 * one before it. Entries of a run that lost, or crashed before it wrote the finding, are in no chain.
 */
export const historyChain = (
  entries: readonly HistoryEntry[],
  newest: { readonly version: number; readonly runId: string } | undefined,
): readonly Transition[] => {
  const byStep = new Map(entries.map(entry => [historyKey(entry.version, entry.runId), entry]));
  const last = newest ?? [...entries].sort((a, b) => a.version - b.version || (a.at < b.at ? -1 : 1)).at(-1);
  const chain: HistoryEntry[] = [];
  let entry = last === undefined ? undefined : byStep.get(historyKey(last.version, last.runId));
  while (entry !== undefined) {
    chain.unshift(entry);
    entry =
      entry.previousRunId === undefined ? undefined : byStep.get(historyKey(entry.version - 1, entry.previousRunId));
  }
  return chain.map((each, index) => transitionFrom(each, chain[index - 1]));
};

/** A stored step as a transition; `before` is there as long as the step before it is. */
export const transitionFrom = (entry: HistoryEntry, previous: HistoryEntry | undefined): Transition => ({
  kind: entry.kind,
  at: entry.at,
  runId: entry.runId,
  summary: entry.summary,
  ...given({ before: previous?.state, changedBy: entry.changedBy }),
  after: entry.state,
});
