/**
 * Actions whose answer is a secret, a key or a credential (their pages in the API references of the services). No access level
 * of the Service Authorization Reference tells them from other reads; `kms:Decrypt` is a write there.
 */
export const secretActions: ReadonlySet<string> = new Set([
  'secretsmanager:GetSecretValue',
  'ssm:GetParameter',
  'ssm:GetParameters',
  'ssm:GetParametersByPath',
  'ssm:GetParameterHistory',
  'kms:Decrypt',
  'acm:ExportCertificate',
  'cognito-idp:DescribeUserPoolClient',
  'lightsail:DownloadDefaultKeyPair',
  'lightsail:GetInstanceAccessDetails',
  'lightsail:GetRelationalDatabaseMasterUserPassword',
  'redshift:GetClusterCredentials',
  'redshift:GetClusterCredentialsWithIAM',
  'redshift-serverless:GetCredentials',
]);
