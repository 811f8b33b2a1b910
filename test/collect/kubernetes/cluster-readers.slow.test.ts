/** Clusters that are read through contexts of a kubeconfig and through EKS, and requests that change something: over TLS. */

import { createServer, type Server } from 'node:https';
import { type AddressInfo, createServer as createSilent } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eksClusterReader } from '../../../lib/collect/kubernetes/eks-cluster-reader.ts';
import { kubeconfigClusterReader } from '../../../lib/collect/kubernetes/kubeconfig-cluster-reader.ts';
import { type ClusterEndpoint, defaultLimits, kubernetesApi } from '../../../lib/collect/kubernetes/kubernetes-api.ts';
import type { Cluster } from '../../../lib/model/cluster.ts';
import { aParty, certify, privateKeyPem } from '../../../sandbox/issuers/certificate-maker.ts';
import { against } from '../../support/answering-aws.ts';
import { aCluster } from '../../support/example-world.ts';

interface Sent {
  readonly line: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly client: string | undefined;
}
/** A cluster that announces an issuer, has nothing in it, and notes what it is asked. */
interface Running {
  readonly url: string;
  readonly sent: Sent[];
  readonly server: Server;
}
let caPem: string;
let clientPem: { readonly certPem: string; readonly keyPem: string };
const running: Running[] = [];

const kinds: Readonly<Record<string, string>> = {
  namespaces: 'NamespaceList',
  serviceaccounts: 'ServiceAccountList',
  pods: 'PodList',
  mutatingwebhookconfigurations: 'MutatingWebhookConfigurationList',
};
const answerTo = (path: string, issuer: string): readonly [number, unknown] => {
  // A path that names a status is answered with it.
  const status = /\/status\/(\d{3})/.exec(path)?.[1];
  if (status !== undefined) return [Number(status), { kind: 'Status', message: 'no' }];
  if (path === '/version') return [200, { gitVersion: 'v1.34.0' }];
  if (path === '/.well-known/openid-configuration') return [200, { issuer }];
  const kind = kinds[path.split('/').at(-1) ?? ''];
  return kind === undefined ? [404, { kind: 'Status', message: 'no' }] : [200, { kind, metadata: {}, items: [] }];
};

beforeAll(async () => {
  const [ca, leaf, client] = await Promise.all([aParty('CN=kubernetes'), aParty('CN=localhost'), aParty('CN=ann')]);
  caPem = (await certify(ca, ca)).pem;
  const cert = (await certify(leaf, ca, { hosts: ['localhost'] })).pem;
  const key = await privateKeyPem(leaf);
  clientPem = { certPem: (await certify(client, ca)).pem, keyPem: await privateKeyPem(client) };
  for (const issuer of ['https://issuer-a.example', 'https://issuer-b.example']) {
    const sent: Sent[] = [];
    const server = createServer(
      { cert, key, ca: caPem, requestCert: true, rejectUnauthorized: false },
      async (request, response) => {
        let body = '';
        for await (const chunk of request) body += String(chunk);
        const client = (request.socket as TLSSocket).getPeerCertificate().subject?.CN;
        const { method, url = '', headers } = request;
        sent.push({ line: `${method} ${url}`, headers, body, client: Array.isArray(client) ? client.join() : client });
        const [status, answer] = answerTo(url.replace(/\?.*/, ''), issuer);
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      },
    );
    await new Promise<void>(resolve => server.listen(0, 'localhost', resolve));
    running.push({ url: `https://localhost:${(server.address() as AddressInfo).port}`, sent, server });
  }
});
afterAll(async () => {
  for (const { server } of running) {
    server.closeAllConnections();
    await new Promise<void>(resolve => server.close(() => resolve()));
  }
});

const nth = (at: number): Running => {
  const one = running[at];
  if (one === undefined) throw new Error('not started');
  one.sent.length = 0;
  return one;
};
const linesOf = ({ sent }: Running): readonly string[] => sent.map(({ line }) => line);

describe('contexts of a kubeconfig', () => {
  const contexts = (...all: readonly Running[]) =>
    all.map(({ url }, at) => ({ context: `c${at}`, endpoint: { url, caPem } }));
  const target = { accountId: '111122223333', regions: ['eu-west-1'] };
  const cluster = (over: Partial<Cluster>) => {
    const { endpoint: _, ...rest } = aCluster();
    return { ...rest, ...over } as Cluster;
  };

  test('a cluster is joined to the context that announces its issuer; the other is told as unused', async () => {
    const [a, b] = [nth(0), nth(1)];
    const reader = kubeconfigClusterReader({ contexts: contexts(a, b) });
    const read = await reader.read(target, cluster({ issuer: 'https://issuer-b.example' }));
    expect(read).toMatchObject({
      context: 'c1',
      kubernetes: { status: 'complete', value: { issuer: { value: 'https://issuer-b.example' } } },
      podIdentity: { reason: { kind: 'not-asked-for' } },
    });
    expect(await reader.unused()).toEqual([
      {
        context: 'c0',
        reason: {
          ...{ kind: 'not-found', operation: 'read the cluster' },
          message: `context c0 leads to ${new URL(a.url).host}, which is no audited cluster: add its region and account`,
        },
      },
    ]);
    // Each is read once, however often it is looked at.
    expect(linesOf(a).filter(line => line === 'GET /version')).toHaveLength(1);
  });

  test('the address comes before the issuer, and needs no other context', async () => {
    const [a, b] = [nth(0), nth(1)];
    const reader = kubeconfigClusterReader({ contexts: contexts(a, b) });
    const read = await reader.read(target, cluster({ endpoint: `${b.url}/`, issuer: 'https://issuer-a.example' }));
    expect([read.context, linesOf(a)]).toEqual(['c1', []]);
  });

  test('a cluster that no context is for is not asked for, with the contexts that there are', async () => {
    const read = (some: readonly Running[], over: Partial<Cluster>) =>
      kubeconfigClusterReader({ contexts: contexts(...some) }).read(target, cluster(over));
    const reason = (message: string) => ({
      kubernetes: { status: 'unavailable', reason: { kind: 'not-asked-for', operation: 'read the cluster', message } },
    });
    const none = 'the contexts given (c0, c1) lead to other clusters';
    const both = [nth(0), nth(1)];
    expect(await read(both, { issuer: 'https://issuer-c.example' })).toMatchObject(reason(none));
    const { issuer: _, ...without } = cluster({});
    expect(await kubeconfigClusterReader({ contexts: contexts(...both) }).read(target, without)).toMatchObject(
      reason(none),
    );
    expect(await read([], {})).toMatchObject(reason('no context was given'));
  });

  test('a context that cannot be reached is passed over, and told with its reason', async () => {
    const b = nth(1);
    const gone = { context: 'gone', endpoint: { url: 'https://localhost:1', caPem } };
    const reader = kubeconfigClusterReader({ contexts: [gone, ...contexts(b)] });
    const read = await reader.read(target, cluster({ issuer: 'https://issuer-b.example' }));
    expect(read.context).toBe('c0');
    expect(await reader.unused()).toEqual([
      { context: 'gone', reason: expect.objectContaining({ kind: 'unreachable', operation: 'get /version' }) },
    ]);
  });
});

describe('a cluster of EKS', () => {
  const read = (over: Partial<Cluster>, options: Partial<Parameters<typeof eksClusterReader>[0]> = {}) =>
    against(
      () => JSON.stringify({ associations: [], addons: [], accessEntries: [] }),
      clients =>
        eksClusterReader({ clients, now: Date.now, ...options }).read(
          { accountId: '111122223333', regions: [] },
          { ...aCluster(), caCertificates: [], certificateAuthority: Buffer.from(caPem).toString('base64'), ...over },
        ),
    );

  test('is read with a token of EKS, and asked first whether it can be reached where that is wanted', async () => {
    const a = nth(0);
    const { kubernetes, podIdentity, addons } = await read({ endpoint: a.url }, { reachWithinMs: 5_000 });
    expect([kubernetes.status, podIdentity.status, addons.status]).toEqual(['complete', 'complete', 'complete']);
    expect(linesOf(a).filter(line => line === 'GET /version')).toHaveLength(2);
    expect(a.sent[0]?.headers.authorization).toMatch(/^Bearer k8s-aws-v1\./);
    const b = nth(1);
    await read({ endpoint: b.url });
    expect(linesOf(b).filter(line => line === 'GET /version')).toHaveLength(1);
  });

  test.each(['CREATING', 'DELETING', 'FAILED', 'PENDING'])(
    'that is %s is not asked; what EKS has of it is read',
    async status => {
      const a = nth(0);
      const { kubernetes, podIdentity } = await read({ endpoint: a.url, status });
      const reason = { kind: 'unreachable', operation: 'read the cluster', message: `the cluster is ${status}` };
      expect([kubernetes, podIdentity.status, a.sent]).toEqual([{ status: 'unavailable', reason }, 'complete', []]);
    },
  );

  test.each(['ACTIVE', 'UPDATING', ''])('that is %s is read', async status => {
    expect((await read({ endpoint: nth(0).url, status })).kubernetes.status).toBe('complete');
  });

  test('that answers with a refusal is within reach: its reads tell what they may not', async () => {
    const a = nth(0);
    const { kubernetes } = await read({ endpoint: `${a.url}/status/403` }, { reachWithinMs: 5_000 });
    expect(kubernetes.status === 'unavailable' ? kubernetes.reason.operation : 'read').not.toBe('get /version');
    expect(linesOf(a).length).toBeGreaterThan(3);
  });

  test('that does not answer is not read; what EKS has of it is', async () => {
    const silent = createSilent();
    await new Promise<void>(resolve => silent.listen(0, 'localhost', resolve));
    const endpoint = `https://localhost:${(silent.address() as AddressInfo).port}`;
    const { kubernetes, addons } = await read({ endpoint }, { reachWithinMs: 100 });
    expect(kubernetes).toEqual({
      status: 'unavailable',
      reason: { kind: 'timed-out', operation: 'get /version', message: 'no complete answer within the time limit' },
    });
    expect(addons.status).toBe('complete');
    silent.close();
  });

  test('is read with the role of its own account, which is assumed once for all its clusters', async () => {
    const assumed: string[] = [];
    const session = (key: string) =>
      `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
    const keysIn = ({ sent }: Running) =>
      new Set(
        sent.map(({ headers }) => {
          const token = String(headers.authorization).replace('Bearer k8s-aws-v1.', '');
          return /X-Amz-Credential=(\w+)/.exec(Buffer.from(token, 'base64url').toString())?.[1];
        }),
      );
    const [a, b] = [nth(0), nth(1)];
    await against(
      ({ body }) => {
        const account = /role%2Fread-(\w+)/.exec(body)?.[1];
        if (account === undefined) return JSON.stringify({ associations: [], addons: [] });
        assumed.push(account);
        return session(`KEY${account}`);
      },
      async clients => {
        const reader = eksClusterReader({ clients, now: Date.now });
        const read = (account: string, { url: endpoint }: Running) =>
          reader.read(
            { accountId: account, regions: [], roleArn: `arn:aws:iam::111122223333:role/read-${account}` },
            {
              ...aCluster({ accountId: account }),
              endpoint,
              certificateAuthority: Buffer.from(caPem).toString('base64'),
            },
          );
        await read('one', a);
        await read('two', b);
        await read('one', a);
      },
    );
    expect([assumed, [...keysIn(a)], [...keysIn(b)]]).toEqual([['one', 'two'], ['KEYone'], ['KEYtwo']]);
  });

  test('asks for rights and workloads where they are wanted, and not for aws-auth where EKS does without it', async () => {
    const more = async (over: Partial<Cluster>, options: object) => {
      const a = nth(0);
      await read({ endpoint: a.url, ...over }, options);
      return linesOf(a)
        .filter(line => /rbac|apps|aws-auth|networkpolicies/.test(line))
        .map(line => line.replace(/\?.*/, '').replace(/^.*\//, ''))
        .sort();
    };
    const rights = ['clusterrolebindings', 'clusterroles', 'rolebindings', 'roles'];
    expect(await more({}, {})).toEqual([]);
    expect(await more({}, { rbac: true })).toEqual(['aws-auth', ...rights]);
    expect(await more({ authenticationMode: 'API' }, { rbac: true })).toEqual(rights);
    expect(await more({}, { workloads: true })).toEqual(['daemonsets', 'deployments', 'statefulsets']);
  });
});

describe('a request', () => {
  test.each<[number, string, number]>([
    [400, 'invalid', 1],
    [401, 'denied', 1],
    [403, 'denied', 1],
    [404, 'not-found', 1],
    [429, 'throttled', 3],
    [500, 'unreachable', 3],
    [503, 'unreachable', 3],
  ])('that is answered with %d is %s after %d tries', async (status, kind, tries) => {
    const a = nth(0);
    const api = kubernetesApi({ url: a.url, caPem }, { ...defaultLimits, attempts: 3, maxWaitMs: 1 });
    const answer = await api.send({ verb: 'get', resource: 'x', path: `/status/${status}` });
    api.close();
    expect([answer.ok ? 'ok' : answer.reason.kind, a.sent.length]).toEqual([kind, tries]);
  });

  const send = async (
    call: Parameters<ReturnType<typeof kubernetesApi>['send']>[0],
    over: Partial<ClusterEndpoint> = {},
  ) => {
    const a = nth(0);
    const api = kubernetesApi({ url: `${a.url}/base/`, caPem, ...over }, { ...defaultLimits, attempts: 1 });
    await api.send(call);
    api.close();
    const [{ headers, ...sent } = { headers: {} as Sent['headers'] }] = a.sent;
    const { accept, authorization, 'user-agent': agent, 'content-type': type, 'content-length': length } = headers;
    return { ...sent, accept, authorization, agent, type, length };
  };
  const plain = { body: '', client: undefined, accept: 'application/json', agent: 'irsa-auditor' };
  const path = '/api/v1/x';

  test('that reads has no body; below the path of the server', async () => {
    expect(await send({ verb: 'get', resource: 'x', path })).toEqual({ ...plain, line: `GET /base${path}` });
    expect(await send({ verb: 'list', resource: 'x', path, accept: 'a/b' }, { token: async () => 't' })).toEqual({
      ...{ ...plain, line: `GET /base${path}`, accept: 'a/b', authorization: 'Bearer t' },
    });
  });

  test.each([
    ['create', 'POST', 'application/json'],
    ['patch', 'PATCH', 'application/apply-patch+yaml'],
  ] as const)('of %s has its body whole', async (verb, method, type) => {
    const body = { name: 'ä' };
    expect(await send({ verb, resource: 'x', path, body })).toEqual({
      ...{ ...plain, line: `${method} /base${path}`, body: '{"name":"ä"}', type, length: '13' },
    });
  });

  test('of a client with a certificate is known by it', async () => {
    expect(await send({ verb: 'get', resource: 'x', path }, { clientCertificate: clientPem })).toMatchObject({
      client: 'ann',
    });
  });

  test('is verified against another name where the kubeconfig gives one', async () => {
    const a = nth(0);
    const url = a.url.replace('localhost', '127.0.0.1');
    const answer = async (over: Partial<ClusterEndpoint>) => {
      const api = kubernetesApi({ url, caPem, ...over }, { ...defaultLimits, attempts: 1 });
      const { ok } = await api.send({ verb: 'get', resource: '/version', path: '/version' });
      api.close();
      return ok;
    };
    expect([await answer({}), await answer({ serverName: 'localhost' })]).toEqual([false, true]);
  });

  test('is never sent in the clear', async () => {
    const a = nth(0);
    const api = kubernetesApi({ url: a.url.replace('https:', 'http:'), caPem, token: async () => 't' });
    expect(await api.send({ verb: 'get', resource: 'x', path })).toEqual({
      ok: false,
      reason: { kind: 'invalid', operation: 'get x', message: "the API's URL must be https, got http:" },
    });
    api.close();
    expect(a.sent).toEqual([]);
  });
});
