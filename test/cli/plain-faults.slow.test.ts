import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { runCommand } from '../support/captured-io.ts';

/** The answer to a person who has no profile of that name, no region, no credentials or an expired token: one
 *  sentence. */
let folder: string;
let server: Server;
const before = { ...process.env };
const expiredXml =
  '<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>expired</Message></Error></ErrorResponse>';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irsa-faults-'));
  writeFileSync(
    join(folder, 'config'),
    '[profile prod]\nregion = eu-west-1\n[sso-session corp]\nsso_region = eu-west-1\n',
  );
  writeFileSync(join(folder, 'credentials'), '[staging]\naws_access_key_id = a\naws_secret_access_key = b\n');
  writeFileSync(join(folder, 'irsa-auditor.config.json'), '{}');
  // The answer of STS and the services to a token that has expired (AWS, "Common errors").
  server = createServer(({ headers }, response) => {
    const isQuery = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
    response.writeHead(400, { 'content-type': isQuery ? 'text/xml' : 'application/x-amz-json-1.0' });
    response.end(isQuery ? expiredXml : JSON.stringify({ __type: 'ExpiredTokenException', message: 'expired' }));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  for (const name of Object.keys(process.env).filter(each => each.startsWith('AWS_'))) delete process.env[name];
  Object.assign(process.env, {
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
  });
});
afterEach(() => {
  process.env = { ...before };
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await new Promise(resolve => server.close(resolve));
});

const run = (command: string, env: Readonly<Record<string, string>> = {}) =>
  runCommand(command.split(' '), { cwd: folder, env });
const oneSentence = (text: string) => ({ stdout: '', stderr: `irsa-auditor: ${text}\n`, code: 2 });

describe('a profile that nobody has', () => {
  test.each([
    'scan',
    'findings list',
    'findings show 0a1b2c3d',
    'findings waive 0a1b2c3d --until 2027-01-01 --reason x',
    'who-can-assume --role cart --service-account a/b',
    'who-can-assume --role cart',
    'why pod/cart',
    'why serviceaccount/b -n a --prove',
    'init cluster --cluster store --principal-arn arn:aws:iam::111122223333:role/x',
    'doctor',
    'report',
    'graph',
    'fix 0a1b2c3d',
    'explain 0a1b2c3d',
    'notify --test',
  ])('is said by %s with those that there are', async command => {
    expect(await run(`${command} --profile nope`)).toEqual(
      oneSentence('--profile: unknown AWS profile "nope"; known: prod, staging'),
    );
  });

  test('is the nearest one, where it is mistyped', async () => {
    expect((await run('scan --profile stagin')).stderr).toMatch(/; did you mean staging\?\n$/);
  });
});

describe('an unknown AWS_PROFILE', () => {
  test.each(['scan', 'doctor', 'findings list'])('is said by %s, and not that there is no region', async command => {
    process.env.AWS_PROFILE = 'nope';
    expect(await run(command, { AWS_PROFILE: 'nope' })).toEqual(
      oneSentence('AWS_PROFILE: unknown AWS profile "nope"; known: prod, staging'),
    );
  });
});

const noRegion = 'no region: give --region, or set AWS_REGION or a region in the profile';
const noCredentials = /^irsa-auditor: no AWS credentials could be loaded: [^\n]*\n$/;

describe.each(['scan', 'findings list', 'findings list --table t', 'doctor', 'report'])('%s', command => {
  test('without a region', async () => {
    expect(await run(command)).toEqual(oneSentence(noRegion));
  });

  test('without credentials', async () => {
    const { stdout, stderr, code } = await run(`${command} --region eu-west-1`);
    expect([stdout, code]).toEqual(['', 2]);
    expect(stderr).toMatch(noCredentials);
  });

  test('with a token that has expired', async () => {
    const { port } = server.address() as AddressInfo;
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'ASIA', AWS_SECRET_ACCESS_KEY: 'b', AWS_SESSION_TOKEN: 'c' });
    process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${port}`;
    const { stdout, stderr, code } = await run(`${command} --region eu-west-1`);
    expect([stdout, code]).toEqual(['', 2]);
    expect(stderr).toMatch(/^irsa-auditor: the AWS credentials have expired \(ExpiredToken\w*\): sign in again\n$/);
  });
});
