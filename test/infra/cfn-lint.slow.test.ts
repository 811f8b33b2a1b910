import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { installedProgram } from '../support/installed-program.ts';
import { machineClock } from '../support/machine-clock.ts';
import { auditorStack, everything, everythingFast, memberRoleStack, templateOf } from '../support/synthesized.ts';

const directory = mkdtempSync(join(tmpdir(), 'irsa-auditor-lint-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const { command } = await installedProgram({ name: 'cfn-lint', check: ['--version'], pip: 'cfn-lint==1.51.0' });
/** Actions of the EKS API reference that the list of cfn-lint 1.51.0 does not have yet. */
const newActions = /^W3037 '(list|describe)certificateauthorit(y|ies)' is not one of .*\n\S+\n\n?/gm;
const broken = JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { Nmae: 'x' } } } });
const templates: Readonly<Record<string, () => string>> = {
  auditor: () => JSON.stringify(templateOf(auditorStack())),
  'auditor-with-everything': () => JSON.stringify(templateOf(auditorStack(everythingFast))),
  'member-role': () => JSON.stringify(templateOf(memberRoleStack(everything))),
  'member-role-by-hand': () => readFileSync('docs/member-role.yaml', 'utf8'),
  'member-events-by-hand': () => readFileSync('docs/member-events.yaml', 'utf8'),
  ...Object.fromEntries(
    ['pagerduty', 'github-issues', 'jira-issues'].map(name => [name, () => readFileSync(`docs/${name}.yaml`, 'utf8')]),
  ),
  broken: () => broken,
};
const fileOf = (name: string): string => join(directory, `${name}.template`);

/** The words of cfn-lint about all templates, which it is started once for: most of its time is its start. */
let told = '';
beforeAll(() => {
  for (const [name, template] of Object.entries(templates)) writeFileSync(fileOf(name), template());
  // W3005: CDK writes a DependsOn beside a reference that says the same.
  const args = ['--ignore-checks', 'W3005', '--', ...Object.keys(templates).map(fileOf)];
  // Which runtimes are deprecated is of today.
  const env = machineClock();
  told = spawnSync(command, args, { encoding: 'utf8', env }).stdout.replace(newActions, '');
});

/** Each fault is a line with its text, and one with the file and the line there. */
const faultsIn = (name: string): readonly string[] =>
  told.split('\n\n').filter(fault => fault.includes(`${fileOf(name)}:`));

test.each(Object.keys(templates).filter(name => name !== 'broken'))(
  'cfn-lint finds nothing in the template: %s',
  name => {
    expect(faultsIn(name)).toEqual([]);
  },
);

test('cfn-lint finds something in a broken template, and says nothing else', () => {
  expect(faultsIn('broken')).toEqual([expect.stringContaining('Nmae')]);
  expect(told.trim()).toBe(faultsIn('broken').join(''));
});
