import { describe, expect, test } from '@jest/globals';
import type { Addon, ClusterSnapshot } from '../../../lib/model/cluster.ts';
import { type Collected, complete, unavailable, withGaps } from '../../../lib/model/collected.ts';
import type { KubernetesFacts, Pod } from '../../../lib/model/kubernetes.ts';
import { podIdentityAgentMissing } from '../../../lib/rules/pod-identity/pod-identity-agent-missing.ts';
import { aPod, aReadCluster } from '../../support/example-cluster.ts';
import { bare, gap, judge, modern, older, uri } from './worlds.ts';

/** Severity and message, or the kind of an unknown. */
type Expected = 'pass' | 'unread' | `${'high' | 'medium'} ${string}`;

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

  const deny = { kind: 'denied', operation: 'get daemonsets/eks-pod-identity-agent', message: '403' } as const;
  const on = (node: string, over: Partial<Pod> = {}) => modern({ name: `web-${node}`, node, ...over });
  const agentOn = (node: string, ready: boolean | undefined) =>
    agentPod({ name: `agent-${node}`, node, isPodIdentityAgent: true, ...(ready === undefined ? {} : { ready }) });
  const addon = (status: string, health?: string): Addon => ({
    name: 'eks-pod-identity-agent',
    detail: { status, hasPodIdentity: false, configuresServiceAccount: false, ...(health ? { health } : {}) },
  });
  const active = [addon('ACTIVE')];
  const counts = (desired: number, ready: number) => complete({ desired, ready });

  test.each<readonly [string, readonly Pod[], readonly Addon[], KubernetesFacts['podIdentityAgent'], Expected]>([
    ['is ready on the node', [on('a'), agentOn('a', true)], active, undefined, 'pass'],
    ['is ready on the node, whatever EKS says', [on('a'), agentOn('a', true)], [addon('DEGRADED')], undefined, 'pass'],
    ['is ready on another node', [on('a'), agentOn('b', true)], active, counts(2, 2), 'high notBeside'],
    [
      'is there and not ready',
      [on('a'), agentOn('a', false), agentOn('b', true)],
      active,
      counts(2, 1),
      'high notBeside',
    ],
    ['is ready nowhere', [on('a'), agentOn('a', false)], [addon('DEGRADED')], counts(3, 0), 'high notReady'],
    ['selects no node', [on('a')], active, counts(0, 0), 'high noNode'],
    [
      'could not be installed',
      [on('a')],
      [addon('CREATE_FAILED', 'AccessDenied: no')],
      complete(undefined),
      'high gone',
    ],
    ['was deleted in the cluster', [modern()], active, complete(undefined), 'high gone'],
    ['is ready on some nodes that are not known', [modern()], active, counts(3, 2), 'medium notReady'],
    ['is ready by its counts, and not by EKS', [modern()], [addon('DEGRADED')], counts(3, 3), 'medium addon'],
    ['is ready by its counts', [on('a')], active, counts(3, 3), 'pass'],
    ['has pods whose state is not told, and counts', [on('a'), agentOn('a', undefined)], active, counts(1, 1), 'pass'],
    ['has pods whose state is not told', [on('a'), agentOn('a', undefined)], active, complete(undefined), 'unread'],
    ['may not be looked at', [on('a')], active, unavailable(deny), 'unread'],
    ['may not be looked at, and is not there', [on('a')], [], unavailable(deny), 'high missing'],
    [
      'is only named alike',
      [on('a'), agentPod({ name: 'pod-identity-agent-ui', node: 'a', ready: true })],
      [],
      undefined,
      'high missing',
    ],
    [
      'is elsewhere than a pod on Fargate',
      [on('a', { onFargate: true }), agentOn('b', true)],
      active,
      undefined,
      'pass',
    ],
  ])('%s', (_title, pods, addons, podIdentityAgent, expected) => {
    const { findings, undecided } = judge(
      podIdentityAgentMissing,
      { pods: complete(pods), ...(podIdentityAgent && { podIdentityAgent }) },
      { addons: complete(addons) },
    );
    const told = [
      ...findings.map(({ severity, messageId }) => `${severity} ${messageId}`),
      ...undecided.map(({ kind }) => kind),
    ];
    expect(told).toEqual(expected === 'pass' ? [] : [expected]);
    if (expected === 'unread')
      expect(undecided[0]?.missing).toMatch(
        podIdentityAgent?.status === 'unavailable' ? /get daemonsets\/eks-pod-identity-agent: 403/ : /ready/,
      );
  });

  test('tells the pods, the nodes, and what EKS says', () => {
    const { findings } = judge(
      podIdentityAgentMissing,
      { pods: complete([on('a'), on('b'), agentOn('b', true)]), podIdentityAgent: counts(2, 1) },
      { addons: complete([addon('DEGRADED', 'InsufficientNumberOfReplicas: 1 of 2')]) },
    );
    expect(findings[0]?.message).toContain('is ready on a of cluster shop');
    expect(JSON.stringify(findings[0]?.evidence)).toContain('web-a');
    expect(JSON.stringify(findings[0]?.evidence)).not.toContain('web-b');
    expect(JSON.stringify(findings[0]?.evidence)).toContain('DEGRADED: InsufficientNumberOfReplicas: 1 of 2');
    expect(findings[0]?.fix.summary).toContain('kubectl --namespace kube-system describe daemonset');
  });

  test('is missing though another add-on could not be described', () => {
    const addons = withGaps([{ name: 'vpc-cni' }], [gap('eks:DescribeAddon')]);
    expect(of(complete([modern()]), addons).findings).toHaveLength(1);
  });
});
