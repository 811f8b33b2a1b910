import { rmSync } from 'node:fs';
import { type Configuration, parseConfiguration } from '../../lib/config/configuration.ts';
import { isDefinition, type States } from './definition.ts';
import { definitionIn, type MachineKind } from './resolve-template.ts';

/** The templates as text, by configuration: each is synthesized once a process. */
const synthesized = new Map<string, Promise<string>>();

/** The template of the stack. aws-cdk-lib is loaded here and only here, in about half a second; handlers are not bundled
 *  for it. */
export const synthesizedTemplate = async (configuration: Configuration): Promise<unknown> => {
  const key = JSON.stringify(configuration);
  const template = synthesized.get(key) ?? synthesize(configuration);
  synthesized.set(key, template);
  return JSON.parse(await template);
};

const synthesize = async (configuration: Configuration): Promise<string> => {
  const { App } = await import('aws-cdk-lib/core');
  const { Code } = await import('aws-cdk-lib/aws-lambda');
  const { AuditorStack } = await import('../../lib/infra/auditor-stack.ts');
  // `cdk synth` validates what it makes, and so do tests: it takes two seconds, and here it is only run.
  const app = new App({ analyticsReporting: false, treeMetadata: false, builtinCloudFormationValidation: false });
  const stack = new AuditorStack(app, 'sandbox', {
    configuration,
    code: () => Code.fromInline('exports.handler = () => undefined'),
  });
  const assembly = app.synth();
  const template = JSON.stringify(assembly.getStackByName(stack.stackName).template);
  rmSync(assembly.directory, { recursive: true });
  return template;
};

/** The definitions that `cdk deploy` would deploy, out of the stack's own template: nothing is written by hand twice.
 *  `fastLane` only where the configuration wants it. */
export const synthesizedDefinitions = async (
  configuration: Configuration,
): Promise<{ readonly audit: States; readonly fastLane?: States }> => {
  const template = await synthesizedTemplate(configuration);
  const audit = statesIn(template, 'audit');
  return configuration.fastLane.enabled ? { audit, fastLane: statesIn(template, 'fast-lane') } : { audit };
};

/** The definition of the audit alone. */
export const synthesizedDefinition = async (
  configuration: Configuration = parseConfiguration('{}', 'the default configuration'),
): Promise<States> => (await synthesizedDefinitions(configuration)).audit;

/** The definition of a kind in a template. Throws if it is not the outline of a state machine. */
export const statesIn = (template: unknown, kind: MachineKind): States => {
  const definition = definitionIn(template, kind);
  if (!isDefinition(definition)) throw new Error(`the synthesized definition of kind ${kind} is not a state machine`);
  return definition;
};
