/** Parts of hand-written pages that are made from the code: between `<!-- name:begin -->` and `<!-- name:end -->`. */
import { readFileSync } from 'node:fs';
import { destinationKinds } from '../../lib/config/destinations.ts';
import { severities } from '../../lib/model.ts';
import type { AnyRule } from '../../lib/rules/define-rule.ts';
import { type Layer, layers, pure } from '../layers.ts';

/** The text with the block of that name replaced. Throws if the page has no such block. */
const withBlock = (text: string, name: string, content: string): string => {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page has no block ${name}`);
  return `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`;
};

const layerTable = (): string =>
  [
    '| files under | may import | packages | why |',
    '| --- | --- | --- | --- |',
    ...layers.map(
      ({ path, mayImport, packages, why }, index) =>
        `| \`${path}\` | ${importsInWords(mayImport, layers[index - 1])} | ${packages === 'any' ? 'any' : packages.map(name => `\`${name}\``).join(', ') || 'none'} | ${why} |`,
    ),
  ].join('\n');

/** The imports that a layer may have: every pure floor in three words, or told by the row above it where that is
 *  shorter. */
const importsInWords = (mayImport: readonly string[], above: Layer | undefined): string => {
  const names = (list: readonly string[]) => list.map(name => `\`${name}\``).join(', ');
  if (pure.every(floor => mayImport.includes(floor))) {
    const others = mayImport.filter(name => !pure.includes(name));
    return `every pure floor${others.length === 0 ? '' : `, ${names(others)}`}`;
  }
  const first = above?.mayImport ?? [];
  if (first.length < 2 || first.some((name, index) => mayImport[index] !== name))
    return names(mayImport) || 'nothing else';
  const more = mayImport.slice(first.length);
  return more.length === 0 ? 'as above' : `as above, and ${names(more)}`;
};

/** The rules of the first lines of the README: the worst, in the order of the catalogue. */
const shownRules = 10;

const ruleTable = (rules: readonly AnyRule[]): string => {
  const worst = rules.toSorted((one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity));
  return [
    '| rule | what is wrong | impact | severity |',
    '| --- | --- | --- | --- |',
    ...worst
      .slice(0, shownRules)
      .map(
        ({ id, fault, impact, severity }) => `| [${id}](docs/rules/${id}.md) | ${fault} | ${impact} | ${severity} |`,
      ),
    '',
    `These are the worst of ${rules.length}: [all rules](docs/rules/README.md), each with why, a healthy and a broken example, the fix and the sources.`,
  ].join('\n');
};

/** The first five questions of docs/queries.md with their statements. */
const queries = (): string => {
  const sections = readFileSync('docs/queries.md', 'utf8').split(/^## /m).slice(1, 6);
  const blocks = sections.map(section => ({
    title: section.split('\n')[0] ?? '',
    sql: /```sql\n([\s\S]*?)```/.exec(section)?.[1] ?? '',
  }));
  if (blocks.length < 5 || blocks.some(({ sql }) => sql === ''))
    throw new Error('docs/queries.md has fewer than five statements');
  // A statement by itself can be pasted: AWS documents no comment in one.
  return blocks.map(({ title, sql }) => `${title}:\n\n\`\`\`sql\n${sql.trim()}\n\`\`\``).join('\n\n');
};

const code = (text: string): string => `\`${text}\``;

/** Every kind of destination: its fields, and what notify-drift may do because of it. */
const destinationTable = (): string =>
  [
    '| `to` | what it is | fields beside `when` | permission |',
    '| --- | --- | --- | --- |',
    ...Object.values(destinationKinds).map(({ to, title, schema, permissions }) => {
      const fields = Object.keys(schema.shape).filter(name => name !== 'to' && name !== 'when');
      const actions = permissions.flatMap(each => each.actions);
      return `| ${code(to)} | ${title} | ${fields.map(code).join(', ') || 'none'} | ${actions.map(code).join(', ') || 'none'} |`;
    }),
  ].join('\n');

/** A configuration with one destination of each kind. */
const destinationExample = (): string => {
  const entries = Object.values(destinationKinds).map(({ to, example }) => `    ${onOneLine({ to, ...example })}`);
  return ['```json', '{', '  "notifications": [', entries.join(',\n'), '  ]', '}', '```'].join('\n');
};

/** JSON with a blank after each brace, colon and comma. */
const onOneLine = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}: ${onOneLine(field)}`);
  return `{ ${fields.join(', ')} }`;
};

/** A message that the sandbox sends, as its test keeps it. */
const goldenText = (name: string): string =>
  ['```text', readFileSync(`test/golden/${name}`, 'utf8').trimEnd(), '```'].join('\n');

/** Whole pages with their blocks generated, by path. */
export const pagesWithBlocks = (rules: readonly AnyRule[]): Readonly<Record<string, string>> => ({
  'README.md': withBlock(withBlock(readFileSync('README.md', 'utf8'), 'rules', ruleTable(rules)), 'queries', queries()),
  'docs/alerts.md': [
    ['destinations', destinationTable()] as const,
    ['destination-example', destinationExample()] as const,
    ['email-example', goldenText('email-run-2.txt')] as const,
    ['slack-example', goldenText('slack-run-2.txt')] as const,
  ].reduce((page, [name, content]) => withBlock(page, name, content), readFileSync('docs/alerts.md', 'utf8')),
  'docs/architecture.md': withBlock(readFileSync('docs/architecture.md', 'utf8'), 'layers', layerTable()),
});
