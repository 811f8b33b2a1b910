/** `irsa-auditor deploy template` against moto, someone else's S3 and STS. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { builtPackage } from '../../support/bundled.ts';
import { runCommand } from '../../support/captured-io.ts';
import { type Moto, startMoto } from '../../support/moto.ts';

const directory = mkdtempSync(join(tmpdir(), 'irsa-auditor-deploy-template-'));
const region = 'eu-west-1';
const before = { ...process.env };
let moto: Moto;
let s3: S3Client;
let env: Readonly<Record<string, string>>;

const withBucket = async (Bucket: string, home: string): Promise<S3Client> => {
  const client = new S3Client({ endpoint: moto.url, region: home, forcePathStyle: true });
  const LocationConstraint = home as BucketLocationConstraint;
  await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } }));
  return client;
};

beforeAll(async () => {
  moto = await startMoto();
  env = { AWS_ENDPOINT_URL: moto.url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: region };
  Object.assign(process.env, env);
  s3 = await withBucket('code-of-ours', region);
  (await withBucket('code-elsewhere', 'eu-central-1')).destroy();
  writeFileSync(join(directory, 'irsa-auditor.config.json'), '{"operations":"none","minSeverity":"high"}');
}, 120_000);
afterAll(async () => {
  process.env = before;
  s3.destroy();
  rmSync(directory, { recursive: true, force: true });
  await moto.stop();
});

const deploy = (...args: readonly string[]) => runCommand(['deploy', 'template', ...args], { cwd: directory, env });
const keysIn = async (Bucket: string): Promise<readonly string[]> =>
  ((await s3.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key = '' }) => Key).sort();
const bytesOf = async (Key: string): Promise<Uint8Array> => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'code-of-ours', Key }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
};
const sumOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('the template and its code lie in the bucket under the printed checksums, and the template names that code', async () => {
  const { stdout, stderr, code } = await deploy('--bucket', 'code-of-ours');
  expect([code, stderr]).toEqual([0, '']);
  const printed = [...stdout.matchAll(/^([0-9a-f]{64}) {2}(\S+)$/gm)].map(([, sum = '', key = '']) => ({ sum, key }));
  expect(printed.map(({ key }) => key).sort()).toEqual(await keysIn('code-of-ours'));
  for (const { sum, key } of printed) expect(sumOf(await bytesOf(key))).toBe(sum);
  const zips = printed.filter(({ key }) => key.endsWith('.zip'));
  expect(zips).toHaveLength(7);
  for (const { key } of zips) {
    const files = unzipSync(await bytesOf(key));
    expect(Object.keys(files)).toEqual(['configuration.json', 'index.mjs']);
    expect(JSON.parse(new TextDecoder().decode(files['configuration.json']))).toMatchObject({ minSeverity: 'high' });
  }
  const template = readFileSync(join(directory, 'irsa-auditor.template.json'));
  expect(sumOf(template)).toBe(printed.at(-1)?.sum);
  const { Resources, Parameters, Rules } = JSON.parse(template.toString());
  const codes = Object.values<{ Type: string; Properties: { Code?: { S3Bucket: string; S3Key: string } } }>(Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties }) => Properties.Code);
  expect(codes.map(found => found?.S3Bucket)).toEqual(zips.map(() => 'code-of-ours'));
  expect(codes.map(found => found?.S3Key).sort()).toEqual(zips.map(({ key }) => key).sort());
  // Nothing of a bootstrapped account is asked for.
  expect([Parameters, Rules]).toEqual([undefined, undefined]);
  expect(stdout).toContain('aws cloudformation deploy --region eu-west-1 --stack-name irsa-auditor');
  const [, url = ''] = /templateURL=(\S+?)&stackName=irsa-auditor/.exec(stdout) ?? [];
  expect(decodeURIComponent(url)).toBe(`https://code-of-ours.s3.eu-west-1.amazonaws.com/${printed.at(-1)?.key}`);
}, 120_000);

/** Addresses of S3 and of the console (AWS General Reference, endpoints of each partition); those of isolated regions are not published. */
test.each([
  ['cn-north-1', 'amazonaws.com.cn', 'cn-north-1.console.amazonaws.cn'],
  ['us-gov-west-1', 'amazonaws.com', 'us-gov-west-1.console.amazonaws-us-gov.com'],
  ['eusc-de-east-1', 'amazonaws.eu', 'eusc-de-east-1.console.amazonaws-eusc.eu'],
  ['us-iso-east-1', 'c2s.ic.gov', undefined],
])(
  'in %s the browser is led to the console of that partition, where one is known',
  async (place, suffix, console) => {
    const bucket = `code-${place}`;
    (await withBucket(bucket, place)).destroy();
    const { stdout, stderr, code } = await deploy('--bucket', bucket, '--region', place);
    expect([code, stderr]).toEqual([0, '']);
    const urls = [...stdout.matchAll(/https:\/\/(\S+?)\/.*templateURL=(\S+?)&/g)].map(([, host, url = '']) => [
      host,
      new URL(decodeURIComponent(url)).host,
    ]);
    expect(urls).toEqual(console === undefined ? [] : [[console, `${bucket}.s3.${place}.${suffix}`]]);
    expect(stdout).toContain(`aws cloudformation deploy --region ${place} `);
  },
  120_000,
);

test('again, it is the same to the byte', async () => {
  const first = await keysIn('code-of-ours');
  expect((await deploy('--bucket', 'code-of-ours')).code).toBe(0);
  expect(await keysIn('code-of-ours')).toEqual(first);
}, 120_000);

test.each([
  ['no name of a bucket', 'S3', 'got S3, wanted the name of a bucket'],
  ['a bucket that is not there', 'code-nowhere', 'aws s3 mb s3://code-nowhere --region eu-west-1'],
  [
    'a bucket in another region',
    'code-elsewhere',
    'code-elsewhere is in eu-central-1, wanted a bucket in eu-west-1: Lambda takes code from a bucket of its own region alone. Make one: aws s3 mb s3://code-elsewhere-eu-west-1 --region eu-west-1; or deploy to that region: --region eu-central-1',
  ],
])(
  '%s is told in one sentence with the command that goes on, and nothing is put anywhere',
  async (_, bucket, words) => {
    const { stdout, stderr, code } = await deploy('--bucket', bucket);
    expect([code, stdout, stderr.trim().split('\n').length]).toEqual([2, '', 1]);
    expect(stderr).toContain(words);
    expect(await keysIn('code-elsewhere')).toEqual([]);
  },
);

/** As S3 answers: with a status and a header, and no body (S3 API Reference, HeadBucket). */
test.each([
  [301, { 'x-amz-bucket-region': 'eu-central-1' }, 'is in eu-central-1'],
  [400, { 'x-amz-bucket-region': 'eu-central-1' }, 'is in eu-central-1'],
  [403, { 'x-amz-bucket-region': region }, 'it is of another account, or these credentials may not s3:ListBucket'],
])('S3 answers %d', async (status, headers, words) => {
  const server = createServer(async (message, response) => {
    if (message.method !== 'HEAD') {
      const body: Buffer[] = [];
      for await (const part of message) body.push(part);
      const headers = Object.entries(message.headers).filter(([name]) =>
        /^(authorization|content-type|x-amz)/.test(name),
      );
      const sent = { method: 'POST', headers: Object.fromEntries(headers) as Record<string, string> };
      response.end(await (await fetch(moto.url, { ...sent, body: Buffer.concat(body) })).text());
      return;
    }
    response.writeHead(status, headers).end();
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { readonly port: number };
  const own = { ...env, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` };
  Object.assign(process.env, own);
  try {
    const { stderr, code } = await runCommand(['deploy', 'template', '--bucket', 'some-code'], {
      cwd: directory,
      env: own,
    });
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  } finally {
    Object.assign(process.env, env);
    server.close();
    server.closeAllConnections();
  }
});

test('an upload that breaks off says how many files are there, puts no template, and goes on by the same command', async () => {
  (await withBucket('code-cut', region)).destroy();
  let puts = 0;
  const server = createServer(async (message, response) => {
    const parts: Buffer[] = [];
    for await (const part of message) parts.push(part);
    if (message.method === 'PUT' && ++puts > 2) {
      const text = '<Error><Code>AccessDenied</Code><Message>not this one</Message></Error>';
      response.writeHead(403, { 'content-type': 'application/xml' }).end(text);
      return;
    }
    const { host: _host, 'content-length': _length, connection: _connection, ...headers } = message.headers;
    const answer = await fetch(new URL(message.url ?? '/', moto.url), {
      ...{ method: message.method ?? 'GET', headers: headers as Record<string, string> },
      ...(parts.length === 0 ? {} : { body: Buffer.concat(parts) }),
    });
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { readonly port: number };
  const cut = { ...env, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` };
  Object.assign(process.env, cut);
  try {
    const args = ['deploy', 'template', '--bucket', 'code-cut'];
    const { stdout, stderr, code } = await runCommand(args, { cwd: directory, env: cut });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /s3:PutObject of irsa-auditor\/irsa-auditor\/\S+\.zip ended with AccessDenied: not this one: 2 of 8 files are in code-cut, and no template\./,
    );
    expect((await keysIn('code-cut')).map(key => key.replace(/^.*\./, ''))).toEqual(['zip', 'zip']);
  } finally {
    Object.assign(process.env, env);
    server.close();
    server.closeAllConnections();
  }
  expect((await deploy('--bucket', 'code-cut')).code).toBe(0);
  expect(await keysIn('code-cut')).toHaveLength(8);
}, 120_000);

test('the npm package alone says in one sentence that CDK is missing, and puts nothing anywhere', async () => {
  const there = await keysIn('code-of-ours');
  const alone = join(directory, 'alone');
  cpSync(join(await builtPackage(), 'dist'), join(alone, 'dist'), { recursive: true });
  const args = [join(alone, 'dist/irsa-auditor.js'), 'deploy', 'template', '--bucket', 'code-of-ours'];
  const ran = await new Promise<readonly unknown[]>(done => {
    execFile(process.execPath, args, { cwd: directory, env: { ...env, HOME: directory } }, (error, stdout, stderr) =>
      done([error?.code, stdout, stderr]),
    );
  });
  expect(ran).toEqual([
    2,
    '',
    'irsa-auditor: deploy template makes its template with aws-cdk-lib, which is not installed here: npm install aws-cdk-lib constructs, beside irsa-auditor; or use the single file of a release, which has it inside\n',
  ]);
  expect(await keysIn('code-of-ours')).toEqual(there);
}, 240_000);
