/** The auditor in a stack of somebody else's app: its outputs are found, and the app's own tags stay. */
import { expect, test } from '@jest/globals';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { App, CfnOutput, Stack, Tags } from 'aws-cdk-lib/core';
import { deploymentsIn } from '../../lib/audit/contract.ts';
import { parseConfiguration } from '../../lib/config/configuration.ts';
import { Auditor } from '../../lib/infra/auditor-stack.ts';
import { auditorStack, everythingFast, templateOf } from '../support/synthesized.ts';

type Outputs = Readonly<Record<string, { readonly Value: unknown; readonly Description?: string }>>;

/** A template's outputs as DescribeStacks tells them. */
const told = (outputs: unknown) =>
  Object.entries(outputs as Outputs).map(([OutputKey, { Value, Description }]) => ({
    OutputKey,
    OutputValue: JSON.stringify(Value),
    Description,
  }));

const ownApp = (...names: readonly string[]) => {
  const app = new App({ treeMetadata: false, analyticsReporting: false, builtinCloudFormationValidation: false });
  Tags.of(app).add('application', 'platform');
  const stack = new Stack(app, 'Platform');
  new CfnOutput(stack, 'TableName', { value: 'of-the-app' });
  for (const name of names)
    new Auditor(stack, `The${name}`, {
      configuration: parseConfiguration(JSON.stringify({ ...everythingFast, name, customerKey: true }), 'test'),
      code: () => Code.fromInline('exports.handler = () => undefined'),
      version: '1.2.3',
    });
  return templateOf(stack);
};

test('outputs that CDK renames are found by their mark, of each auditor its own', () => {
  const own = deploymentsIn(told(templateOf(auditorStack(everythingFast, true, '1.2.3')).Outputs));
  const { Outputs } = ownApp('blue', 'green');
  const found = deploymentsIn(told(Outputs));
  expect([...found.keys()].sort()).toEqual(['blue', 'green']);
  for (const name of ['blue', 'green']) {
    const outputs = found.get(name) ?? {};
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(own.get('irsa-auditor') ?? {}).sort());
    expect(outputs.TableName).toContain(`The${name}Storage`);
  }
  expect(Object.keys(Outputs as Outputs)).not.toContain('OperationsTopicArn');
});

test('a stack without a mark is one of an earlier version', () => {
  const outputs = [{ OutputKey: 'TableName', OutputValue: 't', Description: 'Findings, history and runs' }, {}];
  expect([...deploymentsIn(outputs)]).toEqual([['', { TableName: 't', '': '' }]]);
  expect(deploymentsIn([]).size).toBe(0);
});

test('a tag application of the app stays; without one each resource has the name of the deployment, keys too', () => {
  const tagsOf = (template: ReturnType<typeof templateOf>) =>
    Object.values(template.Resources).flatMap(({ Type, Properties }) =>
      (Array.isArray(Properties.Tags) ? Properties.Tags : [])
        .filter(({ Key }) => Key === 'application')
        .map(({ Value }) => [Type, Value] as const),
    );
  const [own, alone] = [ownApp('blue'), templateOf(auditorStack({ ...everythingFast, customerKey: true }))].map(tagsOf);
  expect(new Set(own?.map(([, value]) => value))).toEqual(new Set(['platform']));
  expect(new Set(alone?.map(([, value]) => value))).toEqual(new Set(['irsa-auditor']));
  expect(alone?.map(([type]) => type)).toContain('AWS::KMS::Key');
});
