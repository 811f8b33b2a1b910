import { resolve } from 'node:path';
import { Command } from 'commander';
import { ambientRegion, awsClients } from '../../collect/clients.ts';
import { callerIdentity } from '../../collect/targets/caller-identity.ts';
import { type Configuration, parseConfiguration } from '../../config/configuration.ts';
import { refuseUnknownRules } from '../../config/rule-ids.ts';
import { factsOfPartition } from '../../model.ts';
import { catalog } from '../../rules/catalog.ts';
import { s3Client } from '../../store/clients.ts';
import { given } from '../../text.ts';
import { type OwnBucket, requireOwnBucket, upload } from '../deploy/own-bucket.ts';
import { usualFile } from '../findings/preview-messages.ts';
import { readText, writeOutput } from '../shell/files.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { programName } from '../shell/program-name.ts';
import { toolVersion } from '../shell/tool-version.ts';

interface Options {
  readonly bucket: string;
  readonly config: string;
  readonly region?: string;
  readonly profile?: string;
}

const help = `
It needs s3:ListBucket and s3:PutObject in the bucket, and deploys nothing: the
command that it prints does. The bucket is one of yours, in the region that is
deployed to. docs/without-cdk.md has the whole way, and the way back.`;

/** `irsa-auditor deploy`: a deployment without CDK. */
export const deployCommand = (io: Io): Command =>
  new Command('deploy').addCommand(
    new Command('template')
      .description('make one CloudFormation template, and put it with its code into a bucket')
      .requiredOption('--bucket <name>', 'the bucket')
      .option('--config <file>', 'the configuration', usualFile)
      .option('--region <region>', 'the region to deploy to (default: of your profile)')
      .option('--profile <name>', 'AWS profile')
      .addHelpText('after', help)
      .action((options: Options) => deployTemplate(options, io)),
  );

/** What CDK takes for a name of a bucket (S3 User Guide, "General purpose bucket naming rules"). */
const bucketName = /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

const deployTemplate = async (options: Options, io: Io): Promise<void> => {
  const { bucket, config, profile } = options;
  if (!bucketName.test(bucket))
    throw new UsageError(`--bucket: got ${bucket}, wanted the name of a bucket, 3 to 63 of a-z, 0-9, - and .`);
  const text = await readText(resolve(io.cwd, config), '--config');
  const configuration = refuseUnknownRules(parseConfiguration(text, config), catalog);
  const region = options.region ?? (await ambientRegion(profile));
  const where = { region, ...given({ profile, endpoint: io.env.AWS_ENDPOINT_URL || undefined }) };
  const clients = awsClients(where);
  const client = s3Client(where);
  try {
    const { accountId, partition } = await callerIdentity(clients.sts());
    const place: OwnBucket = { client, bucket, region, accountId };
    await requireOwnBucket(place);
    const { auditorTemplate } = await withCdk();
    const files = await auditorTemplate({ configuration, bucket, region, version: toolVersion });
    await upload(place, files);
    const template = files.at(-1);
    if (template === undefined) throw new Error('the template has no file');
    const file = `${configuration.name}.template.json`;
    await writeOutput(file, '--config', new TextDecoder().decode(template.bytes), io);
    io.stdout.write(files.map(({ sha256, key }) => `${sha256}  ${key}\n`).join(''));
    io.stdout.write(next({ configuration, region, partition, bucket, file, key: template.key }, io));
    io.exit(0);
  } finally {
    clients.close();
    client.destroy();
  }
};

/** The stacks, of which the package has all but CDK itself. Throws `UsageError` where that is not installed. */
const withCdk = async (): Promise<typeof import('../../infra/auditor-template.ts')> => {
  try {
    return await import('../../infra/auditor-template.ts');
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND')) throw cause;
    throw new UsageError(
      'deploy template makes its template with aws-cdk-lib, which is not installed here: npm install aws-cdk-lib constructs, beside irsa-auditor; or use the single file of a release, which has it inside',
      { cause },
    );
  }
};

interface Uploaded {
  readonly configuration: Configuration;
  readonly region: string;
  readonly partition: string;
  readonly bucket: string;
  /** Of the template, here and in the bucket. */
  readonly file: string;
  readonly key: string;
}

const next = ({ configuration, region, partition, bucket, file, key }: Uploaded, io: Io): string => {
  const { name } = configuration;
  const url = `https://${bucket}.s3.${region}.${factsOfPartition(partition)?.dnsSuffix}/${key}`;
  const inConsole = new URLSearchParams({ templateURL: url, stackName: name });
  const folder = key.replace(/\/[^/]*$/, '');
  return `
The same template is ${file} here. Deploy it, now and after each change:
  aws cloudformation deploy --region ${region} --stack-name ${name} --template-file ${file} \\
    --s3-bucket ${bucket} --s3-prefix ${folder} --capabilities CAPABILITY_NAMED_IAM
or in a browser:
  https://${region}.console.${consoles[partition] ?? consoles.aws}/cloudformation/home?region=${region}#/stacks/create/review?${inConsole}
Then: ${programName(io)} doctor --region ${region} --run
`;
};

/** Domains of the console (AWS Management Console, "Service endpoints"). */
const consoles: Readonly<Record<string, string>> = {
  aws: 'aws.amazon.com',
  'aws-cn': 'amazonaws.cn',
  'aws-us-gov': 'amazonaws-us-gov.com',
};
