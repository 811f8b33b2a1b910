import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { environmentNames } from '../../lib/audit/contract.ts';

/** The environment of a deployed function for the tests of one file, with every AWS service at a server that `answer`s a
 *  request by its body, always with success. Gives the bodies that were sent. */
export const useDeployedFunction = (configuration: object, answer: (body: string) => string): readonly string[] => {
  const before = { ...process.env };
  const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-function-'));
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    bodies.push(body);
    response.setHeader('content-type', 'application/x-amz-json-1.0').end(answer(body));
  });
  beforeAll(async () => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    writeFileSync(join(folder, 'configuration.json'), JSON.stringify(configuration));
    Object.assign(process.env, {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      LAMBDA_TASK_ROOT: folder,
      [environmentNames.table]: 'findings',
      [environmentNames.bucket]: 'documents',
      [environmentNames.topic]: 'arn:aws:sns:eu-west-1:111122223333:findings',
      [environmentNames.chatTopic]: 'arn:aws:sns:eu-west-1:111122223333:chat',
      [environmentNames.configuration]: 'configuration.json',
    });
  });
  afterAll(() => {
    process.env = { ...before };
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return bodies;
};
