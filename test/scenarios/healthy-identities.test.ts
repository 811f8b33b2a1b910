import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import type { AddonDetail, ClusterSnapshot, PodIdentityAssociation } from '../../lib/model/cluster.ts';
import { complete } from '../../lib/model/collected.ts';
import type { Pod, ServiceAccount } from '../../lib/model/kubernetes.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { anAssociation, aPodIdentityRole, podIdentityStatement } from '../rules/pod-identity/example-association.ts';
import { everyUse } from '../support/every-use.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount, aWhollyReadCluster } from '../support/example-cluster.ts';
import { aRole, aTrustPolicy, someFacts } from '../support/example-world.ts';
import { withoutRights } from '../support/reach-world.ts';
import { evaluate } from '../support/whole/evaluate.ts';

/** Clusters with Pod Identity and add-ons as people run them, beside one service account by IRSA. Nothing is wrong in any:
 *  every rule is silent, and none is undecided. */
const detail = complete({
  attachedPolicyArns: [],
  isAdministrator: false,
  tags: {},
  lastUsedAt: '2026-10-30T00:00:00.000Z',
});
const uri = 'AWS_CONTAINER_CREDENTIALS_FULL_URI';
const byPodIdentity = (over: Partial<Pod> = {}): Pod =>
  aPod({
    name: 'mail-1',
    serviceAccount: 'mail',
    owner: { kind: 'Deployment', name: 'mail' },
    containers: [
      aContainer({
        awsVariables: [uri, 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'],
        irsaEnvironment: { [uri]: 'http://169.254.170.23/v1/credentials' },
        mounts: {},
      }),
    ],
    volumes: [{ name: 'eks-pod-identity-token', audience: 'pods.eks.amazonaws.com', path: 'eks-pod-identity-token' }],
    ...over,
  });
const mail = (name = 'mail', namespace = 'checkout'): ServiceAccount =>
  aServiceAccount({ name, namespace, annotations: {} });
const ofMail = (over: Partial<PodIdentityAssociation> = {}) => anAssociation({ serviceAccount: 'mail', ...over });
const agent = { name: 'eks-pod-identity-agent' };
const addon = (name: string, over: Partial<AddonDetail> = {}) => ({
  name,
  detail: { status: 'ACTIVE', hasPodIdentity: false, configuresServiceAccount: false, ...over },
});

const ebsRole = aRole({
  detail,
  name: 'ebs',
  trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:kube-system:ebs-csi-controller-sa' }),
});

interface Parts {
  readonly pods?: readonly Pod[];
  readonly accounts?: readonly ServiceAccount[];
  readonly associations?: readonly PodIdentityAssociation[];
  readonly statements?: readonly Readonly<Record<string, unknown>>[];
  readonly over?: Partial<ClusterSnapshot>;
}
const world = ({ pods, accounts, associations, statements = [], over }: Parts): Facts =>
  someFacts({
    settings: { inCluster: true },
    clusters: complete([
      aWhollyReadCluster(
        {
          pods: complete([aPod(), ...(pods ?? [byPodIdentity()])]),
          serviceAccounts: complete([aServiceAccount(), ...(accounts ?? [mail(), ebs({})])]),
        },
        { podIdentity: complete(associations ?? [ofMail()]), addons: complete([agent]), ...over },
      ),
    ]),
    roles: complete([aRole({ detail }), ebsRole, { ...aPodIdentityRole(...statements), detail }]),
    runtime: complete({ from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events: [] }),
    quotas: complete({ oidcProviders: 100, trustPolicyLength: 2048 }),
    controlPolicies: complete([]),
    ...everyUse(complete([aRole(), ebsRole, aPodIdentityRole()])),
  });

const ebs = (annotations: Readonly<Record<string, string>>) =>
  aServiceAccount({ namespace: 'kube-system', name: 'ebs-csi-controller-sa', annotations });

const worlds: readonly (readonly [string, Facts])[] = [
  ['Pod Identity with the agent as add-on', world({})],
  [
    'the agent by Helm, under a name of its own',
    world({
      pods: [
        byPodIdentity(),
        aPod({
          namespace: 'kube-system',
          name: 'ids-abcde',
          serviceAccount: 'mail',
          owner: { kind: 'DaemonSet', name: 'ids' },
          hostNetwork: true,
          containers: [
            aContainer({ name: 'eks-pod-identity-agent', awsVariables: [], irsaEnvironment: {}, mounts: {} }),
          ],
          volumes: [],
        }),
      ],
      accounts: [mail(), mail('mail', 'kube-system'), ebs({})],
      over: { addons: complete([]) },
    }),
  ],
  ['EKS Auto Mode', world({ over: { addons: complete([]), cluster: { ...aReadCluster().cluster, autoMode: true } } })],
  [
    'a role limited to the cluster, the namespace and the service account',
    world({
      statements: [
        podIdentityStatement({
          Condition: {
            StringEquals: {
              'aws:SourceAccount': '111122223333',
              'aws:RequestTag/eks-cluster-name': 'shop',
              'aws:RequestTag/kubernetes-namespace': 'checkout',
              'aws:RequestTag/kubernetes-service-account': 'mail',
            },
            ArnLike: { 'aws:SourceArn': 'arn:aws:eks:*:111122223333:cluster/*' },
          },
        }),
      ],
    }),
  ],
  ['session tags switched off, and none wanted', world({ associations: [ofMail({ sessionTags: false })] })],
  [
    'an association that was made ahead of its service account, today',
    world({
      associations: [ofMail(), ofMail({ id: 'a-2', serviceAccount: 'later', createdAt: '2026-11-01T05:00:00Z' })],
    }),
  ],
  [
    'an add-on whose role is that of its service account',
    world({
      accounts: [mail(), ebs({ 'eks.amazonaws.com/role-arn': ebsRole.arn })],
      over: { addons: complete([agent, addon('aws-ebs-csi-driver', { roleArn: ebsRole.arn })]) },
    }),
  ],
  [
    'an add-on with a Pod Identity association of its own, and the role of old',
    world({
      accounts: [mail(), ebs({})],
      associations: [
        ofMail(),
        ofMail({ id: 'a-2', namespace: 'kube-system', serviceAccount: 'ebs-csi-controller-sa' }),
      ],
      over: { addons: complete([agent, addon('aws-ebs-csi-driver', { roleArn: ebsRole.arn, hasPodIdentity: true })]) },
    }),
  ],
  ['add-ons without roles', world({ over: { addons: complete([agent, { name: 'coredns' }, addon('vpc-cni')]) } })],
];

describe('a healthy world with Pod Identity is silent', () => {
  test.each(worlds)('%s', (_title, facts) => {
    const { findings, undecided } = evaluate(withoutRights(facts), { rules: catalog });
    expect(findings.map(one => `${one.severity} ${one.ruleId}: ${one.message}`)).toEqual([]);
    expect(undecided.map(one => `${one.ruleId}: ${one.missing}`)).toEqual([]);
  });
});
