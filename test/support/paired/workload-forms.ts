/** Forms of a service account, of its pods, of its association, of its role and of what CloudTrail saw. */
import type { Facts } from '../../../lib/facts/facts.ts';
import type { Provider, Role } from '../../../lib/model/account.ts';
import type { Cluster, ClusterSnapshot } from '../../../lib/model/cluster.ts';
import { type Collected, complete, notAskedFor, unavailable, withGaps } from '../../../lib/model/collected.ts';
import type { KubernetesFacts, Pod, ServiceAccount } from '../../../lib/model/kubernetes.ts';
import type { AssumeEvents, RuntimeFacts } from '../../../lib/model/runtime.ts';
import { aReadCluster, aServiceAccount } from '../example-cluster.ts';
import { aCluster, aProvider, aRole, aTrustPolicy, exampleIssuer, someFacts } from '../example-world.ts';
import { aGap, barePod, denied, withoutIssuer } from '../in-cluster-world.ts';
import { oldHost } from '../whole-worlds.ts';
import { type Forms, formsOf } from './paired-worlds.ts';
import { podForms } from './pod-forms.ts';

interface Parts {
  readonly accounts?: Collected<readonly ServiceAccount[]>;
  readonly pods?: Collected<readonly Pod[]>;
  readonly association?: ClusterSnapshot['podIdentity'];
  readonly roles?: Collected<readonly Role[]>;
  readonly providers?: Collected<readonly Provider[]>;
  readonly cluster?: Partial<ClusterSnapshot>;
  readonly inside?: Partial<KubernetesFacts>;
  readonly runtime?: Collected<RuntimeFacts>;
}

const key = 'eks.amazonaws.com/role-arn';
const role = aRole().arn;
const asked = (annotations: Readonly<Record<string, string>>, over: Partial<ServiceAccount> = {}) =>
  complete([aServiceAccount({ annotations, ...over })]);
const withRole = (annotations: Readonly<Record<string, string>>, over: Partial<ServiceAccount> = {}) =>
  asked({ [key]: role, ...annotations }, over);
const bareAccount = aServiceAccount({ annotations: {} });

const accounts: Readonly<Record<string, NonNullable<Parts['accounts']>>> = {
  annotated: withRole({}),
  'annotated lately, by Helm': withRole(
    {},
    { annotatedAt: '2026-10-20T10:00:00Z', managedBy: { tool: 'Helm', name: 'cart' } },
  ),
  'no annotation': complete([bareAccount]),
  'a malformed ARN': asked({ [key]: 'arn:aws:iam::11112222333:role/checkout-cart' }),
  'the name of the role alone': asked({ [key]: 'checkout-cart' }),
  'a role that is not there': asked({ [key]: `${role}s` }),
  'a role of another account': asked({ [key]: role.replace('111122223333', '444455556666') }),
  'a role of another partition': asked({ [key]: role.replace('arn:aws:', 'arn:aws-cn:') }),
  'a role of Pod Identity': asked({ [key]: role.replace('checkout-cart', 'by-pod-identity') }),
  'another audience': withRole({ 'eks.amazonaws.com/audience': 'vault' }),
  'an empty audience': withRole({ 'eks.amazonaws.com/audience': '' }),
  'a mistyped key': asked({ 'eks.amazonaws.com/role_arn': role }),
  'a label': asked({}, { labels: { [key]: 'checkout-cart' } }),
  'odd options': withRole({
    'eks.amazonaws.com/token-expiration': '60',
    'eks.amazonaws.com/sts-regional-endpoints': 'yes',
  }),
  'the role of a ConfigMap': withRole({}, { configMap: 'kube-system/pod-identity-webhook' }),
  'default too': complete([aServiceAccount(), aServiceAccount({ name: 'default' }), { ...bareAccount, name: 'web' }]),
  'default alone': complete([aServiceAccount({ name: 'default', annotations: {} })]),
  'of an add-on': complete([
    aServiceAccount({ namespace: 'kube-system', name: 'ebs-csi-controller-sa', annotations: { [key]: 'ebs' } }),
    aServiceAccount({ namespace: 'kube-system', name: 'aws-node', annotations: {} }),
  ]),
  'the annotation on another': complete([bareAccount, aServiceAccount({ name: 'web' })]),
  'none of its name': complete([aServiceAccount({ name: 'carts' })]),
  refused: unavailable(denied),
  'in part': withGaps([], [aGap('list serviceaccounts')]),
};

const identity = (over: object = {}) => ({
  id: 'a-1',
  namespace: 'checkout',
  serviceAccount: 'cart',
  roleArn: role,
  sessionTags: true,
  createdAt: '2026-02-01T10:00:00.000Z',
  ...over,
});
const byPodIdentity = role.replace('checkout-cart', 'by-pod-identity');

const event: AssumeEvents = {
  roleArn: role,
  subject: 'system:serviceaccount:checkout:cart',
  providerArn: aProvider().arn,
  region: 'eu-west-1',
  successes: 0,
  failures: [],
  userAgents: ['aws-sdk-go-v2/1.30.0'],
  verificationMethods: ['IAMTrustStore'],
  lastAt: '2026-11-01T05:00:00Z',
};
const nameless: AssumeEvents = {
  roleArn: role,
  region: 'us-east-1',
  successes: 1,
  failures: [
    { errorCode: 'InvalidIdentityToken', errorMessage: 'x', count: 1, lastAt: '2026-11-01T05:00:00Z' },
    { errorCode: 'AccessDenied', errorMessage: 'y', count: 2, lastAt: '2026-11-01T05:30:00Z' },
  ],
  userAgents: ['aws-sdk-java/1.11.0'],
  verificationMethods: [],
  lastAt: '2026-11-01T05:30:00Z',
};
const seen = (...events: readonly Partial<AssumeEvents>[]) =>
  complete({
    from: '2026-10-31T23:00:00Z',
    to: '2026-11-01T06:00:00Z',
    events: events.map(one => ({ ...event, ...one })),
  });
const failed = (errorCode: string, errorMessage = 'An unknown error occurred') => ({
  failures: [{ errorCode, errorMessage, count: 3, lastAt: '2026-11-01T05:00:00Z' }],
});

const second = (principal: Readonly<Record<string, unknown>>) =>
  aRole({
    name: 'second',
    trustPolicy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
    }),
  });
const forms = formsOf<Parts>();

/** The forms of each part. */
export const workloadForms: Forms<Parts> = {
  accounts: forms('accounts', accounts),
  pods: forms('pods', {
    ...Object.fromEntries(Object.entries(podForms).map(([name, some]) => [`pods ${name}`, complete(some)])),
    'pods refused': unavailable(denied),
    'pods in part': withGaps([barePod()], [aGap('list pods')]),
  }),
  association: forms('association', {
    'no association': complete([]),
    'an association': complete([identity()]),
    'an association with another role': complete([
      identity({ roleArn: byPodIdentity, createdAt: '2026-10-25T00:00:00Z' }),
    ]),
    'an association with a target': complete([
      identity({ roleArn: byPodIdentity, targetRoleArn: role, sessionTags: false }),
    ]),
    'an association that was not described': complete([
      { id: 'a-1', namespace: 'checkout', serviceAccount: 'cart' },
      identity({ id: 'a-2', serviceAccount: 'default' }),
    ]),
    'associations refused': unavailable(denied),
    'associations in part': withGaps([], [aGap('eks:ListPodIdentityAssociations')]),
  }),
  roles: forms('roles', {
    'its role': complete([aRole()]),
    'a role for another': complete([
      aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:checkout:web' }) }),
    ]),
    'a role of the cluster before': complete([aRole({ trustPolicy: aTrustPolicy({ issuer: `https://${oldHost}` }) })]),
    'a second role for it': complete([
      aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:checkout:old' }) }),
      aRole({ name: 'second' }),
      aRole({
        name: 'checkout-carts',
        path: '/team/',
        arn: role.replace('role/', 'role/team/'),
        trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:checkout:web' }),
      }),
    ]),
    'a second role for the account': complete([aRole(), second({ AWS: 'arn:aws:iam::111122223333:root' })]),
    'a second role for others': complete([
      aRole(),
      second({
        AWS: [
          'arn:aws:iam::444455556666:root',
          'arn:aws:sts::444455556666:assumed-role/checkout-cart/x',
          '444455556666',
        ],
      }),
    ]),
    'a second role for the first': complete([aRole(), second({ AWS: [role, '111122223333'] })]),
    'roles of Pod Identity': complete([
      aRole({ name: 'by-pod-identity', arn: byPodIdentity, trustPolicy: podIdentityPolicy() }),
      aRole({ trustPolicy: podIdentityPolicy('sts:AssumeRole') }),
    ]),
    'a policy that is cut off': complete([aRole({ trustPolicy: '{"Version":' })]),
    'a role that was never used': complete([
      aRole({
        detail: complete({
          attachedPolicyArns: [],
          isAdministrator: false,
          tags: { 'aws:cloudformation:stack-name': 's' },
        }),
      }),
    ]),
    'no role': complete([]),
    'roles refused': unavailable(denied),
    'roles in part': withGaps([], [aGap('iam:ListRoles')]),
  }),
  providers: forms('providers', {
    'a provider': complete([aProvider()]),
    'a provider of another audience': complete([aProvider({ audiences: ['vault'] })]),
    'a provider without details': complete([aProvider({ detail: unavailable(denied) })]),
    'no provider': complete([]),
    'providers refused': unavailable(denied),
  }),
  cluster: forms('cluster', {
    'a cluster': {},
    'an old cluster': {
      cluster: aCluster({ version: '1.18' }),
      addons: complete([{ name: 'eks-pod-identity-agent' }]),
    },
    'a cluster with add-ons': {
      addons: complete(
        ['aws-ebs-csi-driver', 'vpc-cni'].map(name => ({
          name,
          detail: {
            status: 'ACTIVE',
            roleArn: role,
            hasPodIdentity: false,
            configuresServiceAccount: name === 'vpc-cni',
          },
        })),
      ),
    },
    'a cluster without issuer': withoutIssuer(),
    'a cluster of another issuer': { cluster: aCluster({ issuer: `https://${oldHost}` }) },
    'a cluster of one’s own': {
      cluster: ((): Cluster => {
        const { createdAt: _made, version: _version, ...described } = aCluster({ issuer: 'https://k8s.example' });
        return described;
      })(),
    },
  }),
  inside: forms('inside', {
    'a webhook': {},
    'no webhook': { webhook: complete(undefined), version: complete('v1.18.9') },
    'webhook refused': { webhook: unavailable(denied), version: unavailable(denied), issuer: unavailable(denied) },
    'namespaces refused': { namespaces: unavailable(denied), issuer: complete(exampleIssuer) },
    'roles of a ConfigMap refused': { configuredRoles: unavailable(denied) },
  }),
  runtime: forms('runtime', {
    'CloudTrail not asked for': notAskedFor('cloudtrail:LookupEvents'),
    'no calls': seen(),
    'calls that succeed': seen({ successes: 2 }),
    'calls of another role': seen({ successes: 2, roleArn: byPodIdentity, region: 'us-east-1' }),
    'calls of an old SDK': seen({ successes: 1, userAgents: ['Boto3/1.9.100 Python/3.7.10 Botocore/1.12.0'] }),
    'calls of an SDK that reads profiles first': seen({ successes: 1, userAgents: ['aws-sdk-js/3.600.0'] }),
    'calls that are refused': seen(failed('AccessDenied')),
    'calls with an unknown provider': seen(failed('InvalidIdentityToken', 'No OpenIDConnect provider found')),
    'calls with another audience': seen(failed('InvalidIdentityToken', 'Incorrect token audience'), {
      region: 'us-east-1',
      successes: 1,
    }),
    'calls that name nobody': complete({
      from: '2026-10-31T23:00:00Z',
      to: '2026-11-01T06:00:00Z',
      events: [nameless],
    }),
    'calls with an expired token': seen({ ...failed('ExpiredTokenException'), successes: 4 }),
    'CloudTrail refused': unavailable(denied),
  }),
};

function podIdentityPolicy(action: string | readonly string[] = ['sts:AssumeRole', 'sts:TagSession']): string {
  const Principal = { Service: 'pods.eks.amazonaws.com' };
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: action }] });
}

/** A world of these forms. */
export const workloadWorld = ({
  accounts,
  pods,
  association,
  roles,
  providers,
  cluster,
  inside,
  runtime,
}: Parts): Facts =>
  someFacts({
    roles: roles ?? complete([aRole()]),
    providers: providers ?? complete([aProvider()]),
    clusters: complete([
      aReadCluster(
        { serviceAccounts: accounts ?? complete([]), pods: pods ?? complete([]), ...inside },
        { podIdentity: association ?? complete([]), ...cluster },
      ),
    ]),
    runtime: runtime ?? notAskedFor('cloudtrail:LookupEvents'),
  });
