/** Logs that are not about IRSA, though they have its words. */
export const unrelatedLogs: readonly (readonly [seenIn: string, text: string])[] = [
  [
    'Elasticsearch',
    '{"type":"security_exception","reason":"missing authentication token for REST request [/_search]"}',
  ],
  [
    'Google Cloud Storage, no access',
    "<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Access denied.</Message><Details>app@project.iam.gserviceaccount.com does not have storage.objects.get access to the Google Cloud Storage object.</Details></Error>",
  ],
  [
    'Google Cloud Storage, a signature',
    '<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided. Check your Google secret key and signing method.</Message></Error>',
  ],
  [
    'Google',
    'google: could not find default credentials. See https://cloud.google.com/docs/authentication/external/set-up-adc',
  ],
  [
    'Azure workload identity',
    "DefaultAzureCredential: failed to acquire a token. AADSTS700016: Application with identifier 'x' was not found in the directory. WorkloadIdentityCredential: no client ID specified",
  ],
  [
    'a registry',
    'Failed to pull image "111122223333.dkr.ecr.eu-west-1.amazonaws.com/app:1": no basic auth credentials',
  ],
  ['Docker Hub', 'toomanyrequests: You have reached your pull rate limit.'],
  [
    'RBAC of Kubernetes',
    'secrets is forbidden: User "system:serviceaccount:kube-system:secrets-store-csi-driver" cannot list resource "secrets" in API group "" at the cluster scope',
  ],
  [
    'kubectl',
    'error: You must be logged in to the server (the server has asked for the client to provide credentials)',
  ],
  ['MySQL', "ERROR 1045 (28000): Access denied for user 'app'@'10.0.0.7' (using password: YES)"],
  ['Postgres', 'dial tcp 10.0.0.9:5432: i/o timeout'],
  ['SSH', 'git@github.com: Permission denied (publickey). fatal: Could not read from remote repository.'],
  ['Docker', 'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock'],
  ['ACME', 'acme: authorization error for example.com: 403 urn:ietf:params:acme:error:unauthorized: invalid response'],
  ['a token of another system', '{"error":"invalid_token","error_description":"The access token expired"}'],
  ['a library for JWTs', 'TokenExpiredError: jwt expired at /app/node_modules/jsonwebtoken/verify.js:190:21'],
  [
    'a login with OpenID Connect',
    'oidc: id token issued by a different provider, expected "https://idp.example.com" got "https://idp2.example.com"',
  ],
  [
    'another host with a private CA',
    'Get "https://registry.example.com/v2/": x509: certificate signed by unknown authority',
  ],
  ['another host without a name', 'dial tcp: lookup db.example.com on 10.100.0.10:53: no such host'],
  ['a missing file', "Error: ENOENT: no such file or directory, open '/etc/app/config.json'"],
  [
    'S3, a bucket that does not exist',
    'NoSuchBucket: The specified bucket does not exist (Service: S3, Status Code: 404)',
  ],
  ['IAM, a role that exists', 'EntityAlreadyExists: Role with name checkout-cart already exists.'],
  ['EC2', 'InsufficientInstanceCapacity: We currently do not have sufficient m5.large capacity'],
  ['DynamoDB', 'ResourceNotFoundException: Requested resource not found: Table: orders not found'],
  [
    'External Secrets with Vault',
    'could not get secret data from provider: cannot read secret data from Vault: Error making API request. URL: GET https://vault.example.com/v1/secret/data/app Code: 403. Errors: * permission denied',
  ],
  [
    'the Secrets Store CSI driver with Azure',
    'MountVolume.SetUp failed for volume "secrets" : rpc error: code = Unknown desc = failed to mount secrets store objects for pod shop/web-0, err: rpc error: code = Unknown desc = failed to mount objects, error: keyvault.BaseClient#GetSecret: Failure responding to request: StatusCode=403',
  ],
  [
    'Velero with Azure',
    'BackupStorageLocation "default" is unavailable: rpc error: code = Unknown desc = azure.BearerAuthorizer#WithAuthorization: Failed to refresh the Token',
  ],
  [
    'a healthy pod with Pod Identity',
    'env:\n- name: AWS_CONTAINER_CREDENTIALS_FULL_URI\n  value: http://169.254.170.23/v1/credentials\n- name: AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE\n  value: /var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token',
  ],
  [
    'libopenstorage/operator#1602',
    'status:\n  error: \'[invalid bearer token, token audiences ["px"] is invalid for the target audiences ["https://kubernetes.default.svc.cluster.local"]]\'',
  ],
  [
    'velero-io/velero#6732',
    'error running command=restic init --repo=s3:s3-eu-west-1.amazonaws.com/backups/restic/app, stderr=Fatal: create repository failed: client.BucketExists: 301 Moved Permanently',
  ],
  [
    'kubernetes-sigs/aws-iam-authenticator#419',
    'level=warning msg="access denied" arn="arn:aws:iam::111122223333:role/crossplane" error="failed mapping username: SessionName did not contain an instance id" method=POST path=/authenticate sts=sts.ap-northeast-1.amazonaws.com',
  ],
  ['kahing/goofys#703, which does not name AWS', "main.ERROR Unable to access 'bucket-name': permission denied"],
  ['a healthy node', 'Normal  Started  5m  kubelet  Started container eks-pod-identity-agent'],
  [
    'a healthy Rust program that prints its chain',
    '2026-11-01T10:00:00Z DEBUG aws_config::meta::credentials::chain: provider in chain did not provide credentials, provider: Environment, context: the credential provider was not enabled: environment variable not set (CredentialsNotLoaded)\n2026-11-01T10:00:00Z DEBUG aws_config::meta::credentials::chain: loaded credentials, provider: WebIdentityToken',
  ],
  ['a healthy SDK', 'INFO botocore.credentials: Found credentials with assume-role-with-web-identity'],
  [
    'Kafka',
    'org.apache.kafka.common.errors.SaslAuthenticationException: Authentication failed: Invalid username or password',
  ],
  ['the API of GitHub', 'API rate limit exceeded for installation ID 12345'],
  ['LDAP', 'unable to get credentials from helper: exit status 1'],
  ['Redis', 'NOAUTH Authentication required.'],
  ['a proxy', 'proxyconnect tcp: dial tcp 10.0.0.1:3128: connect: connection refused'],
  ['Java without AWS', 'java.nio.file.AccessDeniedException: /data/app.lock'],
  ['gcloud', 'ERROR: (gcloud.run.deploy) You must specify a region. Either use the flag --region or set run/region'],
  ['a scheduler', 'Warning  FailedScheduling  default-scheduler  0/3 nodes are available: 3 Insufficient cpu.'],
  ['Helm', 'Error: INSTALLATION FAILED: failed to fetch https://charts.example.com/app.tgz : 403 Forbidden'],
  [
    'text about IRSA',
    'IAM roles for service accounts use the annotation eks.amazonaws.com/role-arn and the audience sts.amazonaws.com.',
  ],
  [
    'a healthy Java program that prints its chain',
    '{"message":"Unable to load credentials from EnvironmentVariableCredentialsProvider: Unable to load AWS credentials from environment variables","level":"DEBUG"}\n{"message":"Loading credentials from WebIdentityTokenCredentialsProvider","level":"DEBUG"}',
  ],
  [
    'Lambda',
    'An error occurred (InvalidParameterValueException) when calling the CreateFunction operation: Cross-account pass role is not allowed.',
  ],
  ['Windows', 'failed to load plugin: Access Denied'],
  [
    'EC2, an association of another kind',
    'Resource.AlreadyAssociated: Association already exists: eipassoc-0123456789abcdef0',
  ],
  [
    'RBAC of Kubernetes, other objects',
    'pods "web-0" is forbidden: User "system:serviceaccount:shop:web" cannot get resource "pods" in API group "" in the namespace "shop"',
  ],
  ['a web server', 'bind: address already in use: listen tcp 0.0.0.0:80'],
  ['NFS', 'mount.nfs4: access denied by server while mounting 10.0.0.4:/exports'],
  [
    'Google DNS in cert-manager',
    'unable to construct clouddns provider: empty credentials; perhaps you meant to enable ambient credentials?',
  ],
  [
    'aws/karpenter-provider-aws#6623',
    'panic: fetching queue url, AWS.SimpleQueueService.NonExistentQueue: The specified queue does not exist',
  ],
  [
    'fluxcd/flux2#4853',
    'Secret/somenamespace/test-sops-secret is SOPS encrypted, configuring decryption is required for this secret to be reconciled',
  ],
  [
    'gravitational/teleport#50072',
    '2024-12-09T17:00:15Z ERRO [KUBERNETE] Failed to update cluster schema: the server has asked for the client to provide credentials',
  ],
];
