import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { readTable } from '../../lib/cli/doctor/read-table.ts';

const index = (IndexName: string, IndexStatus: string) => ({
  ...{ IndexName, IndexStatus },
  KeySchema: [
    { AttributeName: 'sk', KeyType: 'RANGE' },
    { AttributeName: 'pk', KeyType: 'HASH' },
  ],
});
const answers: Readonly<Record<string, object>> = {
  DescribeTable: { Table: { GlobalSecondaryIndexes: [index('ready', 'ACTIVE'), index('made', 'CREATING')] } },
  DescribeTimeToLive: { TimeToLiveDescription: { TimeToLiveStatus: 'DISABLING', AttributeName: 'expiresAt' } },
};

test('an index that is being made is not ready, its keys are in their order, and an expiry that is switched off is none', async () => {
  const server = createServer((request, response) => {
    const [, operation = ''] = String(request.headers['x-amz-target']).split('.');
    response.setHeader('content-type', 'application/x-amz-json-1.0').end(JSON.stringify(answers[operation]));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const where = { region: 'eu-west-1', endpoint: `http://127.0.0.1:${port}`, credentials };
    expect(await readTable(where, 'findings')).toEqual({
      status: 'complete',
      value: {
        indexes: [
          { name: 'ready', active: true, keys: ['pk', 'sk'] },
          { name: 'made', active: false, keys: ['pk', 'sk'] },
        ],
        timeToLive: undefined,
      },
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
