import { expect, test } from '@jest/globals';
import { fc } from '../support/properties.ts';
import { readDifferences, writeDifferences } from '../support/whole/differences.ts';

test('a block is printed by what differs from an earlier one, and a file is read as it was', () => {
  const lines = ['- a', '  b: 1', '  c: 2', '- d', '- e', '- f'];
  const sections = new Map([
    ['one', ['world', ...lines].join('\n')],
    ['two', ['world', ...lines.with(1, '  b: 3').toSpliced(3, 1), 'other', '- g'].join('\n')],
    ['three', ['world', '- new', ...lines].join('\n')],
  ]);
  const written = writeDifferences(sections);
  expect(written).toBe(`# one
world
- a
  b: 1
  c: 2
- d
- e
- f

# two
world
= one
 2|   b: 3
 4 gone
other
- g

# three
world
= one
 0+| - new
`);
  expect(readDifferences(written)).toEqual(sections);
});

test('whatever sections there are, each is read as it was written', () => {
  const line = fc.constantFrom('- a', '- b', '  c: 1', '  d', '- 2| e', '  3 gone');
  const block = fc
    .tuple(fc.constantFrom('world', 'decision fails'), fc.array(line, { maxLength: 9 }))
    .map(([title, lines]) => [title, ...lines].join('\n'));
  const section = fc.array(block, { minLength: 1, maxLength: 4 }).map(blocks => blocks.join('\n'));
  const names = ['one', 'two', 'three', '2 of one'];
  fc.assert(
    fc.property(fc.array(section, { maxLength: names.length, minLength: 1 }), texts => {
      const sections = new Map(texts.map((text, i) => [names[i] ?? '', text]));
      expect(readDifferences(writeDifferences(sections))).toEqual(sections);
    }),
  );
});

test('a block that refers to none before it is no file', () => {
  expect(() => readDifferences('# one\nworld\n= two\n 1 gone\n')).toThrow('one: no block before it is "two"');
  expect(() => readDifferences('# one\nworld\n- a\n\n# two\nworld\n= one\n- b\n')).toThrow('"- b" is no line');
});
