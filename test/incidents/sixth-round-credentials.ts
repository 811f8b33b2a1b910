/** A sixth round: nineteen reports with a cause that the thread established, in the proportion of the groups. Cause and fix were
 *  written down before the tool was asked; the state is that of the report. Credentials, SDKs, Pod Identity, tokens and networks. */
import { complete } from '../../lib/model/collected.ts';
import { aNetwork, anStsEndpoint, aPlace } from '../support/example-network.ts';
import { exampleAccountId } from '../support/example-world.ts';
import { associationUnused, nodes, roleUnused, runtime } from './credential-reports.ts';
import {
  account,
  agent,
  agentAddon,
  association,
  byHelm,
  deployment,
  described,
  identityPod,
  neverUsed,
  of,
  pod,
  policyOf,
  role,
  subject,
  trusting,
} from './described.ts';
import { calls, type JudgedReport } from './first-round.ts';

export const sixthRoundOfCredentials: readonly JudgedReport[] = [
  {
    group: 'sdk-module',
    source: 'slackhq/astra#17',
    cause: 'the STS module of the SDK for Java is missing',
    fix: 'add the module sts',
    text: "software.amazon.awssdk.core.exception.SdkClientException: Unable to load credentials from any of the providers in the chain AwsCredentialsProviderChain(credentialsProviders=[SystemPropertyCredentialsProvider(), EnvironmentVariableCredentialsProvider(), WebIdentityTokenCredentialsProvider(), ProfileCredentialsProvider(), ContainerCredentialsProvider(), InstanceProfileCredentialsProvider()]) : [SystemPropertyCredentialsProvider(): Unable to load credentials from system settings. Access key must be specified either via environment variable (AWS_ACCESS_KEY_ID) or system property (aws.accessKeyId)., WebIdentityTokenCredentialsProvider(): To use web identity tokens, the 'sts' service module must be on the class path., ProfileCredentialsProvider(): Profile file contained no credentials for profile 'default': ProfileFile(profiles=[]), ContainerCredentialsProvider(): Cannot fetch credentials from container - neither AWS_CONTAINER_CREDENTIALS_FULL_URI or AWS_CONTAINER_CREDENTIALS_RELATIVE_URI environment variables are set., InstanceProfileCredentialsProvider(): Unable to load credentials from service endpoint.]",
    ...roleUnused('logs', 'astra'),
  },
  {
    group: 'sdk-old',
    source: 'chartmuseum/charts#19',
    cause: 'the SDK of the program takes web identity only with AWS_SDK_LOAD_CONFIG: the program does not use the role',
    fix: 'AWS_SDK_LOAD_CONFIG=true (or a newer program)',
    text: "the provided value file doesn't work, using it as it is now will use the node's role for S3 access instead of the service account's role, and resulted in access denied for me.\nenv:\n  open:\n    STORAGE: amazon\n    STORAGE_AMAZON_BUCKET: my-s3-bucket\nserviceAccount:\n  create: true\n  annotations:\n    eks.amazonaws.com/role-arn: \"arn:aws:iam::{aws account ID}:role/{assumed role name}\"",
    ...roleUnused('chartmuseum', 'chartmuseum'),
  },
  {
    group: 'sdk-old',
    source: 'helm/chartmuseum#280',
    cause: 'the SDK is older than web identity',
    fix: 'a version with a newer SDK',
    text: "Does not work with aws service accounts\nI tried to run with AWS service account, but couldn't get it work.\nI did check on dependencies and as per this page: https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts-minimum-sdk.html it seems 1.23.13 is minimum version required for it to work.",
    ...roleUnused('charts', 'museum'),
  },
  {
    group: 'pi-sdk',
    source: 'benbjohnson/litestream#1215',
    cause: 'the SDK in the new image is older than EKS Pod Identity (SDK for Go v1)',
    fix: 'an image with a newer SDK',
    text: "cannot fetch generations: cannot lookup bucket region: NoCredentialProviders: no valid providers in chain. Deprecated.\nHTTP credential provider invalid endpoint host, '169.254.170.23', only loopback hosts are allowed",
    ...associationUnused('apps', 'litestream'),
  },
  {
    group: 'pi-trust',
    source: 'awslabs/mountpoint-s3-csi-driver#781',
    cause:
      'a condition on aws:SourceArn of the trust policy does not match: it names an association in place of the cluster',
    fix: 'take the condition away, or name the cluster in it',
    text: 'Pod-level credentials with EKS Pod Identity: Mountpoint Pod created with no credentials (env: null)\nsame setup immediately fails with NoSigningCredentials.\nOur trust policy was:\n{\n  "Version": "2012-10-17",\n  "Statement": [\n    {\n      "Effect": "Allow",\n      "Principal": { "Service": "pods.eks.amazonaws.com" },\n      "Action": ["sts:AssumeRole", "sts:TagSession"],\n      "Condition": {\n        "StringEquals": { "aws:SourceAccount": "111122223333" },\n        "ArnLike": { "aws:SourceArn": "arn:aws:eks:*:111122223333:podidentityassociation/shop/*" }\n      }\n    }\n  ]\n}',
    facts: () =>
      described({
        accounts: [account('data', 'reader')],
        pods: [identityPod('data', 'reader'), agent],
        roles: [
          role(
            'reader',
            policyOf({
              Effect: 'Allow',
              Principal: { Service: 'pods.eks.amazonaws.com' },
              Action: ['sts:AssumeRole', 'sts:TagSession'],
              Condition: {
                StringEquals: { 'aws:SourceAccount': exampleAccountId },
                ArnLike: { 'aws:SourceArn': `arn:aws:eks:*:${exampleAccountId}:podidentityassociation/shop/*` },
              },
            }),
            neverUsed,
          ),
        ],
        cluster: { podIdentity: complete([association('data', 'reader', 'reader')]), addons: complete([agentAddon]) },
      }),
    target: deployment('data', 'reader'),
    found: ['pod-identity-role-never-used neverUsed'],
    why: 'cause: pod-identity-role-never-used',
  },
  {
    group: 'token-mode',
    source: 'chatwork/charts#120',
    cause: 'the token is for root alone, and the workers of the program run as nobody: no fsGroup',
    fix: 'securityContext.fsGroup',
    text: '[php] support securityContext\n$ ls -la /var/run/secrets/eks.amazonaws.com/serviceaccount/..2019_12_10_15_33_09.833408446/token\n-rw------- 1 root root 1034 Dec 10 15:33 /var/run/secrets/eks.amazonaws.com/serviceaccount/..2019_12_10_15_33_09.833408446/token\nOnly root users can read and write tokens mounted with IRSA.\nHowever, in PHP-FPM, it should be executed as the nobody user, and the token cannot be referenced from the nobody user.',
    facts: () =>
      described({
        accounts: [account('web', 'php', 'php')],
        pods: [pod('web', 'php', 'php')],
        roles: [role('php', trusting(subject('web', 'php')), neverUsed)],
        inside: { version: complete('v1.14.8-eks-b8860f') },
        over: { runtime },
      }),
    target: deployment('web', 'php'),
    found: ['runtime-role-never-assumed neverAssumed'],
    why: 'cause: runtime-role-never-assumed',
  },
  {
    group: 'sdk-refresh',
    source: 'redpanda-data/console#1253',
    cause: 'the program takes its credentials once at its start and keeps them when they expire',
    fix: 'a version that takes them again; until then restart it',
    text: 'backend: refresh aws creds when using iam auth after token expiration\nCurrently, when AWS IAM auth fetches token, it only does so once on startup and the same token is reused. the credentials are not being pulled again after the session timeout.',
    facts: () =>
      described({
        accounts: [account('kafka', 'console', 'console')],
        pods: [pod('kafka', 'console', 'console')],
        roles: [role('console', trusting(subject('kafka', 'console')))],
        over: calls('console', 'kafka', 'console', { successes: 1 }),
      }),
    target: deployment('kafka', 'console'),
    found: [],
    why: 'fine',
  },
  {
    group: 'imds',
    source: 'luminartech/helm-charts-public#323',
    cause: 'the controller uses the role of the node, and the hop limit 1 of the metadata service keeps pods from it',
    fix: 'hop limit 2, or a role for the service account',
    text: 'Could not attach volume "vol-xxxxx" to node "i-xxxxx": error listing AWS instances: operation error EC2: DescribeInstances, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, canceled, context deadline exceeded',
    facts: () =>
      described({
        accounts: [account('kube-system', 'ebs-csi-controller-sa', undefined, byHelm('aws-ebs-csi-driver'))],
        pods: [pod('kube-system', 'ebs-csi-controller-sa', undefined, of('Deployment', 'ebs-csi-controller'))],
        cluster: nodes({ kind: 'Karpenter node class default', hopLimit: 1 }),
      }),
    target: deployment('kube-system', 'ebs-csi-controller'),
    found: [],
    why: 'cause: Name the role in the annotation of service account kube-system/ebs-csi-controller-sa, then restart the pods.',
  },
  {
    group: 'sts-endpoint',
    source: 'kubernetes/autoscaler#2829',
    cause:
      'the SDK of the program is older than the variable and calls the global endpoint, which a private VPC does not reach',
    fix: 'a version with a newer SDK',
    text: 'Cluster-autoscaler does not work with VPC-Endpoint (AWS/EKS)\nWe do have a quite locked-down network in AWS (no internet-connectivity at all). Access to AWS services only via VPC endpoints and on-premise systems via DirectConnect. At the same time we would like to use IAM roles.\nWhen using cluster-autoscaler it cannot fetch credentials via STS using the IAM role. To my understanding the issue is caused by cluster-autoscaler not using the regional STS endpoint (https://sts.eu-central-1.amazonaws.com) but instead the global (https://sts.amazonaws.com).\nI tried setting the region as env AWS_REGION and AWS_STS_REGIONAL_ENDPOINTS but still the global endpoint is used.',
    facts: () =>
      described({
        accounts: [account('kube-system', 'cluster-autoscaler', 'cluster-autoscaler')],
        pods: [pod('kube-system', 'cluster-autoscaler', 'cluster-autoscaler')],
        roles: [role('cluster-autoscaler', trusting(subject('kube-system', 'cluster-autoscaler')), neverUsed)],
        cluster: { network: complete(aNetwork({ places: [aPlace()], stsEndpoints: [anStsEndpoint()] })) },
        over: { runtime },
      }),
    target: deployment('kube-system', 'cluster-autoscaler'),
    found: ['runtime-role-never-assumed neverAssumed'],
    why: 'cause: runtime-role-never-assumed',
  },
];
