/** Worlds that public reports describe, each with all findings above info and the answer to `why`. The cause was written down before the tool was asked. */

import type { Facts } from '../../lib/facts/facts.ts';
import { complete } from '../../lib/model/collected.ts';
import type { WhyTarget } from '../../lib/why/why-subject.ts';
import { aPod } from '../support/example-cluster.ts';
import { aProvider, aTrustPolicy, exampleAccountId, exampleIssuer } from '../support/example-world.ts';
import {
  account,
  addon,
  agent,
  agentAddon,
  arn,
  association,
  byAddon,
  byHelm,
  deployment,
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
  /** Repository and number of the thread, or the mistake and its tool. */
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
    target: deployment('karpenter', 'kp-karpenter'),
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
    target: deployment('kube-system', 'aws-load-balancer-controller'),
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
    target: deployment('crossplane-system', 'provider-aws-4ebd5d8c7cb7'),
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
    target: deployment('apps', 'trainer'),
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
    target: deployment('kube-system', 'aws-load-balancer-controller'),
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
        pods: [pod('cert-manager', 'cert-manager', undefined, { controller: { name: 'cert-manager' } })],
        roles: [role('cert-manager', trusting(subject('teleport', 'cert-manager-serviceaccount')))],
        inside: {
          controllerRoles: complete([
            {
              controller: 'cert-manager',
              namedBy: 'ClusterIssuer letsencrypt',
              roleArn: arn('cert-manager'),
              by: 'role',
            },
          ]),
        },
      }),
    found: ['service-account-second-role noFirst'],
    target: deployment('cert-manager', 'cert-manager'),
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
    target: deployment('camunda', 'camunda-zeebe'),
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
    target: deployment('keda', 'keda-operator'),
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
    target: deployment('kube-system', 'karpenter'),
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
    target: deployment('k8sgpt', 'k8sgpt-second-cluster'),
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
    target: deployment('kubeflow', 'ml-pipeline'),
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
    why: 'cause: Make the annotation and the trust policy for amazon-cloudwatch/cloudwatch-agent, which has the pods, in place of default/cloudwatch-agent, then restart the pods.',
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
    target: deployment('apps', 'web'),
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
    target: deployment('apps', 'web'),
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
    target: deployment('kubecost', 'kubecost-cost-analyzer'),
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
    target: deployment('velero', 'velero'),
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
    target: deployment('karpenter', 'karpenter'),
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
    target: deployment('kube-system', 'aws-load-balancer-controller'),
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
    target: deployment('apps', 'web'),
    why: 'cause: pod-service-account-gone',
  },
  {
    source: 'awsdocs/amazon-eks-user-guide#501',
    cause: 'the annotation was indented wrongly and stripped; the role exists',
    facts: () =>
      described({
        accounts: [account('kube-system', 'aws-load-balancer-controller')],
        pods: [pod('kube-system', 'aws-load-balancer-controller')],
        roles: [
          role('AmazonEKSLoadBalancerControllerRole', trusting(subject('kube-system', 'aws-load-balancer-controller'))),
        ],
      }),
    found: ['service-account-role-unannotated unannotated'],
    target: deployment('kube-system', 'aws-load-balancer-controller'),
    why: 'cause: service-account-role-unannotated',
  },
  {
    source: 'aws/aws-application-networking-k8s#71',
    cause: 'the manifest of a new version took the annotation away; the pods still have the role',
    facts: () =>
      described({
        accounts: [account('aws-application-networking-system', 'gateway-api-controller')],
        pods: [pod('aws-application-networking-system', 'gateway-api-controller', 'lattice')],
        roles: [role('lattice', trusting(subject('aws-application-networking-system', 'gateway-api-controller')))],
      }),
    found: ['pod-role-unannotated removed'],
    target: deployment('aws-application-networking-system', 'gateway-api-controller'),
    why: 'cause: pod-role-unannotated',
  },
  {
    source: 'aws/eks-pod-identity-agent#80',
    cause: 'a chained role does not allow the tags of Pod Identity',
    facts: () =>
      described({
        accounts: [account('apps', 'web'), account('kube-system', 'eks-pod-identity-agent')],
        pods: [identityPod('apps', 'web'), agent],
        roles: [
          role('pi', forPods),
          role(
            'data',
            JSON.stringify({
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Principal: { AWS: arn('pi') }, Action: 'sts:AssumeRole' }],
            }),
          ),
        ],
        cluster: { addons: complete([agentAddon]), podIdentity: complete([association('apps', 'web', 'pi')]) },
      }),
    found: ['pod-identity-chain-refuses-tags noTags'],
    target: deployment('apps', 'web'),
    why: 'suspect: pod-identity-chain-refuses-tags',
  },
  {
    source: 'eksctl-io/eksctl#8425',
    cause: 'the target role of the association does not trust its role',
    facts: () =>
      described({
        accounts: [account('apps', 'web'), account('kube-system', 'eks-pod-identity-agent')],
        pods: [identityPod('apps', 'web'), agent],
        roles: [
          role('pi', forPods),
          role(
            'target',
            JSON.stringify({
              Version: '2012-10-17',
              Statement: [
                { Effect: 'Allow', Principal: { AWS: arn('other') }, Action: ['sts:AssumeRole', 'sts:TagSession'] },
              ],
            }),
          ),
        ],
        cluster: {
          addons: complete([agentAddon]),
          podIdentity: complete([association('apps', 'web', 'pi', { targetRoleArn: arn('target') })]),
        },
      }),
    found: ['pod-identity-target-not-trusting silent'],
    target: deployment('apps', 'web'),
    why: 'suspect: pod-identity-target-not-trusting',
  },
  {
    source: 'alphagov/gsp#873',
    cause: 'the condition key is the placeholder OIDC_PROVIDER:sub',
    facts: () =>
      described({
        accounts: [account('gsp', 'grafana', 'grafana')],
        pods: [pod('gsp', 'grafana', 'grafana')],
        roles: [
          role(
            'grafana',
            policyOf(statement({ Condition: { StringEquals: { 'OIDC_PROVIDER:sub': subject('gsp', 'grafana') } } })),
          ),
        ],
      }),
    found: ['trust-key-issuer-mismatch wrong-key'],
    target: deployment('gsp', 'grafana'),
    why: 'cause: trust-key-issuer-mismatch',
  },
  {
    source: 'aws/aws-cdk#11682',
    cause: 'the condition keys of an imported cluster have the host without its id',
    facts: () =>
      described({
        accounts: [account('apps', 'web', 'web')],
        pods: [pod('apps', 'web', 'web')],
        roles: [
          role(
            'web',
            policyOf(
              statement({
                Condition: {
                  StringEquals: {
                    'oidc.eks.eu-west-1.amazonaws.com:sub': subject('apps', 'web'),
                    'oidc.eks.eu-west-1.amazonaws.com:aud': 'sts.amazonaws.com',
                  },
                },
              }),
            ),
          ),
        ],
      }),
    found: ['trust-key-issuer-mismatch wrong-key'],
    target: deployment('apps', 'web'),
    why: 'cause: trust-key-issuer-mismatch',
  },
  {
    source: 'aws/amazon-eks-pod-identity-webhook#101',
    cause: 'the account is the principal, with conditions on the subject',
    facts: () =>
      described({
        accounts: [account('apps', 'web', 'web')],
        pods: [pod('apps', 'web', 'web')],
        roles: [
          role(
            'web',
            JSON.stringify({
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Allow',
                  Principal: { AWS: `arn:aws:iam::${exampleAccountId}:root` },
                  Action: 'sts:AssumeRoleWithWebIdentity',
                  Condition: { StringLike: { [`${host}:sub`]: subject('apps', 'web') } },
                },
              ],
            }),
          ),
        ],
      }),
    found: ['service-account-role-not-trusting otherPrincipal'],
    target: deployment('apps', 'web'),
    why: 'cause: service-account-role-not-trusting',
  },
  {
    source: 'awsdocs/amazon-eks-user-guide#1047',
    cause: 'the role tests the ARN of another cluster',
    facts: () =>
      described({
        accounts: [account('apps', 'web'), account('kube-system', 'eks-pod-identity-agent')],
        pods: [identityPod('apps', 'web'), agent],
        roles: [
          role(
            'pi',
            JSON.stringify({
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Allow',
                  Principal: { Service: 'pods.eks.amazonaws.com' },
                  Action: ['sts:AssumeRole', 'sts:TagSession'],
                  Condition: {
                    StringEquals: {
                      'aws:RequestTag/eks-cluster-arn': `arn:aws:eks:eu-west-1:${exampleAccountId}:cluster/old-shop`,
                    },
                  },
                },
              ],
            }),
          ),
        ],
        cluster: { addons: complete([agentAddon]), podIdentity: complete([association('apps', 'web', 'pi')]) },
      }),
    found: ['pod-identity-role-not-trusting refuses'],
    target: deployment('apps', 'web'),
    why: 'cause: pod-identity-role-not-trusting',
  },
  {
    source: 'kubeflow/spark-operator#1041',
    cause: 'the pods have the annotation of kube2iam, which does not run; the account has no role',
    facts: () =>
      described({
        accounts: [account('spark', 'spark')],
        pods: [
          pod('spark', 'spark', undefined, {
            ...of('SparkApplication', 'etl'),
            name: 'etl-driver',
            annotations: { 'iam.amazonaws.com/role': 's3-reader' },
          }),
        ],
        roles: [role('s3-reader', trusting(subject('spark', 'spark')))],
      }),
    found: ['pod-annotation-ignored role'],
    target: { kind: 'SparkApplication', namespace: 'spark', name: 'etl' },
    why: 'cause: pod-annotation-ignored',
  },
  {
    source: 'terraform-aws-modules/terraform-aws-eks#1083',
    cause: 'the account that the chart made is neither annotated nor the one of the role',
    facts: () =>
      described({
        accounts: [
          account('kube-system', 'cluster-autoscaler-aws-cluster-autoscaler', undefined, byHelm('cluster-autoscaler')),
        ],
        pods: [pod('kube-system', 'cluster-autoscaler-aws-cluster-autoscaler')],
        roles: [
          role(
            'cluster-autoscaler',
            trusting(subject('kube-system', 'cluster-autoscaler-aws-cluster-autoscaler-chart')),
          ),
        ],
      }),
    found: [],
    target: deployment('kube-system', 'cluster-autoscaler-aws-cluster-autoscaler'),
    why: 'cause: Name the role in the annotation of service account kube-system/cluster-autoscaler-aws-cluster-autoscaler, then restart the pods.',
  },
  {
    source: 'awslabs/cdk-eks-blueprints#434',
    cause: 'the add-on got no role, though one was made for aws-node',
    facts: () =>
      described({
        accounts: [account('kube-system', 'aws-node', undefined, byAddon)],
        pods: [pod('kube-system', 'aws-node', undefined, { ...of('DaemonSet', 'aws-node'), hostNetwork: true })],
        roles: [role('cni', trusting(subject('kube-system', 'aws-node')))],
        cluster: { addons: complete([addon('vpc-cni')]) },
      }),
    found: ['service-account-role-unannotated unannotated'],
    target: { kind: 'DaemonSet', namespace: 'kube-system', name: 'aws-node' },
    why: 'cause: service-account-role-unannotated',
  },
  {
    source: 'external-secrets/external-secrets#669',
    cause: 'the account of the store has the role, which trusts that of the operator alone',
    facts: () =>
      described({
        accounts: [
          account('external-secrets', 'external-secrets', undefined, byHelm('external-secrets')),
          account('external-secrets', 'cluster-store-sa', 'eso'),
        ],
        pods: [pod('external-secrets', 'external-secrets')],
        roles: [role('eso', trusting(subject('external-secrets', 'external-secrets')))],
      }),
    found: ['service-account-role-not-trusting conditionFails'],
    target: { kind: 'ServiceAccount', namespace: 'external-secrets', name: 'cluster-store-sa' },
    why: 'cause: service-account-role-not-trusting',
  },
  {
    source: 'crossplane-contrib/provider-jet-aws#207',
    cause: 'the provider was updated and its account has another hash',
    facts: () =>
      described({
        accounts: [account('crossplane-system', 'provider-jet-aws-9a8b7c6d5e4f', 'jet')],
        pods: [pod('crossplane-system', 'provider-jet-aws-9a8b7c6d5e4f', 'jet')],
        roles: [role('jet', trusting(subject('crossplane-system', 'provider-jet-aws-302696b1dbdb')))],
      }),
    found: ['trust-subject-unknown-service-account other-user'],
    target: deployment('crossplane-system', 'provider-jet-aws-9a8b7c6d5e4f'),
    why: 'cause: trust-subject-unknown-service-account',
  },
  {
    source: 'kubernetes-sigs/external-dns#4012 (newline)',
    cause: 'the annotation ends in a line break',
    facts: () =>
      described({
        accounts: [account('apps', 'web', `${arn('web')}\n`)],
        pods: [pod('apps', 'web', `${arn('web')}\n`)],
        roles: [role('web', trusting(subject('apps', 'web')))],
      }),
    found: ['service-account-role-arn-malformed white-space'],
    target: deployment('apps', 'web'),
    why: 'cause: service-account-role-arn-malformed',
  },
  {
    source: 'terraform: url without id',
    cause: 'the provider was made for the host of EKS without the id',
    facts: () =>
      described({
        accounts: [account('apps', 'web', 'web')],
        pods: [pod('apps', 'web', 'web')],
        roles: [role('web', trusting(subject('apps', 'web')))],
        over: { providers: complete([aProvider({ issuer: 'https://oidc.eks.eu-west-1.amazonaws.com' })]) },
      }),
    found: ['cluster-provider-missing needed', 'provider-orphaned orphaned'],
    target: deployment('apps', 'web'),
    why: 'cause: cluster-provider-missing',
  },
  {
    source: 'AWS RCP example',
    cause: 'a resource control policy denies web identity of other issuers than those listed',
    facts: () =>
      described({
        accounts: [account('apps', 'web', 'web')],
        pods: [pod('apps', 'web', 'web')],
        roles: [role('web', trusting(subject('apps', 'web')))],
        over: {
          controlPolicies: complete([
            {
              id: 'p-1',
              name: 'deny-web-identity',
              attachedTo: 'r-root',
              document: JSON.stringify({
                Version: '2012-10-17',
                Statement: [
                  {
                    Effect: 'Deny',
                    Principal: '*',
                    Action: 'sts:AssumeRoleWithWebIdentity',
                    Resource: '*',
                    Condition: {
                      StringNotEqualsIfExists: { 'token.actions.githubusercontent.com:sub': 'repo:shop/*' },
                    },
                  },
                ],
              }),
            },
          ]),
        },
      }),
    found: ['role-denied-by-rcp everybody', 'role-denied-by-rcp everybody'],
    target: deployment('apps', 'web'),
    why: 'cause: role-denied-by-rcp',
  },
  {
    source: 'envFrom ConfigMap',
    cause: 'a ConfigMap gives keys by envFrom',
    facts: () =>
      described({
        accounts: [account('apps', 'web', 'web')],
        pods: [
          pod('apps', 'web', undefined, {
            containers: [
              injected('web', {
                awsVariables: [
                  'AWS_ACCESS_KEY_ID',
                  'AWS_SECRET_ACCESS_KEY',
                  'AWS_ROLE_ARN',
                  'AWS_WEB_IDENTITY_TOKEN_FILE',
                ],
                hasEnvFrom: true,
                fromConfigMaps: { AWS_ACCESS_KEY_ID: 'aws-env', AWS_SECRET_ACCESS_KEY: 'aws-env' },
              }),
            ],
            volumes: aPod().volumes,
          }),
        ],
        roles: [role('web', trusting(subject('apps', 'web')))],
      }),
    found: ['pod-static-credentials keys'],
    target: deployment('apps', 'web'),
    why: 'cause: pod-static-credentials',
  },
  {
    source: 'token file mistyped by hand',
    cause: 'AWS_WEB_IDENTITY_TOKEN_FILE of the template has another file name',
    facts: () =>
      described({
        accounts: [account('apps', 'web', 'web')],
        pods: [
          pod('apps', 'web', undefined, {
            containers: [
              injected('web', {
                awsVariables: [
                  'AWS_WEB_IDENTITY_TOKEN_FILE',
                  'AWS_STS_REGIONAL_ENDPOINTS',
                  'AWS_DEFAULT_REGION',
                  'AWS_REGION',
                  'AWS_ROLE_ARN',
                ],
                irsaEnvironment: {
                  AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile.replace('/token', '/tokens'),
                  AWS_ROLE_ARN: arn('web'),
                },
              }),
            ],
            volumes: aPod().volumes,
          }),
        ],
        roles: [role('web', trusting(subject('apps', 'web')))],
      }),
    found: ['pod-container-uncovered wrongPath'],
    target: deployment('apps', 'web'),
    why: 'cause: pod-container-uncovered',
  },
  {
    source: 'StringEquals with a prefix in a list',
    cause: 'one exact name and one pattern under StringEquals; the account matches the pattern',
    facts: () =>
      described({
        accounts: [account('apps', 'web-a', 'web'), account('apps', 'job', 'web')],
        pods: [pod('apps', 'web-a', 'web'), pod('apps', 'job', 'web')],
        roles: [role('web', trusting(subject('apps', 'job'), subject('apps', 'web-*')))],
      }),
    found: ['trust-subject-literal-wildcard allow'],
    target: deployment('apps', 'web-a'),
    why: 'cause: trust-subject-literal-wildcard',
  },
  {
    source: 'upper case namespace',
    cause: 'the trust policy has the namespace in upper case',
    facts: () =>
      described({
        accounts: [account('apps', 'web', 'web')],
        pods: [pod('apps', 'web', 'web')],
        roles: [role('web', trusting('system:serviceaccount:Apps:web'))],
      }),
    found: ['trust-subject-malformed upper-case'],
    target: deployment('apps', 'web'),
    why: 'cause: trust-subject-malformed',
  },
  {
    source: 'keys of another region',
    cause: 'principal is right, condition keys are of us-east-1',
    facts: () =>
      described({
        accounts: [account('apps', 'web', 'web')],
        pods: [pod('apps', 'web', 'web')],
        roles: [
          role(
            'web',
            policyOf(
              statement({
                Condition: {
                  StringEquals: { [`${host.replace('eu-west-1', 'us-east-1')}:sub`]: subject('apps', 'web') },
                },
              }),
            ),
          ),
        ],
      }),
    found: ['trust-key-issuer-mismatch wrong-key'],
    target: deployment('apps', 'web'),
    why: 'cause: trust-key-issuer-mismatch',
  },
  {
    source: 'provider ARN of another account',
    cause: 'the policy was copied from the account of another environment',
    facts: () =>
      described({
        accounts: [account('apps', 'web', 'web')],
        pods: [pod('apps', 'web', 'web')],
        roles: [
          role(
            'web',
            policyOf(
              statement({
                Principal: { Federated: aProvider({ accountId: '999988887777' }).arn },
                Condition: exactly(subject('apps', 'web')),
              }),
            ),
          ),
        ],
      }),
    found: ['trust-provider-foreign account'],
    target: deployment('apps', 'web'),
    why: 'cause: trust-provider-foreign',
  },
  {
    source: 'association, and the Deployment runs as default',
    cause: 'the template names no service account; the association is for web',
    facts: () =>
      described({
        accounts: [
          account('apps', 'web'),
          account('apps', 'default'),
          account('kube-system', 'eks-pod-identity-agent'),
        ],
        pods: [pod('apps', 'default', undefined, of('Deployment', 'web')), agent],
        roles: [role('pi', forPods)],
        cluster: { addons: complete([agentAddon]), podIdentity: complete([association('apps', 'web', 'pi')]) },
      }),
    found: ['pod-identity-pods-without elsewhere'],
    target: deployment('apps', 'web'),
    why: 'cause: Name service account web in the template of Deployment web.',
  },
  {
    source: 'association beside the annotation',
    cause: 'the association wins, its role lacks what the annotated one has',
    facts: () =>
      described({
        accounts: [account('apps', 'web', 'web'), account('kube-system', 'eks-pod-identity-agent')],
        pods: [identityPod('apps', 'web'), agent],
        roles: [role('web', trusting(subject('apps', 'web'))), role('pi', forPods)],
        cluster: { addons: complete([agentAddon]), podIdentity: complete([association('apps', 'web', 'pi')]) },
      }),
    found: ['service-account-pod-identity-overrides otherRole'],
    target: deployment('apps', 'web'),
    why: 'cause: service-account-pod-identity-overrides',
  },
  {
    source: 'moved namespace',
    cause: 'the release moved from monitoring to observability; the annotated account stayed',
    facts: () =>
      described({
        accounts: [account('monitoring', 'thanos', 'thanos'), account('observability', 'thanos')],
        pods: [pod('observability', 'thanos', undefined, of('StatefulSet', 'thanos-store'))],
        roles: [role('thanos', trusting(subject('monitoring', 'thanos')))],
      }),
    found: ['service-account-workload-elsewhere namesake'],
    target: { kind: 'StatefulSet', namespace: 'observability', name: 'thanos-store' },
    why: 'cause: Make the annotation and the trust policy for observability/thanos, which has the pods, in place of monitoring/thanos, then restart the pods.',
  },
  {
    source: 'cert-manager/cert-manager#5780',
    cause: 'the ClusterIssuer names the role that the controller has already',
    facts: () =>
      described({
        accounts: [account('cert-manager', 'cert-manager', 'eksctl-cm')],
        pods: [pod('cert-manager', 'cert-manager', 'eksctl-cm', { controller: { name: 'cert-manager' } })],
        roles: [role('eksctl-cm', trusting(subject('cert-manager', 'cert-manager')))],
        inside: {
          controllerRoles: complete([
            { controller: 'cert-manager', namedBy: 'ClusterIssuer letsencrypt', roleArn: arn('eksctl-cm'), by: 'role' },
          ]),
        },
      }),
    found: ['service-account-second-role own'],
    target: deployment('cert-manager', 'cert-manager'),
    why: 'suspect: service-account-second-role',
  },
  {
    source: 'external-dns second role deleted',
    cause: '--aws-assume-role names a role that does not exist',
    facts: () =>
      described({
        accounts: [account('dns', 'external-dns', 'dns')],
        pods: [
          pod('dns', 'external-dns', undefined, {
            containers: [injected('dns', { assumesRole: arn('zones') })],
            volumes: aPod().volumes,
          }),
        ],
        roles: [role('dns', trusting(subject('dns', 'external-dns')))],
      }),
    found: ['service-account-second-role absent'],
    target: deployment('dns', 'external-dns'),
    why: 'suspect: service-account-second-role',
  },
  {
    source: 'rejected audience annotation',
    cause: 'the account asks for the audience vault, the provider takes sts.amazonaws.com alone',
    facts: () =>
      described({
        accounts: [
          account('apps', 'web', undefined, {
            annotations: { 'eks.amazonaws.com/role-arn': arn('web'), 'eks.amazonaws.com/audience': 'vault' },
          }),
        ],
        pods: [
          pod('apps', 'web', undefined, {
            containers: [injected('web')],
            volumes: aPod().volumes.map(volume => ({ ...volume, audience: 'vault' })),
          }),
        ],
        roles: [role('web', trusting(subject('apps', 'web')))],
      }),
    found: ['service-account-audience-refused notInProvider'],
    target: deployment('apps', 'web'),
    why: 'cause: service-account-audience-refused',
  },
  {
    source: 'screwdriver-cd/screwdriver#2146',
    cause: 'build pods run as default; the account made for them has the role',
    facts: () =>
      described({
        accounts: [account('sd', 'sd-build', 'build'), account('sd', 'default'), account('sd', 'sd-queue')],
        pods: [pod('sd', 'sd-queue'), lonePod('sd', '1234-abcde', 'default')],
        roles: [role('build', trusting(subject('sd', 'sd-build')), neverUsed)],
      }),
    found: ['service-account-workload-elsewhere unused'],
    target: { kind: 'Pod', namespace: 'sd', name: '1234-abcde' },
    why: 'cause: Name service account sd-build in the template of Pod 1234-abcde.',
  },
  {
    source: 'two accounts swapped',
    cause: 'the annotations of two accounts of a chart were exchanged',
    facts: () =>
      described({
        accounts: [account('apps', 'reader', 'writer'), account('apps', 'writer', 'reader')],
        pods: [pod('apps', 'reader', 'writer'), pod('apps', 'writer', 'reader')],
        roles: [
          role('reader', trusting(subject('apps', 'reader'))),
          role('writer', trusting(subject('apps', 'writer'))),
        ],
      }),
    found: ['service-account-role-not-trusting conditionFails', 'service-account-role-not-trusting conditionFails'],
    target: deployment('apps', 'reader'),
    why: 'cause: service-account-role-not-trusting',
  },
];
