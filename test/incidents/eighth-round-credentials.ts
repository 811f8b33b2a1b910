/** An eighth round: twenty-three reports of the groups of the seventh, found and judged in the same way, after what that one showed
 *  was fixed. */
import { complete } from '../../lib/model/collected.ts';
import { associationUnused, nodes, roleUnused, runtime, unusedAssociation, unusedRole } from './credential-reports.ts';
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
  identityPod,
  injected,
  neverUsed,
  of,
  pod,
  role,
  subject,
  trusting,
} from './described.ts';
import { calls, type JudgedReport } from './first-round.ts';

/** The kubelet before 1.19. */
const old = complete('v1.16.13-eks-2ba888');

export const eighthRoundOfCredentials: readonly JudgedReport[] = [
  {
    group: 'sdk-module',
    source: 'Cimpress-MCP/serilog-sinks-awscloudwatch#110',
    cause: 'the module of STS of the SDK for .NET is missing',
    fix: 'reference AWSSDK.SecurityToken from the application',
    text: 'AWS EKS pod: Assembly AWSSDK.SecurityToken could not be found or loaded\nWhen trying to use the sink inside an AWS EKS pod and using a serviceaccount with a role assignment that should give access to cloudwatch, it fails with\n`System.InvalidOperationException: Assembly AWSSDK.SecurityToken could not be found or loaded`\nwhen using new AmazonCloudWatchLogsClient() as the cloudWatchClient.',
    ...roleUnused('apps', 'web'),
  },
  {
    group: 'sdk-module',
    source: 'awslabs/amazon-kinesis-client-nodejs#238',
    cause: 'the STS module of the SDK for Java v1 is missing',
    fix: 'add aws-java-sdk-sts',
    text: "missing sts package - not working without it\nI'm not sure why, but 2 SDKs are used here: 2.19.2 - which also downloads sts package, and 1.12.370 which lacks sts\nI'm configuring kcl.properties file with: `AWSCredentialsProvider = WebIdentityTokenCredentialsProvider`\nI'm getting this error:\nTo use assume role profiles the aws-java-sdk-sts module must be on the class path",
    ...roleUnused('streams', 'consumer'),
  },
  {
    group: 'sdk-module',
    source: 'zipline-ai/chronon#1491',
    cause: 'without the STS module the SDK for Java skips web identity and takes the node',
    fix: 'add software.amazon.awssdk:sts',
    text: "fix: Add STS dependency to cloud_aws for IRSA support\nWithout the STS module, the AWS SDK's `DefaultCredentialsProvider` silently skips the `StsWebIdentityTokenFileCredentialsProvider` (IRSA) and falls back to EC2 instance metadata credentials (node role)\nThis caused pods with IRSA-annotated service accounts to use the node role instead of their scoped IRSA role",
    ...roleUnused('features', 'fetcher'),
  },
  {
    group: 'sdk-old',
    source: 'cloud-carbon-footprint/cloud-carbon-footprint#1387',
    cause: 'the chain that the program uses has no provider for web identity',
    fix: 'name TokenFileWebIdentityCredentials in the program',
    text: "Add support for AWS Token File Web Identity Authentication\nI've spent a day scratching my head about why authentication with AWS isn't working when using the token file web identity approach. This is when you use the `AWS_WEB_IDENTITY_TOKEN_FILE` and `AWS_ROLE_ARN` env vars to authenticate. Every time I tried it I was getting the error\n[api] error: Unable to process footprint request.TypeError: Cannot read properties of null (reading 'credentials')\n    at new Credentials (/.../cloud-carbon-footprint/node_modules/aws-sdk/lib/credentials.js:73:32)\n    at Function.create (/.../cloud-carbon-footprint/packages/aws/src/application/AWSCredentialsProvider.ts:47:16)",
    ...roleUnused('ccf', 'api'),
  },
  {
    group: 'sdk-old',
    source: 'awslabs/amazon-kinesis-client#761',
    cause: 'the SDK of the multilang daemon is older than web identity, and its STS module is missing',
    fix: 'a newer SDK with aws-java-sdk-sts',
    text: "add support for web identity token credentials\nI'm trying to run the Kinesis Python client on EKS, where the credentialing mechanism is web identity token. However, when I set the credential provider to the default chain like so:\nAWSCredentialsProvider = DefaultAWSCredentialsProviderChain\nthe workers seem to attempt to use the instance profile to access AWS APIs instead, based on the request logs.\nI have confirmed that the IAM policies are set up correctly. When I manually set the access key credentials in the environment (via `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`), the workers work correctly.",
    ...roleUnused('streams', 'workers'),
  },
  {
    group: 'sdk-old',
    source: 'zendesk/maxwell#1536',
    cause: 'the STS module of the SDK for Java v1 is missing',
    fix: 'add aws-java-sdk-sts',
    text: "Add aws-java-sdk-sts@1.11.782 to support EKS IRSA\nIn order to support usage of EKS IRSA, the aws-java-sdk-sts module has to be included.\nAWS added the `WebIdentityTokenFileCredentialsProvider` to the credential chain, allowing the SDK to authenticate to AWS, notably using EKS IRSA. Without the `aws-java-sdk-sts` module, the `WebIdentityTokenFileCredentialsProvider` can't be used.",
    ...roleUnused('maxwell', 'maxwell'),
  },
  {
    group: 'pi-sdk',
    source: 'getredash/redash#7324',
    cause: 'the SDK of the program is older than EKS Pod Identity',
    fix: 'boto3 1.34.41 or newer',
    text: "Upgrade boto3 to 1.34.41, or any other\nBackground: now we are going to try visualize AWS Athena with using redash, through Assume Role.\nour instance is running on EKS.\nnow we faced error below.\n\"Unsupported host '169.254.170.23'. Can only retrieve metadata from these hosts: 169.254.170.2, localhost, 127.0.0.1\nthis caused, when case of using pod identity service for creating STS Token.",
    ...associationUnused('bi', 'redash'),
  },
  {
    group: 'pi-sdk',
    source: 'cyrilgdn/terraform-provider-postgresql#522',
    cause: 'the SDK for Go of the provider is older than EKS Pod Identity',
    fix: 'a newer SDK, or IRSA',
    text: 'Add support of EKS pod identity\nFollowing issue occurs when I enable IAM auth in provider ( `aws_rds_iam_auth = true` ) and run terraform from k8s pod which access to S3 state etc. is provided with EKS pod identity association and role:\n│ Error: invalid endpoint host, "169.254.170.23", only loopback hosts are allowed\n│ \n│   with provider["registry.terraform.io/cyrilgdn/postgresql"],\n│   on providers.tf line 82, in provider "postgresql":\n│   82: provider "postgresql" {',
    facts: () => unusedAssociation('ci', 'terraform', of('Job', 'terraform')),
    target: { kind: 'Job', namespace: 'ci', name: 'terraform' },
    found: ['pod-identity-role-never-used neverUsed'],
    why: 'cause: pod-identity-role-never-used',
  },
  {
    group: 'pi-token',
    source: 'cognitect-labs/aws-api#286',
    cause: 'the library reads AWS_CONTAINER_AUTHORIZATION_TOKEN alone, and not the file of the token',
    fix: 'version 0.8.847',
    text: "Support for AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE and EKS Pod Identity\nIn some of AWS's newer tools for container credentials, the token is provided via a file whose path is specified by AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, rather than being set directly with AWS_CONTAINER_AUTHORIZATION_TOKEN. Is it possible to update the container credential provider to support this?",
    ...associationUnused('apps', 'clojure-api'),
  },
  {
    group: 'pi-race',
    source: 'aws/eks-pod-identity-agent#159',
    cause: 'on a new node a job starts before the agent of EKS Pod Identity is ready there',
    fix: 'retries in the job, or a start after the agent (a taint)',
    text: 'Expose node readiness signal / startup taint support for eks-pod-identity-agent\nOn clusters using dynamic node provisioning, for example Karpenter, workloads using EKS Pod Identity can be scheduled onto a newly created node before the `eks-pod-identity-agent` DaemonSet pod on that node is ready to serve credentials.\nWhen this happens, short-lived Jobs/CronJobs can fail immediately because the AWS SDK tries to fetch credentials from the node-local Pod Identity endpoint before the agent is available.',
    facts: () =>
      described({
        accounts: [account('jobs', 'report')],
        pods: [identityPod('jobs', 'report', of('CronJob', 'report')), agent],
        roles: [role('report', forPods)],
        cluster: {
          podIdentity: complete([association('jobs', 'report', 'report')]),
          addons: complete([agentAddon]),
        },
      }),
    target: { kind: 'CronJob', namespace: 'jobs', name: 'report' },
    found: [],
    why: 'undecided',
  },
  {
    group: 'pi-agent',
    source: 'terraform-aws-modules/terraform-aws-eks#3621',
    cause: 'the agent of EKS Pod Identity does not tolerate the taints of new nodes, and does not run there',
    fix: 'tolerations of the add-on',
    text: 'Pod Identity doesnt start on Karpenter Nodes\nSeems like the `eks-pod-identity-agent` is missing a toleration for nodes that arent ready.\nThis means that the pods never start on new karpenter nodes, which causes the EBS pods to also fail to start',
    facts: () =>
      described({
        accounts: [account('kube-system', 'ebs-csi-controller-sa')],
        pods: [identityPod('kube-system', 'ebs-csi-controller-sa', of('Deployment', 'ebs-csi-controller')), agent],
        roles: [role('ebs-csi-controller', forPods, neverUsed)],
        cluster: {
          podIdentity: complete([association('kube-system', 'ebs-csi-controller-sa', 'ebs-csi-controller')]),
          addons: complete([agentAddon]),
        },
      }),
    target: deployment('kube-system', 'ebs-csi-controller'),
    found: ['pod-identity-role-never-used neverUsed'],
    why: 'cause: pod-identity-role-never-used',
  },
  {
    group: 'quota',
    source: 'aws/eks-pod-identity-agent#97',
    cause: 'many jobs start at once, and the agent asks EKS Auth for each of their pods',
    fix: 'spread the jobs, or ask for a higher limit: credentials are kept for each pod',
    text: 'Credential Caching for AssumeRoleForPodIdentity\nI am encountering an issue related to the EKS Pod Identity Agent in clusters with a high rate of job creation.\nIn our setup, each job uses the same Kubernetes service account, which is associated with an IAM role via Pod Identity.\nThe problem occurs when there is a burst of job creations: although all jobs assume the same role, the agent calls `AssumeRoleForPodIdentity` for each new job. This can quickly reach the AWS API rate limit for AssumeRoleForPodIdentity calls on the account.',
    facts: () =>
      described({
        accounts: [account('jobs', 'worker')],
        pods: [identityPod('jobs', 'worker', of('Job', 'worker-1')), agent],
        roles: [role('worker', forPods)],
        cluster: {
          podIdentity: complete([association('jobs', 'worker', 'worker')]),
          addons: complete([agentAddon]),
        },
      }),
    target: { kind: 'Job', namespace: 'jobs', name: 'worker-1' },
    found: [],
    why: 'undecided',
  },
  {
    group: 'token-mode',
    source: 'Soluto/kamus#588',
    cause: 'the program is not root and the pod has no fsGroup',
    fix: 'securityContext.fsGroup',
    text: "AssumeRoleWithWebIdentity cannot read WebIdentityTokenFile\nI've recently tried to deploy Kamus into an AWS environment. I've run into the following error:\n> System.InvalidOperationException: A token could not be loaded from the WebIdentityTokenFile.\n> ---> System.UnauthorizedAccessException: Access to the path '/var/run/secrets/eks.amazonaws.com/serviceaccount/token' is denied.\n> ---> System.IO.IOException: Permission denied\n>   at Amazon.Runtime.AssumeRoleWithWebIdentityCredentials.GenerateNewCredentialsAsync()\nWe are using service accounts with role arns as our means of assuming credentials.",
    facts: () =>
      described({
        accounts: [account('security', 'kamus', 'kamus')],
        pods: [pod('security', 'kamus', 'kamus', of('Deployment', 'kamus-decryptor'))],
        roles: [role('kamus', trusting(subject('security', 'kamus')), neverUsed)],
        inside: { version: old },
        over: { runtime },
      }),
    target: deployment('security', 'kamus-decryptor'),
    found: ['runtime-role-never-assumed neverAssumed'],
    why: 'cause: runtime-role-never-assumed',
  },
  {
    group: 'token-mode',
    source: 'apache/airflow#15669',
    cause: 'the token belongs to root, and the pod has no fsGroup',
    fix: 'securityContext.fsGroup in the template of the pods',
    text: "Update KubeExecutor pod templates to allow access to IAM token files\nIf AWS's Identity-based IAM policies are in use on the cluster they token file will be mounted in to the pod (via the service account) and, prior to this change, will be owned by root.\nSpecifying `fsGroup` makes the file group-readable by the `airflow` user.",
    facts: () =>
      described({
        accounts: [account('airflow', 'airflow-worker', 'airflow')],
        pods: [pod('airflow', 'airflow-worker', 'airflow', { ...of('Job', 'task'), runAsUser: 50_000 })],
        roles: [role('airflow', trusting(subject('airflow', 'airflow-worker')), neverUsed)],
        inside: { version: old },
      }),
    target: { kind: 'Job', namespace: 'airflow', name: 'task' },
    found: ['pod-token-unreadable unreadable'],
    why: 'cause: pod-token-unreadable',
  },
  {
    group: 'token-mode',
    source: 'opensearch-project/OpenSearch#7982',
    cause: 'the plugin may read files below its configuration alone',
    fix: 'the token mounted below the configuration, and identity_token_file',
    text: 'OpenSearch repository-s3 plugin complicates to authenticate with ServiceToken\n`AWS_WEB_IDENTITY_TOKEN_FILE` cannot be used as set automatically by EKS due to the issues above, so we remount the EKS created volume to an allowed path\nOpenSearch only uses AWS environment variables AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME but cannot use the default location for AWS_WEB_IDENTITY_TOKEN_FILE',
    facts: () => unusedRole('opensearch', 'opensearch', of('StatefulSet', 'opensearch-data')),
    target: { kind: 'StatefulSet', namespace: 'opensearch', name: 'opensearch-data' },
    found: ['runtime-role-never-assumed neverAssumed'],
    why: 'cause: runtime-role-never-assumed',
  },
  {
    group: 'sdk-refresh',
    source: 'aws/aws-sdk-cpp#1569',
    cause: 'the SDK for C++ renews its session only after it has expired',
    fix: 'a version that renews it before',
    text: "STSAssumeRoleWebIdentityCredentialsProvider should refresh its token before expiry\nWe run a production system that uses STS tokens to communicate with AWS. Couple of times daily we get an error message `The provided token has expired.` on AWS access. Our theory is that the token expires after the client-side expiry check and before the server-side check.\nNo such mechanism exists in `STSAssumeRoleWebIdentityCredentialsProvider`, which only refreshes the token once it's expired",
    facts: () =>
      described({
        accounts: [account('apps', 'db', 'db')],
        pods: [pod('apps', 'db', 'db')],
        roles: [role('db', trusting(subject('apps', 'db')))],
        over: calls('db', 'apps', 'db', { successes: 24 }),
      }),
    target: deployment('apps', 'db'),
    found: [],
    why: 'fine',
  },
  {
    group: 'imds',
    source: 'kubernetes-sigs/aws-load-balancer-controller#3818',
    cause:
      'node classes of Karpenter 1.0 have the hop limit 1, and the controller asks the metadata service for its region and VPC',
    fix: 'region and vpcId as settings of the controller',
    text: 'setting `hostNetwork` now required with aws vpc cni when using karpenter v1.0\nWith karpenter v1.0 the put hop count on the ec2 node classes are set from 2 to 1, which makes pods unable to use the IMDS.\nMy assumption is that the comment about `hostNetwork` which states that it is not needed for aws vpc cni is not correct anymore.',
    facts: () =>
      described({
        accounts: [account('kube-system', 'aws-load-balancer-controller', 'alb')],
        pods: [pod('kube-system', 'aws-load-balancer-controller', 'alb')],
        roles: [role('alb', trusting(subject('kube-system', 'aws-load-balancer-controller')))],
        cluster: nodes({ kind: 'Karpenter node class default', hopLimit: 1 }),
      }),
    target: deployment('kube-system', 'aws-load-balancer-controller'),
    found: [],
    why: 'fine',
  },
  {
    group: 'imds',
    source: 'amazon-archives/k8s-cloudwatch-adapter#43',
    cause: 'the adapter asks the metadata service for its region, which is closed to it',
    fix: 'AWS_REGION, with a version that reads it',
    text: "Adapter pod not able to connect to Ec2Metadata\nI'm running the CloudWatch adapter with IRSA configured. While other pods running on the node are able to access the metadata API, the pod running CloudWatch adapter throws the following error\nI0805 07:49:09.832766       1 controller.go:57] initializing controller\nE0805 07:49:09.832972       1 util.go:14] unable to get current region information, Get http://169.254.169.254/latest/meta-data/placement/availability-zone/: dial tcp 169.254.169.254:80: connect: connection refused\nI0805 07:49:09.832988       1 client.go:26] using AWS Region:",
    facts: () =>
      described({
        accounts: [account('custom-metrics', 'k8s-cloudwatch-adapter', 'adapter')],
        pods: [
          pod('custom-metrics', 'k8s-cloudwatch-adapter', 'adapter', {
            containers: [
              injected('adapter', {
                awsVariables: ['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
                irsaEnvironment: {
                  AWS_ROLE_ARN: arn('adapter'),
                  AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/secrets/eks.amazonaws.com/serviceaccount/token',
                },
              }),
            ],
          }),
        ],
        roles: [role('adapter', trusting(subject('custom-metrics', 'k8s-cloudwatch-adapter')), neverUsed)],
      }),
    target: deployment('custom-metrics', 'k8s-cloudwatch-adapter'),
    found: [],
    why: 'fine',
  },
  {
    group: 'fargate',
    source: 'aws/amazon-cloudwatch-agent#308',
    cause:
      'without a metadata service the agent takes itself for one on premises, and uses the role only with a setting of its own',
    fix: 'RUN_WITH_IRSA=True',
    text: "Use IAM Roles for Service Accounts (IRSA) credentials in EKS?\nI've attempted to launch a pod with the CloudWatch Agent on an EKS Fargate node that uses IAM Roles for Service Accounts (IRSA). However, it doesn't appear the agent knows how to use credentials from IRSA.\nThe container launches successfully with expected errors around IMDS:\n2021/11/07 15:38:02 I! 2021/11/07 15:37:59 E! ec2metadata is not available\n2021/11/07 15:37:59 I! attempt to access ECS task metadata to determine whether I'm running in ECS.",
    facts: () => unusedRole('monitoring', 'cwagent', { onFargate: true }),
    target: deployment('monitoring', 'cwagent'),
    found: ['runtime-role-never-assumed neverAssumed'],
    why: 'cause: runtime-role-never-assumed',
  },
  {
    group: 'tls-client',
    source: 'kubernetes-sigs/external-dns#1037',
    cause: 'the image has no CA certificates',
    fix: 'ca-certificates in the image',
    text: 'Getting "x509: certificate signed by unknown authority" with Route53 setup\nUsing the latest (as of 2019-05-18) version of registry.opensource.zalan.do/teapot/external-dns I\'m getting the following logs:\nlevel=error msg="RequestError: send request failed\\ncaused by: Get https://route53.amazonaws.com/2013-04-01/hostedzone: x509: certificate signed by unknown authority"',
    facts: () =>
      described({
        accounts: [account('kube-system', 'external-dns', undefined, byHelm('external-dns'))],
        pods: [pod('kube-system', 'external-dns')],
      }),
    target: deployment('kube-system', 'external-dns'),
    found: [],
    why: 'cause: Name the role in the annotation of service account kube-system/external-dns, then restart the pods.',
  },
  {
    group: 'workload-elsewhere',
    source: 'actions/actions-runner-controller#246',
    cause: 'a step in a container of Docker has neither the variables nor the token of the pod',
    fix: 'pass the variables on and mount the token into the container (docker run)',
    text: "Using EKS IAM role for service accounts within container\nHow can the IRSA IAM role be used within a job's container step?\n      - name: Run AWS CLI command\n        uses: docker://amazon/aws-cli:2.0.6\n        with:\n          args: ec2 describe-network-interfaces --region us-east-1\nI've already followed these steps and was able to use the role for normal steps, i'm referring specifically to steps which run on a docker container",
    facts: () =>
      described({
        accounts: [account('runners', 'runner', 'runner')],
        pods: [pod('runners', 'runner', 'runner')],
        roles: [role('runner', trusting(subject('runners', 'runner')))],
        over: calls('runner', 'runners', 'runner', { successes: 8 }),
      }),
    target: deployment('runners', 'runner'),
    found: [],
    why: 'fine',
  },
  {
    group: 'precedence',
    source: 'opencost/opencost#1955',
    cause: 'the program takes keys of its own configuration file before the role',
    fix: 'leave the name of the key empty in the file',
    text: "Default values in `configs/aws.json` breaks IRSA with kubecost helm deployment\nIn a nutshell, we don't want `awsServiceKeyName` or `awsServiceKeySecret` to have values when using IRSA (this is also the best practice when using EKS, rather than using long-term access keys). It will only do so then both key name and secret are empty. But the default value for `awsServiceKeyName` will cause `cost-model` to try to authenticate with the default access key instead of trying to use IRSA",
    ...roleUnused('kubecost', 'cost-analyzer'),
  },
  {
    group: 'second-role',
    source: 'falcosecurity/charts#541',
    cause: 'the program assumes the role that it has already, and the role does not trust itself',
    fix: 'the role in the annotation alone, and not in the configuration of the program',
    text: 'sidekick: AWS IRSA + default secret fails.\nThe `config.aws.rolearn` setting is overloaded in an unfortunate fashion, which prevents falco-sidekick from working using IRSA with a minimal role, and the helm-chart provided configuration secret.\nThe reported error here is typically somethiing ilke:\nUser: arn:aws:sts::123412341234:assumed-role/your-role-name/1695816822677266000 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123412341234:role/your-role-name',
    facts: () =>
      described({
        accounts: [account('falco', 'falcosidekick', 'your-role-name')],
        pods: [pod('falco', 'falcosidekick', 'your-role-name')],
        roles: [role('your-role-name', trusting(subject('falco', 'falcosidekick')))],
        over: calls('your-role-name', 'falco', 'falcosidekick', { successes: 4 }),
      }),
    target: deployment('falco', 'falcosidekick'),
    found: [],
    why: 'fine',
  },
];
