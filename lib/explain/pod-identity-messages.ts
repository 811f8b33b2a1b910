import type { KnownMessage } from './known-message.ts';

/** Messages of EKS Pod Identity, which people take for IRSA (docs/facts.md §C.3, §H.3). */
export const podIdentityMessages: readonly KnownMessage[] = [
  {
    id: 'sdk-pod-identity',
    from: 'sdk',
    sample: 'Error when retrieving credentials from container-role: 169.254.170.23',
    patterns: [
      /retrieving credentials from container-role/i,
      /(?<!full_uri\W{1,12}(value\W{1,3})?(https?:\/\/)?)169\.254\.170\.23/i,
      /eks-pod-identity-token.{0,60}(no such file|permission denied|enoent|eacces)/i,
      /\[?fd00:ec2::23\b/i,
      /AssumeRoleForPodIdentity/i,
      /EKS does not have permissions to assume the associated role/i,
      /EcsContainer.{0,200}non-success status from HTTP credential provider/i,
    ],
    says: 'This is EKS Pod Identity, not IRSA. The pod has an association, which takes precedence over the annotation.',
    causes: [
      {
        text: 'The service account has both an annotation and a Pod Identity association.',
        rules: ['service-account-pod-identity-overrides'],
      },
      {
        text: 'The role of the association does not allow sts:AssumeRole and sts:TagSession to pods.eks.amazonaws.com. A role made for IRSA does not.',
        rules: ['pod-identity-role-not-trusting', 'pod-identity-role-missing'],
      },
      {
        text: 'The Pod Identity agent of the node is missing or cannot be reached: Fargate and Windows have none, and a proxy or a network policy can block it.',
        rules: ['pod-identity-agent-missing', 'pod-identity-pods-without'],
      },
    ],
    unless: ['pod-identity-no-association'],
  },
  {
    id: 'pod-identity-no-association',
    from: 'sdk',
    sample:
      '(ResourceNotFoundException): The token included in the request has no service account role association for it.',
    patterns: [/has no service account role association/i, /no pod identity association found/i],
    says: 'The program asked for a role by EKS Pod Identity, and EKS has no association for its service account.',
    causes: [
      {
        text: 'The association was deleted, or was never made for this namespace, service account and cluster. Pods keep what EKS gave them until they are created again.',
        rules: ['pod-identity-service-account-missing'],
      },
      {
        text: 'The service account is meant to have its role by IRSA: restart pods that still have Pod Identity, and switch it off in the program where that asks for it.',
        rules: [],
      },
    ],
  },
];
