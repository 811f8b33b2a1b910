/**
 * docs/first-hour.md followed line by line behind the door. Each command of the page is run here, or stands in `notRun` with the reason;
 * a command that stands in neither fails the test.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sandboxCredentials } from '../../../sandbox/aws/credentials.ts';
import { ofType } from '../../../sandbox/door/stack.ts';
import { runCommand } from '../../support/captured-io.ts';
import { compileCache } from '../../support/compile-cache.ts';
import { behindDoor, type DoorWorld } from '../../support/door/played-scenario.ts';
import { type Moto, startMoto } from '../../support/moto.ts';
import { programs } from '../../support/programs.ts';

const page = readFileSync('docs/first-hour.md', 'utf8');
/** The lines of the table: what to type, and what to expect. */
const lines = page
  .split('\n')
  .filter(line => /^\| \d+ \|/.test(line))
  .map(line => line.split('|').map(cell => cell.trim()))
  .map(([, , type = '', expected = '']) => ({ type, expected }));
const isCommand = (text: string): boolean => /^(?:npm|npx|aws) /.test(text);
/** All commands of the page: in the text, in its table and in its blocks. */
const commands = [
  ...new Set(
    [
      ...[...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.split('\n')),
      ...[...page.replace(/```[\s\S]*?```/g, '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code),
    ]
      .map(text => text.replace(/\s+/g, ' ').trim())
      .filter(isCommand),
  ),
];

const cloudFormation =
  'CloudFormation: no implementation of it that runs here asks for permissions. test/contract/deploy runs the command on moto';
/** Commands that are not run, each with its reason. */
const notRun: Readonly<Record<string, string>> = {
  'npm ci': 'the registry of packages is on the network; CI begins with the command',
  'npx cdk bootstrap': cloudFormation,
  'npx cdk deploy': cloudFormation,
  'npx cdk destroy': cloudFormation,
  'npx cdk destroy -c keep-data=false': `${cloudFormation}, without the key: moto never ends the custom resource that empties the bucket`,
};

const reader = 'platform@example.com';
const mail = { to: 'email', addresses: [reader] };
const configuration = { notifications: [mail], operations: mail };
const directory = mkdtempSync(join(tmpdir(), 'irsa-auditor-first-hour-'));
const file = join(directory, 'irsa-auditor.config.json');
const before = { ...process.env };
let moto: Moto;
beforeAll(async () => {
  moto = await startMoto();
}, 120_000);
afterAll(async () => {
  process.env = before;
  rmSync(directory, { recursive: true, force: true });
  await moto.stop();
});

/** The environment of a person of the account. */
const personOf = ({ place, door }: DoorWorld) => {
  const { accessKeyId, secretAccessKey } = sandboxCredentials(place.home);
  return {
    ...{ AWS_ENDPOINT_URL: door.url, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
    ...{ AWS_REGION: place.region, AWS_DEFAULT_REGION: place.region },
  };
};

/** Types a command of the auditor. */
const typed = (world: DoorWorld, command: string, ...more: readonly string[]) => {
  const env = personOf(world);
  Object.assign(process.env, env);
  const args = command.replace(/^npx --no-install irsa-auditor /, '').split(' ');
  return runCommand([...args, ...more], { cwd: directory, env });
};

/** Pastes a command into a shell, with the programs that it names. */
const pasted = async (world: DoorWorld, command: string): Promise<string> => {
  const { path } = await programs();
  const env = { ...compileCache, ...personOf(world), HOME: directory };
  const PATH = `${join(process.cwd(), 'node_modules', '.bin')}:${path}`;
  const ran = await promisify(execFile)('sh', ['-c', command], { env: { ...env, PATH }, timeout: 240_000 });
  return `${ran.stdout}${ran.stderr}`;
};
/** The CDK command line over the app, without CloudFormation. */
const cdk = (world: DoorWorld, command: string): Promise<string> =>
  pasted(world, `${command} -c config=${file} --output ${join(directory, 'cdk.out')} --no-color --no-notices`);

/** The alarms of the stack, on an implementation of CloudWatch that the project did not write. */
const alarmsOn = (world: DoorWorld) => {
  const { place, stack } = world;
  const client = new CloudWatchClient({
    ...{ region: place.region, endpoint: moto.url },
    credentials: sandboxCredentials(place.home),
  });
  return {
    make: async (): Promise<void> => {
      for (const { properties } of ofType(stack, 'AWS::CloudWatch::Alarm'))
        await client.send(new PutMetricAlarmCommand(JSON.parse(JSON.stringify({ ...properties, Tags: undefined }))));
    },
    named: async (name: string) =>
      (await client.send(new DescribeAlarmsCommand({ AlarmNames: [name] }))).MetricAlarms?.[0],
  };
};

type Step = (world: DoorWorld, expected: string) => unknown;

/** The lines of the table, in order. A command of `notRun` has the other side of its line. */
const steps: Readonly<Record<string, Step>> = {
  'npm ci': () => expect(JSON.parse(readFileSync('package-lock.json', 'utf8')).lockfileVersion).toBe(3),
  'npx --no-install irsa-auditor scan --region eu-west-1': async world => {
    const { stdout, code } = await typed(world, `scan --region ${world.place.region} --no-issuers --no-in-cluster`);
    expect(stdout).toContain(world.place.home);
    expect([0, 1]).toContain(code);
    expect(world.door.recorded.filter(({ action }) => /:(?:Create|Put|Update|Delete)/.test(action))).toEqual([]);
  },
  'npx cdk bootstrap': () => undefined,
  'edit `irsa-auditor.config.json`: `notifications`, `operations`': () =>
    writeFileSync(file, JSON.stringify(configuration)),
  'npx cdk diff': async (world, expected) => {
    // Against a template in a file: a stack that is not there is a template without resources.
    const empty = join(directory, 'empty.json');
    writeFileSync(empty, '{"Resources":{}}');
    const shown = await cdk(world, `npx --no-install cdk diff --template ${empty}`);
    const made = [...shown.matchAll(/^\[\+\] AWS::/gm)].length;
    const about = Number(/about (\d+) resources/.exec(expected)?.[1]);
    expect(Math.abs(made - about)).toBeLessThanOrEqual(about * 0.05);
  },
  'npx cdk deploy': ({ stack }, expected) => {
    const named = [...expected.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(2);
    expect(stack.outputs.map(({ key }) => key)).toEqual(expect.arrayContaining(named));
  },
  'follow the links in the mails from AWS: one for digests, one for alarms': async world => {
    world.unconfirmed.add(reader);
    const { stdout, code } = await typed(world, 'doctor --json');
    expect(JSON.stringify(JSON.parse(stdout).lines)).toContain(`${reader} has not confirmed`);
    expect(code).toBe(1);
    expect(ofType(world.stack, 'AWS::SNS::Subscription')).toHaveLength(2);
    world.unconfirmed.clear();
  },
  'npx --no-install irsa-auditor doctor --run': async world => {
    const { stdout, stderr, code } = await typed(world, 'doctor --run');
    expect(stderr).toMatch(/^run doctor-\S+ has started\n(?:[A-Z]\w+\n)*the run succeeded\n$/);
    expect(stdout.split('\n').filter(line => !/^(?:✔|$)/.test(line))).toEqual([]);
    expect(stdout.split('\n').length).toBeGreaterThan(10);
    expect(code).toBe(0);
  },
  'read the email': ({ taken }) => {
    expect(taken.messages.flatMap(({ Subject = [] }) => Subject)).toEqual([
      expect.stringMatching(/^\[\w+\] irsa-auditor: /),
    ]);
  },
};

/** The commands beside the table, in order. */
const after: Readonly<Record<string, Step>> = {
  'npm run cost': async world => {
    const [, price = ''] = /about \$([\d.]+) a month/.exec(page) ?? [];
    expect(await pasted(world, commandOf('run cost'))).toMatch(
      new RegExp(`^in all +\\$${price.replace('.', '\\.')}$`, 'm'),
    );
  },
  'aws cloudwatch set-alarm-state --alarm-name irsa-auditor-no-run --state-value ALARM --state-reason test':
    async world => {
      const alarms = alarmsOn(world);
      await alarms.make();
      await pasted(world, commandOf('set-alarm-state'));
      const [topic] = ofType(world.stack, 'AWS::SNS::Topic').filter(({ arn }) => arn.endsWith('-operations'));
      expect(await alarms.named('irsa-auditor-no-run')).toMatchObject({
        ...{ StateValue: 'ALARM', StateReason: 'test', AlarmActions: [topic?.arn], OKActions: [topic?.arn] },
      });
      expect((await alarms.named('irsa-auditor-run-failed'))?.StateValue).not.toBe('ALARM');
    },
  'aws dynamodb delete-table --table-name irsa-auditor-findings': async world => {
    await pasted(world, commandOf('delete-table'));
    expect(JSON.parse(await pasted(world, 'aws dynamodb list-tables --output json'))).toEqual({ TableNames: [] });
  },
  'aws s3 rb s3://BUCKET --force': async world => {
    const bucket = world.stack.outputs.find(({ key }) => key === 'BucketName')?.value ?? '';
    expect(await pasted(world, `aws s3 ls s3://${bucket} --recursive`)).toContain('runs/');
    await pasted(world, commandOf('s3 rb').replace('BUCKET', bucket));
    await expect(pasted(world, `aws s3 ls s3://${bucket}`)).rejects.toThrow('NoSuchBucket');
  },
  'npx cdk deploy -c keep-data=false': async world => {
    const synth = commandOf('deploy -c').replace('npx cdk deploy', 'npx --no-install cdk synth --quiet');
    await cdk(world, synth);
    const text = readFileSync(join(directory, 'cdk.out', 'irsa-auditor.template.json'), 'utf8');
    const resources: readonly { Type: string; DeletionPolicy?: string }[] = Object.values(JSON.parse(text).Resources);
    // A version that is kept goes with its function.
    const kept = resources.filter(
      ({ Type, DeletionPolicy = '' }) => DeletionPolicy.startsWith('Retain') && Type !== 'AWS::Lambda::Version',
    );
    expect({ kept, tables: resources.filter(({ Type }) => Type === 'AWS::DynamoDB::Table').length }).toEqual({
      ...{ kept: [], tables: 1 },
    });
  },
};

/** The command of the page with these words, as it stands there. */
const commandOf = (words: string): string => commands.find(command => command.includes(words)) ?? `no command ${words}`;

test('each command of the page is run, or listed with the reason', () => {
  const run = [...Object.keys(steps).filter(step => !(step in notRun)), ...Object.keys(after)];
  expect([...run.filter(isCommand), ...Object.keys(notRun)].sort()).toEqual([...commands].sort());
  expect(lines.map(({ type }) => type.replace(/^`([^`]+)`$/, '$1'))).toEqual(Object.keys(steps));
  const contract = readFileSync('test/contract/deploy.slow.test.ts', 'utf8');
  for (const name of ['bootstrap', 'deploy', 'destroy']) expect(contract).toContain(`await cdk.${name}(`);
});

test('each line is followed', async () => {
  await behindDoor(
    () => configuration,
    async world => {
      for (const [at, step] of Object.values(steps).entries()) await step(world, lines[at]?.expected ?? '');
      for (const step of Object.values(after)) await step(world, '');
      expect({ refused: world.door.refused(), faults: world.door.faults }).toEqual({ refused: [], faults: [] });
    },
    { seed: 8, backends: { monitoring: { url: moto.url } } },
  );
}, 300_000);
