/** A sixth round: nineteen reports with a cause that the thread established, in the proportion of the groups. Cause and fix were
 *  written down before the tool was asked; the state is that of the report. Those of providers, accounts, trust policies and webhooks
 *  follow those of credentials. */
import { complete } from '../../lib/model/collected.ts';
import { aReadCluster } from '../support/example-cluster.ts';
import { aProvider, aTrustPolicy, exampleIssuer } from '../support/example-world.ts';
import { nodes } from './credential-reports.ts';
import {
  account,
  byHelm,
  deployment,
  described,
  injected,
  lonePod,
  neverUsed,
  of,
  pod,
  policyOf,
  role,
  subject,
  trusting,
} from './described.ts';
import { calls, type JudgedReport, ownWebhook } from './first-round.ts';
import { sixthRoundOfCredentials } from './sixth-round-credentials.ts';

const dualStack = exampleIssuer.replace('oidc.eks.eu-west-1.amazonaws.com', 'oidc-eks.eu-west-1.api.aws');

export const sixthRound: readonly JudgedReport[] = [
  ...sixthRoundOfCredentials,
  {
    group: 'provider-missing',
    source: 'rancher/eks-operator#2131',
    cause:
      'the provider in IAM has the dual-stack address, and the issuer of the tokens is the other one: no provider for the issuer',
    fix: 'a provider (and a trust policy) with exactly the issuer of the cluster',
    text: 'For IPv6 EKS clusters with the EBS CSI Driver enabled, the CSI controller pods were stuck in CrashLoopBackOff with `InvalidIdentityToken` errors.\n- The OIDC provider registered in IAM: `oidc-eks.<region>.api.aws`\n- The token issuer EKS embeds in service account tokens: `oidc.eks.<region>.amazonaws.com`',
    facts: () =>
      described({
        accounts: [account('kube-system', 'ebs-csi-controller-sa', 'ebs-csi')],
        pods: [pod('kube-system', 'ebs-csi-controller-sa', 'ebs-csi', of('Deployment', 'ebs-csi-controller'))],
        roles: [
          role(
            'ebs-csi',
            aTrustPolicy({ issuer: dualStack, subject: subject('kube-system', 'ebs-csi-controller-sa') }),
            neverUsed,
          ),
        ],
        cluster: { cluster: { ...aReadCluster().cluster, ipFamily: 'ipv6' } },
        over: { providers: complete([aProvider({ issuer: dualStack })]) },
      }),
    target: deployment('kube-system', 'ebs-csi-controller'),
    found: ['provider-url-mismatch differs'],
    why: 'cause: provider-url-mismatch',
  },
  {
    group: 'provider-missing',
    source: 'aws/amazon-eks-pod-identity-webhook#24',
    cause: 'the role is in another account, which has no OIDC provider of the cluster',
    fix: 'create the provider in the account of the role (or assume a role of the own account first)',
    text: 'Cross account assume role request\nI would like to assume roles in a foreign account as long as they allow.\nkiam & kube2iam supports it, but when I tried it using the proper assume role policies, it give the error that it could not find the OIDC provider in the account.',
    facts: () =>
      described({
        accounts: [account('apps', 'reports', 'arn:aws:iam::444455556666:role/reports')],
        pods: [pod('apps', 'reports', 'arn:aws:iam::444455556666:role/reports')],
      }),
    target: deployment('apps', 'reports'),
    found: [],
    why: 'undecided',
  },
  {
    group: 'workload-elsewhere',
    source: 'actions/actions-runner-controller#2754',
    cause: 'the pods of the jobs run as the service account default, which has no role',
    fix: 'name the service account in the template of the job pods',
    text: "We're installing ARC on EKS cluster, then set up IRSA to grant permission to a service account.\nWe were able to configure the runner pod to use the right service account with ECR push permission, but the workflow job pod that runs the actual job is using `default` service account that doesn't have ECR push permission.",
    facts: () =>
      described({
        accounts: [account('runners', 'kubernetes-runner', 'kubernetes-runner'), account('runners', 'default')],
        pods: [
          pod('runners', 'kubernetes-runner', 'kubernetes-runner'),
          lonePod('runners', 'kubernetes-runner-x2x4z-workflow', 'default'),
        ],
        roles: [role('kubernetes-runner', trusting(subject('runners', 'kubernetes-runner')))],
      }),
    target: { kind: 'Pod', namespace: 'runners', name: 'kubernetes-runner-x2x4z-workflow' },
    found: [],
    why: 'cause: Name service account kubernetes-runner in the template of Pod kubernetes-runner-x2x4z-workflow.',
  },
  {
    group: 'sa-unannotated',
    source: 'aws-ia/terraform-aws-eks-ack-addons#75',
    cause: 'the value of the chart is misnamed, so that the service account has no annotation',
    fix: 'serviceAccount.annotations.eks.amazonaws.com/role-arn in the values',
    text: 'Incorrect ServiceAccount annotation for KMS addon\nThe KMS addon IRSA role is not using the correct annotation. Please update the annotation to the following value:\nset_irsa_names = ["serviceAccount.annotations.eks\\\\.amazonaws\\\\.com/role-arn"]',
    facts: () =>
      described({
        accounts: [account('ack-system', 'ack-kms', undefined, byHelm('ack-kms'))],
        pods: [pod('ack-system', 'ack-kms')],
        roles: [role('ack-kms', trusting(subject('ack-system', 'ack-kms')), neverUsed)],
      }),
    target: deployment('ack-system', 'ack-kms'),
    found: ['service-account-role-unannotated unannotated'],
    why: 'cause: service-account-role-unannotated',
  },
  {
    group: 'trust-none',
    source: 'aws/eks-charts#507',
    cause: 'the trust policy names ec2.amazonaws.com alone',
    fix: 'a statement for the provider of the cluster with the subject of the service account',
    text: '[AWS Load Balancer Controller ] failed to retrieve credentials caused by: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity',
    facts: () =>
      described({
        accounts: [account('kube-system', 'aws-load-balancer-controller', 'AWSLoadBalancerControllerIAMRole')],
        pods: [pod('kube-system', 'aws-load-balancer-controller', 'AWSLoadBalancerControllerIAMRole')],
        roles: [
          role(
            'AWSLoadBalancerControllerIAMRole',
            policyOf({ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }),
            neverUsed,
          ),
        ],
      }),
    target: deployment('kube-system', 'aws-load-balancer-controller'),
    found: ['service-account-role-not-trusting otherPrincipal'],
    why: 'cause: service-account-role-not-trusting',
  },
  {
    group: 'trust-subject',
    source: 'helm/charts#23670',
    cause:
      'the chart gives the service account another name than that which was set, and the trust policy names the latter',
    fix: 'one name in both: that of the chart in the trust policy, or a version of the chart that takes the name',
    text: 'There is a bug in the chart museum helm chart. There is a value `Values.serviceAccount.name` that allows you to specify the name of your service account. This is important because the name of the service account needs to be known for IRSA role mapping. However, the helm chart always defaults to `{{ include "chartmuseum.fullname" . }}`.',
    facts: () =>
      described({
        accounts: [account('charts', 'x-chartmuseum', 'museum', byHelm('x'))],
        pods: [pod('charts', 'x-chartmuseum', 'museum')],
        roles: [role('museum', trusting(subject('charts', 'museum')), neverUsed)],
      }),
    target: deployment('charts', 'x-chartmuseum'),
    found: ['trust-subject-unknown-service-account other-user'],
    why: 'cause: trust-subject-unknown-service-account',
  },
  {
    group: 'self-assume',
    source: 'confluentinc/schema-registry#4299',
    cause: 'the program assumes the role that it has already, and the role does not trust itself',
    fix: 'a version that leaves this out where the pod has web identity (or let the role trust itself)',
    text: "Fix cross-account AssumeRole on top of IRSA\nIn IRSA-enabled pods EKS auto sets `AWS_ROLE_ARN`, which caused `AwsKmsDriver` to wrap the credential provider with `StsAssumeRoleCredentialsProvider` and call `STS:AssumeRole` on the IRSA role itself - a call the IRSA role's trust policy does not permit (it only allows `AssumeRoleWithWebIdentity` from the OIDC provider).",
    facts: () =>
      described({
        accounts: [account('kafka', 'schema-registry', 'schema-registry')],
        pods: [pod('kafka', 'schema-registry', 'schema-registry')],
        roles: [role('schema-registry', trusting(subject('kafka', 'schema-registry')))],
        over: calls('schema-registry', 'kafka', 'schema-registry', { successes: 6 }),
      }),
    target: deployment('kafka', 'schema-registry'),
    found: [],
    why: 'fine',
  },
  {
    group: 'webhook-down',
    source: 'aws/amazon-eks-pod-identity-webhook#102',
    cause:
      'this version of the webhook asks for its certificate without a signer: it never gets one and answers nobody',
    fix: 'a version that names a signer, or a certificate of cert-manager',
    text: 'E0107 10:14:36.011257       1 certificate_manager.go:434] Failed while requesting a signed certificate from the master: cannot create certificate signing request: CertificateSigningRequest.certificates.k8s.io "csr-thr75" is invalid: spec.signerName: Required value: signerName must be provided',
    facts: () =>
      described({
        accounts: [account('apps', 'web', 'web')],
        pods: [pod('apps', 'web')],
        roles: [role('web', trusting(subject('apps', 'web')), neverUsed)],
        inside: { webhook: complete(ownWebhook(1)) },
      }),
    target: deployment('apps', 'web'),
    found: ['pod-not-injected unclear'],
    why: 'cause: pod-not-injected',
  },
  {
    group: 'webhook-race',
    source: 'aws/amazon-eks-pod-identity-webhook#315',
    cause: 'the pod has a volume of its own that is named aws-iam-token, so that the webhook adds no token',
    fix: 'another name for the own volume',
    text: 'Name-only check for existing `aws-iam-token` volume silently disables token injection but still patches env/volumeMounts into every container\nThose containers now mount the *user\'s* volume (hostPath / emptyDir / secret) at the path the SDK is told to read the web-identity token from. The result is that the AWS SDK\'s web-identity provider fails (`ExpiredToken`, `InvalidIdentityToken`, or "open .../token: no such file") and falls through to the node instance role, producing `AccessDenied` from the node role, with nothing in the webhook logs except `Pod was mutated`.',
    facts: () =>
      described({
        accounts: [account('argo', 'workflow', 'workflow')],
        pods: [pod('argo', 'workflow', 'workflow', { containers: [injected('workflow')], volumes: [] })],
        roles: [role('workflow', trusting(subject('argo', 'workflow')), neverUsed)],
      }),
    target: deployment('argo', 'workflow'),
    found: ['pod-container-uncovered foreignVolume'],
    why: 'cause: pod-container-uncovered',
  },
  {
    group: 'insecure-imds',
    source: 'aws-ia/terraform-aws-eks-blueprints#379',
    cause: 'the hop limit 2 of the metadata service lets every pod use the role of the node',
    fix: 'hop limit 1 with tokens required',
    text: 'Fix/restrict worker node instance profile\nRestricts access to instance profiles in worker node groups. Previously there was a comment in the code saying "Hop limit should be between 2 and 64 for IMDSv2 instance metadata services", but the guidance recommends setting the hop limit to 1. Restricting access to the instance profiles in worker node groups minimizes the blast radius of a breach.',
    facts: () => described({ accounts: [], pods: [], cluster: nodes({ hopLimit: 2 }) }),
    found: ['cluster-node-role-reachable hops'],
  },
];
