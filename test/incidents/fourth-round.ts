/** A fourth, smaller round of reports of provider, service account, trust policy, webhook and exposure, judged before the tool was
 *  asked and after it had learned from the first three. */
import { complete } from '../../lib/model/collected.ts';
import { aWebhook } from '../support/example-cluster.ts';
import { aProvider } from '../support/example-world.ts';
import {
  account,
  arn,
  byHelm,
  deployment,
  described,
  exactly,
  host,
  neverUsed,
  of,
  pod,
  policyOf,
  role,
  statement,
  subject,
  trusting,
} from './described.ts';
import type { JudgedReport } from './first-round.ts';

const gone = 'https://oidc.eks.eu-west-1.amazonaws.com/id/0B7C6D5E4F3A2B1C0D9E8F7A6B5C4D3E';
/** A statement as `trusting` has it, of another issuer. */
const trustingIssuer = (issuer: string, subjectOfPod: string): string =>
  policyOf(
    statement({
      Principal: { Federated: aProvider({ issuer }).arn },
      Condition: {
        StringEquals: {
          [`${issuer.slice('https://'.length)}:aud`]: 'sts.amazonaws.com',
          [`${issuer.slice('https://'.length)}:sub`]: subjectOfPod,
        },
      },
    }),
  );

export const fourthRound: readonly JudgedReport[] = [
  {
    group: 'provider-exists',
    source: 'DrFaust92/terraform-kubernetes-ebs-csi-driver#107',
    cause: 'the cluster has its provider already, made by another module',
    fix: 'refer to the provider that is there (a data source) instead of creating it',
    text: 'Error: creating IAM OIDC Provider: EntityAlreadyExists: Provider with url already exists.\nI have eks cluster 1.24 version. I took this module and started using it. Got an error:\n│ Error: creating IAM OIDC Provider: EntityAlreadyExists: Provider with url https://oidc.eks.eu-central-1.amazonaws.com/id/2B375A5F893E2A5921B4D7E36C0D1D97 already exists.\n│       status code: 409, request id: 07808d1a-3aff-43e7-a70e-b87896170a29\n│   with aws_iam_openid_connect_provider.openid_connect,\n│   on ebs_csi_driver.tf line 13, in resource "aws_iam_openid_connect_provider" "openid_connect":',
  },
  {
    group: 'provider-orphaned',
    source: 'scylladb/scylla-cluster-tests#5837',
    cause: 'providers of deleted clusters are left and count against the quota',
    fix: 'delete the provider with its cluster',
    text: "improvement(k8s-eks): cleanup OIDC providers\nwe create OIDC providers running on EKS backend. And the problem with it is that we do not cleanup created OIDC providers. It doesn't get automatically deleted with an associated EKS cluster too.\nSo, delete it explicitly to avoid limits violations.",
    facts: () =>
      described({ accounts: [], pods: [], over: { providers: complete([aProvider(), aProvider({ issuer: gone })]) } }),
    found: ['provider-orphaned orphaned'],
  },
  {
    group: 'provider-orphaned',
    source: 'eksctl-io/eksctl#1653',
    cause: 'the provider stays when the cluster is deleted',
    fix: 'aws iam delete-open-id-connect-provider',
    text: 'Command to delete/dissociate the identity provider\nWe use "eksctl utils associate-iam-oidc-provider" but there is no command to delete/dissociate the oidc-provider.\nCurrently, associate-iam-oidc-provider command creates a new OIDC provider in IAM/Identity Providers and when we delete our cluster it doesn\'t delete the Identity Provider automatically. And since every new cluster creates a new OIDC resource, there is no way to use the existing identity provider.',
  },
  {
    group: 'provider-exists',
    source: 'kubernetes-sigs/cluster-api-provider-aws#4017',
    cause: 'the tool compares the URL with https://, which IAM leaves out, and takes its own provider for none',
    fix: 'a version that compares both',
    text: 'Fix EKSControlPlaneReconciliationFailed when OIDC already exists\nAvoid "failed to create OIDC provider: error creating provider: EntityAlreadyExists" and "EKSControlPlaneReconciliationFailed" errors when provider.Url do not contain https',
  },
  {
    group: 'provider-missing',
    source: 'aws-cloudformation/cloudformation-coverage-roadmap#1048',
    cause: 'the rollback of a second stack for the same URL deleted the provider',
    fix: 'create the provider again; one stack for it',
    text: 'OIDC provider deletes existing resource when deploying a duplicate\nExisting OIDC providers are deleted if you attempt to create a duplicate.\nCreate an OIDC provider\nCreate a CloudFormation template defining the same OIDC provider\nApply the template\nOriginal OIDC provider is deleted, causing an outage and possibly an inconsistent stack, if the original resource was created using CF.',
    facts: () =>
      described({
        accounts: [account('web', 'web', 'web')],
        pods: [pod('web', 'web', 'web')],
        roles: [role('web', trusting(subject('web', 'web')))],
        over: { providers: complete([]) },
      }),
    target: deployment('web', 'web'),
    found: ['cluster-provider-missing needed'],
    why: 'cause: cluster-provider-missing',
  },
  {
    group: 'provider-missing',
    source: 'terraform-aws-modules/terraform-aws-eks#1050',
    cause: 'a cluster that failed has no issuer, so the URL of the provider is empty',
    fix: 'destroy without the provider (enable_irsa = false)',
    text: 'Cannot destroy after eks provisioning fails if using enable_irsa=true\nEKS had a provisioning outage today, so after applying this module I ended with an EKS cluster with status=failed. I then did a `terraform destroy` and got this error message:\nError: "url" has to use HTTPS scheme (i.e. begin with https://)\n  on .terraform/modules/eks/irsa.tf line 10, in resource "aws_iam_openid_connect_provider" "oidc_provider":',
  },
  {
    group: 'provider-shared',
    source: 'aws/containers-roadmap#1968',
    cause: 'every cluster has an issuer of its own, and each role must trust each',
    fix: 'a statement for each cluster in the trust policies, or EKS Pod Identity',
    text: '[eks] [feature]: share OIDC between clusters\nToday,using IRSA requires defining a trust for each role to the cluster OIDC issuer. Each time we want ti deploy a new cluster, a new OIDC is created and we have to update all IAM roles used by apps in the cluster with the new OIDC.\nWe would like a way to avoid that - either by specifying the OIDC url for the cluster (using a domain we own or something) or share OIDC issuers between clusters, or any other solution.',
  },
  {
    group: 'provider-missing',
    source: 'kubermatic/kubeone#3143',
    cause:
      'the tool that makes the cluster gives no way to set the issuer of the API server, which is one that STS cannot read',
    fix: 'set --service-account-issuer of the API server (a version or a patch of the tool)',
    text: 'Support configuration of Service Account Issuer Discovery\nAs a Kubernetes cluster administrator using KubeOne I would like to be able to configure the service account issuer discovery parameters of kube-apiserver in order to allow workloads to make use of AWS IRSA to authenticate against AWS APIs.\nkubeadm will configure the kube-apiserver with the proper arguments (e.g. at least `--service-account-issuer`)\nIn total, users need to be able to adjust that `iss` value to a user-specificed value.',
  },
  {
    group: 'sa-unannotated',
    source: 'aws-observability/aws-otel-helm-charts#21',
    cause: 'the chart does not render the annotations of its values',
    fix: 'a version of the chart that does, or an account of its own',
    text: 'serviceAccount not annotated\nI\'ve created values.yml:\nadotCollector:\n  daemonSet:\n    serviceAccount:\n      annotations:\n        eks.amazonaws.com/role-arn: "arn:aws:iam::012345678901:role/AmazonEKSOTELCollectorRole"\nWhile the values are being merged:\nhelm get values cloudwatch-container-insights\nThe generated manifest does not include the annotations',
    facts: () =>
      described({
        accounts: [account('amazon-metrics', 'adot-collector-sa', undefined, byHelm('cloudwatch-container-insights'))],
        pods: [pod('amazon-metrics', 'adot-collector-sa', undefined, of('DaemonSet', 'adot-collector-daemonset'))],
        roles: [
          role('AmazonEKSOTELCollectorRole', trusting(subject('amazon-metrics', 'adot-collector-sa')), neverUsed),
        ],
      }),
    target: { kind: 'DaemonSet', namespace: 'amazon-metrics', name: 'adot-collector-daemonset' },
    found: ['service-account-role-unannotated unannotated'],
    why: 'cause: service-account-role-unannotated',
  },
  {
    group: 'sa-unannotated',
    source: 'k8up-io/k8up#875',
    cause: 'the chart has no value for annotations of its account',
    fix: 'a version that has one',
    text: "Helm Chart: Please allow service account annotations\nThey are needed so that we can add IRSA roles to the service account\nYou don't have support for annotations in your latest code\nI tried settings serviceAccount.create to false but that removes the ClusterRoleBinding so you'll need this if you want people to be able to use IRSA roles.",
  },
  {
    group: 'sa-unannotated',
    source: 'kubernetes/ingress-nginx#8182',
    cause: 'the chart has no value for annotations of its account',
    fix: 'annotate the account by other means, or a version that has the value',
    text: "Ability to annotate SA\nThe current chart doesn't allow the ability to annotate the nginx controller service account. This is required when using IRSA on AWS. without this functionality we cannot use IRSA natively with the helm chart.\nWe should be able to pass in `annotations` to the `serviceAccount` object and have them apply to the service account.",
  },
  {
    group: 'sa-wrong-role',
    source: 'jenkins-x/terraform-aws-eks-jx#176',
    cause: 'the annotation names a role that does not exist: the real one has a random ending',
    fix: 'the ARN of the role in the annotation',
    text: 'Ensure role-arn annotation in external-dns SA matches actual external-dns role ARN (eks external-dns support)\nThe `role-arn` annotation in the external-dns service account does not match the ARN of the IAM role created for external-dns. The ARN in the annotation is something like `arn:aws:iam::<ACCOUNT ID>:role/<CLUSTER NAME>-jx-external-dns` whereas the actual ARN is more like `arn:aws:iam::<ACCOUNT ID>:role/tf-<CLUSTER NAME>-sa-role-external_dns-baghXAqy`. The last bit is a random seed.',
    facts: () =>
      described({
        accounts: [account('jx', 'external-dns', 'shop-jx-external-dns', byHelm('external-dns'))],
        pods: [pod('jx', 'external-dns', 'shop-jx-external-dns')],
        roles: [role('tf-shop-sa-role-external_dns-baghXAqy', trusting(subject('jx', 'external-dns')), neverUsed)],
      }),
    target: deployment('jx', 'external-dns'),
    found: ['service-account-role-missing missing'],
    why: 'cause: service-account-role-missing',
  },
  {
    group: 'sa-unannotated',
    source: 'ministryofjustice/cloud-platform-infrastructure#705',
    cause: 'the service account lacked the annotation',
    fix: 'the annotation with the role',
    text: 'Fixed externalDNS in manager cluster\nBasically it was added the right annotations within the ServiceAccount for EKS be able to link the IAM role to the ServiceAccount',
    facts: () =>
      described({
        accounts: [account('kube-system', 'external-dns', undefined, byHelm('external-dns'))],
        pods: [pod('kube-system', 'external-dns')],
        roles: [role('manager-external-dns', trusting(subject('kube-system', 'external-dns')), neverUsed)],
      }),
    target: deployment('kube-system', 'external-dns'),
    found: ['service-account-role-unannotated unannotated'],
    why: 'cause: service-account-role-unannotated',
  },
  {
    group: 'trust-provider',
    source: 'spack/spack-infrastructure#486',
    cause: 'roles still trust the provider of the cluster that was replaced',
    fix: 'the provider of the new cluster in the trust policies',
    text: 'Some roles broken after cluster upgrades\nAfter the last cluster upgrade, and again after this one, some roles were no longer usable because under their "Trust relationships" in the AWS console, the oidc provider id from the old cluster was still listed. This affected package signing, spackbot\'s PR binary graduation, and other things.',
    facts: () =>
      described({
        accounts: [account('notary', 'notary', 'notary-role')],
        pods: [pod('notary', 'notary', 'notary-role')],
        roles: [role('notary-role', trustingIssuer(gone, subject('notary', 'notary')))],
      }),
    target: deployment('notary', 'notary'),
    found: ['trust-provider-missing gone'],
    why: 'cause: trust-provider-missing',
  },
  {
    group: 'trust-provider',
    source: 'awsdocs/amazon-eks-user-guide#504',
    cause: 'the host of the provider in the trust policy lacks amazonaws.com',
    fix: 'the whole host: oidc.eks.REGION.amazonaws.com/id/ID',
    text: "Update eks cluster oidc provider url\nUpdates eks cluster OIDC provider URL in IAM Role's trust relationship part.\nCurrent example's OIDC provider url lacks `amazonaws.com`.",
    facts: () =>
      described({
        accounts: [account('web', 'web', 'web')],
        pods: [pod('web', 'web', 'web')],
        roles: [
          role(
            'web',
            policyOf(
              statement({
                Principal: { Federated: aProvider().arn.replace('.amazonaws.com/', '/') },
                Condition: {
                  StringEquals: {
                    [`${host.replace('.amazonaws.com/', '/')}:aud`]: 'sts.amazonaws.com',
                    [`${host.replace('.amazonaws.com/', '/')}:sub`]: subject('web', 'web'),
                  },
                },
              }),
            ),
            neverUsed,
          ),
        ],
      }),
    target: deployment('web', 'web'),
    found: ['trust-provider-missing nearest'],
    why: 'cause: trust-provider-missing',
  },
  {
    group: 'trust-provider',
    source: 'giantswarm/aws-operator#3354',
    cause: 'the trust policy names a wrong ARN of the provider',
    fix: 'the ARN of the provider of the cluster',
    text: 'Fix route53 ARN trusted entity\nI made a mistake by not using the correct OIDC ARN to allow external-dns assuming the role.',
    facts: () =>
      described({
        accounts: [account('kube-system', 'external-dns', 'Route53Manager-Role')],
        pods: [pod('kube-system', 'external-dns', 'Route53Manager-Role')],
        roles: [
          role(
            'Route53Manager-Role',
            policyOf(
              statement({
                Principal: { Federated: arn('x').replace(':role/x', ':oidc-provider/irsa.shop.example.com') },
                Condition: exactly(subject('kube-system', 'external-dns')),
              }),
            ),
            neverUsed,
          ),
        ],
      }),
    target: deployment('kube-system', 'external-dns'),
    found: ['service-account-role-not-trusting otherPrincipal'],
    why: 'cause: service-account-role-not-trusting',
  },
  {
    group: 'trust-subject',
    source: 'aws/amazon-eks-pod-identity-webhook#58',
    cause:
      'not established: a wildcard for the namespace is allowed under StringLike; the reporter had another error of his own',
    fix: 'StringLike with system:serviceaccount:*:NAME',
    text: 'Allow for wildcard of the namespace in the IAM condition\nAllow for the namespace to accept wildcards in the IAM statement condition block\nOur ephemeral environment generates a unique namespace with a prefix and UID on deploy but to access cross-account resources that have been granted privileges to a fixed role we need to be able to annotate the ServiceAccount with that fixed role across our ephemeral namespaces',
  },
  {
    group: 'webhook-invalid',
    source: 'aws/amazon-eks-pod-identity-webhook#225',
    cause: 'the configuration of the webhook asks for AdmissionReview v1, which the webhook of EKS does not answer',
    fix: 'v1beta1 in admissionReviewVersions',
    text: 'One of our pods should assume a specific AWS role and we are configuring it via service account annotation. After eks cluster upgrade the mutation of the pod stopped working and it had only a default node group role.\nI changed the `mutatingwebhookconfigurations` policy from Ignore to Fail for `pod-identity-webhook` under the cluster and after that pod failed to start with the error\nError creating: Internal error occurred: failed calling webhook "iam-for-pods.amazonaws.com": received invalid webhook response: expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got /, Kind=',
    facts: () =>
      described({
        accounts: [account('web', 'web', 'web', { annotatedAt: '2026-02-01T00:00:00Z' })],
        pods: [pod('web', 'web')],
        roles: [role('web', trusting(subject('web', 'web')), neverUsed)],
        // no pod of this cluster was injected since
        inside: {
          webhook: complete(aWebhook({ admissionReviewVersions: ['v1'] })),
          pods: complete([pod('web', 'web'), pod('kube-system', 'coredns')]),
        },
      }),
    target: deployment('web', 'web'),
    found: ['webhook-invalid reviewAnswer'],
    why: 'cause: webhook-invalid',
  },
  {
    group: 'insecure',
    source: 'aws/aws-cdk#6062',
    cause: 'the role has no conditions: every service account of the cluster may assume it',
    fix: 'a test on sub',
    text: 'feat(eks): IAM roles for service accounts\nAdds support for IAM roles for service account which allows pods the assume IAM roles.\nNOTE: currently there are no condition set on the IAM Role which results that there are no restrictions on other pods to assume the role. This will be fixed in a subsequent PR.',
    facts: () =>
      described({
        accounts: [account('web', 'web', 'web')],
        pods: [pod('web', 'web', 'web')],
        roles: [role('web', policyOf(statement({})))],
      }),
    found: ['trust-any-subject open'],
  },
  {
    group: 'insecure',
    source: 'aws/aws-cdk#8084',
    cause: 'the role has no conditions: every service account of the cluster may assume it',
    fix: 'tests on sub and aud',
    text: 'feat(eks): improve security using IRSA conditions\nCurrently the `ServiceAccount`construct creates a role with no conditions to the trust relationship or assume role policy. Without this it is possible for other pods in the same namespace to assume the role. To tighten this security the conditions needs to be set.',
  },
  {
    group: 'insecure',
    source: 'cloudposse/terraform-aws-eks-iam-role#33',
    cause: 'the trust policy tests no audience; the provider does, so nothing is broken and little is open',
    fix: 'a test on aud',
    text: "Require correct OIDC Audience value to assume role\n- Created IAM Role's trust policy now includes a check for OIDC `aud`\n- Extra security, preventing ODIC assertions for one audience being used for another",
    facts: () =>
      described({
        accounts: [account('web', 'web', 'web')],
        pods: [pod('web', 'web', 'web')],
        roles: [
          role('web', policyOf(statement({ Condition: { StringEquals: { [`${host}:sub`]: subject('web', 'web') } } }))),
        ],
      }),
    found: [],
  },
  {
    group: 'insecure-imds',
    source: 'CopilotKit/OpenBot#620',
    cause: 'pods reach the metadata service of their node and its role',
    fix: 'tokens required and a hop limit of 1 (disableIMDSv1 and disablePodIMDS of eksctl)',
    text: "Put the node's IAM role out of a Bot's reach in the EKS recipe\nA Bot's computer runs a shell, and a shell reaches whatever its pod reaches. On EKS that includes `169.254.169.254`, which hands out the node's IAM role.\n`disablePodIMDS` sets the hop limit to 1, which governs the IMDSv2 token PUT, and IMDSv1 is a bare GET with no PUT to limit, so the hop limit stops nothing until `disableIMDSv1` makes a token mandatory.",
    facts: () =>
      described({
        accounts: [],
        pods: [],
        cluster: {
          nodes: complete([
            {
              kind: 'a node group',
              hopLimit: 2,
              tokensRequired: false,
              enabled: true,
              nodes: 3,
              profiles: [arn('nodes').replace(':role/', ':instance-profile/')],
            },
          ]),
        },
      }),
    found: ['cluster-node-role-reachable noToken'],
  },
  {
    group: 'insecure-imds',
    source: 'terraform-aws-modules/terraform-aws-eks#1579',
    cause: 'with a hop limit of 1 pods no longer inherit the role of the node',
    fix: 'roles for the service accounts of these pods, or a hop limit of 2',
    text: "feat: Change IDMS metadata defaults to more strict\nInvestigating a little bit deeper I suggest increasing TTL (`metadata_http_put_response_hop_limit`) to 2, since 1 is really incompatible with containerised applications on Kubernetes that run in a separate network namespace from the instance.\nAnd of course, we can remind in a Changelog that after restricting access to the instance metadata the pod can't inherit node IAM profile anymore, so the appropriate IAM roles for application service accounts should be provided.",
  },
];
