import { describe, expect, test } from '@jest/globals';
import { itemSplitter } from '../../../lib/collect/kubernetes/item-splitter.ts';
import { fc } from '../../support/properties.ts';

/** The result of a text that arrives in pieces of this size. */
const split = (text: string | Buffer, pieceBytes = 7) => {
  const bytes = Buffer.from(text);
  const items: unknown[] = [];
  const splitter = itemSplitter(item => items.push(item));
  for (let at = 0; at < bytes.length; at += pieceBytes) splitter.push(bytes.subarray(at, at + pieceBytes));
  return { items, envelope: JSON.parse(splitter.end()) as unknown };
};

describe('a list in pieces', () => {
  test('gives the items that it has as a whole, and the rest without them', () => {
    const list = fc.record({
      kind: fc.string({ unit: 'binary' }),
      metadata: fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()),
      items: fc.array(fc.jsonValue()),
      last: fc.jsonValue(),
    });
    fc.assert(
      fc.property(list, fc.integer({ min: 1, max: 40 }), fc.constantFrom(undefined, 1, '\t'), (value, size, indent) => {
        const text = JSON.stringify(value, null, indent);
        const { items, envelope } = split(text, size);
        const { items: whole, ...rest } = JSON.parse(text) as { items: unknown[] };
        expect(items).toEqual(whole);
        expect(envelope).toEqual({ ...rest, items: [] });
      }),
    );
  });

  test.each<readonly [what: string, text: string, items: readonly unknown[], envelope: unknown]>([
    ['no items', '{"kind":"PodList"}', [], { kind: 'PodList' }],
    ['an empty array', '{"items": [ ] }', [], { items: [] }],
    ['null', '{"items":null}', [], { items: null }],
    ['a map', '{"items":{"a":[1]}}', [], { items: { a: [1] } }],
    [
      'items of an inner object',
      '{"metadata":{"items":[1]},"items":[2]}',
      [2],
      { metadata: { items: [1] }, items: [] },
    ],
    ['a key that ends in items', String.raw`{"\"items":[1],"items":[2]}`, [2], { '"items': [1], items: [] }],
    ['a key that is longer', '{"xitems":[1]}', [], { xitems: [1] }],
    ['brackets and commas in strings', '{"items":["],[}{,","\\\\","\\""]}', ['],[}{,', '\\', '"'], { items: [] }],
    ['items of two arrays', '{"items":[1],"items":[2]}', [1, 2], { items: [] }],
    ['an array as the whole', '[["items"],[1]]', [], [['items'], [1]]],
  ])('with %s', (_, text, items, envelope) => {
    expect(split(text)).toEqual({ items, envelope });
    expect(split(text, 1)).toEqual({ items, envelope });
  });

  test.each<readonly [what: string, text: string]>([
    ['a comma too many', '{"items":[1,]}'],
    ['a comma at first', '{"items":[,1]}'],
    ['an item that is no JSON', '{"items":[{a}]}'],
    ['the end in an item', '{"items":[{"a":1'],
    ['the end between items', '{"items":[{"a":1},'],
    ['the end after the items', '{"items":[{"a":1}]'],
    ['something after its end', '{"items":[]}x'],
    ['nothing', ''],
    ['text', '<html>'],
  ])('with %s is no JSON', (_, text) => {
    expect(() => split(text)).toThrow(SyntaxError);
  });

  test('holds an item no longer than until it is whole', () => {
    const seen: unknown[] = [];
    const splitter = itemSplitter(item => seen.push(item));
    splitter.push(Buffer.from('{"items":[{"n":1}'));
    expect(seen).toEqual([]);
    splitter.push(Buffer.from(',{"n":2},{'));
    expect(seen).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test.each([
    ['an item', '{"items":["', 9, 8],
    ['what stands around', '{"metadata":"', 2, 1],
  ])('is refused where %s is too large', (_, start, megabytes, most) => {
    const splitter = itemSplitter(() => undefined);
    splitter.push(Buffer.from(start));
    const megabyte = Buffer.alloc(1024 * 1024, 'x');
    const fill = () => {
      for (let count = 0; count < megabytes; count += 1) splitter.push(megabyte);
    };
    const message = `a part of the list is larger than ${most * 1024 * 1024} bytes`;
    expect(fill).toThrow(expect.objectContaining({ code: 'answer-too-large', message }));
  });
});
