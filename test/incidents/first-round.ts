/** Reports of provider, service account, trust policy, webhook and exposure: each with its text and, where the thread gives one,
 *  its state. Each was judged before the tool was asked. */
import type { Facts } from '../../lib/facts/facts.ts';
import { complete } from '../../lib/model/collected.ts';
import type { Pod, WebhookConfiguration, WebhookEntry } from '../../lib/model/kubernetes.ts';
import type { AssumeEvents } from '../../lib/model/runtime.ts';
import type { WhyTarget } from '../../lib/why/why-subject.ts';
import { aPod, aWebhook } from '../support/example-cluster.ts';
import { aProvider, exampleIssuer } from '../support/example-world.ts';
import {
  account,
  addon,
  arn,
  bareContainer,
  byAddon,
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
  tokenFile,
  trusting,
} from './described.ts';

/** One report, judged by its thread alone. */
export interface JudgedReport {
  readonly group: string;
  readonly source: string;
  readonly cause: string;
  readonly fix: string;
  readonly text?: string;
  readonly facts?: () => Facts;
  readonly target?: WhyTarget;
  /** Rule and message of the findings above info, each once. */
  readonly found?: readonly string[];
  /** The answer of `why`: its cause or suspect by rule, or the first words of its fix, or its verdict. */
  readonly why?: string;
}

/** Calls to STS of one role and account in the last hours. */
export const calls = (
  name: string,
  namespace: string,
  serviceAccount: string,
  over: Partial<AssumeEvents>,
): NonNullable<Parameters<typeof described>[0]['over']> => ({
  runtime: complete({
    from: '2026-10-31T23:00:00Z',
    to: '2026-11-01T06:00:00Z',
    events: [
      {
        roleArn: arn(name),
        subject: subject(namespace, serviceAccount),
        providerArn: aProvider().arn,
        region: 'eu-west-1',
        successes: 0,
        failures: [],
        userAgents: [],
        verificationMethods: [],
        lastAt: '2026-11-01T05:00:00Z',
        ...over,
      },
    ],
  }),
});
export const failure = (errorCode: string, errorMessage: string): AssumeEvents['failures'][number] => ({
  errorCode,
  errorMessage,
  count: 12,
  lastAt: '2026-11-01T05:00:00Z',
});
/** A webhook that runs in the cluster. */
export const ownWebhook = (ready: number, over: Partial<WebhookEntry> = {}): WebhookConfiguration => {
  const { url: _url, ...entry } = aWebhook().webhooks[0] as WebhookEntry;
  return {
    name: 'pod-identity-webhook',
    webhooks: [
      {
        ...entry,
        name: 'pod-identity-webhook.amazonaws.com',
        service: { namespace: 'kube-system', name: 'pod-identity-webhook', path: '/mutate', ready: complete(ready) },
        ...over,
      },
    ],
  };
};
const onFargate: Partial<Pod> = { onFargate: true };

export const firstRound: readonly JudgedReport[] = [
  {
    group: 'sts-region',
    source: 'aws/aws-sdk-net#1856',
    cause: 'the SDK for .NET calls STS in us-east-1 and ignores AWS_STS_REGIONAL_ENDPOINTS',
    fix: 'update AWSSDK.Core and AWSSDK.SecurityToken, or set the region of the STS client',
    text: 'AWS_STS_REGIONAL_ENDPOINTS as environmental variables\nWe set AWS_STS_REGIONAL_ENDPOINTS=regional and AWS_REGION on the pods of our EKS cluster in ap-south-1, the SDK still calls the us-east-1 endpoint:\nAmazonSecurityTokenServiceClient 10|2021-08-27T23:41:25.634Z|INFO|Request metrics: {"properties":{"AsyncCall":"True","ServiceName":"Amazon.SecurityToken","ServiceEndpoint":"https://sts.us-east-1.amazonaws.com/","MethodName":"AssumeRoleWithWebIdentityRequest","RequestSize":"1301","StatusCode":"OK"}}',
    facts: () =>
      described({
        accounts: [account('eks-issue1856-ns', 'workload', 'workload')],
        pods: [pod('eks-issue1856-ns', 'workload', 'workload')],
        roles: [role('workload', trusting(subject('eks-issue1856-ns', 'workload')))],
        over: calls('workload', 'eks-issue1856-ns', 'workload', { region: 'us-east-1', successes: 6 }),
      }),
    target: deployment('eks-issue1856-ns', 'workload'),
    found: ['runtime-sts-region elsewhere'],
    why: 'fine',
  },
  {
    group: 'sts-region',
    source: 'aws/aws-cli#8697',
    cause: 'the old AWS CLI calls the global endpoint whatever --region says',
    fix: 'AWS_STS_REGIONAL_ENDPOINTS=regional, or AWS CLI 2',
    text: 'Running `aws sts assume-role-with-web-identity --role-arn ${ROLE_ARN} --web-identity-token ${ACCESS_TOKEN} --role-session-name ${SESSION_NAME} --region us-east-2` seems to send to us-east-1.\nI expect to see corresponding events in the cloudtrail associated with us-east-2. I see AssumeRoleWithWebIdentity events under us-east-1 cloud trail.\naws-cli/1.18.69 Python/3.8.10 Linux/5.15.0-1064-azure botocore/1.16.19',
  },
  {
    group: 'sts-region',
    source: 'aws/aws-sdk-js-v3#4235',
    cause: 'the signer for RDS takes credentials from STS in us-east-1, because its default provider has no region',
    fix: 'give the signer credentials with the region of the client (clientConfig)',
    text: 'Support for regional STS endpoints in the RDS Signer\nWe are using the RDS signer to generate credentials to connect to our RDS instances. We already pass in a region, e.g. `ap-southeast-2` and assumed tokens would be fetched from STS in that region. As it turns out, it is going to `us-east-1`. We see significant latency when fetching tokens (2 seconds).',
    facts: () =>
      described({
        accounts: [account('api', 'api', 'api')],
        pods: [pod('api', 'api', 'api')],
        roles: [role('api', trusting(subject('api', 'api')))],
        over: calls('api', 'api', 'api', { region: 'us-east-1', successes: 30 }),
      }),
    target: deployment('api', 'api'),
    found: ['runtime-sts-region elsewhere'],
    why: 'fine',
  },
  {
    group: 'sts-region',
    source: 'solo-io/envoy-gloo#267',
    cause: 'the proxy sends every request to STS in us-east-1',
    fix: 'update it, and set the region of its credentials',
    text: 'assuming a secondary role using an EKS ServiceAccount would fail when the region of the EKS cluster/OIDC provider used to authenticate the assumeRole request was not us-east-1. All STS requests were directed to sts.us-east-1.amazonaws.com.',
  },
  {
    group: 'sts-region',
    source: 'elastic/curator#1535',
    cause: 'the program calls the global endpoint of STS, and the VPC reaches the regional one alone',
    fix: 'a version whose SDK knows AWS_STS_REGIONAL_ENDPOINTS',
    text: 'No support for STS regional endpoints\nWhen deploying curator on an AWS EKS cluster which does not have wide open internet access it failed to retrieve credentials with a http timeout.\nExpected: STS credentials call to regional https://sts.<region>.amazonaws.com. Actual: STS credentials call to global https://sts.amazonaws.com. AWS_STS_REGIONAL_ENDPOINTS is set to "regional".',
    facts: () =>
      described({
        accounts: [account('logging', 'curator', 'curator')],
        pods: [pod('logging', 'curator', 'curator', of('CronJob', 'curator'))],
        roles: [role('curator', trusting(subject('logging', 'curator')), neverUsed)],
      }),
    target: { kind: 'CronJob', namespace: 'logging', name: 'curator' },
    found: [],
    why: 'fine',
  },
  {
    group: 'sts-region',
    source: 'crossplane-contrib/provider-upjet-aws#757',
    cause: 'IAM resources have no region, so the provider asks STS of us-east-1, which does not know GovCloud keys',
    fix: 'AWS_DEFAULT_REGION of the partition on the provider',
    text: 'IAM resources fail in isolated AWS partitions (e.g. AWS GovCloud) unless AWS_DEFAULT_REGION set\nmanaged/iam.aws.upbound.io/v1beta1, kind=role  cannot run refresh: refresh failed: configuring Terraform AWS Provider: validating provider credentials: retrieving caller identity from STS: operation error STS: GetCallerIdentity, https response error StatusCode: 403, RequestID: 638c6984-99a6-45d6-b2d3-1edc0ea00017, api error InvalidClientTokenId: The security token included in the request is invalid.:',
  },
  {
    group: 'audience',
    source: 'aws/amazon-eks-pod-identity-webhook#39',
    cause: 'the provider lists the regional host of STS as its audience',
    fix: 'add sts.amazonaws.com to the audiences of the provider',
    text: 'EKS v1.18 with Fargate profile. The global endpoint like "sts.amazonaws.com" is usually blocked in corporate network so I had to switch to regional sts endpoint like sts.eu-central-1.amazonaws.com in the OIDC audience settings.\n{"level":"error","ts":1608012218.831581,"logger":"controller","msg":"Reconciler error","controller":"ingress","name":"ex-nginx-ingress","namespace":"kube-system","error":"ingress: kube-system/ex-nginx-ingress: WebIdentityErr: failed to retrieve credentials\\ncaused by: InvalidIdentityToken: Incorrect token audience\\n\\tstatus code: 400, request id: 322b1319-371a-40f3-9009-3bc6165f9e78"}',
    facts: () =>
      described({
        accounts: [account('kube-system', 'aws-load-balancer-controller', 'lbc')],
        pods: [pod('kube-system', 'aws-load-balancer-controller', 'lbc', onFargate)],
        roles: [role('lbc', trusting(subject('kube-system', 'aws-load-balancer-controller')))],
        over: { providers: complete([aProvider({ audiences: ['sts.eu-west-1.amazonaws.com'] })]) },
      }),
    target: deployment('kube-system', 'aws-load-balancer-controller'),
    found: ['provider-audience-missing missing'],
    why: 'cause: provider-audience-missing',
  },
  {
    group: 'audience',
    source: 'BerriAI/litellm#31412',
    cause: 'the token has an audience that the provider in IAM does not list',
    fix: 'the same audience in the token and in the provider',
    text: 'A customer connecting Bedrock through an AWS IAM role with GCP OIDC (AssumeRoleWithWebIdentity) hit InvalidIdentityToken: Incorrect token audience. The token carries aud=https://guidepoint.litellm-prod.ai, the value the customer configured.',
  },
  {
    group: 'thumbprint',
    source: 'hashicorp/terraform-provider-aws#10104',
    cause: 'the provider has no thumbprint of the root certificate',
    fix: 'the thumbprint of the root, with tls_certificate',
    text: "thumbprint_list is an empty list. Everything worked until I tried to actually do an AWS operation:\nAn error occurred (InvalidIdentityToken) when calling the AssumeRoleWithWebIdentity operation: OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint",
    facts: () =>
      described({
        accounts: [account('apps', 'app', 'app')],
        pods: [pod('apps', 'app', 'app')],
        roles: [role('app', trusting(subject('apps', 'app')))],
        over: {
          ...calls('app', 'apps', 'app', {
            failures: [
              failure(
                'InvalidIdentityToken',
                "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint",
              ),
            ],
          }),
          providers: complete([aProvider({ thumbprints: [] })]),
        },
      }),
    target: deployment('apps', 'app'),
    found: ['runtime-assume-failing thumbprint'],
    why: 'cause: runtime-assume-failing',
  },
  {
    group: 'thumbprint',
    source: 'terraform-aws-modules/terraform-aws-eks#2768',
    cause: 'Terraform ran behind a proxy that inspects TLS, and stored the thumbprint of its certificate',
    fix: 'the thumbprint of the root that AWS serves (custom_oidc_thumbprints)',
    text: 'OIDC provider thumbprints inconsistent and sometimes incorrect\nThe thumbprint depends on the machine that runs terraform: with ZScaler in between tls_certificate returns the thumbprint of the proxy certificate, and the next apply from CI changes it back.',
    facts: () =>
      described({
        accounts: [account('apps', 'app', 'app')],
        pods: [pod('apps', 'app', 'app')],
        roles: [role('app', trusting(subject('apps', 'app')))],
        over: { providers: complete([aProvider({ thumbprints: ['7'.repeat(40)] })]) },
      }),
    found: ['provider-thumbprint-mismatch notConsulted'],
  },
  {
    group: 'transient',
    source: 'aws/aws-cli#7194',
    cause: 'STS could not fetch the keys of the issuer in time',
    fix: 'try again with back-off',
    text: "When using `aws sts assume-role-with-web-identity` (with Github Actions) the command fails _sometimes_ with a 400 response\nAn error occurred (InvalidIdentityToken) when calling the AssumeRoleWithWebIdentity operation: Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
  },
  {
    group: 'quota',
    source: 'kubernetes-sigs/secrets-store-csi-driver#771',
    cause: 'the account has as many OIDC providers as its quota allows, so that of the new cluster was not made',
    fix: 'delete the providers of clusters that are gone, or raise the quota',
    text: '2021-10-05 17:50:29 [ℹ]  will create IAM Open ID Connect provider for cluster "integ-cluster-2021-10-05-17-22-34" in "us-west-2"\nError: creating OIDC provider: LimitExceeded: Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100\n\tstatus code: 409, request id: ea4e2ad0-70ff-4444-9293-30bb9e730ab0\n2021-10-05 17:50:30 [!]  no IAM OIDC provider associated with cluster, try \'eksctl utils associate-iam-oidc-provider --region=us-west-2 --cluster=integ-cluster-2021-10-05-17-22-34\'\nError: unable to create iamserviceaccount(s) without IAM OIDC provider enabled',
    facts: () =>
      described({
        accounts: [],
        pods: [],
        over: {
          roles: complete([]),
          providers: complete(
            Array.from({ length: 100 }, (_, at) =>
              aProvider({ issuer: exampleIssuer.replace('5C1D', String(1000 + at)) }),
            ),
          ),
          quotas: complete({ oidcProviders: 100, trustPolicyLength: 2048 }),
        },
      }),
    found: [
      'cluster-provider-missing needed',
      'service-account-role-missing missing',
      'provider-orphaned orphaned',
      'provider-quota-near near',
    ],
  },
  {
    group: 'sa-gone',
    source: 'eksctl-io/eksctl#3109',
    cause: 'eksctl excludes an account whose stack of an earlier try is there, so the service account is never made',
    fix: 'delete the stack (eksctl delete iamserviceaccount), and create it again',
    text: 'The problem is that the Service Account was not created after the `eksctl create iamserviceaccount` command:\n[ℹ]  1 iamserviceaccount (kube-system/aws-load-balancer-controller) was excluded (based on the include/exclude rules)\n[!]  metadata of serviceaccounts that exist in Kubernetes will be updated, as --override-existing-serviceaccounts was set\n[ℹ]  no tasks',
    facts: () =>
      described({
        accounts: [account('kube-system', 'default')],
        pods: [],
        roles: [
          role(
            'eksctl-shop-addon-iamserviceaccount-kube-system-aws-load-balancer-controller-Role1',
            trusting(subject('kube-system', 'aws-load-balancer-controller')),
            neverUsed,
          ),
        ],
      }),
    target: { kind: 'ServiceAccount', namespace: 'kube-system', name: 'aws-load-balancer-controller' },
    found: [],
    why: 'undecided',
  },
  {
    group: 'sa-gone',
    source: 'kubernetes-sigs/aws-load-balancer-controller#2643',
    cause: 'the upgrade with serviceAccount.create=false deleted the account that the chart had made',
    fix: 'leave serviceAccount.create at true, or make the account again with its annotation',
    text: 'the use of the --set serviceAccount.create=false flag in the helm upgrade command causes the existing service account aws-load-balancer-controller to be deleted and causing the entire upgrade to fail with consistent crashloopbackoff as the pods can no longer access the service account or token for oidc authentication.',
    facts: () =>
      described({
        accounts: [],
        pods: [pod('kube-system', 'aws-load-balancer-controller', 'lbc')],
        roles: [role('lbc', trusting(subject('kube-system', 'aws-load-balancer-controller')))],
      }),
    target: deployment('kube-system', 'aws-load-balancer-controller'),
    found: ['pod-service-account-gone gone'],
    why: 'cause: pod-service-account-gone',
  },
  {
    group: 'sa-gone',
    source: 'kubernetes-sigs/aws-load-balancer-controller#2956',
    cause: 'the service account of the Deployment does not exist',
    fix: 'make it, with its role: eksctl create iamserviceaccount',
    text: '9m48s       Warning   FailedCreate   replicaset/aws-load-balancer-controller-6d9d9fc86c   Error creating: pods "aws-load-balancer-controller-6d9d9fc86c-" is forbidden: error looking up service account kube-system/aws-load-balancer-controller: serviceaccount "aws-load-balancer-controller" not found',
    facts: () =>
      described({
        accounts: [account('kube-system', 'default')],
        pods: [],
        inside: {
          workloads: complete([
            {
              kind: 'Deployment',
              namespace: 'kube-system',
              name: 'aws-load-balancer-controller',
              serviceAccount: 'aws-load-balancer-controller',
              roleArns: [],
            },
          ]),
        },
      }),
    target: deployment('kube-system', 'aws-load-balancer-controller'),
    found: [],
    why: 'cause: Create service account kube-system/aws-load-balancer-controller with its role, or name another one in the pod template, then restart the pods.',
  },
  {
    group: 'sa-unannotated',
    source: 'cookpad/terraform-aws-eks#217',
    cause: 'a change took the annotation from the account of the snapshot controller',
    fix: 'name the role in the annotation again, restart',
    text: 'Fix aws-ebs-csi driver issues: Add the IAM role annotation back for the ebs-snapshot-controller ServiceAccount (removed in #213)',
    facts: () =>
      described({
        accounts: [
          account('kube-system', 'ebs-csi-controller-sa', 'ebs'),
          account('kube-system', 'ebs-snapshot-controller'),
        ],
        pods: [
          pod('kube-system', 'ebs-csi-controller-sa', 'ebs', of('Deployment', 'ebs-csi-controller')),
          pod('kube-system', 'ebs-snapshot-controller', undefined, of('StatefulSet', 'ebs-snapshot-controller')),
        ],
        roles: [
          role(
            'ebs',
            trusting(
              subject('kube-system', 'ebs-csi-controller-sa'),
              subject('kube-system', 'ebs-snapshot-controller'),
            ),
          ),
        ],
      }),
    target: { kind: 'StatefulSet', namespace: 'kube-system', name: 'ebs-snapshot-controller' },
    found: [],
    why: 'cause: service-account-role-unannotated',
  },
  {
    group: 'sa-unannotated',
    source: 'terraform-aws-modules/terraform-aws-eks#2880',
    cause:
      'the cluster runs the self-managed plugin, whose account nobody annotated; the add-on with the role was never made',
    fix: 'make the add-on vpc-cni with its role before the nodes, or annotate aws-node and restart it',
    text: 'vpc-cni driver aws-node service account not being annotated with IRSA role arn\n"Container runtime network not ready" networkReady="NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized"\nUnauthorized operation: failed to call ec2:DescribeNetworkInterfaces due to missing permissions.\nAs a workaround we execute kubectl annotate serviceaccount -n kube-system aws-node eks.amazonaws.com/role-arn= right after the cluster is created.',
    facts: () =>
      described({
        accounts: [account('kube-system', 'aws-node')],
        pods: [pod('kube-system', 'aws-node', undefined, { ...of('DaemonSet', 'aws-node'), hostNetwork: true })],
        roles: [role('VPC-CNI-IRSA', trusting(subject('kube-system', 'aws-node')), neverUsed)],
        cluster: { addons: complete([addon('coredns'), addon('kube-proxy')]) },
      }),
    target: { kind: 'DaemonSet', namespace: 'kube-system', name: 'aws-node' },
    found: ['service-account-role-unannotated unannotated'],
    why: 'cause: service-account-role-unannotated',
  },
  {
    group: 'sa-unannotated',
    source: 'aws/amazon-eks-pod-identity-webhook#200',
    cause: 'the key of the annotation is eks.amazon.com/role-arn',
    fix: 'eks.amazonaws.com/role-arn, then restart',
    text: 'SA annotation is ignored when using `kubectl apply` instead of `kubectl annotate`\nWhen creating the following service account using `kubectl apply`, the amazon-eks-pod-identity-webhook does not mount the AWS environment variables in the pods that use said service account.\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  annotations:\n    eks.amazon.com/role-arn: arn:aws:iam::111122223333:role/YYYYYY\n  name: ZZZZZZ',
    facts: () =>
      described({
        accounts: [
          account('aws-lb-controller', 'lbc', undefined, { annotations: { 'eks.amazon.com/role-arn': arn('lbc') } }),
        ],
        pods: [pod('aws-lb-controller', 'lbc')],
        roles: [role('lbc', trusting(subject('aws-lb-controller', 'lbc')))],
      }),
    target: deployment('aws-lb-controller', 'lbc'),
    found: ['service-account-annotation-mistyped annotation'],
    why: 'cause: service-account-annotation-mistyped',
  },
  {
    group: 'sa-unannotated',
    source: 'kubernetes/cloud-provider-aws#1448',
    cause: 'the chart has no value for annotations of its service account',
    fix: 'a chart version with serviceAccount annotations, or annotate the account',
    text: 'feat: expose Service Account annotations in aws-cloud-controller-manager Helm chart\nThe chart currently exposes env, extraVolumes, and extraVolumeMounts, but does not expose annotations for the chart-managed Service Account. This makes it difficult to use AWS web identity / IRSA-style authentication cleanly. The default Kubernetes ServiceAccount token is automounted, but that token is not sufficient for AWS STS web identity.',
    facts: () =>
      described({
        accounts: [
          account('kube-system', 'cloud-controller-manager', undefined, byHelm('aws-cloud-controller-manager')),
        ],
        pods: [
          pod('kube-system', 'cloud-controller-manager', undefined, {
            ...of('DaemonSet', 'aws-cloud-controller-manager'),
            hostNetwork: true,
          }),
        ],
        roles: [role('ccm', trusting(subject('kube-system', 'cloud-controller-manager')), neverUsed)],
      }),
    target: { kind: 'DaemonSet', namespace: 'kube-system', name: 'aws-cloud-controller-manager' },
    found: ['service-account-role-unannotated unannotated'],
    why: 'cause: service-account-role-unannotated',
  },
  {
    group: 'addon-no-role',
    source: 'eksctl-io/eksctl#5606',
    cause: 'the add-on has its role, and its service account is not annotated',
    fix: 'update the add-on with --resolve-conflicts OVERWRITE, then restart',
    text: 'IRSA setup for EKS managed add-on "vpc-cni" without relying on node IAM permission does not always work\nSometimes ServiceAccount "aws-node" which is used by corresponding DaemonSet "aws-node" is not IRSA annotated and DaemonSet aws-node is not fully working because of missing IAM permissions (and node does not have the IAM permission because it is excluded deliberately for least privilege).',
    facts: () =>
      described({
        accounts: [account('kube-system', 'aws-node', undefined, byAddon)],
        pods: [pod('kube-system', 'aws-node', undefined, { ...of('DaemonSet', 'aws-node'), hostNetwork: true })],
        roles: [role('eksctl-simple-cluster-addon-vpc-cni-Role1', trusting(subject('kube-system', 'aws-node')))],
        cluster: {
          addons: complete([addon('vpc-cni', { roleArn: arn('eksctl-simple-cluster-addon-vpc-cni-Role1') })]),
        },
      }),
    target: { kind: 'DaemonSet', namespace: 'kube-system', name: 'aws-node' },
    found: ['addon-role-differs noAnnotation'],
    why: 'cause: addon-role-differs',
  },
  {
    group: 'addon-no-role',
    source: 'aws-ia/terraform-aws-eks-blueprints-addons#252',
    cause: 'the add-on for EBS was installed without a role',
    fix: 'make a role and give it to the add-on (service_account_role_arn)',
    text: "aws-ebs-csi-driver doesn't create a role in EKS\n  eks_addons = {\n    aws-ebs-csi-driver = {\n      most_recent = true\n    }\n  }\nI don't see any irsa role created for aws-ebs-csi-driver, does someone have the same issue?",
    facts: () =>
      described({
        accounts: [account('kube-system', 'ebs-csi-controller-sa', undefined, byAddon)],
        pods: [pod('kube-system', 'ebs-csi-controller-sa', undefined, of('Deployment', 'ebs-csi-controller'))],
        cluster: { addons: complete([addon('aws-ebs-csi-driver'), addon('coredns'), addon('kube-proxy')]) },
      }),
    target: deployment('kube-system', 'ebs-csi-controller'),
    found: [],
    why: 'cause: Give EKS add-on aws-ebs-csi-driver its role: EKS writes the annotation of service account kube-system/ebs-csi-controller-sa. Then restart the pods.',
  },
  {
    group: 'addon-no-role',
    source: 'eksctl-io/eksctl#7847',
    cause: 'a version of eksctl leaves the role of the add-on vpc-cni out',
    fix: 'update eksctl, or give the add-on its role with aws eks update-addon',
    text: '2024-06-24 03:21:09 [!]  IAM permissions are not required for "vpc-cni" addon; any IRSA configuration or pod identity associations will be ignored\n2024-06-24 03:21:09 [ℹ]  creating addon\n2024-06-24 03:21:20 [ℹ]  addon "vpc-cni" active',
  },
  {
    group: 'workload-elsewhere',
    source: 'temporalio/helm-charts#562',
    cause: 'the chart made the account with the role, and its pods run as default',
    fix: 'name the account in the pods: serviceAccount.name',
    text: 'Fix service account creation when no Values.serviceAccount.name is defined\nserviceAccount.create is true: a service account is created with the default name, but this new service account will never be used. All the pods created by temporal will always use `serviceAccountName: default`, which has no annotation eks.amazonaws.com/role-arn. I figured out this issue when trying to debug why archivals did not work: 403 in the server log of the s3store.',
    facts: () =>
      described({
        accounts: [account('temporal', 'temporal', 'temporal', byHelm('temporal')), account('temporal', 'default')],
        pods: ['frontend', 'history', 'matching', 'worker'].map(part =>
          pod('temporal', 'default', undefined, of('Deployment', `temporal-${part}`)),
        ),
        roles: [role('temporal', trusting(subject('temporal', 'temporal')), neverUsed)],
      }),
    target: deployment('temporal', 'temporal-history'),
    found: ['service-account-workload-elsewhere unused'],
    why: 'cause: Name service account temporal in the template of Deployment temporal-history.',
  },
  {
    group: 'workload-elsewhere',
    source: 'andrcuns/charts#393',
    cause: 'the chart has no value for the service account, so its pods run as default',
    fix: 'a version with serviceAccountName',
    text: "Add serviceAccountName support to buildkit-service chart\nThe buildkit-service chart's deployment template currently does not support configuring a serviceAccountName. This means pods always use the default service account in the namespace. BuildKit needs access to ECR, which requires the pod to run with a service account that has the appropriate IRSA bindings.",
    facts: () =>
      described({
        accounts: [account('buildkit', 'buildkit', 'buildkit'), account('buildkit', 'default')],
        pods: [pod('buildkit', 'default', undefined, of('Deployment', 'buildkit-service'))],
        roles: [role('buildkit', trusting(subject('buildkit', 'buildkit')), neverUsed)],
      }),
    target: deployment('buildkit', 'buildkit-service'),
    found: ['service-account-workload-elsewhere unused'],
    why: 'cause: Name service account buildkit in the template of Deployment buildkit-service.',
  },
  {
    group: 'workload-elsewhere',
    source: 'grafana/loki#21832',
    cause:
      'an upgrade of the chart renamed the account, which the Pod Identity association and the trust policy name by its old name',
    fix: 'serviceAccount.name with the old name',
    text: 'Helm chart 6.46.0 shipped a silent breaking change to the default service account name. When serviceAccount.create is true and serviceAccount.name is unset, the default SA name changed from the chart name (loki) to the chart fullname (<release>-loki). For deployments that bind AWS EKS Pod Identity or IRSA to the previous default name this breaks the binding on upgrade and causes object storage outages.',
    facts: () =>
      described({
        accounts: [account('loki', 'prod-loki', 'loki', byHelm('prod')), account('loki', 'default')],
        pods: [pod('loki', 'prod-loki', 'loki', of('StatefulSet', 'loki-write'))],
        roles: [role('loki', trusting(subject('loki', 'loki')))],
      }),
    target: { kind: 'StatefulSet', namespace: 'loki', name: 'loki-write' },
    found: ['trust-subject-unknown-service-account other-user'],
    why: 'cause: trust-subject-unknown-service-account',
  },
  {
    group: 'fargate',
    source: 'zalando-incubator/kube-ingress-aws-controller#375',
    cause: 'the program needs the metadata service of a node, which Fargate has not',
    fix: 'a program that takes its region and instance from its configuration; Fargate cannot run it',
    text: 'kube-ingress-aws on EKS fargate possible? IRSA\ntime="2020-10-05T08:02:04Z" level=info msg="starting /kube-ingress-aws-controller v0.11.7"\ntime="2020-10-05T08:06:05Z" level=fatal msg="RequestError: send request failed caused by: Get \\"http://169.254.169.254/latest/meta-data/instance-id\\\\\\": dial tcp 169.254.169.254:80: i/o timeout"',
    facts: () =>
      described({
        accounts: [account('kube-system', 'kube-ingress-aws', 'kube-ingress-aws')],
        pods: [pod('kube-system', 'kube-ingress-aws', 'kube-ingress-aws', onFargate)],
        roles: [role('kube-ingress-aws', trusting(subject('kube-system', 'kube-ingress-aws')), neverUsed)],
      }),
    target: deployment('kube-system', 'kube-ingress-aws'),
    found: [],
    why: 'fine',
  },
  {
    group: 'fargate',
    source: 'aws/karpenter-provider-aws#6295',
    cause:
      'Fargate has no metadata service, and the pod has no region: its account has no role, so nothing was injected',
    fix: 'annotate the account with the role, which gives role and region',
    text: 'Run Karpenter on Fargate: fargate profile is created and pods got created but fails with below error\npanic: failed to get region from metadata server: EC2MetadataRequestError: failed to get EC2 instance identity document\ncaused by: RequestError: send request failed\ncaused by: Get "http://169.254.169.254/latest/dynamic/instance-identity/document": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    facts: () =>
      described({
        accounts: [account('karpenter', 'karpenter', undefined, byHelm('karpenter'))],
        pods: [pod('karpenter', 'karpenter', undefined, onFargate)],
        roles: [role('KarpenterIRSA', trusting(subject('karpenter', 'karpenter')), neverUsed)],
      }),
    target: deployment('karpenter', 'karpenter'),
    found: ['service-account-role-unannotated unannotated'],
    why: 'cause: service-account-role-unannotated',
  },
  {
    group: 'trust-subject',
    source: 'grafana/tempo-operator#978',
    cause: 'the query frontend runs as a second account, which the role does not trust',
    fix: 'both subjects in the trust policy',
    text: 'The issue is that the query-frontend uses a different service account when the route for the Jaeger UI is enabled: tempo-tmstack and tempo-tmstack-query-frontend. Not authorized to perform sts:AssumeRoleWithWebIdentity',
    facts: () =>
      described({
        accounts: [
          account('tempo', 'tempo-tmstack', 'tempo'),
          account('tempo', 'tempo-tmstack-query-frontend', 'tempo'),
        ],
        pods: [
          pod('tempo', 'tempo-tmstack', 'tempo', of('StatefulSet', 'tempo-tmstack-ingester')),
          pod('tempo', 'tempo-tmstack-query-frontend', 'tempo'),
        ],
        roles: [role('tempo', trusting(subject('tempo', 'tempo-tmstack')))],
      }),
    target: deployment('tempo', 'tempo-tmstack-query-frontend'),
    found: ['service-account-role-not-trusting conditionFails'],
    why: 'cause: service-account-role-not-trusting',
  },
  {
    group: 'trust-subject',
    source: 'cds-snc/notification-terraform#54',
    cause: 'the trust policy names the namespace default, the account is in another',
    fix: 'the right namespace in the subject',
    text: 'fix: service account namespace. Sets the correct namespace to be used in the service account for STS assume role',
    facts: () =>
      described({
        accounts: [account('notification-canada-ca', 'notification-service-account', 'notification')],
        pods: [pod('notification-canada-ca', 'notification-service-account', 'notification', of('Deployment', 'api'))],
        roles: [role('notification', trusting(subject('default', 'notification-service-account')))],
      }),
    target: deployment('notification-canada-ca', 'api'),
    found: ['service-account-role-not-trusting conditionFails'],
    why: 'cause: service-account-role-not-trusting',
  },
  {
    group: 'trust-subject',
    source: 'terraform-aws-modules/terraform-aws-iam#63',
    cause: 'the module wrote the first of two subjects only',
    fix: 'both subjects in one list',
    text: 'Fix IAM OIDC conditions: the current implementation uses only the first value in the list oidc_fully_qualified_subjects, the second service account gets AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity',
    facts: () =>
      described({
        accounts: [account('default', 'sa1', 'role-with-oidc'), account('default', 'sa2', 'role-with-oidc')],
        pods: [pod('default', 'sa1', 'role-with-oidc'), pod('default', 'sa2', 'role-with-oidc')],
        roles: [role('role-with-oidc', trusting(subject('default', 'sa1')))],
      }),
    target: deployment('default', 'sa2'),
    found: ['service-account-role-not-trusting conditionFails'],
    why: 'cause: service-account-role-not-trusting',
  },
  {
    group: 'trust-subject',
    source: 'terraform-aws-modules/terraform-aws-eks#1090',
    cause:
      'the new chart names its account cluster-autoscaler-aws-cluster-autoscaler-chart, the role trusts the old name',
    fix: 'the name of the account of the new chart in the trust policy',
    text: 'The latest version of the chart deploys a service account named cluster-autoscaler-aws-cluster-autoscaler-chart instead of cluster-autoscaler-aws-cluster-autoscaler, which causes authentication errors\nFailed to create AWS Manager: cannot autodiscover ASGs: WebIdentityErr: failed to retrieve credentials\ncaused by: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity',
    facts: () =>
      described({
        accounts: [
          account(
            'kube-system',
            'cluster-autoscaler-aws-cluster-autoscaler-chart',
            'cluster-autoscaler',
            byHelm('cluster-autoscaler'),
          ),
        ],
        pods: [
          pod(
            'kube-system',
            'cluster-autoscaler-aws-cluster-autoscaler-chart',
            'cluster-autoscaler',
            byHelm('cluster-autoscaler'),
          ),
        ],
        roles: [
          role('cluster-autoscaler', trusting(subject('kube-system', 'cluster-autoscaler-aws-cluster-autoscaler'))),
        ],
      }),
    target: deployment('kube-system', 'cluster-autoscaler-aws-cluster-autoscaler-chart'),
    found: ['trust-subject-unknown-service-account other-user'],
    why: 'cause: trust-subject-unknown-service-account',
  },
  {
    group: 'trust-wildcard',
    source: 'garden-io/garden#5977',
    cause: 'a wildcard under StringEquals',
    fix: 'StringLike for the subject',
    text: 'Errors trying pull/push images to ECR, such as:\n`Not authorized to perform sts:AssumeRoleWithWebIdentity`\n`credentials not found in native keychain`\nBecause of the wildcard it is required to put the condition in a "StringLike" instead of "StringEquals".',
    facts: () =>
      described({
        accounts: [
          account('garden-dev', 'garden-in-cluster-builder', 'garden'),
          account('garden-ci', 'garden-in-cluster-builder', 'garden'),
        ],
        pods: [
          pod('garden-dev', 'garden-in-cluster-builder', 'garden', of('Deployment', 'garden-buildkit')),
          pod('garden-ci', 'garden-in-cluster-builder', 'garden', of('Deployment', 'garden-buildkit')),
        ],
        roles: [role('garden', trusting('system:serviceaccount:*:garden-in-cluster-builder'))],
      }),
    target: deployment('garden-dev', 'garden-buildkit'),
    found: ['trust-subject-literal-wildcard allow'],
    why: 'cause: trust-subject-literal-wildcard',
  },
  {
    group: 'trust-wildcard',
    source: 'aws-ia/terraform-aws-eks-blueprints#741',
    cause: 'a version of the module turned StringLike into StringEquals, over provider-aws-*',
    fix: 'StringLike for the subject',
    text: '[Bug]: Crossplane Terrajet/AWS provider IRSA error: Access Denied (403)\nlogs from the terrajet-pod: cannot run refresh: refresh failed: error configuring Terraform AWS Provider: WebIdentityErr: failed to retrieve credentials caused by: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity status code: 403\nIt looks like it has been changed recently from StringLike to StringEquals by one of the commits.',
    facts: () =>
      described({
        accounts: [account('crossplane-system', 'jet-aws-provider-3f6b9b1e4d7a', 'crossplane')],
        pods: [pod('crossplane-system', 'jet-aws-provider-3f6b9b1e4d7a', 'crossplane')],
        roles: [role('crossplane', trusting(subject('crossplane-system', 'jet-aws-provider-*')))],
      }),
    target: deployment('crossplane-system', 'jet-aws-provider-3f6b9b1e4d7a'),
    found: ['trust-subject-literal-wildcard allow'],
    why: 'cause: trust-subject-literal-wildcard',
  },
  {
    group: 'trust-key',
    source: 'Young-ook/terraform-aws-eks#139',
    cause: 'the key of the condition begins with https://, and the Federated principal is the role of the cluster',
    fix: 'the URL without https://, and the ARN of the OIDC provider',
    text: 'Hi i get a `MalformedPolicyDocument` error when i run the below:\nmodule "irsa" {\n  serviceaccount = "postbox-sa"\n  oidc_url       = data.aws_eks_cluster.this.identity[0].oidc[0].issuer\n  oidc_arn       = data.aws_eks_cluster.this.role_arn\n  namespace      = "postbox"\n}\n https://oidc.eks.eu-west-2.amazonaws.com/id/40ABF36466C599FF69A257B2ACB9E5E4:sub = "system:serviceaccount:postbox:postbox-sa"\nError: MalformedPolicyDocument: Federated principals must be valid domain names or SAML metadata ARNs',
  },
  {
    group: 'trust-provider',
    source: 'aws/containers-roadmap#1408',
    cause: 'the role trusts the issuer of the first cluster alone, and is used in a second one',
    fix: 'a statement for the issuer of the second cluster',
    text: 'IAM Roles for Service Accounts enhancements for usage across multiple clusters: needing to create an IAM OIDC provider for each cluster, updating the trust policy of every IAM role needed by that cluster with cluster’s OIDC provider URL. Given the 2048 character limit on trust policy',
    facts: () => {
      const first = exampleIssuer.replace('5C1D', 'AAAA');
      return described({
        accounts: [account('payments', 'payments', 'payments')],
        pods: [pod('payments', 'payments', 'payments')],
        roles: [
          role(
            'payments',
            policyOf(
              statement({
                Principal: { Federated: aProvider({ issuer: first }).arn },
                Condition: {
                  StringEquals: {
                    [`${first.slice('https://'.length)}:aud`]: 'sts.amazonaws.com',
                    [`${first.slice('https://'.length)}:sub`]: subject('payments', 'payments'),
                  },
                },
              }),
            ),
          ),
        ],
        over: { providers: complete([aProvider(), aProvider({ issuer: first })]) },
      });
    },
    target: deployment('payments', 'payments'),
    found: ['role-trusts-dead-cluster used'],
    why: 'cause: role-trusts-dead-cluster',
  },
  {
    group: 'trust-none',
    source: 'spectrocloud/librarium#10477',
    cause: 'the role of the backup trusts another account alone, without a statement for the cluster',
    fix: 'a statement for web identity of the account velero-server',
    text: 'docs: add IRSA trust policy steps to EKS backup. velero: rpc error: WebIdentityErr: failed to retrieve credentials caused by: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity. The trust policy of the backup role has only the sts:AssumeRole statement for the Palette account.',
    facts: () =>
      described({
        accounts: [account('velero', 'velero-server', 'palette-backup')],
        pods: [pod('velero', 'velero-server', 'palette-backup', of('Deployment', 'velero'))],
        roles: [
          role(
            'palette-backup',
            policyOf({
              Effect: 'Allow',
              Principal: { AWS: 'arn:aws:iam::415789037893:root' },
              Action: 'sts:AssumeRole',
              Condition: { StringEquals: { 'sts:ExternalId': 'x1' } },
            }),
          ),
        ],
      }),
    target: deployment('velero', 'velero'),
    found: ['service-account-role-not-trusting otherPrincipal'],
    why: 'cause: service-account-role-not-trusting',
  },
  {
    group: 'self-assume',
    source: 'external-secrets/kubernetes-external-secrets#284',
    cause: 'the program assumes the role that it already has',
    fix: 'leave the role out of the secret, or let the role trust itself',
    text: '"User: arn:aws:sts::123456789012:assumed-role/external-secrets-role/token-file-web-identity is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/external-secrets-role"',
    facts: () =>
      described({
        accounts: [account('default', 'kubernetes-external-secrets', 'external-secrets-role')],
        pods: [pod('default', 'kubernetes-external-secrets', 'external-secrets-role', { fsGroup: 65534 })],
        roles: [role('external-secrets-role', trusting(subject('default', 'kubernetes-external-secrets')))],
        over: calls('external-secrets-role', 'default', 'kubernetes-external-secrets', { successes: 9 }),
      }),
    target: deployment('default', 'kubernetes-external-secrets'),
    found: [],
    why: 'fine',
  },
  {
    group: 'quota',
    source: 'awslabs/aws-orbit-workbench#1288',
    cause: 'each deployment adds a statement to the trust policy, until it reached its quota',
    fix: 'remove the statements of clusters that are gone, or raise the quota',
    text: '[BUG] - Policy limit exceeded\n[CODEBUILD]   File "/root/.venv/lib/python3.7/site-packages/aws_orbit/services/iam.py", line 110, in add_assume_role_statement\n[CODEBUILD]     iam_client.update_assume_role_policy(RoleName=role_name\nbotocore.errorfactory.LimitExceededException: An error occurred (LimitExceeded) when calling the UpdateAssumeRolePolicy operation: Cannot exceed quota for ACLSizePerRole: 2048',
    facts: () =>
      described({
        accounts: [account('orbit-system', 'orbit-nightly-admin', 'orbit-admin')],
        pods: [pod('orbit-system', 'orbit-nightly-admin', 'orbit-admin')],
        roles: [
          role(
            'orbit-admin',
            policyOf(
              statement({ Condition: exactly(subject('orbit-system', 'orbit-nightly-admin')) }),
              ...['11', '22', '33', '44'].map(id => {
                const issuer = exampleIssuer.replace('5C', id);
                return statement({
                  Principal: { Federated: aProvider({ issuer }).arn },
                  Condition: {
                    StringEquals: {
                      [`${issuer.slice('https://'.length)}:sub`]: subject('orbit-system', 'orbit-nightly-admin'),
                    },
                  },
                });
              }),
            ),
          ),
        ],
        over: { quotas: complete({ oidcProviders: 100, trustPolicyLength: 2048 }) },
      }),
    found: ['trust-provider-missing nearest', 'trust-size-near-limit quota'],
  },
  {
    group: 'webhook-missing',
    source: 'aws/amazon-eks-pod-identity-webhook#68',
    cause: 'the configuration of the webhook is missing since the upgrade',
    fix: 'make it again with the cluster’s authority, then restart',
    text: 'After upgrading from EKS 1.15 to EKS 1.16, pods are missing the following env vars:\nAWS_ROLE_ARN=arn:aws:iam::xxx:role/oidc-my-service-api-qa\nAWS_WEB_IDENTITY_TOKEN_FILE=/var/run/secrets/eks.amazonaws.com/serviceaccount/token\nkubectl get mutatingwebhookconfigurations pod-identity-webhook\nError from server (NotFound): mutatingwebhookconfigurations.admissionregistration.k8s.io "pod-identity-webhook" not found',
    facts: () =>
      described({
        accounts: [account('qa', 'my-service-api', 'oidc-my-service-api-qa', { annotatedAt: '2026-02-01T00:00:00Z' })],
        pods: [pod('qa', 'my-service-api')],
        roles: [role('oidc-my-service-api-qa', trusting(subject('qa', 'my-service-api')))],
        inside: { webhook: complete(undefined) },
      }),
    target: deployment('qa', 'my-service-api'),
    found: ['webhook-missing missing'],
    why: 'cause: webhook-missing',
  },
  {
    group: 'webhook-down',
    source: 'aws/amazon-eks-pod-identity-webhook#35',
    cause: 'the webhook asks for a certificate that nobody approved, and serves none',
    fix: 'approve the CSR, or let cert-manager make the certificate',
    text: "Pods aren't annotated due to webhook service availability issue:\nE0213 16:11:52.169236       1 certificate_manager.go:396] Certificate request was not signed: timed out waiting for the condition\n2020/02/13 16:30:29 http: TLS handshake error from 10.244.29.0:60094: no serving certificate available for the webhook, is the CSR approved?\ncsr-28lr7   3h8m    system:serviceaccount:kube-system:aws-pod-id-production-aws-pod-identity-webhook   Pending",
    facts: () =>
      described({
        accounts: [account('apps', 'app', 'app', { annotatedAt: '2026-02-01T00:00:00Z' })],
        pods: [pod('apps', 'app')],
        roles: [role('app', trusting(subject('apps', 'app')))],
        inside: { webhook: complete(ownWebhook(1)) },
      }),
    target: deployment('apps', 'app'),
    found: ['pod-not-injected annotationOlder'],
    why: 'cause: pod-not-injected',
  },
  {
    group: 'webhook-down',
    source: 'kubernetes/kops#15991',
    cause: 'no pod of the webhook can be scheduled, so nothing is injected',
    fix: 'let the webhook run on the nodes that there are (tolerations), then restart',
    text: 'IRSA catch-22 when rebooting cluster with masters only: the pod-identity-webhook deployment does not specify a control-plane toleration. This is rather unfortunate when a cluster needs to start up and only has the master nodes available, because karpenter will be unable to contact AWS to spin up new nodes so the pods can actually run.',
    facts: () =>
      described({
        accounts: [account('kube-system', 'karpenter', 'karpenter', { annotatedAt: '2026-02-01T00:00:00Z' })],
        pods: [pod('kube-system', 'karpenter')],
        roles: [role('karpenter', trusting(subject('kube-system', 'karpenter')))],
        inside: { webhook: complete(ownWebhook(0)) },
      }),
    target: deployment('kube-system', 'karpenter'),
    found: ['webhook-invalid noEndpoints'],
    why: 'cause: webhook-invalid',
  },
  {
    group: 'webhook-down',
    source: 'kkb0318/irsa-manager#11',
    cause: 'the API server does not reach the webhook: a proxy stands between them',
    fix: 'NO_PROXY with .svc and the service network for the API server',
    text: 'mutatingwebhookconfiguration not injecting to pods for clusters with no internet access. I have http proxy configured. pods deployed with the annotation has no aws token mounted.\nW0123 07:45:58.886512       1 dispatcher.go:180] Failed calling webhook, failing open pod-identity-webhook.amazonaws.com: failed calling webhook "pod-identity-webhook.amazonaws.com": failed to call webhook: Post "https://pod-identity-webhook.kube-system.svc:443/mutate?timeout=10s": context deadline exceeded',
    facts: () =>
      described({
        accounts: [account('default', 'irsa1-sa', 'irsa1-role', { annotatedAt: '2026-02-01T00:00:00Z' })],
        pods: [pod('default', 'irsa1-sa')],
        roles: [role('irsa1-role', trusting(subject('default', 'irsa1-sa')))],
        inside: { webhook: complete(ownWebhook(1)) },
      }),
    target: deployment('default', 'irsa1-sa'),
    found: ['pod-not-injected annotationOlder'],
    why: 'cause: pod-not-injected',
  },
  {
    group: 'webhook-race',
    source: 'otterize/credentials-operator#93',
    cause: 'the operator annotates the account after the pod was made',
    fix: 'restart the pod; annotate before pods are made',
    text: 'Previously, Otterize would annotate ServiceAccounts with AWS role ARNs only after a Pod was created. This meant that the AWS pod identity webhook controller could not apply the environment variables before pod start, meaning a pod restart was required.',
    facts: () =>
      described({
        accounts: [account('shop', 'client', 'client', { annotatedAt: '2026-10-01T10:00:04Z' })],
        pods: [pod('shop', 'client', undefined, { createdAt: '2026-10-01T10:00:00Z' })],
        roles: [role('client', trusting(subject('shop', 'client')))],
      }),
    target: deployment('shop', 'client'),
    found: ['pod-not-injected annotationNewer'],
    why: 'cause: pod-not-injected',
  },
  {
    group: 'webhook-race',
    source: 'aws/amazon-eks-pod-identity-webhook#45',
    cause: 'the only pod of the webhook was being rescheduled when the pod was made',
    fix: 'restart the pod; two replicas of the webhook',
    text: 'Readiness Gate: when running a single pod for the webhook and that pod is being rescheduled, there is a gap where pods can be created without the webhook catching the creation events and thus without getting the required env vars and mount.',
    facts: () =>
      described({
        accounts: [account('apps', 'app', 'app', { annotatedAt: '2026-02-01T00:00:00Z' })],
        pods: [
          pod('apps', 'app', undefined, { createdAt: '2026-09-01T10:00:00Z' }),
          pod('apps', 'app', 'app', { name: 'app-7d9f6c5b8-later', createdAt: '2026-09-01T10:20:00Z' }),
        ],
        roles: [role('app', trusting(subject('apps', 'app')))],
        inside: { webhook: complete(ownWebhook(1)) },
      }),
    target: deployment('apps', 'app'),
    found: ['pod-not-injected newerPodsInjected'],
    why: 'cause: pod-not-injected',
  },
  {
    group: 'webhook-invalid',
    source: 'aws/amazon-eks-pod-identity-webhook#82',
    cause: 'the template sets both variables by hand, so the webhook leaves its mount out',
    fix: 'remove both variables from the template',
    text: 'Projected volumeMount missing: The environment variables AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE are created. The volume aws-iam-token is also added to the pod. But the volumeMount aws-iam-token is missing. Other pods in the same namespace with the same service account but created by a different deployment are created with the volume mount.',
    facts: () =>
      described({
        accounts: [account('apps', 'app', 'app')],
        pods: [
          pod('apps', 'app', 'app', of('Deployment', 'other')),
          pod('apps', 'app', undefined, {
            containers: [
              bareContainer({
                awsVariables: ['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
                irsaEnvironment: { AWS_ROLE_ARN: arn('app'), AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile },
                tokenFileUnmounted: true,
              }),
            ],
            volumes: aPod().volumes,
          }),
        ],
        roles: [role('app', trusting(subject('apps', 'app')))],
      }),
    target: deployment('apps', 'app'),
    found: ['pod-container-uncovered wrongPath'],
    why: 'cause: pod-container-uncovered',
  },
  {
    group: 'insecure',
    source: 'percona/k8spsmdb-docs#329',
    cause: 'the trust policy tests the audience alone: every account of the cluster may assume the role',
    fix: 'a test of the subject',
    text: 'The IRSA trust policy example only restricts on the `aud` claim. This allows any ServiceAccount token in the cluster (with the right audience) to assume the role, which is overly permissive. Please add a StringEquals/StringLike condition for the ...:sub claim.',
    facts: () =>
      described({
        accounts: [account('psmdb', 'percona-server-mongodb-operator', 'psmdb')],
        pods: [pod('psmdb', 'percona-server-mongodb-operator', 'psmdb')],
        roles: [
          role('psmdb', policyOf(statement({ Condition: { StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com' } } }))),
        ],
      }),
    found: ['trust-any-subject open'],
  },
  {
    group: 'insecure',
    source: 'rh-mobb/documentation#209',
    cause: 'the trust policy has no condition',
    fix: 'a test of the subject',
    text: 'As-is, the IAM trust policy would allow any request originating from the OIDC provider to do an sts:AssumeRoleWithWebIdentity into the role. Added a string match that validates that it comes from the service account the log collector runs as on the cluster.',
    facts: () =>
      described({
        accounts: [account('openshift-logging', 'logcollector', 'logs')],
        pods: [pod('openshift-logging', 'logcollector', 'logs', of('DaemonSet', 'collector'))],
        roles: [role('logs', policyOf(statement({})))],
      }),
    found: ['trust-any-subject open'],
  },
  {
    group: 'insecure-imds',
    source: 'cloudposse/terraform-aws-eks-node-group#62',
    cause: 'nodes answer containers: every pod can have the role of its node',
    fix: 'tokens required and a hop limit of 1 in the launch template',
    text: 'Restricting access to the IMDS and Amazon EC2 instance profile credentials: There should be an option to disable IMDS for node groups. Metadata version V2 only (token required), Metadata response hop limit 1',
    facts: () =>
      described({
        accounts: [],
        pods: [],
        cluster: {
          nodes: complete([
            {
              kind: 'node group main',
              hopLimit: 2,
              tokensRequired: false,
              enabled: true,
              nodes: 3,
              profiles: [arn('node').replace(':role/', ':instance-profile/')],
            },
          ]),
        },
      }),
    found: ['cluster-node-role-reachable noToken'],
  },
];
