/** How often EC2 is asked: as often as all other services are. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { awsClients } from '../../../lib/collect/clients.ts';

test('a call of EC2 is repeated as often as the clients are told to', async () => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(503).end('<Response><Errors><Error><Code>Unavailable</Code></Error></Errors></Response>');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const credentials = { accessKeyId: 'x', secretAccessKey: 'y' };
  const clients = awsClients({
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials,
    maxAttempts: 2,
  });
  await expect(clients.ec2('eu-west-1')('DescribeInstances', {})).rejects.toThrow('HTTP 503');
  server.close();
  expect(asked).toBe(2);
});
