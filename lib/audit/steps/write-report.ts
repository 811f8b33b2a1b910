import { inParallel } from '../../kit/in-parallel.ts';
import {
  addParts,
  type BoundedParts,
  type Bounds,
  noRunParts,
  notDrawnBecause,
  notesOfCuts,
  pageBounds,
} from '../../report/bounded-parts.ts';
import { withGraph } from '../../report/graph/with-graph.ts';
import { renderHtml } from '../../report/html/html.ts';
import { reportOfRun } from '../../report/report-of-run.ts';
import type { TrendPoint } from '../../report/run-report.ts';
import { documentKeys, latestReportKey } from '../document-keys.ts';
import type { RunState } from '../events.ts';
import { unreadFrom } from '../failure.ts';
import type { AuditChoices, DocumentStore, FindingStore, PageStore, RunRecord } from '../ports.ts';
import { accountPartOf } from '../run-result.ts';
import { trendOfRuns } from '../trend-of-runs.ts';
import { factsOfAll } from './facts-of.ts';

interface Ports {
  readonly documents: DocumentStore;
  readonly pages: PageStore;
  readonly findings: Pick<FindingStore, 'runs'>;
}

/** Evaluations that are held whole at once, before they are cut. */
const readsAtOnce = 4;

/**
 * Writes the page of a run beside its documents, and over that of the last run; answers its key. However large the
 * fleet, the page and the memory for it are bounded: what is cut is counted on the page.
 */
export const writeReport = async (
  { documents, pages, findings }: Ports,
  choices: Pick<AuditChoices, 'settings'>,
  state: RunState,
  record: Pick<RunRecord, 'endedAt' | 'apiCalls'>,
  bounds: Bounds = pageBounds,
): Promise<string> => {
  const bounded = await boundedParts(documents, state, record, bounds);
  const notDrawn = notDrawnBecause(bounded, bounds);
  const { trend, missing } = await trendOrWhyNot(findings, state.startedAt);
  const notes = [...notesOfCuts(bounded.left), ...(notDrawn === undefined ? [] : [notDrawn]), ...missing];
  const report = reportOfRun(bounded.parts, pages.toolVersion, notes);
  const facts = notDrawn === undefined ? await factsOfAll(documents, choices, state) : [];
  const html = renderHtml(withGraph({ ...report, trend }, facts));
  const { report: key } = documentKeys(state.runId);
  await pages.put(key, html);
  await pages.put(latestReportKey, html);
  return key;
};

/** Earlier runs are an extra of the page: it is written without them, and says so. */
const trendOrWhyNot = async (
  findings: Ports['findings'],
  until: string,
): Promise<{ readonly trend: readonly TrendPoint[]; readonly missing: readonly string[] }> => {
  try {
    return { trend: await trendOfRuns(findings, until), missing: [] };
  } catch (error) {
    return { trend: [], missing: [`the trend is not drawn: ${unreadFrom(error, 'read earlier runs').message}`] };
  }
};

const boundedParts = async (
  documents: DocumentStore,
  state: RunState,
  { endedAt, apiCalls }: Pick<RunRecord, 'endedAt' | 'apiCalls'>,
  bounds: Bounds,
): Promise<BoundedParts> => {
  const { runId, startedAt } = state;
  let bounded = noRunParts({ runId, startedAt, endedAt, apiCalls, accounts: [] });
  for (let start = 0; start < state.accounts.length; start += readsAtOnce) {
    const accounts = state.accounts.slice(start, start + readsAtOnce);
    const read = await inParallel(accounts, readsAtOnce, accountId => accountPartOf(documents, runId, accountId));
    const more = addParts(bounded, read, bounds);
    bounded = {
      ...more,
      parts: { ...more.parts, accounts: [...more.parts.accounts, ...read.map(({ about }) => about)] },
    };
  }
  return bounded;
};
