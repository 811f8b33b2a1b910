import type { KnownMessage } from './known-message.ts';

/** Answers of EKS while the role of an add-on or of a Pod Identity association is set (docs/facts.md §H.3). */
export const associationMessages: readonly KnownMessage[] = [
  {
    id: 'pod-identity-not-injected',
    from: 'cluster',
    sample: 'the pod has no AWS_CONTAINER_CREDENTIALS_FULL_URI',
    patterns: [
      /(\b(no|without|lacks|missing)|n.t (have|see|get|contain)) (the )?(\w+ ){0,3}AWS_CONTAINER_(CREDENTIALS_FULL_URI|AUTHORIZATION_TOKEN_FILE)/i,
      /AWS_CONTAINER_(CREDENTIALS_FULL_URI|AUTHORIZATION_TOKEN_FILE)\W{0,20}(env(ironment)? (variables?|vars?) )?(is|are|was|were)? ?((not|never) (being )?(set|there|present|injected|found|added|populated)|missing|absent)/i,
    ],
    says: 'The pod did not get the variables of EKS Pod Identity: EKS adds them to new pods of a service account that has an association.',
    causes: [
      {
        text: 'The pod is older than the association, or was created together with it: restart the pods.',
        rules: ['pod-identity-pods-without'],
        tell: 'aws eks describe-pod-identity-association --query association.createdAt is later than kubectl get pod <pod> --output jsonpath={.metadata.creationTimestamp}, or a few seconds earlier.',
      },
      {
        text: 'The association is for another cluster, namespace or service account than the pod: EKS does not check the names.',
        rules: ['pod-identity-service-account-missing'],
        tell: 'aws eks list-pod-identity-associations --cluster-name <cluster> does not list the namespace and service account of the pod.',
      },
      {
        text: 'The container sets AWS_ROLE_ARN or other credentials itself, or the pod runs on Fargate or Windows, where there is no Pod Identity.',
        rules: ['pod-static-credentials'],
        tell: 'kubectl get pod <pod> --output yaml shows AWS_ROLE_ARN, or a node of Fargate or Windows.',
      },
      {
        text: 'The webhook of the cluster does not work: no new pod gets its role.',
        rules: ['webhook-missing', 'webhook-invalid', 'webhook-not-injecting', 'webhook-ca-mismatch'],
        tell: 'A new pod of another service account with a role has no variables either.',
      },
    ],
    isSymptom: true,
  },
  {
    id: 'pod-identity-association-exists',
    from: 'cluster',
    sample: 'ResourceInUseException (CreatePodIdentityAssociation): Association already exists: <id>',
    patterns: [/(pod ?identity).{0,400}association already exists\b/i, /association already exists: ?a-[0-9a-z]{8}/i],
    says: 'The service account of this cluster has a Pod Identity association already; it can have one.',
    causes: [
      {
        text: 'Change it instead: aws eks update-pod-identity-association --association-id <id> --role-arn <role>; in Terraform import it.',
        rules: ['service-account-pod-identity-overrides'],
        tell: 'aws eks list-pod-identity-associations --cluster-name <cluster> --namespace <namespace> shows it.',
      },
    ],
  },
  {
    id: 'pod-identity-trust-invalid',
    from: 'cluster',
    sample:
      'EKS: CreatePodIdentityAssociation, InvalidParameterException: Trust policy of the role provided is invalid',
    patterns: [/trust policy of the role provided is invalid/i],
    says: 'EKS does not make the association, because its role does not trust EKS Pod Identity.',
    causes: [
      {
        text: 'The trust policy must allow sts:AssumeRole and sts:TagSession to the service pods.eks.amazonaws.com. A role made for IRSA trusts an OIDC provider: add a statement, or make another role.',
        rules: ['pod-identity-role-not-trusting'],
        tell: 'aws iam get-role --role-name <name> shows no pods.eks.amazonaws.com.',
      },
    ],
  },
  {
    id: 'eks-add-on-pod-identity',
    from: 'cluster',
    sample:
      'EKS: UpdateAddon, InvalidParameterException: Pod Identity feature is not supported for addon version: <version>',
    patterns: [
      /pod identity feature is not supported for add-?on/i,
      /service account \S{1,253} in pod identity configuration is not supported for add-?on/i,
    ],
    says: 'EKS refuses the pod identity associations that were given to the add-on. No association was made.',
    causes: [
      {
        text: 'This add-on, or this version of it, takes no association, or for other service accounts alone: leave podIdentityAssociations out, and use aws eks create-pod-identity-association.',
        rules: [],
        tell: 'aws eks describe-addon-configuration --addon-name <name> --addon-version <version> --query podIdentityConfiguration lists no such service account.',
      },
    ],
  },
  {
    id: 'eks-pass-role-other-account',
    from: 'cluster',
    sample: 'EKS: InvalidParameterException: Cross-account pass role is not allowed.',
    patterns: [
      /(\beks\b|add-?on|pod ?identity).{0,400}cross-account pass role is not allowed/i,
      /cross-account pass role is not allowed.{0,200}(\beks\b|add-?on|pod ?identity)/i,
    ],
    says: 'EKS takes the role of an add-on or of a Pod Identity association from the AWS account of the cluster alone.',
    causes: [
      {
        text: 'The role ARN has another account number, often a placeholder or the account of another environment: correct it.',
        rules: ['addon-role-differs', 'pod-identity-role-missing'],
        tell: 'The account in the ARN is not the one of aws sts get-caller-identity.',
      },
      {
        text: 'The role is meant to be of another account: associate a role of this account, and give the other one as targetRoleArn.',
        rules: [],
        tell: 'The resources of the program are in the other account.',
      },
    ],
  },
];
