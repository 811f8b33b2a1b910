import type { KnownMessage } from './known-message.ts';
import { notInjected } from './sdk-messages.ts';

/** What other services than STS answer: by it one sees which credentials the program has (docs/facts.md §C.3). */
export const serviceMessages: readonly KnownMessage[] = [
  {
    id: 'sdk-node-role',
    from: 'other-service',
    sample:
      'User: arn:aws:sts::111122223333:assumed-role/eks-node-role/i-0123456789abcdef0 is not authorized to perform: s3:GetObject',
    patterns: [/assumed-role\/[^/\s]+\/i-[0-9a-f]{8,17}\b.{0,80}is not authorized to perform/i],
    says: 'The program did not use IRSA at all: it called AWS with the role of the node.',
    causes: [
      {
        text: 'The pod was made before the annotation, or the webhook did not inject it: restart it.',
        rules: [...notInjected],
      },
      {
        text: 'The SDK is too old for IRSA, or lacks its STS module.',
        rules: ['runtime-sdk-unsupported', 'runtime-role-never-assumed'],
      },
      {
        text: 'The program names a credential provider in its code, or static credentials go first.',
        rules: ['pod-static-credentials'],
      },
      { text: 'This container is not covered, though others of the pod are.', rules: ['pod-container-uncovered'] },
    ],
  },
  {
    id: 'sdk-irsa-role-permission',
    from: 'other-service',
    sample:
      'User: arn:aws:sts::111122223333:assumed-role/checkout-cart/botocore-session-1700000000 is not authorized to perform: s3:GetObject',
    patterns: [/assumed-role\/[^/\s]+\/\S+.{0,80}is not authorized to perform/i],
    says: 'The program has credentials of a role, and the policies of this role do not allow the call. If the role is the one of the annotation, IRSA works.',
    causes: [
      { text: 'The role lacks the permission: this audit reads trust policies, not permissions.', rules: [] },
      {
        text: 'It is another role than the annotation names: the pod has an old one, or another credential source goes first.',
        rules: ['pod-role-stale', 'pod-static-credentials', 'account-pod-identity-overrides'],
      },
    ],
  },
];
