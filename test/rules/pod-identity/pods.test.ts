import { describe, expect, test } from '@jest/globals';
import type { Addon, ClusterSnapshot } from '../../../lib/model/cluster.ts';
import { type Collected, complete, withGaps } from '../../../lib/model/collected.ts';
import type { KubernetesFacts, Pod, ServiceAccount } from '../../../lib/model/kubernetes.ts';
import type { AnyRule } from '../../../lib/rules/define-rule.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { podIdentityAgentMissing } from '../../../lib/rules/pod-identity/pod-identity-agent-missing.ts';
import { podIdentityPodsWithout } from '../../../lib/rules/pod-identity/pod-identity-pods-without.ts';
import { podIdentityServiceAccountMissing } from '../../../lib/rules/pod-identity/pod-identity-service-account-missing.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import { anAssociation } from './example-association.ts';

const gap = (operation: string) => ({ what: 'page 2', reason: { kind: 'denied', operation, message: 'no' } as const });
const judge = (rule: AnyRule, inside: Partial<KubernetesFacts>, over: Partial<ClusterSnapshot> = {}) =>
  evaluate(
    someFacts({
      clusters: complete([
        aReadCluster(
          { serviceAccounts: complete([aServiceAccount({ annotations: {} })]), ...inside },
          { podIdentity: complete([anAssociation()]), ...over },
        ),
      ]),
    }),
    { rules: [rule] },
  );

const bare = (over: Partial<Parameters<typeof aContainer>[0]> = {}) =>
  aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {}, ...over });
const uri = 'AWS_CONTAINER_CREDENTIALS_FULL_URI';
const token = { name: 'eks-pod-identity-token', audience: 'pods.eks.amazonaws.com', path: 'eks-pod-identity-token' };
const modern = (over: Partial<Pod> = {}): Pod =>
  aPod({ containers: [bare({ awsVariables: [uri] })], volumes: [token], ...over });
/** Without any identity, and created before `anAssociation`. */
const older = (over: Partial<Pod> = {}): Pod =>
  aPod({ containers: [bare()], volumes: [], createdAt: '2026-01-20T08:00:00.000Z', ...over });

describe('pods of a Pod Identity association', () => {
  const of = (pods: readonly Pod[], inside: Partial<KubernetesFacts> = {}, over: Partial<ClusterSnapshot> = {}) =>
    judge(podIdentityPodsWithout, { pods: complete(pods), ...inside }, over);

  test.each<readonly [string, Pod]>([
    ['with Pod Identity', modern()],
    ['with Pod Identity of an association that was made again', modern({ createdAt: '2026-01-20T08:00:00.000Z' })],
    ['with the role of an annotation that was there before', older({ containers: [aContainer()] })],
    ['with keys of its own', older({ containers: [bare({ awsVariables: ['AWS_ACCESS_KEY_ID'] })] })],
    ['with the opt-out label', older({ labels: { 'eks.amazonaws.com/skip-pod-identity-webhook': '' } })],
    ['that is static', older({ isMirror: true })],
    ['of another service account', older({ serviceAccount: 'other' })],
    ['of another namespace', older({ namespace: 'orders' })],
    [
      'newer than the association, which the rules on the webhook judge',
      older({ createdAt: '2026-03-01T08:00:00.000Z' }),
    ],
    ['on Fargate with a role by IRSA', older({ onFargate: true, containers: [aContainer()] })],
  ])('%s is no finding', (_title, pod) => {
    const { findings, undecided } = of([pod]);
    expect(findings).toEqual([]);
    expect(undecided).toEqual([]);
  });

  test('of an annotated service account are left to the rules on pods', () => {
    const { findings } = of([older()], { serviceAccounts: complete([aServiceAccount()]) });
    expect(findings).toEqual([]);
  });

  test.each<readonly [string, Pod, string]>([
    ['older than the association', older(), 'older'],
    ['on Fargate', modern({ onFargate: true }), 'fargate'],
    ['on Windows', modern({ isWindows: true }), 'windows'],
    ['on Fargate and older', older({ onFargate: true }), 'fargate'],
  ])('%s: that is told', (_title, pod, messageId) => {
    expect(of([pod]).findings).toMatchObject([{ messageId, discriminator: 'Deployment/cart', namespace: 'checkout' }]);
  });

  test('are told by owner, and restarted', () => {
    const { findings } = of([older(), older({ name: 'b' }), older({ name: 'lone', owner: undefined as never })]);
    expect(findings.map(({ discriminator }) => discriminator).sort()).toEqual(['Deployment/cart', 'Pod/lone']);
    const restarted = findings.find(({ discriminator }) => discriminator === 'Deployment/cart');
    expect(restarted?.fix.commands[0]).toContain('rollout restart -- deployment/cart');
  });

  test('are unknown where times or pages were not read, beside what was', () => {
    const undated = of(
      [older(), older({ name: 'x', owner: { kind: 'Job', name: 'x' } })],
      {},
      {
        podIdentity: complete([{ id: 'a-1', namespace: 'checkout', serviceAccount: 'cart' }]),
      },
    );
    expect(undated.findings).toEqual([]);
    expect(undated.undecided).toMatchObject([{ kind: 'unread' }]);
    const partial = of([], { pods: withGaps([older()], [gap('list pods')]) });
    expect(partial.findings).toHaveLength(1);
    expect(partial.undecided).toMatchObject([{ kind: 'unread', missing: expect.stringContaining('list pods') }]);
  });
});

describe('the agent of Pod Identity', () => {
  const of = (
    pods: Collected<readonly Pod[]>,
    addons: Collected<readonly Addon[]> = complete([{ name: 'coredns' }]),
    over: Partial<ClusterSnapshot> = {},
  ) => judge(podIdentityAgentMissing, { pods }, { addons, ...over });
  const agentPod = (over: Partial<Pod>): Pod =>
    aPod({ namespace: 'kube-system', containers: [bare()], volumes: [], ...over });

  test.each<readonly [string, ReturnType<typeof of>]>([
    ['is an add-on', of(complete([modern()]), complete([{ name: 'eks-pod-identity-agent' }]))],
    [
      'is a DaemonSet',
      of(complete([modern(), agentPod({ name: 'a', owner: { kind: 'DaemonSet', name: 'eks-pod-identity-agent' } })])),
    ],
    [
      'is a DaemonSet of another name',
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
      of(
        complete([
          modern(),
          agentPod({ name: 'pia-x', owner: { kind: 'DaemonSet', name: 'pia' }, isPodIdentityAgent: true }),
        ]),
      ),
    ],
    [
      'is built into EKS Auto Mode',
      of(complete([modern()]), complete([]), { cluster: { ...aReadCluster().cluster, autoMode: true } }),
    ],
    ['is asked by no pod', of(complete([older()]))],
    [
      'is asked by pods that have a role by web identity first',
      of(complete([modern({ containers: [bare({ awsVariables: [uri, 'AWS_ROLE_ARN'] })] })])),
    ],
    [
      'is not what a server of credentials in the pod is',
      of(
        complete([
          modern({
            volumes: [],
            containers: [bare({ awsVariables: [uri], irsaEnvironment: { [uri]: 'http://127.0.0.1:9911/role' } })],
          }),
        ]),
      ),
    ],
    ['cannot run on Fargate or Windows', of(complete([modern({ onFargate: true }), modern({ isWindows: true })]))],
  ])('%s: nothing is reported and nothing is open', (_title, { findings, undecided }) => {
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

describe('the service account of a Pod Identity association', () => {
  const of = (
    accounts: Collected<readonly ServiceAccount[]>,
    createdAt: string | undefined = '2026-02-01T10:00:00.000Z',
  ) => {
    const { createdAt: _none, ...rest } = anAssociation({ serviceAccount: 'carts' });
    const association = { ...rest, ...(createdAt === '' ? {} : { createdAt }) };
    return judge(
      podIdentityServiceAccountMissing,
      { serviceAccounts: accounts },
      { podIdentity: complete([association]) },
    );
  };
  const account = (name: string, namespace = 'checkout') => aServiceAccount({ name, namespace, annotations: {} });

  test('exists, or may still come within a day', () => {
    expect(of(complete([account('carts')])).findings).toEqual([]);
    expect(of(complete([]), '2026-10-31T12:00:00.000Z').findings).toEqual([]);
    expect(of(complete([]), '2026-10-31T05:00:00.000Z').findings).toHaveLength(1);
  });

  test.each([
    ['another namespace', account('carts', 'orders'), 'missing'],
    ['a name like it', account('cart'), 'nearby'],
  ])('with %s alone it is missing', (_title, other, messageId) => {
    expect(of(complete([other])).findings).toMatchObject([{ messageId, severity: 'low', impact: 'hygiene' }]);
  });

  test('is unknown on a page that was not read, or where the time of the association was not', () => {
    for (const { findings, undecided } of [of(withGaps([], [gap('list serviceaccounts')])), of(complete([]), '')]) {
      expect(findings).toEqual([]);
      expect(undecided).toMatchObject([{ kind: 'unread' }]);
    }
  });
});
