import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { defaultLimits, kubernetesApi } from '../../../lib/collect/kubernetes/kubernetes-api.ts';
import { readKubernetesFacts } from '../../../lib/collect/kubernetes/read-kubernetes-facts.ts';
import { makeAuthority } from '../../../sandbox/kubernetes/authority.ts';

/** An API server that answers each page late and with a new marker: two thousand pages of three lists would take hours. */
test('lists whose pages never end take the time of one cluster, and are told as not read completely', async () => {
  const { caPem, serverCertPem, serverKeyPem } = await makeAuthority();
  let pages = 0;
  const server = createServer({ cert: serverCertPem, key: serverKeyPem }, async (request, response) => {
    const [kind] = /(?<=^\/api\/v1\/)(?:namespaces|serviceaccounts|pods)/.exec(request.url ?? '') ?? [];
    const list = { namespaces: 'NamespaceList', serviceaccounts: 'ServiceAccountList', pods: 'PodList' }[kind ?? ''];
    if (list !== undefined) {
      pages += 1;
      await setTimeout(40);
    }
    const body =
      list === undefined
        ? { major: '1', minor: '34', gitVersion: 'v1.34.1-eks-1' }
        : { kind: list, apiVersion: 'v1', metadata: { continue: String(pages) }, items: [] };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const api = kubernetesApi(
    { url: `https://127.0.0.1:${port}`, caPem, token: async () => 't' },
    { ...defaultLimits, clusterMs: 3_000, maxWaitMs: 10, attempts: 2 },
  );
  try {
    const facts = await readKubernetesFacts(api, { issuerKnown: true });
    const text = JSON.stringify(facts);
    expect(text).toContain('the reads of the cluster took longer than 3 s together');
    if (facts.status !== 'unavailable')
      for (const section of [facts.value.pods, facts.value.serviceAccounts, facts.value.namespaces])
        expect(section.status).not.toBe('complete');
    // At 40 ms a page, three lists at once: without the limit of time there would be thousands.
    expect(pages).toBeGreaterThan(2);
    expect(pages).toBeLessThan(1_000);
  } finally {
    api.close();
    server.closeAllConnections();
    await new Promise(done => server.close(done));
  }
}, 30_000);
