import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { App, DefaultStackSynthesizer, type StackProps } from 'aws-cdk-lib/core';
import type { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import type { FunctionName } from '../audit/contract.ts';
import { type Configuration, ConfigurationInvalid, requireOperations } from '../config/configuration.ts';
import { given } from '../text.ts';
import { type AuditorProps, AuditorStack } from './auditor-stack.ts';
import { putHandlers } from './bundle.ts';
import { featuresOf } from './features.ts';
import { tooLarge } from './limits.ts';
import { MemberRoleStack } from './member-role-stack.ts';
import { stepsWith } from './permissions.ts';
import { writeConfiguration } from './write-configuration.ts';

/** The parts of the process that the app needs. */
interface AppOptions {
  /** Reads a configuration; throws `ConfigurationInvalid`. Without a name: the usual file. */
  readonly configurationOf: (file?: string) => Configuration;
  readonly accountId: string | undefined;
  readonly region: string | undefined;
  /** Version of irsa-auditor that is deployed: `irsa-auditor doctor` compares it with its own. */
  readonly version: string;
}

/**
 * Synthesizes the auditor, or with `-c member-role-of=<auditor's account>` the role of a member account. Other context:
 * `config` (file), `keep-data=false` (table and bucket go with the stack), `bootstrap-version-rule=false` (for emulators
 * that have no SSM parameter of the bootstrap stack). Throws `ConfigurationInvalid`; to deploy the
 * auditor the configuration must say who reads its alarms.
 */
export const auditorApp = async (options: AppOptions): Promise<App> => {
  // Not at the end of the process: an app that was refused would be synthesized there after all, in part.
  const app = new App({ analyticsReporting: false, autoSynth: false });
  refuseNearKeys(app);
  const configuration = options.configurationOf(textOf(app, 'config'));
  const env = { ...given({ account: options.accountId, region: options.region }) };
  const common = {
    env,
    synthesizer: new Synthesizer({ generateBootstrapVersionRule: flagOf(app, 'bootstrap-version-rule') }),
  };
  const keepData = flagOf(app, 'keep-data');
  const auditorAccountId = textOf(app, 'member-role-of');
  if (auditorAccountId !== undefined) {
    if (!/^\d{12}$/.test(auditorAccountId))
      throw new ConfigurationInvalid(
        `-c member-role-of: got ${auditorAccountId}, want the 12 digits of an AWS account`,
      );
    new MemberRoleStack(app, `${configuration.name}-member-role`, { ...common, configuration, auditorAccountId });
    app.synth();
  } else {
    requireOperations(configuration);
    await synthesized(app, { ...common, configuration, version: options.version, keepData });
  }
  return app;
};

/** A key of the context that differs from one of this app in signs or case alone would not be read. */
const refuseNearKeys = (app: App): void => {
  const plain = (key: string): string => key.replace(/[^a-z]/gi, '').toLowerCase();
  for (const wanted of ['config', 'member-role-of', 'keep-data', 'bootstrap-version-rule'])
    for (const key of Object.keys(app.node.getAllContext()))
      if (key !== wanted && plain(key) === plain(wanted))
        throw new ConfigurationInvalid(`-c ${key}: got an unknown key, wanted ${wanted}`);
};

/** A context value as text; booleans of `-c key=false` arrive as text already. */
const textOf = (app: App, key: string): string | undefined => {
  const value: unknown = app.node.tryGetContext(key);
  return value === undefined || value === null ? undefined : String(value);
};

/** A context value that is on unless it is `false`. A misspelt one would keep, or take along, what it should not. */
const flagOf = (app: App, key: string): boolean => {
  const text = textOf(app, key) ?? 'true';
  if (text !== 'true' && text !== 'false')
    throw new ConfigurationInvalid(`-c ${key}: got ${JSON.stringify(text)}, wanted true or false`);
  return text === 'true';
};

/** The stack of the auditor, synthesized with its handlers. A configuration that makes more than AWS takes is a fault of the
 *  configuration, not of the program. Throws `ConfigurationInvalid`. */
export const synthesized = async (
  app: App,
  props: Omit<AuditorProps, 'code'> & StackProps,
): Promise<CloudFormationStackArtifact> => {
  const { configuration } = props;
  const { name } = configuration;
  const directory = join(app.outdir, 'bundles');
  const steps = stepsWith(featuresOf(configuration));
  await putHandlers(directory, steps);
  writeConfiguration({ directory, steps }, configuration);
  const code = (step: FunctionName) => Code.fromAsset(join(directory, step));
  const stack = new AuditorStack(app, name, { ...props, code });
  try {
    return app.synth().getStackByName(name);
  } catch (cause) {
    const faults = tooLarge(stack);
    if (faults.length === 0) throw cause;
    throw new ConfigurationInvalid(
      `the configuration makes more than AWS takes: ${faults.join('; ')}: give fewer addresses or destinations`,
      { cause },
    );
  }
};

/** CDK's own synthesizer, typed for `exactOptionalPropertyTypes`: the base class says `undefined` where CDK's interface
 *  says absent. Behaves the same. */
export class Synthesizer extends DefaultStackSynthesizer {
  override get bootstrapQualifier(): string {
    return super.bootstrapQualifier ?? DefaultStackSynthesizer.DEFAULT_QUALIFIER;
  }
  override get lookupRole(): string {
    return super.lookupRole ?? '';
  }
  override get cloudFormationExecutionRole(): string {
    return super.cloudFormationExecutionRole ?? '';
  }
}
