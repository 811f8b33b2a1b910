/** The templates that `cdk deploy` would deploy, with their assets: the only part of the door that knows the product. */
import { linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { FunctionName } from '../../lib/audit/contract.ts';
import { toolVersion } from '../../lib/cli/shell/tool-version.ts';
import type { Configuration } from '../../lib/config/configuration.ts';
import { bundleSteps } from '../../lib/infra/bundle.ts';
import { featuresOf } from '../../lib/infra/features.ts';
import { stepsWith } from '../../lib/infra/permissions.ts';

/** A synthesized app. */
export interface Synthesized {
  readonly template: unknown;
  /** The role of member accounts. */
  readonly memberTemplate: unknown;
  /** The rules that tell of changes, as accounts deploy them: a file of the documentation. */
  readonly eventsTemplate: unknown;
  /** The folder of an asset, by the key that the template has for it. */
  readonly assetOf: (key: string) => string;
}

interface Place {
  readonly directory: string;
  readonly bundles: string;
  readonly auditorAccountId: string;
  readonly context?: Readonly<Record<string, unknown>>;
}

/** The flags with which `cdk deploy` synthesizes in this repository. */
const deployedContext: Readonly<Record<string, unknown>> = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../cdk.json'), 'utf8'),
).context;

/** Bundles every handler into a folder; `synthesize` takes it from there, whatever the configuration. */
export const bundleAll = async (directory: string): Promise<string> => (await bundleSteps(directory)).directory;

/** Synthesizes a configuration into a folder of its own, with the handlers that lie bundled in `bundles`. `context` are CDK's feature
 *  flags; those of `cdk.json` if absent. */
export const synthesize = async (
  configuration: Configuration,
  { directory, bundles, auditorAccountId, context = deployedContext }: Place,
): Promise<Synthesized> => {
  const { App } = await import('aws-cdk-lib/core');
  const { Code } = await import('aws-cdk-lib/aws-lambda');
  const { AuditorStack } = await import('../../lib/infra/auditor-stack.ts');
  const { MemberRoleStack } = await import('../../lib/infra/member-role-stack.ts');
  const folderOf = (step: FunctionName): string => join(directory, 'steps', step);
  for (const step of stepsWith(featuresOf(configuration))) {
    mkdirSync(folderOf(step), { recursive: true });
    linkSync(join(bundles, step, 'index.mjs'), join(folderOf(step), 'index.mjs'));
    writeFileSync(join(folderOf(step), 'configuration.json'), JSON.stringify(configuration));
  }
  const outdir = join(directory, 'cdk.out');
  const app = new App({
    ...{ outdir, context: { ...context } },
    analyticsReporting: false,
    treeMetadata: false,
    builtinCloudFormationValidation: false,
  });
  const code = (step: FunctionName) => Code.fromAsset(folderOf(step));
  const stack = new AuditorStack(app, configuration.name, { configuration, code, version: toolVersion });
  const member = new MemberRoleStack(app, 'member', { configuration, auditorAccountId });
  const assembly = app.synth();
  return {
    template: assembly.getStackByName(stack.stackName).template,
    memberTemplate: assembly.getStackByName(member.stackName).template,
    eventsTemplate: parse(readFileSync(join(import.meta.dirname, '../../docs/member-events.yaml'), 'utf8')),
    assetOf: assetsOf(outdir, stack.artifactId),
  };
};

/** The folder of an asset of a stack that was synthesized into `outdir`, by the key that the template has for it. */
export const assetsOf = (outdir: string, stackId: string): Synthesized['assetOf'] => {
  const manifest: { readonly files: Readonly<Record<string, { readonly source: { readonly path: string } }>> } =
    JSON.parse(readFileSync(join(outdir, `${stackId}.assets.json`), 'utf8'));
  return key => {
    const path = manifest.files[key.replace(/\.zip$/, '')]?.source.path;
    if (path === undefined) throw new Error(`no asset has the key ${key}`);
    return join(outdir, path);
  };
};
