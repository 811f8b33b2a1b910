import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { awsClients } from '../../../lib/collect/clients.ts';
import { clientsOfTarget } from '../../../lib/collect/targets/assume-member-role.ts';

/** STS that answers for a member in us-east-1 alone, as for one that has not enabled the auditor's region. */
let server: Server;
const asked: string[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    const [, region = ''] = /Credential=[^/]+\/\d+\/([^/]+)\/sts\//.exec(request.headers.authorization ?? '') ?? [];
    asked.push(region);
    request.resume();
    if (region === 'us-east-1') {
      response.end(
        '<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>x</SecretAccessKey><SessionToken>t</SessionToken></Credentials></AssumeRoleResult></AssumeRoleResponse>',
      );
      return;
    }
    response.statusCode = 403;
    response.end(
      '<ErrorResponse><Error><Type>Sender</Type><Code>RegionDisabledException</Code><Message>STS is not activated in this region for account:444455556666.</Message></Error></ErrorResponse>',
    );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
});

const target = {
  accountId: '444455556666',
  regions: ['eu-west-1'],
  roleArn: 'arn:aws:iam::444455556666:role/irsa-auditor-read',
};
const from = async (region: string) => {
  asked.length = 0;
  const clients = awsClients({
    region,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  const found = await clientsOfTarget(clients, target);
  clients.close();
  return found;
};

test('a member that has not enabled the opt-in region of the auditor is read through us-east-1', async () => {
  expect((await from('eu-south-1')).status).toBe('complete');
  expect(asked).toEqual(['eu-south-1', 'us-east-1']);
});

test('in a region that is on by default the refusal is told, and nobody else is asked', async () => {
  expect(await from('eu-west-1')).toMatchObject({ status: 'unavailable', reason: { operation: 'sts:AssumeRole' } });
  expect(asked).toEqual(['eu-west-1']);
});
