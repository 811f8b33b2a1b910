import type { S3Client } from '@aws-sdk/client-s3';
import { documentKeys } from '../../audit/documents.ts';
import { newerNote } from '../../audit/newer-note.ts';
import { type FindingQueries, type RunRecord, writeMinutes } from '../../audit/ports.ts';
import { readPage } from '../../store/s3-page-store.ts';
import type { Look } from './follow-runs.ts';
import type { RunPage } from './page-server.ts';

/** What is looked at: the table tells which runs have ended, the bucket has their pages. */
export interface DeployedRuns {
  readonly queries: Pick<FindingQueries, 'runs'>;
  readonly s3: S3Client;
  readonly bucket: string;
  /** The instant, ISO 8601. */
  readonly now: () => string;
}

/** Runs that are looked at for the last page. */
const lookedAt = 20;

/** Looks at the runs of a deployed auditor. A page is read once. */
export const deployedRuns = ({ queries, s3, bucket, now }: DeployedRuns): (() => Promise<Look>) => {
  let kept: RunPage | undefined;
  const pageOf = async (runId: string): Promise<RunPage | undefined> => {
    if (kept?.run === runId) return kept;
    const html = await readPage(s3, bucket, documentKeys(runId).report);
    if (html === undefined) return undefined;
    kept = { run: runId, html };
    return kept;
  };
  return async () => {
    const { items, newer } = await queries.runs({ limit: lookedAt });
    const unread = newer === undefined ? {} : { failed: newerNote(newer) };
    for (const run of items) {
      const page = await pageOf(run.runId);
      if (page !== undefined) return { page, endedAt: run.endedAt, ...unread, ...failureOf(items[0], run, now()) };
    }
    return { ...unread, ...failureOf(items[0], undefined, now()) };
  };
};

/** Why the newest run has no page, or is a failed one. A run is on record before its page is written: for as long as that
 *  may take, a missing page is no failure. */
const failureOf = (newest: RunRecord | undefined, shown: RunRecord | undefined, now: string): Pick<Look, 'failed'> => {
  if (newest === undefined) return {};
  const { startedAt, endedAt, failure } = newest;
  if (failure !== undefined) return { failed: `The run that began at ${startedAt} failed: ${failure.message}` };
  const isBeingWritten = Date.parse(now) - Date.parse(endedAt) < writeMinutes * 60_000;
  if (newest === shown || isBeingWritten) return {};
  return { failed: `The run that began at ${startedAt} has no page in the bucket` };
};
