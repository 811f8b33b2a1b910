import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sfnClient, stepFunctionsStarter } from '../../lib/notify/sfn-clients.ts';

let answer: readonly [status: number, body: object] = [200, {}];
const asked: unknown[] = [];
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  asked.push(JSON.parse(body));
  response.writeHead(answer[0], { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer[1]));
});
beforeAll(() => new Promise<void>(resolve => void server.listen(0, '127.0.0.1', () => resolve())));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const stateMachineArn = 'arn:aws:states:eu-west-1:111122223333:stateMachine:fast';
const start = () => {
  const client = sfnClient({
    ...{ region: 'eu-west-1', endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, maxAttempts: 1 },
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  return stepFunctionsStarter({ client, stateMachineArn }).start('fast-1', { until: '2026-11-01T06:00:00.000Z' });
};
const fails = (name: string, status = 400) => {
  answer = [status, { __type: name, message: 'no' }];
};

test('an execution is started by its name, and one of that name that is over is as good', async () => {
  answer = [200, { executionArn: 'arn', startDate: 1 }];
  await expect(start()).resolves.toBeUndefined();
  expect(asked).toEqual([{ stateMachineArn, name: 'fast-1', input: '{"until":"2026-11-01T06:00:00.000Z"}' }]);
  fails('ExecutionAlreadyExists');
  await expect(start()).resolves.toBeUndefined();
});

test.each([
  ['AccessDeniedException', 400, 'AccessDeniedException'],
  ['ExecutionLimitExceeded', 400, 'ExecutionLimitExceeded'],
  ['ThrottlingException', 400, 'ThrottledError'],
  ['InternalFailure', 500, 'TransientError'],
])('%s is no start: it is thrown, so that the queue hands out the changes again', async (name, status, thrown) => {
  fails(name, status);
  await expect(start()).rejects.toMatchObject({ name: thrown });
});
