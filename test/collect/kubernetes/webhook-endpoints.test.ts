import { expect, test } from '@jest/globals';
import type { ApiCall, ApiResult, KubernetesApi } from '../../../lib/collect/kubernetes/kubernetes-api.ts';
import { withEndpoints as withEndpointsAlone } from '../../../lib/collect/kubernetes/parse-webhook.ts';
import { complete, notAskedFor, unavailable, valueOr } from '../../../lib/model/collected.ts';
import type { WebhookConfiguration, WebhookEntry } from '../../../lib/model/kubernetes.ts';
import { aWebhook } from '../../support/example-cluster.ts';
import { recorded } from '../../support/whole/whole.ts';

const withEndpoints = recorded('withEndpoints', withEndpointsAlone);

/** One entry behind a service of this name; managed EKS has a URL. */
const behind = (name: string): WebhookEntry => {
  const [{ url: _, ...entry } = aWebhook().webhooks[0] as WebhookEntry] = aWebhook().webhooks;
  return { ...entry, service: { namespace: 'eks', name, path: '/mutate', ready: notAskedFor('list endpointslices') } };
};
const configured = (...webhooks: readonly WebhookEntry[]): WebhookConfiguration => ({
  name: 'pod-identity-webhook',
  webhooks,
});

const notFound: ApiResult = {
  ok: false,
  status: 404,
  reason: { kind: 'not-found', operation: 'get services', message: '404' },
};
const serviceOf = (spec: unknown): ApiResult => ({ ok: true, body: { kind: 'Service', spec } });

/** An API server that answers each list with these slices and each get with `service`, and what it was asked. */
const serving = (items: readonly unknown[], service: ApiResult = notFound) => {
  const asked: ApiCall[] = [];
  const api: KubernetesApi = {
    send: async call => {
      asked.push(call);
      if (call.verb === 'get') return service;
      return { ok: true, body: { kind: 'EndpointSliceList', apiVersion: 'discovery.k8s.io/v1', metadata: {}, items } };
    },
    close: () => undefined,
  };
  return { api, asked };
};
const slice = (...endpoints: readonly unknown[]) => ({ kind: 'EndpointSlice', metadata: { name: 'w-1' }, endpoints });
const readyOf = async (api: KubernetesApi) =>
  valueOr(await withEndpoints(api, configured(behind('w'))), undefined)?.webhooks[0]?.service?.ready;

test.each<[string, readonly unknown[], number]>([
  ['a slice without endpoints', [{ kind: 'EndpointSlice', metadata: { name: 'w-1' }, endpoints: null }], 0],
  ['one that is ready', [slice({ addresses: ['192.0.2.1'], conditions: { ready: true } })], 1],
  ['one that is not', [slice({ addresses: ['192.0.2.1'], conditions: { ready: false } })], 0],
  ['one of several addresses', [slice({ addresses: ['192.0.2.1', '192.0.2.2'] }, { addresses: ['192.0.2.3'] })], 3],
  [
    'one that does not say',
    [slice({ addresses: ['192.0.2.1'] }), slice({ addresses: ['192.0.2.2'], conditions: {} })],
    2,
  ],
])('counts the ready addresses of a service: %s', async (_, items, expected) => {
  expect(await readyOf(serving(items).api)).toEqual(complete(expected));
});

const noSlices: readonly (readonly [string, ApiResult, unknown])[] = [
  ['is none where there is no such service', notFound, complete(0)],
  ['is none where the service has no selector', serviceOf({ type: 'ClusterIP' }), complete(0)],
  [
    'is not known where the service is another host',
    serviceOf({ type: 'ExternalName', externalName: 'webhook.example.com' }),
    unavailable({
      kind: 'invalid',
      operation: 'get services',
      message: 'it is the host webhook.example.com, which is not asked',
    }),
  ],
  [
    'is not known where the answer is something else',
    { ok: true, body: { kind: 'Status' } },
    unavailable({ kind: 'invalid', operation: 'get services', message: 'the answer is not a service' }),
  ],
  [
    'is not known where services may not be read',
    { ok: false, status: 403, reason: { kind: 'denied', operation: 'get services', message: '403' } },
    unavailable({ kind: 'denied', operation: 'get services', message: '403' }),
  ],
];
test.each(noSlices)('a service without any slice: a ready address %s', async (_, service, expected) => {
  expect(await readyOf(serving([], service).api)).toEqual(expected);
});

test('asks for the slices of that service alone, and for the service only where it has none', async () => {
  const { api, asked } = serving([slice({ addresses: ['192.0.2.1'] })]);
  await readyOf(api);
  expect(asked.map(({ verb, path }) => `${verb} ${path}`)).toEqual([
    'list /apis/discovery.k8s.io/v1/namespaces/eks/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Dw&limit=500',
  ]);
});

test('asks nothing for a webhook with a URL, and of many services only the first three', async () => {
  const { api, asked } = serving([]);
  expect(await withEndpoints(api, aWebhook())).toEqual(complete(aWebhook()));
  expect(asked).toEqual([]);
  await withEndpoints(api, configured(...['a', 'b', 'c', 'd'].map(behind)));
  expect(asked.map(({ verb }) => verb)).toEqual(['list', 'list', 'list', 'get', 'get', 'get']);
});

test('a service that may not be read is a gap of the webhook, and one that is another host is none', async () => {
  const denied = { kind: 'denied', operation: 'get services', message: '403' } as const;
  const refused = await withEndpoints(
    serving([], { ok: false, status: 403, reason: denied }).api,
    configured(behind('w')),
  );
  expect(refused.status === 'partial' ? refused.gaps : refused).toEqual([
    { what: `the endpoints of webhook ${behind('w').name}`, reason: denied },
  ]);
  const elsewhere = serviceOf({ type: 'ExternalName', externalName: 'webhook.example.com' });
  expect((await withEndpoints(serving([], elsewhere).api, configured(behind('w')))).status).toBe('complete');
});

test('a refusal is kept with its permission, and an odd item is a gap', async () => {
  const reason = { kind: 'denied', operation: 'list endpointslices', message: '403' } as const;
  const refusing: KubernetesApi = { send: async () => ({ ok: false, status: 403, reason }), close: () => undefined };
  expect(await readyOf(refusing)).toEqual({ status: 'unavailable', reason });
  expect((await readyOf(serving([slice('x')]).api))?.status).toBe('partial');
});
