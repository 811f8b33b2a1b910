/** A caller who may not list in all namespaces reads the one that is asked for, and the others are a gap. */
import { expect, test } from '@jest/globals';
import type { KubernetesApi } from '../../../lib/collect/kubernetes/kubernetes-api.ts';
import { readKubernetesFacts } from '../../../lib/collect/kubernetes/read-kubernetes-facts.ts';
import type { Collected } from '../../../lib/model/collected.ts';
import { recordedApi, recordedFacts } from '../../support/recorded-kubernetes.ts';

const whole = ['/api/v1/pods', '/api/v1/serviceaccounts'];

/** The recorded cluster for a caller who may list pods and service accounts of one namespace. */
const bounded = (mayList: string): KubernetesApi & { readonly asked: string[] } => {
  const api = recordedApi();
  const asked: string[] = [];
  return {
    ...api,
    asked,
    send: async call => {
      const [path = '', query = ''] = call.path.split('?');
      asked.push(path);
      const [, namespace, resource] = /^\/api\/v1\/namespaces\/([^/]+)\/(pods|serviceaccounts)$/.exec(path) ?? [];
      if (whole.includes(path) || (namespace !== undefined && namespace !== mayList)) {
        const operation = `list ${call.resource}`;
        return { ok: false, status: 403, reason: { kind: 'denied', operation, message: '403 no' } };
      }
      if (resource === undefined) return api.send(call);
      const answer = await api.send({ ...call, path: `/api/v1/${resource}?${query}` });
      if (!answer.ok) return answer;
      const body = answer.body as { readonly items: readonly { readonly metadata: { readonly namespace: string } }[] };
      return {
        ok: true,
        body: { ...body, items: body.items.filter(({ metadata }) => metadata.namespace === namespace) },
      };
    },
  };
};

const namespacesOf = (section: Collected<readonly { readonly namespace: string }[]>) =>
  section.status === 'unavailable'
    ? section.reason.kind
    : [...new Set(section.value.map(({ namespace }) => namespace))];
const readAs = async (mayList: string, namespace?: string) => {
  const api = bounded(mayList);
  const facts = await readKubernetesFacts(api, { issuerKnown: true, ...(namespace && { namespace }) });
  if (facts.status === 'unavailable') throw new Error(facts.reason.message);
  const { pods, serviceAccounts } = facts.value;
  const gaps = [pods, serviceAccounts].map(section => (section.status === 'partial' ? section.gaps.length : 0));
  return {
    lists: [pods, serviceAccounts].map(namespacesOf),
    gaps,
    asked: api.asked.filter(path => /\/pods|\/servicea/.test(path)),
  };
};

test('pods and service accounts of the namespace, where the whole is refused', async () => {
  const { pods } = await recordedFacts();
  const [namespace = ''] = namespacesOf(pods);
  const own = ['pods', 'serviceaccounts'].map(resource => `/api/v1/namespaces/${namespace}/${resource}`);
  const read = await readAs(namespace, namespace);
  expect(read.lists).toEqual([[namespace], [namespace]]);
  expect(read.gaps).toEqual([1, 1]);
  expect(new Set(read.asked)).toEqual(new Set([...whole, ...own]));
  expect(await readAs(namespace)).toMatchObject({ lists: ['denied', 'denied'], gaps: [0, 0] });
  expect(await readAs(namespace, 'another')).toMatchObject({ lists: ['denied', 'denied'], gaps: [0, 0] });
});
