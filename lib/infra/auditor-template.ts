import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { zipSync } from 'fflate';
import * as z from 'zod';
import cdkSettings from '../../cdk.json' with { type: 'json' };
import { codeFolder } from '../audit/contract.ts';
import { type Configuration, requireOperations } from '../config/configuration.ts';
import { given } from '../text.ts';
import { Synthesizer, synthesized } from './auditor-app.ts';

/** A file for the bucket that CloudFormation and Lambda read from. */
export interface TemplateFile {
  readonly key: string;
  readonly bytes: Uint8Array;
  /** Hexadecimal, as `sha256sum` prints it. */
  readonly sha256: string;
}

interface TemplateOptions {
  readonly configuration: Configuration;
  /** Where the assets will lie: the template names it. */
  readonly bucket: string;
  readonly version: string;
  readonly region?: string;
}

/**
 * The stack that `cdk deploy` makes, as files: its handlers as archives, and the template that names them, last. The same
 * configuration and version give the same bytes: keys are made of the content. Throws `ConfigurationInvalid`.
 */
export const auditorTemplate = async ({
  configuration,
  bucket,
  ...options
}: TemplateOptions): Promise<readonly TemplateFile[]> => {
  requireOperations(configuration);
  const { name } = configuration;
  const bucketPrefix = codeFolder(name);
  const outdir = await mkdtemp(join(tmpdir(), 'irsa-auditor-template-'));
  try {
    const app = new App({
      ...{ outdir, context: cdkSettings.context, analyticsReporting: false, treeMetadata: false },
      // It needs nine megabytes of WebAssembly; cfn-lint has seen this stack (test/infra).
      builtinCloudFormationValidation: false,
    });
    const { template } = await synthesized(app, {
      ...{ configuration, version: options.version, env: given({ region: options.region }) },
      synthesizer: new Synthesizer({
        ...{ generateBootstrapVersionRule: false, fileAssetsBucketName: bucket, bucketPrefix },
      }),
    });
    const { files } = manifest.parse(JSON.parse(await readFile(join(outdir, `${name}.assets.json`), 'utf8')));
    const zips = await Promise.all(
      Object.values(files)
        .filter(({ source }) => source.packaging === 'zip')
        .map(async ({ source, destinations }) => {
          const [{ objectKey } = { objectKey: '' }] = Object.values(destinations);
          return fileOf(objectKey, await archive(join(outdir, source.path)));
        }),
    );
    const bytes = new TextEncoder().encode(`${JSON.stringify(template, null, 1)}\n`);
    const key = `${bucketPrefix}${name}-${sumOf(bytes).slice(0, 16)}.template.json`;
    return [...zips.sort((a, b) => (a.key < b.key ? -1 : 1)), fileOf(key, bytes)];
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
};

/** The list of assets that CDK writes beside a template (AWS CDK, `cloud-assembly-schema`). */
const manifest = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string(), packaging: z.enum(['zip', 'file']) }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

/** A folder as an archive, with one time and mode for all: Lambda runs what everybody may read. */
const archive = async (folder: string): Promise<Uint8Array> => {
  const attributes = { mtime: new Date(1980, 0, 1), os: 3, attrs: 0o100644 * 2 ** 16 };
  const names = (await readdir(folder)).sort();
  const files = await Promise.all(names.map(async name => [name, [await readFile(join(folder, name)), attributes]]));
  return zipSync(Object.fromEntries(files));
};

const sumOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const fileOf = (key: string, bytes: Uint8Array): TemplateFile => ({ key, bytes, sha256: sumOf(bytes) });
