/** Forms of an association of EKS Pod Identity, of its roles, of its service account and of its pods. */
import type { Facts } from '../../../lib/facts/facts.ts';
import { indexOf } from '../../../lib/facts/fleet-index.ts';
import type { Role } from '../../../lib/model/account.ts';
import type { Addon, ClusterSnapshot, PodIdentityAssociation } from '../../../lib/model/cluster.ts';
import { type Collected, complete, unavailable, withGaps } from '../../../lib/model/collected.ts';
import type { KubernetesFacts, Pod } from '../../../lib/model/kubernetes.ts';
import { anAssociation, podIdentityStatement } from '../../rules/pod-identity/example-association.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../example-cluster.ts';
import { aRole, someFacts } from '../example-world.ts';
import { aGap, bareContainer, barePod, denied } from '../in-cluster-world.ts';
import { identityPod } from '../whole-worlds.ts';
import { type Forms, formsOf } from './paired-worlds.ts';

type Json = Readonly<Record<string, unknown>>;

interface Parts {
  readonly association?: Partial<PodIdentityAssociation>;
  readonly statements?: readonly Json[];
  readonly target?: Partial<Role>;
  readonly roles?: (roles: readonly Role[]) => Collected<readonly Role[]>;
  readonly pods?: readonly Pod[];
  readonly inside?: Partial<KubernetesFacts>;
  readonly addons?: Collected<readonly Addon[]>;
  readonly cluster?: Partial<ClusterSnapshot>;
}

const forms = formsOf<Parts>();
const own = anAssociation().roleArn ?? '';
const target = own.replace('cart-by-pod-identity', 'target');
const elsewhere = target.replace('111122223333', '444455556666');
const assuming = (over: Json = {}): Json => ({
  Effect: 'Allow',
  Principal: { AWS: own },
  Action: ['sts:AssumeRole', 'sts:TagSession'],
  ...over,
});
const policy = (...statements: readonly Json[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const tagged = (key: string, value: string, operator = 'StringEquals') => ({
  Condition: { [operator]: { [`aws:RequestTag/${key}`]: value } },
});
const agent = {
  name: 'eks-pod-identity-agent',
  detail: { status: 'ACTIVE', hasPodIdentity: false, configuresServiceAccount: false },
};
const agentPod = barePod({
  namespace: 'kube-system',
  name: 'agent',
  serviceAccount: 'default',
  isPodIdentityAgent: true,
  hostNetwork: true,
});
const early = barePod({ name: 'cart-1', createdAt: '2026-01-15T10:00:00Z' });
const late = barePod({ name: 'cart-2', createdAt: '2026-02-02T10:00:00Z' });
const { owner: _owner, ...naked } = late;
const { createdAt: _at, ...undated } = barePod({ name: 'cart-3' });

/** The forms of each part. */
export const podIdentityForms: Forms<Parts> = {
  statements: forms('statements', {
    'a role for pods': [podIdentityStatement()],
    'without tags of a session': [podIdentityStatement({ Action: 'sts:AssumeRole' })],
    'for its service account': [podIdentityStatement(tagged('kubernetes-service-account', 'cart'))],
    'for another namespace': [podIdentityStatement(tagged('kubernetes-namespace', 'web'))],
    'for a cluster by pattern': [
      podIdentityStatement(tagged('eks-cluster-arn', 'arn:aws:eks:*:*:cluster/shop', 'ArnLike')),
    ],
    'for an unknown tag': [podIdentityStatement(tagged('team', 'shop'))],
    'for an account': [podIdentityStatement({ Condition: { StringEquals: { 'aws:SourceAccount': '444455556666' } } })],
    'for an organization': [podIdentityStatement({ Condition: { StringEquals: { 'aws:SourceOrgID': 'o-1' } } })],
    'with a Deny of it': [podIdentityStatement(), podIdentityStatement({ Effect: 'Deny' })],
    'with a Deny of tags': [podIdentityStatement(), podIdentityStatement({ Effect: 'Deny', Action: 'sts:TagSession' })],
    'for EC2': [podIdentityStatement({ Principal: { Service: 'ec2.amazonaws.com' } })],
    'for everyone': [podIdentityStatement({ Principal: '*' }), assuming({ Principal: { AWS: '*' } })],
    'for no service': [],
  }),
  pods: forms('pods', {
    'pods with it': [identityPod(), agentPod],
    'no pods': [agentPod],
    'an early pod': [early, agentPod],
    'a missed pod': [late, agentPod],
    'missed pods of two owners': [late, { ...naked, name: 'by-hand' }, identityPod({ name: 'cart-9' })],
    'early, late and undated': [early, late, undated],
    'a pod minutes after it': [barePod({ createdAt: '2026-02-01T10:00:30Z' })],
    'a pod ten minutes after it': [barePod({ createdAt: '2026-02-01T10:10:00Z' })],
    'on Fargate': [barePod({ onFargate: true }), agentPod],
    'on Windows': [identityPod({ isWindows: true }), barePod({ name: 'w', isWindows: true })],
    'with a role by IRSA': [aPod(), agentPod],
    'with keys': [
      identityPod({
        containers: [bareContainer({ awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_ACCESS_KEY_ID'] })],
      }),
    ],
    'of another service account': [barePod({ serviceAccount: 'web', owner: { kind: 'Deployment', name: 'cart' } })],
    'of its namesake': [barePod({ namespace: 'web', name: 'w' }), barePod({ serviceAccount: 'carts' })],
    'that assume a second role': [
      identityPod({
        containers: [
          aContainer({ ...bareContainer(), awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI'], assumesRole: target }),
        ],
      }),
    ],
  }),
  association: forms('association', {
    'an association': {},
    'without tags': { sessionTags: false },
    'with a target': { targetRoleArn: target },
    'with a target and without tags': { targetRoleArn: target, sessionTags: false },
    'with a target elsewhere': { targetRoleArn: elsewhere },
    'with a session policy': { sessionPolicy: '{"Version":"2012-10-17","Statement":[]}', sessionTags: false },
    'with a role elsewhere': { roleArn: own.replace('111122223333', '444455556666') },
    'with a role of another name': { roleArn: `${own}s` },
    'of default': { serviceAccount: 'default' },
    'of no namespace': { namespace: 'gone' },
    'of another service account': { serviceAccount: 'carts' },
  }),
  target: forms('target', {
    'a target': { trustPolicy: policy(assuming()) },
    'a target without tags': { trustPolicy: policy(assuming({ Action: 'sts:AssumeRole' })) },
    'a target for the account': { trustPolicy: policy(assuming({ Principal: { AWS: '111122223333' } })) },
    'a target by an external id': {
      trustPolicy: policy(assuming({ Condition: { StringEquals: { 'sts:ExternalId': 'x' } } })),
    },
    'a target for another': { trustPolicy: policy(assuming({ Principal: { AWS: elsewhere } })) },
    'a target for all but some': {
      trustPolicy: policy(assuming({ Principal: undefined, NotPrincipal: { AWS: elsewhere } })),
    },
    'a target that is cut off': { trustPolicy: '{' },
    'a target of another name': { name: 'targets', arn: `${target}s`, trustPolicy: policy(assuming()) },
  }),
  roles: forms('roles', {
    'all roles': roles => complete(roles),
    'roles refused': () => unavailable(denied),
    'roles in part': roles => withGaps(roles.slice(1), [aGap('iam:ListRoles')]),
    'roles that were never used': roles =>
      complete(
        roles.map(role => ({
          ...role,
          detail: complete({
            attachedPolicyArns: [],
            isAdministrator: false,
            tags: { 'aws:cloudformation:stack-name': 's' },
          }),
        })),
      ),
    'roles that were used': roles =>
      complete(
        roles.map(role => ({
          ...role,
          detail: complete({
            attachedPolicyArns: [],
            isAdministrator: true,
            tags: {},
            lastUsedAt: '2026-10-31T00:00:00Z',
          }),
        })),
      ),
    'details refused': roles => complete(roles.map(role => ({ ...role, detail: unavailable(denied) }))),
  }),
  inside: forms('inside', {
    'a service account': { serviceAccounts: complete([aServiceAccount({ annotations: {} })]) },
    'an annotated one': {},
    others: {
      serviceAccounts: complete([
        aServiceAccount({ name: 'web', annotations: {} }),
        aServiceAccount({ namespace: 'web', annotations: {} }),
      ]),
    },
    'service accounts in part': { serviceAccounts: withGaps([], [aGap('list serviceaccounts')]) },
    'service accounts refused': { serviceAccounts: unavailable(denied), namespaces: unavailable(denied) },
    'pods in part': { pods: withGaps([late], [aGap('list pods')]) },
    'pods refused': { pods: unavailable(denied) },
  }),
  addons: forms('addons', {
    'the agent': complete([agent]),
    'no add-on': complete([]),
    'an agent that failed': complete([{ ...agent, detail: { ...agent.detail, status: 'CREATE_FAILED' } }]),
    'an add-on with a role': complete([
      {
        name: 'aws-ebs-csi-driver',
        detail: { status: 'ACTIVE', roleArn: aRole().arn, hasPodIdentity: false, configuresServiceAccount: false },
      },
      { name: 'vpc-cni', detail: { status: 'ACTIVE', hasPodIdentity: true, configuresServiceAccount: true } },
    ]),
    'add-ons refused': unavailable(denied),
  }),
  cluster: forms('cluster', {
    'a cluster': {},
    'its inside refused': { kubernetes: unavailable(denied) },
    'in Auto Mode': { cluster: { ...aReadCluster().cluster, autoMode: true } },
    'associations in part': {},
  }),
};

/** A world of these forms. */
export const podIdentityWorld = (of: Parts): Facts => {
  const role = aRole({ arn: own, name: 'cart-by-pod-identity', trustPolicy: policy(...(of.statements ?? [])) });
  const second = aRole({ arn: target, name: 'target', ...of.target });
  const roles = [role, second, aRole()];
  const facts = someFacts({
    roles: of.roles?.(roles) ?? complete(roles),
    clusters: complete([
      aReadCluster(
        { pods: complete(of.pods ?? []), ...of.inside },
        { podIdentity: complete([anAssociation(of.association)]), addons: of.addons ?? complete([]), ...of.cluster },
      ),
    ]),
  });
  return { ...facts, fleet: indexOf([facts.snapshot], []) };
};
