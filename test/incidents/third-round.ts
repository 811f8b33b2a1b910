/** A third round of reports of provider, service account, trust policy, webhook and exposure, judged before the tool was asked
 *  and after it had learned from the first two. */
import { complete, unavailable } from '../../lib/model/collected.ts';
import type { PodContainer } from '../../lib/model/kubernetes.ts';
import { anIssuer, aProvider, exampleIssuer } from '../support/example-world.ts';
import {
  account,
  addon,
  arn,
  bareContainer,
  byAddon,
  byHelm,
  deployment,
  described,
  host,
  injected,
  neverUsed,
  of,
  pod,
  policyOf,
  role,
  statement,
  subject,
  trusting,
} from './described.ts';
import type { JudgedReport } from './first-round.ts';

const longAgo = { annotatedAt: '2026-02-01T00:00:00Z' };
const other = 'https://oidc.eks.eu-west-1.amazonaws.com/id/0B7C6D5E4F3A2B1C0D9E8F7A6B5C4D3E';
const dualStack = exampleIssuer.replace('oidc.eks.eu-west-1.amazonaws.com', 'oidc-eks.eu-west-1.api.aws');
/** Nodes whose metadata service answers containers. */
const openNodes = (kind: string, profile: string) =>
  complete([
    {
      kind,
      hopLimit: 2,
      tokensRequired: true,
      enabled: true,
      nodes: 6,
      profiles: [arn(profile).replace(':role/', ':instance-profile/')],
    },
  ]);

export const thirdRound: readonly JudgedReport[] = [
  {
    group: 'sts-region',
    source: 'kubernetes-sigs/aws-load-balancer-controller#1180',
    cause: 'the controller asks STS of the partition aws, which has no provider of a cluster in China',
    fix: 'STS of the region of the cluster: AWS_REGION, AWS_STS_REGIONAL_ENDPOINTS=regional, a newer version',
    text: '"No OpenIDConnect provider found" error in AWS China regions with IAM Role for Service Account enabled\nE0302 12:23:02.110634       1 request_pagination.go:107] Failed request: ec2/DescribeSubnets, Error: WebIdentityErr: failed to retrieve credentials\ncaused by: InvalidIdentityToken: No OpenIDConnect provider found in your account for https://oidc.eks.cn-northwest-1.amazonaws.com.cn/id/D00332FAF339AE6D708DF119B2EEEDB1\n\tstatus code: 400, request id: a6b3d5b9-4e2c-4cd1-ade7-4669b569e32d',
  },
  {
    group: 'sts-region',
    source: 'aws/karpenter-provider-aws#4658',
    cause: 'without AWS_REGION the SDK asks STS of the partition aws',
    fix: 'AWS_REGION of the region in China',
    text: '2023-08-30T13:38:38.079Z DEBUG controller retrieving region from IMDS {"commit": "34d50bf-dirty"}\n2023-08-30T13:38:46.282Z FATAL controller Checking EC2 API connectivity, WebIdentityErr: failed to retrieve credentials caused by: InvalidIdentityToken: No OpenIDConnect provider found in your account for https://s3.cn-north-1.amazonaws.com.cn/ACCOUNT_ID-CLUSTER_ID-oidc-pod-identity-v2\nstatus code: 400, request id: xxxxxxxx-yyyy-zzzz-aaaa-asdasdasd\nhowever, the OIDC provider is there. The AWS role is configured correctly (works in AWS Global), ARNs are in the right partition. The pod is getting the right credentials injected by the IRSA webhook.\nAWS_STS_REGIONAL_ENDPOINTS:   regional\nAWS_ROLE_ARN: arn:aws-cn:iam::ACCOUNT_ID:role/CLUSTER_ID-Karpenter-Role\nAWS_WEB_IDENTITY_TOKEN_FILE:  /var/run/secrets/eks.amazonaws.com/serviceaccount/token',
  },
  {
    group: 'provider-missing',
    source: 'terraform-aws-modules/terraform-aws-eks#3237',
    cause: 'the provider has the dual-stack URL of the issuer; tokens carry the other one',
    fix: 'a provider for the issuer that DescribeCluster gives, and the trust policy on it',
    text: 'create an openid_connect_provider resource for the dualstack endpoint\nIt is not a drop-in replacement to use the new `cluster_dualstack_oidc_issuer_url` compared to the previous `cluster_oidc_issuer_url` module output.\nIf you do create a new provider with this `cluster_dualstack_oidc_issuer_url` and you define an IRSA role using this new provider, a pod will not properly AssumeRoleWithWebIdentity with it.',
    facts: () =>
      described({
        accounts: [account('web', 'web', 'web')],
        pods: [pod('web', 'web', 'web')],
        roles: [
          role(
            'web',
            policyOf(
              statement({
                Principal: { Federated: aProvider({ issuer: dualStack }).arn },
                Condition: {
                  StringEquals: {
                    [`${dualStack.slice('https://'.length)}:aud`]: 'sts.amazonaws.com',
                    [`${dualStack.slice('https://'.length)}:sub`]: subject('web', 'web'),
                  },
                },
              }),
            ),
            neverUsed,
          ),
        ],
        over: { providers: complete([aProvider(), aProvider({ issuer: dualStack })]) },
      }),
    target: deployment('web', 'web'),
    found: ['role-trusts-dead-cluster alias'],
    why: 'cause: role-trusts-dead-cluster',
  },
  {
    group: 'provider-missing',
    source: 'antonputra/tutorials#196',
    cause: 'the one who deploys may not create an OIDC provider',
    fix: 'have someone create it who may (iam:CreateOpenIDConnectProvider), or EKS Pod Identity, which needs none',
    text: 'Is there an alternative to use aws_iam_openid_connect_provider?\nError: creating IAM OIDC Provider: AccessDenied: User: arn:aws:sts::XXXXXX:assumed-role/AWSReservedSSO_PowerUserAccess_7cXXXX0/xxxx@XXX.com is not authorized to perform: iam:CreateOpenIDConnectProvider on resource: arn:aws:iam::XXXXXXXX:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/XXXXX because no identity-based policy allows the iam:CreateOpenIDConnectProvider action\n│       status code: 403, request id: XXXXX',
  },
  {
    group: 'thumbprint',
    source: 'kubernetes-sigs/cluster-api-provider-aws#5565',
    cause:
      'the provider exists with a thumbprint of an older certificate, so the controller does not take it for its own',
    fix: 'update the thumbprint of the provider (aws iam update-open-id-connect-provider-thumbprint)',
    text: 'Importing existing EKS cluster with OIDC provider fails to import existing provider\n1. Have an existing EKS cluster with OIDC provider OIDC-A. The thumbprint is abcdefg for the cert presented by provider at the time.\n3. Thumbprint for OIDC-A no longer matches because the cert presented by the provider is now different.\nfailed to reconcile control plane for AWSManagedControlPlane $NS/$CLUSTER: failed reconciling OIDC provider for cluster: failed to create OIDC provider: error creating provider: EntityAlreadyExists: Provider with url https://oidc.eks.${REGION}.amazonaws.com/id/${ID} already exists.\n\t\tstatus code: 409, request id: UUID',
    facts: () =>
      described({
        accounts: [account('web', 'web', 'web')],
        pods: [pod('web', 'web', 'web')],
        roles: [role('web', trusting(subject('web', 'web')))],
        over: { providers: complete([aProvider({ thumbprints: ['9'.repeat(40)] })]) },
      }),
    found: ['provider-thumbprint-mismatch notConsulted'],
  },
  {
    group: 'thumbprint',
    source: 'terraform-aws-modules/terraform-aws-eks#3317',
    cause: 'AWS serves another root certificate; nothing breaks, and the new thumbprint may be applied',
    fix: 'apply the change of the plan; no pod is affected',
    text: 'OIDC provider thumbprint changes because of root cert update\nBecause of a recent change by the AWS certificate manager (ACM), the root CA for OIDC endpoint will be changed. Because of this we would see that the terraform plan would show that the identity provider thumbprint has changed.',
    facts: () =>
      described({
        accounts: [account('web', 'web', 'web')],
        pods: [pod('web', 'web', 'web')],
        roles: [role('web', trusting(subject('web', 'web')))],
        over: { providers: complete([aProvider({ thumbprints: ['9e99a48a9960b14926bb7f3b02e22da2b0ab7280'] })]) },
      }),
    found: [],
  },
  {
    group: 'provider-missing',
    source: 'aws/amazon-eks-pod-identity-webhook#197',
    cause:
      'the issuer of the self-hosted cluster is an address inside it, which STS cannot read and IAM does not register',
    fix: 'a public HTTPS issuer as the first --service-account-issuer, with its discovery document and keys',
    text: "SELF_HOSTED_SETUP: What if service-account-* options already set?\nI'm trying to understand if I can install IRSA on a self-hosted Kubernetes cluster. Looking at my `kube-apsiserver` pods, I see that following flags:\n        - '--service-account-issuer=https://kubernetes.default.svc.cluster.local'\n        - '--service-account-key-file=/etc/kubernetes/pki/sa.pub'\n        - '--service-account-signing-key-file=/etc/kubernetes/pki/sa.key'\nare already set.\nWhat are the possibilities of installing IRSA?",
  },
  {
    group: 'provider-missing',
    source: 'kubernetes/kops#11649',
    cause: 'the keys are not at the jwks_uri of the discovery document',
    fix: 'put the keys where jwks_uri says',
    text: 'Fix jwks object path in S3 for IRSA\njwks object path is wrong when I specify serviceAccountIssuerDiscovery.\n    - --service-account-issuer=https://playground-oidc.s3.us-east-1.amazonaws.com/oidc\n    - --service-account-jwks-uri=https://playground-oidc.s3.us-east-1.amazonaws.com/oidc/openid/v1/jwks\nBut, there is no object in `https://playground-oidc.s3.us-east-1.amazonaws.com/oidc/openid/v1/jwks`. At the moment the jwks object is located in `/openid/v1/jwks`. It should be `/oidc/openid/v1/jwks`.',
    facts: () =>
      described({
        accounts: [account('web', 'web', 'web')],
        pods: [pod('web', 'web', 'web')],
        roles: [role('web', trusting(subject('web', 'web')), neverUsed)],
        over: {
          issuers: [anIssuer({ keys: unavailable({ kind: 'not-found', operation: 'GET keys', message: 'HTTP 404' }) })],
        },
      }),
    found: ['issuer-unreachable document'],
  },
  {
    group: 'sts-region',
    source: 'awsdocs/amazon-eks-user-guide#337',
    cause: 'the SDK calls the global endpoint by default, which bypasses the VPC endpoint of a private cluster',
    fix: 'AWS_STS_REGIONAL_ENDPOINTS=regional with AWS_REGION',
    text: 'Add information on regional STS endpoints for IRSA\nIRSA in a private cluster requires the use of STS VPC endpoints. However, most AWS SDKs use the global STS endpoint by default for the STS `AssumeRoleWithWebIdentity` call, which bypasses the STS VPC endpoint (and hence fails in a private cluster).',
  },
  {
    group: 'audience',
    source: 'awsdocs/aws-doc-sdk-examples#3965',
    cause: 'the program passes the path of the token file in place of the token',
    fix: 'read the file, or leave the credentials to the SDK',
    text: 'C# .NET 6.0 cannot retrieve JWT to use as the WebIdentityToken in an AssumeRoleWithWebIdentityRequest.\nvar stsClient = new AmazonSecurityTokenServiceClient(RegionEndpoint.USWest2);\nvar request = new AssumeRoleWithWebIdentityRequest()\n{\n    WebIdentityToken = _configuration["AWS_WEB_IDENTITY_TOKEN_FILE"],\n    RoleArn = _configuration["AWS_ROLE_ARN"],\n    RoleSessionName = "AssumedRoleUser"\n};\nvar assumeRoleResult = await stsClient.AssumeRoleWithWebIdentityAsync(request);',
  },
  {
    group: 'trust-none',
    source: 'aws-samples/resource-control-policy-examples#5',
    cause: 'a resource control policy denies every issuer that it does not list, and each EKS cluster has its own',
    fix: 'except the issuers of EKS from the policy, or list those of the clusters',
    text: 'RCP approach doesn\'t allow EKS IRSA OIDC IdPs\nThe approach to limiting OIDC IdPs uses restrictions on the iss: sub or aud: claims in the JWT, which requires the RCP to specify exactly the full IdP identifier. Since this is a _key_ and not a value, it cannot be wildcarded.\n{ "Sid": "EnforceTrustedOIDCProviders", "Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRoleWithWebIdentity", "Resource": "*", "Condition": { "Null": { "<OIDC_provider_name_1>:sub": "true", "<OIDC_provider_name_2>:sub": "true" } } }',
  },
  {
    group: 'sa-unannotated',
    source: 'crossplane/crossplane#4998',
    cause:
      'the annotation stands on the DeploymentRuntimeConfig itself and not under serviceAccountTemplate, so the service account has none',
    fix: 'spec.serviceAccountTemplate.metadata.annotations',
    text: 'Annotations are not being added when using DeploymentRuntimeConfig\nAWS IAM role annotations are not being added to the service account when using DeploymentRuntimeConfig.\nIt does work with ControllerConfig.\nSince the IAM role is not being attached to the service account, I can no longer assume roles.',
    facts: () =>
      described({
        accounts: [account('crossplane', 'provider-aws-s3-c12705275836')],
        pods: [pod('crossplane', 'provider-aws-s3-c12705275836')],
        roles: [
          role(
            'crossplane-aws-provider',
            policyOf(
              statement({
                Condition: {
                  StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com' },
                  StringLike: { [`${host}:sub`]: subject('crossplane', 'provider-aws-*') },
                },
              }),
            ),
          ),
        ],
      }),
    target: deployment('crossplane', 'provider-aws-s3-c12705275836'),
    found: ['trust-subject-pattern-broad open'],
    why: 'cause: Name the role in the annotation of service account crossplane/provider-aws-s3-c12705275836, then restart the pods.',
  },
  {
    group: 'sa-unannotated',
    source: 'argoproj/argo-helm#2667',
    cause: 'the service account of the server has no annotation, although the values give one',
    fix: 'annotate the account of the server: the value of the chart, as helm get values shows it',
    text: 'Server ServiceAccount Annotations value not working\nInstalling the helm chart via terraform. The controller-sa annotations are showing up but the server-sa annotations are not. Could use some help figuring out why? The EKS multi tenant clusters arent working without the annotations.\n   controller:\n      serviceAccount:\n        annotations:\n          eks.amazonaws.com/role-arn: "${aws_iam_role.argocd_manager_role.arn}"\n    server:\n      serviceAccount:\n        annotations:\n          eks.amazonaws.com/role-arn: "${aws_iam_role.argocd_manager_role.arn}"',
    facts: () =>
      described({
        accounts: [
          account('argocd', 'argocd-application-controller', 'argocd-manager', byHelm('argocd')),
          account('argocd', 'argocd-server', undefined, byHelm('argocd')),
        ],
        pods: [
          pod(
            'argocd',
            'argocd-application-controller',
            'argocd-manager',
            of('StatefulSet', 'argocd-application-controller'),
          ),
          pod('argocd', 'argocd-server'),
        ],
        roles: [
          role(
            'argocd-manager',
            trusting(subject('argocd', 'argocd-application-controller'), subject('argocd', 'argocd-server')),
          ),
        ],
      }),
    target: deployment('argocd', 'argocd-server'),
    found: [],
    why: 'cause: service-account-role-unannotated',
  },
  {
    group: 'webhook-race',
    source: 'fluxcd/terraform-provider-flux#84',
    cause: 'the account was annotated after the pod was made',
    fix: 'restart the kustomize-controller, or patch the account before it is installed',
    text: "Access to KMS keys affected in v.0.7.1+ while bootstraping Flux via terraform\nThe patch from yesterday has broken our project of flux deployment via Terraform and access to KMS keys in Flux due to a shift of requirement to have the annotation with AWS role on 'kustomize-controller' service account from the 'default' service account.\nNow if I deploy Flux via your Terraform provider and annotate the 'kustomize-controller' service account with the AWS role after installation Flux is not able to use the role until I restart the 'kustomize-controller' manually.",
    facts: () =>
      described({
        accounts: [account('flux-system', 'kustomize-controller', 'sops', { annotatedAt: '2026-10-20T10:05:00Z' })],
        pods: [pod('flux-system', 'kustomize-controller', undefined, { createdAt: '2026-10-20T10:00:00Z' })],
        roles: [role('sops', trusting(subject('flux-system', 'kustomize-controller')), neverUsed)],
      }),
    target: deployment('flux-system', 'kustomize-controller'),
    found: ['pod-not-injected annotationNewer'],
    why: 'cause: pod-not-injected',
  },
  {
    group: 'sa-unannotated',
    source: 'controlplaneio-fluxcd/charts#68',
    cause: 'the patch of the values does not reach the service account, which has no annotation',
    fix: 'give the patch in the form that the chart reads, and look at the account',
    text: "Flux-Instance Kustomize patches in Helm values not applied to resources\nWhat appears to be valid Helm values don't apply Kustomize patches to the patched objects.\npatches:\n  - target:\n      kind: ServiceAccount\n      name: source-controller\n      namespace: flux-system\n    patch: |-\n      - op: add\n        path: /metadata/annotations\n        value:\n          eks.amazonaws.com/role-arn: arn:aws:iam::<aws>:role/eks-irsa-flux-source-controller",
    facts: () =>
      described({
        accounts: [account('flux-system', 'source-controller')],
        pods: [pod('flux-system', 'source-controller')],
        roles: [
          role('eks-irsa-flux-source-controller', trusting(subject('flux-system', 'source-controller')), neverUsed),
        ],
      }),
    target: deployment('flux-system', 'source-controller'),
    found: ['service-account-role-unannotated unannotated'],
    why: 'cause: service-account-role-unannotated',
  },
  {
    group: 'sa-unannotated',
    source: 'tailscale/tailscale#15874',
    cause: 'the operator makes the service account and has no value for its annotation',
    fix: 'a version that has one; EKS Pod Identity needs no annotation',
    text: "FR: can't use IRSA to provide s3 access to the recorder via the operator\nI want to deploy the recorder via the operator, but I need to provide it with the IRSA annotation so the recorder pod will get the needed permissions to upload to s3.\n- it is impossible to provide a service account to the recorder CRD object\n- it is impossible to provide annotations to the serviceaccount the operator creates",
  },
  {
    group: 'workload-elsewhere',
    source: 'langchain-ai/helm#189',
    cause: 'the chart makes the annotated account, and the Deployment does not name it: pods run as default',
    fix: 'serviceAccountName in the pod template',
    text: 'Service Account is created, but not referenced in deployment\nWe need to use a custom role for the API deployment, but the deployment does not reference the service account that is created, which has the ARN for our custom role.',
    facts: () =>
      described({
        accounts: [
          account('langgraph', 'langgraph-api', 'langgraph-api', byHelm('langgraph')),
          account('langgraph', 'default'),
        ],
        pods: [pod('langgraph', 'default', undefined, of('Deployment', 'langgraph-api'))],
        roles: [role('langgraph-api', trusting(subject('langgraph', 'langgraph-api')), neverUsed)],
      }),
    target: deployment('langgraph', 'langgraph-api'),
    found: ['service-account-workload-elsewhere elsewhere'],
    why: 'cause: Name service account langgraph-api in the template of Deployment langgraph-api.',
  },
  {
    group: 'workload-elsewhere',
    source: 'harness/developer-hub#4383',
    cause: 'the account was made in the namespace default, and the delegate runs in another one',
    fix: 'make the account, and its trust policy, in the namespace of the delegate',
    text: 'Fixing Delegate namespace for IRSA\nreplaced `default` with `harness-delegate-ng` in the eksctl command. SAs are namespaced. We need it to be created in the same ns as the delegate.',
    facts: () =>
      described({
        accounts: [
          account('default', 'harness-delegate', 'eksctl-harness-delegate'),
          account('harness-delegate-ng', 'harness-delegate'),
        ],
        pods: [pod('harness-delegate-ng', 'harness-delegate')],
        roles: [role('eksctl-harness-delegate', trusting(subject('default', 'harness-delegate')), neverUsed)],
      }),
    target: deployment('harness-delegate-ng', 'harness-delegate'),
    found: ['service-account-workload-elsewhere namesake'],
    why: 'cause: Make the annotation and the trust policy for harness-delegate-ng/harness-delegate, which has the pods, in place of default/harness-delegate, then restart the pods.',
  },
  {
    group: 'fargate',
    source: 'aws/containers-roadmap#2293',
    cause: 'the log router of Fargate uses the pod execution role, which lacks the permission for logs',
    fix: 'attach the permission for CloudWatch Logs to the pod execution role',
    text: '[EKS][Fargate] [request]: visibility of errors when enabling logging using EKS Fargate\nSurfacing of error messages raised by the Fargate-managed Fluent Bit, specifically IAM permissions issues.',
  },
  {
    group: 'sa-unannotated',
    source: 'aws-ia/terraform-aws-eks-blueprints-addon#32',
    cause: 'the module passes no role to the chart when it does not create one, so the account has no annotation',
    fix: 'set the annotation in the values of the chart',
    text: "Custom IRSA not supported\nWhen trying to deploy Trino on EKS, we would like to reuse an existing IRSA instead of creating a new one, but the module ignores the passed IRSA names and role name when we don't create a role, thus the Trino service account is not associated with the given IRSA.",
    facts: () =>
      described({
        accounts: [account('trino', 'trino', undefined, byHelm('trino'))],
        pods: [pod('trino', 'trino')],
        roles: [role('trino-irsa', trusting(subject('trino', 'trino')), neverUsed)],
      }),
    target: deployment('trino', 'trino'),
    found: ['service-account-role-unannotated unannotated'],
    why: 'cause: service-account-role-unannotated',
  },
  {
    group: 'trust-key',
    source: 'aws-ia/terraform-aws-eks-blueprints#837',
    cause: 'the keys of the condition end in :sub:aud and :sub:sub, which no token has',
    fix: 'ISSUER:aud and ISSUER:sub; a version of the module that has been fixed',
    text: 'IRSA: Commit 832 breaks IRSA config\nThis morning we started to see weird irsa trust relationships come up in the plans of our clusters:\n- "oidc.eks.us-east-1.amazonaws.com/id/5CF99D8C9D9BAFF88489CB4583BB9782:aud"     = "sts.amazonaws.com" -> null\n- "oidc.eks.us-east-1.amazonaws.com/id/5CF99D8C9D9BAFF88489CB4583BB9782:sub"     = "system:serviceaccount:kube-system:aws-node" -> null\n+ "oidc.eks.us-east-1.amazonaws.com/id/5CF99D8C9D9BAFF88489CB4583BB9782:sub:aud" = "sts.amazonaws.com"\n+ "oidc.eks.us-east-1.amazonaws.com/id/5CF99D8C9D9BAFF88489CB4583BB9782:sub:sub" = "system:serviceaccount:kube-system:aws-node"',
    facts: () =>
      described({
        accounts: [account('kube-system', 'aws-node', 'vpc-cni')],
        pods: [pod('kube-system', 'aws-node', 'vpc-cni', of('DaemonSet', 'aws-node'))],
        roles: [
          role(
            'vpc-cni',
            policyOf(
              statement({
                Condition: {
                  StringLike: {
                    [`${host}:sub:aud`]: 'sts.amazonaws.com',
                    [`${host}:sub:sub`]: subject('kube-system', 'aws-node'),
                  },
                },
              }),
            ),
          ),
        ],
      }),
    target: { kind: 'DaemonSet', namespace: 'kube-system', name: 'aws-node' },
    found: ['trust-key-issuer-mismatch wrong-key'],
    why: 'cause: trust-key-issuer-mismatch',
  },
  {
    group: 'trust-subject',
    source: 'terraform-aws-modules/terraform-aws-iam#53',
    cause: 'the module writes one of two subjects into the trust policy, and the other account is refused',
    fix: 'both subjects as a list of values',
    text: 'Fix OIDC Assume Role policy for multiple subjects\noidc_fully_qualified_subjects = [\n    "system:serviceaccount:core:sa1",\n    "system:serviceaccount:core:sa2",\n]\nThe module created the following policy\nCondition = {\n    StringEquals = {\n        oidc.eks.ap-southeast-1.amazonaws.com/id/xxx:sub = "system:serviceaccount:core:sa2"\n    }\n}',
    facts: () =>
      described({
        accounts: [account('core', 'sa1', 'role'), account('core', 'sa2', 'role')],
        pods: [pod('core', 'sa1', 'role'), pod('core', 'sa2', 'role')],
        roles: [role('role', trusting(subject('core', 'sa2')))],
      }),
    target: deployment('core', 'sa1'),
    found: ['service-account-role-not-trusting conditionFails'],
    why: 'cause: service-account-role-not-trusting',
  },
  {
    group: 'trust-none',
    source: 'Young-ook/terraform-aws-eks#248',
    cause: 'not established: a trust policy without a test on aud refuses no token',
    fix: 'add the test on aud; look for another cause of the refusal',
    text: 'Missing audience in trust relationship irsa\nWhen creating the IRSA using the module it will not create the needed \'aud\' in the trust relationship i.e:\n"oidc.eks.<REGION>.amazonaws.com/id/<OIDC-ID>:aud": "sts.amazonaws.com" thus the serviceAccount which is created doesn\'t work',
    facts: () =>
      described({
        accounts: [account('web', 'web', 'web')],
        pods: [pod('web', 'web', 'web')],
        roles: [
          role('web', policyOf(statement({ Condition: { StringEquals: { [`${host}:sub`]: subject('web', 'web') } } }))),
        ],
      }),
    target: deployment('web', 'web'),
    found: [],
    why: 'fine',
  },
  {
    group: 'trust-subject',
    source: 'alphagov/govuk-infrastructure#441',
    cause: 'the trust policy names another namespace than the one of the account',
    fix: 'the namespace of the account in the subject',
    text: "Use iam-assumable-role module in aws_lb_controller_iam.tf\nTrying again. It broke last time owing to a copy-pasto in the assume-role policy (aka trust relationship) where the namespace didn't match the namespace where the serviceaccount was actually deployed.",
    facts: () =>
      described({
        accounts: [account('kube-system', 'aws-load-balancer-controller', 'aws-load-balancer-controller')],
        pods: [pod('kube-system', 'aws-load-balancer-controller', 'aws-load-balancer-controller')],
        roles: [
          role(
            'aws-load-balancer-controller',
            trusting(subject('cluster-services', 'aws-load-balancer-controller')),
            neverUsed,
          ),
        ],
        namespaces: ['cluster-services'],
      }),
    target: deployment('kube-system', 'aws-load-balancer-controller'),
    found: ['service-account-role-not-trusting conditionFails'],
    why: 'cause: service-account-role-not-trusting',
  },
  {
    group: 'trust-none',
    source: 'pulumi/pulumi-aws#4629',
    cause: 'the action is misspelt',
    fix: 'sts:AssumeRoleWithWebIdentity',
    text: "aws.iam.Role assume_role_policy doesn't support sts:AssumeRoleWithWebIdendity",
  },
  {
    group: 'trust-provider',
    source: 'terraform-aws-modules/terraform-aws-eks#2594',
    cause: 'the Federated principal is no ARN of an OIDC provider',
    fix: 'pass the ARN of the provider to the module (irsa_oidc_provider_arn)',
    text: 'Karpenter: MalformedPolicyDocument: Federated principals must be valid domain names or SAML metadata ARNs\nmodule.karpenter.aws_iam_role.irsa[0]: Creating...\n│ Error: creating IAM Role (KarpenterIRSA-eks-ops-eks-dev-20230502165017141900000001): MalformedPolicyDocument: Federated principals must be valid domain names or SAML metadata ARNs\n│ \tstatus code: 400, request id: 322d15b5-e14b-4a0c-be65-7ae7fde644c5\n│   with module.karpenter.aws_iam_role.irsa[0],',
  },
  {
    group: 'trust-key',
    source: 'terraform-aws-modules/terraform-aws-eks#1084',
    cause: 'the condition key and the provider carry https://',
    fix: 'the issuer without https:// (replace(…, "https://", ""))',
    text: 'Creating IAM Role MalformedPolicyDocument: Condition can contain only one colon.\nWhen calling the module "iam_assumable_role_admin", to create a new IAM role that will be associated with my Kubernetes service account, I am receiving 400 Bad Request.\n"Principal": { "Federated": "arn:aws:iam::994058661178:oidc-provider/https://oidc.eks.us-east-1.amazonaws.com/id/FF35F2D3DC4C69E97CA4CC2F367AED05" },\n"Condition": { "StringEquals": { "https://oidc.eks.us-east-1.amazonaws.com/id/FF35F2D3DC4C69E97CA4CC2F367AED05:sub": "system:serviceaccount:stage:workflow-manager" } }',
  },
  {
    group: 'trust-subject',
    source: 'aws/karpenter-provider-aws#1421',
    cause: 'the role was made for the account CLUSTER-karpenter, and the chart runs as karpenter',
    fix: 'the same name in both: --name karpenter, or serviceAccount.name of the chart',
    text: 'Standardize Naming Schemes across guides\nKarpenter is installed via Helm\nRelease "karpenter" does not exist. Installing it now.\nError: timed out waiting for the condition\neksctl create iamserviceaccount \\\n  --cluster $CLUSTER_NAME --name "${CLUSTER_NAME}-karpenter"  --namespace karpenter \\\n  --role-name "${CLUSTER_NAME}-karpenter" \\\n  --role-only --approve\nhelm upgrade --install --namespace karpenter --create-namespace \\\n  karpenter karpenter/karpenter \\\n  --set serviceAccount.annotations."eks\\.amazonaws\\.com/role-arn"=arn:aws:iam::${ACCOUNT_ID}:role/${CLUSTER_NAME}-karpenter',
    facts: () =>
      described({
        accounts: [account('karpenter', 'karpenter', 'shop-karpenter', byHelm('karpenter'))],
        pods: [pod('karpenter', 'karpenter', 'shop-karpenter')],
        roles: [role('shop-karpenter', trusting(subject('karpenter', 'shop-karpenter')), neverUsed)],
      }),
    target: deployment('karpenter', 'karpenter'),
    found: ['trust-subject-unknown-service-account other-user'],
    why: 'cause: trust-subject-unknown-service-account',
  },
  {
    group: 'quota',
    source: 'aws/amazon-eks-pod-identity-webhook#125',
    cause: 'one role for many namespaces and clusters reaches the quota of the length of its trust policy',
    fix: 'several roles, a pattern of subjects, a higher quota, or EKS Pod Identity',
    text: '1 : X Namespaces : X Clusters\nToday we have multiple clusters logically grouped to a single environment. Technically, we want all these pods to share the same IAM Role. But today with the IAM for Service Accounts, requires us to mention the service account name and the namespace name before hand, so whenever a new namespace and a new service accounts shows up , we need to add it to the IAM role trust relationship, which leads us to limits in policy document size.',
  },
  {
    group: 'self-assume',
    source: 'argoproj/argo-cd#20503',
    cause: 'Argo CD assumes the role that it has already, which does not trust itself',
    fix: 'let the role trust itself, or name another role for the cluster',
    text: "docs: Declarative argo clusters docs update for EKS\nI had a hard time getting the declarative setup to work when adding EKS clusters to Argo CD.\n3. Updated Argo CD's role's example trust policy to show it needed to be able to assume itself",
  },
  {
    group: 'self-assume',
    source: 'spinnaker/spinnaker#5609',
    cause: 'the second role trusts the web identity and EC2, and not the role that the pod has',
    fix: 'let the managed role trust the role of the pod with sts:AssumeRole',
    text: "AWS Provider - Assume Role With Web Identity\nDon't know how to add an AWS provider account with Halyard that uses `--assume-role-with-web-identity` instead of `--assume-role`.\n1. Give `clouddriver` an IRSA\n2. Create an EC2 Managed AWS Role\n3. Add Trust Relationship for IRSA (`AssumeRoleWithWebIdentity`)\n4. Add Trust Relationship for standard EC2 (`AssumeRole`) << as a test\n5. Add an AWS Provider account in Halyard using AssumeRole\n6. Observe `clouddriver-caching` exception about inability to `Assume Role`",
  },
  {
    group: 'trust-key',
    source: 'cloudposse/terraform-aws-eks-iam-role#63',
    cause: 'conditions on several issuers in one statement must all hold, and a token has one issuer',
    fix: 'a statement for each provider',
    text: 'feat!: allow specifying multiple OIDC issuer URLs\n+    dynamic "condition" {\n+      for_each = local.eks_cluster_oidc_issuers\n+      content {\n+        test     = "StringEquals"\n+        values   = ["sts.amazonaws.com"]\n+        variable = format("%s:aud", condition.value)\n+      }\nBy adding a separate condition for each OIDC issuer, you are requiring all the ODICs to validate the role, when only one will.',
    facts: () =>
      described({
        accounts: [account('web', 'web', 'web')],
        pods: [pod('web', 'web', 'web')],
        roles: [
          role(
            'web',
            policyOf(
              statement({
                Principal: { Federated: [aProvider().arn, aProvider({ issuer: other }).arn] },
                Condition: {
                  StringEquals: {
                    [`${host}:aud`]: 'sts.amazonaws.com',
                    [`${other.slice('https://'.length)}:aud`]: 'sts.amazonaws.com',
                    [`${host}:sub`]: subject('web', 'web'),
                    [`${other.slice('https://'.length)}:sub`]: subject('web', 'web'),
                  },
                },
              }),
            ),
            neverUsed,
          ),
        ],
        over: { providers: complete([aProvider(), aProvider({ issuer: other })]) },
      }),
    target: deployment('web', 'web'),
    found: ['trust-never-matches test', 'provider-orphaned trusted'],
    why: 'cause: trust-never-matches',
  },
  {
    group: 'trust-provider',
    source: 'terraform-aws-modules/terraform-aws-eks#2712',
    cause: 'roles trust the provider of another issuer; tokens of this cluster come from its own',
    fix: 'a provider for the issuer of this cluster',
    text: "How can I use existing OIDC provider instead of creating new one for IRSA?\nThe problem I'm running into now is that my team does not have permissions to create an OIDC provider that is required for IRSA. Instead we have been given an existing OIDC provider to use.\nset `enable_irsa = false` so that the oidc terraform resource is not created and to provide the ARN of the existing OIDC provider rather than the module output. I tried this and the nodes were not able to join the cluster.",
    facts: () =>
      described({
        accounts: [account('kube-system', 'aws-node', 'vpc-cni', byAddon)],
        pods: [pod('kube-system', 'aws-node', 'vpc-cni', of('DaemonSet', 'aws-node'))],
        roles: [
          role(
            'vpc-cni',
            policyOf(
              statement({
                Principal: { Federated: aProvider({ issuer: other }).arn },
                Condition: {
                  StringEquals: {
                    [`${other.slice('https://'.length)}:aud`]: 'sts.amazonaws.com',
                    [`${other.slice('https://'.length)}:sub`]: subject('kube-system', 'aws-node'),
                  },
                },
              }),
            ),
            neverUsed,
          ),
        ],
        cluster: { addons: complete([addon('vpc-cni', { roleArn: arn('vpc-cni') })]) },
        over: { providers: complete([aProvider({ issuer: other })]) },
      }),
    target: { kind: 'DaemonSet', namespace: 'kube-system', name: 'aws-node' },
    found: [
      'cluster-provider-missing needed',
      'service-account-role-not-trusting otherPrincipal',
      'role-trusts-dead-cluster gone',
      'provider-orphaned trusted',
    ],
    why: 'cause: cluster-provider-missing',
  },
  {
    group: 'webhook-race',
    source: 'aws/amazon-eks-pod-identity-webhook#91',
    cause: 'another webhook added the container after the pod identity webhook had run',
    fix: 'set the variables for the container in the injector, or have the webhook called again (reinvocationPolicy: IfNeeded)',
    text: "ReInvocation not mutating for new containers in a pod\nWe deployed a vault-agent-injector into our cluster which injects a vault-agent container into our pods via another mutating webhook.\nWhen we deploy an application with the vault-agent annotations and a AWS annotation on the Service Account the main container has the AWS Environment vars injected as expected. Then the vault-agent-injector injects the vault-agent container into the pod as expected. However the AWS Environment vars aren't injected into this new container.",
    facts: () => {
      const sidecar: PodContainer = bareContainer({ name: 'vault-agent' });
      return described({
        accounts: [account('my-app', 'vault-aws-test', 'vault-aws')],
        pods: [pod('my-app', 'vault-aws-test', 'vault-aws', { containers: [injected('vault-aws'), sidecar] })],
        roles: [role('vault-aws', trusting(subject('my-app', 'vault-aws-test')))],
      });
    },
    target: deployment('my-app', 'vault-aws-test'),
    found: ['pod-container-uncovered nothing'],
    why: 'cause: pod-container-uncovered',
  },
  {
    group: 'webhook-invalid',
    source: 'aws/amazon-eks-pod-identity-webhook#208',
    cause:
      'this version of the webhook rewrites the containers and loses fields that it does not know (restartPolicy of sidecars)',
    fix: 'a newer version of the webhook',
    text: 'Mutating webhook breaks sidecars\nThe restartPolicy of the init container is gone after the webhook:\n{ "configuration": "pod-identity-webhook", "webhook": "iam-for-pods.amazonaws.com", "patch": [ { "op": "add", "path": "/spec/volumes/0", "value": { "name": "aws-iam-token" } }, { "op": "add", "path": "/spec/containers", "value": [ { "name": "ubuntu" } ] } ] }',
  },
  {
    group: 'webhook-missing',
    source: 'kubernetes/kops#12436',
    cause: 'no webhook is installed',
    fix: 'install the webhook (podIdentityWebhook.enabled of kOps)',
    text: 'Install eks-pod-identity-webhook automatically for IRSA\nAt the moment, we can set up IRSA (IAM Roles for Service Accounts) using serviceAccountIssuerDiscovery and `serviceAccountExternalPermissions`. But we still must install eks-pod-identity-webhook to inject volume and env to pods.',
    facts: () =>
      described({
        accounts: [account('web', 'web', 'web', longAgo)],
        pods: [pod('web', 'web')],
        roles: [role('web', trusting(subject('web', 'web')), neverUsed)],
        inside: { webhook: complete(undefined) },
      }),
    target: deployment('web', 'web'),
    found: ['webhook-missing missing'],
    why: 'cause: webhook-missing',
  },
  {
    group: 'webhook-down',
    source: 'aws/amazon-eks-pod-identity-webhook#173',
    cause: 'not established: a pod made after the upgrade was not changed, and later ones were',
    fix: 'make the pod again; look at the log of the API server',
    text: 'pods not mutated in kubernetes version 1.24.7\nAfter upgrading to 1.24.7, pods using IRSA are no longer mutated. When looking at the serviceAccount, there are no secrets automatically generated anymore due to LegacyServiceAccountTokenNoAutoGeneration being enabled by default in 1.24.\nCreate a SA with the correct annotation and deploy a new pod to use the service account. The pod is not modified.',
    facts: () =>
      described({
        accounts: [account('web', 'web', 'web', longAgo)],
        pods: [pod('web', 'web')],
        roles: [role('web', trusting(subject('web', 'web')))],
      }),
    target: deployment('web', 'web'),
    found: ['pod-not-injected annotationOlder'],
    why: 'cause: pod-not-injected',
  },
  {
    group: 'webhook-race',
    source: 'aws-controllers-k8s/community#1756',
    cause: 'the pods were made before the self-hosted webhook ran',
    fix: 'restart them once the webhook is up',
    text: "Feature Request: Add optional values to deployment for IRSA\nFor self-hosted clusters, it is required to install and use aws-pod-identity-webhook in order to use IRSA for external helm-charts. Webhook must be deployed and running before any other app that needs IRSA credentials.\nSometimes it is difficult to control the order of deployment, for example when cluster is being hibernated and then wake up all pods at once without any order. In such case, webhook might start running just after other pods, and won't catch their pod creation event. Currently we're solving this problem by restarting all relevant deployments",
    facts: () =>
      described({
        accounts: [account('ack-system', 'ack-s3-controller', 'ack-s3', longAgo)],
        pods: [pod('ack-system', 'ack-s3-controller')],
        roles: [role('ack-s3', trusting(subject('ack-system', 'ack-s3-controller')))],
      }),
    target: deployment('ack-system', 'ack-s3-controller'),
    found: ['pod-not-injected annotationOlder'],
    why: 'cause: pod-not-injected',
  },
  {
    group: 'insecure-imds',
    source: 'terraform-aws-modules/terraform-aws-eks#3333',
    cause: 'nodes with a hop limit of 2 let every pod have their role',
    fix: 'http_put_response_hop_limit = 1, and roles for the accounts that need one',
    text: 'Set `http_put_response_hop_limit = 1` by default\nAWS EKS Best Practices Guide recommends setting `http_put_response_hop_limit = 1` (in section "Identities and Credentials for EKS pods Recommendations", subsection "Restrict access to the instance profile assigned to the worker node")',
    facts: () => described({ accounts: [], pods: [], cluster: { nodes: openNodes('a node group', 'nodes') } }),
    found: ['cluster-node-role-reachable hops'],
  },
  {
    group: 'insecure-imds',
    source: 'maddevsio/aws-eks-base#279',
    cause: 'the VPC CNI has no role of its own and uses that of the nodes, which every pod can have',
    fix: 'a role for aws-node (service_account_role_arn of the add-on), its policy off the nodes, a hop limit of 1',
    text: 'enh: use k8s serviceaccount for vpc-cni add-on\nOnly vpc-cni add-on pods can do necessary actions.\nEKS workers have permissions to control AWS resources (AmazonEKS_CNI_Policy). It allows any pods on these nodes have the same permissions.',
    facts: () =>
      described({
        accounts: [account('kube-system', 'aws-node', undefined, byAddon)],
        pods: [pod('kube-system', 'aws-node', undefined, { ...of('DaemonSet', 'aws-node'), hostNetwork: true })],
        cluster: { addons: complete([addon('vpc-cni')]), nodes: openNodes('a node group', 'workers') },
      }),
    found: ['cluster-node-role-reachable hops'],
  },
  {
    group: 'insecure',
    source: 'adorsys/status-list-server#397',
    cause: 'the annotation is on the account default, whose role every pod gets that names no account',
    fix: 'an account of its own with the annotation',
    text: 'When `serviceAccount.create=false` and `serviceAccount.name` is empty, the `serviceAccountName` helper returns the literal string "default". This line then unconditionally injects `serviceAccountName: default` into every Deployment.\nIn EKS clusters where the `default` ServiceAccount in a namespace has an IRSA role annotation (a common pattern for shared namespaces), this silently grants the Deployment whatever cloud permissions that IRSA role carries — an unintended privilege escalation.',
    facts: () =>
      described({
        accounts: [account('shared', 'default', 'shared')],
        pods: [pod('shared', 'default', 'shared', of('Deployment', 'status-list-server'))],
        roles: [role('shared', trusting(subject('shared', 'default')))],
      }),
    found: ['service-account-on-default onDefault'],
  },
  {
    group: 'insecure',
    source: 'LeanerCloud/CUDly#381',
    cause: 'the trust policy has no test on sub: every identity of the issuer may assume the role',
    fix: 'a test on ISSUER:sub',
    text: 'security(iac/aws-target): OIDC trust policy allows any subject when oidc_subject_claim is empty\nWhen the caller leaves `oidc_subject_claim` empty (its default), the trust policy contains **only an audience (`aud`) check** — no subject restriction. Any token from the configured OIDC provider matching the audience (e.g., `sts.amazonaws.com`) can assume the role.',
    facts: () =>
      described({
        accounts: [account('cudly', 'cudly', 'cudly')],
        pods: [pod('cudly', 'cudly', 'cudly')],
        roles: [
          role('cudly', policyOf(statement({ Condition: { StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com' } } }))),
        ],
      }),
    found: ['trust-any-subject open'],
  },
];
