/**
 * Reads a cluster of 5,000 service accounts and 20,000 pods over HTTPS and runs the rules over it: time, memory, requests.
 * The API runs in a process of its own, so that its memory does not count. `node bench/kubernetes.ts
 * [accounts] [pods] [clusters]` reads as many clusters at once.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { kubernetesApi } from '../lib/collect/kubernetes/kubernetes-api.ts';
import { readKubernetesFacts } from '../lib/collect/kubernetes/read-kubernetes-facts.ts';
import { complete } from '../lib/model.ts';
import { catalog } from '../lib/rules/catalog.ts';
import { evaluate } from '../lib/rules/evaluate/evaluate.ts';
import {
  aCluster,
  aRole,
  aTrustPolicy,
  exampleAccountId,
  exampleIssuer,
  someFacts,
} from '../test/support/example-world.ts';

const accounts = Number(process.argv[2] ?? 5_000);
const pods = Number(process.argv[3] ?? 20_000);
const clusters = Number(process.argv[4] ?? 1);
const roleArn = (index: number): string => `arn:aws:iam::${exampleAccountId}:role/app-${index}`;
const namespaceOf = (index: number): string => `team-${index % 100}`;

const documentShape = z.looseObject({ metadata: z.looseObject({}) });
const podDocument = z.object({
  metadata: z.looseObject({}),
  spec: z.looseObject({ containers: z.array(z.looseObject({})), volumes: z.array(z.looseObject({})) }),
  status: z.looseObject({}),
});

/** Imports of its own: what the server needs is not in the memory that is measured. */
const serve = async (): Promise<void> => {
  const { startKubernetes } = await import('../sandbox/kubernetes/start-kubernetes.ts');
  const { aNamespaceDocument, anAccountDocument, aWebhookDocument, podDocuments } = await import(
    '../sandbox/world/kubernetes-documents.ts'
  );
  const { realSizePod, realSizeServiceAccount } = await import('../sandbox/world/real-size-documents.ts');
  const api = await startKubernetes({
    version: 'v1.34.9',
    issuer: exampleIssuer,
    namespaces: Array.from({ length: 100 }, (_, index) => aNamespaceDocument(`team-${index}`)),
    serviceAccounts: Array.from({ length: accounts }, (_, index) =>
      realSizeServiceAccount(
        documentShape.parse(anAccountDocument(namespaceOf(index), `app-${index}`, { role: roleArn(index) })),
      ),
    ),
    pods: Array.from({ length: pods }, (_, index) => {
      const account = index % accounts;
      const documents = podDocuments({
        namespace: namespaceOf(account),
        account: `app-${account}`,
        owner: ['Deployment', `app-${account}`],
        injected: index % 50 === 0 ? roleArn(account + 1) : roleArn(account),
      });
      return documents.map(document => realSizePod(podDocument.parse(document)));
    }).flat(),
    webhooks: [aWebhookDocument()],
  });
  process.send?.({ url: api.url, caPem: api.caPem, token: api.token });
  process.on('message', () => process.send?.({ requests: api.requests().length }));
};

const started = z.object({ url: z.string(), caPem: z.string(), token: z.string() });
const counted = z.object({ requests: z.number() });

const measure = async (): Promise<void> => {
  const server = fork(fileURLToPath(import.meta.url), [String(accounts), String(pods), String(clusters), 'serve']);
  const [hello] = await once(server, 'message');
  const { url, caPem, token } = started.parse(hello);
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 20);
  const before = process.memoryUsage().rss;
  const [begin, cpu] = [performance.now(), process.cpuUsage()];
  const api = kubernetesApi({ url, caPem, token: async () => token });
  const read = () => readKubernetesFacts(api, { issuerKnown: true });
  const [kubernetes] = await Promise.all([read(), ...Array.from({ length: clusters - 1 }, read)]);
  api.close();
  const afterRead = performance.now();
  const { user, system } = process.cpuUsage(cpu);
  const peakOfRead = peak;
  const roles = Array.from({ length: accounts }, (_, index) =>
    aRole({
      arn: roleArn(index),
      name: `app-${index}`,
      trustPolicy: aTrustPolicy({ subject: `system:serviceaccount:${namespaceOf(index)}:app-${index}` }),
    }),
  );
  const facts = someFacts({
    clusters: complete([{ cluster: aCluster(), kubernetes, podIdentity: complete([]), addons: complete([]) }]),
    roles: complete(roles),
  });
  const { findings, counts } = evaluate(facts, { rules: catalog });
  const end = performance.now();
  clearInterval(watch);
  server.send('count');
  const [answer] = await once(server, 'message');
  server.kill();
  const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;
  const seconds = (from: number, to: number): string => `${((to - from) / 1000).toFixed(2)} s`;
  process.stdout.write(
    [
      `${counts.serviceAccounts} service accounts, ${counts.pods} pods: ${findings.length} findings`,
      `read      ${seconds(begin, afterRead)} (${((user + system) / 1e6).toFixed(2)} s of CPU) in ${counted.parse(answer).requests} requests, ${megabytes(peakOfRead)} resident at most (${megabytes(before)} before)`,
      `evaluated ${seconds(afterRead, end)}, ${megabytes(Math.max(peak, process.memoryUsage().rss))} resident at most`,
      '',
    ].join('\n'),
  );
};

await (process.argv[5] === 'serve' ? serve() : measure());
