import { beforeAll, describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { auditorStack, everythingFast } from '../support/synthesized.ts';

let template: Template;
beforeAll(() => {
  template = Template.fromStack(auditorStack(everythingFast));
});

const ofType = (type: string) => Object.entries(template.findResources(type));

describe('a run ends with the code that it began with', () => {
  test('every task of every state machine names one version of its function', () => {
    const versions = new Set(ofType('AWS::Lambda::Version').map(([id]) => id));
    const machines = ofType('AWS::StepFunctions::StateMachine');
    expect(machines).toHaveLength(3);
    for (const [, { Properties }] of machines) {
      const text = JSON.stringify(Properties.DefinitionString);
      const named = [...text.matchAll(/FunctionName\\+":\\+""?,?\{"(Ref|Fn::GetAtt)":"?\[?"?(\w+)/g)];
      const called = named.map(([, how, id]) => `${how} ${versions.has(id ?? '') ? 'version' : id}`);
      expect(called.length).toBeGreaterThan(0);
      expect([...new Set(called)]).toEqual(['Ref version']);
    }
  });

  test('a version that a run may still need is not taken away by the next deployment', () => {
    const versions = ofType('AWS::Lambda::Version');
    expect(versions.length).toBeGreaterThan(8);
    expect(versions.filter(([, { DeletionPolicy }]) => DeletionPolicy !== 'RetainExceptOnCreate')).toEqual([]);
  });

  test('the machine may call earlier versions, too: its role is that of the newest deployment', () => {
    const functions = ofType('AWS::Lambda::Function').filter(
      ([, { Properties }]) => Properties.FunctionName === 'irsa-auditor-evaluate-account',
    );
    const policies = ofType('AWS::IAM::Policy').map(([, { Properties }]) => JSON.stringify(Properties.PolicyDocument));
    const [id = ''] = functions.map(([logicalId]) => logicalId);
    const everyVersion = JSON.stringify({ 'Fn::Join': ['', [{ 'Fn::GetAtt': [id, 'Arn'] }, ':*']] });
    const allowing = policies.filter(
      policy => policy.includes('lambda:InvokeFunction') && policy.includes(everyVersion),
    );
    // The audit's and the fast lane's.
    expect(allowing).toHaveLength(2);
  });
});
