/**
 * Public reports of trouble with roles for pods, by the cause that their threads established: the text that people saw, or the
 * state that they describe, rewritten. `node scripts/incidents.ts` says what the tool makes of each today.
 */
import type { Facts } from '../../lib/facts/facts.ts';
import { given } from '../../lib/text/given.ts';
import { reports } from '../../scripts/learn/reports.ts';
import { firstReports, secondReports } from './credential-reports.ts';
import { eighthRoundOfCredentials } from './eighth-round-credentials.ts';
import { fifthRound } from './fifth-round.ts';
import { firstRound } from './first-round.ts';
import { fourthRound } from './fourth-round.ts';
import { fourthReports } from './fourth-round-credentials.ts';
import { secondRound } from './second-round.ts';
import { seventhRound } from './seventh-round.ts';
import { seventhRoundOfCredentials } from './seventh-round-credentials.ts';
import { sixthRound } from './sixth-round.ts';
import { thirdRound } from './third-round.ts';
import { thirdReports } from './third-round-credentials.ts';
import * as worlds from './worlds.ts';

/** One report. */
export interface Incident {
  /** Its class. */
  readonly group: string;
  /** Repository and number of the thread. */
  readonly source: string;
  readonly cause: string;
  /** The text of the error, where one was posted. */
  readonly text?: string;
  /** The state that it describes, and the finding that tells its cause: rule and message. */
  readonly world?: () => Facts;
  readonly found?: string;
  /** Why no auditor can see its cause. */
  readonly unseen?: string;
}

const notAuthorized = 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity, status code: 403';
const noProviders = 'NoCredentialProviders: no valid providers in chain. Deprecated.';
const loopback = 'invalid endpoint host, "169.254.170.23", only loopback hosts are allowed';
const tokenFile = '/var/run/secrets/eks.amazonaws.com/serviceaccount/token';

const described: readonly Incident[] = [
  {
    group: 'credentials',
    source: 'velero-io/velero#7945',
    cause: 'a profile with half a key',
    text: 'error fetching config from profile, default, Error using profile: 2, partial credentials found for profile default',
  },
  {
    group: 'SDK',
    source: 'apache/druid#11303',
    cause: 'the STS module is missing',
    text: 'SdkClientException: Unable to load AWS credentials from any provider in the chain: WebIdentityTokenCredentialsProvider: To use assume role profiles the aws-java-sdk-sts module must be on the class path.',
  },
  {
    group: 'service account',
    source: 'kedacore/keda#5758',
    cause: 'the annotation is on the helpers of the chart, not on the account of the operator',
    world: worlds.helpersAnnotated,
    found: 'service-account-role-unannotated unannotated',
  },
  {
    group: 'SDK',
    source: 'jenkinsci/ec2-fleet-plugin#259',
    cause: 'the SDK is too old and acts as the node',
    world: worlds.neverAssumed,
    found: 'runtime-role-never-assumed neverAssumed',
  },
  {
    group: 'SDK',
    source: 'activeloopai/deeplake#3161',
    cause: 'the program has no web identity provider',
    world: worlds.neverAssumed,
    found: 'runtime-role-never-assumed neverAssumed',
    text: 'User: arn:aws:sts::111122223333:assumed-role/nodes/i-0123456789abcdef0 is not authorized to perform: s3:ListBucket',
  },
  {
    group: 'SDK',
    source: 'traefik/traefik#10812',
    cause: 'the program builds its own chain',
    world: worlds.neverAssumed,
    found: 'runtime-role-never-assumed neverAssumed',
    text: noProviders,
  },
  {
    group: 'SDK',
    source: 'opensearch-project/terraform-provider-opensearch#334',
    cause: 'the program takes web identity before the keys that were exported for it',
    unseen: 'the order of one program’s own credentials is in its code',
  },
  {
    group: 'SDK',
    source: 'doitintl/secrets-init#26',
    cause: 'the image has no CA certificates',
    text: 'WebIdentityErr: failed to retrieve credentials caused by: RequestError: send request failed caused by: Post "https://sts.amazonaws.com/": x509: certificate signed by unknown authority',
  },
  {
    group: 'SDK',
    source: 'dragonflydb/dragonfly#7666',
    cause: 'the program keeps its first session',
    unseen: 'its log has no message of an SDK, and a session that is kept leaves no trace',
  },
  {
    group: 'SDK',
    source: 'parseablehq/parseable#604',
    cause: 'the program keeps the token that it read at its start',
    text: 'ExpiredTokenException: Token expired: current date/time 1704727025 must be before the expiration date/time 1704574064',
  },
  {
    group: 'STS region',
    source: 'aws/aws-sdk-ruby#2126',
    cause: 'the region is not passed to the STS client',
    text: "Aws::Errors::MissingRegionError: missing region; use :region option or export region name to ENV['AWS_REGION']",
  },
  {
    group: 'STS region',
    source: 'aws/aws-sdk-php#3197',
    cause: 'the SDK calls STS in us-east-1',
    world: worlds.callsElsewhere,
    found: 'runtime-sts-region elsewhere',
  },
  {
    group: 'STS region',
    source: 'aws/aws-sdk-js-v3#7452',
    cause: 'the SDK calls STS in us-east-1',
    world: worlds.callsElsewhere,
    found: 'runtime-sts-region elsewhere',
  },
  {
    group: 'STS region',
    source: 'aws/aws-sdk-js-v3#5749',
    cause: 'the SDK calls STS of another partition',
    text: 'InvalidIdentityTokenException: No OpenIDConnect provider found in your account for https://oidc.eks.us-gov-west-1.amazonaws.com/id/0123',
  },
  {
    group: 'STS region',
    source: 'fluxcd/source-controller#1552',
    cause: 'STS of a region that is not active was called',
    text: 'No OpenIDConnect provider found in your account for <OIDC provider address>',
  },
  {
    group: 'Pod Identity',
    source: 'runatlantis/helm-charts#349',
    cause: 'the SDK is too old for Pod Identity',
    text: `Error: error configuring Terraform AWS Provider: loading configuration: ${loopback}`,
  },
  {
    group: 'Pod Identity',
    source: 'vectordotdev/helm-charts#452',
    cause: 'the SDK is too old for Pod Identity',
    text: 'provider failed to provide credentials provider=EcsContainer: invalid full URI for ECS provider (URI did not refer to the loopback interface): http://169.254.170.23/v1/credentials',
  },
  {
    group: 'Pod Identity',
    source: 'getsentry/vroom#661',
    cause: 'the SDK is too old for Pod Identity',
    text: `Ignoring, HTTP credential provider ${loopback}. <nil>`,
  },
  {
    group: 'Pod Identity',
    source: 'awslabs/amazon-ecr-credential-helper#959',
    cause: 'the SDK is too old for Pod Identity',
    text: `panic: ${loopback}\ngoroutine 1 [running]:`,
  },
  {
    group: 'Pod Identity',
    source: 'aws-actions/configure-aws-credentials#942',
    cause: 'the SDK is too old for Pod Identity',
    text: 'Error: Credentials could not be loaded, please check your action inputs: 169.254.170.23 is not a valid container metadata service hostname',
  },
  {
    group: 'Pod Identity',
    source: 'aws/secrets-store-csi-driver-provider-aws#465',
    cause: 'the client gave up after 100 ms',
    text: '{"level":"error","msg":"Error fetching credentials: error getting credentials to cache: unable to fetch credentials from EKS Auth: operation error EKS Auth: AssumeRoleForPodIdentity, https response error StatusCode: 0, RequestID: , canceled, context canceled"}',
  },
  {
    group: 'Pod Identity',
    source: 'aws/aws-cdk-cli#762',
    cause: 'the second role does not allow session tags',
    text: 'User: arn:aws:sts::111122223333:assumed-role/<eks-pod-role> is not authorized to perform: sts:TagSession on resource: arn:aws:iam::444455556666:role/lookup',
  },
  {
    group: 'Pod Identity',
    source: 'Smana/runlore#57',
    cause: 'a network policy keeps the pod from the agent',
    text: 'Policy denied DROPPED 169.254.170.23:80 (host)',
  },
  {
    group: 'Pod Identity',
    source: 'n8n-io/n8n#23584',
    cause: 'the program sends "Bearer" before the token',
    text: 'Error fetching credentials: Service account token cannot be parsed: token is malformed: could not base64 decode header: illegal base64 data at input byte 6',
  },
  {
    group: 'Pod Identity',
    source: 'Smana/cloud-native-ref#1700',
    cause: 'pods came a second after their association',
    world: worlds.beforeAssociation,
    found: 'pod-identity-pods-without together',
  },
  {
    group: 'token',
    source: 'fluxcd/source-controller#284',
    cause: 'not root, and no fsGroup',
    world: worlds.oldKubernetes,
    found: 'pod-token-unreadable unreadable',
    text: `cat: can't open '${tokenFile}': Permission denied`,
  },
  {
    group: 'token',
    source: 'mumoshu/aws-secret-operator#37',
    cause: 'not root, and no fsGroup',
    world: worlds.oldKubernetes,
    found: 'pod-token-unreadable unreadable',
    text: `WebIdentityErr: unable to read file at ${tokenFile} caused by: open ${tokenFile}: permission denied`,
  },
  {
    group: 'token',
    source: 'amazon-archives/k8s-cloudwatch-adapter#25',
    cause: 'not root, and no fsGroup',
    world: worlds.oldKubernetes,
    found: 'pod-token-unreadable unreadable',
    text: `unable to read file at ${tokenFile}`,
  },
  {
    group: 'token',
    source: 'external-secrets/kubernetes-external-secrets#290',
    cause: 'the token of the Kubernetes API, by hand',
    world: worlds.apiToken,
    found: 'pod-container-uncovered apiToken',
    text: 'AWS_WEB_IDENTITY_TOKEN_FILE=/run/secrets/kubernetes.io/serviceaccount/token ... InvalidIdentityToken: Incorrect token audience',
  },
  {
    group: 'network',
    source: 'kubernetes-sigs/aws-ebs-csi-driver#609',
    cause: 'the global endpoint in a private network',
    text: '"https://sts.amazonaws.com/": dial tcp 52.94.241.129:443: i/o timeout',
  },
  {
    group: 'network',
    source: 'aws-controllers-k8s/community#1040',
    cause: 'the program ignores the variable',
    text: 'caused by: RequestError: send request failed caused by: Post "https://sts.amazonaws.com/": dial tcp 54.239.29.25:443: i/o timeout',
  },
  {
    group: 'network',
    source: 'aws/amazon-vpc-cni-k8s#1796',
    cause: 'the security group of the pod has no way to STS',
    text: 'Connect timeout on endpoint URL: "https://sts.us-west-2.amazonaws.com/"',
  },
  {
    group: 'node',
    source: 'kubernetes/autoscaler#3592',
    cause: 'the hop limit of the metadata service',
    text: `Failed to generate AWS EC2 Instance Types: ${noProviders}`,
  },
  {
    group: 'node',
    source: 'aws-observability/aws-otel-collector#1202',
    cause: 'the program wants metadata, and no credentials',
    text: 'EC2MetadataError: failed to make EC2Metadata request status code: 401, request id:',
  },
  {
    group: 'node',
    source: 'aws/amazon-cloudwatch-agent-operator#119',
    cause: 'the program needs the metadata service to choose its mode',
    text: 'NoCredentialProviders: no valid providers in chain ... SharedCredsLoad: failed to load shared credentials file caused by: FailedRead: unable to open file caused by: open /root/.aws/credentials: no such file or directory',
  },
  {
    group: 'node',
    source: 'kubernetes/kops#13078',
    cause: 'pods reach the metadata service',
    unseen: 'the options of instances are not read: ec2:DescribeInstances is no permission of the auditor',
  },
  {
    group: 'provider',
    source: 'terraform-aws-modules/terraform-aws-eks#965',
    cause: 'no provider',
    world: worlds.noProvider,
    found: 'cluster-provider-missing needed',
    text: 'Error decrypting key: WebIdentityErr: failed to retrieve\n  | credentials\n  | caused by: InvalidIdentityToken: No OpenIDConnect provider\n  | found in your account for\n  | https://oidc.eks.us-east-2.amazonaws.com/id/0123',
  },
  {
    group: 'provider',
    source: 'aws-samples/aws-secret-sidecar-injector#30',
    cause: 'no provider',
    world: worlds.noProvider,
    found: 'cluster-provider-missing needed',
    text: 'WebIdentityError: Failed to retrieve credentials. caused by Invalid Identity token: No OpenIDConnect provider found in account',
  },
  {
    group: 'provider',
    source: 'awslabs/amazon-eks-irsa-cfn#18',
    cause: 'the provider lists sts.amazon.com',
    world: () => worlds.providerOfAudience('sts.amazon.com'),
    found: 'provider-audience-missing nearMiss',
    text: 'An error occurred (InvalidIdentityToken) when calling the AssumeRoleWithWebIdentity operation: Incorrect token audience',
  },
  {
    group: 'provider',
    source: 'aws/aws-cdk#8607',
    cause: 'the thumbprint of the leaf',
    world: worlds.pinnedLeaf,
    found: 'provider-thumbprint-not-root lower',
  },
  {
    group: 'provider',
    source: 'awslabs/aws-sdk-rust#827',
    cause: 'an outage of AWS that passes',
    text: "InvalidIdentityTokenException: Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
  },
  {
    group: 'service account',
    source: 'aws-controllers-k8s/community#2567',
    cause: 'the annotation was taken away',
    world: worlds.unnamedRole,
    found: 'service-account-role-unannotated unannotated',
  },
  {
    group: 'service account',
    source: 'aws/secrets-store-csi-driver-provider-aws#276',
    cause: 'the account of the workload names no role',
    world: worlds.waitingForSecrets,
    found: 'service-account-role-unannotated secretsStore',
    text: 'MountVolume.SetUp failed for volume "s": failed to mount secrets store objects: sa-east-1: An IAM role must be associated with service account',
  },
  {
    group: 'service account',
    source: 'nebari-dev/nebari#3213',
    cause: 'an add-on without a role',
    world: worlds.unnamedRole,
    found: 'service-account-role-unannotated unannotated',
    text: 'operation error EC2: DescribeAvailabilityZones, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found',
  },
  {
    group: 'service account',
    source: 'kubernetes-sigs/aws-load-balancer-controller#2437',
    cause: 'no role for pods on Fargate',
    world: worlds.onFargate,
    found: 'service-account-role-unannotated unannotated',
    text: noProviders,
  },
  {
    group: 'service account',
    source: 'airbytehq/airbyte#50979',
    cause: 'pods run as default',
    world: worlds.workloadOnDefault,
    found: 'service-account-workload-elsewhere elsewhere',
  },
  {
    group: 'service account',
    source: 'defenseunicorns/uds-core#2599',
    cause: 'an upgrade moved pods to another account',
    world: worlds.movedByChart,
    found: 'service-account-workload-elsewhere elsewhere',
  },
  {
    group: 'service account',
    source: 'eksctl-io/eksctl#4941',
    cause: 'the account is gone, its stack is left',
    unseen: 'the state of a CloudFormation stack is not read; the role that is left over is told as info',
  },
  {
    group: 'trust policy',
    source: 'awslabs/data-on-eks#338',
    cause: 'the subject names another account',
    world: worlds.otherName,
    found: 'trust-subject-unknown-service-account other-user',
    text: notAuthorized,
  },
  {
    group: 'trust policy',
    source: 'awslabs/cdk-eks-blueprints#419',
    cause: 'the subject names another account',
    world: worlds.otherName,
    found: 'trust-subject-unknown-service-account other-user',
    text: notAuthorized,
  },
  {
    group: 'trust policy',
    source: 'helm/charts#20504',
    cause: 'two accounts, and the trust names the other one',
    world: worlds.otherName,
    found: 'trust-subject-unknown-service-account other-user',
    text: notAuthorized,
  },
  {
    group: 'trust policy',
    source: 'terraform-aws-modules/terraform-aws-eks#801',
    cause: 'another namespace than the trust names',
    world: worlds.otherNamespace,
    found: 'service-account-role-not-trusting conditionFails',
    text: notAuthorized,
  },
  {
    group: 'trust policy',
    source: 'CircleCI-Public/server-terraform#291',
    cause: 'a wildcard under StringEquals',
    world: worlds.literalWildcard,
    found: 'trust-subject-literal-wildcard allow',
  },
  {
    group: 'trust policy',
    source: 'aws/karpenter-provider-aws#1313',
    cause: 'conditions of two issuers in one statement',
    world: worlds.twoIssuers,
    found: 'trust-never-matches test',
    text: notAuthorized,
  },
  {
    group: 'trust policy',
    source: 'kubernetes-sigs/aws-ebs-csi-driver#748',
    cause: 'provider and keys name another region',
    world: worlds.otherRegion,
    found: 'trust-provider-missing nearest',
    text: notAuthorized,
  },
  {
    group: 'trust policy',
    source: 'jenkins-x/terraform-aws-eks-jx#214',
    cause: 'the issuer stayed empty',
    world: worlds.emptyIssuer,
    found: 'service-account-role-not-trusting otherPrincipal',
    text: notAuthorized,
  },
  {
    group: 'trust policy',
    source: 'kubernetes-sigs/aws-efs-csi-driver#359',
    cause: 'no statement for the cluster',
    world: worlds.workerRole,
    found: 'service-account-role-not-trusting otherPrincipal',
    text: notAuthorized,
  },
  {
    group: 'trust policy',
    source: 'terraform-aws-modules/terraform-aws-eks#702',
    cause: 'the account names the worker’s role',
    world: worlds.workerRole,
    found: 'service-account-role-not-trusting otherPrincipal',
    text: notAuthorized,
  },
  {
    group: 'trust policy',
    source: 'https://www.7tech.co.in/irsa-to-eks-pod-identity-migration-playbook/',
    cause: 'the trust lacks the statement of this cluster',
    world: worlds.otherCluster,
    found: 'service-account-role-not-trusting otherCluster',
  },
  {
    group: 'trust policy',
    source: 'harness/developer-hub#1878',
    cause: 'no condition at all',
    world: worlds.noCondition,
    found: 'trust-any-subject open',
  },
  {
    group: 'trust policy',
    source: 'kubernetes-sigs/aws-load-balancer-controller#2718',
    cause: 'a permission policy was pasted as a trust policy',
    text: 'Failed to create role <role name>.  Cannot exceed quota for ACLSizePerRole: 4096',
  },
  {
    group: 'trust policy',
    source: 'kubeflow/kubeflow#6687',
    cause: 'the trust policy is at its quota',
    world: worlds.fullPolicy,
    found: 'trust-size-near-limit quota',
    text: 'LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048 status code: 409',
  },
  {
    group: 'second role',
    source: 'aws-ia/terraform-aws-eks-blueprints-addons#267',
    cause: 'the role assumes itself',
    text: 'error instantiating route53 challenge solver: unable to assume role: AccessDenied: User: arn:aws:sts::111122223333:assumed-role/cert/1695826447002323123 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/cert',
  },
  {
    group: 'second role',
    source: 'cert-manager/cert-manager#3079',
    cause: 'the issuer names the role again',
    text: 'unable to assume role: AccessDenied: User: arn:aws:sts::111122223333:assumed-role/a-cert/1594210708202645062 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/b-cert',
  },
  {
    group: 'second role',
    source: 'aws/karpenter-provider-aws#5054',
    cause: 'the role assumes itself',
    text: 'Checking EC2 API connectivity, AccessDenied: User: arn:aws:sts::111122223333:assumed-role/karpenter/1699531699176343806 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/karpenter',
  },
  {
    group: 'webhook',
    source: 'aws/amazon-eks-pod-identity-webhook#174',
    cause: 'account and pods were made together',
    world: worlds.madeTogether,
    found: 'pod-not-injected together',
  },
  {
    group: 'webhook',
    source: 'aws/amazon-eks-pod-identity-webhook#135',
    cause: 'the configuration is missing',
    world: worlds.noWebhook,
    found: 'webhook-missing missing',
  },
  {
    group: 'webhook',
    source: 'awsdocs/amazon-eks-user-guide#894',
    cause: 'AdmissionReview v1 in the configuration',
    world: worlds.reviewVersion,
    found: 'webhook-invalid reviewAnswer',
    text: 'failed calling webhook "iam-for-pods.amazonaws.com"',
  },
  {
    group: 'webhook',
    source: 'aws/containers-roadmap#2874',
    cause: 'the webhook has the outgoing CA alone',
    world: worlds.outgoingAuthority,
    found: 'webhook-ca-mismatch outgoing',
  },
  {
    group: 'webhook',
    source: 'aws/amazon-eks-pod-identity-webhook#131',
    cause: 'caBundle of another CA',
    text: 'Failed calling webhook, failing open pod-identity-webhook.amazonaws.com: failed calling webhook: Post "https://pod-identity-webhook.kube-system.svc:443/mutate?timeout=30s": x509: certificate signed by unknown authority',
  },
  {
    group: 'webhook',
    source: 'kubernetes/kops#13459',
    cause: 'the pods of the webhook never started',
    world: worlds.deadWebhook,
    found: 'webhook-invalid noEndpoints',
    text: 'failed calling webhook "pod-identity-webhook.amazonaws.com": failed to call webhook: Post "https://pod-identity-webhook.kube-system.svc:443/mutate?timeout=10s": dial tcp 100.64.59.214:443: connect: connection refused',
  },
  {
    group: 'not established',
    source: 'external-secrets/kubernetes-external-secrets#368',
    cause: 'the pod runs with the role of its node',
    text: 'User: arn:aws:sts::111122223333:assumed-role/nodes/i-0e5afb93460d609d2 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/secrets',
  },
  {
    group: 'not established',
    source: 'aws/amazon-eks-pod-identity-webhook#232',
    cause: 'not established',
    text: '<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>Incorrect token audience</Message></Error></ErrorResponse>',
  },
  {
    group: 'not established',
    source: 'aws/aws-sdk-js-v3#6419',
    cause: 'not established',
    text: 'InvalidIdentityTokenException: No OpenIDConnect provider found in your account for https://oidc.eks.us-east-1.amazonaws.com/id/0123',
  },
  {
    group: 'not established',
    source: 'aws/containers-roadmap#2248',
    cause: 'one account of an add-on gets the role, the other needs none',
    unseen: 'the thread does not establish a fault: two accounts of one role are told apart by no trust policy',
  },
  {
    group: 'not established',
    source: 'aws/eks-pod-identity-agent#153',
    cause: 'injection flaps',
    unseen: 'the thread does not establish a cause',
  },
];

type State = Pick<Incident, 'world' | 'found'>;
const notAssumed: State = { world: worlds.neverAssumed, found: 'runtime-role-never-assumed neverAssumed' };

/** The state that the thread of a text describes, where it does. */
const statesOfTexts: Readonly<Record<string, State>> = {
  'alphagov/govuk-infrastructure#2282': {
    world: worlds.otherName,
    found: 'trust-subject-unknown-service-account other-user',
  },
  'aws/karpenter-provider-aws#1666': { world: worlds.keyWithArn, found: 'trust-key-issuer-mismatch wrong-key' },
  'external-secrets/kubernetes-external-secrets#287': {
    world: worlds.audienceForSubject,
    found: 'trust-key-issuer-mismatch wrong-claim',
  },
  'aws-samples/aws-secret-sidecar-injector#26': {
    world: worlds.literalWildcard,
    found: 'trust-subject-literal-wildcard allow',
  },
  'aws/amazon-eks-pod-identity-webhook#30': { world: worlds.mistypedProvider, found: 'trust-provider-missing nearest' },
  'external-secrets/kubernetes-external-secrets#424': {
    world: worlds.oldKubernetes,
    found: 'pod-token-unreadable unreadable',
  },
  'elastic/cloud-on-k8s#8090': notAssumed,
  'hashicorp/vault#22075': notAssumed,
  'hashicorp/vault#21510': notAssumed,
  'hashicorp/vault#9576': notAssumed,
  'aws/aws-sdk-net#1413': notAssumed,
  'OpenCTI-Platform/opencti#4784': notAssumed,
  'kubeflow/pipelines#14097': notAssumed,
  'hashicorp/vault#21465': notAssumed,
  'logstash-plugins/logstash-input-s3#239': notAssumed,
  'aws/aws-cli#4477': notAssumed,
  'goharbor/harbor-helm#2292': notAssumed,
};

const texts = new Map(reports().map(report => [report.source, report.text]));
const rounds = [
  ...[...firstRound, ...secondRound, ...thirdRound, ...fourthRound, ...fifthRound, ...sixthRound],
  ...[...seventhRoundOfCredentials, ...seventhRound, ...eighthRoundOfCredentials],
];

/** The reports that describe a state. Those of which the text alone is known are in reports.jsonl. */
export const incidents: readonly Incident[] = [
  ...described,
  ...Object.entries(statesOfTexts).map(([source, state]) => ({
    group: 'text and state',
    source,
    cause: rounds.find(one => one.source === source)?.cause ?? 'in reports.jsonl',
    ...given({ text: texts.get(source) }),
    ...state,
  })),
  ...[...firstReports, ...secondReports, ...thirdReports, ...fourthReports].flatMap(
    ({ source, cause, text, facts, found = [] }) => {
      // A role that was never used is found for many causes: those are judged by their text.
      const [first] = found.filter(one => !/never(-assumed|-used)/.test(one));
      return facts && first !== undefined
        ? [{ group: 'credentials of pods', source, cause, text, world: facts, found: first }]
        : [];
    },
  ),
];
