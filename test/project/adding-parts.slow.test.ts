import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compile } from '../support/compiler.ts';

/** Adds rules, a format, a section and fields in a copy of the sources, and reads what the compiler names where a place is
 *  forgotten. */
const copy = mkdtempSync(join(tmpdir(), 'irsa-auditor-parts-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

beforeAll(() => {
  for (const name of ['lib', 'scripts', 'cdk.json', 'package.json', 'tsconfig.json'])
    cpSync(name, join(copy, name), { recursive: true });
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
  writeFileSync(
    join(copy, 'tsconfig.part.json'),
    JSON.stringify({ extends: './tsconfig.json', include: ['lib/**/*.ts'] }),
  );
});

const edit = (file: string, before: string, after: string): void => {
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(before);
  writeFileSync(path, text.replace(before, after));
};

const run = (script: string, ...words: readonly string[]): string =>
  execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...words], {
    cwd: copy,
    encoding: 'utf8',
  });

/** A field or kind of its own name in each place, and the file that must name it. */
const novelties = [
  ['finding', 'lib/model/finding.ts', 'interface Finding extends FindingLocation {', 'lib/audit/finding-shape.ts'],
  ['evidence', 'lib/model/finding.ts', 'interface Evidence {', 'lib/audit/finding-shape.ts'],
  ['fix', 'lib/model/finding.ts', 'interface Fix extends', 'lib/audit/finding-shape.ts'],
  ['explained', 'lib/model/finding.ts', 'interface Folded {', 'lib/audit/finding-shape.ts'],
  ['step', 'lib/model/step.ts', 'interface Act {', 'lib/fixes/step.ts'],
  ['cluster', 'lib/model/step.ts', 'interface ClusterPlace {', 'lib/fixes/changes/kind.ts'],
  ['association', 'lib/model/step.ts', 'interface AssociationState {', 'lib/fixes/changes/eks.ts'],
  ['event', 'lib/model/change-event.ts', 'interface ChangeEvent {', 'lib/audit/change-event-shape.ts'],
  ['change', 'lib/model/step.ts', 'interface ChangeFields {', 'lib/fixes/change-table.ts'],
  ['look', 'lib/model/step.ts', 'interface LookFields {', 'lib/fixes/look-table.ts'],
] as const;
const kinds: ReadonlySet<string> = new Set(['change', 'look']);

const ruleFile = (name: string) => `lib/rules/service-account/service-account-${name}.ts`;
/** New rules: one as it was written, one with a brief that is too long, one whose words name a value that it lacks. */
const rules = { unfilled: 'without-owner', long: 'without-label', unnamed: 'without-team' } as const;
const section = '  readonly runtime: Collected<RuntimeFacts>;';
const newSection = `${section}\n  readonly boundaries: Collected<readonly string[]>;`;

/** A choice of what is read: its row, then the key of the configuration that the row names. */
const choice = [
  {
    file: 'lib/model/reading-choice.ts',
    before: '  network: {',
    after: "  'novel-tags': { key: 'novelTags', says: 'read novel tags too', includes: 'role-details' },\n  network: {",
  },
  {
    file: 'lib/config/configuration.ts',
    before: '  roleDetails: off(',
    after: "  novelTags: off('Read novel tags.'),\n  roleDetails: off(",
  },
] as const;

/** Prints the help of `scan`, and what a configuration with the key has read. */
const asked = `import { scanCommand } from './lib/cli/commands/scan.ts';
import { askedOf } from './lib/config/choices-read.ts';
import { parseConfiguration } from './lib/config/configuration.ts';
console.log(scanCommand({} as never).helpInformation());
console.log([...askedOf(parseConfiguration('{"novelTags":true}', 'x'))].join(' '));
`;

/** The compiler runs over all edits at once. */
const compiled = () => compile(copy, '-p', 'tsconfig.part.json');
const fileOf = (line: string): string => line.slice(0, line.indexOf('('));

let written: readonly string[] = [];
let whileWrong: readonly string[] = [];
let whenRight: readonly string[] = [];
beforeAll(() => writeFileSync(join(copy, 'asked.ts'), asked));
beforeAll(() => {
  const scaffold = (name: string) => run('scripts/new-rule.ts', `service-account-${name}`).split('\n').slice(0, 4);
  written = scaffold(rules.unfilled);
  const fill = (name: string): void =>
    edit(ruleFile(name), "articleStep: 'which step? or shownAt, if it automates none'", "shownAt: 'role-arn-format'");
  const brief = (length: number) => `['${'a'.repeat(length)}', `;
  for (const name of [rules.long, rules.unnamed]) {
    scaffold(name);
    fill(name);
  }
  edit(ruleFile(rules.long), "['at most 26 characters', ", brief(27));
  edit(ruleFile(rules.unnamed), "['at most 26 characters', ", brief(26));
  edit(ruleFile(rules.unnamed), 'defineRule, pass', 'defineRule');
  edit(
    ruleFile(rules.unnamed),
    'check: () => pass',
    "check: (_subject, _facts, fail) => fail.broken({ nam: 'x' }).fix('summary')",
  );
  const places = [
    ...new Set(['lib/model/snapshot.ts', ...choice.map(({ file }) => file), ...novelties.map(([, file]) => file)]),
  ];
  const texts = places.map(file => readFileSync(join(copy, file), 'utf8'));
  edit('lib/model/snapshot.ts', section, newSection);
  edit(choice[0].file, choice[0].before, choice[0].after);
  for (const [name, file, head] of novelties) {
    const text = readFileSync(join(copy, file), 'utf8');
    const at = text.indexOf('{', text.indexOf(head));
    const line = kinds.has(name)
      ? `readonly novel_${name}: { readonly a: string };`
      : `readonly novel_${name}?: string;`;
    writeFileSync(join(copy, file), `${text.slice(0, at + 1)}\n  ${line}${text.slice(at + 1)}`);
  }
  whileWrong = compiled();

  for (const [at, file] of places.entries()) writeFileSync(join(copy, file), texts[at] ?? '');
  fill(rules.unfilled);
  edit(ruleFile(rules.long), brief(27), brief(26));
  edit(ruleFile(rules.unnamed), "{ nam: 'x' }", "{ name: 'x' }");
  writeFileSync(
    join(copy, 'lib/report/count.ts'),
    "import type { RunReport } from './run-report.ts';\n\nexport const renderCount = (report: RunReport): string => `${report.findings.length}\\n`;\n",
  );
  edit(
    'lib/report/formats.ts',
    'import { renderCsv }',
    "import { renderCount } from './count.ts';\nimport { renderCsv }",
  );
  edit('lib/report/formats.ts', "  { name: 'csv'", "  { name: 'count', render: renderCount },\n  { name: 'csv'");
  for (const { file, before, after } of choice) edit(file, before, after);
  whenRight = compiled();
});

test('a rule is one file and its line in the list of its group', () => {
  expect(written).toEqual([
    'lib/rules/service-account/service-account-without-owner.ts',
    'lib/rules/service-account/rules.ts',
    'test/rules/service-account/service-account-without-owner.examples.ts',
    'test/rules/service-account/service-account-without-owner.test.ts',
  ]);
});

test.each([
  ['not filled in', rules.unfilled],
  ['a brief of more than 26 characters', rules.long],
  ['a placeholder without a value', rules.unnamed],
])('a rule does not compile: %s', (_what, name) => {
  expect(whileWrong.filter(line => fileOf(line) === ruleFile(name)).length).toBeGreaterThan(0);
});

test('rules that are filled in, and a format that is one file and its line in the list of formats, compile', () => {
  expect(whenRight).toEqual([]);
});

test('a section without an entry in the table does not compile, and its places are named', () => {
  const named = [...new Set(whileWrong.filter(line => line.includes("'boundaries'")).map(fileOf))];
  expect(named.filter(file => !file.startsWith('lib/collect/'))).toEqual(['lib/facts/sections.ts']);
  expect(named.length).toBeLessThanOrEqual(3);
});

test('a choice of what is read is its row and its key: the option, the deployed audit and what it brings follow', () => {
  const named = whileWrong.filter(line => /^\S.*novelTags/.test(line)).map(fileOf);
  expect([...new Set(named)]).toEqual(['lib/config/choices-read.ts']);
  const asked = run('asked.ts').split('\n');
  expect(asked.filter(line => line.includes('--novel-tags'))).toHaveLength(1);
  expect(asked).toContain('novel-tags role-details');
});

describe('a field without a stored shape, and a kind without an entry in its table', () => {
  test.each(novelties)('%s: the compiler names it, and where it is missing', (name, _file, _head, where) => {
    const missing = whileWrong.filter(line => line.includes(`'novel_${name}' is missing`));
    expect([...new Set(missing.map(fileOf))]).toEqual([where]);
  });
});

test('the files of a new rule are as the formatter writes them', () => {
  const long = 'service-account-whose-name-is-as-long-as-a-name-may-be-in-a-rule';
  const written = [
    ...run('scripts/new-rule.ts', 'webhook-of-others').split('\n').slice(0, 4),
    ...run('scripts/new-rule.ts', long).split('\n').slice(0, 4),
  ];
  for (const name of ['biome.json', '.gitignore']) cpSync(name, join(copy, name));
  const { status, stdout, stderr } = spawnSync(resolve('node_modules/.bin/biome'), ['check', ...written], {
    cwd: copy,
    encoding: 'utf8',
  });
  expect([status, `${stdout}${stderr}`]).toEqual([0, expect.stringMatching(/^Checked \d+ files/)]);
});
