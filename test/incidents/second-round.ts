/** A second round of reports of provider, service account, trust policy, webhook and exposure, judged before the tool was asked
 *  and after it had learned from the first. */
import { complete } from '../../lib/model/collected.ts';
import type { Pod } from '../../lib/model/kubernetes.ts';
import type { WhyTarget } from '../../lib/why/why-subject.ts';
import { aProvider, exampleIssuer } from '../support/example-world.ts';
import {
  account,
  addon,
  arn,
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
  trusting,
} from './described.ts';
import { calls, failure, type JudgedReport } from './first-round.ts';

const daemonSet = (namespace: string, name: string): WhyTarget => ({ kind: 'DaemonSet', namespace, name });
const onFargate: Partial<Pod> = { onFargate: true };
const longAgo = { annotatedAt: '2026-02-01T00:00:00Z' };

export const secondRound: readonly JudgedReport[] = [
  {
    group: 'sts-region',
    source: 'aws/aws-sdk-js#4114',
    cause: 'the SDK for JavaScript 2 sends to the global endpoint although AWS_STS_REGIONAL_ENDPOINTS is regional',
    fix: 'set the endpoint or stsRegionalEndpoints in the code, or version 3 of the SDK',
    text: 'AWS STS Regionalized endpoints not applied by SDK for JavaScript 2.x\nsetting the AWS_STS_REGIONAL_ENDPOINTS environment variable to regional should cause the SDK to always use the regional endpoint instead of the global service endpoint (ie - "https://sts.amazonaws.com"). However, setting this environment variable has no effect, and requests continue to be sent to the global service endpoint.\nconst stsClient = new STS({\n  region: \'us-west-2\'\n});',
    facts: () =>
      described({
        accounts: [account('web', 'web', 'web')],
        pods: [pod('web', 'web', 'web')],
        roles: [role('web', trusting(subject('web', 'web')))],
        over: calls('web', 'web', 'web', { region: 'us-east-1', successes: 40 }),
      }),
    target: deployment('web', 'web'),
    found: ['runtime-sts-region elsewhere'],
    why: 'fine',
  },
  {
    group: 'sts-region',
    source: 's3tools/s3cmd#1227',
    cause:
      'the program calls sts.amazonaws.com, which the pod cannot reach, and does not read AWS_STS_REGIONAL_ENDPOINTS',
    fix: 'a version that reads it',
    text: 'AWS_STS_REGIONAL_ENDPOINTS environment variable is ignored\nI am using s3cmd and after debugging I noticed that s3cmd does not take into account the environment variable AWS_STS_REGIONAL_ENDPOINTS.\nThe regional endpoint for STS is used in settings where we want to use instance roles but have no access to the global endpoint sts.amazonaws.com.',
    facts: () =>
      described({
        accounts: [account('gitlab', 'toolbox', 'toolbox')],
        pods: [pod('gitlab', 'toolbox', 'toolbox')],
        roles: [role('toolbox', trusting(subject('gitlab', 'toolbox')), neverUsed)],
      }),
    target: deployment('gitlab', 'toolbox'),
    found: [],
    why: 'fine',
  },
  {
    group: 'sts-region',
    source: 'rundeck-plugins/rundeck-ec2-nodes-plugin#131',
    cause:
      'the plugin makes its client of STS with a constructor that reads no setting, so it calls the global endpoint',
    fix: 'a version of the plugin that uses the builder',
    text: 'Respect the AWS_STS_REGIONAL_ENDPOINTS parameter\nOn August 29, 2024, an AWS STS failure occurred and requests using the STS global endpoints failed. This failure did not affect requests using STS Regionalized endpoints.\nThe current implementation uses AWS SecurityTokenServiceClient when creating sts clients. This method is deprecated and does not read the STS endpoint configuration.',
  },
  {
    group: 'sts-region',
    source: 'zalando/spilo#789',
    cause:
      'the environment of WAL-G lacks AWS_STS_REGIONAL_ENDPOINTS, so it calls the global endpoint, which a VPC without internet does not reach',
    fix: 'pass the variable to WAL-G',
    text: 'Pass AWS STS regional endpoints environment variable to WAL-G\nWhile #769 started passing the EKS IRSA environment variable to WAL-G, it omitted to add the AWS_STS_REGIONAL_ENDPOINTS environment variable, which is also configured automatically in EKS clusters using IRSA.\nThis variable becomes especially important and required in scenarios where EKS clusters are run in a VPC without an (Egress-Only) Internet Gateway and cannot reach the global STS endpoint.',
    facts: () =>
      described({
        accounts: [account('postgres', 'postgres-pod', 'wal')],
        pods: [pod('postgres', 'postgres-pod', 'wal', of('StatefulSet', 'acid-minimal'))],
        roles: [role('wal', trusting(subject('postgres', 'postgres-pod')), neverUsed)],
      }),
    target: { kind: 'StatefulSet', namespace: 'postgres', name: 'acid-minimal' },
    found: [],
    why: 'fine',
  },
  {
    group: 'sts-region',
    source: 'aws/aws-sdk-js-v3#5105',
    cause: 'fromNodeProviderChain calls STS in us-east-1 whatever the environment says',
    fix: 'clientConfig with the region, or a newer version of @aws-sdk/credential-providers',
    text: 'STSClient does not use environment variable for region controls\nWhen invoking fromNodeProviderChain using IAM AssumeRoleWithWebIdentity I expect environment variables AWS_REGION / AWS_DEFAULT_REGION / AWS_STS_REGIONAL_ENDPOINTS to control the region that the STSClient uses to send the http request. However, it can be observed that the request is always routed to us-east-1 unless the region is programmatically set.\n@aws-sdk/credential-providers@3.391.0',
    facts: () =>
      described({
        accounts: [account('db', 'driver', 'driver')],
        pods: [pod('db', 'driver', 'driver')],
        roles: [role('driver', trusting(subject('db', 'driver')))],
        over: calls('driver', 'db', 'driver', { region: 'us-east-1', successes: 4 }),
      }),
    target: deployment('db', 'driver'),
    found: ['runtime-sts-region elsewhere'],
    why: 'fine',
  },
  {
    group: 'audience',
    source: 'source-cooperative/source.coop#382',
    cause: 'the trust policy tests another audience than sts.amazonaws.com, which the token has',
    fix: 'sts.amazonaws.com in the condition on aud',
    text: "fix(data-connections): correct trust-policy aud to sts.amazonaws.com\nThe S3 web-identity role form hinted that the trust policy should check `data.source.coop:aud = source-coop-data-proxy`. That's wrong — for AssumeRoleWithWebIdentity, AWS STS is the token audience, so the condition must check `data.source.coop:aud = sts.amazonaws.com`.",
    facts: () =>
      described({
        accounts: [account('proxy', 'proxy', 'proxy')],
        pods: [pod('proxy', 'proxy', 'proxy')],
        roles: [
          role(
            'proxy',
            policyOf(
              statement({
                Condition: {
                  StringEquals: { [`${host}:aud`]: 'data-proxy', [`${host}:sub`]: subject('proxy', 'proxy') },
                },
              }),
            ),
          ),
        ],
      }),
    target: deployment('proxy', 'proxy'),
    found: ['trust-audience-impossible impossible'],
    why: 'cause: trust-audience-impossible',
  },
  {
    group: 'audience',
    source: 'openshift/openshift-docs#29545',
    cause: 'the provider lists no audience openshift, which the tokens of the cluster have',
    fix: '--client-id-list openshift',
    text: 'when creating the identity provider , should be with` --client-id-list openshift`, otherwise the installation will fail.\naws iam create-open-id-connect-provider --url $OPENID_BUCKET_URL --thumbprint-list $BUCKET_FINGERPRINT',
  },
  {
    group: 'thumbprint',
    source: 'terraform-aws-modules/terraform-aws-eks#1832',
    cause:
      'a proxy of the network shows a certificate of its own, so the provider has a thumbprint that STS does not see',
    fix: 'the thumbprint of the root that signs the certificate of the issuer',
    text: 'Additional EKS OIDC root CA thumbprint\nIn the 17.x I was using a custom internal thumbprint for OIDC.\nOn new clusters provisioned by 18.x I had some problems to assume role by webIdentity due thumbprint check errors',
  },
  {
    group: 'transient',
    source: 'CircleCI-Public/aws-cli-orb#136',
    cause: 'STS did not reach the issuer for a moment',
    fix: 'try again',
    text: "We are using AWS CLI orb, and `assume-role-with-web-identity` command, which sometimes (rarely) fails with:\n> An error occurred (InvalidIdentityToken) when calling the AssumeRoleWithWebIdentity operation: Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements\nFailed to assume role",
    facts: () =>
      described({
        accounts: [account('ci', 'deployer', 'deployer')],
        pods: [pod('ci', 'deployer', 'deployer')],
        roles: [role('deployer', trusting(subject('ci', 'deployer')))],
        over: calls('deployer', 'ci', 'deployer', {
          successes: 300,
          failures: [
            {
              ...failure(
                'InvalidIdentityTokenException',
                "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
              ),
              count: 1,
            },
          ],
        }),
      }),
    target: deployment('ci', 'deployer'),
    found: ['runtime-assume-failing transient'],
    why: 'cause: runtime-assume-failing',
  },
  {
    group: 'provider-missing',
    source: 'sassoftware/viya4-iac-aws#442',
    cause: 'IRSA is on with autoscaling alone, so there is no OIDC provider for the role of the EBS driver',
    fix: 'always make the provider (enable_irsa)',
    text: 'fix: always enable IRSA\nThe current behavior is that the IAM Role for the Service Account of the EKS cluster is only enabled when autoscaling is enabled. Both the autoscaling and ebs module require IRSA to be enabled.\nWithout this change, provisioning EBS volumes fails because the OIDC provider does not exist.',
    facts: () =>
      described({
        accounts: [account('kube-system', 'ebs-csi-controller-sa', 'ebs', byAddon)],
        pods: [pod('kube-system', 'ebs-csi-controller-sa', 'ebs', of('Deployment', 'ebs-csi-controller'))],
        roles: [role('ebs', trusting(subject('kube-system', 'ebs-csi-controller-sa')), neverUsed)],
        over: { providers: complete([]) },
      }),
    target: deployment('kube-system', 'ebs-csi-controller'),
    found: ['cluster-provider-missing needed'],
    why: 'cause: cluster-provider-missing',
  },
  {
    group: 'trust-provider',
    source: 'terraform-redhat/terraform-provider-rhcs#800',
    cause: 'the roles of a destroyed cluster were kept, and name the provider of that cluster',
    fix: 'delete them with the cluster, or name the provider of the new one',
    text: 'Provider does not destroy IAM roles and subsequent runs result in broken Federated OIDC provider configurations\nI recently created/destroyed a cluster several times. Subsequent runs of the provider resulted in clusters which were not very functional and this morning I discovered that all of the `Federated` roles in IAM for that cluster were referring to an OIDC identity provider which no longer exists!',
    facts: () => {
      const gone = exampleIssuer.replace('5C1D', 'BBBB');
      const goneHost = gone.slice('https://'.length);
      return described({
        accounts: [account('openshift-ingress-operator', 'ingress-operator', 'ingress')],
        pods: [pod('openshift-ingress-operator', 'ingress-operator', 'ingress')],
        roles: [
          role(
            'ingress',
            policyOf(
              statement({
                Principal: { Federated: aProvider({ issuer: gone }).arn },
                Condition: {
                  StringEquals: { [`${goneHost}:sub`]: subject('openshift-ingress-operator', 'ingress-operator') },
                },
              }),
            ),
          ),
        ],
      });
    },
    target: deployment('openshift-ingress-operator', 'ingress-operator'),
    found: ['trust-provider-missing nearest'],
    why: 'cause: trust-provider-missing',
  },
  {
    group: 'trust-provider',
    source: 'pulumi/pulumi-eks#871',
    cause: 'the ARN of the provider is an unresolved output, so the principal is no ARN',
    fix: 'make the policy of resolved outputs (pulumi.all, interpolate)',
    text: 'Unable to create iam role using oidc provider arn\n* creating IAM Role (foo-service-account-role-b45f829): MalformedPolicyDocument: Federated principals must be valid domain names or SAML metadata ARNs\n    \tstatus code: 400, request id: 52ed0817-7417-44aa-a9f6-137e755d4961\nconst oidcArn = cluster.core.oidcProvider?.arn\nconst iamServiceAccountRole = new aws.iam.Role(`foo-service-account-role`, {\n  assumeRolePolicy: JSON.stringify({',
  },
  {
    group: 'quota',
    source: 'eksctl-io/eksctl#4513',
    cause: 'the account has as many OIDC providers as its quota allows',
    fix: 'delete the providers of clusters that are gone, or raise the quota',
    text: '2021-12-03T12:38:24.0488530Z [17] STEP: enabling OIDC\n2021-12-03T12:38:25.4229745Z [17] Error: creating OIDC provider: LimitExceeded: Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100\n2021-12-03T12:38:25.4232702Z [17]       status code: 409, request id: c21a3058-9a08-4e06-b2a6-540a3ce5e1dc',
  },
  {
    group: 'quota',
    source: 'Percona-Lab/jenkins-pipelines#3112',
    cause: 'providers of deleted clusters are left, until the quota is reached',
    fix: 'delete the provider with the cluster',
    text: "OIDC deletion\nWe met the problem with eks clusters creation several times during current and previous release. The problem was connected with meeting oidc providers limit since we don't delete it automatically.",
    facts: () =>
      described({
        accounts: [],
        pods: [],
        over: {
          providers: complete([
            aProvider(),
            ...Array.from({ length: 97 }, (_, at) =>
              aProvider({ issuer: exampleIssuer.replace('5C1D', String(1000 + at)) }),
            ),
          ]),
          quotas: complete({ oidcProviders: 100, trustPolicyLength: 2048 }),
        },
      }),
    found: ['provider-orphaned orphaned', 'provider-quota-near near'],
  },
  {
    group: 'quota',
    source: 'apache/airflow#27331',
    cause: 'each run adds a statement to the trust policy of the role, until its quota is reached',
    fix: 'remove the statements of clusters that are gone',
    text: 'Fix example_emr_eks system test. Clean trust policies from the execution role. The trust policy from the execution role gets too big each system test occurence add a new one through update-role-trust-policy. See error below\n(LimitExceeded) when calling the UpdateAssumeRolePolicy operation: Cannot exceed quota for ACLSizePerRole: 2048',
    facts: () =>
      described({
        accounts: [account('default', 'emr-containers-sa-spark-driver', 'execution')],
        pods: [pod('default', 'emr-containers-sa-spark-driver', 'execution', of('Job', 'spark'))],
        roles: [
          role(
            'execution',
            policyOf(
              statement({ Condition: exactly(subject('default', 'emr-containers-sa-spark-driver')) }),
              ...[
                '7A0B1C2D3E4F5A6B7C8D9E0F1A2B3C4D',
                '0F1E2D3C4B5A69788796A5B4C3D2E1F0',
                'C0FFEE00112233445566778899AABBCC',
              ].map(id => {
                const issuer = `https://oidc.eks.eu-west-1.amazonaws.com/id/${id}`;
                return statement({
                  Principal: { Federated: aProvider({ issuer }).arn },
                  Condition: {
                    StringLike: {
                      [`${issuer.slice('https://'.length)}:sub`]:
                        'system:serviceaccount:default:emr-containers-sa-*-*-111122223333-16o0gwny3bjkxx1m',
                    },
                  },
                });
              }),
            ),
          ),
        ],
        over: { quotas: complete({ oidcProviders: 100, trustPolicyLength: 1400 }) },
      }),
    target: { kind: 'Job', namespace: 'default', name: 'spark' },
    found: ['trust-provider-missing gone', 'trust-size-near-limit quota'],
    why: 'fine',
  },
  {
    group: 'sa-unannotated',
    source: 'awslabs/mountpoint-s3-csi-driver#217',
    cause: 'the chart was installed without node.serviceAccount.annotations, so the account of the driver has no role',
    fix: 'the role in node.serviceAccount.annotations, then restart',
    text: "Missing node.serviceAccount.annotations in values.yaml\nFor EKS users, you need to pass your Role ARN here if you're using IAM roles for service accounts:\n$ helm upgrade --install aws-mountpoint-s3-csi-driver \\\n    --namespace kube-system \\\n    aws-mountpoint-s3-csi-driver/aws-mountpoint-s3-csi-driver",
    facts: () =>
      described({
        accounts: [account('kube-system', 's3-csi-driver-sa', undefined, byHelm('aws-mountpoint-s3-csi-driver'))],
        pods: [pod('kube-system', 's3-csi-driver-sa', undefined, of('DaemonSet', 's3-csi-node'))],
        roles: [role('csi-driver-role', trusting(subject('kube-system', 's3-csi-driver-sa')), neverUsed)],
      }),
    target: daemonSet('kube-system', 's3-csi-node'),
    found: ['service-account-role-unannotated unannotated'],
    why: 'cause: service-account-role-unannotated',
  },
  {
    group: 'sa-unannotated',
    source: 'cloudposse/terraform-aws-helm-release#21',
    cause: 'the chart reads the annotation at annotations.serviceAccount, the module sets serviceAccount.annotations',
    fix: 'annotations.serviceAccount in the values',
    text: "Annotation override\nRan into an issue where the annotation couldn't be either of these\nserviceAccount.annotations.eks\\\\.amazonaws\\\\.com/role-arn\nrbac.serviceAccount.annotations.eks\\\\.amazonaws\\\\.com/role-arn\nand instead needed to be\nannotations.serviceAccount.eks\\\\.amazonaws\\\\.com/role-arn",
    facts: () =>
      described({
        accounts: [account('teleport', 'teleport-kube-agent', undefined, byHelm('teleport-kube-agent'))],
        pods: [pod('teleport', 'teleport-kube-agent', undefined, byHelm('teleport-kube-agent'))],
        roles: [role('teleport', trusting(subject('teleport', 'teleport-kube-agent')), neverUsed)],
      }),
    target: deployment('teleport', 'teleport-kube-agent'),
    found: ['service-account-role-unannotated unannotated'],
    why: 'cause: service-account-role-unannotated',
  },
  {
    group: 'sa-unannotated',
    source: 'SigNoz/signoz.io-old#1430',
    cause: 'no space after the key of the annotation, so the YAML has a text in place of a map',
    fix: 'a space after eks.amazonaws.com/role-arn:',
    text: 'Missing space after `eks.amazonaws.com/role-arn:`. Without the space, then helm yells at us for having an incorrect syntax since we are expected a key: string mapping and without the space it reads it as a string.',
  },
  {
    group: 'sa-gone',
    source: 'kubernetes-sigs/aws-load-balancer-controller#1931',
    cause: 'the service account of the Deployment does not exist, so no pod is made',
    fix: 'make the service account, with its role',
    text: "aws-load-balancer-controller cant create pod\nIt didn't create pod. Just status is pending\nWhen I describre replicaset i show message cant create pod because no serviceaccount",
    facts: () =>
      described({
        accounts: [account('kube-system', 'default')],
        pods: [],
        roles: [
          role(
            'AmazonEKSLoadBalancerControllerRole',
            trusting(subject('kube-system', 'aws-load-balancer-controller')),
            neverUsed,
          ),
        ],
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
    group: 'sa-gone',
    source: 'eksctl-io/eksctl#6966',
    cause: 'eksctl made the role and no service account',
    fix: 'make the service account with its annotation',
    text: '[Bug] eksctl can not create iamserviceaccount\nWhen executed kubectl get sa -n kube-system | grep aws-load-balancer-controller there is no load-balancer-controller in the list\neksctl create iamserviceaccount \\\n  --cluster=eks-lab-test \\\n  --namespace=kube-system \\\n  --name=aws-load-balancer-controller \\\n  --role-name AmazonEKSLoadBalancerControllerRole \\\n  --region eu-central-1 \\\n  --attach-policy-arn=$ARN \\\n  --approve',
    facts: () =>
      described({
        accounts: [account('kube-system', 'default')],
        pods: [],
        roles: [
          role(
            'AmazonEKSLoadBalancerControllerRole',
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
    group: 'addon-no-role',
    source: 'aws-ia/terraform-aws-eks-blueprints-addons#327',
    cause: 'the add-on has no role, so it takes that of its node',
    fix: 'make a role and pass it to the add-on',
    text: '# When enabling the `aws-ebs-csi-driver` in blueprints, is it automatically associated with an IRSA account?\n  eks_addons = {\n    aws-ebs-csi-driver = {\n      most_recent = true\n    }\nThis addons method only seems to inherit from the node, yes?',
    facts: () =>
      described({
        accounts: [account('kube-system', 'ebs-csi-controller-sa', undefined, byAddon)],
        pods: [pod('kube-system', 'ebs-csi-controller-sa', undefined, of('Deployment', 'ebs-csi-controller'))],
        cluster: { addons: complete([addon('aws-ebs-csi-driver'), addon('coredns')]) },
      }),
    target: deployment('kube-system', 'ebs-csi-controller'),
    found: [],
    why: 'cause: Give EKS add-on aws-ebs-csi-driver its role: EKS writes the annotation of service account kube-system/ebs-csi-controller-sa. Then restart the pods.',
  },
  {
    group: 'addon-no-role',
    source: 'upbound/configuration-aws-eks#141',
    cause: 'the composition makes no role for the add-on of EBS',
    fix: 'make the role and give it to the add-on',
    text: 'Composition should install EBS Addon according to the official AWS docs\nThe composition does NOT create the IAM role needed for EBS CSI driver. According to the docs there should be an IAM role that the EBS Addon relies on to be able to work.',
  },
  {
    group: 'addon-no-role',
    source: 'aws/eks-charts#742',
    cause:
      'the account of the controller has no role, so its pods take the role of the node, which lacks the permission',
    fix: 'annotate the account with the role, then restart',
    text: 'aws-load-balancer-controller installs correctly, however it seems to not be using the service account /role/arn that has been created. I get the following error:\n{"level":"error","ts":1651073143.6192567,"logger":"controller-runtime.manager.controller.ingress","msg":"Reconciler error","name":"test-geeiq","namespace":"","error":"AccessDenied: User: arn:aws:sts::700849607999:assumed-role/worker-group-eks-node-group-20220427070929725900000001/i-015251056f40ce440 is not authorized to perform: elasticloadbalancing:DescribeLoadBalancers because no identity-based policy allows the elasticloadbalancing:DescribeLoadBalancers action\\n\\tstatus code: 403"}',
    facts: () =>
      described({
        accounts: [account('kube-system', 'aws-load-balancer-controller', undefined, byHelm('lbc'))],
        pods: [pod('kube-system', 'aws-load-balancer-controller', undefined, byHelm('lbc'))],
        roles: [role('lbc', trusting(subject('kube-system', 'aws-load-balancer-controller')), neverUsed)],
      }),
    target: deployment('kube-system', 'aws-load-balancer-controller'),
    found: ['service-account-role-unannotated unannotated'],
    why: 'cause: service-account-role-unannotated',
  },
  {
    group: 'workload-elsewhere',
    source: 'buildbuddy-io/buildbuddy-helm#115',
    cause: 'the chart has no value for the service account, so the executors run as default',
    fix: 'a version with serviceAccount.name',
    text: "executor: Add an optional serviceAccount.name to values.yaml\nwe'd like our executors running in AWS EKS to pull docker images from our private ECR registry. the pods need AWS IAM credentials, which we can conveniently get via IRSA, but we need to be able to set the service account name that the pod uses. default to current behaviour (use `default` SA)",
    facts: () =>
      described({
        accounts: [account('buildbuddy', 'executor', 'executor'), account('buildbuddy', 'default')],
        pods: [pod('buildbuddy', 'default', undefined, of('Deployment', 'buildbuddy-executor'))],
        roles: [role('executor', trusting(subject('buildbuddy', 'executor')), neverUsed)],
      }),
    target: deployment('buildbuddy', 'buildbuddy-executor'),
    found: ['service-account-workload-elsewhere unused'],
    why: 'cause: Name service account executor in the template of Deployment buildbuddy-executor.',
  },
  {
    group: 'workload-elsewhere',
    source: 'sentry-kubernetes/charts#1878',
    cause: 'the chart makes an account of its own, and the account with the role is another',
    fix: 'a chart that takes serviceAccount.create: false and a name, or annotate the account of the chart and trust it',
    text: 'Allow use of pre-created Kubernetes ServiceAccount (IRSA support)\nOn EKS we use IAM Roles for Service Accounts (IRSA). For this, our ServiceAccounts are provisioned and annotated by Terraform with the required IAM role ARN.\nCurrently the Sentry Helm chart always manages its own ServiceAccount, which makes IRSA integration difficult.',
    facts: () =>
      described({
        accounts: [
          account('sentry', 'sentry-irsa', 'sentry'),
          account('sentry', 'sentry', undefined, byHelm('sentry')),
        ],
        pods: [pod('sentry', 'sentry', undefined, of('Deployment', 'sentry-web'))],
        roles: [role('sentry', trusting(subject('sentry', 'sentry-irsa')), neverUsed)],
      }),
    target: deployment('sentry', 'sentry-web'),
    found: ['service-account-workload-elsewhere unused'],
    why: 'cause: Name service account sentry-irsa in the template of Deployment sentry-web.',
  },
  {
    group: 'workload-elsewhere',
    source: 'GoogleCloudPlatform/flink-on-k8s-operator#329',
    cause: 'the operator runs its pods as default and has no field for another account',
    fix: 'a version of the operator with serviceAccountName, or grant the role to default of a namespace of its own',
    text: "How to set serviceAccount to pods by operator\nI am running my flink application in AWS EKS and need to set the serviceAccount(with AWS IAM role attached) to my flink pods. Based on current CRD, I don't see there is an option to pass the serviceAccount name to my flink pod.\nCurrently, the CRD doesn't support specifying serviceAccount directly, it uses the `default` service account of the Flink cluster CR's namespace.",
    facts: () =>
      described({
        accounts: [account('flink', 'flink', 'flink'), account('flink', 'default')],
        pods: [
          pod('flink', 'default', undefined, of('Deployment', 'flinkjobcluster-sample-jobmanager')),
          pod('flink', 'default', undefined, of('Deployment', 'flinkjobcluster-sample-taskmanager')),
        ],
        roles: [role('flink', trusting(subject('flink', 'flink')), neverUsed)],
      }),
    target: deployment('flink', 'flinkjobcluster-sample-jobmanager'),
    found: ['service-account-workload-elsewhere unused'],
    why: 'cause: Name service account flink in the template of Deployment flinkjobcluster-sample-jobmanager.',
  },
  {
    group: 'fargate',
    source: 'kubernetes-sigs/aws-load-balancer-controller#1258',
    cause: 'the pod is on Fargate, where there is no role of a node, and its account has none',
    fix: 'give the account a role',
    text: 'Error: NoCredentialProviders: no valid providers in chain\nI am running on EKS fargate. The alb-ingress-controller pod fails with\nE0512 20:14:37.245423       1 controller.go:217] kubebuilder/controller "msg"="Reconciler error" "error"="failed to build LoadBalancer configuration due to unable to fetch subnets. Error: NoCredentialProviders: no valid providers in chain. Deprecated.\\n\\tFor verbose messaging see aws.Config.CredentialsChainVerboseErrors"',
    facts: () =>
      described({
        accounts: [account('kube-system', 'alb-ingress-controller')],
        pods: [pod('kube-system', 'alb-ingress-controller', undefined, onFargate)],
        roles: [role('alb', trusting(subject('kube-system', 'alb-ingress-controller')), neverUsed)],
      }),
    target: deployment('kube-system', 'alb-ingress-controller'),
    found: ['service-account-role-unannotated unannotated'],
    why: 'cause: service-account-role-unannotated',
  },
  {
    group: 'trust-wildcard',
    source: 'gitops-bridge-dev/gitops-bridge#26',
    cause: 'a wildcard under StringEquals',
    fix: 'StringLike',
    text: 'Set assume role condition test to "StringLike"\nThe default value for this is "StringEqual", which doesn\'t work with wildcards. This results in crossplane not being able to assume the role',
    facts: () =>
      described({
        accounts: [account('crossplane-system', 'provider-aws-f78664a342f1', 'crossplane')],
        pods: [pod('crossplane-system', 'provider-aws-f78664a342f1', 'crossplane')],
        roles: [role('crossplane', trusting(subject('crossplane-system', 'provider-aws-*')), neverUsed)],
      }),
    target: deployment('crossplane-system', 'provider-aws-f78664a342f1'),
    found: ['trust-subject-literal-wildcard allow'],
    why: 'cause: trust-subject-literal-wildcard',
  },
  {
    group: 'trust-wildcard',
    source: 'aws-ia/terraform-aws-eks-blueprints-addons#70',
    cause: 'the module writes StringEquals, and the subject is a pattern',
    fix: 'StringLike for the subject',
    text: '[Question] Should default condition operator should be StringEquals or StringLike\nAs I was updating an example I hit a problem with ArgoCD using IRSA to assume a role. Where the service account for IRSA is not deterministic and we use prefix for kubernetes service account "argocd-*"\n            "Condition": {\n                "StringEquals": {\n                    "oidc.eks.us-west-2.amazonaws.com/id/123:sub": "system:serviceaccount:argocd:argocd-*",\n                    "oidc.eks.us-west-2.amazonaws.com/id/123:aud": "sts.amazonaws.com"',
    facts: () =>
      described({
        accounts: [
          account('argocd', 'argocd-application-controller', 'argocd'),
          account('argocd', 'argocd-server', 'argocd'),
        ],
        pods: [
          pod('argocd', 'argocd-application-controller', 'argocd', of('StatefulSet', 'argocd-application-controller')),
          pod('argocd', 'argocd-server', 'argocd'),
        ],
        roles: [role('argocd', trusting(subject('argocd', 'argocd-*')))],
      }),
    target: deployment('argocd', 'argocd-server'),
    found: ['trust-subject-literal-wildcard allow'],
    why: 'cause: trust-subject-literal-wildcard',
  },
  {
    group: 'trust-subject',
    source: 'terraform-aws-modules/terraform-aws-iam#240',
    cause: 'the trust policy names aws-ebs-csi-driver, the add-on runs as ebs-csi-controller-sa',
    fix: 'ebs-csi-controller-sa in the trust policy',
    text: "EKS Service Account `aws-ebs-csi-driver` in `examples/iam-role-for-service-accounts-eks/main.tf`: wrong name?\nYour code above is referencing a Service Account (SA) named `aws-ebs-csi-driver`. But that's not the SA created/used by AWS when adopting the EKS `addon` method. When the plugin is deployed, it creates and is configured to use a service account that's named ebs-csi-controller-sa.",
    facts: () =>
      described({
        accounts: [account('kube-system', 'ebs-csi-controller-sa', 'ebs-csi', byAddon)],
        pods: [pod('kube-system', 'ebs-csi-controller-sa', 'ebs-csi', of('Deployment', 'ebs-csi-controller'))],
        roles: [role('ebs-csi', trusting(subject('kube-system', 'aws-ebs-csi-driver')), neverUsed)],
        cluster: { addons: complete([addon('aws-ebs-csi-driver', { roleArn: arn('ebs-csi') })]) },
      }),
    target: deployment('kube-system', 'ebs-csi-controller'),
    found: ['trust-subject-unknown-service-account other-user'],
    why: 'cause: trust-subject-unknown-service-account',
  },
  {
    group: 'trust-subject',
    source: 'cloudnative-pg/cloudnative-pg#2541',
    cause: 'the operator names the account after its cluster, the trust policy names another',
    fix: 'the name of the database cluster in the trust policy',
    text: 'No mechanism to customize the name of the kubernetes serviceaccount generated by serviceaccounttemplate\nCurrent behavior appears to create a service account with the same name as the cluster. IRSA requires the trust policy for the IAM role to contain the name of the generated serviceaccount',
    facts: () =>
      described({
        accounts: [account('default', 'pg-main', 'backups')],
        pods: [pod('default', 'pg-main', 'backups', of('Cluster', 'pg-main'))],
        roles: [role('backups', trusting(subject('default', 'my-service-account')), neverUsed)],
      }),
    target: { kind: 'Cluster', namespace: 'default', name: 'pg-main' },
    found: ['trust-subject-unknown-service-account other-user'],
    why: 'cause: trust-subject-unknown-service-account',
  },
  {
    group: 'trust-key',
    source: 'awsdocs/amazon-eks-user-guide#539',
    cause: 'the keys of the condition begin with oidc-provider/',
    fix: 'the keys without it',
    text: 'In the policy condition there is a prefix "oidc-provider/" which is causing credentials issues when the EBS is being created.\nI suggest to remove it from the documentation to avoid confusion.\nEKS Version: 1.22\nAddon: aws-ebs-csi-driver',
    facts: () =>
      described({
        accounts: [account('kube-system', 'ebs-csi-controller-sa', 'ebs', byAddon)],
        pods: [pod('kube-system', 'ebs-csi-controller-sa', 'ebs', of('Deployment', 'ebs-csi-controller'))],
        roles: [
          role(
            'ebs',
            policyOf(
              statement({
                Condition: {
                  StringEquals: {
                    [`oidc-provider/${host}:aud`]: 'sts.amazonaws.com',
                    [`oidc-provider/${host}:sub`]: subject('kube-system', 'ebs-csi-controller-sa'),
                  },
                },
              }),
            ),
            neverUsed,
          ),
        ],
      }),
    target: deployment('kube-system', 'ebs-csi-controller'),
    found: ['trust-key-issuer-mismatch wrong-key'],
    why: 'cause: trust-key-issuer-mismatch',
  },
  {
    group: 'quota',
    source: 'kubeflow/dashboard#29',
    cause: 'a role of more than thirty profiles has a trust policy longer than its quota',
    fix: 'a pattern for the subject (StringLike), a second role, or a higher quota',
    text: '`profile-controller` fails to reconcile IAM roles due to LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048\nCreate more than 30 `profile` custom resources. Associate all of them the same AWS Role\nFailed applying plugin\t{"profile": "/testuser2", "namespace": "testuser2", "error": "LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048\\n\\tstatus code: 409, request id: <request-id>"}',
  },
  {
    group: 'webhook-missing',
    source: 'aws/amazon-eks-pod-identity-webhook#176',
    cause: 'the installation left the configuration of the webhook out',
    fix: 'apply mutatingwebhook.yaml with the authority of the webhook',
    text: 'Makefile no longer installs mutatingwebhook.yaml\nAfter running `make cluster-up` the install does not include the mutating webhook.\nkubectl get mutatingwebhookconfigurations.admissionregistration.k8s.io pod-identity-webhook\nError from server (NotFound): mutatingwebhookconfigurations.admissionregistration.k8s.io "pod-identity-webhook" not found',
    facts: () =>
      described({
        accounts: [account('apps', 'app', 'app', longAgo)],
        pods: [pod('apps', 'app')],
        roles: [role('app', trusting(subject('apps', 'app')), neverUsed)],
        inside: { webhook: complete(undefined) },
      }),
    target: deployment('apps', 'app'),
    found: ['webhook-missing missing'],
    why: 'cause: webhook-missing',
  },
  {
    group: 'webhook-missing',
    source: 'aws/amazon-eks-pod-identity-webhook#69',
    cause: 'one of two clusters has no webhook',
    fix: 'make its configuration again',
    text: 'How to create pod-identity-webhook?\nIn my EKS cluster (v1.17), I found pod-identity-webhook but another cluster (v1.15) missing pod-identity-webhook.',
  },
  {
    group: 'webhook-ca',
    source: 'aws/amazon-eks-pod-identity-webhook#33',
    cause: 'the API server does not trust the certificate of a webhook that was installed beside that of EKS',
    fix: 'remove the second webhook: EKS runs its own; or give its configuration the right caBundle',
    text: 'TLS handshake error from 10.0.77.120:45664: remote error: tls: bad certificate\nBuilt docker container from master and then Install everything from scratch and this is the pod logs:\nI0123 14:25:32.352056       1 store.go:61] Fetched secret: kube-system/pod-identity-webhook\nI0123 14:25:32.362417       1 main.go:186] Listening on :443\n2020/01/23 14:25:49 http: TLS handshake error from 10.0.77.120:45664: remote error: tls: bad certificate',
  },
  {
    group: 'webhook-ca',
    source: 'aws/amazon-eks-pod-identity-webhook#136',
    cause: 'Prometheus scrapes the TLS port of the webhook, which is no fault of injection',
    fix: 'the annotations of the service name the port of the metrics',
    text: 'Prometheus scraper misconfigured in the k8s service\nGetting plenty of errors like:\n2022/01/21 00:39:53 http: TLS handshake error from 10.97.36.76:42820: remote error: tls: bad certificate\nIn my cluster, this IP relates to Prometheus server. Looking at the service configuration I found that the Prometheus scraper annotations were pointing at the webhook TLS port instead of the metrics port.',
  },
  {
    group: 'webhook-race',
    source: 'aws/amazon-eks-pod-identity-webhook#83',
    cause: 'the account and the pods are made at once, before the cache of the webhook knows the account',
    fix: 'make the account first, restart the pods',
    text: "Injection sometimes fails on pods created from deployments\nVolume and environment config was not injected into pods created from a deployment.\nExpected: the config to be injected, or some debug information about why the injection didn't happen.",
    facts: () =>
      described({
        accounts: [account('test-app', 'test-app', 'test-app', { createdAt: '2026-10-16T09:00:00Z' })],
        pods: [
          pod('test-app', 'test-app', undefined, {
            ...of('Deployment', 'test-deploy'),
            createdAt: '2026-10-16T09:00:00Z',
          }),
        ],
        roles: [role('test-app', trusting(subject('test-app', 'test-app')), neverUsed)],
      }),
    target: deployment('test-app', 'test-deploy'),
    found: ['pod-not-injected unclear'],
    why: 'cause: pod-not-injected',
  },
  {
    group: 'webhook-down',
    source: 'aws/amazon-eks-pod-identity-webhook#108',
    cause:
      'pods of some namespaces are not injected any more and run with the role of their node; why is not established',
    fix: 'restart them; look at the webhook and at the annotation',
    text: 'Tokens and env vars stopped being injected\nA few days ago, we noticed that some operations that used to succeed on AWS from our pods started to receive 403s. After a lot of investigation, we noticed that the pods in some namespaces just stopped having their env variables and volumes changed with the relevant info and fell back into the machine credentials.',
    facts: () =>
      described({
        accounts: [account('el', 'app', 'app', longAgo), account('demo', 'app', 'app', longAgo)],
        pods: [pod('el', 'app'), pod('demo', 'app', 'app')],
        roles: [role('app', trusting(subject('el', 'app'), subject('demo', 'app')))],
      }),
    target: deployment('el', 'app'),
    found: ['pod-not-injected annotationOlder'],
    why: 'cause: pod-not-injected',
  },
  {
    group: 'insecure-imds',
    source: 'castai/terraform-provider-castai#689',
    cause: 'a hop limit of 2 lets every pod have the role of its node',
    fix: 'a hop limit of 1',
    text: "allow imds_hop_limit=1\nAPI allows setting imds_hop_limit to `1` but terraform doesn't. Terraform sets it to `2` which allows all pods in EKS access to the service. Setting to `1` disable the access for most pods allowing only to the pods running on `host` network.",
    facts: () =>
      described({
        accounts: [],
        pods: [],
        cluster: {
          nodes: complete([
            {
              kind: 'instances of CAST AI',
              hopLimit: 2,
              tokensRequired: true,
              enabled: true,
              nodes: 12,
              profiles: [arn('castai').replace(':role/', ':instance-profile/')],
            },
          ]),
        },
      }),
    found: ['cluster-node-role-reachable hops'],
  },
  {
    group: 'insecure-imds',
    source: 'aws/containers-roadmap#1109',
    cause: 'pods without a role of their own have that of their node',
    fix: 'a hop limit of 1, a role for each account',
    text: '[EKS] [IAM]: Pods running on EKS should be secure by default.\nAccording to this document, pods have all permissions assigned to the service account and node IAM Role. By default, all clusters not using IRSA, or using IRSA and have not defined a role for the services account attached to a pod should grant DENY ALL.',
  },
];
