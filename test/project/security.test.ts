import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

/** The lists that docs/security.md claims is shown by tests that are there. */
const rows = ['What stops them', 'Who may write each input'].flatMap(section => {
  const text = readFileSync('docs/security.md', 'utf8').split(`\n## ${section}\n`)[1]?.split('\n## ')[0] ?? '';
  const found = text.split('\n').filter(line => line.startsWith('| ') && !/^\| (attack|input|---) /.test(line));
  if (found.length < 15) throw new Error(`${section} has ${found.length} rows`);
  return found;
});
const shown = rows.map(row => ({
  row,
  named: [...row.matchAll(/`(test\/[\w./-]+\.test\.ts)`: "([^"]+)"/g)].map(([, file = '', title = '']) => ({
    file,
    title,
  })),
}));

describe('the threat model', () => {
  test('names a test for everything that stops an attack', () => {
    expect(shown.length).toBeGreaterThan(15);
    expect(shown.filter(({ named }) => named.length === 0).map(({ row }) => row)).toEqual([]);
  });

  test.each(shown.flatMap(({ named }) => named))(
    '$file has a test of the title that is named: $title',
    ({ file, title }) => {
      expect(existsSync(file)).toBe(true);
      const titles = [...readFileSync(file, 'utf8').matchAll(/(?:test|describe|\))\(\s*(['"`])(.*?)\1,/gs)].map(
        ([, , text]) => text,
      );
      expect(titles.map(text => text?.replaceAll("\\'", "'"))).toContain(title);
    },
  );
});
