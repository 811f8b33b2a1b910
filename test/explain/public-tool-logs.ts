import type { PastedLog } from './pasted-logs.ts';

const { raw } = String;
const issuer = 'https://oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';
const session = 'arn:aws:sts::111122223333:assumed-role';

/** Texts of controllers and add-ons. */
export const publicToolLogs: readonly PastedLog[] = [
  [
    'sdk-node-role',
    'kubernetes-sigs/external-dns#1684',
    raw`time="2020-07-24T06:41:05Z" level=error msg="AccessDenied: User: arn:aws:sts:XXXXXXXXXassumed-role/eks-cluster-XXXXXXX-NodeInstanceRole-XXXXXXXX/i-XXXXXXXXXX is not authorized to perform: route53:ListHostedZones\n\tstatus code: 403, request id: XXXXX-XXXXX`,
  ],
  [
    'sdk-node-role',
    'kubernetes-sigs/external-dns#439',
    'time="2018-01-16T20:39:59Z" level=error msg="AccessDenied: User:  \narn:aws:sts::000000000:assumed-role/nodes.k01.k8s.example.net/i-036ca678b407648ce is not \nauthorized to perform: route53:ListHostedZones\nstatus code: 403, request id: 6b67bda8"',
  ],
  [
    'sdk-node-role',
    'kubernetes-sigs/external-dns#1188',
    raw`time="2019-09-12T17:18:32Z" level=error msg="AccessDenied: User: arn:aws:sts::250***:assumed-role/cm-***dev-eks.worker-node-role/i-06ecf82ba******* is not authorized to perform: route53:ListHostedZones\n\tstatus code: 403, request id: 44d1b36c-2eda-4a*****`,
  ],
  [
    'sdk-node-role',
    'velero-io/velero#8240',
    raw`time="2024-09-23T20:45:30Z" level=error msg="Current BackupStorageLocations available/unavailable/unknown: 0/1/0, BackupStorageLocation \"default\" is unavailable: rpc error: code = Unknown desc = operation error S3: ListObjectsV2, https response error StatusCode: 403, RequestID: TRUNCATED, HostID: TRUNCATED, api error AccessDenied: User: arn:aws:sts::TRUNCATED:assumed-role/TRUNCATED-worker/TRUNCATED is not authorized to perform: s3:ListBucket on resource: \"arn:aws:s3:::TRUNCATED-prod-velero\" because no identity-based policy allows the s3:ListBucket action)"`,
  ],
  [
    'sdk-node-role',
    'aws/aws-for-fluent-bit#83',
    raw`[2020/10/16 09:52:24] [error] [output:es:es.3] HTTP status=403 URI=/_bulk, response: {"error":{"root_cause":[{"type":"security_exception","reason":"no permissions for [indices:data/write/bulk] and User [name=arn:aws:iam::111122223333:role/eksctl-cluster-1-nodegroup-ng-al1-NodeInstanceRole-7GZZR0O6HRQS, backend_roles=[arn:aws:iam::111122223333:role/eksctl-cluster-1-nodegroup-ng-al1-NodeInstanceRole-7GZZR0O6HRQS], requestedTenant=null]"}]},"status":403}`,
  ],
  [
    'service-opensearch-role',
    'OpenSearch, the role of the annotation',
    raw`[error] [output:opensearch:opensearch.0] HTTP status=403 URI=/_bulk, response: {"error":{"type":"security_exception","reason":"no permissions for [indices:data/write/bulk] and User [name=arn:aws:iam::111122223333:role/fluent-bit, backend_roles=[arn:aws:iam::111122223333:role/fluent-bit], requestedTenant=null]"},"status":403}`,
  ],
  [
    'fluent-bit-sts',
    'fluent/fluent-bit#2714',
    "[2020/10/21 14:08:12] [error] [aws_credentials] Could not read shared credentials file /root/.aws/credentials\n[2020/10/21 14:08:12] [ warn] net_tcp_fd_connect: getaddrinfo(host=''): Name or service not known\n[2020/10/21 14:08:12] [error] [aws_client] connection initialization error\n[2020/10/21 14:08:12] [error] [aws_credentials] STS assume role request failed",
  ],
  [
    'service-role-chaining',
    'cert-manager/cert-manager#4061',
    raw`cert-manager/challenges "msg"="re-queuing item due to error processing" "error"="error instantiating route53 challenge solver: unable to assume role: AccessDenied: User: arn:aws:sts::***:assumed-role/cert-manager/1669737599249229417 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::***:role/dev-cert-manager\n\tstatus code: 403"`,
  ],
  [
    'service-self-assume',
    'cert-manager/cert-manager#4053',
    '  Warning  PresentError  24s  cert-manager  Error presenting challenge: error instantiating route53 challenge solver: unable to assume role: AccessDenied: User: arn:aws:sts::123456789:assumed-role/cert-manager/123456789123 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789:role/cert-manager',
  ],
  [
    'service-self-assume',
    'cert-manager/cert-manager#5557',
    raw`E1102 10:11:36.594953       1 controller.go:166] cert-manager/challenges "msg"="re-queuing item due to error processing" "error"="error instantiating route53 challenge solver: unable to assume role: AccessDenied: User: arn:aws:sts::80xxxxx assumed-role/eks-ops-cluster-cert-manager/1667383896419927778 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::80xxxxx:role/eks-ops-cluster-cert-manager\n\tstatus code: 403"`,
  ],
  [
    'node-assumes-role',
    'cert-manager/cert-manager#5893',
    'Error presenting challenge: error instantiating route53 challenge solver: unable to assume role: AccessDenied: User: arn:aws:sts::############:assumed-role/eksctl-teleport-staging-node-NodeInstanceRole-1Q018K4TZEAIC/i-07014edbf556cb4ce is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::############:role/cert-manager-serviceaccount status code: 403',
  ],
  [
    'cert-manager-ambient',
    'cert-manager',
    'Error presenting challenge: error instantiating route53 challenge solver: unable to construct route53 provider: empty credentials; perhaps you meant to enable ambient credentials?',
  ],
  [
    'annotation-missing',
    'kedacore/keda#6418',
    `error getting service account: 'human-risk-scores-worker', error: annotation 'eks.amazonaws.com/role-arn' not found`,
  ],
  ['keda-keys-wanted', 'kedacore/keda#6418 (metadata)', 'error parsing SQS queue metadata: awsAccessKeyID not found'],
  [
    'keda-keys-wanted',
    'kedacore/keda#645',
    `{"level":"error","logger":"controller-runtime.controller","msg":"Reconciler error","error":"error getting scaler for trigger #0: Error parsing SQS queue metadata: 'AWS_ACCESS_KEY_ID' doesn\n't exist in the deployment environment"}`,
  ],
  [
    'service-role-chaining',
    'kedacore/keda#706',
    `"Error":"AccessDenied: User: arn:aws:sts::111122223333:assumed-role/k8s-keda/e7450c49-k8s-keda is not authorized to perform: \nsts:AssumeRole on resource: arn:aws:iam::111122223333:role/k8s-hydra"`,
  ],
  [
    'sts-not-authorized',
    'crossplane/crossplane#5578',
    'cannot initialize the Terraform plugin SDK async external client: cannot get terraform setup: failed to retrieve aws credentials from aws config: failed to refresh cached credentials, failed to retrieve credentials, operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 403, RequestID: 4a8524d5, api error AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity',
  ],
  [
    'sdk-token-file-unset',
    'crossplane-contrib/provider-aws#402',
    "message: 'connect failed: unable to read web identity token file in pod: open\n      : no such file or directory'",
  ],
  [
    'pod-identity-role-refused',
    'aws-controllers-k8s/community#2678',
    raw`{"level":"error","ts":"2025-11-09T13:35:17.149Z","logger":"setup","msg":"Unable to create controller manager","aws.service":"cloudwatchlogs","error":"unable to determine account ID: unable to get caller identity: operation error STS: GetCallerIdentity, get identity: get credentials: failed to refresh cached credentials, failed to load credentials, : [43250e5c]: (AccessDeniedException): Unauthorized Exception! EKS does not have permissions to assume the associated role., fault: client","stacktrace":"main.main\n\t/github.com/main.go:77"}`,
  ],
  [
    'pod-identity-sdk-too-old',
    'kubernetes-sigs/aws-ebs-csi-driver#1870',
    'E1214 16:38:22.116057       1 driver.go:125] "GRPC error" err=<\n\trpc error: code = Internal desc = Could not create volume "pvc-fe9ed2a2": could not create volume in EC2: NoCredentialProviders: no valid providers in chain\n\tcaused by: EnvAccessKeyNotFound: failed to find credentials in the environment.\n\tSharedCredsLoad: failed to load profile, .\n\tCredentialsEndpointError: invalid endpoint host, "169.254.170.23", only loopback hosts are allowed.',
  ],
  [
    'sdk-no-credentials',
    'kubernetes-sigs/aws-ebs-csi-driver#763',
    'E0427 09:39:36.961718       1 driver.go:120] "GRPC error" err=<\n\trpc error: code = Internal desc = Could not create volume "pvc-5ff07536": could not create volume in EC2: NoCredentialProviders: no valid providers in chain\n\tcaused by: EnvAccessKeyNotFound: failed to find credentials in the environment.\n\tSharedCredsLoad: failed to load profile, .\n\tEC2RoleRequestError: no EC2 instance role found\n\tcaused by: RequestError: send request failed\n\tcaused by: Get "http://169.254.169.254/latest/meta-data/iam/security-credentials/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
  ],
  [
    'sdk-credentials-canceled',
    'kubernetes-sigs/aws-ebs-csi-driver#2421',
    raw`"GRPC error" err="rpc error: code = Internal desc = Could not create volume \"pvc-<id>\": could not create volume in EC2: operation error EC2: CreateVolume, get identity: get credentials: request canceled, context canceled"`,
  ],
  [
    'sdk-no-credentials',
    'kubernetes-sigs/aws-ebs-csi-driver#2452',
    raw`E0428 10:12:28.020560       1 driver.go:108] "GRPC error" err="rpc error: code = Internal desc = Could not create volume \"pvc-dcfaffc6\": could not create volume in EC2: operation error EC2: CreateVolume, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, http response error StatusCode: 404, request to EC2 IMDS failed"`,
  ],
  [
    'efs-mount-denied',
    'kubernetes-sigs/aws-efs-csi-driver#419',
    raw`Output: Could not start amazon-efs-mount-watchdog, unrecognized init system "aws-efs-csi-dri"
b'mount.nfs4: access denied by server while mounting 127.0.0.1:/'`,
  ],
  [
    'sdk-sts-dns-silent',
    'kubernetes-sigs/aws-load-balancer-controller#2314',
    raw`{"level":"error","ts":1634863220.3985133,"logger":"controller-runtime.manager.controller.ingress","msg":"Reconciler error","name":"echoserver","error":"WebIdentityErr: failed to retrieve credentials\ncaused by: RequestError: send request failed\ncaused by: Post \"https://sts.us-east-1.amazonaws.com/\": dial tcp: i/o timeout"}`,
  ],
  [
    'service-denied',
    'kubernetes-sigs/aws-load-balancer-controller#1668',
    raw`{"level":"error","ts":1605710399.3141577,"logger":"controller","msg":"Reconciler error","controller":"ingress","name":"beta","error":"UnauthorizedOperation: You are not authorized to perform this operation.\n\tstatus code: 403, request id: cf2913f4"}`,
  ],
  [
    'sts-no-provider',
    'kubernetes/autoscaler#3215',
    `E0609 12:10:41.324379       1 aws_manager.go:259] Failed to regenerate ASG cache: cannot autodiscover ASGs: WebIdentityErr: failed to retrieve credentials\ncaused by: InvalidIdentityToken: No OpenIDConnect provider found in your account for ${issuer}\n    status code: 400, request id: XXX`,
  ],
  [
    'sdk-sts-global-unreachable',
    'kubernetes/autoscaler#4464',
    'F0906 08:47:57.077390       1 aws_cloud_provider.go:386] Failed to generate AWS EC2 Instance Types: WebIdentityErr: failed to retrieve credentials\ncaused by: RequestError: send request failed\ncaused by: Post "https://sts.amazonaws.com/": dial tcp 54.xxx.xxx..25:443: i/o timeout',
  ],
  [
    'sdk-token-unreadable',
    'velero-io/velero#2011',
    'An error occurred: some backup storage locations are invalid: error getting backup store for location "default": rpc error: code = Unknown desc = WebIdentityErr: unable to read file at /var/run/secrets/eks.amazonaws.com/serviceaccount/token\ncaused by: open /var/run/secrets/eks.amazonaws.com/serviceaccount/token: permission denied',
  ],
  [
    'sdk-sts-not-resolved',
    'velero-io/velero#8320',
    raw`"BackupStorageLocation \"add-bsl\" is unavailable: rpc error: code = Unknown desc = WebIdentityErr: failed to retrieve credentials\ncaused by: RequestError: send request failed\ncaused by: Post \"https://sts.minio.amazonaws.com/\": dial tcp: lookup sts.minio.amazonaws.com on 10.100.0.10:53: no such host",`,
  ],
  [
    'service-denied',
    'grafana/tempo#3899',
    'err="failed to init module services: error initialising module: store: failed to create store: unexpected error from ListObjects on dev-tempo: Access Denied"',
  ],
  [
    'service-denied',
    'minio/minio-go#2003',
    raw`ts=2024-09-19T14:53:36.203692475Z caller=stdlib.go:105 level=debug s3TraceMsg="HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\nContent-Type: application/xml\r\nDate: Thu, 19 Sep 2024 14:53:36 GMT\r\nServer: AmazonS3\r\n"`,
  ],
  ['service-denied', 'argoproj/argo-workflows', 'Error (exit code 1): failed to put file: Access Denied.'],
  [
    'service-account-not-found',
    'External Secrets',
    'could not get provider client: unable to create session: ServiceAccount "cluster-store" not found',
  ],
  [
    'service-account-read-forbidden',
    'kubernetes-sigs/secrets-store-csi-driver#1399',
    'MountVolume.SetUp failed for volume "secrets" : rpc error: code = Unknown desc = failed to mount secrets store objects for pod test/web-0, err: rpc error: code = Unknown desc = eu-central-1: serviceaccounts "web" is forbidden: User "system:serviceaccount:platform-tools:csi-secrets-store-provider-aws" cannot get resource "serviceaccounts" in API group "" in the namespace "test"',
  ],
  [
    'service-account-read-forbidden',
    'External Secrets, tokens',
    'could not get provider client: serviceaccounts "web" is forbidden: User "system:serviceaccount:external-secrets:external-secrets" cannot create resource "serviceaccounts/token" in API group "" in the namespace "shop"',
  ],
  [
    'webhook-not-mutated',
    'the pod identity webhook',
    'I1116 10:00:00.000000       1 handler.go:421] Pod was not mutated. Reason: Service account did not have the right annotations or was not found in the cache. Pod=cart-7d9f-x, ServiceAccount=cart, Namespace=shop',
  ],
  [
    'image-pull-node-role',
    'the kubelet',
    'Failed to pull image "111122223333.dkr.ecr.eu-west-1.amazonaws.com/app:1": rpc error: code = Unknown desc = failed to pull and unpack image: pull access denied, 403 Forbidden: User: arn:aws:sts::111122223333:assumed-role/shop-NodeInstanceRole/i-0123456789abcdef0 is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-west-1:111122223333:repository/app because no resource-based policy allows the ecr:BatchGetImage action',
  ],
  [
    'pod-identity-agent-ipv6',
    'aws/eks-pod-identity-agent#16',
    `{"bind-addr":"[fd00:ec2::23]:80","level":"info","msg":"Starting server...","time":"2024-08-15T19:35:24Z"}\n{"bind-addr":"[fd00:ec2::23]:80","level":"fatal","msg":"Unable to start server: listen tcp [fd00:ec2::23]:80: bind: cannot assign requested address","time":"2024-08-15T19:35:24Z"}`,
  ],
  [
    'pod-identity-agent-port',
    'aws/eks-pod-identity-agent#10',
    '{"bind-addr":"169.254.170.23:80","level":"fatal","msg":"Unable to start server: listen tcp 169.254.170.23:80: bind: address already in use"}',
  ],
  [
    'pod-identity-node-denied',
    'the Pod Identity agent on a node without its permission',
    `{"level":"error","msg":"Error fetching credentials: error getting credentials to cache: unable to fetch credentials from EKS Auth: operation error EKS Auth: AssumeRoleForPodIdentity, https response error StatusCode: 403, RequestID: 0, AccessDeniedException: User: ${session}/shop-NodeInstanceRole/i-0123456789abcdef0 is not authorized to perform: eks-auth:AssumeRoleForPodIdentity on resource: arn:aws:eks:eu-west-1:111122223333:cluster/shop"}`,
  ],
  [
    'pod-identity-eks-auth-unreachable',
    'the Pod Identity agent in a private subnet',
    '{"level":"error","msg":"Error fetching credentials: error getting credentials to cache: unable to fetch credentials from EKS Auth: operation error EKS Auth: AssumeRoleForPodIdentity, exceeded maximum number of attempts, 3, https response error StatusCode: 0, RequestID: , request send failed, Post \\"https://eks-auth.eu-west-1.api.aws/clusters/shop/assume-role-for-pod-identity\\": dial tcp 192.0.2.7:443: i/o timeout"}',
  ],
  [
    'pod-identity-no-association',
    'the Pod Identity agent, another wording',
    'Error retrieving metadata: Received non 200 response 404 from container metadata: (ResourceNotFoundException): No association found for the service account shop/cart',
  ],
  [
    'pod-identity-association-exists',
    'eksctl-io/eksctl#7753',
    'Error: creating pod identity association for service account "test" in namespace "kube-system": operation error EKS: CreatePodIdentityAssociation, https response error StatusCode: 409, RequestID: 0, ResourceInUseException: Association already exists: a-0123456789abcdef0',
  ],
  [
    'eks-pass-role-other-account',
    'nebari-dev/nebari#3213',
    'Error: updating EKS Add-On (shop:aws-ebs-csi-driver): operation error EKS: UpdateAddon, https response error StatusCode: 400, RequestID: 0, InvalidParameterException: Cross-account pass role is not allowed.',
  ],
  [
    'sts-audience-of-pod-identity-token',
    'runatlantis/atlantis#5344',
    'web_identity_token_file = /var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token\nfailed to retrieve credentials, operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 400, RequestID: 0, InvalidIdentityToken: Incorrect token audience',
  ],
  [
    'eksctl-no-tasks',
    'eksctl-io/eksctl#4941',
    '2022-03-13 12:09:51 [ℹ]  1 existing iamserviceaccount(s) (kube-system/cart) will be excluded\n2022-03-13 12:09:51 [ℹ]  1 iamserviceaccount (kube-system/cart) was excluded (based on the include/exclude rules)\n2022-03-13 12:09:52 [ℹ]  no tasks',
  ],
  [
    'sdk-token-file-missing',
    'hashicorp/terraform-k8s#97',
    'Error: WebIdentityErr: failed fetching WebIdentity token: \n│ caused by: WebIdentityErr: unable to read file at /var/run/secrets/eks.amazonaws.com/serviceaccount/token\n│ caused by: open /var/run/secrets/eks.amazonaws.com/serviceaccount/token: no such file or directory',
  ],
  [
    'service-self-assume',
    'velero-io/velero-plugin-for-aws#168',
    raw`msg="Error getting backup store for this location" backupLocation=velero/default controller=backup-sync error="rpc error: code = Unknown desc = AccessDenied: User: arn:aws:sts::111122223333:assumed-role/eksctl-addon-Role1-1T4/1691417499559809485 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/eksctl-addon-Role1-1T4\n\tstatus code: 403"`,
  ],
];
