import { expect, test } from '@jest/globals';
import { complete } from '../../lib/model/collected.ts';
import type { Pod } from '../../lib/model/kubernetes.ts';
import { aContainer, aPod, aServiceAccount } from '../support/example-cluster.ts';
import { aRole } from '../support/example-world.ts';
import { account, aWhyWorld, pod, wholeChainOf } from './why-worlds.ts';

/** A pod with Pod Identity asks the agent of its own node: what another node lacks is no cause of its own. */

const identity: Partial<Pod> = {
  containers: [aContainer({ awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI'], irsaEnvironment: {}, mounts: {} })],
  volumes: [{ name: 'eks-pod-identity-token', audience: 'pods.eks.amazonaws.com', path: 'token' }],
};
const agentOn = (node: string, ready: boolean): Pod =>
  aPod({
    namespace: 'kube-system',
    name: `eks-pod-identity-agent-${node}`,
    serviceAccount: 'eks-pod-identity-agent',
    owner: { kind: 'DaemonSet', name: 'eks-pod-identity-agent' },
    isPodIdentityAgent: true,
    containers: [aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} })],
    volumes: [],
    ...{ node, ready },
  });
const other = 'arn:aws:iam::111122223333:role/other';
const trustPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: ['sts:AssumeRole', 'sts:TagSession'] },
  ],
});
const world = (node: string) =>
  aWhyWorld({
    roles: complete([aRole({ name: 'other', arn: other, trustPolicy })]),
    inside: {
      serviceAccounts: complete([aServiceAccount({ annotations: {} })]),
      pods: complete([
        aPod({ ...identity, node }),
        aPod({ ...identity, name: 'ship-1', serviceAccount: 'ship', node: 'bad' }),
        agentOn('good', true),
        agentOn('bad', false),
      ]),
      podIdentityAgent: complete({ desired: 2, ready: 1 }),
    },
    cluster: {
      podIdentity: complete([{ id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', roleArn: other }]),
      addons: complete([{ name: 'eks-pod-identity-agent' }]),
    },
  });

test.each([
  ['a pod', pod],
  ['a service account', account],
])('%s on a node whose agent is not ready', (_title, target) => {
  const { cause } = wholeChainOf(world('bad'), target);
  expect(cause).toMatchObject({ ruleId: 'pod-identity-agent-missing', messageId: 'notBeside' });
});

test.each([
  ['a pod', pod],
  ['a service account', account],
])('%s on a node whose agent is ready, while another node has none', (_title, target) => {
  const { verdict, cause, also } = wholeChainOf(world('good'), target);
  expect([verdict === 'cause', cause, also.map(({ ruleId }) => ruleId)]).toEqual([false, undefined, []]);
});
