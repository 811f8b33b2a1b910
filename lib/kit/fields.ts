import type * as z from 'zod';

/**
 * The fields of an object's stored shape, one for each field of the model's type. `z.object({ … } satisfies Fields<T>)`
 * does not compile where a field is missing: zod drops a field without a shape when the object is read again.
 */
export type Fields<T> = { readonly [K in keyof T]-?: z.ZodType<T[K]> };
