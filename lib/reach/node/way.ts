/** The ways from the rights of one identity to another one, each with its source. */

const rbacPractices = 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/';

/** Every way: its words behind "somebody", and where it is documented. */
export const ways = {
  'create-token': { says: 'creates a token of any audience', source: `${rbacPractices}#token-request` },
  'create-pod': { says: 'creates pods with any service account', source: `${rbacPractices}#workload-creation` },
  'create-workload': {
    says: 'creates workloads with any service account',
    source: `${rbacPractices}#workload-creation`,
  },
  'change-workload': {
    says: 'changes workloads, their service account too',
    source: `${rbacPractices}#workload-creation`,
  },
  'change-pod': {
    says: 'changes the image of running pods',
    source: 'https://kubernetes.io/docs/concepts/workloads/pods/#pod-update-and-replacement',
  },
  exec: {
    says: 'runs commands in pods',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/authorization/',
  },
  'ephemeral-container': {
    says: 'adds a container to running pods',
    source: 'https://kubernetes.io/docs/concepts/workloads/pods/ephemeral-containers/',
  },
  annotate: {
    says: 'gives the service account of running pods a role, and runs commands in them',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html',
  },
  'create-account': {
    says: 'creates the service account that a role trusts, and a token or pod of it',
    source: `${rbacPractices}#workload-creation`,
  },
  webhook: {
    says: 'changes every pod that is created, by a mutating webhook',
    source: `${rbacPractices}#control-admission-webhooks`,
  },
  'node-proxy': {
    says: 'runs commands in pods through the kubelet',
    source: `${rbacPractices}#access-to-proxy-subresource-of-nodes`,
  },
  node: {
    says: 'takes the node over by a privileged pod, where admission takes one, and with it the pods that run there',
    source: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/',
  },
  impersonate: {
    says: 'impersonates it: Kubernetes rights, no token for STS',
    source: `${rbacPractices}#impersonate-verb`,
  },
  'token-secret': {
    says: 'reads token Secrets: Kubernetes rights, no token for STS',
    source: `${rbacPractices}#listing-secrets`,
  },
  escalate: { says: 'gives a role of its own any right', source: `${rbacPractices}#escalate-verb` },
  bind: { says: 'binds a role that it does not hold', source: `${rbacPractices}#bind-verb` },
  administrator: {
    says: 'may do everything in the cluster',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles',
  },
  'aws-auth': {
    says: 'writes the ConfigMap aws-auth, by which an IAM principal is in any group',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html',
  },
  member: {
    says: 'belongs to the group',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/authentication/',
  },
  mapped: {
    says: 'has the group by its access entry or aws-auth',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html',
  },
  includes: {
    says: 'includes',
    source: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/',
  },
  token: {
    says: 'has the token of its service account for the API server',
    source: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/',
  },
  assume: {
    says: 'assumes the role with its token',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html',
  },
  'pod-identity': {
    says: 'gets the role by EKS Pod Identity',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html',
  },
} as const satisfies Readonly<Record<string, { readonly says: string; readonly source: string }>>;

export type WayId = keyof typeof ways;
