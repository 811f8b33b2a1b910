import { readFileSync } from 'node:fs';

/** The texts of a file: a line with the kind and the name, below it its texts, each led by two blanks. */
export const textsIn = (file: string): ReadonlyMap<string, readonly string[]> =>
  new Map(
    readFileSync(`test/explain/${file}`, 'utf8')
      .trimEnd()
      .split(/\n(?! )/)
      .map(part => part.split('\n  '))
      .map(([name = '', ...texts]) => [name, texts]),
  );
