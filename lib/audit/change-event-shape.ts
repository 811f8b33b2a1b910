import * as z from 'zod';
import type { Fields } from '../kit/fields.ts';
import type { ChangedThing, ChangeEvent } from '../model.ts';

const text = z.string();

type ThingOf<K extends ChangedThing['kind']> = Fields<Extract<ChangedThing, { readonly kind: K }>>;

/** An event as it is written and read again: in documents of runs and in the table. */
export const changeEventShape = z.object({
  eventId: text,
  event: text,
  at: text,
  accountId: text,
  actor: text,
  sourceIp: text,
  thing: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('role'), name: text } satisfies ThingOf<'role'>),
    z.object({ kind: z.literal('provider'), hostPath: text } satisfies ThingOf<'provider'>),
    z.object({ kind: z.literal('cluster'), region: text, name: text } satisfies ThingOf<'cluster'>),
    z.object({ kind: z.literal('unnamed') } satisfies ThingOf<'unnamed'>),
  ]),
  others: z.exactOptional(z.int()),
} satisfies Fields<ChangeEvent>) satisfies z.ZodType<ChangeEvent>;

/** The events of a transition or a changed fact; absent where none is known. */
export const changedByShape = z.exactOptional(z.array(changeEventShape));
