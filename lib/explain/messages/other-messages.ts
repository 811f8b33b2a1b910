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
      ...['DefaultAzureCredential', 'No matching federated identity record', 'ManagedIdentityCredential'],
      ...['azure-workload', 'azure.core.exceptions'],
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
      ...['metadata.google.internal', 'google.auth.', 'com.google.', 'google_application_credentials'],
      ...['cloud.google.com/docs/authentication', 'gcloud auth', 'gke-metadata-server'],
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
    id: 'docker-login-not-stored',
    by: 'Docker',
    sample: 'Error saving credentials: error storing credentials - err: exit status 1, out: `not implemented`',
    texts: ['error storing credentials'],
    says: 'Docker cannot store a login: the credential helper in its configuration gives logins out alone.',
    causes: ['other-image-pull'],
  },
  {
    id: 'kubernetes-token-stale',
    by: 'Kubernetes 1.21 and later',
    sample:
      'BoundServiceAccountTokenVolume: applications that do not refetch service account tokens receive 401 unauthorized',
    texts: ['BoundServiceAccountToken', 'k8s.io/stale-token', 'not refreshing service account tokens'],
    says: 'Tokens of the Kubernetes API expire, and a client read its token once. No token for AWS is meant.',
    causes: ['other-kubernetes-api'],
  },
  {
    id: 'store-on-machine',
    by: 'configurations of MinIO',
    sample: 's3.endpoint=http://localhost:9000',
    texts: ['://localhost:9000', '://127.0.0.1:9000', '://minio:9000', 'minioadmin'],
    says: 'The endpoint is a store of its own, and not Amazon S3.',
    causes: ['other-store', 'foreign-endpoint'],
    isSymptom: true,
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
