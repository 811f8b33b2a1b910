/** Reports of pods whose credentials are not those of their role: the text as it was posted, and the state that the report
 *  describes. The cause and the fix were written down before the tool was asked. */

import type { Facts } from '../../lib/facts/facts.ts';
import type { Role } from '../../lib/model/account.ts';
import { complete } from '../../lib/model/collected.ts';
import type { Pod } from '../../lib/model/kubernetes.ts';
import type { NodeMetadata } from '../../lib/model/network.ts';
import type { RuntimeFacts } from '../../lib/model/runtime.ts';
import { aNetwork, anStsEndpoint, aPlace, aPolicy, aPort, cniAgent } from '../support/example-network.ts';
import { aProvider } from '../support/example-world.ts';
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
  policyOf,
  role,
  subject,
  trusting,
} from './described.ts';
import type { JudgedReport } from './first-round.ts';

/** One report: its text, and its state where the thread describes one. */
export interface CredentialReport extends Omit<JudgedReport, 'group' | 'text'> {
  readonly text: string;
}

/** Calls of a night, none of them by the role in trouble. */
const night: RuntimeFacts = {
  from: '2026-10-31T23:00:00Z',
  to: '2026-11-01T06:00:00Z',
  events: [
    {
      roleArn: arn('external-dns'),
      subject: subject('external-dns', 'external-dns'),
      providerArn: aProvider().arn,
      region: 'eu-west-1',
      successes: 9,
      failures: [],
      userAgents: [],
      verificationMethods: [],
      lastAt: '2026-11-01T05:00:00Z',
    },
  ],
};
/** The calls that CloudTrail has of these hours. */
export const runtime = complete(night);

/** A program that has all that the webhook gives, and whose role nobody ever assumed. */
export const unusedRole = (namespace: string, name: string, over: Partial<Pod> = {}, ...more: readonly Role[]): Facts =>
  described({
    accounts: [account(namespace, name, name)],
    pods: [pod(namespace, name, name, over)],
    roles: [role(name, trusting(subject(namespace, name)), neverUsed), ...more],
    over: { runtime },
  });

/** The same with Pod Identity: the association, its agent and the variables are there. */
export const unusedAssociation = (namespace: string, name: string, over: Partial<Pod> = {}): Facts =>
  described({
    accounts: [account(namespace, name)],
    pods: [identityPod(namespace, name, over), agent],
    roles: [role(name, forPods, neverUsed)],
    cluster: { podIdentity: complete([association(namespace, name, name)]), addons: complete([agentAddon]) },
    over: { runtime },
  });

/** The part of a report that has this state and nothing else: `scan` and `why` see that the role was never used. */
export const roleUnused = (
  namespace: string,
  name: string,
): Pick<CredentialReport, 'facts' | 'target' | 'found' | 'why'> => ({
  facts: () => unusedRole(namespace, name),
  target: deployment(namespace, name),
  found: ['runtime-role-never-assumed neverAssumed'],
  why: 'cause: runtime-role-never-assumed',
});

/** The same with Pod Identity. */
export const associationUnused = (namespace: string, name: string): ReturnType<typeof roleUnused> => ({
  facts: () => unusedAssociation(namespace, name),
  target: deployment(namespace, name),
  found: ['pod-identity-role-never-used neverUsed'],
  why: 'cause: pod-identity-role-never-used',
});

/** Nodes of a cluster by how they answer metadata requests. */
export const nodes = (
  over: Partial<NodeMetadata>,
): { readonly nodes: ReturnType<typeof complete<readonly NodeMetadata[]>> } => ({
  nodes: complete([
    { kind: 'node group main', hopLimit: 2, tokensRequired: true, enabled: true, nodes: 3, profiles: [], ...over },
  ]),
});

export const firstReports: readonly CredentialReport[] = [
  {
    source: 'xtdb/xtdb#4238',
    cause: 'the STS module of the SDK for Java is missing',
    fix: 'add the module sts',
    text: "5:56:27 | WARN  s.a.a.a.c.i.WebIdentityCredentialsUtils | To use web identity tokens, the 'sts' service module must be on the class path.",
    ...roleUnused('data', 'xtdb'),
  },
  {
    source: 'Yelp/nrtsearch#620',
    cause: 'the STS module of the SDK for Java is missing',
    fix: 'add the module aws-java-sdk-sts to the server, not to the plugin',
    text: '[ERROR] 2024-02-01 13:49:54.461 [main] LuceneServer - Uncaught exception\ncom.amazonaws.SdkClientException: To use assume role profiles the aws-java-sdk-sts module must be on the class path.',
    ...roleUnused('search', 'nrtsearch'),
  },
  {
    source: 'atleon/atleon#382',
    cause: 'the STS module of the SDK for Java is missing',
    fix: 'add the module sts',
    text: 'Caused by: java.lang.ClassNotFoundException: software.amazon.awssdk.services.sts.internal.StsWebIdentityCredentialsProviderFactory\n\tat loader.BuiltinClassLoader.loadClass(BuiltinClassLoader.java:641) ~[?:?]\n\tat util.ClassLoaderHelper.loadClass(ClassLoaderHelper.java:73) ~[sdk-core-2.29.6.jar:?]\n\tat internal.WebIdentityCredentialsUtils.factory(WebIdentityCredentialsUtils.java:45) ~[auth-2.29.6.jar:?]\n\tat credentials.WebIdentityTokenFileCredentialsProvider.<init>(WebIdentityTokenFileCredentialsProvider.java:113) ~[auth-2.29.6.jar:?]',
    ...roleUnused('streams', 'consumer'),
  },
  {
    source: 'lensesio/stream-reactor#853',
    cause: 'the STS module of the SDK for Java is missing',
    fix: 'a version of the connector with the dependency on sts',
    text: 'Add aws sts dependency. This is required in order for the AWS client to assume roles using a web identity token, like you might have for a pod with an IAM role linked service account in an EKS cluster.',
    ...roleUnused('kafka', 'connect'),
  },
  {
    source: 'deliciousbrains/wp-amazon-s3-and-cloudfront#536',
    cause: 'the program was packed without the STS client',
    fix: 'a version that carries it',
    text: "looks like a few files required for assuming roles didn't make it in the update.\nWhen I try running this from inside a container on Kubernetes I get the error that `amazon-s3-and-cloudfront/vendor/Aws3/Aws/Sts/StsClient.php` can't be found.",
    ...roleUnused('blog', 'wordpress'),
  },
  {
    source: 'risingwavelabs/risingwave#20305',
    cause: 'the library is too old for web identity and finds other credentials',
    fix: 'a version with a newer SDK',
    text: 'called `Result::unwrap()` on an `Err` value: ObjectStore(PermissionDenied (permanent) at stat, context: { uri: https://my-bucket.s3.us-east-2.amazonaws.com/hummock/cluster_id/0, response: Parts { status: 403, version: HTTP/1.1, headers: {"x-amz-request-id": "04M7R7MYW6358C0K", "content-type": "application/xml", "server": "AmazonS3"} }, service: s3, path: hummock/cluster_id/0 })',
    ...roleUnused('risingwave', 'risingwave-sa'),
  },
  {
    source: 'cert-manager/aws-privateca-issuer#40',
    cause: 'the program builds its own configuration, without web identity',
    fix: 'a version that loads the default chain',
    text: 'MissingAuthenticationToken: Request is missing Authentication Token',
    ...roleUnused('cert-manager', 'aws-pca-issuer'),
  },
  {
    source: 'aws/aws-sdk-js-v3#2368',
    cause: 'this version of the SDK takes no web identity unless it is given an assumer for it',
    fix: 'pass roleAssumerWithWebIdentity, or update the SDK',
    text: 'Appear to be using the wrong role/credentials with a service account\nAWS_ROLE_ARN: arn:aws:iam::202058804932:role/eksctl-node-red-addon-iamserviceaccount-defa-Role1-16K0LE4QTM51J\nAWS_WEB_IDENTITY_TOKEN_FILE: /var/run/secrets/eks.amazonaws.com/serviceaccount/token\nIt looks like the client is picking up the generic role, not the one being passed in from the service account.\n`@aws-sdk/client-efs@3.14.0`',
    ...roleUnused('default', 'node-red-manager'),
  },
  {
    source: 'falcosecurity/charts#397',
    cause: 'the image has no CA certificates',
    fix: 'an image with ca-certificates',
    text: 'Error: cloudtrail plugin error: failed to list objects: WebIdentityErr: failed to retrieve credentials\ncaused by: RequestError: send request failed\ncaused by: Post "https://sts.amazonaws.com/": x509: certificate signed by unknown authority',
    ...roleUnused('falco', 'falco'),
  },
  {
    source: 'kubernetes-sigs/external-dns#2937',
    cause: 'something between the pod and STS answers with a certificate of its own',
    fix: 'reach STS without it, or trust its authority in the image',
    text: 'time="2022-08-08T23:15:07Z" level=error msg="records retrieval failed: failed to list hosted zones: RequestError: send request failed\\ncaused by: Post \\"https://sts.amazonaws.com/\\": x509: certificate signed by unknown authority"\ncurl https://sts.amazonaws.com/ -vvv\n* Connected to sts.amazonaws.com (54.239.29.25) port 443 (#0)\n* SSL certificate problem: EE certificate key too weak\ncurl: (60) SSL certificate problem: EE certificate key too weak',
  },
  {
    source: 'openobserve/openobserve#5530',
    cause: 'the program makes the name of STS without the ending of the partition',
    fix: 'a version that makes it right, or an endpoint that it honours',
    text: '2025-01-02T03:55:17.656527071+00:00 DEBUG reqwest::connect: starting new connection: https://sts.cn-northwest-1.amazonaws.com/\n2025-01-02T03:55:17.656613884+00:00 DEBUG hyper_util::client::legacy::connect::dns: resolving host="sts.cn-northwest-1.amazonaws.com"\n2025-01-02T03:55:17.662124468+00:00 INFO object_store::client::retry: Encountered transport error backing off for 0.1341595 seconds, retry 8 of 10: error sending request',
  },
  {
    source: 'deployKF/deployKF#79',
    cause: 'the chart sets access keys of its own in the container',
    fix: 'set the variables of the keys to an empty text, or remove them',
    text: "IRSA bucket authentication did not work properly in Kubeflow Pipelines because there were default values for access-key environment variables like `OBJECTSTORECONFIG_ACCESSKEY`, `MINIO_ACCESS_KEY`, and `AWS_ACCESS_KEY_ID` which were preventing the AWS credential provider from using the Pod's IRSA authentication.",
    facts: () => {
      const container = injected('ml-pipeline');
      return unusedRole('kubeflow', 'ml-pipeline', {
        containers: [
          { ...container, awsVariables: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', ...container.awsVariables] },
        ],
      });
    },
    target: deployment('kubeflow', 'ml-pipeline'),
    found: ['pod-static-credentials keys'],
    why: 'cause: pod-static-credentials',
  },
  {
    source: 'percona/percona-xtradb-cluster-operator#2172',
    cause: 'AWS_ENDPOINT_URL of S3 is taken for STS too',
    fix: 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true, or the endpoint for S3 alone',
    text: '`AWS_ENDPOINT_URL` gets unconditionally set, which causes communication to sts to fail. Please remove that line or at least remove the default value. I worked around it via setting AWS_IGNORE_CONFIGURED_ENDPOINT_URLS "true"',
    facts: () => unusedRole('pxc', 'pxc-backup', of('Job', 'backup')),
    target: { kind: 'Job', namespace: 'pxc', name: 'backup' },
    found: ['runtime-role-never-assumed neverAssumed'],
    why: 'cause: runtime-role-never-assumed',
  },
  {
    source: 'velero-io/velero#7302',
    cause: 'the SDK takes web identity before the credentials file of the location',
    fix: 'a version that gives the file of the location first',
    text: 'The issue is that Velero authenticates to the bucket using the IAM Role which is assumed through IRSA and does not take the static credentials into account. This could be because the default credentials chain gives priority to web identity credentials over the shared credentials file',
  },
  {
    source: 'jtblin/kube2iam#303',
    cause: 'the pod has an interface of its own, which the rules of kube2iam on the node do not see',
    fix: 'a role of its own by IRSA',
    text: 'An error occurred (AccessDenied) when calling the ListBuckets operation: Access Denied\nroot@7d7bc57ddc-8rckq:/# aws sts get-caller-identity\n{ "Arn": "arn:aws:sts::111122223333:assumed-role/eks-cluster/i-0123456789abcdef0" }\nthe request from the pod to AWS API doesn\'t appear on the kube2iam logs. if I want to use security groups for pods and also IAM roles through Kube2Iam, those pods can not use the IAM role.',
    facts: () =>
      described({
        accounts: [account('shop', 'reports')],
        pods: [
          pod('shop', 'reports', undefined, { hasOwnInterface: true }),
          pod('kube-system', 'kube2iam', undefined, { ...of('DaemonSet', 'kube2iam'), hostNetwork: true }),
        ],
        roles: [
          role(
            'reports',
            policyOf({ Effect: 'Allow', Principal: { AWS: arn('eks-cluster') }, Action: 'sts:AssumeRole' }),
          ),
        ],
      }),
    target: deployment('shop', 'reports'),
    found: [],
    why: 'cause: Name the role in the annotation of service account shop/reports, then restart the pods.',
  },
  {
    source: 'nginx/nginx-s3-gateway#116',
    cause: 'the program needs AWS_REGION beside the region of its own',
    fix: 'set AWS_REGION',
    text: '2023/03/23 17:23:00 [info] 76#76: *10 js: Cached credentials are expired or not present, requesting new ones\n2023/03/23 17:23:00 [info] 76#76: *10 js: Could not assume role using web identity: "Missing required AWS_REGION env variable"\n2023/03/23 17:23:00 [error] 76#76: *10 auth request unexpected status: 500',
  },
  {
    source: 'kubernetes-sigs/aws-ebs-csi-driver#1870',
    cause: 'the SDK is too old for Pod Identity',
    fix: 'a newer version of the driver',
    text: 'E1214 16:38:22.116057       1 driver.go:125] "GRPC error" err=<\n\trpc error: code = Internal desc = Could not create volume "pvc-fe9ed2a2": could not create volume in EC2: NoCredentialProviders: no valid providers in chain\n\tcaused by: EnvAccessKeyNotFound: failed to find credentials in the environment.\n\tSharedCredsLoad: failed to load profile, .\n\tCredentialsEndpointError: invalid endpoint host, "169.254.170.23", only loopback hosts are allowed.',
    ...associationUnused('kube-system', 'ebs-csi-controller-sa'),
  },
  {
    source: 'KubedAI/spark-history-server#24',
    cause: 'the SDK is too old for Pod Identity',
    fix: 'AWS SDK for Java 1.12.746 or newer',
    text: 'Bump AWS SDK to support EKS Pod Identity Authentication\nCurrently, AWS SDK v1.12.1 is downloaded. However, if one wants to adopt Pod Identity Authentication within an EKS cluster, AWS SDK >= 1.12.746 should be used',
    ...associationUnused('spark', 'spark-history-server'),
  },
  {
    source: 'awspring/spring-cloud-aws#1136',
    cause: 'the library makes a chain of its own, without the provider for containers',
    fix: 'give it the provider, or a newer version',
    text: 'When starting Spring Application using PodIdentity on EKS, startup failed because `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE` and `AWS_CONTAINER_CREDENTIALS_FULL_URI` set to use PodIdentity could not be read.',
    ...associationUnused('shop', 'orders'),
  },
  {
    source: 'aws/aws-sdk-php#3188',
    cause: 'the program sends no token: it does not read the variable or the file of it',
    fix: 'pass AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE on to PHP, and let it read the file',
    text: 'AWS_CONTAINER_CREDENTIALS_FULL_URI=http://169.254.170.23/v1/credentials\nAWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token\nError retrieving credential from ECS (Client error: `GET http://169.254.170.23/v1/credentials` resulted in a `400 Bad Request` response:\nService account token cannot be empty',
    ...associationUnused('web', 'php'),
  },
  {
    source: 'aws/secrets-store-csi-driver-provider-aws#505',
    cause: 'the client gives the agent too little time',
    fix: 'a longer time-out of the provider, or a newer version',
    text: '{"client-addr":"10.86.56.9:46226","cluster-name":"eks-hybrid-cilium","level":"info","msg":"Calling EKS Auth to fetch credentials","time":"2025-08-21T01:46:45Z"}\n{"client-addr":"10.86.56.9:46226","cluster-name":"eks-hybrid-cilium","level":"error","msg":"Error fetching credentials: error getting credentials to cache: unable to fetch credentials from EKS Auth: operation error EKS Auth: AssumeRoleForPodIdentity, https response error StatusCode: 0, RequestID: , canceled, context canceled","operation":"AssumeRoleForPodIdentity","request-id":"","service":"EKS Auth","time":"2025-08-21T01:46:45Z"}',
  },
  {
    source: 'aws/containers-roadmap#2413',
    cause: 'the session tags of EKS take most of the room for tags',
    fix: 'switch the session tags of the association off',
    text: '"errorCode": "PackedPolicyTooLargeException",\n"errorMessage": "Packed size of session tags consumes 112% of allotted space.",',
  },
  {
    source: 'aws/aws-network-policy-agent#73',
    cause: 'the agent of NetworkPolicies drops answers of STS, under a policy for ingress alone',
    fix: 'a newer version of the VPC CNI',
    text: 'Network policy blocks established connections to STS.\nScript is PHP application that use aws-php-sdk. It uses service account to assume role to access s3 bucket. We also have interface endpoint for STS. After I applied that policy I see that my container is stuck and cannot assume role.\nkind: NetworkPolicy\nspec:\n  podSelector: {}\n  ingress: []',
  },
  {
    source: 'ministryofjustice/cloud-platform-environments#44439',
    cause: 'the NetworkPolicy does not allow the addresses of STS',
    fix: 'allow them',
    text: 'Visitor search requests returned a gateway timeout because botocore could reach S3 but could not refresh IRSA credentials. The backend pod resolved `sts.eu-west-2.amazonaws.com` to an address in `13.43.48.0/23`, while the policy allowed only `3.253.224.0/22`. The STS connection retried for roughly two minutes before the backend returned an error',
    facts: () =>
      described({
        accounts: [account('visits', 'backend', 'backend')],
        pods: [pod('visits', 'backend', 'backend'), cniAgent],
        roles: [role('backend', trusting(subject('visits', 'backend')))],
        inside: {
          podNetwork: complete({
            policies: [
              aPolicy({
                namespace: 'visits',
                name: 'backend-egress',
                rules: [aPort('UDP', 53), aPort('TCP', 53), aPort('TCP', 443, '3.253.224.0/22')],
              }),
            ],
            groups: [],
          }),
        },
      }),
    target: deployment('visits', 'backend'),
    found: [],
    why: 'undecided',
  },
  {
    source: 'boto/botocore#3117',
    cause: 'the SDK keeps the token of Pod Identity that it read first',
    fix: 'update botocore',
    text: 'Error when retrieving credentials from container-role: Error retrieving metadata: Received non 200 response 400 from container metadata: [18b9740f-d967-4c97-86da-2f50f794b032]: (ExpiredTokenException): The token included in the request is expired: current date/time 2024-02-10T08:38:55.284028Z must be before the expiration date/time 2024-02-09T10:47:44Z., fault: client',
  },
  {
    source: 'boto/botocore#3480',
    cause: 'the SDK keeps the token of Pod Identity that it read first',
    fix: 'update botocore',
    text: 'Error when retrieving credentials from container-role: Error retrieving metadata: Received non 200 response 400 from container metadata: Service account token failed basic claim validations: token is expired',
  },
  {
    source: 'external-secrets/kubernetes-external-secrets#283',
    cause: 'not root and no fsGroup: the program may not read the token',
    fix: 'securityContext.fsGroup',
    text: 'Support EKS IAM implementation\nNeed aws sdk version which supports auth basing on env vars:\n    - name: AWS_ROLE_ARN\n      value: arn:aws:iam::xxx:role/xxx\n    - name: AWS_WEB_IDENTITY_TOKEN_FILE\n      value: /var/run/secrets/eks.amazonaws.com/serviceaccount/token',
    facts: () =>
      described({
        accounts: [account('secrets', 'external-secrets', 'external-secrets')],
        pods: [pod('secrets', 'external-secrets', 'external-secrets', { runAsUser: 1000 })],
        roles: [role('external-secrets', trusting(subject('secrets', 'external-secrets')), neverUsed)],
        inside: { version: complete('v1.14.9-eks-502bfb') },
        over: { runtime },
      }),
    target: deployment('secrets', 'external-secrets'),
    found: ['pod-token-unreadable unreadable'],
    why: 'cause: pod-token-unreadable',
  },
  {
    source: 'aws/aws-sdk-php#2097',
    cause: 'not root and no fsGroup: the program may not read the token',
    fix: 'securityContext.fsGroup',
    text: '<b>Warning</b>:  file_get_contents(/var/run/secrets/eks.amazonaws.com/serviceaccount/token): failed to open stream: Permission denied in <b>/usr/local/backend/vendor/aws/aws-sdk-php/src/Credentials/AssumeRoleWithWebIdentityCredentialProvider.php</b> on line <b>97</b><br />',
    facts: () =>
      described({
        accounts: [account('web', 'backend', 'backend')],
        pods: [pod('web', 'backend', 'backend', { runAsUser: 33, runAsNonRoot: true })],
        roles: [role('backend', trusting(subject('web', 'backend')), neverUsed)],
        inside: { version: complete('v1.17.9-eks-4c6976') },
        over: { runtime },
      }),
    target: deployment('web', 'backend'),
    found: ['pod-token-unreadable unreadable'],
    why: 'cause: pod-token-unreadable',
  },
  {
    source: 'aws/aws-sdk-js-v3#3052',
    cause: 'the SDK keeps its session over the end of it',
    fix: 'update the SDK, which renews it',
    text: 'We deployed the application 7 hours ago and it worked fine initially, but now there are these errors being thrown:\nExpiredTokenException: The security token included in the request is expired    at deserializeAws_json1_0UpdateItemCommandError (/app/common/temp/node_modules/.pnpm/@aws-sdk+client-dynamodb@3.48.0/node_modules/@aws-sdk/client-dynamodb/dist-cjs/protocols/Aws_json1_0.js:4014:41)',
  },
  {
    source: 'aws/aws-msk-iam-auth#187',
    cause: 'the library wants a newer SDK than the one on the class path',
    fix: 'update the SDK to the version that the library names',
    text: 'After upgrading to `2.2.0`, services that rely on WebIdentityToken authentication are throwing the following error.\nCaused by: java.lang.NoSuchMethodError: software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider$Builder.asyncCredentialUpdateEnabled(Ljava/lang/Boolean;)Lsoftware/amazon/awssdk/auth/credentials/WebIdentityTokenFileCredentialsProvider$Builder;',
  },
  {
    source: 'async-aws/aws#900',
    cause: 'PHP keeps the path behind the link of the token, which the kubelet has replaced',
    fix: 'a version of the library that clears the cache of paths',
    text: 'HTTP 403 returned for "https://sqs.eu-central-1.amazonaws.com/". Code: AccessDenied\nphp.WARNING: Warning: file_get_contents(/var/run/secrets/eks.amazonaws.com/serviceaccount/token): failed to open stream: No such file or directory at /var/www/my-project/vendor/async-aws/core/src/Credentials/WebIdentityProvider.php:92\nI\'m having small clusters of failures at long intervals',
  },
  {
    source: 'openshift/hypershift#4094',
    cause: 'the provider does not list sts.amazonaws.com',
    fix: 'add the audience to the provider',
    text: "Bug fix - in hosted cluster on AWS STS cluster secrets store provider can't mount secrets if `sts.amazonaws.com` is not set as audience for OIDC provider.",
    facts: () =>
      described({
        accounts: [account('shop', 'orders', 'orders')],
        pods: [pod('shop', 'orders', 'orders', { mountsSecretsStore: true })],
        roles: [role('orders', trusting(subject('shop', 'orders')), neverUsed)],
        over: { providers: complete([aProvider({ audiences: ['openshift'] })]) },
      }),
    target: deployment('shop', 'orders'),
    found: ['provider-audience-missing missing'],
    why: 'cause: provider-audience-missing',
  },
  {
    source: 'kubernetes-sigs/aws-load-balancer-controller#3740',
    cause: 'nodes answer no container: their hop limit is 1, and the controller has no role of its own',
    fix: 'give the controller a role of its own, or raise the hop limit to 2',
    text: 'Error from server (Forbidden): error when creating "/tmp/manifest.yaml": admission webhook "mtargetgroupbinding.elbv2.k8s.aws" denied the request: unable to get target group IP address type: NoCredentialProviders: no valid providers in chain. Deprecated.\\n\\tFor verbose messaging see aws.Config.CredentialsChainVerboseErrors',
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
    source: 'velero-io/velero#7853',
    cause: 'nodes answer no container once tokens are required: their hop limit is 1',
    fix: 'raise the hop limit to 2, or give the pod a role of its own',
    text: 'When IMDSv2 is required S3 Backup Storage Location (BSL) is Unavailable.\nWhen IMDSv2 is optional S3 Backup Storage Location (BSL) is Available.\nUsing kube2iam or AWS IRSA is not an option in our environment.',
    facts: () =>
      described({
        accounts: [account('velero', 'velero-server', undefined, byHelm('velero'))],
        pods: [pod('velero', 'velero-server')],
        cluster: nodes({ hopLimit: 1 }),
      }),
    target: deployment('velero', 'velero-server'),
    found: [],
    why: 'cause: Name the role in the annotation of service account velero/velero-server, then restart the pods.',
  },
  {
    source: 'kubernetes-sigs/aws-ebs-csi-driver#2966',
    cause: 'the network plugin adds a hop: a hop limit of 2 is too low',
    fix: 'raise the hop limit to 3',
    text: 'Clarify IMDSv2 hop limit requirements for advanced CNI plugins\nIf you are using a CNI plugin that adds extra routing layers, like eBPF overlays, a hop limit of 2 may lead to dropped packets. increasing the hop limit from 2 to 3 in the metadata fixed the problem of "context deadline exceeded" error when starting up the ebs driver pods.',
  },
  {
    source: 'kubernetes-sigs/aws-efs-csi-driver#313',
    cause: 'the driver needs the metadata service, which answers no container',
    fix: 'hostNetwork, or a newer version that reads the Kubernetes API',
    text: 'With IMDS disabled per best practices on Bottlerocket hosts, pods from the `efs-csi-controller` deployment will not start.\nF0127 18:13:01.145009       1 driver.go:54] could not get metadata from AWS: EC2 instance metadata is not available',
    facts: () =>
      described({
        accounts: [account('kube-system', 'efs-csi-controller-sa', 'efs-csi')],
        pods: [pod('kube-system', 'efs-csi-controller-sa', 'efs-csi')],
        roles: [role('efs-csi', trusting(subject('kube-system', 'efs-csi-controller-sa')), neverUsed)],
        cluster: nodes({ enabled: false }),
        over: { runtime },
      }),
    target: deployment('kube-system', 'efs-csi-controller-sa'),
    found: ['runtime-role-never-assumed neverAssumed'],
    why: 'cause: runtime-role-never-assumed',
  },
  {
    source: 'aws/aws-app-mesh-controller-for-k8s#328',
    cause: 'the program calls the global endpoint, and only the regional one is reached',
    fix: 'AWS_STS_REGIONAL_ENDPOINTS=regional, or a version that honours the region',
    text: 'When using appmesh at private eks (cluster dont have access to internet), at the set up of appmesh controller, it will try to get account id from sts.amazonaws.com which is not accessable. But we have created an endpiont at vpc with private dns (sts.region.amazonaws.com). the controller ignored region config I passed to it.',
    facts: () =>
      described({
        accounts: [account('appmesh-system', 'appmesh-controller', 'appmesh-controller')],
        pods: [pod('appmesh-system', 'appmesh-controller', 'appmesh-controller')],
        roles: [role('appmesh-controller', trusting(subject('appmesh-system', 'appmesh-controller')), neverUsed)],
        cluster: { network: complete(aNetwork({ places: [aPlace()], stsEndpoints: [anStsEndpoint()] })) },
        over: { runtime },
      }),
    target: deployment('appmesh-system', 'appmesh-controller'),
    found: ['runtime-role-never-assumed neverAssumed'],
    why: 'cause: runtime-role-never-assumed',
  },
  {
    source: 'awslabs/mountpoint-s3#1317',
    cause: 'the program does not use the proxy for STS',
    fix: 'a way to STS without the proxy (VPC endpoint), or a version that uses it',
    text: 'support proxy usage for STS Endpoint\n2025-03-14T08:21:28.801011Z DEBUG awscrt::socket: id=0x7f5990003db0 fd=10: connecting to endpoint 54.239.54.207:443.\n2025-03-14T08:21:29.786350Z DEBUG awscrt::dns: static: resolving host 169.254.169.254',
  },
  {
    source: 'aws/amazon-cloudwatch-agent#317',
    cause: 'the program calls the global endpoint, and only the regional one is reached',
    fix: 'AWS_STS_REGIONAL_ENDPOINTS=regional',
    text: "STS VPC Endpoint resolution doesn't seem to work",
  },
];

/** Collected and judged after the first ones had been answered. */
export const secondReports: readonly CredentialReport[] = [
  {
    source: 'aws/aws-sdk-go#3101',
    cause: 'the program names its providers itself, without web identity',
    fix: 'a version of the program that uses the default chain',
    text: 'When running an application in an EKS cluster and specifying the following environment variables on the pod/container\nAWS_ROLE_ARN=......\nAWS_WEB_IDENTITY_TOKEN_FILE=......\nthe IAM role that the EC2 metadata refers to is still used by the application and not the role specified by the AWS_ROLE_ARN environment variable.',
    ...roleUnused('kube-system', 'cloud-controller-manager'),
  },
  {
    source: 'grafana/tempo#3286',
    cause: 'the SDK is too old for Pod Identity',
    fix: 'a newer version, or IRSA',
    text: "We currently can't use AWS EKS Pod Identity instead of IRSA. You get permission denied errors in the default config.",
    ...associationUnused('observability', 'tempo'),
  },
  {
    source: 'elastic/elastic-agent#4338',
    cause: 'the SDK is too old for Pod Identity',
    fix: 'a version with SDK 1.47.11 or newer',
    text: 'Upgrade AWS SDK to support EKS Pod Identity\nSupport for pod identity starts at 1.47.11 ASW SDK version. Granting elastic agent access to RDS DB for elastic agent AWS integration.',
    ...associationUnused('observability', 'elastic-agent'),
  },
  {
    source: 'helm/chartmuseum#328',
    cause: 'not root and no fsGroup: the program may not read the token',
    fix: 'securityContext.fsGroup',
    text: 'Access Denied with EKS Service Account',
    facts: () =>
      described({
        accounts: [account('charts', 'chartmuseum', 'chartmuseum')],
        pods: [pod('charts', 'chartmuseum', 'chartmuseum', { runAsUser: 1000 })],
        roles: [role('chartmuseum', trusting(subject('charts', 'chartmuseum')), neverUsed)],
        inside: { version: complete('v1.15.11-eks-af3caf') },
        over: { runtime },
      }),
    target: deployment('charts', 'chartmuseum'),
    found: ['pod-token-unreadable unreadable'],
    why: 'cause: pod-token-unreadable',
  },
  {
    source: 'HolmesGPT/holmesgpt#932',
    cause: 'the program keeps its first session',
    fix: 'a version that renews it',
    text: 'Fixing irsa credentials timeout\nadded a refresh interval for credentials that is configurable `refresh_interval_seconds`\ncredentials typically timeout after an hour',
  },
  {
    source: 'secureCodeBox/secureCodeBox#2255',
    cause: 'the program makes its session at the start of a long job and keeps it',
    fix: 'a version that makes it when it is used',
    text: 'AWS-IRSA credentials are limited to 1 hour, and thus, when a scanner takes over 1 hour to complete, the lurker fails with `ExpiredToken` error (error code 400).\n2024/02/01 06:10:12 File upload returned non 2xx status code (400)\n2024/02/01 06:10:12 Failed Request:\n2024/02/01 06:10:12 HTTP/1.1 400 Bad Request',
  },
  {
    source: 'durch/rust-s3#163',
    cause: 'the library keeps its first session',
    fix: 'a version that renews it',
    text: "aws-creds's `Credentials` initilaized with `from_instance_metadata` are broken after 6 hours, because they expire. Attempt an action that requires these credentials to be valid.",
  },
  {
    source: 'cloudydeno/aws-api#2',
    cause: 'the SDK calls the global endpoint, whatever AWS_STS_REGIONAL_ENDPOINTS says',
    fix: 'a version that honours it',
    text: 'Getting EKS credentials from regional STS endpoints\nWhen `AWS_STS_REGIONAL_ENDPOINTS` is `regional` then use the region `sts:AssumeRoleWithWebIdentity` endpoint instead of the global one.',
    facts: () =>
      described({
        accounts: [account('jobs', 'worker', 'worker')],
        pods: [pod('jobs', 'worker', 'worker')],
        roles: [role('worker', trusting(subject('jobs', 'worker')))],
        over: {
          runtime: complete({
            ...night,
            events: night.events.flatMap(event => [
              event,
              { ...event, roleArn: arn('worker'), subject: subject('jobs', 'worker'), region: 'us-east-1' },
            ]),
          }),
        },
      }),
    target: deployment('jobs', 'worker'),
    found: ['runtime-sts-region elsewhere'],
    why: 'fine',
  },
  {
    source: 'aws/amazon-eks-pod-identity-webhook#8',
    cause: 'not root and no fsGroup: the program may not read the token',
    fix: 'securityContext.fsGroup: 65534',
    text: 'time="2019-09-11T07:31:53Z" level=error msg="WebIdentityErr: unable to read file at /var/run/secrets/eks.amazonaws.com/serviceaccount/token\\ncaused by: open /var/run/secrets/eks.amazonaws.com/serviceaccount/token: permission denied"',
    facts: () =>
      described({
        accounts: [account('dns', 'dns-controller', 'dns-controller')],
        pods: [pod('dns', 'dns-controller', 'dns-controller', { runAsUser: 65534, runAsNonRoot: true })],
        roles: [role('dns-controller', trusting(subject('dns', 'dns-controller')), neverUsed)],
        inside: { version: complete('v1.13.10-eks-d6460e') },
        over: { runtime },
      }),
    target: deployment('dns', 'dns-controller'),
    found: ['pod-token-unreadable unreadable'],
    why: 'cause: pod-token-unreadable',
  },
  {
    source: 'aws/amazon-eks-pod-identity-webhook#34',
    cause: 'PHP keeps the path behind the link of the token, which the kubelet has replaced',
    fix: 'a version of the SDK that clears the cache of paths',
    text: "We've been suffering this same issue for several weeks now. it's occurring for us in production but not non-prod.\nException:\n/srv/vendor/aws/aws-sdk-php/src/Credentials/InstanceProfileProvider.php:240\nError retrieving credentials from the instance profile metadata server. (cURL error 7: Failed to connect to 169.254.169.254 port 80: Connection refused (see https://curl.haxx.se/libcurl/c/libcurl-errors.html))\nWarning:\n/srv/vendor/aws/aws-sdk-php/src/Credential/AssumeRoleWithWebIdentityCredentialProvider.php:97\nWarning: file_get_contents(/var/run/secrets/eks.amazonaws.com/serviceaccount/token): failed to open stream: No such file or directory",
  },
  {
    source: 'aws/eks-pod-identity-agent#47',
    cause: 'a proxy inspects TLS on the way of the agent, whose image does not trust its CA',
    fix: 'leave the endpoint of EKS Auth out of the inspection (VPC endpoint), or give the CA to the agent',
    text: 'We are running the latest eks-pod-identity-pod (v1.3.4-eksbuild.1) and getting the error `tls: failed to verify certificate: x509: certificate signed by unknown authority","operation":"AssumeRole`. We need the ability to inject a trusted root ca to allow us to communicate externally to comply with our company security policies.',
    ...associationUnused('shop', 'orders'),
  },
  {
    source: 'micrometer-metrics/micrometer#3783',
    cause: 'the JVM does not trust the certificate that it gets for STS',
    fix: 'put the CA of the proxy, or current CA certificates, into the trust store',
    text: 'WebIdentityTokenCredentialsProvider(): Unable to execute HTTP request: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target',
    ...roleUnused('shop', 'metrics'),
  },
  {
    source: 'awslabs/security-hardened-amis-for-eks#11',
    cause: 'the firewall of the node drops packets to the agent',
    fix: 'allow 169.254.170.23 port 80 in the INPUT chain, or no firewall on the node',
    text: 'CIS config for Bottlerocket breaks Pod Identity\nany pod that attempts to use Pod Identity dies before it can make logs despite the logging level. I think the part of the iptables change affecting this is as follows:\niptables -P INPUT DROP\niptables -P OUTPUT DROP\niptables -P FORWARD DROP\niptables -A OUTPUT -d 169.254.170.23/32 -p tcp --dport 80 -j ACCEPT',
    ...associationUnused('kube-system', 'ebs-csi-controller-sa'),
  },
  {
    source: 'bitnami/charts#32216',
    cause: 'the role of the node was meant, and nodes answer no container: their hop limit is 1',
    fix: 'a role of its own, or a hop limit of 2',
    text: 'external-dns should work on AWS EKS spot nodes with `IMDSv2=Required`\ntime="2025-02-28T14:21:18Z" level=error msg="Failed to do run once: soft error\\nrecords retrieval failed: soft error\\nfailed to list hosted zones: operation error Route 53: ListHostedZones, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, canceled, context deadline exceeded"\nI have noderole with attached policy (recommended for aws route 53)',
    facts: () =>
      described({
        accounts: [account('dns', 'dns-bitnami', undefined, byHelm('dns'))],
        pods: [pod('dns', 'dns-bitnami')],
        cluster: nodes({ hopLimit: 1 }),
      }),
    target: deployment('dns', 'dns-bitnami'),
    found: [],
    why: 'cause: Name the role in the annotation of service account dns/dns-bitnami, then restart the pods.',
  },
  {
    source: 'kubernetes-sigs/aws-load-balancer-controller#4307',
    cause: 'the controller has no role of its own, so that its SDK asks the metadata service for credentials',
    fix: 'annotate its service account',
    text: 'IMDS is still used even though aws-region and vpc-id are specified',
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
    source: 'awslabs/mountpoint-s3#861',
    cause: 'the library makes the name of STS for the commercial partition alone',
    fix: 'a newer version',
    text: 'Assuming role configured in AWS profile does not work outside of `aws` partition (China, US Gov Cloud, etc.)\n2024-04-24T13:40:20.574065Z ERROR awscrt::AuthCredentialsProvider: Failed to resolve either region, role arn or token file path during sts web identity provider initialization.\n2024-04-24T13:40:20.584323Z TRACE mountpoint_s3_client::s3_crt_client: resolved endpoint uri=Uri("https://testtmppp.s3.cn-northwest-1.amazonaws.com.cn")',
  },
  {
    source: 'grafana/mimir#15724',
    cause: 'the program wants keys for Kafka and takes no role of its pod',
    fix: 'a version that supports it',
    text: "We're working on upgrading to Ingest-Storage using MSK as our Kafka backend and we're testing IAM auth introduced in 3.1 but it doesn't support IRSA auth similar to block-storage S3. For block-storage we simply don't set static-credentials and Mimir uses the IAM role of the service account associated with the Pod, but this doesn't work for Kafka as we hit the following validation error",
    ...roleUnused('mimir', 'mimir-ingester'),
  },
  {
    source: 'apache/datafusion-comet#6025',
    cause: 'STS throttled the exchange of the token, and the SDK went on to the node',
    fix: 'try again, with the web identity provider alone',
    text: 'Native S3 scan on EKS/IRSA turns a transient STS throttle into a hard 403 storm. the default AWS chain places IMDS/instance-role after web-identity, so a throttled AssumeRoleWithWebIdentity silently downgrades to the node role -> hard S3 403.',
  },
  {
    source: 'awslabs/amazon-kinesis-client-nodejs#129',
    cause: 'the STS module of the SDK for Java is missing',
    fix: 'add aws-java-sdk-sts',
    text: 'Add aws-java-sdk-sts module\nto make EKS service account IAM role works, WebIdentityTokenCredentialsProvider requires `aws-java-sdk-sts` module.',
    ...roleUnused('streams', 'kcl'),
  },
  {
    source: 'laserdisc-io/fs2-aws#724',
    cause: 'the STS module of the SDK for Java is missing',
    fix: 'add com.amazonaws:aws-java-sdk-sts',
    text: "using this library for an app running on EKS with injecting AWS credentials via IRSA, it doesn't seem to read the credentials provided as Web identity Token. Were using the lib `fs2.aws.kinesis.publisher`. These are provided via the env vars `AWS_ROLE_ARN` and `AWS_WEB_IDENTITY_TOKEN_FILE`. Can we have support for this authentication method as well, please?",
    ...roleUnused('streams', 'publisher'),
  },
  {
    source: 'awslabs/amazon-kinesis-client-python#129',
    cause: 'the STS module of the SDK for Java is missing',
    fix: 'add the module, in the version of the others',
    text: 'Has anyone able to to authenticate to Kinesis using IRSA method ?',
    facts: () => unusedRole('streams', 'kclpy'),
    target: deployment('streams', 'kclpy'),
    found: ['runtime-role-never-assumed neverAssumed'],
    why: 'cause: runtime-role-never-assumed',
  },
  {
    source: 'aws/aws-eks-best-practices#27',
    cause: 'not root and no fsGroup: the program may not read the token',
    fix: 'securityContext.fsGroup',
    text: 'Accessing the IRSA service account token as a non-root user\nIf you run your application as a non-root user [a best practice] you cannot access the IRSA service account token because it is assigned 0600 [root] permissions by default.',
    facts: () =>
      described({
        accounts: [account('shop', 'orders', 'orders')],
        pods: [pod('shop', 'orders', 'orders', { runAsNonRoot: true, runAsUser: 1001 })],
        roles: [role('orders', trusting(subject('shop', 'orders')), neverUsed)],
        inside: { version: complete('v1.17.9-eks-4c6976') },
        over: { runtime },
      }),
    target: deployment('shop', 'orders'),
    found: ['pod-token-unreadable unreadable'],
    why: 'cause: pod-token-unreadable',
  },
  {
    source: 'awslabs/aws-servicebroker#163',
    cause: 'the SDK is too old for web identity',
    fix: 'SDK for Go 1.23.2 or newer',
    text: 'Support IAM Roles for Service Accounts [Web Identity Roles]\nThis PR bumps the version of the AWS GO SDK to 1.23.2 (First version that supports the WebIdentityRoleProvider) in order to be able to support using EKS Service Account tokens to assume IAM roles.',
    ...roleUnused('broker', 'servicebroker'),
  },
];
