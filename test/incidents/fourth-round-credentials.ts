/** A fourth round of reports of pods whose credentials are not those of their role, after the third had been answered. Each was
 *  judged by its thread before the tool was asked. */
import { complete } from '../../lib/model/collected.ts';
import { aNetwork, anStsEndpoint, aPlace } from '../support/example-network.ts';
import { associationUnused, type CredentialReport, nodes, roleUnused, runtime } from './credential-reports.ts';
import { account, byHelm, deployment, described, neverUsed, pod, role, subject, trusting } from './described.ts';
import { calls } from './first-round.ts';

export const fourthReports: readonly CredentialReport[] = [
  {
    source: 'lensesio/secret-provider#25',
    cause: 'the STS module of the SDK for Java is missing',
    fix: 'a version with aws-java-sdk-sts',
    text: 'AWS - Add AWS sts dependency so web identity tokens work\nAdds `aws-java-sdk-sts` dependency so the `WebIdentityTokenCredentialsProvider` works within the `DefaultAWSCredentialsProviderChain`. Without this dependency I was unable to use web identity token files in AWS EKS',
    ...roleUnused('kafka', 'connect'),
  },
  {
    source: 'aws/aws-sdk-js#4050',
    cause: 'version 2 of the SDK for JavaScript calls the global endpoint whatever its region is',
    fix: 'stsRegionalEndpoints: regional, or version 3',
    text: "STS service do not use region's endpoint\nWhen using STS client, the region parameter is ignored and sts.amazonaws.com endpoint is always called.\nconst sts  = new sdk.STS({\n    region: 'eu-west-3',\n});",
  },
  {
    source: 'grafana/tempo#2888',
    cause: 'a fault of this version of the program',
    fix: 'the next version',
    text: '2.2.2 regression: S3 storage does not work with AWS IRSA authentication anymore\nVariables you propose to add in fact are automatically injected by EKS when using IRSA.',
    ...roleUnused('tempo', 'tempo'),
  },
  {
    source: 'pplu/aws-sdk-perl#448',
    cause: 'the library has no provider for Pod Identity',
    fix: 'a version that has one, or IRSA',
    text: 'Add support for AWS_CONTAINER_CREDENTIALS_FULL_URI for Pod Identity authorization\nPlease add support for EKS Pod Identity using the env vars\nAWS_CONTAINER_CREDENTIALS_FULL_URI\nAWS_CONTAINER_AUTHORIZATION_TOKEN_FILE\nas well as the existing IRSA support',
    ...associationUnused('mail', 'scanner'),
  },
  {
    source: 'thanos-io/kube-thanos#202',
    cause: 'not root and no fsGroup: the program may not read the token',
    fix: 'securityContext.fsGroup',
    text: 'Set fsGroup when running as non-root\nSet `fsGroup` in the pod security context to a non-root GID.\nThis is required to make the AWS WebIdentity token file readable for example.',
    facts: () =>
      described({
        accounts: [account('thanos', 'thanos-store', 'thanos')],
        pods: [pod('thanos', 'thanos-store', 'thanos', { runAsUser: 65534, runAsNonRoot: true })],
        roles: [role('thanos', trusting(subject('thanos', 'thanos-store')), neverUsed)],
        inside: { version: complete('v1.18.9-eks-d1db3c') },
        over: { runtime },
      }),
    target: deployment('thanos', 'thanos-store'),
    found: ['pod-token-unreadable unreadable'],
    why: 'cause: pod-token-unreadable',
  },
  {
    source: 'aws/aws-sdk-java#2343',
    cause: 'version 1 of the SDK for Java makes its client for STS itself, with the global endpoint by default',
    fix: 'AWS_STS_REGIONAL_ENDPOINTS=regional, and a version that reads it',
    text: 'Enable WebIdentityTokenCredentialsProvider to use custom STS endpoint\nWhen using the `WebIdentityTokenCredentialsProvider` I would like to control which STS endpoint the `sts:AssumeRoleWithWebIdentity` call uses. Currently, it always uses the global STS endpoint.\nwe want our pods to make the `sts:AssumeRoleWithWebIdentity` call over regional STS VPC endpoints',
    facts: () =>
      described({
        accounts: [account('shop', 'orders', 'orders')],
        pods: [pod('shop', 'orders', 'orders')],
        roles: [role('orders', trusting(subject('shop', 'orders')), neverUsed)],
        cluster: { network: complete(aNetwork({ places: [aPlace()], stsEndpoints: [anStsEndpoint()] })) },
        over: { runtime },
      }),
    target: deployment('shop', 'orders'),
    found: ['runtime-role-never-assumed neverAssumed'],
    why: 'cause: runtime-role-never-assumed',
  },
  {
    source: 'external-secrets/kubernetes-external-secrets#348',
    cause: 'the program calls the global endpoint, which a private VPC does not reach',
    fix: 'a version with stsRegionalEndpoints',
    text: 'Enable use of AWS STS regional endpoints\nThe default STS configuration uses the legacy global endpoint, which does not work from private VPCs accessing STS via VPC Endpoints.  This change adds the `region` and `stsRegionalEndpoints` values to the `stsConfig` object used to construct the STS client.',
  },
  {
    source: 'rapid7/propsd#276',
    cause: 'the SDK is too old for web identity',
    fix: 'SDK for JavaScript 2.521.0 or newer',
    text: 'Update the AWS-SDK used by Propsd to allow login with the TokenFileWebIdentityCredentials provider\nThe current version of propsd does not use a recent enough version of the AWS-SDK to allow this.',
    ...roleUnused('platform', 'propsd'),
  },
  {
    source: 'prometheus/cloudwatch_exporter#224',
    cause: 'the SDK for Java has the instance profile before web identity in its order',
    fix: 'SDK 1.11.704 or newer',
    text: 'Update AWS SDK to 1.11.658\nIAM Roles for Service Accounts are not currently working (at least without blocking the metadata API) because in the Java SDK the priority of the web identity token provider is below the instance profile provider.',
    ...roleUnused('monitoring', 'cloudwatch-exporter'),
  },
  {
    source: 'external-secrets/external-secrets#6654',
    cause: 'the program keeps the first token or session of Pod Identity',
    fix: 'a version that renews it; restart the pod until then',
    text: 'EKS Pod Identity token refresh issues\nWhen using EKS Pod Identity in AWS EKS AutoMode, after 8-12hrs the ExternalSecret using a ClusterSecretStore set to AWS Secrets Manager will fail to sync because of a expired token, the ClusterSecretStore will remain valid.',
  },
  {
    source: 'apache/doris#66554',
    cause: 'the program reads the token of Pod Identity once, and not from its file',
    fix: 'a version that reads the file each time',
    text: "[Bug] BE loses S3 access once the EKS Pod Identity token rotates; token file is never re-read\nThe `CustomAwsCredentialsProviderChain` only reads the credential endpoint's token from `AWS_CONTAINER_AUTHORIZATION_TOKEN`, once at construction. EKS Pod Identity supplies that token as a file stored in `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE` and rotates it",
  },
  {
    source: 'awslabs/amazon-kinesis-agent#272',
    cause: 'the list of providers of the program has no web identity',
    fix: 'a version with WebIdentityTokenCredentialsProvider',
    text: 'Add WebIdentityTokenCredentialsProvider to the Agent chain\nThis is needed for IRSA roles to work and is already included in the DefaultAWSCredentialsProviderChain in the AWS SDK',
    ...roleUnused('logs', 'kinesis-agent'),
  },
  {
    source: 'hashicorp/go-discover#252',
    cause:
      'the library asks the metadata service itself and has no web identity; with a hop limit of 1 it gets nothing',
    fix: 'a version with web identity',
    text: "Support AWS EKS IRSA (`AWS_WEB_IDENTITY_TOKEN_FILE` and `AWS_ROLE_ARN`)\nConsul uses this library for Cloud Auto-join. if we follow AWS best practices by configuring our nodes with `http_put_response_hop_limit=1`, consul won't be able to get credentials from AWS EKS IRSA.",
    facts: () =>
      described({
        accounts: [account('consul', 'consul-client', 'consul')],
        pods: [pod('consul', 'consul-client', 'consul')],
        roles: [role('consul', trusting(subject('consul', 'consul-client')), neverUsed)],
        cluster: nodes({ hopLimit: 1 }),
        over: { runtime },
      }),
    target: deployment('consul', 'consul-client'),
    found: ['runtime-role-never-assumed neverAssumed'],
    why: 'cause: runtime-role-never-assumed',
  },
  {
    source: 'skyscrapers/charts#108',
    cause: 'not root and no fsGroup: the program may not read the token',
    fix: 'securityContext.fsGroup',
    text: "Update securityContext on cloudwatch-exporter for IRSA\nIt's important to set fsGroup the same as runAsUser, otherwise cloudwatch-exporter can't read the secret token.",
    facts: () =>
      described({
        accounts: [account('monitoring', 'cloudwatch-exporter', 'exporter')],
        pods: [pod('monitoring', 'cloudwatch-exporter', 'exporter', { runAsUser: 65534 })],
        roles: [role('exporter', trusting(subject('monitoring', 'cloudwatch-exporter')), neverUsed)],
        inside: { version: complete('v1.16.8-eks-e16311') },
        over: { runtime },
      }),
    target: deployment('monitoring', 'cloudwatch-exporter'),
    found: ['pod-token-unreadable unreadable'],
    why: 'cause: pod-token-unreadable',
  },
  {
    source: 'zalando-incubator/kubernetes-on-aws#3157',
    cause: 'the user of the program may not read the token',
    fix: 'securityContext.fsGroup',
    text: "Allow audittrail adapter to read mounted token\nPermissions of the filesystem didn't grant access to the service account token.",
  },
  {
    source: 'bastillion-io/Bastillion-EC2#71',
    cause: 'the program does not use the proxy for STS',
    fix: 'set the proxy where the program reads it',
    text: "Proxy issues\nI tried to set http options in BastillionConfig.properties but I can't make the AWS client connect:\ncom.amazonaws.SdkClientException: Unable to execute HTTP request: Connect to sts.amazonaws.com:443 [sts.amazonaws.com/54.239.29.25] failed: connect timed out",
  },
  {
    source: 'Nordstrom/kafka-connect-sqs#30',
    cause: 'the subnet has no way to the internet',
    fix: 'NAT, or a VPC endpoint for STS and the regional name',
    text: 'ERROR WorkerSourceTask{id=TestSQSToKafka-0} Task threw an uncaught and unrecoverable exception.\ncom.amazonaws.SdkClientException: Unable to execute HTTP request: Connect to sts.amazonaws.com:443 [sts.amazonaws.com/X.Y.Z.V] failed: connect timed out\nIs it possible the Kafka Connect cluster runs in an unusual networking configuration?',
  },
  {
    source: 'aws/aws-sdk-java#2136',
    cause: 'the SDK for Java is too old (its order has the node first), and its STS module is missing',
    fix: 'SDK 1.11.704 or newer with aws-java-sdk-sts',
    text: "Support for EKS 'IAM for service accounts' not default [1.11.623, 1.11.653]\nSo to clarify, we need to upgrade SDKs to ^1.11.704 and also include aws-java-sdk-sts? We found that without `aws-java-sdk-sts` pods will not use the web identity token credentials no matter what version of the SDK it is.",
    ...roleUnused('shop', 'queue'),
  },
  {
    source: 'airbytehq/airbyte#4438',
    cause: 'the program requires keys for its logs',
    fix: 'a version that uses the default chain',
    text: 'Kubernetes S3 Logging - Support Instance Roles\nThe current integration with S3 forces us to use AWS keys. We use to deploy all our projects into k8s and configure the AWS rights by using IRSA roles, so AWS keys are not required anywhere.',
    ...roleUnused('airbyte', 'airbyte-admin'),
  },
  {
    source: 'grafana/loki#3069',
    cause: 'the program sets credentials of its own unless the bucket is given as a URL',
    fix: 'a newer version, or the URL s3://region/bucket',
    text: "AWS IRSA requires delicate dance\nFor AWS IAM roles for service accounts (IRSA) to work, it's important that the `.WithCredentials` method is never called. This means you need to pass an s3 url and dodge the other branches. if you specify e.g. `bucketnames` it all breaks.",
    ...roleUnused('loki', 'loki'),
  },
  {
    source: 'opstrace/opstrace#1382',
    cause: 'nodes have a hop limit of 1: the answer of the metadata service does not reach pods',
    fix: 'a hop limit of 2, or a role of its own',
    text: 'fix: increase hop limit to access AWS instance metadata endpoint\nwhy do session credential requests sometimes work and sometimes not? When they work, why would they take a lot of time?',
    facts: () =>
      described({
        accounts: [account('cortex', 'ingester')],
        pods: [pod('cortex', 'ingester')],
        cluster: nodes({ hopLimit: 1 }),
      }),
    target: deployment('cortex', 'ingester'),
    found: [],
    why: 'cause: Name the role in the annotation of service account cortex/ingester, then restart the pods.',
  },
  {
    source: 'kubernetes-sigs/aws-load-balancer-controller#3666',
    cause: 'the controller has no role of its own, and nodes answer no container: their hop limit is 1',
    fix: 'annotate its service account',
    text: 'NoCredentialProviders: no valid providers in chain. IMDSV2 issue.\nMasters set to Hop limit 3 token required. Worker nodes set to Hop Limit 1 token required\n"error":"NoCredentialProviders: no valid providers in chain. Deprecated.\\n\\tFor verbose messaging see aws.Config.CredentialsChainVerboseErrors"}\nDoes this work with  service account linked to an IAM role  if I annotate the service account ?',
    facts: () =>
      described({
        accounts: [account('kube-system', 'aws-load-balancer-controller', undefined, byHelm('lbc'))],
        pods: [pod('kube-system', 'aws-load-balancer-controller')],
        cluster: nodes({ hopLimit: 1 }),
      }),
    target: deployment('kube-system', 'aws-load-balancer-controller'),
    found: [],
    why: 'cause: Name the role in the annotation of service account kube-system/aws-load-balancer-controller, then restart the pods.',
  },
  {
    source: 'aws-observability/helm-charts#75',
    cause: 'the agent reads the metadata of its node, which its pods do not reach',
    fix: 'hostNetwork: true, and RUN_WITH_IRSA for its credentials',
    text: 'CloudWatch Agent fails to authenticate: IMDS Issues\nI solved it by modifying `/cloudwatch-agent-daemonset.yaml` like this:\n+ hostNetwork: true\n+ - name: RUN_WITH_IRSA\n+   value: "True"',
  },
  {
    source: 'aws/eks-pod-identity-agent#92',
    cause: 'the programs make a session for each call, so that each asks the agent again',
    fix: 'one session for a process',
    text: "Too many requests per second?\nI was surprised to see the amount of requests per second that were arriving to the eks-pod-identity-agent. I'm also getting throttled because of this. We use python and It seems that definitely everytime boto3 requests credentials for using AWS resources instead of using cached credentials eks-pod-identity-agent gets a requests.",
  },
  {
    source: 'aws/aws-cli#8912',
    cause: 'a profile has no source for the credentials of Pod Identity but EcsContainer',
    fix: 'credential_source = EcsContainer',
    text: 'Assuming IAM role from within a EKS Pod Identity-enabled container does not work using named profile\nThis is about the missing configuration parameter for `credential_source` when running `aws` in EKS Pod Identity enabled container. We need to be able to use `aws --profile` from within a pod to assume some external role with Pod Identity.',
  },
  {
    source: 'aws/aws-for-fluent-bit#386',
    cause: 'the hop limit of 1 keeps the answer of the metadata service from pods',
    fix: 'hostNetwork: true with dnsPolicy ClusterFirstWithHostNet, or a hop limit of 2',
    text: 'Debugging guide: add IMDS note for k8s\nChanges to debuggin file to provide support for the imds with hop 1, previously as per doc, we need to modify instances for hop2 to get the credentials. with hostNetwork, even with hop1, it can fetch the credentials.',
  },
  {
    source: 'boto/boto3#4301',
    cause: 'the SDK calls the global endpoint, and only the regional one is reached',
    fix: 'AWS_STS_REGIONAL_ENDPOINTS=regional',
    text: 'Unable Connect do STS if using a VPC\nThis solution resolved the problem:\nassumed_role = boto3.client(\n      "sts",\n      endpoint_url=f"https://sts.{os.environ[\'AWS_REGION\']}.amazonaws.com",\n  )\nThe endpoint that SQS tries to access lacks the region (e.g. `https://sts.amazonaws.com`) and that doesn\'t work inside a VPC since the private DNS of a VPCe includes the region.',
    facts: () =>
      described({
        accounts: [account('jobs', 'worker', 'worker')],
        pods: [pod('jobs', 'worker', 'worker')],
        roles: [role('worker', trusting(subject('jobs', 'worker')))],
        over: calls('worker', 'jobs', 'worker', { region: 'us-east-1', successes: 3 }),
      }),
    target: deployment('jobs', 'worker'),
    found: ['runtime-sts-region elsewhere'],
    why: 'fine',
  },
];
