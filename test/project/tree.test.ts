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

  test('has no file over 300 lines but rules, which take what they need', () => {
    const lines = (file: string) => readFileSync(file, 'utf8').split('\n').length - 1;
    const rule = /^lib\/rules\/(?!evaluate\/)[^/]+\/[^/]+\.ts$/;
    expect(source.filter(file => !rule.test(file) && lines(file) > 300)).toEqual([]);
  });

  test('has kebab-case names and no catch-all files', () => {
    expect(source.filter(file => !/^[a-z0-9./-]+$/.test(file))).toEqual([]);
    expect(source.filter(file => /\/(utils?|helpers?|index|common|misc)\.ts$/.test(file))).toEqual([]);
  });
});
