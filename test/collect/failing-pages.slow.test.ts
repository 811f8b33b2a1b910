/** Each request of a reading fails in its turn and in every way: what is read is complete, or a gap says that it is not. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { awsAccountReader } from '../../lib/collect/aws-account-reader.ts';
import { awsClients } from '../../lib/collect/clients.ts';
import { readAddons } from '../../lib/collect/eks/read-addons.ts';
import { defaultLimits, kubernetesApi } from '../../lib/collect/kubernetes/kubernetes-api.ts';
import { readKubernetesFacts } from '../../lib/collect/kubernetes/read-kubernetes-facts.ts';
import { readPodIdentity } from '../../lib/collect/pod-identity/read-pod-identity.ts';
import { organizationAccounts } from '../../lib/collect/targets/organization-accounts.ts';
import { complete, unavailable } from '../../lib/model/collected.ts';
import { sandboxCredentials } from '../../sandbox/aws/credentials.ts';
import { parseRequest } from '../../sandbox/aws/request.ts';
import { startAws } from '../../sandbox/aws/start-aws.ts';
import { makeAuthority } from '../../sandbox/kubernetes/authority.ts';
import { startKubernetes } from '../../sandbox/kubernetes/start-kubernetes.ts';
import type { WorldEvent } from '../../sandbox/world/world.ts';
import {
  aMember,
  aWorld,
  aWorldAccount,
  aWorldCluster,
  aWorldProvider,
  aWorldRole,
  mainAccount,
  region,
} from '../support/aws-world.ts';
import { type Asked, type FailingServer, type Failure, failures, startFailing } from '../support/failing-pages.ts';
import { recordedWorld } from '../support/recorded-kubernetes.ts';
import { sample } from '../support/sample.ts';
import { silentLosses } from '../support/silent-losses.ts';

const at = '2026-11-01T06:00:00.000Z';
const association = (id: string) => ({
  ...{ id, namespace: 'checkout', serviceAccount: id },
  roleArn: `arn:aws:iam::${mainAccount}:role/${id}`,
});
const anEvent = (number: number): WorldEvent => ({
  region,
  time: `2026-11-01T05:3${number}:00Z`,
  record: {
    ...{ eventID: `event-${number}`, eventName: 'AssumeRoleWithWebIdentity', awsRegion: region },
    ...{ eventTime: `2026-11-01T05:3${number}:00Z`, userAgent: 'aws-sdk-go/1.45.1' },
    userIdentity: { userName: `system:serviceaccount:checkout:sa-${number}` },
    requestParameters: { roleArn: `arn:aws:iam::${mainAccount}:role/role-${number}` },
  },
});
const numbers = [1, 2, 3, 4, 5];
const world = () =>
  aWorld({
    accounts: [
      aWorldAccount({
        alias: 'shop',
        roles: numbers.map(number => aWorldRole({ name: `role-${number}` })),
        providers: ['A', 'B', 'C'].map(id => aWorldProvider({ url: `oidc.eks.eu-west-1.amazonaws.com/id/${id}` })),
        clusters: numbers.map(number =>
          aWorldCluster({
            name: `c-${number}`,
            associations: ['a', 'b', 'c'].map(association),
            addons: ['aws-ebs-csi-driver', 'vpc-cni', 'eks-pod-identity-agent'].map(name => ({ name })),
          }),
        ),
        events: numbers.map(anEvent),
      }),
      ...['444455556666', '555566667777', '666677778888'].map(accountId => aMember({ accountId, name: accountId })),
    ],
  });

/** A request of AWS that asks for two items. */
const askedOfAws: Parameters<typeof startFailing>[0]['asked'] = (message, body): Asked => {
  const request = parseRequest(message, body);
  return {
    operation: `${request?.service}:${request?.operation}`,
    path: (message.url ?? '/').replace(/maxResults=\d+/, 'maxResults=2'),
    body:
      request?.protocol === 'json'
        ? JSON.stringify({ ...request.input, MaxResults: 2 })
        : body.replace(/MaxItems=\d+/, 'MaxItems=2'),
  };
};

/** All that is read of AWS, section by section. */
const readAws = async (url: string, requestTimeout: number): Promise<unknown> => {
  const clients = awsClients({
    ...{ region, endpoint: url, credentials: sandboxCredentials(mainAccount) },
    ...{ maxAttempts: 1, requestTimeout },
  });
  const clock = { now: () => Date.parse(at), sleep: async () => undefined };
  const cloudTrail = { lookbackMinutes: 60, maxCalls: 20 };
  try {
    const reader = awsAccountReader(clients, { roleDetails: true, accountAlias: true, cloudTrail, clock });
    const targets = await organizationAccounts(clients.organizations(), { organizationalUnits: [], exclude: [] }).then(
      accounts => complete(accounts),
      (error: Error) => unavailable({ kind: 'invalid', operation: 'ListAccounts', message: error.message }),
    );
    // No rule depends on the alias, and it has no section; what is seen is for the next run.
    const {
      alias: _alias,
      seen: _seen,
      ...account
    } = await reader.read({ accountId: mainAccount, regions: [region] }, at);
    const podIdentity = await readPodIdentity(clients.eks(region), 'c-1');
    return { targets, account, podIdentity, addons: await readAddons(clients.eks(region), 'c-1') };
  } finally {
    clients.close();
  }
};

/** A request of Kubernetes that asks for ten items. */
const askedOfKubernetes: Parameters<typeof startFailing>[0]['asked'] = (message, body): Asked => {
  const path = message.url ?? '/';
  return { operation: path.replace(/\?.*/, ''), path: path.replace(/limit=\d+/, 'limit=10'), body };
};

interface Reading {
  readonly server: FailingServer;
  /** `timeout`: milliseconds that a request may take. */
  readonly read: (timeout: number) => Promise<unknown>;
  readonly stop: () => Promise<unknown>;
}

const startReadingAws = async (): Promise<Reading> => {
  const aws = await startAws(world());
  const server = await startFailing({ url: aws.url, asked: askedOfAws });
  return {
    server,
    read: timeout => readAws(server.url, timeout),
    stop: () => Promise.all([server.stop(), aws.stop()]),
  };
};

const startReadingKubernetes = async (): Promise<Reading> => {
  const cluster = await startKubernetes(recordedWorld());
  const authority = await makeAuthority();
  const tls = { authority, caPem: cluster.caPem };
  const server = await startFailing({ url: cluster.url, tls, asked: askedOfKubernetes });
  const read = async (timeoutMs: number): Promise<unknown> => {
    const endpoint = { url: server.url, caPem: authority.caPem, token: async () => cluster.token };
    const api = kubernetesApi(endpoint, { ...defaultLimits, timeoutMs, attempts: 1 });
    try {
      const facts = await readKubernetesFacts(api, { issuerKnown: false });
      if (facts.status === 'unavailable') return facts;
      // Asked for where pods were seen that ask the agent: where these were not read, their own gap tells it.
      const { podIdentityAgent: _, ...value } = facts.value;
      return { ...facts, value };
    } finally {
      api.close();
    }
  };
  return { server, read, stop: () => Promise.all([server.stop(), cluster.stop()]) };
};

/** The others for the last request of an operation alone: one without an answer takes its whole time. */
const ofEveryPage: readonly Failure[] = ['error', 'cut', 'empty-object'];

/** The lists that must be read in pages, with the fewest requests that show it. */
const paged = {
  AWS: {
    start: startReadingAws,
    requests: {
      ...{ 'iam:ListRoles': 3, 'iam:ListOpenIDConnectProviders': 1, 'iam:GetOpenIDConnectProvider': 3 },
      ...{ 'iam:GetAccountAuthorizationDetails': 3, 'eks:ListClusters': 3, 'eks:DescribeCluster': 5 },
      ...{ 'eks:ListPodIdentityAssociations': 2, 'eks:DescribePodIdentityAssociation': 3, 'eks:ListAddons': 2 },
      ...{ 'eks:DescribeAddon': 1, 'cloudtrail:LookupEvents': 3, 'organizations:ListAccounts': 2 },
    },
  },
  Kubernetes: {
    start: startReadingKubernetes,
    requests: {
      ...{ '/version': 1, '/.well-known/openid-configuration': 1, '/api/v1/pods': 2 },
      ...{ '/api/v1/namespaces': 1, '/api/v1/serviceaccounts': 4 },
      '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/pod-identity-webhook': 1,
    },
  },
} as const;

describe.each(Object.entries(paged))('a reading of %s', (_name, { start, requests }) => {
  let reading: Reading;
  let whole: unknown;
  let counts: ReadonlyMap<string, number>;
  beforeAll(async () => {
    reading = await start();
    reading.server.failing(undefined);
    whole = await reading.read(30_000);
    counts = new Map(reading.server.counts);
  });
  afterAll(() => reading.stop());

  test('asks for each list page by page', () => {
    const fewer = Object.entries(requests).filter(([operation, least]) => (counts.get(operation) ?? 0) < least);
    expect(fewer).toEqual([]);
  });

  test.each(Object.keys(requests))(
    'says what is missing when one request of %s fails, whichever and however',
    async operation => {
      const silent: string[] = [];
      const all = counts.get(operation) ?? 0;
      const pages = Array.from({ length: all }, (_page, at) => at + 1).flatMap(nth =>
        (nth === all ? failures : ofEveryPage).map(failure => ({ operation, nth, failure })),
      );
      expect(pages.length).toBeGreaterThan(0);
      for (const page of sample(pages, 3)) {
        reading.server.failing(page);
        const read = await reading.read(1_000);
        const name = `${page.nth} ${page.failure}`;
        const lost = silentLosses(whole, read).map(loss => `${name}: ${loss.slice(0, 300)}`);
        const isNoticed = JSON.stringify(read) !== JSON.stringify(whole);
        silent.push(...lost, ...(isNoticed ? [] : [`${name}: the same as if all was read`]));
      }
      expect(silent).toEqual([]);
    },
  );
});
