/**
 * Sections of a golden file, each block of lines printed by what differs from an earlier block of the file: a reviewer reads
 * what a test changes, and a line that changes in all of them is one line of the difference.
 *
 * A block is a title and the lines below, which begin with `- ` or two spaces. One that is printed by its differences has
 * `= NAME` below its title: it is as the first block of that section (`= 2 of NAME`: the second), but for the lines that
 * follow. ` 4| text` is line 4, ` 4+| text` comes after it, ` 4 gone` and ` 4-6 gone` are not there.
 */

type Block = readonly [title: string, ...lines: string[]];

const isTitle = (line: string): boolean => !/^(?:[-=] | )/.test(line);

const blocksOf = (lines: readonly string[]): readonly Block[] => {
  const blocks: [string, ...string[]][] = [];
  for (const line of lines) {
    const last = blocks.at(-1);
    if (last === undefined || isTitle(line)) blocks.push([line]);
    else last.push(line);
  }
  return blocks;
};

/** Lines of `b` in the place of lines of `a`: `removed` of them from `at`, counted from 1. */
interface Hunk {
  readonly at: number;
  readonly removed: number;
  readonly added: readonly string[];
}

/** Of each pair of positions the length of the longest list of lines that both have from there on. */
const commonOf = (a: readonly string[], b: readonly string[]): readonly (readonly number[])[] => {
  const common = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const longest = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
      common[i]?.splice(j, 1, longest);
    }
  return common;
};

const hunksOf = (a: readonly string[], b: readonly string[]): readonly Hunk[] => {
  const common = commonOf(a, b);
  const hunks: Hunk[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [at, from] = [i, j];
    while ((i < a.length || j < b.length) && a[i] !== b[j])
      if (j < b.length && (i === a.length || (common[i]?.[j + 1] ?? 0) > (common[i + 1]?.[j] ?? 0))) j++;
      else i++;
    if (i > at || j > from) hunks.push({ at: at + 1, removed: i - at, added: b.slice(from, j) });
    else [i, j] = [i + 1, j + 1];
  }
  return hunks;
};

const linesOfHunk = ({ at, removed, added }: Hunk): readonly string[] => {
  const [first, last] = [at + added.length, at + removed - 1];
  return [
    ...added.map((line, i) => (i < removed ? ` ${at + i}| ${line}` : ` ${last}+| ${line}`)),
    ...(first > last ? [] : [first === last ? ` ${first} gone` : ` ${first}-${last} gone`]),
  ];
};

const nameOf = (section: string, number: number): string => (number === 1 ? section : `${number} of ${section}`);

/** Blocks that others may differ from, by their names, with how often each line comes in one. */
type Bases = Map<string, { readonly lines: readonly string[]; readonly distinct: ReadonlySet<string> }>;

/** The bases that have most lines in common with a block. */
const closest = (lines: readonly string[], bases: Bases): readonly (readonly [string, readonly string[]])[] =>
  [...bases]
    .map(([name, base]) => ({ name, base, common: lines.filter(line => base.distinct.has(line)).length }))
    .filter(({ common, base }) => common > 1 && base.lines.length < common * 4)
    .sort((a, b) => b.common - a.common || a.base.lines.length - b.base.lines.length)
    .slice(0, 8)
    .map(({ name, base }) => [name, base.lines]);

/** A block by its differences where that is a third shorter at least. */
const differing = ([title, ...lines]: Block, bases: Bases): readonly string[] | undefined => {
  const [best] = closest(lines, bases)
    .map(([name, base]) => [`= ${name}`, ...hunksOf(base, lines).flatMap(linesOfHunk)])
    .sort((a, b) => a.length - b.length);
  return best === undefined || best.length * 3 > lines.length * 2 ? undefined : [title, ...best];
};

/** Sections as the text of a file. Throws where {@link readDifferences} would read something else. */
export const writeDifferences = (sections: ReadonlyMap<string, string>): string => {
  const bases: Bases = new Map();
  const short = [...sections].map(([section, text]) => {
    const numbers = blocksOf(text.split('\n')).entries();
    const lines = [...numbers].flatMap(([i, block]) => {
      const shorter = differing(block, bases);
      if (shorter !== undefined) return shorter;
      const own = block.slice(1);
      bases.set(nameOf(section, i + 1), { lines: own, distinct: new Set(own) });
      return block;
    });
    return `# ${section}\n${lines.join('\n')}\n`;
  });
  const written = short.join('\n');
  const read = readDifferences(written);
  for (const [section, text] of sections)
    if (read.get(section) !== text)
      throw new Error(`section "${section}" cannot be written: it is read as another text`);
  return written;
};

const numbered = /^ (?<from>\d+)(?:(?<after>\+)?\| (?<text>.*)|(?:-(?<to>\d+))? gone)$/s;

/** The lines of a base with what a block changes of them. */
const changed = (base: readonly string[], changes: readonly string[]): readonly string[] => {
  const lines: string[][] = ['', ...base].map(line => [line]);
  const added: string[][] = lines.map(() => []);
  for (const change of changes) {
    const { from, after, text, to = from } = numbered.exec(change)?.groups ?? {};
    if (from === undefined) throw new Error(`"${change}" is no line of a difference`);
    if (after !== undefined) added[Number(from)]?.push(text ?? '');
    else if (text !== undefined) lines[Number(from)] = [text];
    else for (let i = Number(from); i <= Number(to); i++) lines[i] = [];
  }
  lines[0] = [];
  return lines.flatMap((line, i) => [...line, ...(added[i] ?? [])]);
};

/** The sections of a file, whole. */
export const readDifferences = (written: string): ReadonlyMap<string, string> => {
  const bases = new Map<string, readonly string[]>();
  return new Map(
    written
      .slice('# '.length, -1)
      .split('\n\n# ')
      .map(text => {
        const [section = '', ...all] = text.split('\n');
        const lines = blocksOf(all).flatMap(([title, ...own], i) => {
          if (own[0]?.startsWith('= ')) {
            const base = bases.get(own[0].slice(2));
            if (base === undefined) throw new Error(`${section}: no block before it is "${own[0].slice(2)}"`);
            return [title, ...changed(base, own.slice(1))];
          }
          bases.set(nameOf(section, i + 1), own);
          return [title, ...own];
        });
        return [section, lines.join('\n')] as const;
      }),
  );
};
