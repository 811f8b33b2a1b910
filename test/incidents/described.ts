/** Builders of the worlds that public reports describe: service accounts, pods, roles and associations in a line each. Every name is made up. */
import type { Facts } from '../../lib/facts/facts.ts';
import type { Role, RoleDetail } from '../../lib/model/account.ts';
import type { Addon, AddonDetail, ClusterSnapshot, PodIdentityAssociation } from '../../lib/model/cluster.ts';
import { complete } from '../../lib/model/collected.ts';
import type { KubernetesFacts, Pod, PodContainer, ServiceAccount, TokenVolume } from '../../lib/model/kubernetes.ts';
import type { Manager } from '../../lib/model/manager.ts';
import type { WhyTarget } from '../../lib/why/why-subject.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import {
  aProvider,
  aRole,
  aTrustPolicy,
  exampleAccountId,
  exampleIssuer,
  someFacts,
} from '../support/example-world.ts';

export const host: string = exampleIssuer.slice('https://'.length);
const roleKey = 'eks.amazonaws.com/role-arn';
export const tokenFile = '/var/run/secrets/eks.amazonaws.com/serviceaccount/token';

/** The ARN of a role by its name, and another text as it is. */
export const arn = (name: string): string =>
  /^[\w.-]+$/.test(name) ? `arn:aws:iam::${exampleAccountId}:role/${name}` : name;
export const subject = (namespace: string, name: string): string => `system:serviceaccount:${namespace}:${name}`;

/** A service account, annotated with a role where one is given. */
export const account = (
  namespace: string,
  name: string,
  role?: string,
  over: Partial<ServiceAccount> = {},
): ServiceAccount =>
  aServiceAccount({ namespace, name, annotations: role === undefined ? {} : { [roleKey]: arn(role) }, ...over });
export const byHelm = (name: string): { readonly managedBy: Manager } => ({ managedBy: { tool: 'Helm', name } });
export const byAddon: { readonly managedBy: Manager } = { managedBy: { tool: 'EKS add-on' } };

/** A container as the webhook makes it: region variables first. */
export const injected = (role: string, over: Partial<PodContainer> = {}): PodContainer =>
  aContainer({
    awsVariables: [
      ...['AWS_STS_REGIONAL_ENDPOINTS', 'AWS_DEFAULT_REGION', 'AWS_REGION'],
      ...['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
    ],
    irsaEnvironment: {
      AWS_STS_REGIONAL_ENDPOINTS: 'regional',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_REGION: 'eu-west-1',
      AWS_ROLE_ARN: arn(role),
      AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile,
    },
    ...over,
  });
export const bareContainer = (over: Partial<PodContainer> = {}): PodContainer =>
  aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {}, ...over });

/** A pod of the workload that is called as its service account, with a role where one is given. */
export const pod = (namespace: string, name: string, role?: string, over: Partial<Pod> = {}): Pod => {
  const owner = over.owner ?? { kind: 'Deployment', name };
  const { volumes } = aPod();
  return aPod({
    namespace,
    name: `${owner.name}-7d9f6c5b8-x2x4z`,
    serviceAccount: name,
    owner,
    containers: [role === undefined ? bareContainer() : injected(role)],
    volumes: role === undefined ? [] : volumes,
    ...over,
  });
};
/** A pod with nothing but its name to say whose it is. */
export const lonePod = (namespace: string, name: string, serviceAccount: string): Pod => {
  const { owner: _, ...rest } = pod(namespace, serviceAccount);
  return { ...rest, name };
};
export const of = (kind: string, name: string): { readonly owner: Pod['owner'] & object } => ({
  owner: { kind, name },
});

const identityContainer = bareContainer({
  awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'],
});
const identityVolume: TokenVolume = {
  name: 'eks-pod-identity-token',
  audience: 'pods.eks.amazonaws.com',
  path: 'eks-pod-identity-token',
};
/** A pod of Pod Identity. */
export const identityPod = (namespace: string, name: string, over: Partial<Pod> = {}): Pod =>
  pod(namespace, name, undefined, { containers: [identityContainer], volumes: [identityVolume], ...over });
export const association = (
  namespace: string,
  serviceAccount: string,
  role: string,
  over: Partial<PodIdentityAssociation> = {},
): PodIdentityAssociation => ({
  id: `a-${serviceAccount}`,
  namespace,
  serviceAccount,
  roleArn: arn(role),
  createdAt: '2026-02-01T00:00:00Z',
  ...over,
});
export const agent: Pod = pod('kube-system', 'eks-pod-identity-agent', undefined, {
  ...of('DaemonSet', 'eks-pod-identity-agent'),
  hostNetwork: true,
  isPodIdentityAgent: true,
});
export const addon = (name: string, detail: Partial<AddonDetail> = {}): Addon => ({
  name,
  detail: { status: 'ACTIVE', hasPodIdentity: false, configuresServiceAccount: false, ...detail },
});
export const agentAddon: Addon = { name: 'eks-pod-identity-agent' };

export const policyOf = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
/** A statement for web identity of the cluster. */
export const statement = (over: object): object => ({
  Effect: 'Allow',
  Principal: { Federated: aProvider().arn },
  Action: 'sts:AssumeRoleWithWebIdentity',
  ...over,
});
/** The condition on exact subjects. */
export const exactly = (...subjects: readonly string[]): object => ({
  StringEquals: {
    [`${host}:aud`]: 'sts.amazonaws.com',
    [`${host}:sub`]: subjects.length === 1 ? subjects[0] : subjects,
  },
});
export const trusting = (...subjects: readonly string[]): string => aTrustPolicy({ condition: exactly(...subjects) });
export const forPods: string = policyOf({
  Effect: 'Allow',
  Principal: { Service: 'pods.eks.amazonaws.com' },
  Action: ['sts:AssumeRole', 'sts:TagSession'],
});
/** A role with a trust policy. */
export const role = (name: string, trustPolicy: string, over: Partial<Role> = {}): Role =>
  aRole({ name, arn: arn(name), trustPolicy, ...over });
export const neverUsed: Pick<Role, 'detail'> = {
  detail: complete<RoleDetail>({ attachedPolicyArns: [], isAdministrator: false, tags: {} }),
};

/** The facts that a report describes; `accounts` that are not said are made of the pods. */
interface Described {
  readonly accounts: readonly ServiceAccount[];
  readonly pods: readonly Pod[];
  readonly roles?: readonly Role[];
  readonly namespaces?: readonly string[];
  readonly inside?: Partial<KubernetesFacts>;
  readonly cluster?: Partial<ClusterSnapshot>;
  readonly over?: Parameters<typeof someFacts>[0];
}

/** The inside of a cluster in which all of this and nothing else was read. */
const insideOf = ({ accounts, pods, namespaces = [] }: Described): Partial<KubernetesFacts> => ({
  serviceAccounts: complete(accounts),
  pods: complete(pods),
  namespaces: complete(
    [...new Set(['default', 'kube-system', ...accounts.map(one => one.namespace), ...namespaces])].map(name => ({
      name,
      labels: {},
      terminating: false,
    })),
  ),
});

/** The world of a report, beside a healthy neighbour. */
export const described = (world: Described): Facts => {
  const whole: Described = {
    ...world,
    accounts: [
      account('external-dns', 'external-dns', 'external-dns'),
      account('external-dns', 'default'),
      account('kube-system', 'coredns'),
      ...world.accounts,
    ],
    pods: [pod('external-dns', 'external-dns', 'external-dns'), pod('kube-system', 'coredns'), ...world.pods],
  };
  return someFacts({
    settings: { inCluster: true },
    clusters: complete([aReadCluster({ ...insideOf(whole), ...world.inside }, world.cluster)]),
    roles: complete([role('external-dns', trusting(subject('external-dns', 'external-dns'))), ...(world.roles ?? [])]),
    ...world.over,
  });
};

/** A workload that `why` is asked about. */
export const deployment = (namespace: string, name: string): WhyTarget => ({ kind: 'Deployment', namespace, name });
