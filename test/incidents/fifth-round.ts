/** A fifth round: twenty reports whose thread gives both an error and the state, a few of each group. Each was judged before the tool
 *  was asked. */
import { complete } from '../../lib/model/collected.ts';
import { aNetwork, anStsEndpoint, aPlace } from '../support/example-network.ts';
import { aProvider, exampleIssuer } from '../support/example-world.ts';
import { associationUnused, roleUnused, runtime, unusedRole } from './credential-reports.ts';
import {
  account,
  agent,
  arn,
  association,
  byHelm,
  deployment,
  described,
  exactly,
  forPods,
  identityPod,
  neverUsed,
  of,
  pod,
  policyOf,
  role,
  statement,
  subject,
  trusting,
} from './described.ts';
import { calls, failure, type JudgedReport, ownWebhook } from './first-round.ts';

const elsewhere = exampleIssuer.replace('eu-west-1', 'us-west-2').slice('https://'.length);
const refused = failure('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity');

export const fifthRound: readonly JudgedReport[] = [
  {
    group: 'sdk-module',
    source: 'spinnaker/kayenta#790',
    cause: 'the STS module of the SDK for Java is missing',
    fix: 'a version with aws-java-sdk-sts',
    text: "Unable to access S3 buckets using EKS TaskRole\nWhen using Kayenta, I'm unable to access S3 buckets that the service account it's configured to use has access. Instead it uses the InstanceRole, which won't work.\nThe output from the logs say that it's missing a library.\nUnable to load credentials from WebIdentityTokenCredentialsProvider: To use assume role profiles the aws-java-sdk-sts module must be on the class path",
    ...roleUnused('spinnaker', 'kayenta'),
  },
  {
    group: 'sdk-old',
    source: 'growthbook/growthbook#308',
    cause: 'the driver of the database that the program has knows no web identity',
    fix: 'a version of the program with a newer driver',
    text: 'IAM role assignment via serviceaccount does not work\nWe are launching GrowthBook in Kubernetes with IAM role attachment via serviceaccount and it does not work.\nLooks like due to aws-sdk version 2.\n$ kubectl exec -ti growthbook-6c45c979f5-rq288 -- bash\n$ env | grep AWS\nAWS_DEFAULT_REGION=eu-west-1\nAWS_REGION=eu-west-1\nAWS_ROLE_ARN=arn:aws:iam::REDACTED:role/eksctl---prod-k8s-addon-iamserviceaccount-Role1-XC9H9Y07V09D\nMONGODB_URI=mongodb+srv://REDACTED/growthBook?authSource=%24external&authMechanism=MONGODB-AWS&retryWrites=true&w=majority\nAWS_WEB_IDENTITY_TOKEN_FILE=/var/run/secrets/eks.amazonaws.com/serviceaccount/token',
    ...roleUnused('default', 'growthbook'),
  },
  {
    group: 'sdk-old',
    source: 'helm/charts#22670',
    cause: 'the SDK in the image of the backup is older than web identity',
    fix: 'an image with a newer SDK',
    text: '[stable/jenkins] Backup issue with serviceaccount and IAM roles\nI ran into similar issues when trying to implement the built in backup mechanism.\nAside from the `role-arn` annotation not being supported by the service account template in the Jenkins helm chart, the `aws go sdk` version included inside the `nuvo/kube-tasks` image is outdated and does not support IRSA. I suspect it only worked for you because you have a node role attached which provides access to the S3 bucket.',
    ...roleUnused('jenkins', 'jenkins-backup'),
  },
  {
    group: 'pi-sdk',
    source: 'danielqsj/kafka_exporter#494',
    cause: 'the SDK is older than EKS Pod Identity',
    fix: 'a version with a newer SDK',
    text: 'Upgrade AWS SDKs\nI am trying to use AWS IAM auth to connect to Kafka using Pod Identities but am getting this error:\n* failed to load credentials: unable to load SDK config: invalid endpoint host, "169.254.170.23", only loopback hosts are allowed\n* failed to load credentials: unable to load SDK config: invalid endpoint host, "169.254.170.23", only loopback hosts are allowed',
    ...associationUnused('monitoring', 'kafka-exporter'),
  },
  {
    group: 'pi-agent',
    source: 'terraform-aws-modules/terraform-aws-eks#3085',
    cause: 'the EKS Pod Identity Agent is not installed',
    fix: 'the add-on eks-pod-identity-agent',
    text: 'Karpenter controller error: message:ec2 api connectivity check failed,error:NoCredentialProviders: no valid providers in chain.\n{"level":"ERROR","time":"2024-09-06T16:17:07.120Z","logger":"controller","message":"ec2 api connectivity check failed","commit":"62a726c","error":"NoCredentialProviders: no valid providers in chain. Deprecated.\\n\\tFor verbose messaging see aws.Config.CredentialsChainVerboseErrors"}',
    facts: () =>
      described({
        accounts: [account('kube-system', 'karpenter')],
        pods: [identityPod('kube-system', 'karpenter')],
        roles: [role('KarpenterController', forPods, neverUsed)],
        cluster: {
          podIdentity: complete([association('kube-system', 'karpenter', 'KarpenterController')]),
          addons: complete([{ name: 'coredns' }, { name: 'vpc-cni' }, { name: 'kube-proxy' }]),
        },
      }),
    target: deployment('kube-system', 'karpenter'),
    found: ['pod-identity-agent-missing missing'],
    why: 'cause: pod-identity-agent-missing',
  },
  {
    group: 'token-mode',
    source: 'jenkinsci/helm-charts#61',
    cause: 'the pod is not root and has no fsGroup',
    fix: 'securityContext.fsGroup',
    text: 'The pod running the backup job is unable to read the token file available in the service account. It gives the error\nunable to read file at /var/run/secrets/eks.amazonaws.com/serviceaccount/token: permission denied',
    facts: () =>
      described({
        accounts: [account('jenkins', 'jenkins-backup', 'jenkins-backup')],
        pods: [pod('jenkins', 'jenkins-backup', 'jenkins-backup', of('CronJob', 'jenkins-backup'))],
        roles: [role('jenkins-backup', trusting(subject('jenkins', 'jenkins-backup')), neverUsed)],
        inside: { version: complete('v1.17.9-eks-4c6976') },
        over: { runtime },
      }),
    target: { kind: 'CronJob', namespace: 'jenkins', name: 'jenkins-backup' },
    found: ['runtime-role-never-assumed neverAssumed'],
    why: 'cause: runtime-role-never-assumed',
  },
  {
    group: 'token-mode',
    source: 'alphagov/gsp#912',
    cause: 'the pod is not root and has no fsGroup',
    fix: 'securityContext.fsGroup',
    text: "Allow cert-manager to access EKS token\ncert-manager runs as a non-root user, which means that it can't access the volume containing the EKS token used to authenticate as an IAM Role.",
    facts: () =>
      described({
        accounts: [account('gsp-system', 'cert-manager', 'cert-manager', byHelm('gsp'))],
        pods: [pod('gsp-system', 'cert-manager', 'cert-manager', { runAsNonRoot: true })],
        roles: [role('cert-manager', trusting(subject('gsp-system', 'cert-manager')), neverUsed)],
        inside: { version: complete('v1.14.9-eks-502bfb') },
        over: { runtime },
      }),
    target: deployment('gsp-system', 'cert-manager'),
    found: ['pod-token-unreadable unreadable'],
    why: 'cause: pod-token-unreadable',
  },
  {
    group: 'dns',
    source: 'aws/karpenter-provider-aws#5675',
    cause: 'Karpenter asks CoreDNS, which has no node to run on before Karpenter does: dnsPolicy became ClusterFirst',
    fix: 'dnsPolicy: Default',
    text: 'v0.34.0 with EKS 1.28 fails to initialize due to EC2 API Connectivity\nkarpenter-58f587745d-hwmmc controller {"level":"FATAL","time":"2024-02-16T05:22:06.931Z","logger":"controller","message":"Checking EC2 API connectivity, WebIdentityErr: failed to retrieve credentials\\ncaused by: RequestError: send request failed\\ncaused by: Post \\"https://sts.ap-northeast-2.amazonaws.com/\\": dial tcp: lookup sts.ap-northeast-2.amazonaws.com: i/o timeout","commit":"17d6c05"}\nDowngrading to v0.33.2 solves the issue. Karpenter itself is running on the Fargate via label selector.',
    facts: () => unusedRole('kube-system', 'karpenter', { onFargate: true }),
    target: deployment('kube-system', 'karpenter'),
    found: ['runtime-role-never-assumed neverAssumed'],
    why: 'cause: runtime-role-never-assumed',
  },
  {
    group: 'sts-endpoint',
    source: 'kubernetes-sigs/aws-efs-csi-driver#433',
    cause: 'the program makes its session without a region and calls the global endpoint',
    fix: 'a version that makes its session with the region',
    text: "EFS driver doesn't use regional STS endpoint\nI have EKS deployed to a private VPC that does not have direct internet access but does have VPC endpoints created for all necessary services, including STS. For all other controllers I have patched the Deployments to include the `AWS_STS_REGIONAL_ENDPOINTS=regional` environment variable.\nDeploying the EFS driver I found it was timing out trying to describe the EFS filesystem. Looking at the DNS traffic from the controller Pod I could see it was still resolving `sts.amazonaws.com` and then failing to connect to it despite passing in the `AWS_STS_REGIONAL_ENDPOINTS` variable.",
    facts: () =>
      described({
        accounts: [account('kube-system', 'efs-csi-controller-sa', 'efs-csi')],
        pods: [pod('kube-system', 'efs-csi-controller-sa', 'efs-csi', of('Deployment', 'efs-csi-controller'))],
        roles: [role('efs-csi', trusting(subject('kube-system', 'efs-csi-controller-sa')), neverUsed)],
        cluster: { network: complete(aNetwork({ places: [aPlace()], stsEndpoints: [anStsEndpoint()] })) },
        over: { runtime },
      }),
    target: deployment('kube-system', 'efs-csi-controller'),
    found: ['runtime-role-never-assumed neverAssumed'],
    why: 'cause: runtime-role-never-assumed',
  },
  {
    group: 'provider-missing',
    source: 'namespacelabs/foundation#801',
    cause: 'the cluster has no OIDC provider in IAM',
    fix: 'create it',
    text: '2022/07/25 13:14:01.143145 Connecting to AWS S3.\n[ns] 2022/07/25 13:14:01.143249 [aws/client] using web identity credentials at "/var/run/secrets/eks.amazonaws.com/serviceaccount/token"\n2022/07/25 13:14:05.131213 failed to retrieve credentials: failed to refresh cached credentials, failed to retrieve credentials, operation error STS: AssumeRoleWithWebIdentity, exceeded maximum number of attempts, 3, https response error StatusCode: 400, RequestID: 15810d8a-d7cf-4cf6-a789-344247a93714, InvalidIdentityToken: No OpenIDConnect provider found in your account for {redacted}',
    facts: () =>
      described({
        accounts: [account('default', 'server', 'server')],
        pods: [pod('default', 'server', 'server')],
        roles: [role('server', trusting(subject('default', 'server')), neverUsed)],
        over: { providers: complete([]) },
      }),
    target: deployment('default', 'server'),
    found: ['cluster-provider-missing needed'],
    why: 'cause: cluster-provider-missing',
  },
  {
    group: 'provider-missing',
    source: 'kubernetes-sigs/aws-load-balancer-controller#1226',
    cause: 'the cluster has no OIDC provider in IAM',
    fix: 'eksctl utils associate-iam-oidc-provider',
    text: 'E0416 12:40:46.016106       1 healthcheck.go:38] Controller health check failed: [ec2.DescribeTagsWithContext]: WebIdentityErr: failed to retrieve credentials\ncaused by: InvalidIdentityToken: No OpenIDConnect provider found in your account for https://oidc.eks.eu-west-1.amazonaws.com/id/xxxx\n\tstatus code: 400, request id: xxx',
    facts: () =>
      described({
        accounts: [account('kube-system', 'alb-ingress-controller', 'alb-ingress-controller')],
        pods: [pod('kube-system', 'alb-ingress-controller', 'alb-ingress-controller')],
        roles: [role('alb-ingress-controller', trusting(subject('kube-system', 'alb-ingress-controller')), neverUsed)],
        over: { providers: complete([]) },
      }),
    target: deployment('kube-system', 'alb-ingress-controller'),
    found: ['cluster-provider-missing needed'],
    why: 'cause: cluster-provider-missing',
  },
  {
    group: 'sa-unannotated',
    source: 'external-secrets/external-secrets#816',
    cause: 'the account has the annotation of kube2iam in place of that of EKS',
    fix: 'eks.amazonaws.com/role-arn',
    text: 'unable to create session: an IAM role must be associated with service account\nI am trying to make ESO work with SSM.\n✗ k -n demo describe sa/frontend\nName:                frontend\nNamespace:           demo\nLabels:              app.kubernetes.io/managed-by=Helm\nAnnotations:         iam.amazonaws.com/role: arn:aws:iam::1234567890:role/frontend\n                     meta.helm.sh/release-name: frontend',
    facts: () =>
      described({
        accounts: [
          account('demo', 'frontend', undefined, {
            annotations: { 'iam.amazonaws.com/role': arn('frontend') },
            ...byHelm('frontend'),
          }),
        ],
        pods: [pod('demo', 'frontend')],
        roles: [role('frontend', trusting(subject('demo', 'frontend')), neverUsed)],
      }),
    target: deployment('demo', 'frontend'),
    found: ['service-account-annotation-mistyped annotation'],
    why: 'cause: service-account-annotation-mistyped',
  },
  {
    group: 'sa-unannotated',
    source: 'awsdocs/amazon-eks-user-guide#571',
    cause: 'the account of the node pods has no role: only that of the controller was given one',
    fix: 'a role for efs-csi-node-sa too',
    text: "efs-csi missing role and service account\nI've been trying to use version `2.2.6` helm chart of aws-efs-csi-driver and as opposed to what appears on the documentation, creating an IAM role for the `efs-csi-controller-sa` service account is not enough. It seems that one should create an additional IAM role to be annotated to the `efs-csi-node-sa` service account as well.",
    facts: () =>
      described({
        accounts: [
          account('kube-system', 'efs-csi-controller-sa', 'EFS_CSI_DriverRole'),
          account('kube-system', 'efs-csi-node-sa', undefined, byHelm('aws-efs-csi-driver')),
        ],
        pods: [
          pod('kube-system', 'efs-csi-controller-sa', 'EFS_CSI_DriverRole', of('Deployment', 'efs-csi-controller')),
          pod('kube-system', 'efs-csi-node-sa', undefined, { ...of('DaemonSet', 'efs-csi-node'), hostNetwork: true }),
        ],
        roles: [role('EFS_CSI_DriverRole', trusting(subject('kube-system', 'efs-csi-controller-sa')))],
      }),
    target: { kind: 'DaemonSet', namespace: 'kube-system', name: 'efs-csi-node' },
    found: [],
    why: 'cause: Name the role in the annotation of service account kube-system/efs-csi-node-sa, then restart the pods.',
  },
  {
    group: 'trust-wildcard',
    source: 'crossplane/crossplane#5578',
    cause: 'StringEquals takes the star of the subject as a letter',
    fix: 'StringLike',
    text: 'managed/s3.aws.upbound.io/v1beta1, kind=bucket  cannot initialize the Terraform plugin SDK async external client: cannot get terraform setup: failed to retrieve aws credentials from aws config: failed to refresh cached credentials, failed to retrieve credentials, operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 403, RequestID: 4a8524d5-fc0e-46ff-9000-fd823d1b8661, api error AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity\nI\'ve checked policy and Trusted entities\n            "Action": "sts:AssumeRoleWithWebIdentity",\n            "Condition": {\n                "StringEquals": {\n                    "oidc.eks.sa-east-1.amazonaws.com/id/145438BD.....:sub": "system:serviceaccount:crossplane-system:provider-aws-*",\n                    "oidc.eks.sa-east-1.amazonaws.com/id/145438BD.....:aud": "sts.amazonaws.com"',
    facts: () =>
      described({
        accounts: [account('crossplane-system', 'provider-aws-s3-2f1c9d7e8a4b', 'Myrole')],
        pods: [pod('crossplane-system', 'provider-aws-s3-2f1c9d7e8a4b', 'Myrole')],
        roles: [role('Myrole', trusting(subject('crossplane-system', 'provider-aws-*')), neverUsed)],
        over: calls('Myrole', 'crossplane-system', 'provider-aws-s3-2f1c9d7e8a4b', { failures: [refused] }),
      }),
    target: deployment('crossplane-system', 'provider-aws-s3-2f1c9d7e8a4b'),
    found: ['trust-subject-literal-wildcard allow'],
    why: 'cause: trust-subject-literal-wildcard',
  },
  {
    group: 'self-assume',
    source: 'cert-manager/cert-manager#6872',
    cause: 'the issuer names the role that the program has already, which does not trust itself',
    fix: 'leave the role out of the issuer',
    text: 'error instantiating route53 challenge solver: unable to assume role: AccessDenied: User: arn:aws:sts::975050273702:assumed-role/cert-manager/171xxxxxx is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::9xxxxx:role/cert-manager',
    facts: () =>
      described({
        accounts: [account('cert-manager', 'cert-manager', 'cert-manager', byHelm('cert-manager'))],
        pods: [pod('cert-manager', 'cert-manager', 'cert-manager', { controller: { name: 'cert-manager' } })],
        roles: [role('cert-manager', trusting(subject('cert-manager', 'cert-manager')))],
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
    target: deployment('cert-manager', 'cert-manager'),
    found: ['service-account-second-role own'],
    why: 'suspect: service-account-second-role',
  },
  {
    group: 'trust-provider',
    source: 'awsdocs/amazon-eks-user-guide#343',
    cause: 'provider and condition keys of the trust policy are of another region than the cluster',
    fix: 'the region of the cluster in all three',
    text: 'EBS CSI document has hardcoded the region\n{\n  "Version": "2012-10-17",\n  "Statement": [\n    {\n      "Effect": "Allow",\n      "Principal": {\n        "Federated": "arn:aws:iam::<AWS_ACCOUNT_ID>:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/<XXXXXXXXXX45D83924220DC4815XXXXX>"\n      },\n      "Action": "sts:AssumeRoleWithWebIdentity",\n      "Condition": {\n        "StringEquals": {\n          "oidc.eks.us-west-2.amazonaws.com/id/<XXXXXXXXXX45D83924220DC4815XXXXX>:sub": "system:serviceaccount:kube-system:ebs-csi-controller-sa"\n        }\n      }\n    }\n  ]\n}',
    facts: () =>
      described({
        accounts: [account('kube-system', 'ebs-csi-controller-sa', 'EBS_CSI_DriverRole')],
        pods: [
          pod('kube-system', 'ebs-csi-controller-sa', 'EBS_CSI_DriverRole', of('Deployment', 'ebs-csi-controller')),
        ],
        roles: [
          role(
            'EBS_CSI_DriverRole',
            policyOf(
              statement({
                Principal: { Federated: aProvider().arn.replace('eu-west-1', 'us-west-2') },
                Condition: { StringEquals: { [`${elsewhere}:sub`]: subject('kube-system', 'ebs-csi-controller-sa') } },
              }),
            ),
            neverUsed,
          ),
        ],
      }),
    target: deployment('kube-system', 'ebs-csi-controller'),
    found: ['trust-provider-missing nearest'],
    why: 'cause: trust-provider-missing',
  },
  {
    group: 'trust-subject',
    source: 'terraform-aws-modules/terraform-aws-eks#1989',
    cause: 'the trust policy names a service account that is called otherwise',
    fix: 'ebs-csi-controller-sa in the subject',
    text: 'Integrate aws-ebs-csi-driver plugin into the deployment (/terraform-aws-eks)\nfailed to provision volume with StorageClass "gp2": rpc error: code = Internal desc = Could not create volume: could not create volume in EC2: WebIdentityErr: failed to retrieve credentials\ncaused by: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity\n\tstatus code: 403',
    facts: () =>
      described({
        accounts: [account('kube-system', 'ebs-csi-controller-sa', 'ebs-csi')],
        pods: [pod('kube-system', 'ebs-csi-controller-sa', 'ebs-csi', of('Deployment', 'ebs-csi-controller'))],
        roles: [role('ebs-csi', trusting(subject('kube-system', 'aws-ebs-csi-driver')), neverUsed)],
      }),
    target: deployment('kube-system', 'ebs-csi-controller'),
    found: ['trust-subject-unknown-service-account other-user'],
    why: 'cause: trust-subject-unknown-service-account',
  },
  {
    group: 'trust-subject',
    source: 'defenseunicorns/uds-core#331',
    cause: 'the trust policy names another namespace and another account than those that are deployed',
    fix: 'namespace and account as they are deployed in the subject',
    text: "Loki Test Infra Namespace and Service Account Incorrect\ncheck name and namespace of loki service account\nlook at the loki bucket configuration in `.github/test-infra/buckets-iac/variables.tf`\nThe namespace and service account should match between the resources deployed and the bucket configuration\nthey don't match currently",
    facts: () =>
      described({
        accounts: [account('loki', 'loki', 'uds-loki')],
        pods: [pod('loki', 'loki', 'uds-loki', of('StatefulSet', 'loki-write'))],
        roles: [
          role('uds-loki', policyOf(statement({ Condition: exactly(subject('logging', 'logging-loki')) })), neverUsed),
        ],
      }),
    target: { kind: 'StatefulSet', namespace: 'loki', name: 'loki-write' },
    found: ['trust-subject-unknown-namespace other-user'],
    why: 'cause: trust-subject-unknown-namespace',
  },
  {
    group: 'webhook-down',
    source: 'kubernetes/kops#13176',
    cause: 'the webhook fails closed and matches the pods that must run before it',
    fix: 'failurePolicy Ignore, or a selector that leaves those pods out',
    text: 'Hmm...it does not work fine.\nBecause we specify `failurePolicy: Fail` and remove the object selector. So some required pods can not launch.\nFeb 20 04:36:47 ip-172-20-37-9 kubelet[5300]: E0220 04:36:47.392591    5300 kubelet.go:1711] "Failed creating a mirror pod for" err="Internal error occurred: failed calling webhook \\"pod-identity-webhook.amazonaws.com\\": failed to call webhook: Post \\"https://pod-identity-webhook.kube-system.svc:443/mutate?timeout=10s\\": dial tcp 100.64.59.214:443: connect: connection refused" pod="kube-system/kube-controller-manager-ip-172-20-37-9"',
    facts: () =>
      described({
        accounts: [account('default', 'app', 'app')],
        pods: [],
        roles: [role('app', trusting(subject('default', 'app')), neverUsed)],
        inside: { webhook: complete(ownWebhook(0, { failurePolicy: 'Fail' })) },
      }),
    target: deployment('default', 'app'),
    found: ['webhook-invalid noEndpoints'],
    why: 'cause: webhook-invalid',
  },
  {
    group: 'webhook-race',
    source: 'hashicorp/terraform-provider-aws#40852',
    cause: 'the pod was created before its association was in effect',
    fix: 'create the pod again',
    text: '[Enhancement]: aws_eks_pod_identity_association: provide option to wait for in-effect\nCurrently, it is impossible to create an application in a single tf stack (IAM role, service account, pod association, and deployment). The deployment will fail waiting to stabalize since the pod is created before the association is in place.\nWithout this, one must manually scale down the deployment and scale it back up to get a new pod and thus a new identity assocation check.',
    facts: () =>
      described({
        accounts: [account('application', 'application')],
        pods: [pod('application', 'application', undefined, { createdAt: '2026-10-01T10:00:00Z' }), agent],
        roles: [role('application', forPods, neverUsed)],
        cluster: {
          podIdentity: complete([
            association('application', 'application', 'application', { createdAt: '2026-10-01T10:00:01Z' }),
          ]),
          addons: complete([{ name: 'eks-pod-identity-agent' }]),
        },
      }),
    target: deployment('application', 'application'),
    found: ['pod-identity-pods-without older'],
    why: 'cause: pod-identity-pods-without',
  },
];
