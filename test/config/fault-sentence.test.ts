import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { faultSentence } from '../../lib/config/fault-sentence.ts';

test.each<readonly [schema: z.ZodType, document: unknown, sentence: string]>([
  [
    z.object({ a: z.object({ b: z.iso.datetime() }) }),
    { a: { b: 'noon' } },
    'a.b: got "noon", wanted Invalid ISO datetime',
  ],
  [z.object({ a: z.null() }), { a: 1 }, 'a: got 1, wanted null'],
  [z.union([z.string(), z.number()]), true, 'the document: got true, wanted a text or a number'],
  [z.object({ a: z.string().max(1) }), { a: 'ab' }, 'a: got "ab", wanted at most 1 character'],
  [z.object({ a: z.array(z.int()).max(2) }), { a: [1, 2, 3] }, 'a: got [1,2,3], wanted at most 2 entries'],
  [z.strictObject({}), { a: 1, b: 2 }, 'the document: got "a" and "b": unknown key'],
  [z.object({ toString: z.int() }), {}, 'toString: got nothing, wanted a number'],
  [
    z.union([z.string().min(3).startsWith('x'), z.string().min(5).endsWith('y')]),
    'a',
    'the document: got "a", wanted at least 3 characters or at least 5 characters',
  ],
  [z.union([z.object({ a: z.string() }), z.number()]), { a: 1 }, 'a: got 1, wanted a text'],
  [z.union([z.number(), z.object({ a: z.array(z.string()) })]), { a: ['x', 2] }, 'a.1: got 2, wanted a text'],
  [z.union([z.strictObject({ a: z.string() }), z.string()]), { a: 1, b: 2 }, 'a: got 1, wanted a text'],
  [z.union([z.string(), z.strictObject({ a: z.string() })]), { a: 'x', b: 2 }, 'the document: got "b": unknown key'],
  [z.union([z.array(z.string()).min(2), z.number()]), [1], '0: got 1, wanted a text'],
  [
    z.object({ a: z.record(z.string().min(2), z.int()) }),
    { a: { b: 1 } },
    'a: got the key "b", wanted at least 2 characters',
  ],
  [z.object({ a: z.number().min(2) }), { a: 1 }, 'a: got 1, wanted at least 2'],
  [z.object({ a: z.array(z.int()).min(1) }), { a: [] }, 'a: got [], wanted at least 1 entry'],
  [z.object({ a: z.string() }), { a: 'x'.repeat(78).split('') }, `a: got [${'"x",'.repeat(19)}"x…, wanted a text`],
  // Each kind of fault below two keys, and in the second of two elements.
  [
    z.object({ a: z.object({ c: z.record(z.string().min(2), z.int()) }) }),
    { a: { c: { b: 1 } } },
    'a.c: got the key "b", wanted at least 2 characters',
  ],
  [
    z.object({ to: z.array(z.union([z.object({ a: z.string() }), z.number()])) }),
    { to: [1, { a: 2 }] },
    'to.1.a: got 2, wanted a text',
  ],
  [
    z.object({ to: z.array(z.union([z.object({ in: z.union([z.object({ a: z.int() }), z.string()]) }), z.int()])) }),
    { to: [1, { in: { a: 'x' } }] },
    'to.1.in.a: got "x", wanted a number',
  ],
  [
    z.object({ to: z.array(z.union([z.string(), z.strictObject({ a: z.string() })])) }),
    { to: ['x', { a: 'x', b: 2, c: 3 }] },
    'to.1: got "b" and "c": unknown key',
  ],
  [
    z.object({ to: z.union([z.strictObject({ a: z.int() }), z.strictObject({ b: z.int() })]) }),
    { to: { a: 1, b: 2, c: 3 } },
    'to: got "b" and "c": unknown key',
  ],
  [
    z.union([z.string(), z.strictObject({ a: z.int() }), z.strictObject({ a: z.int(), b: z.int() })]),
    { a: 1, b: 2, c: 3 },
    'the document: got "b" and "c": unknown key',
  ],
  [
    z.object({ to: z.array(z.object({ a: z.array(z.int()).max(1) })) }),
    { to: [{ a: [] }, { a: [7, 8] }] },
    'to.1.a: got [7,8], wanted at most 1 entry',
  ],
  [z.object({ a: z.object({ b: z.enum(['x', 'y']) }) }), { a: { b: 'z' } }, 'a.b: got "z", wanted "x" or "y"'],
  [
    z.object({ a: z.object({ b: z.union([z.int(), z.string()]) }) }),
    { a: { b: [] } },
    'a.b: got [], wanted a number or a text',
  ],
])('a fault of %# is one sentence', (schema, document, sentence) => {
  const [issue] = schema.safeParse(document).error?.issues ?? [];
  expect(issue && faultSentence(issue, document)).toBe(sentence);
});
