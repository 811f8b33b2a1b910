import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { compileCache } from './compile-cache.ts';
import { type Moto, startMoto } from './moto.ts';

export const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Types that moto takes without making a resource of them: a broken one is not noticed there. */
export const skippedByMoto = [
  'AWS::CloudWatch::Alarm',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::Scheduler::Schedule',
];

/** The real CDK command line and a running moto. */
export interface CdkOnMoto {
  readonly moto: Moto;
  readonly bootstrap: () => Promise<string>;
  /** Deploys the app with a configuration, or updates what stands; answers the output. */
  readonly deploy: (configuration: object) => Promise<string>;
  /** Destroys what the last deployment has synthesized. */
  readonly destroy: () => Promise<string>;
  /** Names of the functions that moto has. */
  readonly functions: () => Promise<readonly string[]>;
  /** Types of the last template of which moto made nothing. */
  readonly skipped: () => Promise<readonly string[]>;
  readonly stop: () => Promise<void>;
}

/**
 * Runs the real app through the real CDK command line against moto. The stack keeps its data: keep-data=false adds a custom
 * resource that empties the bucket, and moto waits forever for its function, which needs Docker. (moto deletes all the
 * same.) Each command rejects with its output if it fails.
 */
export const cdkOnMoto = async (): Promise<CdkOnMoto> => {
  const directory = mkdtempSync(join(tmpdir(), 'irsa-auditor-deploy-'));
  const moto = await startMoto();
  const file = join(directory, 'configuration.json');
  const cdk = (configuration: object, ...args: readonly string[]): Promise<string> => {
    writeFileSync(file, JSON.stringify(configuration));
    const context = ['-c', `config=${file}`, '-c', 'bootstrap-version-rule=false'];
    const output = ['--output', join(directory, 'out'), '--no-color', '--no-notices'];
    return run([...args, ...context, ...output], directory, moto.url);
  };
  return {
    moto,
    bootstrap: () => cdk({ operations: 'none' }, 'bootstrap', 'aws://123456789012/us-east-1'),
    deploy: configuration => cdk(configuration, 'deploy', '--require-approval', 'never', '--method', 'direct'),
    destroy: () => run(['destroy', '--force', '--app', join(directory, 'out'), '--no-notices'], directory, moto.url),
    functions: async () => {
      const response = await fetch(`${moto.url}/2015-03-31/functions/`, { headers: signedFor('lambda') });
      const { Functions } = z
        .object({ Functions: z.array(z.object({ FunctionName: z.string() })) })
        .parse(await response.json());
      return Functions.map(({ FunctionName }) => FunctionName).sort();
    },
    skipped: async () => {
      const response = await fetch(moto.url, {
        method: 'POST',
        headers: { ...signedFor('cloudformation'), 'content-type': 'application/x-www-form-urlencoded' },
        body: 'Action=ListStackResources&Version=2010-05-15&StackName=irsa-auditor',
      });
      const made = new Set([...(await response.text()).matchAll(/<ResourceType>([^<]+)</g)].map(([, type]) => type));
      if (made.size < 5) throw new Error(`moto lists ${made.size} types of resources, wanted at least 5`);
      const template = z
        .object({ Resources: z.record(z.string(), z.object({ Type: z.string() })) })
        .parse(JSON.parse(readFileSync(join(directory, 'out', 'irsa-auditor.template.json'), 'utf8')));
      const types = new Set(Object.values(template.Resources).map(({ Type }) => Type));
      return [...types].filter(type => !made.has(type)).sort();
    },
    stop: async () => {
      await moto.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

const signedFor = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=test/20261101/us-east-1/${service}/aws4_request`,
});

const run = (args: readonly string[], home: string, url: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn('node_modules/.bin/cdk', [...args], {
      env: {
        PATH: `${join(process.cwd(), 'node_modules', '.bin')}:${process.env.PATH}`,
        HOME: home,
        ...compileCache,
        AWS_ENDPOINT_URL: url,
        AWS_ENDPOINT_URL_S3_FOR_CLOUDFORMATION: url.replace('127.0.0.1', 'localhost'),
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_REGION: 'us-east-1',
      },
    });
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => output.push(String(chunk)));
    child.on('error', reject);
    child.on('close', code =>
      code === 0 ? resolve(output.join('')) : reject(new Error(output.join('').slice(-3000))),
    );
  });
