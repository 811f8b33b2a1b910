import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import * as z from 'zod';
import { stepShape } from '../../audit/step-shape.ts';
import type { Step } from '../../core/model/step.ts';
import type { State } from '../../core/plan/state.ts';
import { jsonOf } from '../../core/text/json-value.ts';
import { UsageError } from '../io.ts';

const state = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('absent') }),
  z.object({ kind: z.literal('there'), text: z.string() }),
]) satisfies z.ZodType<State>;

/** A line of a journal. `begin` is written before its step runs: without a `done` or `failed` nobody knows how it ended. */
export type JournalEntry =
  | { readonly event: 'plan'; readonly at: string; readonly version: 1; readonly steps: number }
  | {
      readonly event: 'begin';
      readonly at: string;
      readonly number: number;
      readonly step: Step;
      readonly before?: State;
    }
  | { readonly event: 'done'; readonly at: string; readonly number: number; readonly after?: State }
  | {
      readonly event: 'failed';
      readonly at: string;
      readonly number: number;
      readonly why: string;
      /** Whether the write took effect all the same; absent where that could not be read. */
      readonly isWritten?: boolean;
    }
  /** Why no more was done, and the steps that were not run. */
  | { readonly event: 'stopped'; readonly at: string; readonly why: string; readonly notRun: readonly number[] }
  | { readonly event: 'undone'; readonly at: string; readonly number: number };

const entry = z.discriminatedUnion('event', [
  z.object({ event: z.literal('plan'), at: z.iso.datetime(), version: z.literal(1), steps: z.int() }),
  z.object({
    event: z.literal('begin'),
    at: z.iso.datetime(),
    number: z.int(),
    step: stepShape,
    before: z.exactOptional(state),
  }),
  z.object({ event: z.literal('done'), at: z.iso.datetime(), number: z.int(), after: z.exactOptional(state) }),
  z.object({
    event: z.literal('failed'),
    at: z.iso.datetime(),
    number: z.int(),
    why: z.string(),
    isWritten: z.exactOptional(z.boolean()),
  }),
  z.object({ event: z.literal('stopped'), at: z.iso.datetime(), why: z.string(), notRun: z.array(z.int()) }),
  z.object({ event: z.literal('undone'), at: z.iso.datetime(), number: z.int() }),
]) satisfies z.ZodType<JournalEntry>;

/** Keeps what is done, line by line; each line is on the disk before the next step runs. */
export interface Journal {
  readonly path: string;
  readonly write: (line: JournalEntry) => void;
  readonly close: () => void;
}

/** Opens a journal. A new one must not exist yet. Throws `UsageError` where it cannot be written: nothing is done then. */
export const openJournal = (path: string, mode: 'new' | 'append'): Journal => {
  let file: number;
  try {
    file = openSync(path, mode === 'new' ? 'ax' : 'a', 0o600);
  } catch (cause) {
    throw new UsageError(`the journal ${path} cannot be written: ${String(cause)}`, { cause });
  }
  return {
    path,
    write: line => {
      writeSync(file, `${JSON.stringify(line)}\n`);
      fsyncSync(file);
    },
    close: () => closeSync(file),
  };
};

/** Reads a journal. A last line that was cut off is left out: its step had not begun. Throws `UsageError` for another file. */
export const parseJournal = (text: string, source: string): readonly JournalEntry[] => {
  const lines = text.split('\n').filter(line => line !== '');
  const entries = lines.flatMap((line, at) => {
    const parsed = entry.safeParse(jsonOf(line));
    if (parsed.success) return [parsed.data];
    if (at === lines.length - 1 && at > 0 && !text.endsWith('\n')) return [];
    throw new UsageError(`${source} is no journal of fix: line ${at + 1} cannot be read`);
  });
  if (entries[0]?.event !== 'plan') throw new UsageError(`${source} is no journal of fix`);
  return entries;
};
