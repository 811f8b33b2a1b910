/** The table as the promises look at it: items by their type, read without the store's help. */

import type { FindingStatus } from '../../../lib/history/transition.ts';
import type { Severity } from '../../../lib/model/finding.ts';
import type { Missed } from '../../../lib/model/unread.ts';
import type { PlainItem } from '../table/item.ts';
import type { MemoryTable } from '../table/memory-table.ts';

/** A finding's item. */
export interface FindingItem {
  readonly pk: string;
  readonly findingId: string;
  readonly accountId: string;
  readonly ruleId: string;
  readonly subject: string;
  readonly discriminator: string;
  readonly status: FindingStatus;
  readonly explainedBy?: string;
  readonly severity: Severity;
  readonly version: number;
  readonly runId: string;
  readonly firstSeenAt: string;
  readonly changedAt: string;
  readonly resolution?: string;
  readonly unconfirmedSince?: string;
  readonly unconfirmedBecause?: string;
  readonly region?: string;
  readonly clusterName?: string;
  readonly explains: readonly { readonly ruleId: string; readonly subject: string }[];
  readonly judgedWithout?: readonly Missed[];
}

/** A step of a finding's history. */
export interface HistoryItem {
  readonly pk: string;
  readonly kind: string;
  readonly at: string;
  readonly runId: string;
  readonly version: number;
  readonly summary: string;
  readonly accountId: string;
  readonly ruleId: string;
  readonly status: string;
  readonly previousRunId?: string;
  readonly state: FindingItem;
}

/** A run's record. */
export interface RunItem {
  readonly runId: string;
  readonly openFindings: Readonly<Record<Severity, number>>;
  readonly transitions: number;
  readonly sent: boolean;
  readonly gapCount: number;
  readonly failedAccounts: readonly string[];
}

export interface TableView {
  readonly findings: readonly FindingItem[];
  readonly history: readonly HistoryItem[];
  readonly runs: readonly RunItem[];
  readonly all: readonly PlainItem[];
  /** A finding of an account. */
  readonly finding: (accountId: string, findingId: string) => FindingItem | undefined;
  /** The step of a finding's history in an account. */
  readonly step: (findingId: string, version: number, runId: string, accountId: string) => HistoryItem | undefined;
}

const views = new WeakMap<MemoryTable, { readonly writes: number; readonly view: TableView }>();

/** The table as it is now. */
export const viewOf = (table: MemoryTable): TableView => {
  const known = views.get(table);
  if (known?.writes === table.writes.length) return known.view;
  const all = [...table.items.values()];
  const ofType = <T>(type: string): readonly T[] => all.filter(item => item.type === type) as readonly T[];
  const findings = ofType<FindingItem>('finding');
  const history = ofType<HistoryItem>('history');
  const byKey = new Map(findings.map(item => [`${item.pk} ${item.findingId}`, item]));
  const stepKey = (...parts: readonly (string | number)[]) => parts.join(' ');
  const steps = new Map(
    history.map(item => [stepKey(item.state.findingId, item.version, item.runId, item.accountId), item]),
  );
  const view: TableView = {
    ...{ findings, history, all },
    runs: ofType<RunItem>('run'),
    finding: (accountId, findingId) => byKey.get(`account#${accountId} ${findingId}`),
    step: (...parts) => steps.get(stepKey(...parts)),
  };
  views.set(table, { writes: table.writes.length, view });
  return view;
};

/** The chain of steps behind a finding, newest first, as far as it is there. */
export const chainOf = (view: TableView, item: FindingItem): readonly HistoryItem[] => {
  const chain: HistoryItem[] = [];
  let step = view.step(item.findingId, item.version, item.runId, item.accountId);
  while (step !== undefined) {
    chain.push(step);
    const { version, previousRunId }: HistoryItem = step;
    step =
      previousRunId === undefined ? undefined : view.step(item.findingId, version - 1, previousRunId, item.accountId);
  }
  return chain;
};
