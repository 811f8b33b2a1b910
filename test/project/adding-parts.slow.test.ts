import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

/** Adds a rule, a format and a section in a copy of the sources, and reads what is named where a place is forgotten. */
const copy = mkdtempSync(join(tmpdir(), 'irsa-auditor-parts-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

beforeAll(() => {
  for (const name of ['lib', 'scripts', 'package.json', 'tsconfig.json'])
    cpSync(name, join(copy, name), { recursive: true });
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
  writeFileSync(
    join(copy, 'tsconfig.part.json'),
    JSON.stringify({
      extends: './tsconfig.json',
      compilerOptions: { tsBuildInfoFile: './part.tsbuildinfo' },
      include: ['lib/**/*.ts'],
    }),
  );
});

/** The words of the compiler, one fault a line. */
const compile = (): string =>
  spawnSync(resolve('node_modules/.bin/tsc'), ['-p', 'tsconfig.part.json'], { cwd: copy, encoding: 'utf8' }).stdout;

/** The files that the compiler names. */
const filesNamed = (): readonly string[] =>
  [...new Set([...compile().matchAll(/^([^\s(]+)\(\d+,\d+\): error/gm)].map(([, file = '']) => file))].sort();

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

test('a rule is one file and its line in the list of its group; the compiler names what is not filled in', () => {
  const written = run('scripts/new-rule.ts', 'service-account-without-owner').split('\n').slice(0, 4);
  expect(written).toEqual([
    'lib/rules/service-account/service-account-without-owner.ts',
    'lib/rules/service-account/rules.ts',
    'test/rules/service-account/service-account-without-owner.examples.ts',
    'test/rules/service-account/service-account-without-owner.test.ts',
  ]);
  expect(filesNamed()).toEqual(['lib/rules/service-account/service-account-without-owner.ts']);
  const rule = 'lib/rules/service-account/service-account-without-owner.ts';
  edit(rule, "articleStep: 'which step? or shownAt, if it automates none'", "shownAt: 'role-arn-format'");
  expect(filesNamed()).toEqual([]);
});

test('a brief of more than 26 characters and a placeholder without a value do not compile', () => {
  const rule = 'lib/rules/service-account/service-account-without-owner.ts';
  const brief = (length: number) => `['${'a'.repeat(length)}', `;
  edit(rule, "['at most 26 characters', ", brief(27));
  expect(filesNamed()).toEqual([rule]);
  edit(rule, brief(27), brief(26));
  edit(rule, 'check: () => pass', "check: (_subject, _facts, fail) => fail.broken({ nam: 'x' }).fix('summary')");
  expect(filesNamed()).toEqual([rule]);
  edit(rule, "{ nam: 'x' }", "{ name: 'x' }");
  edit(rule, 'defineRule, pass', 'defineRule');
  expect(filesNamed()).toEqual([]);
});

test('a format is one file and its line in the list of formats', () => {
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
  expect(filesNamed()).toEqual([]);
});

test('a section without an entry in the table does not compile, and its four places are named', () => {
  const text = readFileSync(join(copy, 'lib/model/snapshot.ts'), 'utf8');
  edit(
    'lib/model/snapshot.ts',
    '  readonly runtime: Collected<RuntimeFacts>;',
    '  readonly runtime: Collected<RuntimeFacts>;\n  readonly boundaries: Collected<readonly string[]>;',
  );
  const named = filesNamed();
  writeFileSync(join(copy, 'lib/model/snapshot.ts'), text);
  expect(named).toContain('lib/facts/sections.ts');
  expect(named.every(file => file.startsWith('lib/collect/') || file === 'lib/facts/sections.ts')).toBe(true);
  expect(named.length).toBeLessThanOrEqual(3);
});

/** A field or kind of its own name in each place, and the file that must name it. */
const novelties = [
  [
    'finding',
    'lib/model/finding.ts',
    'export interface Finding extends FindingLocation {',
    'lib/audit/finding-shape.ts',
  ],
  ['evidence', 'lib/model/finding.ts', 'export interface Evidence {', 'lib/audit/finding-shape.ts'],
  ['fix', 'lib/model/finding.ts', 'export interface Fix extends', 'lib/audit/finding-shape.ts'],
  ['explained', 'lib/model/finding.ts', 'export interface Folded {', 'lib/audit/finding-shape.ts'],
  ['step', 'lib/model/step.ts', 'export interface Act {', 'lib/fixes/step.ts'],
  ['cluster', 'lib/model/step.ts', 'export interface ClusterPlace {', 'lib/fixes/changes/kind.ts'],
  ['association', 'lib/model/step.ts', 'export interface AssociationState {', 'lib/fixes/changes/eks.ts'],
  ['event', 'lib/model/change-event.ts', 'export interface ChangeEvent {', 'lib/audit/change-event-shape.ts'],
  ['change', 'lib/model/step.ts', 'export interface ChangeFields {', 'lib/fixes/change-table.ts'],
  ['look', 'lib/model/step.ts', 'export interface LookFields {', 'lib/fixes/look-table.ts'],
] as const;
const kinds: ReadonlySet<string> = new Set(['change', 'look']);

describe('a field without a stored shape, and a kind without an entry in its table', () => {
  let said: readonly string[] = [];
  beforeAll(() => {
    const places = [...new Set(novelties.map(([, file]) => file))];
    const texts = places.map(file => readFileSync(join(copy, file), 'utf8'));
    for (const [name, file, head] of novelties) {
      const text = readFileSync(join(copy, file), 'utf8');
      const at = text.indexOf('{', text.indexOf(head));
      const line = kinds.has(name)
        ? `readonly novel_${name}: { readonly a: string };`
        : `readonly novel_${name}?: string;`;
      writeFileSync(join(copy, file), `${text.slice(0, at + 1)}\n  ${line}${text.slice(at + 1)}`);
    }
    said = compile().split('\n');
    for (const [at, file] of places.entries()) writeFileSync(join(copy, file), texts[at] ?? '');
  });

  test.each(novelties)('%s: the compiler names it, and where it is missing', (name, file, head, where) => {
    expect(readFileSync(join(copy, file), 'utf8')).toContain(head);
    const missing = said.filter(line => line.includes(`'novel_${name}' is missing`));
    expect([...new Set(missing.map(line => line.slice(0, line.indexOf('('))))]).toEqual([where]);
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
