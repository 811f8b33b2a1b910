/** Where the fast lane keeps what it knows between its steps, and the shapes of it. All lies under `runs/`, and goes in
 *  time with the documents of runs. */
import * as z from 'zod';
import type { ChangeEvent } from '../../core/drift/change-event.ts';
import { changeEventShape } from '../change-event-shape.ts';

const folder = 'runs/fast-lane';

/** Keys of the fast lane. Run ids are of its own making. */
export const fastLaneKeys = {
  /** What was noted for a run. */
  notes: (runId: string): string => `${folder}/notes/${runId}/`,
  note: (runId: string, id: string): string => `${folder}/notes/${runId}/${id}.json`,
  /** The fast runs of a day (`2026-11-25`). */
  startedOn: (day: string): string => `${folder}/started/${day}/`,
  started: (day: string, runId: string): string => `${folder}/started/${day}/${runId}.json`,
} as const;

/** Events by account. */
export type ChangesByAccount = Readonly<Record<string, readonly ChangeEvent[]>>;

const noteShape = z.object({ changes: z.record(z.string(), z.array(changeEventShape)) });

/** `notes/<run>/<id>.json`: what one batch brought. */
export interface NoteDocument {
  readonly changes: ChangesByAccount;
}
export const isNote = (value: object): value is NoteDocument => noteShape.safeParse(value).success;

const startedShape = z.object({ runId: z.string(), startedAt: z.string(), accounts: z.array(z.string()) });

/** `started/<day>/<run>.json`: a fast run and its accounts, written before it reads any of them. */
export type StartedDocument = z.output<typeof startedShape>;
export const isStarted = (value: object): value is StartedDocument => startedShape.safeParse(value).success;

/** The last full run: what a fast run lays its own reading over. Times are ISO 8601. */
export interface BaseRun {
  readonly runId: string;
  readonly startedAt: string;
  readonly endedAt: string;
}

/** `targets.json` of a fast run. */
export interface FastTargets {
  readonly accounts: readonly string[];
  readonly base: BaseRun;
}
export const isFastTargets = (value: object): value is FastTargets => 'accounts' in value && 'base' in value;
