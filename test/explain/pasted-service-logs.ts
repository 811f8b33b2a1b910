import type { PastedLog } from './pasted-logs.ts';

const { raw } = String;
const session = 'arn:aws:sts::111122223333:assumed-role';

/** What other services said: IRSA is not at fault, or was not used. */
export const byServices: readonly PastedLog[] = [
  [
    'sdk-node-role',
    'kubernetes-sigs/external-dns#1684, made illegible by a person',
    raw`level=error msg="AccessDenied: User: arn:aws:sts:XXXXXXXXXassumed-role/eks-cluster-XXXXXXX-NodeInstanceRole-XXXXXXXX/i-XXXXXXXXXX is not authorized to perform: route53:ListHostedZones\n\tstatus code: 403`,
  ],
  [
    'sdk-node-role',
    'external-secrets/kubernetes-external-secrets#419, with words for the names',
    '"message": "User: arn:aws:sts::{accountId}:assumed-role/eksctl-{clusterName}-NodeInstanceRole-{hash}/i-{instanceId} is not authorized to perform: secretsmanager:GetSecretValue"',
  ],
  [
    'sdk-node-role',
    'awslabs/s3-tables-catalog#20, cut by a frame',
    `AccessDeniedException: User: ${session}/eksctl-ekscluster-NodeInstanceRole-r5wn6T6 │\n│ DFOpd/i-0a6fd62c909b22527 is not authorized to perform: s3tables:ListNamespaces`,
  ],
  [
    'node-assumes-role',
    'cert-manager/cert-manager#5893',
    `unable to assume role: AccessDenied: User: ${session}/eksctl-staging-node-NodeInstanceRole-1Q018K4TZEAIC/i-07014edbf556cb4ce is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/cert-manager`,
  ],
  [
    'sdk-node-role',
    'apache/datafusion-comet#6025: no token, so the role of the node',
    `ThrottlingException: Rate exceeded\nUser: ${session}/eks-node/i-0a6fd62c909b22527 is not authorized to perform: s3:GetObject`,
  ],
  [
    'sdk-irsa-role-permission',
    'aws-samples/eks-workshop#398',
    `Failed to regenerate ASG cache: AccessDenied: User: ${session}/ClusterAutoscalerRole/2730e1de-ClusterAutoscalerRole is not authorized to perform: autoscaling:DescribeTags`,
  ],
  [
    'sdk-irsa-role-permission',
    'a session of an IRSA role whose name looks like an instance',
    `User: ${session}/i-am-a-role/i-am-a-session is not authorized to perform: s3:GetObject`,
  ],
  [
    'service-self-assume',
    'aws/karpenter-provider-aws#5054',
    raw`{"level":"FATAL","message":"Checking EC2 API connectivity, AccessDenied: User: arn:aws:sts::111122223333:assumed-role/karpenter-manager/1699531699176343806 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/karpenter-manager\n\tstatus code: 403"}`,
  ],
  [
    'service-self-assume',
    'fluent/fluent-bit#8278',
    `<Code>\n  AccessDenied</Code>\n<Message>User:\n  ${session}/cloudwatch-writer/AAAA\n  is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role:cloudwatch-writer</Message>`,
  ],
  [
    'service-iam-user',
    'cert-manager/cert-manager#2010',
    'failed to determine Route 53 hosted zone ID: AccessDenied: User: \narn:aws:iam::111122223333:user/dns is not authorized to perform: \nroute53:ListHostedZonesByName',
  ],
  [
    'service-session-expired',
    'aws/aws-sdk-js-v3#3052',
    'ExpiredTokenException: The security token included in the request is expired    at deserializeAws_json1_0UpdateItemCommandError (/app/node_modules/@aws-sdk/client-dynamodb/index.js:4014:41) at fromTokenFile web-identity',
  ],
  [
    'service-invalid-credentials',
    'cert-manager/cert-manager#1929',
    raw`"error"="Failed to determine Route 53 hosted zone ID: InvalidClientTokenId: The security token included in the request is invalid.\n\tstatus code: 403"`,
  ],
  [
    'service-invalid-credentials',
    'aws/aws-cdk#13748',
    'ERROR: AuthFailure: AWS was not able to validate the provided access credentials',
  ],
  [
    'service-clock',
    'kubernetes-sigs/external-dns#1626',
    'level=error msg="SignatureDoesNotMatch: Signature not yet current: 20200612T034853Z is still later than 20200612T034353Z',
  ],
  [
    'service-signature',
    'cert-manager/cert-manager#8221',
    'api error SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
  ],
  [
    'service-unsigned',
    'external-secrets/external-secrets#4935',
    'operation error ECR: GetAuthorizationToken, https response error StatusCode: 400, api error MissingAuthenticationTokenException: Missing Authentication Token',
  ],
  [
    'service-denied',
    'kubernetes-sigs/aws-ebs-csi-driver#1449',
    'could not create volume in EC2: UnauthorizedOperation: You are not authorized to perform this operation. Encoded authorization failure message: abc',
  ],
  [
    'service-denied',
    'velero-io/velero-plugin-for-aws#59',
    raw`level=error error="rpc error: code = Unknown desc = AccessDenied: Access Denied\n\tstatus code: 403, request id: D2D8"`,
  ],
  [
    'service-denied',
    'bbenzikry/spark-eks#1',
    'getFileStatus on s3a://bucket/events/: AmazonS3Exception: Forbidden (Service: Amazon S3; Status Code: 403; Error Code: 403 Forbidden)',
  ],
  [
    'service-denied',
    'botocore',
    'ClientError: An error occurred (403) when calling the HeadObject operation: Forbidden',
  ],
];

/** What the cluster and IAM said of what IRSA is built on. */
export const byCluster: readonly PastedLog[] = [
  [
    'webhook-certificate',
    'aws/amazon-eks-pod-identity-webhook#131',
    'W1214 23:48:33.374702       1 dispatcher.go:170] Failed calling webhook, failing open pod-identity-webhook.amazonaws.com: failed calling webhook "pod-identity-webhook.amazonaws.com": Post "https://pod-identity-webhook.kube-system.svc:443/mutate?timeout=30s": x509: certificate signed by unknown authority',
  ],
  [
    'webhook-not-answering',
    'kubernetes/kops#13176',
    raw`"Failed creating a mirror pod for" err="Internal error occurred: failed calling webhook \"pod-identity-webhook.amazonaws.com\": failed to call webhook: dial tcp 100.64.59.214:443: connect: connection refused"`,
  ],
  [
    'webhook-certificate',
    'aws/containers-roadmap#2874',
    'W1125 10:00:00 11 dispatcher.go:195] Failed calling webhook, failing open iam-for-pods.amazonaws.com: failed calling webhook "iam-for-pods.amazonaws.com": Post "https://127.0.0.1:23443/mutate?timeout=10s": tls: failed to verify certificate: x509: certificate signed by unknown authority',
  ],
  [
    'kubelet-token-refused',
    'aws/amazon-eks-pod-identity-webhook#119',
    'MountVolume.SetUp failed for volume "aws-iam-token" : failed to fetch token: the server could not find the requested resource',
  ],
  [
    'kubelet-token-audience',
    'kubernetes/kubernetes#128077, mounting a volume',
    'MountVolume.SetUp failed for volume "secrets" : failed to fetch token: serviceaccounts "cart" is forbidden: node requested audience "sts.amazonaws.com" not found in pod spec volume',
  ],
  [
    'kubelet-token-audience',
    'kubernetes/kubernetes#139046',
    'serviceaccounts "default" is forbidden: system:node:ip-10-0-1-7.ec2.internal is not authorized to request tokens for audience "sts.amazonaws.com"',
  ],
  [
    'annotation-missing',
    'aws/secrets-store-csi-driver-provider-aws#276',
    'MountVolume.SetUp failed for volume "secrets" : rpc error: code = Unknown desc = failed to mount secrets store objects, err: rpc error: code = Unknown desc = sa-east-1: An IAM role must be associated with service account default (namespace: default)',
  ],
  [
    'kubernetes-token-missing',
    'litmuschaos/litmus#2357',
    'level=fatal msg="Unable to create ClientSets, error: open /var/run/secrets/kubernetes.io/serviceaccount/token: no such file or directory"',
  ],
  [
    'iam-provider-quota',
    'kubernetes-sigs/secrets-store-csi-driver#634',
    'Error: creating IAM OIDC Provider: LimitExceeded: Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100',
  ],
  [
    'iam-trust-size',
    'kubeflow/kubeflow#6687',
    'An error occurred (LimitExceeded) when calling the UpdateAssumeRolePolicy operation: Cannot exceed quota for ACLSizePerRole: 2048',
  ],
];
