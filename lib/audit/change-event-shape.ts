import * as z from 'zod';
import type { ChangeEvent } from '../history/change-event.ts';

const text = z.string();

/** An event as it is written and read again: in documents of runs and in the table. */
export const changeEventShape = z.object({
  eventId: text,
  event: text,
  at: text,
  accountId: text,
  actor: text,
  sourceIp: text,
  thing: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('role'), name: text }),
    z.object({ kind: z.literal('provider'), hostPath: text }),
    z.object({ kind: z.literal('cluster'), region: text, name: text }),
    z.object({ kind: z.literal('unnamed') }),
  ]),
  others: z.exactOptional(z.int()),
}) satisfies z.ZodType<ChangeEvent>;

/** The events of a transition or a changed fact; absent where none is known. */
export const changedByShape = z.exactOptional(z.array(changeEventShape));
