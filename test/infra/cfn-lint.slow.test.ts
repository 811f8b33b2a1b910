import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { installedProgram } from '../support/installed-program.ts';
import { auditorStack, everything, everythingFast, memberRoleStack, templateOf } from '../support/synthesized.ts';

const directory = mkdtempSync(join(tmpdir(), 'irsa-auditor-lint-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const { command } = await installedProgram({ name: 'cfn-lint', check: ['--version'], pip: 'cfn-lint==1.51.0' });
/** Actions of the EKS API reference that the list of cfn-lint 1.51.0 does not have yet. */
const newActions = /^W3037 '(list|describe)certificateauthorit(y|ies)' is not one of .*\n\S+\n\n?/gm;
/** W3005: CDK writes a DependsOn beside a reference that says the same. */
const lint = (file: string) => {
  const { stdout } = spawnSync(command, ['--ignore-checks', 'W3005', '--', file], { encoding: 'utf8' });
  return stdout.replace(newActions, '');
};
const templates = {
  auditor: () => templateOf(auditorStack()),
  'auditor with everything': () => templateOf(auditorStack(everythingFast)),
  'member role': () => templateOf(memberRoleStack(everything)),
};

test.each(Object.entries(templates))('cfn-lint finds nothing in the template of the %s', (name, template) => {
  const file = join(directory, `${name.replaceAll(' ', '-')}.json`);
  writeFileSync(file, JSON.stringify(template()));
  expect(lint(file)).toBe('');
});

test('cfn-lint finds nothing in the plain templates of member accounts, and something in a broken one', () => {
  for (const file of ['docs/member-role.yaml', 'docs/member-events.yaml']) expect(lint(file)).toBe('');
  const broken = join(directory, 'broken.json');
  writeFileSync(
    broken,
    JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { Nmae: 'x' } } } }),
  );
  expect(lint(broken)).toContain('Nmae');
});
