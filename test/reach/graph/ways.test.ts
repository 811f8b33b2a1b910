import { describe, expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import type { KubernetesFacts } from '../../../lib/model/kubernetes.ts';
import { pathsFrom, pathsTo } from '../../../lib/reach/graph/paths.ts';
import { groupNode, principalNode, rightsNode } from '../../../lib/reach/node/ids.ts';
import { aPod } from '../../support/example-cluster.ts';
import { aCluster, aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import { type Bound, rbacWith, reachCluster, reachFacts } from '../../support/reach-world.ts';
import { reachOf } from '../../support/whole/reach-of.ts';

const { arn } = aCluster();
const role = aRole().arn;
const devs = groupNode(arn, 'devs').id;

/** How the group gets to the role: the ways that are no mere inclusion; `?` where it is open. */
const wayOf = (bound: readonly Bound[], over: Partial<KubernetesFacts> = {}, facts = {}) => {
  const path = pathsFrom(reachOf([reachFacts(bound, over, facts)]), devs).get(role);
  if (path === undefined) return 'no way';
  const ways = path.steps.map(({ way }) => way).filter(way => way !== 'includes');
  return `${path.isCertain ? '' : '? '}${ways.join(' ')}`;
};
const of = (rules: readonly string[], namespace: string | undefined = 'checkout'): Bound[] => [
  { who: 'group:devs', rules, ...(namespace === '' ? {} : { in: namespace }) },
];

describe('rights in the namespace of a service account with a role', () => {
  test.each<[string, readonly string[], string]>([
    ['a token', ['create serviceaccounts/token'], 'create-token assume'],
    ['a token of it alone', ['create serviceaccounts/token:cart'], 'create-token assume'],
    ['a token of another one', ['create serviceaccounts/token:db'], 'no way'],
    ['tokens are not service accounts', ['create serviceaccounts'], 'no way'],
    ['pods', ['create pods'], 'create-pod assume'],
    ['pods of a name', ['create pods:cart'], 'no way'],
    ['pods of a name, by server-side apply', ['create,patch pods:cart'], 'create-pod assume'],
    ['a Deployment', ['create apps|deployments'], 'create-workload assume'],
    ['a CronJob', ['create batch|cronjobs'], 'create-workload assume'],
    ['of the wrong group', ['create batch|deployments'], 'no way'],
    ['a Deployment that runs', ['patch apps|deployments'], 'change-workload assume'],
    ['by its name', ['update apps|deployments:cart'], 'change-workload assume'],
    ['by a name that does not run', ['update apps|deployments:db'], '? change-workload assume'],
    ['a kind that does not run', ['patch apps|daemonsets'], '? change-workload assume'],
    ['a Job cannot be changed', ['patch batch|jobs'], 'no way'],
    ['the image of a pod', ['patch pods'], 'change-pod assume'],
    ['the image of a pod by its name', ['patch pods:cart-7d9f6c5b8-x2x4z'], 'change-pod assume'],
    ['the status of a pod', ['patch pods/status'], 'no way'],
    ['exec', ['create pods/exec'], 'exec assume'],
    ['exec by get', ['get pods/exec'], 'exec assume'],
    ['exec in another pod', ['create pods/exec:db-0'], 'no way'],
    ['exec by everything that is read', ['get *'], 'exec assume'],
    ['logs', ['get pods/log'], 'no way'],
    ['attach', ['create pods/attach'], '? exec assume'],
    ['an ephemeral container', ['patch pods/ephemeralcontainers'], 'ephemeral-container assume'],
    ['impersonation gives no token for STS', ['impersonate serviceaccounts'], 'no way'],
    ['secrets give no token for STS', ['create,get secrets'], 'no way'],
    ['annotations alone', ['patch serviceaccounts'], 'no way'],
    ['nothing', ['get,list,watch pods'], 'no way'],
    ['everything in the namespace', ['* *|*'], 'create-token assume'],
  ])('%s', (_title, rules, wanted) => {
    expect(wayOf(of(rules))).toBe(wanted);
  });

  test('rights of another namespace give nothing', () => {
    expect(wayOf(of(['* *|*'], 'ci'))).toBe('? create-token node assume');
  });

  test.each([
    ['v1.34.9', 'exec assume'],
    ['v1.35.0-eks-1', 'no way'],
    ['v1.36.1', 'no way'],
  ])('get alone, Kubernetes %s', (version, wanted) => {
    expect(wayOf(of(['get pods/exec']), { version: complete(version) })).toBe(wanted);
    expect(wayOf(of(['create pods/exec']), { version: complete(version) })).toBe('exec assume');
  });

  test('a pod without a token for STS gives no role, and one with the annotation does after its restart', () => {
    const pods = complete([aPod({ containers: [], volumes: [] })]);
    expect(wayOf(of(['create pods/exec']), { pods })).toBe('no way');
    expect(wayOf(of(['create pods/exec', 'patch serviceaccounts']), { pods })).toBe('? annotate assume');
    expect(wayOf(of(['create pods/exec', 'patch serviceaccounts:cart', 'delete pods']), { pods })).toBe(
      'annotate assume',
    );
  });

  test('a pod by its association gives the role of EKS Pod Identity', () => {
    const container = {
      name: 'app',
      init: false,
      awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI'],
      irsaEnvironment: {},
      hasEnvFrom: false,
      mounts: {},
    };
    const pods = complete([aPod({ containers: [container], volumes: [] })]);
    const cluster = reachCluster(rbacWith(of(['get pods/exec'])), { pods });
    const podIdentity = complete([
      { id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', roleArn: 'arn:aws:iam::111122223333:role/own' },
    ]);
    const graph = reachOf([someFacts({ clusters: complete([{ ...cluster, podIdentity }]) })]);
    expect(pathsFrom(graph, devs).get('arn:aws:iam::111122223333:role/own')?.steps.at(-1)?.way).toBe('pod-identity');
  });

  test('a service account that a role names and nobody made', () => {
    const ghost = aRole({
      name: 'ghost',
      trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:checkout:ghost' }),
    });
    const to = (rules: readonly string[]) =>
      pathsFrom(reachOf([reachFacts(of(rules), {}, { roles: complete([ghost]) })]), devs).get(ghost.arn)?.steps[0]?.way;
    expect([
      to(['create pods']),
      to(['create serviceaccounts']),
      to(['create serviceaccounts', 'create pods']),
    ]).toEqual([undefined, undefined, 'create-account']);
  });
});

describe('rights of the whole cluster', () => {
  test.each<[string, readonly string[], string]>([
    ['pods anywhere', ['create pods'], 'create-pod assume'],
    ['nodes/proxy', ['get nodes/proxy'], 'node-proxy assume'],
    ['nodes/proxy of one node', ['get nodes/proxy:ip-10-0-0-1'], '? node-proxy assume'],
    ['nodes', ['get nodes'], 'no way'],
    ['a mutating webhook', ['create admissionregistration.k8s.io|mutatingwebhookconfigurations'], 'webhook assume'],
    ['a mutating policy', ['create admissionregistration.k8s.io|mutatingadmissionpolicies'], '? webhook assume'],
    [
      'that of IRSA',
      ['patch admissionregistration.k8s.io|mutatingwebhookconfigurations:pod-identity-webhook'],
      '? webhook assume',
    ],
    [
      'bind',
      ['create rbac.authorization.k8s.io|clusterrolebindings', 'bind rbac.authorization.k8s.io|clusterroles'],
      'bind assume',
    ],
    [
      'bind in every namespace',
      ['create rbac.authorization.k8s.io|rolebindings', 'bind rbac.authorization.k8s.io|clusterroles'],
      'bind assume',
    ],
    [
      'a new role in every namespace, and its binding',
      ['create rbac.authorization.k8s.io|rolebindings', 'create,escalate,bind rbac.authorization.k8s.io|roles'],
      'bind assume',
    ],
    [
      'a new role without bind',
      ['create rbac.authorization.k8s.io|rolebindings', 'create,escalate rbac.authorization.k8s.io|roles'],
      'no way',
    ],
    ['bind without bindings', ['bind rbac.authorization.k8s.io|clusterroles'], 'no way'],
    ['bindings without bind', ['create rbac.authorization.k8s.io|clusterrolebindings'], 'no way'],
    ['escalate', ['escalate,patch rbac.authorization.k8s.io|clusterroles'], 'escalate assume'],
    ['escalate another role', ['escalate,patch rbac.authorization.k8s.io|clusterroles:view'], 'no way'],
    ['escalate its own role', ['escalate,patch rbac.authorization.k8s.io|clusterroles:role-0'], 'escalate assume'],
    ['the masters', ['impersonate groups:system:masters', 'impersonate users'], 'impersonate administrator assume'],
    ['the masters as nobody', ['impersonate groups:system:masters'], 'no way'],
    ['everything', ['* *|*'], 'create-token assume'],
  ])('%s', (_title, rules, wanted) => {
    expect(wayOf(of(rules, ''))).toBe(wanted);
  });

  test('bind of one role gives what that role may do', () => {
    const bind = [
      'create rbac.authorization.k8s.io|clusterrolebindings',
      'bind rbac.authorization.k8s.io|clusterroles:deployer',
    ];
    const deployer = (rules: readonly string[]): Bound => ({ who: 'user:nobody', in: 'ci', rules, role: 'deployer' });
    expect(wayOf([...of(bind, ''), deployer(['create pods'])])).toBe('bind create-pod assume');
    expect(wayOf([...of(bind, ''), deployer(['get pods'])])).toBe('no way');
    const inNamespaces = bind.map(rule => rule.replace('clusterrolebindings', 'rolebindings'));
    expect(wayOf([...of(inNamespaces, ''), deployer(['create pods'])])).toBe('bind create-pod assume');
    expect(wayOf([...of(inNamespaces, ''), deployer(['get pods'])])).toBe('no way');
  });
});

describe('over several', () => {
  test('exec in a pod whose service account may create pods', () => {
    const bound: Bound[] = [
      ...of(['get pods/exec'], 'ci'),
      { who: 'sa:ci/runner', rules: ['create apps|deployments'] },
    ];
    expect(wayOf(bound)).toBe('exec token create-workload assume');
  });

  test('impersonation of a service account that may create tokens', () => {
    const bound: Bound[] = [
      ...of(['impersonate serviceaccounts:runner'], 'ci'),
      { who: 'sa:ci/runner', in: 'checkout', rules: ['create serviceaccounts/token'] },
    ];
    expect(wayOf(bound)).toBe('impersonate create-token assume');
  });

  test('everyone of a group of the API server', () => {
    const graph = reachOf([
      reachFacts([{ who: 'group:system:serviceaccounts', in: 'checkout', rules: ['create pods'] }]),
    ]);
    expect(pathsFrom(graph, rightsNode(arn, 'ci', 'runner').id).get(role)?.steps[0]?.way).toBe('member');
    expect(pathsTo(graph, [role]).has(groupNode(arn, 'system:serviceaccounts').id)).toBe(true);
  });

  test('a node that pods take over, unless pod security forbids it', () => {
    const forbidden = (level: string) => [
      { name: 'ci', labels: { 'pod-security.kubernetes.io/enforce': level }, terminating: false },
    ];
    expect(wayOf(of(['create pods'], 'ci'))).toBe('? create-pod node assume');
    expect(wayOf(of(['create pods'], 'ci'), { namespaces: complete(forbidden('baseline')) })).toBe('no way');
    expect(wayOf(of(['create pods'], 'ci'), { namespaces: complete(forbidden('privileged')) })).toBe(
      '? create-pod node assume',
    );
  });
});

describe('IAM principals', () => {
  const principalArn = 'arn:aws:iam::111122223333:role/dev';
  const entry = { principalArn, type: 'STANDARD', username: principalArn, groups: [] as string[], policies: [] };
  const policy = (name: string, namespaces?: readonly string[]) => ({
    arn: `arn:aws:eks::aws:cluster-access-policy/${name}`,
    ...(namespaces && { namespaces }),
  });
  const pathOf = (
    over: Partial<Parameters<typeof reachCluster>[2] extends readonly (infer E)[] | undefined ? E : never>,
    bound: Bound[] = [],
  ) => {
    const graph = reachOf([
      someFacts({ clusters: complete([reachCluster(rbacWith(bound), {}, [{ ...entry, ...over }])]) }),
    ]);
    const path = pathsFrom(graph, principalNode(arn, principalArn, false).id).get(role);
    return path?.isCertain
      ? path.steps
          .map(({ way }) => way)
          .filter(way => way !== 'includes')
          .join(' ')
      : 'no certain way';
  };

  test.each([
    ['edits everywhere', [policy('AmazonEKSEditPolicy')], 'create-pod assume'],
    ['edits its namespace', [policy('AmazonEKSEditPolicy', ['checkout'])], 'create-pod assume'],
    ['edits namespaces of a pattern', [policy('AmazonEKSAdminPolicy', ['check*'])], 'create-pod assume'],
    ['edits another namespace', [policy('AmazonEKSEditPolicy', ['ci'])], 'no certain way'],
    ['is its administrator', [policy('AmazonEKSClusterAdminPolicy')], 'create-token assume'],
    ['views', [policy('AmazonEKSViewPolicy')], 'no certain way'],
    ['views everything, exec too', [policy('AmazonEKSAdminViewPolicy')], 'exec assume'],
  ])('one that %s', (_title, policies, wanted) => {
    expect(pathOf({ policies })).toBe(wanted);
  });

  test('by its group', () => {
    expect(pathOf({ groups: ['devs'] }, of(['create pods']))).toBe('mapped create-pod assume');
    expect(pathOf({ groups: ['system:masters'] })).toBe('mapped administrator assume');
  });

  test('a policy whose rules are not documented is told', () => {
    const graph = reachOf([
      someFacts({
        clusters: complete([reachCluster(rbacWith([]), {}, [{ ...entry, policies: [policy('AmazonEKSNewPolicy')] }])]),
      }),
    ]);
    expect(graph.missing.map(({ why }) => why)).toContainEqual(expect.stringContaining('AmazonEKSNewPolicy'));
  });
});

describe('what was not read', () => {
  test('is said, and is not the same as no way', () => {
    const graph = reachOf([someFacts({ clusters: complete([reachCluster(undefined)]) })]);
    expect(graph.missing.find(({ why }) => why.startsWith('roles and bindings'))).toMatchObject({
      clusterArn: arn,
      isAsked: false,
    });
    expect(reachOf([reachFacts([])]).missing).toEqual([]);
  });
});
