/** Just enough of CloudFormation's functions to read a state machine's definition out of a synthesized template. */

import { isObject } from '../../lib/text.ts';

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

/** The state machines that are looked for, and how the names of those that are not audits end. */
const endings = { audit: '', 'fast-lane': '-fast-lane', 'weekly-summary': '-weekly-summary' } as const;
export type MachineKind = keyof typeof endings;

const kindOf = (name: string): MachineKind => {
  if (name.endsWith(endings['fast-lane'])) return 'fast-lane';
  return name.endsWith(endings['weekly-summary']) ? 'weekly-summary' : 'audit';
};

/** The definition of the one state machine of a kind in a template. Throws if there is none, or more than one. */
export const definitionIn = (template: unknown, kind: MachineKind): unknown => {
  const resources = isObject(template) && isObject(template.Resources) ? Object.values(template.Resources) : [];
  const machines = resources.filter(
    resource =>
      isObject(resource) &&
      resource.Type === 'AWS::StepFunctions::StateMachine' &&
      isObject(resource.Properties) &&
      kindOf(String(resource.Properties.StateMachineName)) === kind,
  );
  const [machine] = machines;
  if (machines.length !== 1 || !isObject(machine) || !isObject(machine.Properties))
    throw new Error(`the template has ${machines.length} state machines of kind ${kind}, want 1`);
  return JSON.parse(resolveText(machine.Properties.DefinitionString));
};
