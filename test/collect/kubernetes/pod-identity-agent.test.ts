/** The DaemonSet of the Pod Identity agent: when it is asked for, and each answer. */
import { expect, test } from '@jest/globals';
import type { ApiCall, ApiResult } from '../../../lib/collect/kubernetes/kubernetes-api.ts';
import { readPodIdentityAgent } from '../../../lib/collect/kubernetes/read-pod-identity-agent.ts';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import type { Pod } from '../../../lib/model/kubernetes.ts';
import { aContainer, aPod } from '../../support/example-cluster.ts';

const container = aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} });
const asking = (node?: string): Pod =>
  aPod({
    containers: [aContainer({ awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI'], irsaEnvironment: {}, mounts: {} })],
    volumes: [{ name: 'eks-pod-identity-token', audience: 'pods.eks.amazonaws.com', path: 't' }],
    ...(node === undefined ? {} : { node }),
  });
const agentOn = (node: string, ready: boolean): Pod =>
  aPod({ namespace: 'agents', containers: [container], volumes: [], isPodIdentityAgent: true, node, ready });

const ask = async (pods: readonly Pod[], answer: ApiResult = { ok: true, body: {} }) => {
  const calls: ApiCall[] = [];
  const send = async (call: ApiCall) => {
    calls.push(call);
    return answer;
  };
  return { read: await readPodIdentityAgent({ send, close: () => undefined }, complete(pods)), calls };
};

test.each<readonly [string, readonly Pod[]]>([
  ['no pod asks the agent', [aPod(), agentOn('a', false)]],
  ['each pod that asks has one on its node', [asking('a'), asking('b'), agentOn('a', true), agentOn('b', true)]],
  ['it runs on Fargate', [{ ...asking('a'), onFargate: true }]],
])('is not asked for where %s', async (_title, pods) => {
  expect(await ask(pods)).toEqual({ read: undefined, calls: [] });
});

test.each<readonly [string, readonly Pod[], string]>([
  ['a pod whose node is not known', [asking(), agentOn('a', true)], 'agents'],
  ['a node without the agent', [asking('a'), agentOn('b', true)], 'agents'],
  ['an agent that is not ready', [asking('a'), agentOn('a', false)], 'agents'],
  ['no agent', [asking('a')], 'kube-system'],
])('is asked for where there is %s', async (_title, pods, namespace) => {
  const { calls } = await ask(pods);
  expect(calls).toEqual([
    {
      verb: 'get',
      resource: 'daemonsets/eks-pod-identity-agent',
      apiGroup: 'apps',
      name: 'eks-pod-identity-agent',
      path: `/apis/apps/v1/namespaces/${namespace}/daemonsets/eks-pod-identity-agent`,
    },
  ]);
});

const operation = 'get daemonsets/eks-pod-identity-agent';
const denied = { kind: 'denied', operation, message: '403: no' } as const;
const invalid = {
  kind: 'invalid',
  operation,
  message: 'the answer has not the form of daemonsets/eks-pod-identity-agent',
};

test.each<readonly [string, ApiResult, unknown]>([
  [
    'its counts',
    { ok: true, body: { status: { desiredNumberScheduled: 3, numberReady: 1, numberMisscheduled: 0 } } },
    complete({ desired: 3, ready: 1 }),
  ],
  ['that there is none', { ok: false, reason: { kind: 'not-found', operation, message: '404' } }, complete(undefined)],
  ['a refusal', { ok: false, reason: denied }, unavailable(denied)],
  ['no status', { ok: true, body: { kind: 'DaemonSet' } }, { status: 'unavailable', reason: invalid }],
  [
    'counts that are none',
    { ok: true, body: { status: { desiredNumberScheduled: -1, numberReady: 'x' } } },
    { status: 'unavailable', reason: invalid },
  ],
])('is read from %s', async (_title, answer, expected) => {
  expect((await ask([asking('a')], answer)).read).toEqual(expected);
});
