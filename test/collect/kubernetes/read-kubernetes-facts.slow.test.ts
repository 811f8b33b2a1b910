import { afterEach, describe, expect, test } from '@jest/globals';
import {
  type ApiLimits,
  defaultLimits,
  type KubernetesApi,
  kubernetesApi,
} from '../../../lib/collect/kubernetes/kubernetes-api.ts';
import { readKubernetesFacts as readKubernetesFactsAlone } from '../../../lib/collect/kubernetes/read-kubernetes-facts.ts';
import type { Collected, ReadFailure } from '../../../lib/model/collected.ts';
import type { KubernetesFacts } from '../../../lib/model/kubernetes.ts';
import { makeAuthority } from '../../../sandbox/kubernetes/authority.ts';
import { type RunningKubernetes, startKubernetes } from '../../../sandbox/kubernetes/start-kubernetes.ts';
import type { KubernetesFault, KubernetesWorld } from '../../../sandbox/world/kubernetes-world.ts';
import { recordedApi, recordedFacts, recordedWorld } from '../../support/recorded-kubernetes.ts';
import { recorded } from '../../support/whole/whole.ts';

const readKubernetesFacts = recorded('readKubernetesFacts', readKubernetesFactsAlone);

const running: RunningKubernetes[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

const start = async (world: KubernetesWorld): Promise<RunningKubernetes> => {
  const cluster = await startKubernetes(world);
  running.push(cluster);
  return cluster;
};

const read = async (
  cluster: Pick<RunningKubernetes, 'url' | 'caPem' | 'token'>,
  over: { readonly limits?: Partial<ApiLimits>; readonly issuerKnown?: boolean } = {},
): Promise<Collected<KubernetesFacts>> => {
  const api = kubernetesApi(
    { url: cluster.url, caPem: cluster.caPem, token: async () => cluster.token },
    { ...defaultLimits, ...over.limits },
  );
  try {
    return await readKubernetesFacts(api, { issuerKnown: over.issuerKnown ?? false });
  } finally {
    api.close();
  }
};

const factsOf = (section: Collected<KubernetesFacts>): KubernetesFacts => {
  if (section.status === 'unavailable') throw new Error(section.reason.message);
  return section.value;
};
const reasonOf = (section: Collected<unknown>): ReadFailure | undefined =>
  section.status === 'unavailable' ? section.reason : undefined;
const valueIn = <T>(section: Collected<T>): T => {
  if (section.status === 'unavailable') throw new Error(section.reason.message);
  return section.value;
};

test('a cluster whose reads are out of time is unread, with the time that it had', async () => {
  const cluster = await start(recordedWorld());
  expect(reasonOf(await read(cluster, { limits: { clusterMs: 0 } }))).toEqual({
    kind: 'timed-out',
    operation: 'get /version',
    message: 'the reads of the cluster took longer than 0 s together',
  });
});

describe('over the recordings', () => {
  test('reads every section', async () => {
    const facts = await recordedFacts();
    expect(facts.version).toEqual({ status: 'complete', value: 'v1.34.9' });
    expect(facts.issuer).toEqual({
      status: 'complete',
      value: 'https://oidc.eks.us-east-1.amazonaws.com/id/ABCDEF0123456789ABCDEF0123456789',
    });
    expect(valueIn(facts.namespaces).map(({ name }) => name)).toContain('team-a');
    expect(valueIn(facts.serviceAccounts)).toHaveLength(41);
    expect(valueIn(facts.webhook)?.webhooks[0]).toMatchObject({
      name: 'iam-for-pods.amazonaws.com',
      url: 'https://127.0.0.1:23443/mutate',
      caCertificates: { status: 'complete', value: [{ subject: 'CN=holdout-ca' }] },
    });
  });

  test('keeps running and pending pods alone', async () => {
    const names = valueIn((await recordedFacts()).pods).map(({ name }) => name);
    expect(names).toContain('good');
    expect(names).not.toContain('done');
    expect(names).not.toContain('failed');
  });

  test.each([
    ['web-5f8d75784f-4vvpb', { kind: 'Deployment', name: 'web' }],
    ['job-n9tb6', { kind: 'Job', name: 'job' }],
    ['good', undefined],
  ])('owner of %s', async (name, owner) => {
    const pod = valueIn((await recordedFacts()).pods).find(one => one.name === name);
    expect(pod?.owner).toEqual(owner);
  });

  test('keeps no other value than that of the IRSA variables', async () => {
    const text = JSON.stringify(await recordedFacts());
    expect(text).toContain('AWS_ACCESS_KEY_ID');
    expect(text).not.toContain('AKIAIOSFODNN7EXAMPLE');
    expect(text).not.toContain('last-applied-configuration');
  });

  test('a 403 for pods names what to grant', async () => {
    const api = recordedApi({ '/api/v1/pods?limit=500': 'forbidden-pods' });
    const facts = factsOf(await readKubernetesFacts(api, { issuerKnown: true }));
    expect(reasonOf(facts.pods)).toEqual({
      kind: 'denied',
      operation: 'list pods',
      permission: 'list pods in the API group ""',
      message:
        '403: pods is forbidden: User "irsa-auditor-nopods" cannot list resource "pods" in API group "" at the cluster scope',
    });
    expect(facts.serviceAccounts.status).toBe('complete');
  });

  test('a webhook that is not there is a fact, one that is refused is not', async () => {
    const path = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/pod-identity-webhook';
    const list = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations?limit=500';
    const answers = { [path]: 'not-found-webhook', [list]: 'forbidden-webhook' };
    const missing = await readKubernetesFacts(recordedApi(answers), { issuerKnown: true });
    expect(factsOf(missing).webhook).toEqual({ status: 'complete', value: undefined });
    const refused = await readKubernetesFacts(recordedApi({ [path]: 'forbidden-webhook' }), { issuerKnown: true });
    expect(reasonOf(factsOf(refused).webhook)?.permission).toBe(
      'get mutatingwebhookconfigurations/pod-identity-webhook in the API group "admissionregistration.k8s.io"',
    );
  });

  test('a webhook of another name is found where the list may be read; one that has nothing to do with roles is not', async () => {
    const all = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
    const list = {
      kind: 'MutatingWebhookConfigurationList',
      apiVersion: 'admissionregistration.k8s.io/v1',
      metadata: { resourceVersion: '1' },
    };
    const configuration = (name: string, entry: string) => ({
      metadata: { name },
      webhooks: [{ name: entry, clientConfig: { url: 'https://127.0.0.1:23443/mutate' }, rules: [] }],
    });
    const listed = async (items: readonly unknown[]) => {
      const recorded = recordedApi({ [`${all}/pod-identity-webhook`]: 'not-found-webhook' });
      const api: KubernetesApi = {
        ...recorded,
        send: async call =>
          call.path.startsWith(all) && !call.path.includes('pod-identity-webhook')
            ? { ok: true, body: { ...list, items } }
            : recorded.send(call),
      };
      const { webhook } = factsOf(await readKubernetesFacts(api, { issuerKnown: true }));
      return webhook.status === 'complete' ? webhook.value?.name : webhook.status;
    };
    const mesh = configuration('istio', 'rev.namespace.sidecar-injector.istio.io');
    expect(await listed([mesh, configuration('aws', 'pod-identity-webhook.amazonaws.com')])).toBe('aws');
    expect(await listed([mesh, 7])).toBeUndefined();
  });

  test('401 makes the whole unavailable', async () => {
    const section = await readKubernetesFacts(recordedApi({ '/version': 'unauthorized' }), { issuerKnown: true });
    expect(reasonOf(section)).toMatchObject({ kind: 'denied', message: '401: Unauthorized' });
  });
});

describe('over HTTPS', () => {
  test('gives the same facts as the recordings themselves', async () => {
    const cluster = await start(recordedWorld());
    expect(factsOf(await read(cluster))).toEqual(await recordedFacts());
  });

  test('asks for nothing but these paths', async () => {
    const cluster = await start(recordedWorld());
    await read(cluster);
    expect(cluster.requests().map(({ method, path, query }) => `${method} ${path}${query}`)).toEqual([
      'GET /version',
      'GET /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/pod-identity-webhook',
      ...[
        'GET /.well-known/openid-configuration',
        'GET /api/v1/namespaces?limit=500',
        'GET /api/v1/serviceaccounts?limit=500',
      ],
      'GET /api/v1/pods?limit=500',
      // Of the recorded pods one asks the agent.
      'GET /apis/apps/v1/namespaces/kube-system/daemonsets/eks-pod-identity-agent',
    ]);
  });

  const many = (count: number): unknown[] =>
    Array.from({ length: count }, (_, index) => ({
      metadata: { namespace: 'a', name: `sa-${index}`, uid: `${index}` },
    }));

  test('reads every page, each item once and in order', async () => {
    const cluster = await start(recordedWorld({ serviceAccounts: many(1201) }));
    const accounts = valueIn(factsOf(await read(cluster)).serviceAccounts);
    expect(accounts.map(({ name }) => name)).toEqual(Array.from({ length: 1201 }, (_, index) => `sa-${index}`));
  });

  test('begins again when the list expired, and mixes no two lists', async () => {
    const faults: KubernetesFault[] = [{ call: 'list serviceaccounts', kind: 'expire', times: 2 }];
    const cluster = await start(recordedWorld({ serviceAccounts: many(1201), faults }));
    const section = factsOf(await read(cluster)).serviceAccounts;
    expect(section.status).toBe('complete');
    expect(valueIn(section)).toHaveLength(1201);
  });

  test('gives up a list that expires for ever, with what it read and the gap', async () => {
    const faults: KubernetesFault[] = [{ call: 'list serviceaccounts', kind: 'expire' }];
    const cluster = await start(recordedWorld({ serviceAccounts: many(1201), faults }));
    const section = factsOf(await read(cluster)).serviceAccounts;
    expect(section).toMatchObject({ status: 'partial', gaps: [{ reason: { kind: 'invalid' } }] });
    expect(valueIn(section)).toHaveLength(500);
  });

  test.each([
    ['throttle', { kind: 'throttled', operation: 'list pods' }],
    ['crash', { kind: 'unreachable', operation: 'list pods' }],
    ['time-out', { kind: 'timed-out', operation: 'list pods' }],
    ['cut', { kind: 'unreachable', operation: 'list pods' }],
    ['garbage', { kind: 'invalid', operation: 'list pods' }],
  ] as const)('%s is a gap of pods alone', async (kind, reason) => {
    const cluster = await start(recordedWorld({ faults: [{ call: 'list pods', kind }] }));
    const facts = factsOf(
      await read(cluster, { limits: { timeoutMs: kind === 'time-out' ? 5_000 : 60_000, attempts: 1 } }),
    );
    expect(reasonOf(facts.pods)).toMatchObject(reason);
    expect(facts.serviceAccounts.status).toBe('complete');
  });

  test.each(['throttle', 'crash'] as const)('one %s is fixed by a repeat', async kind => {
    const cluster = await start(recordedWorld({ faults: [{ call: 'list pods', kind, times: 1 }] }));
    expect(factsOf(await read(cluster, { limits: { maxWaitMs: 1 } })).pods.status).toBe('complete');
  });

  test('an answer that is too large is asked for in smaller pages', async () => {
    const cluster = await start(recordedWorld({ serviceAccounts: many(1201) }));
    const facts = factsOf(await read(cluster, { limits: { maxBytes: 30_000 } }));
    expect(valueIn(facts.serviceAccounts)).toHaveLength(1201);
    expect(valueIn(facts.pods)).toEqual(valueIn((await recordedFacts()).pods));
    const tiny = factsOf(await read(cluster, { limits: { maxBytes: 600 } }));
    expect(reasonOf(tiny.pods)?.kind).toBe('too-large');
  });

  test('RBAC refusals are gaps of their sections, each with its permission', async () => {
    const cluster = await start(recordedWorld({ allowed: ['get /version', 'list serviceaccounts'] }));
    const facts = factsOf(await read(cluster));
    expect(reasonOf(facts.pods)?.permission).toBe('list pods in the API group ""');
    expect(reasonOf(facts.namespaces)?.permission).toBe('list namespaces in the API group ""');
    expect(reasonOf(facts.issuer)?.permission).toBe('get on the non-resource URL /.well-known/openid-configuration');
    expect(facts.serviceAccounts.status).toBe('complete');
  });

  test('a refused discovery document is no gap where EKS told the issuer', async () => {
    const cluster = await start(recordedWorld({ allowed: ['get /version'] }));
    const facts = factsOf(await read(cluster, { issuerKnown: true }));
    expect(reasonOf(facts.issuer)?.kind).toBe('not-asked-for');
  });

  test('a wrong token is told by one request', async () => {
    const cluster = await start(recordedWorld());
    expect(reasonOf(await read({ ...cluster, token: 'wrong' }))?.kind).toBe('denied');
    expect(cluster.requests()).toHaveLength(1);
  });

  test('another authority than the cluster’s is refused before the token is sent', async () => {
    const cluster = await start(recordedWorld());
    const { caPem } = await makeAuthority();
    expect(reasonOf(await read({ ...cluster, caPem }))).toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('not issued by the cluster'),
    });
    expect(cluster.requests()).toHaveLength(0);
  });

  test('a refused connection is unreachable, http is refused', async () => {
    const cluster = await start(recordedWorld());
    await running.pop()?.stop();
    expect(reasonOf(await read(cluster))?.kind).toBe('unreachable');
    expect(reasonOf(await read({ ...cluster, url: cluster.url.replace('https', 'http') }))).toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('https'),
    });
  });
});
