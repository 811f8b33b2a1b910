import * as z from 'zod';
import type { Page, Paged } from '../audit/ports.ts';
import { CursorInvalid } from '../kit/errors.ts';

/** Where a page ended: so many items on, in segment `segment` of the answer, after the key `after`. */
const cursorSchema = z.strictObject({
  offset: z.int().min(0).default(0),
  segment: z.int().min(0).max(100).default(0),
  after: z.record(z.string(), z.string()).optional(),
});
type Cursor = z.output<typeof cursorSchema>;

/** An opaque text for a place in an answer. */
export const encodeCursor = (cursor: z.input<typeof cursorSchema>): string =>
  Buffer.from(JSON.stringify(cursor)).toString('base64url');

/** The place that a cursor stands for. Throws `CursorInvalid` for a text that no answer gave. */
export const decodeCursor = (text: string): Cursor => {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new CursorInvalid(`the cursor ${JSON.stringify(text.slice(0, 80))} is not one that an answer gave`, {
      cause,
    });
  }
};

/** The page of a list that is at hand as a whole. Throws `CursorInvalid`. */
export const pageOf = <T>(items: readonly T[], page: Page): Paged<T> => {
  const from = page.cursor === undefined ? 0 : decodeCursor(page.cursor).offset;
  const slice = items.slice(from, from + page.limit);
  const next = from + slice.length;
  return next < items.length ? { items: slice, cursor: encodeCursor({ offset: next }) } : { items: slice };
};
