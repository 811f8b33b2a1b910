/** A seventh round: twenty-five reports with a cause that the thread established, each with its state. Cause and fix were written
 *  down before the tool was asked. Credentials, modules of SDKs, EKS Pod Identity, tokens, the metadata service and STS. */
import { complete } from '../../lib/model/collected.ts';
import { aNetwork, anStsEndpoint, aPlace } from '../support/example-network.ts';
import { nodes, runtime, unusedAssociation, unusedRole } from './credential-reports.ts';
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
  injected,
  neverUsed,
  of,
  pod,
  role,
  subject,
  tokenFile,
  trusting,
} from './described.ts';
import { calls, failure, type JudgedReport } from './first-round.ts';

export const seventhRoundOfCredentials: readonly JudgedReport[] = [
  {
    group: 'sdk-module',
    source: 'Particular/ServiceControl#4308',
    cause: 'the module of STS of the SDK for .NET is missing',
    fix: 'add AWSSDK.SecurityToken',
    text: "AmazonSQS configured to use IAM roles with service account fails to authenticate\nservicecontrol-audit-8445b8c47c-4775x setup 2024-07-08 15:14:49.8180|1|Error|Program|Unhandled exception was caught.|System.InvalidOperationException: Assembly AWSSDK.SecurityToken could not be found or loaded. This assembly must be available at runtime to use Amazon.Runtime.AssumeRoleAWSCredentials.\nservicecontrol-audit-8445b8c47c-4775x setup  ---> System.IO.FileNotFoundException: Could not load file or assembly 'AWSSDK.SecurityToken, Culture=neutral, PublicKeyToken=null'. The system cannot find the file specified.",
    facts: () => unusedRole('particular', 'servicecontrol-audit'),
    target: deployment('particular', 'servicecontrol-audit'),
  },
  {
    group: 'sdk-module',
    source: 'grammarly/omniconf#23',
    cause: 'the STS module of the SDK for Java is missing, and the program acts as the node',
    fix: 'add aws-java-sdk-sts',
    text: "Fixes EKS bug wrt ServiceAccounts\nThis change fixes a critical bug when running on EKS, in which omniconf assumes the node role instead of ServiceAccount's pod role.\nI.e: this change adds `aws-java-sdk-sts` dependency, allowing omniconf to read information from `AWS_WEB_IDENTITY_TOKEN_FILE`.",
    facts: () => unusedRole('apps', 'settings'),
    target: deployment('apps', 'settings'),
  },
  {
    group: 'sdk-old',
    source: 'GoogleContainerTools/kaniko#889',
    cause: 'the SDK of the credential helper is older than web identity',
    fix: 'a version with a newer SDK',
    text: 'At the moment it is not possible to use the iam role connected to an serviceaccount within eks. The credential helper ignores this new method of getting iam credentials.\nTry to push an image from your pod with iam role assigned.\nIn order to support native AWS IAM integration with Kubernetes, the AWS SDK needs to be bumped to v1.23.13 at least.',
    facts: () => unusedRole('ci', 'kaniko', of('Job', 'kaniko')),
    target: { kind: 'Job', namespace: 'ci', name: 'kaniko' },
  },
  {
    group: 'sdk-old',
    source: 'zalando/spilo#994',
    cause: 'the library (boto 2) knows no web identity',
    fix: 'boto3',
    text: "S3 upload logs script doesn't support IRSA\nboto library does not support IRSA authentication, logs are not loaded into the bucket:\nTraceback (most recent call last):\n  File \"/scripts/upload_pg_log_to_s3.py\", line 43, in upload_to_s3\n    conn = boto.connect_s3(host=os.getenv('LOG_AWS_HOST'))\n  File \"/usr/lib/python3/dist-packages/boto/auth.py\", line 1018, in get_auth_handler\n    raise boto.exception.NoAuthHandlerFound(\nboto.exception.NoAuthHandlerFound: No handler was ready to authenticate. 1 handlers were checked. ['HmacAuthV1Handler'] Check your credentials",
    facts: () => unusedRole('postgres', 'postgres-pod', of('StatefulSet', 'acid-main')),
    target: { kind: 'StatefulSet', namespace: 'postgres', name: 'acid-main' },
  },
  {
    group: 'sdk-old',
    source: 'aws/amazon-cloudwatch-agent#1688',
    cause: 'the program reads a credentials file and uses the role only when a setting says so',
    fix: 'RUN_WITH_IRSA=True',
    text: 'SharedCredsLoad: Failed to load\n2025-05-19T06:42:01Z W! {"caller":"batchprocessor@v0.115.0/batch_processor.go:263","msg":"Sender failed","kind":"processor","name":"batch/prometheus/cloudwatchlogs","pipeline":"metrics/prometheus/cloudwatchlogs","error":"SharedCredsLoad: failed to load shared credentials file\\ncaused by: FailedRead: unable to open file\\ncaused by: open /root/.aws/credentials: no such file or directory"}\nIAM\'s policy and role are created correctly, and the service account has the role as an annotation, and I tested it by creating another pod for testing the service account, and I confirmed that IRSA works without any problems.',
    facts: () => unusedRole('amazon-cloudwatch', 'cwagent-prometheus'),
    target: deployment('amazon-cloudwatch', 'cwagent-prometheus'),
  },
  {
    group: 'other-creds',
    source: 'PrivateBin/docker-nginx-fpm-alpine#158',
    cause: 'PHP-FPM hides the variables of the role from the program',
    fix: 'pass the variables on (env[…] of the pool, or clear_env = no)',
    text: 'Support more AWS related env vars\nthere could be some missing env vars that need to be available for the SDK to interact with AWS. For safety reasons, php-fpm filters out all environment variables and the ones to be exposed to PHP have to be configured explicitly.\n- Env vars related to deployments in kubernetes using IAM roles for service accounts\n  - `AWS_ROLE_ARN`\n  - `AWS_WEB_IDENTITY_TOKEN_FILE`',
    facts: () => unusedRole('privatebin', 'privatebin'),
    target: deployment('privatebin', 'privatebin'),
  },
  {
    group: 'workload-elsewhere',
    source: 'boto/botocore#2351',
    cause: 'the program runs in a container of Docker inside of the pod, which has a directory in place of the token',
    fix: 'mount the directory of the token into that container, or take credentials in the pod',
    text: "IsADirectoryError: [Errno 21] Is a directory: '/var/run/secrets/eks.amazonaws.com/serviceaccount/token'\nThe app is running on a docker in docker setup on EKS which is setup with IRSA. I am passing through to my app container the web identity token as a volume mount\n      volumes:\n        - /var/run/secrets/eks.amazonaws.com/serviceaccount/token:/var/run/secrets/eks.amazonaws.com/serviceaccount/token",
    facts: () =>
      described({
        accounts: [account('runners', 'runner', 'runner')],
        pods: [pod('runners', 'runner', 'runner')],
        roles: [role('runner', trusting(subject('runners', 'runner')))],
        over: calls('runner', 'runners', 'runner', { successes: 12 }),
      }),
    target: deployment('runners', 'runner'),
  },
  {
    group: 'precedence',
    source: 'camunda/camunda-docs#9134',
    cause: 'keys in the environment stand before the role',
    fix: 'take the keys away',
    text: 'The AWS SDK default credential provider chain reads the static `AWS_ACCESS_KEY_ID` / `AWS_SECRET_ACCESS_KEY` environment variables before the IRSA web identity token. The chart injects those variables from the access key secrets whenever the AWS document store is enabled, so their presence prevents IRSA from being used, even when the service account is annotated with an IAM role.',
    facts: () =>
      unusedRole('camunda', 'connectors', {
        containers: [
          injected('connectors', {
            awsVariables: [
              ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
              ...['AWS_STS_REGIONAL_ENDPOINTS', 'AWS_DEFAULT_REGION', 'AWS_REGION'],
              ...['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
            ],
          }),
        ],
      }),
    target: deployment('camunda', 'connectors'),
  },
  {
    group: 'tls-client',
    source: 'thought-machine/aws-service-quotas-exporter#37',
    cause: 'the image has no CA certificates',
    fix: 'add ca-certificates to the image',
    text: 'error `x509: certificate signed by unknown authority` when using container image v1.3.0\ntime="2022-12-..." level=fatal msg="Could not retrieve quotas and limits: failed to list quotas: WebIdentityErr: failed to retrieve credentials\\ncaused by: RequestError: send request failed\\ncaused by: \n\nPost "https://sts.amazonaws.com/": x509: certificate signed by unknown authority"',
    facts: () => unusedRole('monitoring', 'quotas-exporter'),
    target: deployment('monitoring', 'quotas-exporter'),
  },
  {
    group: 'pi-sdk',
    source: 'elastic/cloud-on-k8s#8320',
    cause: 'the SDK of the program is older than EKS Pod Identity',
    fix: 'a version with a newer SDK',
    text: '[YOUR_BUCKET] path  is not accessible on master node","error.stack_trace":"org.elasticsearch.repositories.RepositoryVerificationException: [YOUR_BUCKET] path  is not accessible on master node\nCaused by: com.amazonaws.SdkClientException: The full URI (http://169.254.170.23/v1/credentials) contained withing environment variable AWS_CONTAINER_CREDENTIALS_FULL_URI has an invalid host. Host can only be one of [localhost, 127.0.0.1]',
    facts: () => unusedAssociation('elastic', 'elasticsearch', of('StatefulSet', 'elasticsearch-es-default')),
    target: { kind: 'StatefulSet', namespace: 'elastic', name: 'elasticsearch-es-default' },
  },
  {
    group: 'pi-sdk',
    source: 'punk-security/dnsReaper#189',
    cause: 'the SDK of the program is older than EKS Pod Identity',
    fix: 'a version with a newer SDK',
    text: "Right now, if you execute this project inside an EKS cluster, you get an error like this:\nValueError: Unsupported host '169.254.170.23'.  Can only retrieve metadata from these hosts: 169.254.170.2, localhost, 127.0.0.1",
    facts: () => unusedAssociation('security', 'dnsreaper', of('CronJob', 'dnsreaper')),
    target: { kind: 'CronJob', namespace: 'security', name: 'dnsreaper' },
  },
  {
    group: 'pi-token',
    source: 'epam/ai-dial-adapter-vertexai#520',
    cause: 'the program does not read the file of the token and sends none to the agent',
    fix: 'a version that reads AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
    text: 'When running under EKS Pod Identity, the agent at `AWS_CONTAINER_CREDENTIALS_FULL_URI` rejects credential requests that carry no `Authorization` header with `HTTP 400: Bad Request`, which surfaced as a 500 on every chat completion. EKS supplies that token through `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE`, which the credentials supplier did not read.',
    facts: () => unusedAssociation('dial', 'adapter-vertexai'),
    target: deployment('dial', 'adapter-vertexai'),
  },
  {
    group: 'pi-race',
    source: 'terraform-aws-modules/terraform-aws-eks-pod-identity#8',
    cause: 'the pod is older than the association',
    fix: 'restart the pod',
    text: "Have to manually re-create pods to have the expected pod identity environment variables\nWhen configuring the Pod Identity with terraform, it seems there's a race between creating the `aws_eks_pod_identity_association` and `kubernetes_deployment_v1` (and any resource that (in)directly creates Pods) resources. The created pod ends up not having the required environment variables that allow it to actually have a Pod Identity.\nWhen the Pod does not have the `AWS_CONTAINER_CREDENTIALS_FULL_URI` and `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE` environment variables, we must, manually, re-create the pod, and hope for the best.",
    facts: () =>
      described({
        accounts: [account('default', 'otel-example')],
        pods: [pod('default', 'otel-example', undefined, { createdAt: '2026-02-01T09:59:40Z' }), agent],
        roles: [role('otel-example', forPods, neverUsed)],
        cluster: {
          podIdentity: complete([
            association('default', 'otel-example', 'otel-example', { createdAt: '2026-02-01T10:00:00Z' }),
          ]),
          addons: complete([agentAddon]),
        },
      }),
    target: deployment('default', 'otel-example'),
  },
  {
    group: 'token-mode',
    source: 'velero-io/velero#3138',
    cause: 'the program is not root and the pod has no fsGroup',
    fix: 'securityContext.fsGroup',
    text: 'time="2019-10-28T19:46:05Z" level=info msg="Checking that all backup storage locations are valid" logSource="pkg/cmd/server/server.go:421"\nAn error occurred: some backup storage locations are invalid: error getting backup store for location "default": rpc error: code = Unknown desc = WebIdentityErr: unable to read file at /var/run/secrets/eks.amazonaws.com/serviceaccount/token\ncaused by: open /var/run/secrets/eks.amazonaws.com/serviceaccount/token: permission denied',
    facts: () =>
      described({
        accounts: [account('velero', 'velero', 'velero')],
        pods: [pod('velero', 'velero', 'velero')],
        roles: [role('velero', trusting(subject('velero', 'velero')), neverUsed)],
        inside: { version: complete('v1.14.6-eks-5047ed') },
        over: { runtime },
      }),
    target: deployment('velero', 'velero'),
  },
  {
    group: 'token-mode',
    source: 'opensearch-project/notifications#666',
    cause: 'the security manager of Java keeps the plugin from the file of the token',
    fix: 'a version that may read it, or the token mounted below the directory of the configuration',
    text: 'sendEmail Error, SDK status:Unable to load AWS credentials from any provider in the chain: [EnvironmentVariableCredentialsProvider: Unable to load AWS credentials from environment variables (AWS_ACCESS_KEY_ID (or AWS_ACCESS_KEY) and AWS_SECRET_KEY (or AWS_SECRET_ACCESS_KEY)), SystemPropertiesCredentialsProvider: Unable to load AWS credentials from Java system properties (aws.accessKeyId and aws.secretKey), WebIdentityTokenCredentialsProvider: java.security.AccessControlException: access denied ("java.io.FilePermission" "/var/run/secrets/eks.amazonaws.com/serviceaccount/token" "read"), com.amazonaws.auth.profile.ProfileCredentialsProvider@c47abdd: profile file cannot be null, com.amazonaws.auth.EC2ContainerCredentialsProviderWrapper@22f98737: Internal Server Error (Service: null; Status Code: 500; Error Code:',
    facts: () => unusedRole('opensearch', 'opensearch', of('StatefulSet', 'opensearch-master')),
    target: { kind: 'StatefulSet', namespace: 'opensearch', name: 'opensearch-master' },
  },
  {
    group: 'sdk-refresh',
    source: 'aws/aws-sdk-js-v3#2297',
    cause: 'the program reads the token once and keeps it when it expires',
    fix: 'a version that reads the file again',
    text: "credential-provider-web-identity don't load the latest version of AWS_WEB_IDENTITY_TOKEN_FILE after the previous version is expired\nAWS_WEB_IDENTITY_TOKEN_FILE is read only one time. But the content of that file will be expire after 24 hours and EKS will update new content to that same path.",
    facts: () =>
      described({
        accounts: [account('apps', 'api', 'api')],
        pods: [pod('apps', 'api', 'api')],
        roles: [role('api', trusting(subject('apps', 'api')))],
        over: calls('api', 'apps', 'api', {
          successes: 3,
          failures: [
            failure(
              'ExpiredTokenException',
              'Token expired: current date/time 1619166000 must be before the expiration date/time 1619160000',
            ),
          ],
        }),
      }),
    target: deployment('apps', 'api'),
  },
  {
    group: 'quota',
    source: 'lakekeeper/lakekeeper#1397',
    cause: 'the program asks STS for each request, and STS throttles it',
    fix: 'keep the sessions (cache), or ask less often',
    text: 'I\'m using the Spark procedure with the \'max-concurrent-file-group-rewrites\' option set to \'100\', and then I started receiving this error.\nFailed to assume role via STS: ServiceError(\n    ServiceError { \n        source: Unhandled(\n            Unhandled { \n                source: ErrorMetadata { \n                    code: Some("Throttling"), \n                    message: Some("Rate exceeded"), \n                    extras: Some({\n                        "aws_request_id": "[REDACTED]"\n                    }) \n                },',
    facts: () =>
      described({
        accounts: [account('lakehouse', 'lakekeeper', 'lakekeeper')],
        pods: [pod('lakehouse', 'lakekeeper', 'lakekeeper')],
        roles: [role('lakekeeper', trusting(subject('lakehouse', 'lakekeeper')))],
        over: calls('lakekeeper', 'lakehouse', 'lakekeeper', { successes: 20 }),
      }),
    target: deployment('lakehouse', 'lakekeeper'),
  },
  {
    group: 'imds',
    source: 'fluxcd/flux#3384',
    cause: 'the hop limit 1 of the metadata service keeps pods from it',
    fix: 'hop limit 2, or the region as a setting',
    text: 'Flux is not able to get the EC2Metadata to detect the AWS region when switching the EKS EC2-instances Metadata-Service-Version from IMDSv1 to IMDSv2.',
    facts: () =>
      described({
        accounts: [account('flux', 'flux', undefined, byHelm('flux'))],
        pods: [pod('flux', 'flux')],
        cluster: nodes({ hopLimit: 1 }),
      }),
    target: deployment('flux', 'flux'),
  },
  {
    group: 'imds',
    source: 'kubernetes-sigs/aws-load-balancer-controller#1747',
    cause: 'the controller has no role of its own, and the hop limit 1 keeps it from the role of the node',
    fix: 'hop limit 2, or a role for the service account',
    text: 'NoCredentialProviders: no valid providers in chain\n{"level":"error","ts":1609172345.1760008,"logger":"controller","msg":"Reconciler error","controller":"ingress","error":"NoCredentialProviders: no valid providers in chain. Deprecated.\\n\\tFor verbose messaging see aws.Config.CredentialsChainVerboseErrors"}\nIn fact, I\'ve set IMDSv2-only and hop limit to 1. Does this mean I cannot use IMDSv2 at all?',
    facts: () =>
      described({
        accounts: [
          account('kube-system', 'aws-load-balancer-controller', undefined, byHelm('aws-load-balancer-controller')),
        ],
        pods: [pod('kube-system', 'aws-load-balancer-controller')],
        cluster: nodes({ hopLimit: 1 }),
      }),
    target: deployment('kube-system', 'aws-load-balancer-controller'),
  },
  {
    group: 'imds',
    source: 'kubernetes-sigs/karpenter#1769',
    cause: 'node classes of Karpenter have the hop limit 1, and the controller asks the metadata service for its VPC',
    fix: 'hop limit 2, or the VPC and the region as settings of the controller',
    text: 'Default EC2NodeClass Hop Limit Breaks IMDSv2\nKarpenter EC2NodeClass defaults to a hop limit of 1, disabling access. My team upgraded from AL2 to AL2023, knowing that our EKS module would set hop limit to 2, but then our entire dev environment went down because this default on Karpenter prevented kubernetes-sigs/aws-load-balancer-controller pods from getting the VPC-ID (was not explicitly provided).',
    facts: () =>
      described({
        accounts: [account('kube-system', 'aws-load-balancer-controller', 'aws-load-balancer-controller')],
        pods: [pod('kube-system', 'aws-load-balancer-controller', 'aws-load-balancer-controller')],
        roles: [
          role(
            'aws-load-balancer-controller',
            trusting(subject('kube-system', 'aws-load-balancer-controller')),
            neverUsed,
          ),
        ],
        cluster: nodes({ kind: 'Karpenter node class default', hopLimit: 1 }),
      }),
    target: deployment('kube-system', 'aws-load-balancer-controller'),
  },
  {
    group: 'fargate',
    source: 'eksctl-io/eksctl#4528',
    cause: 'Fargate has no metadata service, and the program asks it for the region',
    fix: 'the region as a setting (AWS_REGION), or a newer program',
    text: 'Karpenter fails installation with Fargate\n2021-12-09T15:55:22.860Z        INFO    Successfully created the logger.\npanic: Failed to call the metadata server\'s region API, EC2MetadataRequestError: failed to get EC2 instance identity document\ncaused by: RequestError: send request failed\ncaused by: Get "http://169.254.169.254/latest/dynamic/instance-identity/document": context deadline exceeded (Client.Timeout exceeded while awaiting headers)\n\ngoroutine 1 [running]:\ngithub.com/aws/karpenter/pkg/cloudprovider/aws.getRegionFromIMDS(0x0)',
    facts: () => unusedRole('karpenter', 'karpenter', { onFargate: true }),
    target: deployment('karpenter', 'karpenter'),
  },
  {
    group: 'sts-endpoint',
    source: 'zalando/postgres-operator#3180',
    cause:
      'the program has no region, asks the metadata service for it in vain, and makes a name of STS that does not exist',
    fix: 'the region as a setting',
    text: "Pass CLONE_AWS_REGION and STANDBY_AWS_REGION when IRSA is configured\nWithout the region, spilo's configure_spilo.py falls back to reading it from IMDS (169.254.169.254). On clusters where IRSA is used and the IMDS hop limit is set to 1 (pods cannot reach IMDS), this fallback returns an empty or malformed value, causing wal-g to construct a broken STS endpoint (e.g. sts.loca.amazonaws.com) and fail to authenticate.",
    facts: () =>
      described({
        accounts: [account('postgres', 'postgres-pod', 'postgres-pod')],
        pods: [pod('postgres', 'postgres-pod', 'postgres-pod', of('StatefulSet', 'acid-clone'))],
        roles: [role('postgres-pod', trusting(subject('postgres', 'postgres-pod')), neverUsed)],
        cluster: nodes({ hopLimit: 1 }),
        over: { runtime },
      }),
    target: { kind: 'StatefulSet', namespace: 'postgres', name: 'acid-clone' },
  },
  {
    group: 'sts-endpoint',
    source: 'aws/amazon-vpc-cni-k8s#647',
    cause: 'the SDK calls the global endpoint, and the private VPC reaches the regional one alone',
    fix: 'AWS_STS_REGIONAL_ENDPOINTS=regional, with an SDK that knows it',
    text: '[ERROR]\tFailed to get ENI eni-xxxxxxxx information from EC2 control plane WebIdentityErr: failed to retrieve credentials\ncaused by: RequestError: send request failed\ncaused by: Post https://sts.amazonaws.com/: dial tcp 52.94.241.129:443: i/o timeout\n2019-10-08T10:47:49.502Z [WARN]\tError trying to set up ENI eni-xxxxxxxx: failed to retrieve ENI eni-xxxxxxxx IP addresses: failed to find ENI addresses for ENI eni-xxxxxxxx: failed to describe network interface: WebIdentityErr: failed to retrieve credentials',
    facts: () =>
      described({
        accounts: [account('kube-system', 'aws-node', 'aws-node')],
        pods: [
          pod('kube-system', 'aws-node', 'aws-node', {
            ...of('DaemonSet', 'aws-node'),
            hostNetwork: true,
            containers: [
              injected('aws-node', {
                awsVariables: ['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
                irsaEnvironment: { AWS_ROLE_ARN: arn('aws-node'), AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile },
              }),
            ],
          }),
        ],
        roles: [role('aws-node', trusting(subject('kube-system', 'aws-node')), neverUsed)],
        cluster: { network: complete(aNetwork({ places: [aPlace()], stsEndpoints: [anStsEndpoint()] })) },
        over: { runtime },
      }),
    target: { kind: 'DaemonSet', namespace: 'kube-system', name: 'aws-node' },
  },
  {
    group: 'sdk-old',
    source: 'bitpoke/mysql-operator#760',
    cause: 'the program takes the role only with a setting of its own',
    fix: 'env_auth = true for rclone',
    text: 'activate env auth for irsa\nIn the case of irsa, you need to authenticate with AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN instead of session_token.\nIn rclone, if `env_auth = true` is set, v1.57 will refer to `AWS_ROLE_ARN` and `AWS_WEB_IDENTITY_TOKEN_FILE` properly.',
    facts: () => unusedRole('mysql', 'mysql-backup', of('Job', 'mysql-backup')),
    target: { kind: 'Job', namespace: 'mysql', name: 'mysql-backup' },
  },
  {
    group: 'sts-endpoint',
    source: 'external-secrets/kubernetes-external-secrets#567',
    cause: 'STS is reached through a proxy alone, and the program does not use it',
    fix: 'the settings of the proxy for the pod, or a VPC endpoint of STS',
    text: 'feat: enable proxy configuration\nWe use AWS EKS behind HTTP Proxy and use the IRSA feature with AWS Secrets Manager. Since there is no OIDC endpoint available as VPC endpoint, we need to pass a proxy configuration to get a valid session token.',
    facts: () =>
      described({
        accounts: [account('secrets', 'kubernetes-external-secrets', 'external-secrets')],
        pods: [pod('secrets', 'kubernetes-external-secrets', 'external-secrets')],
        roles: [role('external-secrets', trusting(subject('secrets', 'kubernetes-external-secrets')), neverUsed)],
        cluster: { network: complete(aNetwork()) },
        over: { runtime },
      }),
    target: deployment('secrets', 'kubernetes-external-secrets'),
  },
];
