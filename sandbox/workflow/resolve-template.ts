/** Just enough of CloudFormation's functions to read a state machine's definition out of a synthesized template. */

import { isObject } from '../../lib/core/text/json-value.ts';

/** Values of pseudo parameters, as in one deployed stack. */
const pseudo: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::AccountId': '111122223333',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** Resolves `Fn::Join`, `Ref` and `Fn::GetAtt` to text. Throws for any other function: nothing is guessed. */
const resolveText = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null) {
    if ('Fn::Join' in value && Array.isArray(value['Fn::Join'])) {
      const [separator, parts] = value['Fn::Join'];
      if (typeof separator === 'string' && Array.isArray(parts)) return parts.map(resolveText).join(separator);
    }
    if ('Ref' in value && typeof value.Ref === 'string') return pseudo[value.Ref] ?? value.Ref;
    if ('Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt'])) return arnOf(String(value['Fn::GetAtt'][0]));
  }
  throw new Error(`cannot resolve ${JSON.stringify(value)} of the template: want text, Fn::Join, Ref or Fn::GetAtt`);
};

const arnOf = (logicalId: string): string => `arn:aws:lambda:us-east-1:111122223333:function:${logicalId}`;

/** The definition of the one state machine in a template that is an audit; the weekly summary has its own. Throws if there
 *  is none, or more than one. */
export const definitionIn = (template: unknown): unknown => {
  const resources = isObject(template) && isObject(template.Resources) ? Object.values(template.Resources) : [];
  const machines = resources.filter(
    resource =>
      isObject(resource) &&
      resource.Type === 'AWS::StepFunctions::StateMachine' &&
      isObject(resource.Properties) &&
      !String(resource.Properties.StateMachineName).endsWith('-weekly-summary'),
  );
  const [machine] = machines;
  if (machines.length !== 1 || !isObject(machine) || !isObject(machine.Properties))
    throw new Error(`the template has ${machines.length} state machines, want 1`);
  return JSON.parse(resolveText(machine.Properties.DefinitionString));
};
