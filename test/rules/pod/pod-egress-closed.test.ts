import { complete, notAskedFor } from '../../../lib/model/collected.ts';
import type { EgressPolicy, Pod, PodGroups } from '../../../lib/model/kubernetes.ts';
import type { ClusterNetwork, StsEndpoint } from '../../../lib/model/network.ts';
import { aContainer, aPod, aServiceAccount } from '../../support/example-cluster.ts';
import { aNetwork, anStsEndpoint, aPolicy, aPort, cniAgent } from '../../support/example-network.ts';
import { aProvider, aRole } from '../../support/example-world.ts';
import { worldOf } from '../../support/in-cluster-world.ts';
import { type Case, run } from './worlds.ts';

const podIdentity = aContainer({
  irsaEnvironment: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials' },
  mounts: {},
});
const selecting = (value: string): EgressPolicy =>
  aPolicy({ podSelector: { matchLabels: { app: value }, matchExpressions: [] } });
const closed = (pod: Partial<Pod>, policies: readonly EgressPolicy[], others: readonly Pod[] = [cniAgent]) =>
  worldOf({ pods: complete([aPod(pod), ...others]), podNetwork: complete({ policies, groups: [] }) });
const open = [aPort('UDP', 53), aPort('TCP', 443)];
const narrowed = (cidr: string, stsEndpoints: readonly StsEndpoint[] = []) =>
  worldOf(
    {
      pods: complete([aPod(), cniAgent]),
      podNetwork: complete({ policies: [aPolicy({ rules: [aPort('UDP', 53), aPort('TCP', 443, cidr)] })], groups: [] }),
    },
    {},
    { network: complete(aNetwork({ stsEndpoints })) },
  );
const failed = ['medium policies'];
const doubtful = ['unknown ambiguous'];

const policies: readonly Case[] = [
  ['a policy without rules closes both ways', closed({}, [aPolicy()]), failed],
  ['names and STS are open', closed({}, [aPolicy({ rules: open })]), []],
  [
    'rules of several policies add up',
    closed(
      {},
      open.map(rule => aPolicy({ rules: [rule] })),
    ),
    [],
  ],
  ['names alone are open', closed({}, [aPolicy({ rules: [aPort('UDP', 53)] })]), failed],
  ['STS alone is open', closed({}, [aPolicy({ rules: [aPort('TCP', 443)] })]), failed],
  [
    'port 53 of TCP is not that of names',
    closed({}, [aPolicy({ rules: [aPort('TCP', 53), aPort('TCP', 443)] })]),
    failed,
  ],
  [
    'a port alone is no range',
    closed({}, [
      aPolicy({ rules: [aPort('UDP', 53), { ...aPort('TCP', 80), ports: [{ protocol: 'TCP', from: 80 }] }] }),
    ]),
    failed,
  ],
  ['a rule for all ports to everywhere', closed({}, [aPolicy({ rules: [{ ports: [], peers: [] }] })]), []],
  [
    'a rule for all ports to pods alone leads to no STS',
    closed({}, [aPolicy({ rules: [{ ports: [], peers: [{ except: [] }] }] })]),
    failed,
  ],
  [
    'a range of ports and a named port count as open',
    closed({}, [
      aPolicy({
        rules: [
          { ports: [{ protocol: 'UDP' }], peers: [{ except: [] }] },
          { ports: [{ protocol: 'TCP', from: 400, to: 500 }], peers: [{ cidr: '0.0.0.0/0', except: [] }] },
        ],
      }),
    ]),
    [],
  ],
  [
    'the way to the agent of a pod with Pod Identity, whose account has no annotation',
    worldOf({
      serviceAccounts: complete([aServiceAccount({ annotations: {} })]),
      pods: complete([
        aPod({ containers: [{ ...podIdentity, awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI'] }], volumes: [] }),
        cniAgent,
      ]),
      podNetwork: complete({ policies: [aPolicy({ rules: open })], groups: [] }),
    }),
    failed,
  ],
  ['a block of public addresses may lack those of STS', narrowed('3.253.224.0/22'), doubtful],
  ['a block of private addresses, where no endpoint of STS is known', narrowed('10.0.0.0/8'), doubtful],
  ['the same with an endpoint of STS in the VPC', narrowed('10.0.0.0/8', [anStsEndpoint()]), []],
  ['a block of public addresses beside an endpoint', narrowed('3.253.224.0/22', [anStsEndpoint()]), doubtful],
  ['half of all addresses', narrowed('0.0.0.0/1'), []],
  ['a policy of other pods', closed({ labels: { app: 'cart' } }, [selecting('web')]), []],
  ['a policy that selects them by label', closed({ labels: { app: 'cart' } }, [selecting('cart')]), failed],
  ['a policy of another namespace', closed({}, [aPolicy({ namespace: 'web' })]), []],
  ['nothing is known to enforce it', closed({}, [aPolicy()], []), doubtful],
  ['pods on Fargate', closed({ onFargate: true }, [aPolicy()]), doubtful],
  ['a proxy', closed({ containers: [aContainer({ hasProxy: true })] }, [aPolicy()]), doubtful],
  [
    'variables from a source that is not read',
    closed({ containers: [aContainer({ hasEnvFrom: true })] }, [aPolicy()]),
    doubtful,
  ],
  ['a mesh', closed({ containers: [aContainer(), aContainer({ name: 'istio-proxy' })] }, [aPolicy()]), doubtful],
  ['the network of the host', closed({ hostNetwork: true }, [aPolicy()]), []],
  ['a pod without a role', closed({ containers: [aContainer({ irsaEnvironment: {} })] }, [aPolicy()]), []],
  ['the agent of Pod Identity', closed({ containers: [podIdentity] }, [aPolicy({ rules: open })]), failed],
  [
    'the agent is open by its address',
    closed({ containers: [podIdentity] }, [aPolicy({ rules: [aPort('TCP', 80, '169.254.170.23/32')] })]),
    [],
  ],
  [
    'the agent is excepted',
    closed({ containers: [podIdentity] }, [
      aPolicy({ rules: [{ ports: [], peers: [{ cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] }] }] }),
    ]),
    failed,
  ],
  [
    'policies that were not read',
    worldOf({ pods: complete([aPod()]), podNetwork: notAskedFor('list networkpolicies') }),
    ['unknown not-asked-for'],
  ],
];

const event = {
  roleArn: aRole().arn,
  providerArn: aProvider().arn,
  subject: 'system:serviceaccount:checkout:cart',
  region: 'eu-west-1',
  successes: 3,
  failures: [],
  userAgents: [],
  verificationMethods: [],
  lastAt: '2026-11-01T05:00:00Z',
};
const calls = complete({ from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events: [event] });

const podGroups = (over: Partial<PodGroups> = {}): PodGroups => ({
  namespace: 'checkout',
  name: 'cart',
  podSelector: { matchLabels: {}, matchExpressions: [] },
  groupIds: ['sg-pod'],
  ...over,
});
const rule = (port: number) => ({
  ports: [port, port] as const,
  cidrs: ['0.0.0.0/0'],
  securityGroupIds: [],
  hasPrefixList: false,
});
const withGroups = (pod: Partial<Pod>, groups: readonly PodGroups[], ports: readonly number[] | undefined) =>
  worldOf(
    { pods: complete([aPod(pod)]), podNetwork: complete({ policies: [], groups }) },
    {},
    {
      network: complete(
        aNetwork({
          securityGroups: ports === undefined ? [] : [{ id: 'sg-pod', ingress: [], egress: ports.map(rule) }],
        }),
      ),
    },
  );
const own = { hasOwnInterface: true } as const;

const groups: readonly Case[] = [
  ['the group of the pods has no rule for port 443', withGroups(own, [podGroups()], [5432]), ['medium groups']],
  ['the group lets port 443 out', withGroups(own, [podGroups()], [443]), []],
  ['the pod has no interface of its own', withGroups({}, [podGroups()], [5432]), []],
  ['the group was not read', withGroups(own, [podGroups()], undefined), doubtful],
  [
    'service accounts are selected',
    withGroups(own, [{ namespace: 'checkout', name: 'cart', groupIds: ['sg-pod'] }], [5432]),
    doubtful,
  ],
  ['no policy of the namespace gives it groups', withGroups(own, [podGroups({ namespace: 'web' })], [5432]), doubtful],
];

/** Port 443 to everywhere but these blocks, in a VPC of 10.0.0.0/16 with this endpoint of STS. */
const exceptFor = (
  except: readonly string[],
  endpoint: Partial<StsEndpoint> = {},
  around: Partial<ClusterNetwork> = {},
) =>
  worldOf(
    {
      pods: complete([aPod(), cniAgent]),
      podNetwork: complete({
        policies: [
          aPolicy({
            rules: [
              aPort('UDP', 53),
              { ports: [{ protocol: 'TCP', from: 443, to: 443 }], peers: [{ cidr: '0.0.0.0/0', except }] },
            ],
          }),
        ],
        groups: [],
      }),
    },
    {},
    { network: complete(aNetwork({ stsEndpoints: [anStsEndpoint(endpoint)], ...around })) },
  );

run('pod-egress-closed', [
  ['everywhere but the VPC, in which STS is', exceptFor(['10.0.0.0/8']), doubtful],
  ['everywhere but another part of it', exceptFor(['10.0.128.0/17']), []],
  ['everywhere but another network', exceptFor(['192.168.0.0/16']), []],
  ['everywhere but the VPC, and STS is outside of it', exceptFor(['10.0.0.0/8'], { hasPrivateDns: false }), []],
  ['everywhere but the VPC, and the endpoint is not there yet', exceptFor(['10.0.0.0/8'], { isAvailable: false }), []],
  [
    'everywhere but the addresses of nodes, where no route is known',
    exceptFor(['10.0.1.0/24'], {}, { routeTables: [] }),
    doubtful,
  ],
  ...policies,
  ...groups,
  [
    'the service account got credentials',
    worldOf(
      { pods: complete([aPod(), cniAgent]), podNetwork: complete({ policies: [aPolicy()], groups: [] }) },
      { runtime: calls },
    ),
    [],
  ],
]);
