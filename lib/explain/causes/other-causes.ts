import type { CauseText } from './cause.ts';

/** Trouble that is not about the role of a pod on EKS. */
export const otherCauses = {
  'other-azure': {
    says: 'This is a workload identity of Azure (Microsoft Entra ID), not a role of AWS.',
    fix: 'Compare issuer, subject and audience of its federated credential with those of the token, and restart the pod.',
    identity: 'other',
  },
  'other-google': {
    says: 'This is a workload identity of Google Cloud, not a role of AWS.',
    fix: 'Give the Kubernetes service account iam.gke.io/gcp-service-account, and roles/iam.workloadIdentityUser on the service account of Google.',
    identity: 'other',
  },
  'other-roles-anywhere': {
    says: 'This is IAM Roles Anywhere, which gives roles to machines by a certificate of their own.',
    fix: 'Check the certificate against the trust anchor, and the command of credential_process: it stands on one line.',
    identity: 'other',
  },
  'other-image-pull': {
    says: 'The kubelet or Docker pulls an image here: it logs in to Amazon ECR by itself, not with the role of a pod.',
    fix: 'Give the role of the node AmazonEC2ContainerRegistryPullOnly, and let the policy of a repository of another account allow it; outside of AWS use an imagePullSecret.',
    identity: 'other',
  },
  'other-pipeline': {
    says: 'This is a step of a pipeline, which asks for its role with a token or keys of the pipeline, not with those of a pod.',
    fix: 'Check permissions (id-token: write) of the workflow, the subject in the trust policy of its role, and keys that the runner has beside it.',
    identity: 'other',
  },
  'other-control-plane': {
    says: 'The control plane of the cluster calls AWS here, with the role of the cluster, not with one of a pod.',
    fix: 'Attach AmazonEKSClusterPolicy to the role of the cluster (aws eks describe-cluster --query cluster.roleArn).',
    identity: 'other',
  },
  'other-cluster-access': {
    says: 'A client of the Kubernetes API (kubectl, helm, Terraform) gets no access to the cluster, with the identity of a person or a pipeline.',
    fix: 'Give the caller of aws sts get-caller-identity an access entry (aws eks create-access-entry) or a line of aws-auth; a time-out is a matter of the endpoint.',
    identity: 'other',
  },
  'other-kubernetes-api': {
    says: 'The Kubernetes API refuses here, not AWS: a permission in IAM changes nothing about it.',
    fix: '"is forbidden" is RBAC: bind a Role or ClusterRole to the account that is named. "Unauthorized" is the identity of the client: an access entry of the cluster.',
    identity: 'other',
  },
  'other-ecs-task': {
    says: 'This is a task of Amazon ECS, which has its role by its task definition (taskRoleArn), not a pod of EKS.',
    fix: 'Set the task role, not the execution role; the container has AWS_CONTAINER_CREDENTIALS_RELATIVE_URI.',
    identity: 'other',
  },
  'other-function': {
    says: 'This is a function of AWS Lambda or another service, which has its execution role, and not a pod.',
    fix: 'Give the execution role the permission, and let it trust its service; a second role must trust the execution role.',
    identity: 'other',
  },
  'other-local-cluster': {
    says: 'This is a cluster on a machine of a person, which has no metadata of an instance and no roles for pods of its own.',
    fix: 'Give its pods keys, or create a provider in IAM for its issuer (the issuer must be reachable from the internet).',
    identity: 'other',
  },
  'other-store': {
    says: 'The store that is asked is not Amazon S3, but one with the same API: it has users and keys of its own.',
    fix: 'Check its address, region and path style in the program, and the key that it gave out.',
    identity: 'other',
  },
  'other-person': {
    says: 'A person or a tool on a machine calls AWS here, and not a pod: its sign-in or keys are expired, missing or others than meant, or have no permission.',
    tell: 'aws sts get-caller-identity on that machine fails or names another caller.',
    fix: 'aws sso login, or renew the keys of the profile; or give the caller the permission.',
    identity: 'person',
  },
  'other-instance': {
    says: 'This is a program on an EC2 instance, or in a container of Docker on one, and not a pod of EKS.',
    fix: 'Give the instance an instance profile, and for a container a hop limit of 2 (aws ec2 modify-instance-metadata-options).',
    identity: 'other',
  },
  'other-matter': {
    says: 'The text is not about the role of a pod on EKS.',
    fix: 'Look at the service that the text names.',
    identity: 'other',
  },
} as const satisfies Readonly<Record<string, CauseText>>;
