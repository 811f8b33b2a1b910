import { describe, expect, test } from '@jest/globals';
import type { ApiResult, KubernetesApi } from '../../../lib/collect/kubernetes/kubernetes-api.ts';
import {
  groupsOfPods,
  networkKeys,
  readPodNetwork as readPodNetworkAlone,
} from '../../../lib/collect/kubernetes/read-pod-network.ts';
import { complete } from '../../../lib/model/collected.ts';
import { someKubernetes } from '../../support/example-cluster.ts';
import { recorded } from '../../support/whole/whole.ts';

const readPodNetwork = recorded('readPodNetwork', readPodNetworkAlone);

const list = (kind: string, apiVersion: string, ...items: readonly unknown[]): ApiResult => ({
  ok: true,
  body: { kind: `${kind}List`, apiVersion, metadata: {}, items },
});
const policies = (...items: readonly unknown[]): ApiResult => list('NetworkPolicy', 'networking.k8s.io/v1', ...items);
const groups = (...items: readonly unknown[]): ApiResult =>
  list('SecurityGroupPolicy', 'vpcresources.k8s.aws/v1beta1', ...items);
const refused = (kind: 'denied' | 'not-found' | 'timed-out'): ApiResult => ({
  ok: false,
  reason: { kind, operation: 'list networkpolicies', message: '403' },
});
const read = (one: ApiResult, other: ApiResult) => {
  const api: KubernetesApi = {
    send: async ({ path }) => (path.includes('networkpolicies') ? one : other),
    close: () => undefined,
  };
  return readPodNetwork(api);
};
const metadata = { namespace: 'web', name: 'deny' };
const everyPod = { matchLabels: {}, matchExpressions: [] };

describe('policies of the network of pods', () => {
  test('keep the egress of NetworkPolicies, with protocol and numbers of ports', async () => {
    const spec = {
      podSelector: { matchLabels: { app: 'cart' } },
      policyTypes: ['Ingress', 'Egress'],
      egress: [
        { ports: [{ port: 443 }, { protocol: 'UDP', port: 'dns' }, { port: 1, endPort: 9 }] },
        { to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }, { podSelector: {} }] },
      ],
    };
    expect(await read(policies({ metadata, spec }), groups())).toEqual(
      complete({
        policies: [
          {
            ...metadata,
            podSelector: { matchLabels: { app: 'cart' }, matchExpressions: [] },
            rules: [
              {
                ports: [
                  { protocol: 'TCP', from: 443, to: 443 },
                  { protocol: 'UDP' },
                  { protocol: 'TCP', from: 1, to: 9 },
                ],
                peers: [],
              },
              { ports: [], peers: [{ cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] }, { except: [] }] },
            ],
          },
        ],
        groups: [],
      }),
    );
  });

  test.each([
    ['ingress alone', { podSelector: {}, policyTypes: ['Ingress'], egress: [] }, 0],
    ['no types and no rules of egress', { podSelector: {}, ingress: [] }, 0],
    ['no types and a rule of egress', { podSelector: {}, egress: [{}] }, 1],
    ['egress without rules', { podSelector: {}, policyTypes: ['Egress'] }, 1],
  ])('%s: %#', async (_, spec, kept) => {
    const answer = await read(policies({ metadata, spec }), groups());
    expect(answer.status !== 'unavailable' && answer.value.policies.length).toBe(kept);
  });

  test('keep the groups of SecurityGroupPolicies; a selector of service accounts is not read', async () => {
    const securityGroups = { groupIds: ['sg-1'] };
    const answer = await read(
      policies(),
      groups(
        { metadata, spec: { podSelector: { matchLabels: { tier: 'db' } }, securityGroups } },
        { metadata, spec: { serviceAccountSelector: { matchLabels: { tier: 'db' } }, securityGroups } },
      ),
    );
    const value = {
      policies: [],
      groups: [
        { ...metadata, podSelector: { matchLabels: { tier: 'db' }, matchExpressions: [] }, groupIds: ['sg-1'] },
        { ...metadata, groupIds: ['sg-1'] },
      ],
    };
    expect(answer).toEqual(complete(value));
    expect(networkKeys(value)).toEqual(['tier']);
    expect(groupsOfPods(complete(someKubernetes({ podNetwork: answer })))).toEqual(['sg-1']);
  });

  test('a cluster without the kind of the VPC CNI has none of it', async () => {
    const spec = { podSelector: everyPod, policyTypes: ['Egress'] };
    const answer = await read(policies({ metadata, spec }), refused('not-found'));
    expect(answer).toMatchObject({ status: 'complete', value: { policies: [{ name: 'deny' }], groups: [] } });
  });

  test('a refusal is unread, as any other failure', async () => {
    expect(await read(refused('denied'), groups())).toMatchObject({ reason: { kind: 'denied' } });
    expect(await read(policies(), refused('denied'))).toMatchObject({ reason: { kind: 'denied' } });
    expect(await read(policies(), refused('timed-out'))).toMatchObject({ reason: { kind: 'timed-out' } });
  });

  test('an item of another form is a gap', async () => {
    expect(await read(policies({ metadata, spec: { egress: 7 } }), groups())).toMatchObject({ status: 'partial' });
  });
});
