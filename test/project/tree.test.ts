import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

/** Files that git tracks or would track; fails when it finds nothing. */
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter(Boolean);
const source = tracked.filter(file => /^(lib|lambdas|bin|sandbox)\/.*\.ts$/.test(file));

describe('the tree', () => {
  test('has files to check', () => expect(source.length).toBeGreaterThan(50));

  test('holds no mark of unfinished work and no escape from the type checker', () => {
    const marks = /\b(TODO|FIXME|XXX|HACK)\b|: any\b|\bas any\b|as unknown as|@ts-(ignore|expect-error|nocheck)/;
    expect(source.filter(file => marks.test(readFileSync(file, 'utf8')))).toEqual([]);
  });

  test('has no file over 290 lines beside its imports but rules, which take what they need', () => {
    const lines = (file: string) =>
      readFileSync(file, 'utf8')
        .replace(/^import\b[^;]*;\n/gm, '')
        .split('\n').length - 1;
    const rule = /^lib\/rules\/(?!evaluate\/)[^/]+\/[^/]+\.ts$/;
    expect(source.filter(file => !rule.test(file) && lines(file) > 290)).toEqual([]);
  });

  test('has kebab-case names and no catch-all files', () => {
    expect(source.filter(file => !/^[a-z0-9./-]+$/.test(file))).toEqual([]);
    expect(source.filter(file => /\/(utils?|helpers?|index|common|misc)\.ts$/.test(file))).toEqual([]);
  });
});

describe('the documents', () => {
  const pages = tracked.filter(file => /^(docs\/|README|CONTRIBUTING).*\.md$/.test(file));
  const testsIn = (text: string): readonly string[] =>
    [...text.matchAll(/\btest\/[\w./-]+\.ts\b/g)].map(([path]) => path);

  test('name no test that there is not', () => {
    const known = new Set(tracked);
    const named = pages.flatMap(page => testsIn(readFileSync(page, 'utf8')).map(path => [page, path] as const));
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter(([, path]) => !known.has(path))).toEqual([]);
  });

  test('name a test for each promise of delivery', () => {
    const promises = readFileSync('docs/delivery.md', 'utf8')
      .split('\n')
      .filter(line => line.startsWith('| **'));
    expect(promises.length).toBeGreaterThan(5);
    expect(promises.filter(line => testsIn(line).length === 0)).toEqual([]);
  });
});

test('a comment names only files and folders that are there', () => {
  const comment = /^ *(?:\/\/|\/?\*).*$/gm;
  const named = /(?<![\w./$}-])(?:bench|bin|docs|lambdas|lib|sandbox|scripts|test)\/[\w./-]*\w/g;
  const code = tracked.filter(file => /^(?:bench|bin|lambdas|lib|sandbox|scripts|test)\/.*\.(?:ts|c?js)$/.test(file));
  // A name may leave out the end of the file's: test/store/finding-stores.
  const isThere = (name: string): boolean => tracked.some(file => file.startsWith(name));
  const strange = code.flatMap(file =>
    (readFileSync(file, 'utf8').match(comment) ?? [])
      .flatMap(line => line.match(named) ?? [])
      .filter(name => !isThere(name))
      .map(name => `${file}: ${name}`),
  );
  expect(strange).toEqual([]);
});
