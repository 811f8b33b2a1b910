import { createHmac } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, truncateSync, unlinkSync, writeSync } from 'node:fs';
import * as z from 'zod';
import { changeShape, type State } from '../../fixes/change-table.ts';
import type { Change } from '../../model.ts';
import { jsonOf, safeJson } from '../../text.ts';
import { UsageError } from '../shell/io.ts';

const state = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('absent') }),
  z.object({ kind: z.literal('there'), text: z.string() }),
]) satisfies z.ZodType<State>;

/** A line of a journal. `begin` is written before its step runs: without a `done` or `failed` nobody knows how it ended. */
export type JournalEntry =
  | {
      readonly event: 'plan';
      readonly at: string;
      readonly version: typeof journalVersion;
      readonly steps: number;
      /** The source of the plan: `a scan`, a file or a table, by name. */
      readonly from: string;
      /** Ids of the findings that the plan is for. */
      readonly findings: readonly string[];
    }
  | {
      readonly event: 'begin';
      readonly at: string;
      readonly number: number;
      readonly change: Change;
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
  /** Not run: the world is as the step leaves it. */
  | { readonly event: 'skipped'; readonly at: string; readonly number: number }
  /** Why no more was done, and the steps that were not run. */
  | { readonly event: 'stopped'; readonly at: string; readonly why: string; readonly notRun: readonly number[] }
  | { readonly event: 'undone'; readonly at: string; readonly number: number };

/** Stands in the first line. It rises when an earlier program could not read the lines. */
export const journalVersion = 1;

const newerPlan = z.looseObject({ event: z.literal('plan'), version: z.int().gt(journalVersion) });

const entry = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('plan'),
    at: z.iso.datetime(),
    version: z.literal(journalVersion),
    steps: z.int(),
    from: z.string(),
    findings: z.array(z.string().regex(/^[0-9a-f]{32}$/)),
  }),
  z.object({
    event: z.literal('begin'),
    at: z.iso.datetime(),
    number: z.int(),
    change: changeShape,
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
  z.object({ event: z.literal('skipped'), at: z.iso.datetime(), number: z.int() }),
  z.object({ event: z.literal('stopped'), at: z.iso.datetime(), why: z.string(), notRun: z.array(z.int()) }),
  z.object({ event: z.literal('undone'), at: z.iso.datetime(), number: z.int() }),
]) satisfies z.ZodType<JournalEntry>;

/** Keeps what is done, line by line, as JSON that is safe on a terminal and in the log of CI. Each line is on the disk before the
 *  next step runs, and carries a code over itself and the line before, by a key of this user: a line of somebody else, and one that
 *  was changed or taken out, is found. */
export interface Journal {
  readonly path: string;
  readonly write: (line: JournalEntry) => void;
  /** Closes it; one of a run that began no step is deleted. */
  readonly close: () => void;
}

/** The link of a line: a code (HMAC-SHA-256, RFC 2104) over the link of the line before and the line itself. */
const linkOf = (key: string, before: string, line: object): string =>
  createHmac('sha256', key)
    .update(JSON.stringify([before, JSON.stringify(line)]))
    .digest('hex');

/** Opens a journal that is written with a key. A new one must not exist yet; of one whose last line is cut off the whole lines are
 *  kept. Throws `UsageError` where it cannot be written: nothing is done then. */
export const openJournal = (path: string, mode: 'new' | 'append' | 'whole-lines', key: string): Journal => {
  let file: number;
  let link = '';
  try {
    if (mode === 'whole-lines') truncateSync(path, readFileSync(path).lastIndexOf('\n') + 1);
    file = openSync(path, mode === 'new' ? 'ax' : 'a', 0o600);
    if (mode !== 'new') link = lastLink(readFileSync(path, 'utf8'));
  } catch (cause) {
    const isThere = typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'EEXIST';
    throw new UsageError(
      isThere
        ? `the journal ${path} is there already: name another one with --journal`
        : `the journal ${path} cannot be written: ${String(cause)}`,
      { cause },
    );
  }
  let isBegun = mode !== 'new';
  return {
    path,
    write: line => {
      isBegun ||= line.event === 'begin';
      link = linkOf(key, link, line);
      writeSync(file, `${safeJson({ ...line, link })}\n`);
      fsyncSync(file);
    },
    close: () => {
      closeSync(file);
      if (!isBegun) unlinkSync(path);
    },
  };
};

const linked = z.looseObject({ link: z.string() });

const lastLink = (text: string): string =>
  linked.safeParse(jsonOf(text.trimEnd().split('\n').at(-1) ?? '')).data?.link ?? '';

/** The lines of a journal; `isCut` where the last one is not whole, and is left out. `isOwn`: this user's fix wrote each line on
 *  this machine, and nobody changed it since. Of another journal the lines are what somebody says. */
interface ReadJournal {
  readonly entries: readonly JournalEntry[];
  readonly isCut: boolean;
  readonly isOwn: boolean;
}

/** Reads a journal; `key` as `journalKey` gives it. Throws `UsageError` for another file. */
export const parseJournal = (text: string, source: string, key: string | undefined): ReadJournal => {
  const lines = text.split('\n').filter(line => line !== '');
  const newer = newerPlan.safeParse(jsonOf(lines[0] ?? ''));
  if (newer.success)
    throw new UsageError(
      `${source} has version ${newer.data.version}, wanted ${journalVersion}: a newer version of irsa-auditor wrote it, and only that one goes on with it`,
    );
  let link = '';
  let isOwn = key !== undefined;
  const entries = lines.flatMap((line, at) => {
    const value = jsonOf(line);
    const parsed = entry.safeParse(value);
    if (!parsed.success) {
      if (at === lines.length - 1 && at > 0 && !text.endsWith('\n')) return [];
      throw new UsageError(`${source} is no journal of fix: line ${at + 1} cannot be read`);
    }
    const { link: written, ...said } = linked.safeParse(value).data ?? { link: '' };
    link = linkOf(key ?? '', link, said);
    isOwn &&= written === link;
    return [parsed.data];
  });
  if (entries[0]?.event !== 'plan') throw new UsageError(`${source} is no journal of fix`);
  return { entries, isCut: entries.length < lines.length, isOwn };
};
