/** A seventh round: reports of providers, service accounts, trust policies, webhooks and exposure, with a cause that the thread
 *  established. Cause and fix were written down before the tool was asked; the state is that of the report. */
import { complete } from '../../lib/model/collected.ts';
import { aProvider, exampleIssuer } from '../support/example-world.ts';
import { nodes } from './credential-reports.ts';
import {
  account,
  agent,
  agentAddon,
  arn,
  association,
  byHelm,
  deployment,
  described,
  forPods,
  host,
  lonePod,
  neverUsed,
  of,
  pod,
  policyOf,
  role,
  statement,
  subject,
  trusting,
} from './described.ts';
import { type JudgedReport, ownWebhook } from './first-round.ts';

const gone = (id: string): string => exampleIssuer.replace('5C1D', id);

export const seventhRound: readonly JudgedReport[] = [
  {
    group: 'provider-missing',
    source: 'awsdocs/amazon-eks-user-guide#73',
    cause: 'the account of the role needs a provider for the issuer of the cluster, which is of another account',
    fix: 'create the provider in the account of the role, and a role there that trusts it',
    text: 'Cross account roles for IRSA\nAdd a section to the EKS documentation that explains how to create a cross-account IRSA role, e.g. pod in cluster A in account A assumes a role in account B.',
    facts: () =>
      described({
        accounts: [account('xl', 'myserviceaccount', 'arn:aws:iam::444455556666:role/target')],
        pods: [pod('xl', 'myserviceaccount', 'arn:aws:iam::444455556666:role/target')],
      }),
    target: deployment('xl', 'myserviceaccount'),
    found: [],
    why: 'undecided',
  },
  {
    group: 'provider-missing',
    source: 'zama-ai/terraform-mpc-modules#60',
    cause: 'nothing creates the provider of the cluster in IAM',
    fix: 'create the provider',
    text: 'IRSA Configuration\nTwo issues:\n1. `create_irsa` variable is defined but not used in Terraform code\n2. I think we need something like the below to wire up IRSA\ndata "tls_certificate" "this" {\n  url = data.aws_eks_cluster.cluster.identity[0].oidc[0].issuer\n}\nresource "aws_iam_openid_connect_provider" "oidc_provider" {\n  client_id_list = ["sts.amazonaws.com"]\n  url = data.aws_eks_cluster.cluster.identity[0].oidc[0].issuer\n}',
    facts: () =>
      described({
        accounts: [account('mpc', 'mpc-party', 'mpc-party')],
        pods: [pod('mpc', 'mpc-party', 'mpc-party')],
        roles: [role('mpc-party', trusting(subject('mpc', 'mpc-party')), neverUsed)],
        over: { providers: complete([]) },
      }),
    target: deployment('mpc', 'mpc-party'),
    found: ['cluster-provider-missing needed'],
    why: 'cause: cluster-provider-missing',
  },
  {
    group: 'provider-missing',
    source: 'cert-manager/cert-manager#4273',
    cause:
      'the annotated role is in another account (and partition), which has no provider for the issuer of the cluster',
    fix: 'a provider for this issuer in the account of the role',
    text: 'We have two AWS accounts with EKS `1.19` clusters: 1 running in regular AWS (call it `staging`) and the other running in govcloud. we are using cross-account role assumption to have the `cert-manager` in `govcloud` assume a role in `staging`. The validation fails with this error message\ncert-manager/controller/challenges/finalizer "msg"="error cleaning up challenge" "error"="error instantiating route53 challenge solver: unable to assume role: WebIdentityErr: failed to retrieve credentials\\ncaused by: InvalidIdentityToken: No OpenIDConnect provider found in your account for https://oidc.eks.us-gov-east-1.amazonaws.com/id/xxxxxxxxxx\\n\\tstatus code: 400, request id: xxxxxxxxxxxxxxxxxxxxxxx"',
  },
  {
    group: 'provider-orphaned',
    source: 'eksctl-io/eksctl#3843',
    cause: 'providers of deleted clusters are left',
    fix: 'delete them, and with each cluster its provider',
    text: "Investigate issue with cleaning up OIDC providers\nOne of our test accounts has several OIDC identity providers lying around, suggesting that they're not being cleaned up in some cases.",
    facts: () =>
      described({
        accounts: [],
        pods: [],
        over: {
          providers: complete([aProvider(), ...['7A01', '7A02', '7A03'].map(id => aProvider({ issuer: gone(id) }))]),
        },
      }),
    found: ['provider-orphaned orphaned'],
  },
  {
    group: 'provider-orphaned',
    source: 'aws-controllers-k8s/community#1444',
    cause: 'the tests delete their clusters and not the providers',
    fix: 'delete the provider with its cluster',
    text: '[emr-containers] Include deletion of OIDC providers in e2e tests\nOIDC providers are not deleted after you run e2e tests. There was huge number of OIDC providers from previous tests pending deletion.',
  },
  {
    group: 'audience',
    source: 'terraform-aws-modules/terraform-aws-iam#451',
    cause: 'the trust policy tests the audience sts.amazonaws.com.cn; it is sts.amazonaws.com in China too',
    fix: 'sts.amazonaws.com in the trust policy',
    text: 'feat(iam-role-for-service-accounts-eks): Add AWS China support\nInstead of using a hardcoded audience for the `iam-role-for-service-accounts-eks` trust policy, a calculated and based on `data.aws_partition` value will be applyed.\nSince STS service ID differs from Global AWS to China, the policy audience condition should be different as well:\n`sts.amazonaws.com` => `sts.amazonaws.com.cn`',
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
                  StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com.cn', [`${host}:sub`]: subject('apps', 'web') },
                },
              }),
            ),
            neverUsed,
          ),
        ],
      }),
    target: deployment('apps', 'web'),
    found: ['trust-audience-impossible impossible'],
    why: 'cause: trust-audience-impossible',
  },
  {
    group: 'audience',
    source: 'kubernetes/kops#12419',
    cause: 'the provider has the audience amazonaws.com, and the webhook asks for sts.amazonaws.com',
    fix: 'add sts.amazonaws.com to the audiences of the provider',
    text: 'feat: add support for custom audience in aws oidc provider\nThis PR adds support for custom audience in aws oidc provider.\nCurrently, the audience is set to `amazonaws.com` and cannot be changed.\nIt can be useful to set it to a custom value.\nFor example, by default, the EKS pod identity webhook uses `sts.amazonaws.com`.',
    facts: () =>
      described({
        accounts: [account('apps', 'web', 'web')],
        pods: [pod('apps', 'web', 'web')],
        roles: [role('web', trusting(subject('apps', 'web')), neverUsed)],
        over: { providers: complete([aProvider({ audiences: ['amazonaws.com'] })]) },
      }),
    target: deployment('apps', 'web'),
    found: ['provider-audience-missing missing'],
    why: 'cause: provider-audience-missing',
  },
  {
    group: 'sa-unannotated',
    source: 'harness/developer-hub#10711',
    cause: 'the annotation is on the pod, where nothing reads it, and the service account has none',
    fix: 'a service account with the annotation (and a role that trusts it) for the pods',
    text: "The `eks.amazonaws.com/role-arn` annotation on the pod isn't actually necessary (nor is it used), and should not be part of the instructions. Pre-creating an IAM Role + k8s SA with the correct trust relationship/role annotation and using it to run the IaCM pod is what is required.",
    facts: () =>
      described({
        accounts: [account('harness', 'default')],
        pods: [
          pod('harness', 'default', undefined, {
            ...of('Deployment', 'iacm'),
            annotations: { 'eks.amazonaws.com/role-arn': arn('iacm') },
          }),
        ],
        roles: [role('iacm', trusting(subject('harness', 'iacm')), neverUsed)],
      }),
    target: deployment('harness', 'iacm'),
    found: ['pod-annotation-ignored role'],
    why: 'cause: pod-annotation-ignored',
  },
  {
    group: 'workload-elsewhere',
    source: 'kestra-io/plugin-kubernetes#136',
    cause: 'the pods of tasks run as default, which has no role',
    fix: 'set the service account in the spec of the task pods',
    text: "k8s service accounts for k8s task runner pods\nWe'd like to use IRSA, so what we're looking for the ability to set the service account on the k8s task runner pod spec.",
    facts: () =>
      described({
        accounts: [account('flows', 'kestra-tasks', 'kestra-tasks'), account('flows', 'default')],
        pods: [lonePod('flows', 'company-team-flow-python-4xm2z', 'default')],
        roles: [role('kestra-tasks', trusting(subject('flows', 'kestra-tasks')), neverUsed)],
      }),
    target: { kind: 'Pod', namespace: 'flows', name: 'company-team-flow-python-4xm2z' },
    found: ['service-account-workload-elsewhere unused'],
    why: 'cause: Name service account kestra-tasks in the template of Pod company-team-flow-python-4xm2z.',
  },
  {
    group: 'sa-unannotated',
    source: 'keikoproj/iam-manager#86',
    cause: 'somebody changed or deleted the service account, and the controller does not write its annotation again',
    fix: 'write the annotation again',
    text: 'ServiceAccount resource is not considered as part of the reconciliation loop\nWe have noticed that there is no reconciliation loop for ensuring that the `ServiceAccount` resource is created (if desired) and that the ISRA annotations are in place. Go and delete that `ServiceAccount` resource. You will find that it is not re-created or checked at any point. Same thing if you change, delete, or update the ISRA annotation.',
    facts: () =>
      described({
        accounts: [account('team', 'jobs')],
        pods: [pod('team', 'jobs')],
        roles: [role('k8s-team-jobs', trusting(subject('team', 'jobs')))],
      }),
    target: deployment('team', 'jobs'),
    found: ['service-account-role-unannotated unannotated'],
    why: 'cause: service-account-role-unannotated',
  },
  {
    group: 'sa-unannotated',
    source: 'netdata/helmchart#537',
    cause: 'the chart has no value for annotations of its service account',
    fix: 'a chart that has the value',
    text: 'feat(serviceAccount): support custom annotations on the service account\nAdd a serviceAccount.annotations value and render it onto the ServiceAccount metadata. Enables setting annotations natively (e.g. an AWS IRSA eks.amazonaws.com/role-arn) instead of patching the chart-created SA after install.',
    facts: () =>
      described({
        accounts: [account('netdata', 'netdata', undefined, byHelm('netdata'))],
        pods: [pod('netdata', 'netdata')],
        roles: [role('netdata', trusting(subject('netdata', 'netdata')), neverUsed)],
      }),
    target: deployment('netdata', 'netdata'),
    found: ['service-account-role-unannotated unannotated'],
    why: 'cause: service-account-role-unannotated',
  },
  {
    group: 'sa-unannotated',
    source: 'cilium/cilium#11303',
    cause: 'the chart has no value for annotations of its service account',
    fix: 'a chart that has the value',
    text: 'helm: To support service account annotation in helm charts\nIn order to use AWS EKS IAM roles for service account, we must annotate service account with IAM role.',
    facts: () =>
      described({
        accounts: [account('kube-system', 'cilium-operator', undefined, byHelm('cilium'))],
        pods: [pod('kube-system', 'cilium-operator')],
        roles: [role('cilium-operator', trusting(subject('kube-system', 'cilium-operator')), neverUsed)],
      }),
    target: deployment('kube-system', 'cilium-operator'),
    found: ['service-account-role-unannotated unannotated'],
    why: 'cause: service-account-role-unannotated',
  },
  {
    group: 'workload-elsewhere',
    source: 'ministryofjustice/cloud-platform-terraform-monitoring#95',
    cause: 'the exporter runs as default, and the role was given to default, which every pod of the namespace has',
    fix: 'let the exporter run as an account of its own, and give that the role',
    text: 'Setting IRSA for ECR with default service account\nUnfortunately, ECR is using the default serviceAccount to run the pod instead of its own. This PR links the AWS role to the default SA',
    facts: () =>
      described({
        accounts: [account('monitoring', 'default', 'ecr-exporter'), account('monitoring', 'ecr-exporter')],
        pods: [
          pod('monitoring', 'default', 'ecr-exporter', of('Deployment', 'ecr-exporter')),
          pod('monitoring', 'default', 'ecr-exporter', of('Deployment', 'push-gateway')),
        ],
        roles: [role('ecr-exporter', trusting(subject('monitoring', 'default')))],
      }),
    target: deployment('monitoring', 'ecr-exporter'),
    found: ['service-account-on-default onDefault'],
    why: 'fine',
  },
  {
    group: 'sa-wrong-role',
    source: 'eksctl-io/eksctl#4371',
    cause: 'eksctl does not change an annotation that is there: it names the former role, which is gone',
    fix: 'kubectl annotate --overwrite with the role of eksctl get iamserviceaccount',
    text: 'Update iamserviceaccount will not annotate the existing service account\nWhat were you trying to accomplish? `eksctl update iamserviceaccount`\nWhat happened? Annotation was not updated',
    facts: () =>
      described({
        accounts: [account('default', 'eksctl-s3-readonly', 'eksctl-test-addon-iamserviceaccount-Role1-630H9YOYTW')],
        pods: [pod('default', 'eksctl-s3-readonly', 'eksctl-test-addon-iamserviceaccount-Role1-630H9YOYTW')],
        roles: [
          role(
            'eksctl-test-addon-iamserviceaccount-Role1-1OV5TJSZST5ZU',
            trusting(subject('default', 'eksctl-s3-readonly')),
            neverUsed,
          ),
        ],
      }),
    target: deployment('default', 'eksctl-s3-readonly'),
    found: ['service-account-role-missing missing'],
    why: 'cause: service-account-role-missing',
  },
  {
    group: 'workload-elsewhere',
    source: 'aws-ia/terraform-aws-eks-blueprints#398',
    cause:
      'the module makes the account in kube-system, and the release is in another namespace: its pods are not made',
    fix: 'make the account, and its trust policy, in the namespace of the release',
    text: 'Ensure serviceaccount created in correct namespace\nThe serviceaccount for a module is created via the IRSA module. If the namespace of a module differs from the default, it needs to also be passed to the IRSA module. Otherwise any deployments tied to the serviceaccount will fail to deploy pods.',
    facts: () =>
      described({
        accounts: [account('kube-system', 'aws-load-balancer-controller', 'aws-load-balancer-controller')],
        pods: [],
        namespaces: ['ingress'],
        roles: [
          role(
            'aws-load-balancer-controller',
            trusting(subject('kube-system', 'aws-load-balancer-controller')),
            neverUsed,
          ),
        ],
      }),
    found: ['service-account-workload-elsewhere unused'],
  },
  {
    group: 'trust-subject',
    source: 'crossplane-contrib/provider-aws#887',
    cause: 'the guide has a wildcard under StringEquals, which never matches',
    fix: 'StringLike, or the exact name',
    text: 'bug in the Authenticating to AWS API doc\nIn the section of creating the trust relationship for IAM role (manually) there is a use of wildcard in the condition. It is not working since it is not supported. The fix should use the exact service account name.',
    facts: () =>
      described({
        accounts: [account('crossplane-system', 'provider-aws-6b36ca882d8e', 'crossplane')],
        pods: [pod('crossplane-system', 'provider-aws-6b36ca882d8e', 'crossplane')],
        roles: [role('crossplane', trusting(subject('crossplane-system', 'provider-aws-*')), neverUsed)],
      }),
    target: deployment('crossplane-system', 'provider-aws-6b36ca882d8e'),
    found: ['trust-subject-literal-wildcard allow'],
    why: 'cause: trust-subject-literal-wildcard',
  },
  {
    group: 'trust-subject',
    source: 'crossplane-contrib/provider-aws#1172',
    cause: 'the name of the service account has a random end, so that a trust policy made before names another one',
    fix: 'StringLike with provider-aws-*, or a fixed name',
    text: 'generic name for AWS provider ServiceAccount to generate IRSA upfront via IaC (for example Terraform)\nI noticed that adding AWS proivder the corresponding ServiceAccount is created and uses a random number as a suffix. This make sit impossible to create IRSA upfront',
    facts: () =>
      described({
        accounts: [account('crossplane-system', 'provider-aws-4ebd5d8c7cb7', 'crossplane')],
        pods: [pod('crossplane-system', 'provider-aws-4ebd5d8c7cb7', 'crossplane')],
        roles: [role('crossplane', trusting(subject('crossplane-system', 'provider-aws')), neverUsed)],
      }),
    target: deployment('crossplane-system', 'provider-aws-4ebd5d8c7cb7'),
    found: ['trust-subject-unknown-service-account other-user'],
    why: 'cause: trust-subject-unknown-service-account',
  },
  {
    group: 'trust-wildcard',
    source: 'terraform-aws-modules/terraform-aws-iam#424',
    cause: 'the module tests the subject with StringEquals alone, and the names have a part that changes',
    fix: 'StringLike for the subject',
    text: "[Feature] Allow for StringLike Trust Policy in EKS SA Module\nThe `oidc_providers` input for the `iam_iam-role-for-service-accounts-eks` module only allows for static namespaces and k8 service account names. IAM allows for adding a 'StringLike' condition to the trust relationship rather than a `StringEquals`. But this is not currently supported in this module.",
  },
  {
    group: 'self-assume',
    source: 'terraform-aws-modules/terraform-aws-iam#283',
    cause:
      'IAM refuses a trust policy that names a role which does not exist yet, as the role itself when it is created',
    fix: 'name the account as principal, and the role in a condition on aws:PrincipalArn',
    text: "fix: Explicitly assume with condition matching role arn\nThe policy can not use the role arn in the principal field until the role already exists.\nAnd since we can't create a role without a trust policy, we have chicken-egg problem.\nUsing a condition to match the role arn instead of using it in the principal, we are able to work around the problem.",
  },
  {
    group: 'trust-subject',
    source: 'awslabs/crossplane-on-eks#153',
    cause: 'the role trusts the service account of one namespace, and one of another namespace is to have it',
    fix: 'add the subject of the other namespace to the trust policy',
    text: 'Delegate irsa to another namespace / namespaces\nWhen I create an irsa, it only creates a service account and role that works in the `crossplane.io/claim-namespace`. However I need another namespace to access the resource. How can I create an irsa in a different namespace that can access the resource (eg a bucket) that was created in the current namespace?',
    facts: () =>
      described({
        accounts: [account('claims', 'bucket', 'bucket'), account('apps', 'bucket', 'bucket')],
        pods: [pod('claims', 'bucket', 'bucket'), pod('apps', 'bucket', 'bucket')],
        roles: [role('bucket', trusting(subject('claims', 'bucket')))],
      }),
    target: deployment('apps', 'bucket'),
    found: ['service-account-role-not-trusting conditionFails'],
    why: 'cause: service-account-role-not-trusting',
  },
  {
    group: 'workload-elsewhere',
    source: 'helm/charts#21204',
    cause: 'eksctl made the account with the role, and the chart lets its pods run as an account of its own',
    fix: 'let the chart use the account that is there',
    text: '[stable/cluster-autoscaler] reuse existing service account\nThis PR allows to reuse an existing service accounts (for instance created with eksctl with its related IAM role) and still manage the role and cluster role bindings with the chart.\nAn IAM role created by eksctl has a condition on the service account name it also creates, so we cannot just use the serviceAccountAnnotations value to do the mapping, unless we modify the role.',
    facts: () =>
      described({
        accounts: [
          account('kube-system', 'cluster-autoscaler', 'eksctl-cluster-autoscaler'),
          account('kube-system', 'ca-aws-cluster-autoscaler', undefined, byHelm('ca')),
        ],
        pods: [pod('kube-system', 'ca-aws-cluster-autoscaler')],
        roles: [role('eksctl-cluster-autoscaler', trusting(subject('kube-system', 'cluster-autoscaler')), neverUsed)],
      }),
    target: deployment('kube-system', 'ca-aws-cluster-autoscaler'),
    found: ['service-account-workload-elsewhere unused'],
    why: 'cause: Name service account cluster-autoscaler in the template of Deployment ca-aws-cluster-autoscaler.',
  },
  {
    group: 'webhook-race',
    source: 'aws/amazon-eks-pod-identity-webhook#28',
    cause: 'pods keep the role that the annotation named when they were made',
    fix: 'restart the pods',
    text: 'Should updates to service accounts trigger pod changes?\nAs far as I understand the implementation, at the moment if one alters the role ARN in the service account annotation, either by changing the ARN itself to a different role or unsetting it, nothing will happen until a new pod gets created.',
    facts: () =>
      described({
        accounts: [account('apps', 'web', 'web-new')],
        pods: [pod('apps', 'web', 'web-old')],
        roles: [
          role('web-new', trusting(subject('apps', 'web')), neverUsed),
          role('web-old', trusting(subject('apps', 'web'))),
        ],
      }),
    target: deployment('apps', 'web'),
    found: ['pod-role-stale stale'],
    why: 'cause: pod-role-stale',
  },
  {
    group: 'webhook-race',
    source: 'terraform-aws-modules/terraform-aws-eks-pod-identity#8',
    cause: 'the pod was made before its association was known',
    fix: 'make the pod again, after the association',
    text: "Have to manually re-create pods to have the expected pod identity environment variables\nWhen configuring the Pod Identity with terraform, it seems there's a race between creating the `aws_eks_pod_identity_association` and `kubernetes_deployment_v1`. The created pod ends up not having the required environment variables that allow it to actually have a Pod Identity.\nWhen the Pod does not have the `AWS_CONTAINER_CREDENTIALS_FULL_URI` and `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE` environment variables, we must, manually, re-create the pod, and hope for the best.",
    facts: () =>
      described({
        accounts: [account('otel', 'quotes')],
        pods: [pod('otel', 'quotes', undefined, { createdAt: '2026-10-01T10:00:00Z' }), agent],
        roles: [role('quotes', forPods, neverUsed)],
        cluster: {
          addons: complete([agentAddon]),
          podIdentity: complete([association('otel', 'quotes', 'quotes', { createdAt: '2026-10-01T10:00:02Z' })]),
        },
      }),
    target: deployment('otel', 'quotes'),
    found: ['pod-identity-pods-without older'],
    why: 'cause: pod-identity-pods-without',
  },
  {
    group: 'webhook-down',
    source: 'aws/amazon-eks-pod-identity-webhook#144',
    cause:
      'this version of the webhook makes no signing request (in-cluster=false): it waits for a certificate of cert-manager',
    fix: 'a certificate of cert-manager, as the guide for this version has it',
    text: 'CSR not created in self hosted setup\nI am trying to setup pod identity webhook on a self hosted kubernetes cluster. Ran `make cluster-up IMAGE=amazon/amazon-eks-pod-identity-webhook:latest`\nThe output of `make cluster-up` is `Waiting for CSR to be created`',
    facts: () =>
      described({
        accounts: [account('apps', 'web', 'web')],
        pods: [pod('apps', 'web')],
        roles: [role('web', trusting(subject('apps', 'web')), neverUsed)],
        inside: { webhook: complete(ownWebhook(0)) },
      }),
    target: deployment('apps', 'web'),
    found: ['webhook-invalid noEndpoints'],
    why: 'cause: webhook-invalid',
  },
  {
    group: 'webhook-ca',
    source: 'aws/amazon-eks-pod-identity-webhook#151',
    cause:
      'Prometheus calls the webhook and does not trust its certificate; the API server does, and pods get their role',
    fix: 'let Prometheus scrape the port for metrics, or give it the CA',
    text: 'pod-identity-webhook pod TLS handshake error from prometheus server\npod-identity-webhook pod throws out TLS handshake error from prometheus server, here are the error logs:\nI0425 13:01:26.645454       1 main.go:223] Creating server\nI0425 13:01:26.645617       1 main.go:238] Listening on :443\n2022/04/25 13:01:37 http: TLS handshake error from 10.118.142.167:41252: remote error: tls: bad certificate\n2022/04/25 13:01:52 http: TLS handshake error from 10.118.142.167:41436: remote error: tls: bad certificate',
  },
  {
    group: 'insecure-imds',
    source: 'aws/aws-cdk#31124',
    cause: 'nodes of managed node groups answer pods: every pod can have the role of the node',
    fix: 'a hop limit of 1 with tokens required, by a launch template',
    text: "eks: support for blocking node-level instance metadata\nits _strongly_ recommended to disallow pods accessing the node's instance metadata.\nSince this is a strong recommendation, it's troubling that cdk-eks doesn't support this for managed node groups. The only way I can see it possible to do this today, is by specifying a full node template.",
    facts: () => described({ accounts: [], pods: [], cluster: nodes({ hopLimit: 2 }) }),
    found: ['cluster-node-role-reachable hops'],
  },
  {
    group: 'insecure-imds',
    source: 'hashicorp/terraform-provider-aws#21904',
    cause: 'the policy of the network plugin is on the role of the nodes, which every pod can have',
    fix: 'a role for the service account aws-node, and nodes that do not answer pods',
    text: 'It is very risky to directly assign the IAM role suggested in the example code to node_group.\nGranting the CNI IAM role to node_group itself can be risky.\nThis is because even a single pod running in a nodegroup can intercept and use that privilege.',
    facts: () => described({ accounts: [], pods: [], cluster: nodes({ hopLimit: 2 }) }),
    found: ['cluster-node-role-reachable hops'],
  },
  {
    group: 'insecure-imds',
    source: 'cookpad/terraform-aws-eks#17',
    cause: 'pods can have the role of their node',
    fix: 'a hop limit of 1 with tokens required, and roles for the pods that rely on the node',
    text: 'Stop pods from using the node instance profile\nBefore we can make this change we have to check that anything not running in the host network that needs IAM permissions, and is currently relying on them.',
    facts: () => described({ accounts: [], pods: [], cluster: nodes({ hopLimit: 2, tokensRequired: false }) }),
    found: ['cluster-node-role-reachable noToken'],
  },
  {
    group: 'insecure',
    source: 'cloudposse/terraform-aws-eks-node-group#14',
    cause: 'nodes that may assume every role give all of them to every pod',
    fix: 'roles for service accounts in place of it',
    text: 'Allow node group to assume roles\nAllow to add IAM permissions to the nodes to assume every roles.\nIn order to make the pods the first-class citizens and authenticate them in AWS using IAM roles (i.e. short-time-lived tokens) the nodes need to assume every role. For instance, the classic kube2iam needs it.',
  },
];
