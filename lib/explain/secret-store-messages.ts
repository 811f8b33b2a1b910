import { atAws } from './at-aws.ts';
import type { KnownMessage } from './known-message.ts';

/** Messages of programs that read secrets of AWS for other pods, around or instead of a message of an SDK. */
export const secretStoreMessages: readonly KnownMessage[] = [
  {
    id: 'csi-aws-provider-missing',
    from: 'other-service',
    sample: 'error connecting to provider "aws": provider not found: provider "aws"',
    patterns: [/provider not found: provider \W{0,2}aws\b/i],
    says: 'The Secrets Store CSI driver has no AWS provider on this node. IRSA is not the cause: no credentials were asked for.',
    causes: [
      {
        text: 'Install secrets-store-csi-driver-provider-aws, and check that its DaemonSet tolerates the taints of the node.',
        rules: [],
      },
    ],
  },
  {
    id: 'csi-secret-canceled',
    from: 'other-service',
    sample: 'Failed fetching secret <name>: RequestCanceled: request context canceled',
    patterns: [
      /failed fetching (secret|parameters?)\b.{0,120}(requestcancell?ed|context cancell?ed|deadline exceeded)/i,
    ],
    says: 'The AWS provider of the Secrets Store CSI driver waited for AWS, and the kubelet gave up before an answer came. No answer refused anything.',
    causes: [
      {
        text: 'The node cannot reach Secrets Manager, Parameter Store or STS: a route, a VPC endpoint, a security group, a network policy.',
        rules: ['cluster-sts-unreachable'],
        tell: 'curl https://secretsmanager.<region>.amazonaws.com and https://sts.<region>.amazonaws.com on the node get no answer.',
      },
      {
        text: 'Its provider asks the Pod Identity agent, which is not there or slow.',
        rules: ['pod-identity-agent-missing'],
        tell: 'The SecretProviderClass has usePodIdentity: "true".',
      },
    ],
  },
  {
    id: 'csi-secret-failed',
    from: 'wrapper',
    sample:
      'Failed to fetch secret from all regions. Verify secret exists and required permissions are granted for: <name>',
    patterns: [/failed to fetch secret from all regions/i, ...atAws('failed to mount secrets store objects')],
    says: 'The AWS provider of the Secrets Store CSI driver could not read the secret. The reason is in the rest of the message or in the log of the provider (csi-secrets-store-provider-aws) on the same node.',
    causes: [
      {
        text: 'It asks STS with the service account of the pod that mounts the volume, not with its own: check the annotation and the trust policy of that one.',
        rules: ['service-account-role-not-trusting', 'service-account-annotation-mistyped'],
        tell: 'The log of csi-secrets-store-provider-aws on the node has an error of STS or of credentials.',
      },
      {
        text: 'The secret does not exist under this name in this region, or the role may not read it.',
        rules: [],
        tell: 'aws secretsmanager describe-secret with the name and the region of the SecretProviderClass fails.',
      },
      {
        text: 'The node cannot reach Secrets Manager or STS.',
        rules: [],
        tell: 'The log of the provider has time-outs.',
      },
    ],
  },
  {
    id: 'external-secrets-failed',
    from: 'wrapper',
    everywhere: true,
    sample: 'could not get provider client: unable to create session (store of AWS)',
    patterns: atAws(
      'could not get (provider client|secret data from provider)|unable to (create session|validate store)|could not validate provider|invalidproviderconfig|secretsyncederror',
    ),
    says: 'External Secrets could not use its store. The reason is in the rest of the message or in the log of its controller.',
    causes: [
      {
        text: 'With serviceAccountRef it uses the role of that service account, without it the role of its controller: check the trust policy for the one that it uses.',
        rules: ['service-account-role-not-trusting', 'pod-not-injected'],
        tell: 'kubectl describe of the store or of the external secret has the error of STS.',
      },
      {
        text: 'The service account that serviceAccountRef names does not exist, is in another namespace, or has no role: create it, annotate it, and name its namespace in a ClusterSecretStore.',
        rules: ['service-account-role-unannotated', 'service-account-annotation-mistyped'],
        tell: 'kubectl get serviceaccount <name> --namespace <namespace> --output yaml finds none, or one without eks.amazonaws.com/role-arn.',
        decisive: ['account-not-created'],
      },
    ],
  },
  {
    id: 'sops-failed',
    from: 'wrapper',
    sample: 'Failed to get the data key required to decrypt the SOPS file (AWS KMS)',
    patterns: atAws('failed to get the data key required to decrypt the sops file'),
    says: 'SOPS could not decrypt with AWS KMS. The reason is in the rest of the message, after the ARN of the key.',
    causes: [
      {
        text: 'The pod that decrypts (kustomize-controller of Flux, not source-controller or default) has no role, or is older than its annotation: restart it.',
        rules: ['service-account-role-unannotated', 'pod-not-injected'],
        tell: 'kubectl --namespace flux-system exec deploy/kustomize-controller -- env shows no AWS_ROLE_ARN.',
      },
      {
        text: 'The role has no kms:Decrypt on the key, or the policy of the key does not allow the role.',
        rules: [],
        tell: 'The rest of the message says AccessDeniedException.',
      },
    ],
  },
];
