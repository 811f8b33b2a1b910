/** Worlds that public reports describe, each with all findings above info and the answer to `why`. The cause was written down before the tool was asked. */

import type { Facts } from '../../lib/facts/facts.ts';
import { complete } from '../../lib/model/collected.ts';
import type { WhyTarget } from '../../lib/why/why-subject.ts';
import { aPod } from '../support/example-cluster.ts';
import { aProvider, aTrustPolicy, exampleIssuer } from '../support/example-world.ts';
import {
  account,
  addon,
  agent,
  agentAddon,
  arn,
  association,
  byAddon,
  byHelm,
  described,
  exactly,
  forPods,
  host,
  identityPod,
  injected,
  lonePod,
  neverUsed,
  of,
  pod,
  policyOf,
  role,
  statement,
  subject,
  tokenFile,
  trusting,
} from './described.ts';

/** One report. */
export interface DescribedWorld {
  /** Repository and number of the thread. */
  readonly source: string;
  readonly cause: string;
  readonly facts: () => Facts;
  /** Rule and message of the findings above info, in their order. */
  readonly found: readonly string[];
  readonly target?: WhyTarget;
  /** The answer of `why`: its cause or suspect by rule, or the first words of its fix, or its verdict. */
  readonly why?: string;
}

/** The issuer of a cluster that is gone. */
const earlier = exampleIssuer.replace('5C1D', '1111');

export const describedWorlds: readonly DescribedWorld[] = [
  {
    source: 'aws/karpenter-provider-aws#1595',
    cause: 'the release has another name, so the chart made another account than the role trusts',
    facts: () =>
      described({
        accounts: [account('karpenter', 'kp-karpenter', 'karpenter', byHelm('kp'))],
        pods: [pod('karpenter', 'kp-karpenter', 'karpenter')],
        roles: [role('karpenter', trusting(subject('karpenter', 'karpenter')))],
      }),
    found: ['trust-subject-unknown-service-account other-user'],
    target: { kind: 'Deployment', namespace: 'karpenter', name: 'kp-karpenter' },
    why: 'cause: trust-subject-unknown-service-account',
  },
  {
    source: 'aws-ia/terraform-aws-eks-blueprints-addons#326',
    cause: 'the Federated principal is the host of the issuer and no ARN',
    facts: () =>
      described({
        accounts: [account('kube-system', 'aws-load-balancer-controller', 'lbc')],
        pods: [pod('kube-system', 'aws-load-balancer-controller', 'lbc')],
        roles: [
          role(
            'lbc',
            policyOf(
              statement({
                Principal: { Federated: host },
                Condition: exactly(subject('kube-system', 'aws-load-balancer-controller')),
              }),
            ),
          ),
        ],
      }),
    found: ['trust-provider-missing impossible'],
    target: { kind: 'Deployment', namespace: 'kube-system', name: 'aws-load-balancer-controller' },
    why: 'suspect: trust-provider-missing',
  },
  {
    source: 'crossplane-contrib/provider-aws#582',
    cause: 'an upgrade of the provider renamed its account; the role trusts the old name in full',
    facts: () =>
      described({
        accounts: [
          account('crossplane-system', 'provider-aws-4ebd5d8c7cb7', 'crossplane'),
          account('crossplane-system', 'crossplane'),
        ],
        pods: [
          pod('crossplane-system', 'provider-aws-4ebd5d8c7cb7', 'crossplane'),
          pod('crossplane-system', 'crossplane'),
        ],
        roles: [role('crossplane', trusting(subject('crossplane-system', 'provider-aws-6b36ca882d8e')))],
      }),
    found: ['trust-subject-unknown-service-account other-user'],
    target: { kind: 'Deployment', namespace: 'crossplane-system', name: 'provider-aws-4ebd5d8c7cb7' },
    why: 'cause: trust-subject-unknown-service-account',
  },
  {
    source: 'awslabs/mountpoint-s3-csi-driver#276',
    cause: 'the provider lists amazonaws.com and not sts.amazonaws.com',
    facts: () =>
      described({
        accounts: [account('apps', 'trainer', 'trainer')],
        pods: [pod('apps', 'trainer', 'trainer')],
        roles: [role('trainer', trusting(subject('apps', 'trainer')))],
        over: { providers: complete([aProvider({ audiences: ['amazonaws.com'] })]) },
      }),
    found: ['provider-audience-missing missing'],
    target: { kind: 'Deployment', namespace: 'apps', name: 'trainer' },
    why: 'cause: provider-audience-missing',
  },
  {
    source: 'apache/airflow#25322',
    cause: 'eksctl made airflow-sa, and the workers run as the account of the chart',
    facts: () =>
      described({
        accounts: [
          account('airflow', 'airflow-sa', 'airflow', { managedBy: { tool: 'eksctl' } }),
          account('airflow', 'airflow-worker', undefined, byHelm('airflow')),
          account('airflow', 'airflow-webserver', undefined, byHelm('airflow')),
          account('airflow', 'airflow-scheduler', undefined, byHelm('airflow')),
        ],
        pods: [
          pod('airflow', 'airflow-worker', undefined, of('StatefulSet', 'airflow-worker')),
          pod('airflow', 'airflow-webserver'),
          pod('airflow', 'airflow-scheduler'),
        ],
        roles: [role('airflow', trusting(subject('airflow', 'airflow-sa')), neverUsed)],
      }),
    found: ['service-account-workload-elsewhere unused'],
    target: { kind: 'StatefulSet', namespace: 'airflow', name: 'airflow-worker' },
    why: 'cause: Name service account airflow-sa in the template of StatefulSet airflow-worker.',
  },
  {
    source: 'kubernetes-sigs/aws-load-balancer-controller#2685',
    cause: 'the annotation was changed, the pods were not restarted and the old role is gone',
    facts: () =>
      described({
        accounts: [
          account('kube-system', 'aws-load-balancer-controller', 'lbc-new', {
            annotatedAt: '2026-10-20T00:00:00Z',
            ...byHelm('aws-load-balancer-controller'),
          }),
        ],
        pods: [pod('kube-system', 'aws-load-balancer-controller', 'lbc-old')],
        roles: [role('lbc-new', trusting(subject('kube-system', 'aws-load-balancer-controller')))],
      }),
    found: ['pod-role-stale stale'],
    target: { kind: 'Deployment', namespace: 'kube-system', name: 'aws-load-balancer-controller' },
    why: 'cause: pod-role-stale',
  },
  {
    source: 'cert-manager/cert-manager#5893',
    cause: 'another account in another namespace has the role; the controller has none',
    facts: () =>
      described({
        accounts: [
          account('teleport', 'cert-manager-serviceaccount', 'cert-manager'),
          account('cert-manager', 'cert-manager', undefined, byHelm('cert-manager')),
        ],
        pods: [pod('cert-manager', 'cert-manager', undefined, { isCertManager: true })],
        roles: [role('cert-manager', trusting(subject('teleport', 'cert-manager-serviceaccount')))],
        inside: { issuerRoles: complete([{ issuer: 'letsencrypt', roleArn: arn('cert-manager') }]) },
      }),
    found: [],
    target: { kind: 'Deployment', namespace: 'cert-manager', name: 'cert-manager' },
    why: 'cause: Name the role in the annotation of service account cert-manager/cert-manager, then restart the pods.',
  },
  {
    source: 'nuclia/nucliadb#1606',
    cause: 'keys by reference beside the role',
    facts: () =>
      described({
        accounts: [account('nucliadb', 'nucliadb', 'nucliadb')],
        pods: [
          pod('nucliadb', 'nucliadb', undefined, {
            ...of('StatefulSet', 'nucliadb'),
            containers: [
              injected('nucliadb', {
                awsVariables: [
                  'AWS_ACCESS_KEY_ID',
                  'AWS_SECRET_ACCESS_KEY',
                  'AWS_ROLE_ARN',
                  'AWS_WEB_IDENTITY_TOKEN_FILE',
                ],
              }),
            ],
            volumes: aPod().volumes,
          }),
        ],
        roles: [role('nucliadb', trusting(subject('nucliadb', 'nucliadb')))],
      }),
    found: ['pod-static-credentials keys'],
    target: { kind: 'StatefulSet', namespace: 'nucliadb', name: 'nucliadb' },
    why: 'cause: pod-static-credentials',
  },
  {
    source: 'camunda/camunda-platform-helm#5286',
    cause: 'empty keys are set beside the role (in the report: even empty values)',
    facts: () =>
      described({
        accounts: [account('camunda', 'camunda-zeebe', 'camunda')],
        pods: [
          pod('camunda', 'camunda-zeebe', undefined, {
            containers: [
              injected('camunda', {
                awsVariables: [
                  'AWS_ACCESS_KEY_ID',
                  'AWS_SECRET_ACCESS_KEY',
                  'AWS_ROLE_ARN',
                  'AWS_WEB_IDENTITY_TOKEN_FILE',
                ],
              }),
            ],
            volumes: aPod().volumes,
          }),
        ],
        roles: [role('camunda', trusting(subject('camunda', 'camunda-zeebe')))],
      }),
    found: ['pod-static-credentials keys'],
    target: { kind: 'Deployment', namespace: 'camunda', name: 'camunda-zeebe' },
    why: 'cause: pod-static-credentials',
  },
  {
    source: 'kedacore/keda#837',
    cause: 'not root, no fsGroup, Kubernetes 1.16',
    facts: () =>
      described({
        accounts: [account('keda', 'keda-operator', 'keda')],
        pods: [pod('keda', 'keda-operator', 'keda', { runAsUser: 1001, runAsNonRoot: true })],
        roles: [role('keda', trusting(subject('keda', 'keda-operator')))],
        inside: { version: complete('v1.16.8-eks-fd1ea7') },
      }),
    found: ['pod-token-unreadable unreadable'],
    target: { kind: 'Deployment', namespace: 'keda', name: 'keda-operator' },
    why: 'cause: pod-token-unreadable',
  },
  {
    source: 'terraform-aws-modules/terraform-aws-eks#3029',
    cause: 'the module made the role for Pod Identity and no association',
    facts: () =>
      described({
        accounts: [
          account('kube-system', 'karpenter', undefined, byHelm('karpenter')),
          account('kube-system', 'eks-pod-identity-agent'),
        ],
        pods: [pod('kube-system', 'karpenter'), agent],
        roles: [role('KarpenterController-20240507', forPods)],
        cluster: { addons: complete([agentAddon]), podIdentity: complete([]) },
      }),
    found: [],
    target: { kind: 'Deployment', namespace: 'kube-system', name: 'karpenter' },
    why: 'cause: Create the Pod Identity association of kube-system/karpenter with role KarpenterController-20240507, then restart the pods.',
  },
  {
    source: 'aws-samples/amazon-eks-apache-spark-etl-sample#2',
    cause: 'executors run as default, the driver has the role',
    facts: () =>
      described({
        accounts: [account('spark', 'spark', 'spark'), account('spark', 'default')],
        pods: [
          pod('spark', 'spark', 'spark', { ...of('Job', 'etl'), name: 'etl-driver' }),
          lonePod('spark', 'etl-exec-1', 'default'),
          lonePod('spark', 'etl-exec-2', 'default'),
        ],
        roles: [role('spark', trusting(subject('spark', 'spark')))],
      }),
    found: [],
    target: { kind: 'Pod', namespace: 'spark', name: 'etl-exec-1' },
    why: 'cause: Name service account spark in the template of Pod etl-exec-1.',
  },
  {
    source: 'k8sgpt-ai/k8sgpt-operator#698',
    cause: 'the operator made the account and left it out of the Deployment',
    facts: () =>
      described({
        accounts: [
          account('k8sgpt', 'k8sgpt', 'k8sgpt'),
          account('k8sgpt', 'default'),
          account('k8sgpt', 'k8sgpt-operator-controller-manager'),
        ],
        pods: [
          pod('k8sgpt', 'default', undefined, of('Deployment', 'k8sgpt-second-cluster')),
          pod('k8sgpt', 'k8sgpt-operator-controller-manager'),
        ],
        roles: [role('k8sgpt', trusting(subject('k8sgpt', 'k8sgpt')))],
      }),
    found: [],
    target: { kind: 'Deployment', namespace: 'k8sgpt', name: 'k8sgpt-second-cluster' },
    why: 'cause: Name service account k8sgpt in the template of Deployment k8sgpt-second-cluster.',
  },
  {
    source: 'kubeflow/website#1848',
    cause: 'the documentation named kf-admin in place of the account that pods have',
    facts: () =>
      described({
        accounts: [account('kubeflow', 'ml-pipeline', 'kf')],
        pods: [pod('kubeflow', 'ml-pipeline', 'kf')],
        roles: [role('kf', trusting(subject('kubeflow', 'kf-admin')))],
      }),
    found: ['trust-subject-unknown-service-account other-user'],
    target: { kind: 'Deployment', namespace: 'kubeflow', name: 'ml-pipeline' },
    why: 'cause: trust-subject-unknown-service-account',
  },
  {
    source: 'awsdocs/amazon-cloudwatch-user-guide#133',
    cause: 'the account with the role was made in default, the agent runs in amazon-cloudwatch',
    facts: () =>
      described({
        accounts: [
          account('default', 'cloudwatch-agent', 'cw', { managedBy: { tool: 'eksctl' } }),
          account('amazon-cloudwatch', 'cloudwatch-agent'),
        ],
        pods: [pod('amazon-cloudwatch', 'cloudwatch-agent', undefined, of('DaemonSet', 'cloudwatch-agent'))],
        roles: [role('cw', trusting(subject('default', 'cloudwatch-agent')))],
      }),
    found: ['service-account-workload-elsewhere namesake'],
    target: { kind: 'DaemonSet', namespace: 'amazon-cloudwatch', name: 'cloudwatch-agent' },
    why: 'cause: Name the role in the annotation of service account amazon-cloudwatch/cloudwatch-agent, then restart the pods.',
  },
  {
    source: 'aws/amazon-eks-pod-identity-webhook#210',
    cause: 'the pods are older than their association',
    facts: () =>
      described({
        accounts: [account('apps', 'web'), account('kube-system', 'eks-pod-identity-agent')],
        pods: [pod('apps', 'web'), agent],
        roles: [role('pi', forPods)],
        cluster: {
          addons: complete([agentAddon]),
          podIdentity: complete([association('apps', 'web', 'pi', { createdAt: '2026-10-01T10:00:05Z' })]),
        },
      }),
    found: ['pod-identity-pods-without older'],
    target: { kind: 'Deployment', namespace: 'apps', name: 'web' },
    why: 'cause: pod-identity-pods-without',
  },
  {
    source: 'aws/amazon-vpc-cni-k8s#2752',
    cause: 'the add-on has a role, the account is not annotated',
    facts: () =>
      described({
        accounts: [account('kube-system', 'aws-node', undefined, byAddon)],
        pods: [pod('kube-system', 'aws-node', undefined, { ...of('DaemonSet', 'aws-node'), hostNetwork: true })],
        roles: [role('cni', trusting(subject('kube-system', 'aws-node')))],
        cluster: { addons: complete([addon('vpc-cni', { roleArn: arn('cni') })]) },
      }),
    found: ['addon-role-differs noAnnotation'],
    target: { kind: 'DaemonSet', namespace: 'kube-system', name: 'aws-node' },
    why: 'cause: addon-role-differs',
  },
  {
    source: 'aws/amazon-vpc-cni-k8s#3840',
    cause: 'aws-node has an association, and the agent is not installed',
    facts: () =>
      described({
        accounts: [account('kube-system', 'aws-node', undefined, byAddon)],
        pods: [identityPod('kube-system', 'aws-node', { ...of('DaemonSet', 'aws-node'), hostNetwork: true })],
        roles: [role('cni', forPods)],
        cluster: {
          addons: complete([addon('vpc-cni', { hasPodIdentity: true })]),
          podIdentity: complete([association('kube-system', 'aws-node', 'cni')]),
        },
      }),
    found: ['pod-identity-agent-missing missing'],
    target: { kind: 'DaemonSet', namespace: 'kube-system', name: 'aws-node' },
    why: 'cause: pod-identity-agent-missing',
  },
  {
    source: 'eksctl-io/eksctl#7752',
    cause: 'the migration took trust and annotation away, and no association is there for the add-on',
    facts: () =>
      described({
        accounts: [
          account('kube-system', 'aws-node', undefined, byAddon),
          account('kube-system', 'eks-pod-identity-agent'),
        ],
        pods: [
          pod('kube-system', 'aws-node', 'eksctl-cni', { ...of('DaemonSet', 'aws-node'), hostNetwork: true }),
          agent,
        ],
        roles: [role('eksctl-cni', forPods)],
        cluster: { addons: complete([addon('vpc-cni'), agentAddon]), podIdentity: complete([]) },
      }),
    found: ['pod-role-not-trusting refused', 'pod-role-unannotated removed'],
    target: { kind: 'DaemonSet', namespace: 'kube-system', name: 'aws-node' },
    why: 'cause: pod-role-unannotated',
  },
  {
    source: 'kubernetes-sigs/aws-efs-csi-driver#1056',
    cause: 'the role trusts the controller alone, the node account is annotated with it too',
    facts: () =>
      described({
        accounts: [
          account('kube-system', 'efs-csi-controller-sa', 'efs', byHelm('efs')),
          account('kube-system', 'efs-csi-node-sa', 'efs', byHelm('efs')),
        ],
        pods: [
          pod('kube-system', 'efs-csi-controller-sa', 'efs', of('Deployment', 'efs-csi-controller')),
          pod('kube-system', 'efs-csi-node-sa', 'efs', { ...of('DaemonSet', 'efs-csi-node'), hostNetwork: true }),
        ],
        roles: [role('efs', trusting(subject('kube-system', 'efs-csi-controller-sa')))],
      }),
    found: ['service-account-role-not-trusting conditionFails'],
    target: { kind: 'DaemonSet', namespace: 'kube-system', name: 'efs-csi-node' },
    why: 'cause: service-account-role-not-trusting',
  },
  {
    source: 'aws-controllers-k8s/community#782',
    cause: 'a template sets AWS_ROLE_ARN to the second role; the webhook adds no variable of its own then',
    facts: () =>
      described({
        accounts: [account('prow', 'test-runner', 'prow')],
        pods: [
          pod('prow', 'test-runner', undefined, {
            ...of('Job', 'e2e'),
            containers: [
              injected('prow', {
                awsVariables: [
                  'AWS_ROLE_ARN',
                  'AWS_STS_REGIONAL_ENDPOINTS',
                  'AWS_DEFAULT_REGION',
                  'AWS_REGION',
                  'AWS_WEB_IDENTITY_TOKEN_FILE',
                ],
                irsaEnvironment: {
                  AWS_ROLE_ARN: arn('ack-test'),
                  AWS_STS_REGIONAL_ENDPOINTS: 'regional',
                  AWS_DEFAULT_REGION: 'eu-west-1',
                  AWS_REGION: 'eu-west-1',
                  AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile,
                },
              }),
            ],
            volumes: aPod().volumes,
          }),
        ],
        roles: [
          role('prow', trusting(subject('prow', 'test-runner'))),
          role(
            'ack-test',
            JSON.stringify({
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Principal: { AWS: arn('prow') }, Action: 'sts:AssumeRole' }],
            }),
          ),
        ],
      }),
    found: ['pod-role-stale byHand'],
    target: { kind: 'Job', namespace: 'prow', name: 'e2e' },
    why: 'cause: pod-role-stale',
  },
  {
    source: 'aws/efs-utils#60',
    cause: 'the default account is annotated and the role trusts every account of the namespace',
    facts: () =>
      described({
        accounts: [account('jenkins', 'default', 'apps.jenkins')],
        pods: [pod('jenkins', 'default', 'apps.jenkins', of('Deployment', 'jenkins'))],
        roles: [
          role(
            'apps.jenkins',
            policyOf(
              statement({
                Condition: {
                  StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com' },
                  StringLike: { [`${host}:sub`]: ['system:serviceaccount:jenkins:*'] },
                },
              }),
            ),
          ),
        ],
      }),
    found: ['service-account-on-default onDefault', 'trust-any-service-account-in-namespace open'],
  },
  {
    source: 'argoproj/argo-cd#2347',
    cause: 'argocd-server is trusted, argocd-application-controller is not',
    facts: () =>
      described({
        accounts: [
          account('argocd', 'argocd-server', 'argocd'),
          account('argocd', 'argocd-application-controller', 'argocd'),
          account('argocd', 'argocd-repo-server'),
        ],
        pods: [
          pod('argocd', 'argocd-server', 'argocd'),
          pod('argocd', 'argocd-application-controller', 'argocd', of('StatefulSet', 'argocd-application-controller')),
          pod('argocd', 'argocd-repo-server'),
        ],
        roles: [role('argocd', trusting(subject('argocd', 'argocd-server')))],
      }),
    found: ['service-account-role-not-trusting conditionFails'],
    target: { kind: 'StatefulSet', namespace: 'argocd', name: 'argocd-application-controller' },
    why: 'cause: service-account-role-not-trusting',
  },
  {
    source: 'actions/actions-runner-controller#3963',
    cause: 'job pods of kubernetes mode run as default, the runner has the role',
    facts: () =>
      described({
        accounts: [account('runners', 'dev-runners-arc', 'runner'), account('runners', 'default')],
        pods: [
          pod('runners', 'dev-runners-arc', 'runner', { ...of('EphemeralRunner', 'arc-abcde'), name: 'arc-abcde' }),
          lonePod('runners', 'arc-abcde-workflow', 'default'),
        ],
        roles: [role('runner', trusting(subject('runners', 'dev-runners-arc')))],
      }),
    found: [],
    target: { kind: 'Pod', namespace: 'runners', name: 'arc-abcde-workflow' },
    why: 'cause: Name service account dev-runners-arc in the template of Pod arc-abcde-workflow.',
  },
  {
    source: 'eksctl-io/eksctl#5836',
    cause:
      'cluster of the same name was made again; eksctl thought the account exists: role for the old issuer, account annotated by hand',
    facts: () =>
      described({
        accounts: [account('apps', 'web', 'eksctl-web')],
        pods: [pod('apps', 'web', 'eksctl-web')],
        roles: [role('eksctl-web', aTrustPolicy({ issuer: earlier, subject: subject('apps', 'web') }))],
      }),
    found: ['trust-provider-missing nearest'],
    target: { kind: 'Deployment', namespace: 'apps', name: 'web' },
    why: 'cause: trust-provider-missing',
  },
  {
    source: 'aws-samples/kubecost poc#111',
    cause: 'role trusts default:kubecost-cost-analyzer while the release is in kubecost',
    facts: () =>
      described({
        accounts: [account('kubecost', 'kubecost-cost-analyzer', 'kubecost')],
        pods: [pod('kubecost', 'kubecost-cost-analyzer', 'kubecost')],
        roles: [role('kubecost', trusting(subject('default', 'kubecost-cost-analyzer')))],
      }),
    found: ['service-account-role-not-trusting conditionFails'],
    target: { kind: 'Deployment', namespace: 'kubecost', name: 'kubecost-cost-analyzer' },
    why: 'cause: service-account-role-not-trusting',
  },
  {
    source: 'hashicorp/vault-helm#410',
    cause: 'the chart has no annotation: the account vault has no role, a role for it exists',
    facts: () =>
      described({
        accounts: [account('vault', 'vault', undefined, byHelm('vault'))],
        pods: [pod('vault', 'vault', undefined, { ...of('StatefulSet', 'vault'), runAsUser: 100, fsGroup: 1000 })],
        roles: [role('vault-unseal', trusting(subject('vault', 'vault')))],
      }),
    found: ['service-account-role-unannotated unannotated'],
    target: { kind: 'StatefulSet', namespace: 'vault', name: 'vault' },
    why: 'cause: service-account-role-unannotated',
  },
  {
    source: 'velero-io/velero#7290',
    cause: 'a credentials file in the container beside the role',
    facts: () =>
      described({
        accounts: [account('velero', 'velero', 'velero')],
        pods: [
          pod('velero', 'velero', undefined, {
            containers: [
              injected('velero', {
                awsVariables: ['AWS_SHARED_CREDENTIALS_FILE', 'AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
                irsaEnvironment: {
                  AWS_SHARED_CREDENTIALS_FILE: '/credentials/cloud',
                  AWS_ROLE_ARN: arn('velero'),
                  AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile,
                },
              }),
            ],
            volumes: aPod().volumes,
          }),
        ],
        roles: [role('velero', trusting(subject('velero', 'velero')))],
      }),
    found: ['pod-static-credentials dependsOnSdk'],
    target: { kind: 'Deployment', namespace: 'velero', name: 'velero' },
    why: 'suspect: pod-static-credentials',
  },
  {
    source: 'aws/karpenter-provider-aws#2636',
    cause: 'eksctl iamserviceaccount in another region of the id: provider of the cluster never associated',
    facts: () =>
      described({
        accounts: [account('karpenter', 'karpenter', 'karpenter')],
        pods: [pod('karpenter', 'karpenter', 'karpenter')],
        roles: [role('karpenter', trusting(subject('karpenter', 'karpenter')))],
        over: { providers: complete([]) },
      }),
    found: ['cluster-provider-missing needed'],
    target: { kind: 'Deployment', namespace: 'karpenter', name: 'karpenter' },
    why: 'cause: cluster-provider-missing',
  },
  {
    source: 'kubernetes-sigs/aws-load-balancer-controller#4199',
    cause: 'aud missing the sts: trust asks aud amazonaws.com',
    facts: () =>
      described({
        accounts: [account('kube-system', 'aws-load-balancer-controller', 'lbc')],
        pods: [pod('kube-system', 'aws-load-balancer-controller', 'lbc')],
        roles: [
          role(
            'lbc',
            policyOf(
              statement({
                Condition: {
                  StringEquals: {
                    [`${host}:aud`]: 'amazonaws.com',
                    [`${host}:sub`]: subject('kube-system', 'aws-load-balancer-controller'),
                  },
                },
              }),
            ),
          ),
        ],
      }),
    found: ['trust-audience-impossible impossible'],
    target: { kind: 'Deployment', namespace: 'kube-system', name: 'aws-load-balancer-controller' },
    why: 'cause: trust-audience-impossible',
  },
  {
    source: 'runatlantis/atlantis#6556',
    cause: 'a config file with profiles is mounted, AWS_PROFILE by workflow; the chain works',
    facts: () =>
      described({
        accounts: [account('atlantis', 'atlantis', 'atlantis')],
        pods: [
          pod('atlantis', 'atlantis', undefined, {
            ...of('StatefulSet', 'atlantis'),
            containers: [
              injected('atlantis', {
                mounts: {
                  'aws-iam-token': '/var/run/secrets/eks.amazonaws.com/serviceaccount',
                  aws: '/home/atlantis/.aws/config',
                },
              }),
            ],
            volumes: aPod().volumes,
          }),
        ],
        roles: [role('atlantis', trusting(subject('atlantis', 'atlantis')))],
      }),
    found: [],
    target: { kind: 'StatefulSet', namespace: 'atlantis', name: 'atlantis' },
    why: 'undecided',
  },
  {
    source: 'eksctl-io/eksctl#1728',
    cause: 'the account was deleted and not made again; pods of the workload still name it',
    facts: () =>
      described({
        accounts: [],
        namespaces: ['apps'],
        pods: [pod('apps', 'web', 'web')],
        roles: [role('web', trusting(subject('apps', 'web')))],
      }),
    found: ['pod-service-account-gone gone'],
    target: { kind: 'Deployment', namespace: 'apps', name: 'web' },
    why: 'cause: pod-service-account-gone',
  },
];
