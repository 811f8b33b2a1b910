/**
 * The commands of docs/real-aws.md, pasted as they stand: the AWS CLI asks a CloudTrail that is made up here, and the comparison reads its
 * files in a folder that looks like a checkout.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { functionNames } from '../../lib/audit/contract.ts';
import { bodyOf } from '../../sandbox/aws/request.ts';
import { programs } from '../support/programs.ts';

const page = readFileSync('docs/real-aws.md', 'utf8');
const [, block = ''] = /```sh\n([\s\S]*?)```/.exec(page) ?? [];
const [first = '', ...rest] = block.split('\n');

/** Events by the name of the session, as LookupEvents finds them. */
const eventsOf = (session: string) => {
  const event = (source: string, eventName: string, more: object = {}) => ({
    CloudTrailEvent: JSON.stringify({
      ...{ eventSource: `${source}.amazonaws.com`, eventName, ...more },
      userIdentity: { type: 'AssumedRole', sessionContext: { sessionIssuer: { userName: session } } },
    }),
  });
  return session.endsWith('collect-account')
    ? [event('iam', 'ListRoles'), event('iam', 'ListRoles', { errorCode: 'AccessDenied' }), event('iam', 'DeleteRole')]
    : [];
};

const asked: string[] = [];
const server = createServer(async (request, response) => {
  const { LookupAttributes = [] } = JSON.parse(await bodyOf(request));
  const [{ AttributeKey = '', AttributeValue = '' } = {}] = LookupAttributes;
  asked.push(`${AttributeKey} ${AttributeValue}`);
  response.setHeader('content-type', 'application/x-amz-json-1.1');
  response.end(JSON.stringify({ Events: eventsOf(AttributeValue) }));
});
const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-real-'));
beforeAll(async () => {
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  for (const each of ['package.json', 'tsconfig.json', 'node_modules', 'scripts', 'lib', 'test'])
    symlinkSync(resolve(each), join(folder, each));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the block asks for each function, and tells what was refused and what no test has seen', async () => {
  expect(first).toBe('npx --no-install irsa-auditor doctor --run');
  const { path } = await programs();
  const env = {
    ...{ PATH: path, HOME: folder, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'eu-west-1' },
    ...{
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    },
  };
  const ran = promisify(execFile)('sh', ['-c', rest.join('\n')], { cwd: folder, env });
  await expect(ran).rejects.toMatchObject({
    code: 1,
    stdout: [
      'not known at the door: collect-account iam:DeleteRole on *',
      'refused: collect-account iam:ListRoles on *: AccessDenied',
      '3 calls of 1 functions\n',
    ].join('\n'),
  });
  expect(asked.sort()).toEqual(functionNames.map(name => `Username irsa-auditor-${name}`).sort());
}, 240_000);
