import { describe, expect, test } from '@jest/globals';
import type { Addon, ClusterSnapshot } from '../../../lib/model/cluster.ts';
import { type Collected, complete, withGaps } from '../../../lib/model/collected.ts';
import type { Pod } from '../../../lib/model/kubernetes.ts';
import { podIdentityAgentMissing } from '../../../lib/rules/pod-identity/pod-identity-agent-missing.ts';
import { aPod, aReadCluster } from '../../support/example-cluster.ts';
import { bare, gap, judge, modern, older, uri } from './worlds.ts';

describe('the agent of Pod Identity', () => {
  const of = (
    pods: Collected<readonly Pod[]>,
    addons: Collected<readonly Addon[]> = complete([{ name: 'coredns' }]),
    over: Partial<ClusterSnapshot> = {},
  ) => judge(podIdentityAgentMissing, { pods }, { addons, ...over });
  const agentPod = (over: Partial<Pod>): Pod =>
    aPod({ namespace: 'kube-system', containers: [bare()], volumes: [], ...over });

  test.each<readonly [string, () => ReturnType<typeof of>]>([
    ['is an add-on', () => of(complete([modern()]), complete([{ name: 'eks-pod-identity-agent' }]))],
    [
      'is a DaemonSet',
      () =>
        of(complete([modern(), agentPod({ name: 'a', owner: { kind: 'DaemonSet', name: 'eks-pod-identity-agent' } })])),
    ],
    [
      'is a DaemonSet of another name',
      () =>
        of(
          complete([
            modern(),
            agentPod({
              name: 'a',
              owner: { kind: 'DaemonSet', name: 'agent' },
              containers: [bare({ name: 'eks-pod-identity-agent' })],
            }),
          ]),
        ),
    ],
    [
      'is a DaemonSet whose names say nothing, by its label or image',
      () =>
        of(
          complete([
            modern(),
            agentPod({ name: 'pia-x', owner: { kind: 'DaemonSet', name: 'pia' }, isPodIdentityAgent: true }),
          ]),
        ),
    ],
    [
      'is built into EKS Auto Mode',
      () => of(complete([modern()]), complete([]), { cluster: { ...aReadCluster().cluster, autoMode: true } }),
    ],
    ['is asked by no pod', () => of(complete([older()]))],
    [
      'is asked by pods that have a role by web identity first',
      () => of(complete([modern({ containers: [bare({ awsVariables: [uri, 'AWS_ROLE_ARN'] })] })])),
    ],
    [
      'is not what a server of credentials in the pod is',
      () =>
        of(
          complete([
            modern({
              volumes: [],
              containers: [bare({ awsVariables: [uri], irsaEnvironment: { [uri]: 'http://127.0.0.1:9911/role' } })],
            }),
          ]),
        ),
    ],
    [
      'cannot run on Fargate or Windows',
      () => of(complete([modern({ onFargate: true }), modern({ isWindows: true })])),
    ],
  ])('%s: nothing is reported and nothing is open', (_title, judged) => {
    const { findings, undecided } = judged();
    expect(findings).toEqual([]);
    expect(undecided).toEqual([]);
  });

  test.each<readonly [string, Pod]>([
    ['its volume', modern()],
    [
      'its address',
      modern({
        volumes: [],
        containers: [bare({ awsVariables: [uri], irsaEnvironment: { [uri]: 'http://169.254.170.23/v1/credentials' } })],
      }),
    ],
    [
      'its address by IPv6',
      modern({
        volumes: [],
        containers: [bare({ awsVariables: [uri], irsaEnvironment: { [uri]: 'http://[fd00:ec2::23]/v1/credentials' } })],
      }),
    ],
  ])('is missing where a pod has %s', (_title, pod) => {
    const { findings } = of(complete([pod]));
    expect(findings).toMatchObject([{ severity: 'high', impact: 'breaks', clusterName: 'shop' }]);
    expect(findings[0]?.fix.commands[0]).toContain(
      'aws eks create-addon --cluster-name shop --region eu-west-1 --addon-name eks-pod-identity-agent',
    );
  });

  test('is unknown where add-ons or pods were read in part', () => {
    for (const { findings, undecided } of [
      of(complete([modern()]), withGaps([], [gap('eks:ListAddons')])),
      of(withGaps([modern()], [gap('list pods')])),
    ]) {
      expect(findings).toEqual([]);
      expect(undecided).toMatchObject([{ kind: 'unread' }]);
    }
  });

  test('is missing though another add-on could not be described', () => {
    const addons = withGaps([{ name: 'vpc-cni' }], [gap('eks:DescribeAddon')]);
    expect(of(complete([modern()]), addons).findings).toHaveLength(1);
  });
});
