import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { lintTexts } from './lint-texts.ts';
import { runLint } from './run-lint.ts';

const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-lint-folders-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bad =
  'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: cart\n  namespace: shop\n  annotations:\n    eks.amazonaws.com/role-arn: x\n';
const files: Readonly<Record<string, string>> = {
  'deploy/sa.yaml': bad,
  'package.json': '{"name": "x"}',
  'tsconfig.json': '{\n// a comment\n}',
  'broken.yaml': 'a: [1\nb: }',
  'policy.json': '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}',
  'empty.yaml': '',
};
for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

test('files of folders that hold nothing to check are passed over', async () => {
  const { code, out, err } = await runLint(['--json', folder]);
  expect([code, err]).toEqual([1, '']);
  expect(JSON.parse(out).files).toEqual([join(folder, 'deploy/sa.yaml')]);
});

test.each([
  ...[
    'a.yaml',
    'a.yml',
    'a.json',
    'a.template',
    'a.tf.json',
    'a.tpl',
    'a.tftpl',
    'a.tmpl',
    'values.yaml.gotmpl',
    'A.YAML',
    'terragrunt.hcl',
    'terraform.tfstate',
    'values.jsonnet',
    'a.libsonnet',
    'a.cue',
    'a.k',
  ],
])('a folder with %s is read', async name => {
  const own = mkdtempSync(join(tmpdir(), 'irsa-auditor-lint-ending-'));
  writeFileSync(join(own, name), name.includes('json') ? '{"Action": "sts:AssumeRoleWithWebIdentity",' : bad);
  writeFileSync(join(own, 'a.md'), bad);
  const { files, errors } = JSON.parse((await runLint(['--json', own])).out);
  rmSync(own, { recursive: true });
  expect([...files, ...errors.map(({ file }: { file: string }) => file)]).toEqual([join(own, name)]);
});

test('a file that is named is not, unless others are skipped', async () => {
  const names = Object.keys(files).map(name => join(folder, name));
  expect((await runLint(names)).code).toBe(2);
  expect((await runLint(['--skip-others', ...names])).code).toBe(1);
  expect((await runLint(['--skip-others', '--exclude', 'deploy', ...names])).code).toBe(0);
});

test('a file that cannot be read is told where it may bear on roles', async () => {
  writeFileSync(join(folder, 'trust.json'), '{"Action": "sts:AssumeRoleWithWebIdentity",');
  const { code, err } = await runLint([folder]);
  rmSync(join(folder, 'trust.json'));
  expect(code).toBe(2);
  expect(err).toContain('trust.json:1:44: not valid JSON');
});

test('a template of a Helm chart is told, and not read', async () => {
  const template = `{{- if .Values.serviceAccount.create }}\n${bad}{{- end }}\n`;
  const report = await lintTexts({
    'chart/templates/sa.yaml': template,
    'chart/templates/service.yaml': 'kind: Service\nmetadata: {{ x }}\n',
  });
  expect(report.errors).toEqual([]);
  expect(report.doubts).toEqual([
    {
      file: 'chart/templates/sa.yaml',
      owner: '',
      line: 1,
      column: 1,
      why: 'a template of a Helm chart: lint what helm template prints of it',
    },
  ]);
});

test('the hook of pre-commit runs on any list of files', async () => {
  const [hook] = parse(readFileSync('.pre-commit-hooks.yaml', 'utf8'));
  const names = Object.keys(files).map(name => join(folder, name));
  expect(hook.entry.split(' ').slice(0, 2)).toEqual(['irsa-auditor', 'lint']);
  const { code, out } = await runLint([...hook.entry.split(' ').slice(2), ...hook.args, ...names]);
  expect(code).toBe(1);
  expect(out).toContain('service-account-role-arn-malformed');
  expect(hook.args.at(-1)).toBe('--');
  for (const name of ['main.tf', 'a/b.tofu', 'x.yaml', 'x.yml', 'x.json']) expect(name).toMatch(new RegExp(hook.files));
  expect('README.md').not.toMatch(new RegExp(hook.files));
});
