import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compile } from '../support/compiler.ts';

/** Adds a destination in a copy of the sources, one place after another: what is forgotten is named. */
const copy = mkdtempSync(join(tmpdir(), 'irsa-auditor-destination-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const table = 'lib/config/destinations.ts';
const makers = 'lib/notify/notifiers-of.ts';

const edit = (file: string, before: string, added: string) => {
  const text = readFileSync(file, 'utf8');
  expect(text.split(before)).toHaveLength(2);
  writeFileSync(
    join(copy, file),
    text.replace(before, () => `${added}${before}`),
  );
};
const row = (carrier: string) => `  pager: kind('pager', webhook, {
    carrier: '${carrier}', title: 'A pager', example: { secretName: 'irsa-auditor/pager' }, permissions: [], tried: true,
  }),\n`;
const addRow = (carrier: string) => edit(table, "  webhook: kind('webhook'", row(carrier));
const addMaker = () =>
  edit(
    makers,
    '  eventbridge: (_, name, world) =>',
    '  pager: ({ secretName }, name, world) => signedWebhookNotifier({ name, secretName }, world),\n',
  );
const compiled = (project: string): string => compile(copy, '-p', project).join('\n');

/** The answer of the copy to an expression over its own modules. */
const evaluated = (imports: string, expression: string): unknown => {
  const program = `${imports}; process.stdout.write(JSON.stringify(${expression}))`;
  const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program];
  return JSON.parse(execFileSync(process.execPath, flags, { cwd: copy, encoding: 'utf8' }));
};

beforeAll(() => {
  for (const name of ['bin', 'docs/example-app', 'lib', 'scripts', 'cdk.json', 'package.json', 'tsconfig.json'])
    cpSync(name, join(copy, name), { recursive: true });
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
  const project = (name: string, ...include: readonly string[]) =>
    writeFileSync(join(copy, name), JSON.stringify({ extends: './tsconfig.json', include }));
  project('tsconfig.notify.json', 'lib/notify/*.ts');
  project('tsconfig.part.json', 'lib/notify/*.ts', 'lib/infra/*.ts');
});

describe('adding a destination', () => {
  test('the compiler names the maker that is missing', () => {
    addRow('notifier');
    const faults = compiled('tsconfig.notify.json');
    expect(faults).toContain(`${makers}(`);
    expect(faults).toContain("Property 'pager' is missing");
    expect(faults.match(/error TS/g)).toHaveLength(1);
  });

  test('the compiler names what the stack must build for a kind that reads a topic', () => {
    addRow('findings-topic');
    const faults = compiled('tsconfig.part.json');
    expect(faults).toContain('lib/infra/notifications.ts(');
    expect(faults).toContain("Property 'pager' is missing");
    expect(faults.match(/error TS/g)).toHaveLength(1);
  });

  test('a row and a maker are all: it may read its secret, and the docs have it', () => {
    addRow('notifier');
    addMaker();
    expect(compiled('tsconfig.part.json')).toBe('');
    const parts = '{ partition: "aws", region: "eu-west-1", accountId: "111122223333" }';
    const configuration = '{ notifications: [{ to: "pager", secretName: "irsa-auditor/pager" }] }';
    const imports = `import { grantsOf } from './lib/infra/resource-arns.ts'; import { parseConfiguration } from './lib/config/configuration.ts'; import { infraDocs } from './scripts/infra-docs.ts'`;
    const grants = `grantsOf('notify-drift', parseConfiguration(JSON.stringify(${configuration}), 'x'), ${parts})`;
    expect(evaluated(imports, grants)).toContainEqual({
      actions: ['secretsmanager:GetSecretValue'],
      resources: ['arn:aws:secretsmanager:eu-west-1:111122223333:secret:irsa-auditor/pager-??????'],
    });
    expect(evaluated(imports, 'infraDocs()')).toEqual(
      expect.objectContaining({
        'docs/permissions.md': expect.stringContaining('`pager`'),
        'docs/schema/config.json': expect.stringContaining('"pager"'),
      }),
    );
  });
});
