import { existsSync, globSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readHeaded, readSections, writeHeaded, writeSections } from '../support/differences.ts';
import { fc } from '../support/properties.ts';

test('a block is printed by what differs from an earlier one, and a file is read as it was', () => {
  const lines = ['- a', '  b: 1', '  c: 2', '- d', '- e', '- f'];
  const sections = new Map([
    ['one', ['world', ...lines].join('\n')],
    ['two', ['world', ...lines.with(1, '  b: 3').toSpliced(3, 1), 'other', '- g'].join('\n')],
    ['three', ['world', '- new', ...lines].join('\n')],
  ]);
  const written = writeSections(sections);
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
other › g

# three
world
= one
 0+| - new
`);
  expect(readSections(written)).toEqual(sections);
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
      expect(readSections(writeSections(sections))).toEqual(sections);
    }),
  );
});

test('a block that refers to none before it is no file', () => {
  expect(() => readSections('# one\nworld\n= two\n 1 gone\n')).toThrow('one: no block before it is "two"');
  expect(() => readSections('# one\nworld\n- a\n\n# two\nworld\n= one\n- b\n')).toThrow('"- b" is no line');
});

test('parts of a text below headings are printed by their differences, and read as they were', () => {
  const text = ['# scan', 'a', 'b', 'c', '', '# scan', 'a', 'd', 'c', '', '$ why', 'a', 'b', 'c', ''].join('\n');
  expect(writeHeaded(text)).toBe(
    ['# scan', 'a', 'b', 'c', '', '# scan', '= scan', ' 2| d', '$ why', '= scan'].join('\n'),
  );
  const part = fc.constantFrom('# scan', '$ why', '## more', 'a', 'b', '', ' 2| c', ' 1 gone');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), lines => {
      expect(readHeaded(writeHeaded(lines.join('\n')))).toBe(lines.join('\n'));
    }),
  );
  expect(() => writeHeaded('# scan\n= why')).toThrow('scan: no block before it is "why"');
});

test('each golden file of whole values has its test', () => {
  const kept = globSync('test/golden/whole/**/*.txt');
  expect(kept.length).toBeGreaterThan(100);
  const without = kept.filter(
    file => !existsSync(file.replace('test/golden/whole/', 'test/').replace(/\.txt$/, '.test.ts')),
  );
  expect(without).toEqual([]);
});
