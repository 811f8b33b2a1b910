import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { clusters } from '../../../lambdas/shared/compose-collectors.ts';
import { makeAuthority } from '../../../sandbox/kubernetes/authority.ts';
import { aWorld, mainAccount, region } from '../../support/aws-world.ts';
import { aCluster } from '../../support/example-world.ts';
import { useFunctionInSandbox } from '../../support/function-in-sandbox.ts';

useFunctionInSandbox({ inCluster: { enabled: true }, rbac: true }, aWorld());

test('roles and bindings of clusters are asked for where the configuration does', async () => {
  const { caPem, serverCertPem: cert, serverKeyPem: key } = await makeAuthority();
  const asked: string[] = [];
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'no', reason: 'Forbidden', code: 403 };
  const server = createServer({ cert, key }, (request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify(status));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cluster = {
    ...{ ...aCluster(), accountId: mainAccount, certificateAuthority: Buffer.from(caPem).toString('base64') },
    endpoint: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
  await clusters().read({ accountId: mainAccount, regions: [region] }, cluster);
  server.closeAllConnections();
  await once(server.close(), 'close');
  const bindings = asked.filter(path => path.startsWith('/apis/rbac.authorization.k8s.io/v1/'));
  expect(bindings.map(path => path.split('?')[0]?.split('/').at(-1)).sort()).toEqual([
    'clusterrolebindings',
    'clusterroles',
    'rolebindings',
    'roles',
  ]);
});

test('each invocation has a reader of its own: a warm function outlives the credentials of the role that one assumed', () => {
  expect(clusters()).not.toBe(clusters());
});
