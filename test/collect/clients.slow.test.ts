import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ListClustersCommand } from '@aws-sdk/client-eks';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { callCounter } from '../../lib/collect/call-counter.ts';
import { awsClients } from '../../lib/collect/clients.ts';
import { aMember, aWorld, aWorldAccount, region } from '../support/aws-world.ts';
import { withWorld } from '../support/sandbox-aws.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');

/** Runs a script in a process of its own, with nothing of this machine's AWS configuration. */
const inOwnProcess = async (script: string, env: Readonly<Record<string, string>>): Promise<string> => {
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
    cwd: root,
    env: {
      PATH: process.env.PATH ?? '',
      AWS_CONFIG_FILE: '/nonexistent',
      AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...env,
    },
  });
  return stdout.trim();
};

describe('clients', () => {
  test('are made once a service and region, and never before they are asked for', async () => {
    await withWorld(aWorld(), async ({ clients }) => {
      expect(clients.eks(region)).toBe(clients.eks(region));
      expect(clients.eks(region)).not.toBe(clients.eks('us-east-1'));
      expect(clients.iam()).toBe(clients.iam());
    });
  });

  test('of other credentials are other clients with the same counter', async () => {
    await withWorld(aWorld({ accounts: [aWorldAccount(), aMember()] }), async ({ clients }) => {
      const other = clients.withCredentials({ accessKeyId: 'AKIA444455556666SBOX', secretAccessKey: 'x' });
      expect(other.iam()).not.toBe(clients.iam());
      const { Roles } = await other.iam().send(new ListRolesCommand({}));
      expect(Roles?.[0]?.Arn).toContain('444455556666');
      expect(clients.calls.take()).toEqual({ 'iam:ListRoles': 1 });
    });
  });

  test('give up in bounded time on a server that never answers', async () => {
    const world = aWorld({ faults: [{ operation: 'eks:ListClusters', kind: 'time-out' }] });
    await withWorld(
      world,
      async ({ clients }) => {
        const started = performance.now();
        await expect(clients.eks(region).send(new ListClustersCommand({}))).rejects.toMatchObject({
          name: 'TimeoutError',
        });
        expect(performance.now() - started).toBeLessThan(20_000);
      },
      { requestTimeout: 150, maxAttempts: 2 },
    );
  });

  test('wait so long, and repeat so often, where nobody says otherwise', async () => {
    const clients = awsClients({ region, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
    const { config } = clients.withCredentials({ accessKeyId: 'c', secretAccessKey: 'd' }).iam();
    // The handler reads its own options when it first makes a request.
    await clients
      .iam()
      .config.requestHandler.handle({ protocol: 'no' } as never)
      .catch(() => undefined);
    expect((config.requestHandler as NodeHttpHandler).httpHandlerConfigs()).toMatchObject({
      ...{ connectionTimeout: 3_000, requestTimeout: 15_000, socketTimeout: 15_000, throwOnRequestTimeout: true },
    });
    expect([await config.maxAttempts(), config.retryMode]).toEqual([5, 'adaptive']);
    clients.close();
  });

  test('count every attempt', async () => {
    const world = aWorld({ faults: [{ operation: 'iam:ListRoles', kind: 'crash' }] });
    await withWorld(
      world,
      async ({ clients, aws }) => {
        await expect(clients.iam().send(new ListRolesCommand({}))).rejects.toMatchObject({
          $metadata: { attempts: 3 },
        });
        expect(clients.calls.take()).toEqual({ 'iam:ListRoles': 3 });
        expect(aws.calls()).toEqual({ 'iam:ListRoles': 3 });
      },
      { maxAttempts: 3 },
    );
  });
});

describe("the SDK's own chain", () => {
  const readRoles = `
    import { awsClients } from './lib/collect/clients.ts';
    import { awsTargetSource } from './lib/collect/targets/aws-target-source.ts';
    const clients = awsClients({ region: 'eu-west-1' });
    const options = { regions: ['eu-west-1'], memberRole: { name: 'r', externalId: 'x' } };
    try { console.log(JSON.stringify(await awsTargetSource(clients, { from: 'self' }, options).list())); }
    catch (error) { console.log(error.name + ': ' + error.message); }
    clients.close();`;

  test('AWS_ENDPOINT_URL and the credentials of the environment are honoured', async () => {
    await withWorld(aWorld(), async ({ aws }) => {
      const env = { AWS_ENDPOINT_URL: aws.url, AWS_ACCESS_KEY_ID: 'AKIA111122223333SBOX', AWS_SECRET_ACCESS_KEY: 'x' };
      expect(JSON.parse(await inOwnProcess(readRoles, env))).toEqual([
        { accountId: '111122223333', regions: ['eu-west-1'] },
      ]);
      expect(aws.calls()).toEqual({ 'sts:GetCallerIdentity': 1 });
    });
  });

  test('without credentials there is one sentence', async () => {
    expect(await inOwnProcess(readRoles, { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' })).toMatch(
      /^CredentialsInvalid: no AWS credentials could be loaded: /,
    );
  });

  const askRegion = `
    import { ambientRegion } from './lib/collect/clients.ts';
    try { console.log(await ambientRegion()); } catch (error) { console.log(error.name + ': ' + error.message); }`;

  test('the region is that of the environment, or one sentence', async () => {
    expect(await inOwnProcess(askRegion, { AWS_REGION: 'eu-north-1' })).toBe('eu-north-1');
    expect(await inOwnProcess(askRegion, {})).toBe(
      'RegionMissing: no region: give --region, or set AWS_REGION or a region in the profile',
    );
  });
});

test('a counter gives what came since it was last asked', () => {
  const counter = callCounter();
  for (const operation of ['iam:ListRoles', 'eks:ListClusters', 'iam:ListRoles']) counter.count(operation);
  expect(Object.entries(counter.take())).toEqual([
    ['eks:ListClusters', 1],
    ['iam:ListRoles', 2],
  ]);
  expect(counter.take()).toEqual({});
  counter.count('iam:ListRoles');
  expect(counter.take()).toEqual({ 'iam:ListRoles': 1 });
});
