import type { KnownMessage } from './known-message.ts';

/** Messages that show that the text is not about the role of a pod on EKS. */
export const otherMessages: readonly KnownMessage[] = [
  {
    id: 'azure-identity',
    by: 'Microsoft Entra ID',
    sample: 'AADSTS70021: No matching federated identity record found for presented assertion',
    texts: [
      ...['azure.BearerAuthorizer', 'keyvault.BaseClient', 'vault.azure.net', 'AADSTS7', 'AADSTS9', 'AADSTS5'],
      ...['azure.workload.identity', 'login.microsoftonline.com', 'AzureADTokenExchange', 'prod-aks.azure.com'],
      'DefaultAzureCredential',
    ],
    says: 'Azure answers here, and not AWS.',
    causes: ['other-azure'],
  },
  {
    id: 'google-identity',
    by: 'Google Cloud',
    sample: "Permission 'iam.serviceAccounts.getAccessToken' denied on resource",
    texts: [
      ...['storage.objects.get', 'google secret key', 'iam.serviceAccounts.getAccessToken'],
      ...['.iam.gserviceaccount.com', 'computeMetadata', 'GKE Metadata Server', 'iam.gke.io/'],
      'metadata.google.internal',
    ],
    says: 'Google Cloud answers here, and not AWS.',
    causes: ['other-google'],
  },
  {
    id: 'roles-anywhere',
    by: 'IAM Roles Anywhere',
    sample: 'aws_signing_helper: untrusted signing certificate',
    texts: ['aws_signing_helper', 'rolesanywhere', 'roles anywhere', 'untrusted signing certificate'],
    says: 'IAM Roles Anywhere answers here.',
    causes: ['other-roles-anywhere'],
  },
  {
    id: 'vault-refused',
    by: 'HashiCorp Vault',
    sample: 'cannot read secret data from Vault: Error making API request',
    texts: ['secret data from vault', 'vault: error making api request', 'auth/kubernetes/login'],
    says: 'HashiCorp Vault answers here, and not AWS.',
    causes: ['other-matter'],
  },
  {
    id: 'cluster-access',
    by: 'kubectl, helm, Terraform',
    sample: 'Unable to connect to the server: getting credentials: exec: executable aws failed with exit code 255',
    texts: [
      ...['getting credentials: exec', 'kubernetes cluster unreachable', 'roles may not be assumed by root accounts'],
      ...['unable to connect to the server', 'must be logged in to the server'],
    ],
    says: 'A client of the Kubernetes API gets no access to the cluster.',
    causes: ['other-cluster-access', 'person-sign-in'],
    isSymptom: true,
  },
  {
    id: 'kubernetes-forbidden',
    by: 'the Kubernetes API server',
    sample: 'pods is forbidden: User "system:serviceaccount:<namespace>:<name>" cannot list resource "pods"',
    texts: [
      ...['is forbidden: user*cannot', '"message":"unauthorized","reason":"unauthorized"', 'ApiException: (401)'],
      'ApiException: (403)',
    ],
    says: 'The Kubernetes API refuses here.',
    causes: ['other-kubernetes-api'],
    isSymptom: true,
    unless: ['service-account-read-forbidden', 'kubelet-token-audience'],
  },
];
