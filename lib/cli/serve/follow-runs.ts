import { setTimeout as pause } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { documentKeys } from '../../audit/document-keys.ts';
import { newerNote } from '../../audit/newer-note.ts';
import { type FindingQueries, type RunRecord, writeMinutes } from '../../audit/ports.ts';
import { readPage } from '../../store/s3-page-store.ts';
import { given, visible } from '../../text.ts';
import type { Io } from '../shell/io.ts';
import { type RunPage, type ServedView, startPageServer } from './page-server.ts';

/** The answer of one look at the runs. */
export interface RunsLook {
  /** The last run that has a page; absent where there is none. */
  readonly page?: RunPage;
  /** When that run ended, ISO 8601. */
  readonly endedAt?: string;
  /** Why a later run has no page. */
  readonly failed?: string;
}

/** Looks, again and again. */
interface Following {
  readonly look: () => Promise<RunsLook>;
  /** Milliseconds between two looks. */
  readonly interval: number;
  readonly now: () => string;
  /** Resolves to false where there is to be no further look. */
  readonly wait?: (milliseconds: number) => Promise<boolean>;
}

/** Shows what each look after the first finds. A look that fails leaves the page as it was, and says when and why. */
export const followRuns = async (
  following: Following,
  first: RunsLook,
  show: (shown: ServedView) => void,
): Promise<void> => {
  const { look, interval, now, wait = async milliseconds => pause(milliseconds, true) } = following;
  let last = first;
  while (await wait(interval)) {
    try {
      last = await look();
      show(shownOf(last));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      show(shownOf({ ...last, failed: `The look at ${minuteOf(now())} failed: ${why}` }));
    }
  }
};

/** A look as readers see it. */
export const shownOf = ({ page, endedAt, failed }: RunsLook): ServedView => {
  const of = page === undefined ? 'No run has a page yet' : `The run of ${minuteOf(endedAt ?? '')}`;
  const next = page === undefined ? 'The first is shown when it ends.' : 'The next one is shown when it ends.';
  return {
    ...given({ page }),
    text:
      failed === undefined ? `${of}. ${next}` : `${visible(failed)}. ${of}${page === undefined ? '' : ' is shown'}.`,
    isTrouble: failed !== undefined,
  };
};

/** `2026-11-25 20:00 UTC` */
const minuteOf = (instant: string): string => `${instant.slice(0, 16).replace('T', ' ')} UTC`;

/** The sources of a look: the table tells which runs have ended, the bucket has their pages. */
interface DeployedRuns {
  readonly queries: Pick<FindingQueries, 'runs'>;
  readonly s3: S3Client;
  readonly bucket: string;
  /** The instant, ISO 8601. */
  readonly now: () => string;
}

/** Runs that are looked at for the last page. */
const lookedAt = 20;

/** Looks at the runs of a deployed auditor. A page is read once. */
export const deployedRuns = ({ queries, s3, bucket, now }: DeployedRuns): (() => Promise<RunsLook>) => {
  let kept: RunPage | undefined;
  const pageOf = async (runId: string): Promise<RunPage | undefined> => {
    if (kept?.run === runId) return kept;
    const html = await readPage(s3, bucket, documentKeys(runId).report);
    if (html === undefined) return undefined;
    kept = { run: runId, html };
    return kept;
  };
  return async () => {
    const { items, newer, cursor } = await queries.runs({ limit: lookedAt });
    const unread = newer === undefined ? {} : { failed: newerNote(newer, cursor) };
    for (const run of items) {
      const page = await pageOf(run.runId);
      if (page !== undefined) return { page, endedAt: run.endedAt, ...unread, ...failureOf(items[0], run, now()) };
    }
    return { ...unread, ...failureOf(items[0], undefined, now()) };
  };
};

/** Why the newest run has no page, or is a failed one. A run is on record before its page is written: for as long as that
 *  may take, a missing page is no failure. */
const failureOf = (
  newest: RunRecord | undefined,
  shown: RunRecord | undefined,
  now: string,
): Pick<RunsLook, 'failed'> => {
  if (newest === undefined) return {};
  const { startedAt, endedAt, failure } = newest;
  if (failure !== undefined) return { failed: `The run that began at ${startedAt} failed: ${failure.message}` };
  const isBeingWritten = Date.parse(now) - Date.parse(endedAt) < writeMinutes * 60_000;
  if (newest === shown || isBeingWritten) return {};
  return { failed: `The run that began at ${startedAt} has no page in the bucket` };
};

/** Serves the page of the last run, and of each that follows, until the process is ended; prints the address. Throws what
 *  the first look throws, and `UsageError` where the port is not free. */
export const serveReport = async (
  following: Omit<Following, 'now'>,
  options: { readonly port?: number },
  io: Io,
): Promise<void> => {
  const first = await following.look();
  const server = await startPageServer(shownOf(first), options);
  io.stdout.write(`${server.address}\n`);
  io.stderr.write('Serving until Ctrl-C, on this machine alone. Whoever has the address can read the report.\n');
  await followRuns({ ...following, now: io.now }, first, server.show);
};
