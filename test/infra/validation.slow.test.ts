import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { App, CfnResource, type Stack } from 'aws-cdk-lib/core';
import * as z from 'zod';
import { auditorStack, everythingFast, memberRoleStack } from '../support/synthesized.ts';

const directory = mkdtempSync(join(tmpdir(), 'irsa-auditor-validation-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const reports = z.object({
  pluginReports: z.array(z.object({ violations: z.array(z.object({ description: z.string() })) })),
});

/** The faults that the validation of CDK finds in the template of a stack: a report without plugins where it finds
 *  none. */
const violations = (name: string, stackIn: (app: App) => Stack): readonly string[] => {
  const outdir = join(directory, name);
  const app = new App({ treeMetadata: false, analyticsReporting: false, outdir });
  stackIn(app);
  app.synth();
  const { pluginReports } = reports.parse(JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')));
  return pluginReports.flatMap(report => report.violations.map(({ description }) => description));
};

test.each<readonly [string, (app: App) => Stack]>([
  ['plain', app => auditorStack({}, true, undefined, app)],
  ['everything', app => auditorStack({ ...everythingFast, customerKey: true }, true, undefined, app)],
  ['member-role', app => memberRoleStack(everythingFast, app)],
])('CDK finds nothing wrong in the template: %s', (name, stackIn) => {
  expect(violations(name, stackIn)).toEqual([]);
});

test('CDK finds what is wrong', () => {
  const broken = (app: App): Stack => {
    const stack = memberRoleStack({}, app);
    new CfnResource(stack, 'Broken', { type: 'AWS::SNS::Topic', properties: { Nmae: 'x' } });
    return stack;
  };
  expect(violations('broken', broken).join()).toContain('Nmae');
});
