/**
 * Healthy worlds as charts and controllers make them: their namespaces, service accounts, workloads, and the trust policy
 * of their installation guide. Nothing may be said of any. The sources stand beside each.
 */
import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import type { Addon, PodIdentityAssociation } from '../../lib/model/cluster.ts';
import { complete } from '../../lib/model/collected.ts';
import type { KubernetesFacts, Pod, PodContainer, ServiceAccount, TokenVolume } from '../../lib/model/kubernetes.ts';
import type { Manager } from '../../lib/model/manager.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aPolicy, cniAgent } from '../support/example-network.ts';
import { aProvider, aRole, exampleAccountId, exampleIssuer, someFacts } from '../support/example-world.ts';
import { evaluate } from '../support/whole/evaluate.ts';

const host = exampleIssuer.slice('https://'.length);
const roleArn = `arn:aws:iam::${exampleAccountId}:role/chart`;
const subjectsOf = (namespace: string, names: readonly string[]) =>
  names.map(name => `system:serviceaccount:${namespace}:${name}`);

/** A workload of a chart: it has the role by its account's annotation, unless `bare`. */
interface Workload {
  readonly kind?: string;
  readonly name: string;
  readonly account: string;
  readonly bare?: true;
  readonly containers?: readonly PodContainer[];
  readonly volumes?: readonly TokenVolume[];
  readonly more?: Partial<Pod>;
}

/** A chart as it is installed in a namespace. */
interface Chart {
  readonly namespace: string;
  /** Accounts that name the role. */
  readonly annotated: readonly string[];
  readonly others?: readonly string[];
  readonly workloads: readonly Workload[];
  /** Subjects in full, or a pattern, as the guide has them. */
  readonly trusted?: readonly string[];
  readonly pattern?: string;
  readonly addons?: readonly Addon[];
  readonly associations?: readonly PodIdentityAssociation[];
  readonly trustPolicy?: string;
  /** A second role that its programs are told to assume: it trusts the first. */
  readonly second?: string;
  readonly inside?: Partial<KubernetesFacts>;
}

const injected: PodContainer = aContainer({
  awsVariables: [
    ...['AWS_STS_REGIONAL_ENDPOINTS', 'AWS_DEFAULT_REGION', 'AWS_REGION'],
    ...['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
  ],
  irsaEnvironment: { ...aContainer().irsaEnvironment, AWS_ROLE_ARN: roleArn, AWS_REGION: 'eu-west-1' },
});
const bare: PodContainer = aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} });
const released: Manager = { tool: 'Helm', name: 'chart' };
const account = (namespace: string, name: string, annotations: Readonly<Record<string, string>>): ServiceAccount =>
  aServiceAccount({ namespace, name, annotations, annotatedAt: '2026-02-01T00:00:00Z', managedBy: released });

const podOf = (namespace: string, { kind = 'Deployment', name, account: own, ...workload }: Workload): Pod => {
  const containers = workload.containers ?? [workload.bare ? bare : injected];
  return aPod({
    namespace,
    name: `${name}-x2x4z`,
    serviceAccount: own,
    owner: { kind, name },
    containers,
    volumes: workload.volumes ?? (workload.bare ? [] : aPod().volumes),
    ...workload.more,
  });
};

const used = complete({
  attachedPolicyArns: [],
  isAdministrator: false,
  tags: {},
  lastUsedAt: '2026-10-30T00:00:00.000Z',
});

const worldOf = (chart: Chart): Facts => {
  const {
    namespace,
    annotated,
    others = [],
    workloads,
    trusted = annotated,
    pattern,
    addons = [],
    associations = [],
  } = chart;
  const tests = {
    StringEquals: {
      [`${host}:aud`]: 'sts.amazonaws.com',
      ...(pattern === undefined ? { [`${host}:sub`]: subjectsOf(namespace, trusted) } : {}),
    },
    ...(pattern === undefined
      ? {}
      : { StringLike: { [`${host}:sub`]: `system:serviceaccount:${namespace}:${pattern}` } }),
  };
  const webIdentity = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: aProvider().arn },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: tests,
      },
    ],
  });
  const inside = {
    namespaces: complete([{ name: namespace, labels: {}, terminating: false }]),
    serviceAccounts: complete([
      ...annotated.map(name => account(namespace, name, { 'eks.amazonaws.com/role-arn': roleArn })),
      ...others.map(name => account(namespace, name, {})),
      aServiceAccount({ namespace, name: 'default', annotations: {} }),
    ]),
    pods: complete([...workloads.map(one => podOf(namespace, one)), cniAgent]),
    ...chart.inside,
  };
  return someFacts({
    settings: { inCluster: true },
    clusters: complete([aReadCluster(inside, { addons: complete(addons), podIdentity: complete(associations) })]),
    roles: complete([
      aRole({ name: 'chart', arn: roleArn, trustPolicy: chart.trustPolicy ?? webIdentity, detail: used }),
      ...(chart.second === undefined
        ? []
        : [aRole({ name: 'zones', arn: chart.second, trustPolicy: trustingFirst, detail: used })]),
    ]),
    runtime: complete({ from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events: [] }),
    quotas: complete({ oidcProviders: 100, trustPolicyLength: 2048 }),
    controlPolicies: complete([]),
  });
};

const trustingFirst = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: roleArn }, Action: 'sts:AssumeRole' }],
});
const zones = `arn:aws:iam::${exampleAccountId}:role/zones`;

const addon = (name: string): Addon => ({
  name,
  detail: { status: 'ACTIVE', roleArn, hasPodIdentity: false, configuresServiceAccount: false },
});
const forPods = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'pods.eks.amazonaws.com' },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      Condition: {
        StringEquals: { 'aws:RequestTag/kubernetes-namespace': 'kube-system', 'aws:SourceAccount': exampleAccountId },
      },
    },
  ],
});
/** A role of its own, by a token volume that the template has. */
const byHand = aContainer({
  awsVariables: ['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_REGION'],
  irsaEnvironment: { AWS_ROLE_ARN: roleArn, AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/secrets/aws/token' },
  mounts: { aws: '/var/run/secrets/aws' },
});
const podIdentity = {
  containers: [aContainer({ awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI'], irsaEnvironment: {}, mounts: {} })],
  volumes: [{ name: 'eks-pod-identity-token', audience: 'pods.eks.amazonaws.com', path: 'eks-pod-identity-token' }],
};

const simple = (namespace: string, name: string, kind = 'Deployment'): Chart => ({
  namespace,
  annotated: [name],
  workloads: [{ kind, name, account: name }],
});

const charts: readonly (readonly [name: string, source: string, chart: Chart])[] = [
  ['external-dns', 'kubernetes-sigs/external-dns charts/external-dns', simple('external-dns', 'external-dns')],
  [
    'external-dns with zones of a second role',
    'kubernetes-sigs/external-dns docs/tutorials/aws.md',
    {
      namespace: 'external-dns',
      annotated: ['external-dns'],
      second: zones,
      workloads: [{ name: 'external-dns', account: 'external-dns', containers: [{ ...injected, assumesRole: zones }] }],
    },
  ],
  [
    'cert-manager with a role for its solver',
    'cert-manager.io docs/configuration/acme/dns01/route53',
    {
      namespace: 'cert-manager',
      annotated: ['cert-manager'],
      second: zones,
      inside: {
        controllerRoles: complete([
          { controller: 'cert-manager', namedBy: 'ClusterIssuer letsencrypt', roleArn: zones, by: 'role' },
        ]),
      },
      workloads: [{ name: 'cert-manager', account: 'cert-manager', more: { controller: { name: 'cert-manager' } } }],
    },
  ],
  [
    'AWS Load Balancer Controller',
    'kubernetes-sigs/aws-load-balancer-controller helm',
    simple('kube-system', 'aws-load-balancer-controller'),
  ],
  ['Karpenter', 'aws/karpenter-provider-aws charts/karpenter', simple('kube-system', 'karpenter')],
  [
    'cluster autoscaler',
    'kubernetes/autoscaler charts/cluster-autoscaler',
    simple('kube-system', 'cluster-autoscaler-aws-cluster-autoscaler'),
  ],
  [
    'cert-manager: the controller alone has the role',
    'cert-manager/cert-manager deploy/charts/cert-manager',
    {
      namespace: 'cert-manager',
      annotated: ['cert-manager'],
      others: ['cert-manager-cainjector', 'cert-manager-webhook'],
      workloads: [
        { name: 'cert-manager', account: 'cert-manager' },
        { name: 'cert-manager-cainjector', account: 'cert-manager-cainjector', bare: true },
        { name: 'cert-manager-webhook', account: 'cert-manager-webhook', bare: true },
      ],
    },
  ],
  [
    'EBS CSI driver as an add-on: its nodes need no role, though the trust names them',
    'kubernetes-sigs/aws-ebs-csi-driver charts/aws-ebs-csi-driver',
    {
      namespace: 'kube-system',
      annotated: ['ebs-csi-controller-sa'],
      others: ['ebs-csi-node-sa'],
      trusted: ['ebs-csi-controller-sa', 'ebs-csi-node-sa'],
      addons: [addon('aws-ebs-csi-driver')],
      workloads: [
        { name: 'ebs-csi-controller', account: 'ebs-csi-controller-sa' },
        {
          kind: 'DaemonSet',
          name: 'ebs-csi-node',
          account: 'ebs-csi-node-sa',
          bare: true,
          more: { hostNetwork: false },
        },
      ],
    },
  ],
  [
    'EBS CSI driver by Pod Identity',
    'EKS User Guide, "Store Kubernetes volumes with Amazon EBS"',
    {
      namespace: 'kube-system',
      annotated: [],
      others: ['ebs-csi-controller-sa', 'ebs-csi-node-sa'],
      trustPolicy: forPods,
      addons: [{ name: 'eks-pod-identity-agent' }, { name: 'aws-ebs-csi-driver' }],
      associations: [
        {
          id: 'a-1',
          namespace: 'kube-system',
          serviceAccount: 'ebs-csi-controller-sa',
          roleArn,
          sessionTags: true,
          createdAt: '2026-02-01T10:00:00.000Z',
        },
      ],
      workloads: [
        { name: 'ebs-csi-controller', account: 'ebs-csi-controller-sa', ...podIdentity },
        { kind: 'DaemonSet', name: 'ebs-csi-node', account: 'ebs-csi-node-sa', bare: true },
      ],
    },
  ],
  [
    'EFS CSI driver: the guide’s pattern',
    'EKS User Guide, "Store an elastic file system with Amazon EFS"',
    {
      namespace: 'kube-system',
      annotated: ['efs-csi-controller-sa'],
      others: ['efs-csi-node-sa'],
      pattern: 'efs-csi-*',
      workloads: [
        { name: 'efs-csi-controller', account: 'efs-csi-controller-sa' },
        {
          kind: 'DaemonSet',
          name: 'efs-csi-node',
          account: 'efs-csi-node-sa',
          bare: true,
          more: { hostNetwork: true },
        },
      ],
    },
  ],
  [
    'Velero with its node agent',
    'vmware-tanzu/helm-charts charts/velero',
    {
      namespace: 'velero',
      annotated: ['velero-server'],
      workloads: [
        { name: 'velero', account: 'velero-server' },
        { kind: 'DaemonSet', name: 'node-agent', account: 'velero-server' },
      ],
    },
  ],
  [
    'Argo CD: the repository server and the controller share a role',
    'argoproj/argo-helm charts/argo-cd',
    {
      namespace: 'argocd',
      annotated: ['argocd-application-controller', 'argocd-server'],
      others: ['argocd-repo-server', 'argocd-redis'],
      workloads: [
        { kind: 'StatefulSet', name: 'argocd-application-controller', account: 'argocd-application-controller' },
        { name: 'argocd-server', account: 'argocd-server' },
        { name: 'argocd-repo-server', account: 'argocd-repo-server', bare: true },
        { name: 'argocd-redis', account: 'argocd-redis', bare: true },
      ],
    },
  ],
  [
    'Argo Workflows: pods of a workflow come and go',
    'argoproj/argo-helm charts/argo-workflows',
    {
      namespace: 'argo',
      annotated: ['argo-workflow'],
      others: ['argo-workflows-workflow-controller'],
      workloads: [
        { name: 'argo-workflows-workflow-controller', account: 'argo-workflows-workflow-controller', bare: true },
      ],
    },
  ],
  [
    'Crossplane: the provider’s account has a hash in its name',
    'crossplane-contrib/provider-upjet-aws AUTHENTICATION.md',
    {
      namespace: 'crossplane-system',
      annotated: ['provider-aws-s3-0123456789ab'],
      others: ['crossplane', 'rbac-manager'],
      pattern: 'provider-aws-*',
      workloads: [
        { name: 'provider-aws-s3-0123456789ab', account: 'provider-aws-s3-0123456789ab' },
        { name: 'crossplane', account: 'crossplane', bare: true },
        { name: 'crossplane-rbac-manager', account: 'rbac-manager', bare: true },
      ],
    },
  ],
  [
    'Crossplane: WebIdentity with a token volume of its own',
    'crossplane-contrib/provider-upjet-aws AUTHENTICATION.md',
    {
      namespace: 'crossplane-system',
      annotated: [],
      others: ['provider-aws'],
      trusted: ['provider-aws'],
      workloads: [
        {
          name: 'provider-aws',
          account: 'provider-aws',
          containers: [byHand],
          volumes: [{ name: 'aws', audience: 'sts.amazonaws.com', path: 'token' }],
        },
      ],
    },
  ],
  [
    'Crossplane: a chain of roles, and a provider of another service that has no part in it',
    'crossplane-contrib/provider-upjet-aws AUTHENTICATION.md, "Assume Role Chaining"',
    {
      namespace: 'crossplane-system',
      annotated: ['provider-aws-s3-0123456789ab'],
      others: ['crossplane', 'provider-family-aws-0123456789ab'],
      pattern: 'provider-aws-*',
      second: zones,
      inside: {
        controllerRoles: complete([
          { controller: 'crossplane', namedBy: 'ProviderConfig default', roleArn: zones, by: 'role' },
        ]),
      },
      workloads: [
        {
          ...{ name: 'provider-aws-s3-0123456789ab', account: 'provider-aws-s3-0123456789ab' },
          more: { controller: { name: 'crossplane' } },
        },
        {
          ...{ name: 'provider-family-aws-0123456789ab', account: 'provider-family-aws-0123456789ab', bare: true },
          more: { controller: { name: 'crossplane' } },
        },
      ],
    },
  ],
  [
    'cert-manager: an Issuer with a service account of its own',
    'cert-manager.io docs/configuration/acme/dns01/route53, "EKS IAM Role with service account"',
    {
      namespace: 'cert-manager',
      annotated: [],
      others: ['cert-manager', 'cert-manager-acme-dns01-route53'],
      trusted: ['cert-manager-acme-dns01-route53'],
      inside: {
        controllerRoles: complete([
          {
            ...{ controller: 'cert-manager', namedBy: 'ClusterIssuer letsencrypt', roleArn, by: 'token' },
            account: { namespace: 'cert-manager', name: 'cert-manager-acme-dns01-route53' },
            audiences: ['sts.amazonaws.com'],
          },
        ]),
      },
      workloads: [
        { name: 'cert-manager', account: 'cert-manager', bare: true, more: { controller: { name: 'cert-manager' } } },
      ],
    },
  ],
  [
    'cert-manager: an Issuer that names the service account of the controller',
    'cert-manager/cert-manager#7655',
    {
      namespace: 'cert-manager',
      annotated: [],
      others: ['cert-manager'],
      trusted: ['cert-manager'],
      inside: {
        controllerRoles: complete([
          {
            ...{ controller: 'cert-manager', namedBy: 'ClusterIssuer letsencrypt', roleArn, by: 'token' },
            account: { namespace: 'cert-manager', name: 'cert-manager' },
            audiences: ['sts.amazonaws.com'],
          },
        ]),
      },
      workloads: [
        { name: 'cert-manager', account: 'cert-manager', bare: true, more: { controller: { name: 'cert-manager' } } },
      ],
    },
  ],
  [
    'External Secrets: a store with a service account of its own and a role of another account',
    'external-secrets/external-secrets docs/provider/aws-access.md',
    {
      namespace: 'external-secrets',
      annotated: ['store'],
      others: ['external-secrets', 'external-secrets-webhook', 'external-secrets-cert-controller'],
      second: zones,
      inside: {
        controllerRoles: complete([
          {
            ...{
              controller: 'external-secrets',
              namedBy: 'SecretStore external-secrets/aws',
              roleArn: zones,
              by: 'role',
            },
            account: { namespace: 'external-secrets', name: 'store' },
          },
        ]),
      },
      workloads: [
        {
          ...{ name: 'external-secrets', account: 'external-secrets', bare: true },
          more: { controller: { name: 'external-secrets' } },
        },
        { name: 'external-secrets-webhook', account: 'external-secrets-webhook', bare: true },
      ],
    },
  ],
  [
    'External Secrets: the controller alone has a role',
    'external-secrets/external-secrets docs/provider/aws-access.md, "Controller\'s Pod Identity"',
    {
      namespace: 'external-secrets',
      annotated: ['external-secrets'],
      second: zones,
      inside: {
        controllerRoles: complete([
          { controller: 'external-secrets', namedBy: 'ClusterSecretStore aws', roleArn: zones, by: 'role' },
        ]),
      },
      workloads: [
        { name: 'external-secrets', account: 'external-secrets', more: { controller: { name: 'external-secrets' } } },
      ],
    },
  ],
  [
    'KEDA: a role of a TriggerAuthentication that trusts the role of the operator',
    'kedacore/keda-docs content/docs/2.18/authentication-providers/aws.md',
    {
      namespace: 'keda',
      annotated: ['keda-operator'],
      others: ['keda-metrics-server', 'keda-webhook'],
      second: zones,
      inside: {
        controllerRoles: complete([
          { controller: 'keda', namedBy: 'TriggerAuthentication shop/queue', roleArn: zones, by: 'either' },
        ]),
      },
      workloads: [
        { name: 'keda-operator', account: 'keda-operator', more: { controller: { name: 'keda' } } },
        { name: 'keda-operator-metrics-apiserver', account: 'keda-metrics-server', bare: true },
      ],
    },
  ],
  ['ACK', 'aws-controllers-k8s/s3-controller helm', simple('ack-system', 'ack-s3-controller')],
  [
    'Spark operator: the driver’s account has no pod while nothing runs',
    'kubeflow/spark-operator charts/spark-operator-chart',
    {
      namespace: 'spark',
      annotated: ['spark-operator-spark'],
      others: ['spark-operator-controller'],
      workloads: [{ name: 'spark-operator-controller', account: 'spark-operator-controller', bare: true }],
    },
  ],
  [
    'Flux: the source controller alone reads from AWS',
    'fluxcd/flux2 manifests',
    {
      namespace: 'flux-system',
      inside: {
        podNetwork: complete({
          policies: [aPolicy({ namespace: 'flux-system', name: 'allow-egress', rules: [{ ports: [], peers: [] }] })],
          groups: [],
        }),
      },
      annotated: ['source-controller'],
      others: ['kustomize-controller', 'helm-controller', 'notification-controller'],
      workloads: [
        { name: 'source-controller', account: 'source-controller' },
        { name: 'kustomize-controller', account: 'kustomize-controller', bare: true },
        { name: 'helm-controller', account: 'helm-controller', bare: true },
        { name: 'notification-controller', account: 'notification-controller', bare: true },
      ],
    },
  ],
  [
    'Loki: one account for all of its parts, and a canary without a role',
    'grafana/loki production/helm/loki',
    {
      namespace: 'loki',
      annotated: ['loki'],
      others: ['loki-canary'],
      workloads: [
        { kind: 'StatefulSet', name: 'loki-write', account: 'loki' },
        { kind: 'StatefulSet', name: 'loki-backend', account: 'loki' },
        { name: 'loki-read', account: 'loki' },
        { kind: 'DaemonSet', name: 'loki-canary', account: 'loki-canary', bare: true },
      ],
    },
  ],
];

test.each(charts)('%s (%s) is silent', (_name, _source, chart) => {
  const { findings, gaps } = evaluate(worldOf(chart), { rules: catalog });
  expect(gaps).toEqual([]);
  // Patterns over a part of a namespace are told by the rules on exposure, as info.
  const isOfPattern = (ruleId: string): boolean =>
    chart.pattern !== undefined && ruleId.startsWith('trust-subject-pattern');
  expect(
    findings
      .filter(({ ruleId }) => !isOfPattern(ruleId))
      .map(({ ruleId, severity, message }) => `${severity} ${ruleId}: ${message}`),
  ).toEqual([]);
});
