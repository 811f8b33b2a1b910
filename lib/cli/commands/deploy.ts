import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { Command } from 'commander';
import * as z from 'zod';
import { consoleLinks } from '../../audit/console-links.ts';
import { codeFolder } from '../../audit/contract.ts';
import { ambientRegion, awsClients } from '../../collect/clients.ts';
import { callerIdentity } from '../../collect/targets/caller-identity.ts';
import { type Configuration, parseConfiguration } from '../../config/configuration.ts';
import { refuseUnknownRules } from '../../config/rule-ids.ts';
import { errorParts } from '../../kit/classify-error.ts';
import { partitionOf, partitions } from '../../model.ts';
import type { SdkClientOptions } from '../../outbound/sdk-client-options.ts';
import { catalog } from '../../rules/catalog.ts';
import { dynamodbClient, s3Client } from '../../store/clients.ts';
import { counted, given, jsonOf, visible } from '../../text.ts';
import { cloudFormationClient } from '../clients.ts';
import { emptied, type OwnBucket, removeBucket, requireOwnBucket, upload } from '../deploy/own-bucket.ts';
import { deployedStack, removeStack } from '../deploy/remove-stack.ts';
import { readConfiguration, usualFile } from '../shell/configuration-file.ts';
import { writeOutput } from '../shell/files.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { programName } from '../shell/program-name.ts';
import { toolVersion } from '../shell/tool-version.ts';

interface Options {
  readonly bucket: string;
  readonly config: string;
  readonly region?: string;
  readonly profile?: string;
}

interface RemoveOptions extends Omit<Options, 'bucket'> {
  readonly bucket?: string;
  readonly withData?: boolean;
}

const templateHelp = `
It needs s3:ListBucket and s3:PutObject in the bucket, and deploys nothing: the
command that it prints does. The bucket is one of yours, in the region that is
deployed to. docs/without-cdk.md has the whole way, and the way back.`;

const terraformHelp = `
It reads bucket, region, directory and configuration (JSON) from standard input
and answers as the data source "external" wants it. It asks nothing of AWS.`;

const removeHelp = `
It deletes what npx cdk deploy has made, too. The parts that stay are told with the
command that deletes it.

Exit codes: 0 it is gone, 1 CloudFormation could not delete something.`;

/** `irsa-auditor deploy`: a deployment without CDK, and the way back from any. */
export const deployCommand = (io: Io): Command => {
  const placed = (command: Command): Command =>
    command
      .option('--config <file>', 'the configuration', usualFile)
      .option('--region <region>', 'the region of the deployment (default: of your profile)')
      .option('--profile <name>', 'AWS profile');
  const template = placed(new Command('template').requiredOption('--bucket <name>', 'the bucket'))
    .description('make one CloudFormation template, and put it with its code into a bucket')
    .addHelpText('after', templateHelp)
    .action((options: Options) => deployTemplate(options, io));
  const remove = placed(new Command('remove').option('--bucket <name>', 'delete the files of deploy template in it'))
    .description('delete the stack; the findings stay, unless --with-data')
    .option('--with-data', 'delete the findings and the documents of runs too: nothing brings them back')
    .addHelpText('after', removeHelp)
    .action((options: RemoveOptions) => removeDeployment(options, io));
  const terraform = new Command('terraform')
    .description('the program of the data source in terraform/: template and code into a folder')
    .addHelpText('after', terraformHelp)
    .action(() => filesForTerraform(io));
  return new Command('deploy').addCommand(template).addCommand(terraform).addCommand(remove);
};

/** Names of buckets that CDK takes (S3 User Guide, "General purpose bucket naming rules"). */
const bucketName = /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

const deployTemplate = async (options: Options, io: Io): Promise<void> => {
  const { bucket } = options;
  if (!bucketName.test(bucket))
    throw new UsageError(`--bucket: got ${bucket}, wanted the name of a bucket, 3 to 63 of a-z, 0-9, - and .`);
  const configuration = await configurationOf(options, io);
  await withPlace(options, io, async ({ client, region, accountId }) => {
    const place: OwnBucket = { client, bucket, region, accountId };
    await requireOwnBucket(place);
    const files = await templateFiles({ configuration, bucket, region });
    await upload(place, files);
    const template = files.at(-1);
    if (template === undefined) throw new Error('the template has no file');
    const file = `${configuration.name}.template.json`;
    await writeOutput(file, '--config', new TextDecoder().decode(template.bytes), io);
    io.stdout.write(files.map(({ sha256, key }) => `${sha256}  ${key}\n`).join(''));
    io.stdout.write(next({ configuration, region, bucket, file, key: template.key }, io));
    io.exit(0);
  });
};

/** The query of the module (hashicorp/external, "External Data Source": an object of strings). */
const query = z.object({
  bucket: z.string().regex(bucketName),
  directory: z.string().min(1),
  ...{ region: z.string(), configuration: z.string() },
});

const filesForTerraform = async (io: Io): Promise<void> => {
  const asked = query.safeParse(jsonOf(await text(io.stdin)));
  if (!asked.success)
    throw new UsageError(
      'deploy terraform: wanted bucket, region, directory and configuration as a JSON object of strings on standard input',
    );
  const { bucket, region, directory, configuration: named } = asked.data;
  // Terraform hands on null for each part that is left out.
  const plain = JSON.stringify(jsonOf(named), (_key, value) => value ?? undefined) ?? named;
  const configuration = refuseUnknownRules(parseConfiguration(plain, "the module's variables"), catalog);
  const files = await templateFiles({ configuration, bucket, region });
  const folder = resolve(io.cwd, directory);
  await mkdir(folder, { recursive: true });
  const paths = files.map(({ key }) => [key, join(directory, basename(key))] as const);
  await Promise.all(files.map(({ key, bytes }) => writeFile(join(folder, basename(key)), bytes)));
  const answer = {
    name: configuration.name,
    template: files.at(-1)?.key ?? '',
    files: JSON.stringify(Object.fromEntries(paths)),
  };
  io.stdout.write(`${JSON.stringify(answer)}\n`);
  io.exit(0);
};

const configurationOf = async ({ config }: Pick<Options, 'config'>, io: Io): Promise<Configuration> =>
  refuseUnknownRules(await readConfiguration(config, io), catalog);

/** The account and region of a deployment, and its S3. */
interface Place extends Omit<OwnBucket, 'bucket'> {
  readonly where: SdkClientOptions;
}

const withPlace = async (
  options: Pick<Options, 'region' | 'profile'>,
  io: Io,
  act: (place: Place) => Promise<void>,
): Promise<void> => {
  const region = options.region ?? (await ambientRegion(options.profile));
  const where = { region, ...given({ profile: options.profile, endpoint: io.env.AWS_ENDPOINT_URL || undefined }) };
  const clients = awsClients(where);
  const client = s3Client(where);
  try {
    await act({ client, region, where, ...(await callerIdentity(clients.sts())) });
  } finally {
    clients.close();
    client.destroy();
  }
};

const unlessGone = (error: unknown): void => {
  if (errorParts(error).name !== 'ResourceNotFoundException') throw error;
};

const removeDeployment = async (options: RemoveOptions, io: Io): Promise<void> => {
  const { name } = await configurationOf(options, io);
  await withPlace(options, io, async ({ client, region, accountId, where }) => {
    const tell = (line: string) => io.stdout.write(`${visible(line)}\n`);
    const placeOf = (bucket: string): OwnBucket => ({ client, bucket, region, accountId });
    const code = options.bucket === undefined ? undefined : placeOf(options.bucket);
    if (code !== undefined) await requireOwnBucket(code);
    const cloudFormation = await cloudFormationClient(where);
    const outputs = (await deployedStack(cloudFormation, name, name))?.outputs;
    const left = outputs === undefined ? [] : await removeStack(cloudFormation, name);
    if (left.length > 0) {
      for (const line of [`${counted(left.length, 'resource')} of the stack ${name} could not be deleted:`, ...left])
        tell(line);
      tell(
        `Remove what stands in the way, then the same command again. To give them up: aws cloudformation delete-stack --region ${region} --stack-name ${name} --deletion-mode FORCE_DELETE_STACK`,
      );
      io.exit(1);
      return;
    }
    tell(outputs === undefined ? `there is no stack ${name} in ${region}` : `the stack ${name} is gone`);
    const folder = codeFolder(name);
    if (code !== undefined)
      tell(`${counted(await emptied(code, folder), 'object')} of ${code.bucket}/${folder} deleted`);
    const { TableName, BucketName } = outputs ?? {};
    if (options.withData && TableName !== undefined && BucketName !== undefined) {
      await dynamodbClient(where).send(new DeleteTableCommand({ TableName })).catch(unlessGone);
      await removeBucket(placeOf(BucketName));
      tell(`the findings (table ${TableName}) and the documents of runs (bucket ${BucketName}) are gone`);
    } else {
      const table = TableName ?? `${name}-findings`;
      const bucket = BucketName ?? `BUCKET, whose name begins with ${name}-storagesnapshots`;
      tell('These stay, where there are any:');
      tell(`  the findings: aws dynamodb delete-table --region ${region} --table-name ${table}`);
      tell(`  the documents of runs: aws s3 rb --region ${region} --force s3://${bucket}`);
    }
    io.exit(0);
  });
};

/** The files of a deployment: the package has all that makes them but CDK itself. Throws `UsageError` where that is not installed. */
const templateFiles = async (deployment: Pick<Uploaded, 'configuration' | 'bucket' | 'region'>) => {
  const { auditorTemplate } = await import('../../infra/auditor-template.ts').catch((cause: unknown) => {
    if (errorParts(cause).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new UsageError(
      'deploy template makes its template with aws-cdk-lib, which is not installed here: npm install aws-cdk-lib constructs, beside irsa-auditor; or use the single file of a release, which has it inside',
      { cause },
    );
  });
  return auditorTemplate({ ...deployment, version: toolVersion });
};

interface Uploaded {
  readonly configuration: Configuration;
  readonly region: string;
  readonly bucket: string;
  /** Of the template, here and in the bucket. */
  readonly file: string;
  readonly key: string;
}

const next = ({ configuration, region, bucket, file, key }: Uploaded, io: Io): string => {
  const { name } = configuration;
  const url = `https://${bucket}.s3.${region}.${partitions[partitionOf(region)].dnsSuffix}/${key}`;
  const inConsole = consoleLinks(region)?.stack(url, name);
  return `
The same template is ${file} here. Deploy it, now and after each change:
  aws cloudformation deploy --region ${region} --stack-name ${name} --template-file ${file} \\
    --s3-bucket ${bucket} --s3-prefix ${key.replace(/\/[^/]*$/, '')} --capabilities CAPABILITY_NAMED_IAM
${inConsole === undefined ? '' : `or in a browser:\n  ${inConsole}\n`}Then: ${programName(io)} doctor --region ${region} --run
`;
};
