/**
 * The three ways to deploy, each from an empty account to the first finding and back to nothing: CDK, the construct in an app of one's
 * own, and the template without CDK. CloudFormation, S3 and the account are moto's; the stack that moto got runs behind the door, with the
 * code that lies in moto's S3.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { parse } from 'yaml';
import { sandboxCredentials } from '../../../sandbox/aws/credentials.ts';
import { builtPackage } from '../../support/bundled.ts';
import { runCommand } from '../../support/captured-io.ts';
import { compileCache } from '../../support/compile-cache.ts';
import { behindDoor, type DoorWorld, fullRun } from '../../support/door/played-scenario.ts';
import { type Moto, startMoto } from '../../support/moto.ts';
import { programs } from '../../support/programs.ts';

const directory = mkdtempSync(join(tmpdir(), 'irsa-auditor-three-ways-'));
const region = 'us-east-1';
const before = { ...process.env };
let moto: Moto;
let path: string;

beforeAll(async () => {
  moto = await startMoto();
  ({ path } = await programs());
  Object.assign(process.env, environment());
  writeFileSync(join(directory, 'irsa-auditor.config.json'), '{"operations":"none"}');
}, 120_000);
afterAll(async () => {
  process.env = before;
  rmSync(directory, { recursive: true, force: true });
  await moto.stop();
});
beforeEach(() => moto.reset());

const environment = () => ({
  ...{ AWS_ENDPOINT_URL: moto.url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
  ...{ AWS_REGION: region, AWS_DEFAULT_REGION: region },
});
const shell = async (command: string, cwd = directory): Promise<string> => {
  const PATH = `${resolve('node_modules/.bin')}:${path}`;
  const env = {
    ...{ ...compileCache, ...environment(), HOME: directory, PATH },
    // moto's CloudFormation takes the first part of an address for a bucket, but for localhost.
    AWS_ENDPOINT_URL_S3: moto.url.replace('127.0.0.1', 'localhost'),
    AWS_ENDPOINT_URL_S3_FOR_CLOUDFORMATION: moto.url.replace('127.0.0.1', 'localhost'),
  };
  return (await promisify(execFile)('sh', ['-c', command], { cwd, env, timeout: 240_000 })).stdout;
};
const typed = async (...args: readonly string[]) => {
  const ran = await runCommand(args, { cwd: directory, env: { AWS_ENDPOINT_URL: moto.url } });
  expect([ran.code, ran.stderr]).toEqual([0, '']);
  return ran.stdout;
};

/** Everything that an account has of the kinds that these stacks make and may leave behind. */
const lists: readonly (readonly [command: string, query: string])[] = [
  ['cloudformation describe-stacks', 'Stacks[].StackName'],
  ['lambda list-functions', 'Functions[].FunctionName'],
  ['dynamodb list-tables', 'TableNames'],
  ['s3api list-buckets', 'Buckets[].Name'],
  ['sns list-topics', 'Topics[].TopicArn'],
  ['sqs list-queues', 'QueueUrls'],
  ['iam list-roles', 'Roles[].RoleName'],
  ['iam list-policies --scope Local', 'Policies[].PolicyName'],
  ['logs describe-log-groups', 'logGroups[].logGroupName'],
  ['stepfunctions list-state-machines', 'stateMachines[].name'],
  ['events list-rules', 'Rules[].Name'],
];

/** Each of them with its kind. */
const inAccount = async (): Promise<readonly string[]> => {
  const asked = lists.map(
    ([command, query]) =>
      `aws ${command} --output text --query '${query}' | tr '\t' '\n' | sed 's/^/${command.split(' ')[0]} /'`,
  );
  const lines = (await shell(asked.join('\n'))).split('\n').filter(line => line !== '' && !line.endsWith(' None'));
  return lines.sort();
};
const objectsIn = async (bucket: string): Promise<readonly string[]> =>
  (await shell(`aws s3api list-objects-v2 --bucket ${bucket} --output text --query 'Contents[].Key'`))
    .trim()
    .split(/\s+/);

/** The stack that moto got, with the code that lies in its S3. */
const deployedStack = async (StackName: string) => {
  const where = { endpoint: moto.url, region };
  const client = new CloudFormationClient(where);
  const s3 = new S3Client({ ...where, forcePathStyle: true });
  try {
    const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName }));
    const template: { Resources: Readonly<Record<string, { Type: string; Properties: { Code: Code } }>> } =
      parse(TemplateBody);
    const code = mkdtempSync(join(directory, 'code-'));
    for (const { Type, Properties } of Object.values(template.Resources)) {
      if (Type !== 'AWS::Lambda::Function') continue;
      const { S3Bucket, S3Key } = Properties.Code;
      const Bucket =
        typeof S3Bucket === 'string'
          ? S3Bucket
          : String(S3Bucket['Fn::Sub']).replace('${AWS::AccountId}', '123456789012').replace('${AWS::Region}', region);
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: S3Key }));
      const files = unzipSync((await Body?.transformToByteArray()) ?? new Uint8Array());
      mkdirSync(join(code, S3Key), { recursive: true });
      for (const [name, bytes] of Object.entries(files)) writeFileSync(join(code, S3Key, name), bytes);
    }
    return {
      template,
      memberTemplate: { Resources: {} },
      eventsTemplate: { Resources: {} },
      assetOf: (key: string) => join(code, key),
    };
  } finally {
    client.destroy();
    s3.destroy();
  }
};
interface Code {
  readonly S3Bucket: string | { readonly 'Fn::Sub': string };
  readonly S3Key: string;
}

/** The ids of the rules that the table holds findings of, after one run behind the door. */
const firstFindings = async (StackName: string, configuration: object): Promise<readonly string[]> =>
  behindDoor(
    () => configuration,
    async world => {
      const { status } = await fullRun(world);
      const { refused, faults } = { refused: world.door.refused(), faults: world.door.faults };
      expect({ status, refused, faults }).toEqual({ status: 'SUCCEEDED', refused: [], faults: [] });
      const before = { ...process.env };
      Object.assign(process.env, personOf(world));
      try {
        const { stdout } = await runCommand(['findings', 'list', '--json', '--table', 'irsa-auditor-findings'], {
          env: personOf(world),
        });
        return [...stdout.matchAll(/"ruleId": "([a-z-]+)"/g)].map(([, rule = '']) => rule);
      } finally {
        process.env = before;
      }
    },
    { synthesized: await deployedStack(StackName) },
  );

/** The environment of a person of the account behind the door. */
const personOf = ({ place, door }: DoorWorld) => {
  const { accessKeyId, secretAccessKey } = sandboxCredentials(place.home);
  return {
    ...{ AWS_ENDPOINT_URL: door.url, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
    ...{ AWS_REGION: place.region, AWS_DEFAULT_REGION: place.region },
  };
};

test('the template, without CDK and without a bootstrapped account', async () => {
  await shell('aws s3 mb s3://code-of-ours');
  const empty = await inAccount();
  expect(empty).toEqual(['s3api code-of-ours']);
  const told = await typed('deploy', 'template', '--bucket', 'code-of-ours');
  const [, command = ''] = /\n {2}(aws cloudformation deploy [\s\S]*?)\n(?!\s+--)/.exec(told) ?? [];
  await shell(command);
  expect((await inAccount()).filter(each => each.startsWith('lambda '))).toHaveLength(7);
  expect(await firstFindings('irsa-auditor', { operations: 'none' })).toContain('trust-any-subject');
  await typed('deploy', 'remove', '--bucket', 'code-of-ours', '--with-data');
  expect(await inAccount()).toEqual(empty);
  expect(await objectsIn('code-of-ours')).toEqual(['None']);
}, 300_000);

/** CDK's bootstrapped account, which is there before the stack and stays. */
const bootstrapped = async (): Promise<readonly string[]> => {
  await shell('cdk bootstrap aws://123456789012/us-east-1 --no-notices', process.cwd());
  return inAccount();
};

test('cdk deploy', async () => {
  const empty = await bootstrapped();
  const file = join(directory, 'irsa-auditor.config.json');
  const context = `-c config=${file} -c bootstrap-version-rule=false --output ${join(directory, 'cdk.out')} --no-notices`;
  await shell(`cdk deploy --require-approval never --method direct ${context}`, process.cwd());
  expect((await inAccount()).filter(each => each.startsWith('lambda '))).toHaveLength(7);
  expect(await firstFindings('irsa-auditor', { operations: 'none' })).toContain('trust-any-subject');
  await typed('deploy', 'remove', '--with-data');
  expect(await inAccount()).toEqual(empty);
}, 400_000);

test('the construct in an app of one’s own, by the package as it is packed', async () => {
  const app = mkdtempSync(join(directory, 'app-'));
  const packed = join(app, 'node_modules/irsa-auditor');
  mkdirSync(packed, { recursive: true });
  cpSync(join(await builtPackage(), 'dist'), join(packed, 'dist'), { recursive: true });
  cpSync('package.json', join(packed, 'package.json'));
  for (const name of ['aws-cdk-lib', 'constructs'])
    symlinkSync(resolve('node_modules', name), join(app, 'node_modules', name));
  writeFileSync(join(app, 'package.json'), '{"type":"module"}');
  cpSync('docs/example-app/app.ts', join(app, 'app.ts'));
  const empty = await bootstrapped();
  await shell('cdk deploy --require-approval never --method direct --no-notices --app "node app.ts"', app);
  expect((await inAccount()).filter(each => each.startsWith('lambda '))).toHaveLength(7);
  expect(await firstFindings('Platform', { operations: 'none' })).toContain('trust-any-subject');
  await shell('cdk destroy --force --no-notices --app "node app.ts"', app);
  expect(await inAccount()).toEqual(empty);
}, 400_000);
