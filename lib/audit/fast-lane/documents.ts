/** Where the fast lane keeps notes between its steps, and their shapes. */
import * as z from 'zod';
import { inParallel } from '../../kit/in-parallel.ts';
import type { ChangeEvent } from '../../model.ts';
import { changeEventShape } from '../change-event-shape.ts';
import { notesFolder, startedFolder } from '../document-keys.ts';
import type { DocumentStore } from '../ports.ts';

/** Keys of the fast lane. Run ids are of its own making. */
export const fastLaneKeys = {
  /** The changes noted for a run. */
  notes: (runId: string): string => `${notesFolder}${runId}/`,
  note: (runId: string, id: string): string => `${notesFolder}${runId}/${id}.json`,
  /** The accounts of the fast runs of a day (`2026-11-25`). */
  startedOn: (day: string): string => `${startedFolder}${day}/`,
  /** A fast run reads an account. All of it stands in the key: whoever looks through them reads no document. */
  started: ({ startedAt, runId, accountId }: StartedReading): string =>
    `${startedFolder}${startedAt.slice(0, 10)}/${startedAt}/${runId}/${accountId}.json`,
} as const;

/** Events that are kept of one account, in one batch and in one run: they say who did it. */
export const keptOfAccount = 1000;

const noteShape = z.object({
  /** By account. */
  changes: z.record(z.string(), z.array(changeEventShape)),
  leftOut: z.record(z.string(), z.int()),
});

/** `notes/<run>/<id>.json`: what one batch brought. */
export interface NoteDocument {
  readonly changes: Readonly<Record<string, readonly ChangeEvent[]>>;
  /** How many events there were beside, of changed things of which none is kept. */
  readonly leftOut: Readonly<Record<string, number>>;
}
export const isNote = (value: object): value is NoteDocument => noteShape.safeParse(value).success;

/** A fast run that reads an account, or has read it: noted before it does. */
export interface StartedReading {
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly runId: string;
  readonly accountId: string;
}

/** The readings of fast runs since an instant. They are looked up by their keys alone: a thousand to a call. */
export const startedSince = async (
  documents: Pick<DocumentStore, 'list'>,
  since: string,
  until: string,
): Promise<readonly StartedReading[]> => {
  const days: string[] = [];
  for (let at = Date.parse(`${since.slice(0, 10)}T00:00:00Z`); at <= Date.parse(until); at += 86_400_000)
    days.push(new Date(at).toISOString().slice(0, 10));
  const keys = (await inParallel(days, 16, each => documents.list(fastLaneKeys.startedOn(each)))).flat();
  return keys.flatMap(key => startedIn(key) ?? []).filter(({ startedAt }) => startedAt >= since);
};

/** The reading that a key of `started` names; undefined for any other key. */
export const startedIn = (key: string): StartedReading | undefined => {
  const [, startedAt, runId, accountId] =
    /^fast-lane\/started\/\d{4}-\d\d-\d\d\/(\d{4}-\d\d-\d\dT[\d:.]{8,12}Z)\/([\w-]+)\/(\d{12})\.json$/.exec(key) ?? [];
  if (startedAt === undefined || runId === undefined || accountId === undefined) return undefined;
  return { startedAt, runId, accountId };
};
