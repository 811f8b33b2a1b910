/**
 * Golden files, each block of lines printed by what differs from an earlier block of the file: a reviewer reads what a test
 * changes, and a line that changes in all of them is one line of the difference.
 *
 * A block is a title and the lines below. One that is printed by its differences has `= NAME` below its title: it is as the
 * block of that name (`= 2 of NAME`: the second one), but for the lines that follow. ` 4| text` is line 4, ` 4+| text` comes
 * after it, ` 4 gone` and ` 4-6 gone` are not there.
 */

type Block = readonly [title: string, ...lines: string[]];

/** Lines as blocks: each begins with a title. */
const blocksOf = (lines: readonly string[], isTitle: (line: string) => boolean): readonly Block[] => {
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

/** Blocks by their differences from earlier ones. */
const shortened = (blocks: readonly (readonly [name: string, Block])[]): readonly (readonly string[])[] => {
  const bases: Bases = new Map();
  return blocks.map(([name, block]) => {
    const shorter = differing(block, bases);
    if (shorter !== undefined) return shorter;
    const own = block.slice(1);
    bases.set(name, { lines: own, distinct: new Set(own) });
    return block;
  });
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

/** Blocks that {@link shortened} made shorter, as they were. */
const lengthened = (blocks: readonly (readonly [name: string, Block])[]): readonly (readonly string[])[] => {
  const bases = new Map<string, readonly string[]>();
  return blocks.map(([name, [title, first, ...rest]]) => {
    if (first?.startsWith('= ')) {
      const base = bases.get(first.slice(2));
      if (base === undefined) throw new Error(`${name}: no block before it is "${first.slice(2)}"`);
      return [title, ...changed(base, rest)];
    }
    const own = first === undefined ? [] : [first, ...rest];
    bases.set(name, own);
    return [title, ...own];
  });
};

const isReadAs = (read: string | undefined, text: string, name: string): void => {
  if (read !== text) throw new Error(`"${name}" cannot be written: it is read as another text`);
};

/** A block of one line stands on one, behind its title. */
const mark = ' › ';
const joined = ([title = '', ...lines]: readonly string[]): readonly string[] => {
  const [value, more] = lines.map(line => line.replace(/^- (?! |= )/, ''));
  return value === undefined || more !== undefined || value.startsWith('- ')
    ? [title, ...lines]
    : [`${title}${mark}${value}`];
};
const split = (line: string): readonly string[] => {
  const at = line.indexOf(mark);
  if (at < 0 || !isWholeTitle(line)) return [line];
  const value = line.slice(at + mark.length);
  return [line.slice(0, at), isWholeTitle(value) ? `- ${value}` : value];
};

const isWholeTitle = (line: string): boolean => !/^(?:[-=] | )/.test(line);

const named = (section: string, lines: readonly string[]): readonly (readonly [string, Block])[] =>
  blocksOf(lines, isWholeTitle).map((block, i) => [nameOf(section, i + 1), block]);

/** By their names the sections of a file of {@link whole}: lines of them that begin with `- ` or two spaces are values below
 *  a title. Throws where {@link readSections} would read something else. */
export const writeSections = (sections: ReadonlyMap<string, string>): string => {
  const blocks = [...sections].flatMap(([section, text]) =>
    named(section, text.split('\n')).map(one => ({ section, one })),
  );
  const short = shortened(blocks.map(({ one }) => one)).map((lines, i) => ({
    lines: joined(lines),
    of: blocks[i]?.section,
  }));
  const bySection = Map.groupBy(short, ({ of }) => of ?? '');
  const texts = [...bySection].map(([section, of]) => [`# ${section}`, ...of.flatMap(({ lines }) => lines)]);
  // Sections of one line stand as a table.
  const written = texts.map(
    (lines, i) => `${lines.join('\n')}\n${lines.length === 2 && texts[i + 1]?.length === 2 ? '' : '\n'}`,
  );
  const text = `${written.join('').trimEnd()}\n`;
  const read = readSections(text);
  for (const [section, own] of sections) isReadAs(read.get(section), own, section);
  return text;
};

/** The sections of a file that {@link writeSections} wrote, each whole. */
export const readSections = (written: string): ReadonlyMap<string, string> => {
  const blocks = written
    .slice('# '.length, -1)
    .split(/\n\n?# /)
    .flatMap(text => {
      const [section = '', ...lines] = text.split('\n');
      return named(section, lines.flatMap(split)).map(one => ({ section, one }));
    });
  const whole = lengthened(blocks.map(({ one }) => one)).map((lines, i) => ({ lines, of: blocks[i]?.section }));
  const bySection = Map.groupBy(whole, ({ of }) => of ?? '');
  return new Map([...bySection].map(([section, of]) => [section, of.flatMap(({ lines }) => lines).join('\n')]));
};

/** Text below headings (`# …`, `$ …`) as blocks with their names. */
const headed = (text: string): readonly (readonly [string, Block])[] => {
  const count = new Map<string, number>();
  return blocksOf(text.split('\n'), line => /^(?:#+|\$) /.test(line)).map(block => {
    const heading = block[0].replace(/^(?:#+|\$) /, '');
    const number = (count.get(heading) ?? 0) + 1;
    count.set(heading, number);
    return [nameOf(heading, number), block];
  });
};

/** A text with headings, each part by its differences. Throws where {@link readHeaded} would read something else. */
export const writeHeaded = (text: string): string => {
  const short = shortened(headed(text)).flat().join('\n');
  isReadAs(readHeaded(short), text, text.slice(0, text.indexOf('\n')));
  return short;
};

/** The text that {@link writeHeaded} made shorter. */
export const readHeaded = (written: string): string => lengthened(headed(written)).flat().join('\n');
