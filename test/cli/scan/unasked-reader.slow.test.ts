import { describe, expect, test } from '@jest/globals';
import type { ClusterReader } from '../../../lib/audit/ports.ts';
import { clusterReaderOf, type InClusterOptions, unaskedReader } from '../../../lib/cli/scan/cluster-access.ts';
import { type ClusterInside, unreadInside } from '../../../lib/model/cluster.ts';
import { complete, type ReadFailure, unavailable } from '../../../lib/model/collected.ts';
import { nameOfUnread, type SectionId, type Unread } from '../../../lib/model/unread.ts';
import { aReadCluster } from '../../support/example-cluster.ts';

const denied: ReadFailure = { kind: 'denied', operation: 'list pods', permission: 'list pods', message: '403' };
const { cluster, kubernetes } = aReadCluster();
const inside: ClusterInside = { kubernetes, podIdentity: complete([]), addons: complete([]) };
const answering = (answer: ClusterInside | Error): ClusterReader => ({
  read: async () => {
    if (answer instanceof Error) throw answer;
    return answer;
  },
});

const readWith = async (first: ClusterInside | Error, fallback?: ClusterInside, asked: readonly SectionId[] = []) => {
  const told: Unread[] = [];
  const other = fallback === undefined ? undefined : answering(fallback);
  const reader = unaskedReader(answering(first), async () => other, { tell: gap => told.push(gap), asked });
  const read = await reader.read({ accountId: cluster.accountId, regions: ['eu-west-1'] }, cluster);
  return { read, told: told.map(gap => `${gap.clusterName} ${nameOfUnread(gap)} ${gap.reason.kind}`) };
};

describe('the inside of a cluster that nobody asked for by name', () => {
  test('is read as it is where that works', async () => {
    expect(await readWith(inside)).toEqual({ read: inside, told: [] });
  });

  test('is not asked for where it is refused, and every refusal is told with its true kind', async () => {
    const { read, told } = await readWith(unreadInside(denied));
    const unasked = unavailable({ kind: 'not-asked-for', operation: 'list pods', message: '403' });
    expect(read).toEqual({ kubernetes: unasked, podIdentity: unasked, addons: unasked });
    expect(told).toEqual([
      'shop Kubernetes resources denied',
      'shop Pod Identity associations denied',
      'shop EKS add-ons denied',
    ]);
  });

  test('keeps what was read of it where one part is refused', async () => {
    if (kubernetes.status === 'unavailable') throw new Error('the example is read');
    const { read, told } = await readWith({
      ...inside,
      kubernetes: complete({
        ...kubernetes.value,
        pods: unavailable(denied),
        namespaces: { status: 'partial', value: [], gaps: [{ what: 'page 2', reason: denied }] },
      }),
    });
    expect(told).toEqual(['shop namespaces: page 2 denied', 'shop pods denied']);
    expect(read.kubernetes).toMatchObject({
      status: 'complete',
      value: {
        serviceAccounts: kubernetes.value.serviceAccounts,
        pods: { status: 'unavailable', reason: { kind: 'not-asked-for' } },
        namespaces: { status: 'partial', gaps: [{ what: 'page 2', reason: { kind: 'not-asked-for' } }] },
      },
    });
  });

  test('keeps the roles of a ConfigMap and the authorities, and tells what was refused of them', async () => {
    if (kubernetes.status === 'unavailable') throw new Error('the example is read');
    const withRoles = (configuredRoles: ReturnType<typeof unavailable<never>> | ReturnType<typeof complete<[]>>) =>
      complete({ ...kubernetes.value, configuredRoles });
    const whole: ClusterInside = { ...inside, kubernetes: withRoles(complete([])), authorities: complete([]) };
    expect(await readWith(whole)).toEqual({ read: whole, told: [] });
    const refused = await readWith({
      ...whole,
      kubernetes: withRoles(unavailable(denied)),
      authorities: unavailable(denied),
    });
    expect(refused.told).toEqual(['shop ConfigMap of the webhook denied', 'shop certificate authorities denied']);
    expect(refused.read).toMatchObject({
      kubernetes: { value: { configuredRoles: { status: 'unavailable', reason: { kind: 'not-asked-for' } } } },
      authorities: { status: 'unavailable', reason: { kind: 'not-asked-for' } },
    });
  });

  test('has each of its parts as it is, or told and not asked for where it is refused: whichever part there is', async () => {
    if (kubernetes.status === 'unavailable') throw new Error('the example is read');
    const [beside, ofCluster] = [
      ['podIdentity', 'addons', 'authorities', 'nodes', 'network', 'accessEntries'],
      [
        ...['version', 'namespaces', 'serviceAccounts', 'pods', 'webhook', 'configuredRoles', 'controllerRoles'],
        ...['podNetwork', 'rbac', 'awsAuth', 'workloads', 'issuer'],
      ],
    ];
    const all = (names: readonly string[], section: unknown) =>
      Object.fromEntries(names.map(name => [name, section])) as never;
    const withEach = (section: unknown): ClusterInside => ({
      ...(all(beside, section) as ClusterInside),
      kubernetes: complete(all(ofCluster, section)),
    });
    expect(await readWith(withEach(complete([])))).toEqual({ read: withEach(complete([])), told: [] });
    const { read, told } = await readWith(withEach(unavailable(denied)));
    const unasked = unavailable({ kind: 'not-asked-for', operation: 'list pods', message: '403' });
    expect(read).toEqual(withEach(unasked));
    expect(told).toEqual(
      [
        ...['version', 'namespaces', 'service accounts', 'pods', 'webhook configuration', 'ConfigMap of the webhook'],
        ...[
          'roles that controllers are told to assume',
          'network policies of pods',
          'roles and bindings',
          'ConfigMap aws-auth',
        ],
        ...['workloads', 'issuer of the API server', 'Pod Identity associations', 'EKS add-ons'],
        ...['certificate authorities', 'metadata options of nodes', 'network of the nodes', 'EKS access entries'],
      ].map(part => `shop ${part} denied`),
    );
  });

  test('is read by the current context where EKS access gets nothing', async () => {
    const { read, told } = await readWith({ ...inside, kubernetes: unavailable(denied) }, inside);
    expect([read, told]).toEqual([inside, []]);
  });

  test('is told as the first reader says it where neither gets anything, and a reader that throws stops nothing', async () => {
    const timedOut = { ...denied, kind: 'timed-out' as const };
    expect((await readWith(unreadInside(denied), unreadInside(timedOut))).told[0]).toBe(
      'shop Kubernetes resources denied',
    );
    expect((await readWith(new Error('socket hang up'))).told[0]).toMatch(/^shop Kubernetes resources /);
  });
});

describe('EKS access', () => {
  const made = async (options: InClusterOptions, configured: object = {}): Promise<readonly unknown[]> => {
    const asked: object[] = [];
    const reader = await clusterReaderOf(options, {
      ...{ clients: {} as never, io: { env: {}, cwd: '/', now: () => '2026-11-01T06:00:00.000Z' } as never },
      ...{ isConfigured: false, isRbacConfigured: false, notReached: () => undefined, ...configured },
      byEksAccess: ({ clients: _, now, ...rest }) => {
        asked.push({ ...rest, now: now() });
        return answering(inside);
      },
    });
    return reader === undefined ? ['none'] : asked;
  };
  const now = Date.parse('2026-11-01T06:00:00.000Z');
  const nothing = { network: undefined, workloads: undefined, rbac: false, now };

  test.each<readonly [InClusterOptions, object, readonly unknown[]]>([
    [{}, {}, [{ ...nothing, reachWithinMs: 5000 }]],
    [{ network: true, workloads: true }, {}, [{ ...nothing, network: true, workloads: true, reachWithinMs: 5000 }]],
    [{ inCluster: true }, {}, [nothing]],
    [
      { inCluster: true, rbac: true, network: true, workloads: true },
      {},
      [{ network: true, workloads: true, rbac: true, now }],
    ],
    [{}, { isConfigured: true }, [nothing]],
    [{}, { isConfigured: true, isRbacConfigured: true }, [{ ...nothing, rbac: true }]],
    [{ rbac: false }, { isRbacConfigured: true }, [{ ...nothing, reachWithinMs: 5000 }]],
    [{ inCluster: false }, { isConfigured: true }, ['none']],
  ])(
    '%j with %j: only a cluster that nobody asked for must answer within five seconds',
    async (options, config, wanted) => {
      expect(await made(options, config)).toEqual(wanted);
    },
  );
});
