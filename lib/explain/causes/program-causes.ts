import type { CauseText } from './cause.ts';

/** The program, its SDK, and the credentials that it takes in place of the role. */
export const programCauses = {
  'program-ignores-role': {
    says: 'The program does not use the role of its pod: its SDK is too old for web identity tokens, or its code or configuration names access keys, an instance profile, or a list of providers without them, or a setting that switches the role on is missing.',
    tell: 'AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE are set in the container, and the role was never used (aws iam get-role --query Role.RoleLastUsed).',
    fix: 'Update the program, or let it use the default chain of its SDK: remove keys, profiles and providers from its configuration, or set the option that its documents name for IRSA (ClickHouse: use_environment_credentials).',
    rules: ['runtime-sdk-unsupported', 'runtime-role-never-assumed'],
  },
  'sdk-before-pod-identity': {
    says: 'The SDK of the program is older than EKS Pod Identity, or the program lists its own providers without it.',
    tell: 'AWS_CONTAINER_CREDENTIALS_FULL_URI is set in the container, and the SDK is older than boto3 1.34.41, CLI 2.15.0, Go v2 of 2023-11-14, Go v1 1.47.11, Java v2 2.21.30, Java v1 1.12.746, JavaScript v3 3.458.0.',
    fix: 'Update the SDK (docs/facts.md has the versions). Where no newer version exists, use IRSA: delete the association, annotate the service account, restart the pods.',
    rules: ['pod-identity-role-never-used', 'runtime-sdk-unsupported'],
  },
  'sts-module-missing': {
    says: 'The SDK is split into modules, and the module for STS is missing in the program, or does not fit its other modules.',
    tell: 'The program has no com.amazonaws:aws-java-sdk-sts, software.amazon.awssdk:sts, AWSSDK.SecurityToken, aws-sdk-sts or @aws-sdk/client-sts.',
    fix: 'Add the module for STS in the version of the other modules (the BOM of Java, one AWSSDK.Core for .NET), or update the program.',
    rules: ['runtime-role-never-assumed'],
  },
  's3a-providers': {
    says: 'The S3A connector of Hadoop has its own list of providers, and none of them reads a web identity token, or the class in the list is of another version of the SDK.',
    tell: 'fs.s3a.aws.credentials.provider lacks WebIdentityTokenCredentialsProvider, or its class is not in the image.',
    fix: 'Set fs.s3a.aws.credentials.provider to com.amazonaws.auth.WebIdentityTokenCredentialsProvider; with Hadoop 3.4 and later to software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider.',
    rules: ['runtime-role-never-assumed'],
  },
  'java-http-client': {
    says: 'The SDK for Java finds two HTTP clients on the class path, or none, and makes no client for STS.',
    tell: 'The class path has both software.amazon.awssdk:apache-client and url-connection-client, or neither.',
    fix: 'Keep one, or name it with the system property software.amazon.awssdk.http.service.impl.',
    rules: ['runtime-role-never-assumed'],
  },
  'program-fault': {
    says: 'This version of the program or of its SDK is at fault: a regression, a wrong request, a call that never ends.',
    tell: 'Another version of the same program works with the same role.',
    fix: 'Run the version before or after (PHP that loses the token now and then: a newer SDK, or realpath_cache_size=0).',
    rules: ['runtime-sdk-unsupported'],
  },
  'sandboxed-path': {
    says: 'The program may read files of its own folder alone (Elasticsearch, OpenSearch, a sandbox), and the token is mounted outside of it.',
    tell: 'The log names java.io.FilePermission, or the plugin repository-s3 goes on to the role of the node.',
    fix: 'Elasticsearch 8.1 and later: link config/repository-s3/aws-web-identity-token-file to $AWS_WEB_IDENTITY_TOKEN_FILE. OpenSearch 2.2 and later: mount the token below config, and name it in s3.client.default.identity_token_file.',
    rules: ['runtime-role-never-assumed'],
  },
  'went-on-to-node': {
    says: 'STS refused the role or did not answer, and the SDK went on to the next provider, the node, without saying why.',
    tell: 'AWS_ROLE_ARN is set in the container, and an earlier line of the log, or CloudTrail, has a refused AssumeRoleWithWebIdentity.',
    fix: 'Ask STS in the pod (aws sts get-caller-identity, or irsa-auditor why --prove) and fix its answer; let the program use the web identity provider alone.',
    rules: ['runtime-assume-failing', 'service-account-role-not-trusting', 'cluster-provider-missing'],
    unseen: 'the answer that the SDK got from STS',
  },
  'keys-first': {
    says: 'Access keys, a profile or a credentials file in the container are used in place of the role; they may be wrong, incomplete or expired.',
    tell: 'kubectl exec <pod> -- env shows AWS_ACCESS_KEY_ID, AWS_PROFILE or AWS_SHARED_CREDENTIALS_FILE, or ~/.aws/credentials exists.',
    fix: 'Remove the keys, the profile or the file and its variable (Velero: credentials.useSecret=false), so that the SDK takes the role.',
    rules: ['pod-static-credentials'],
    unseen: 'keys in the configuration of a program, in its files or in its database',
  },
  'keys-empty': {
    says: 'The program passes empty access keys to its SDK, or does not sign: its settings for keys are set and empty, or stand where it does not read them.',
    tell: 'The configuration or the Secret of the program has its settings for keys with an empty value.',
    fix: 'Remove the settings altogether, so that the SDK uses its chain; else update the program.',
    rules: ['pod-static-credentials', 'runtime-role-never-assumed'],
  },
  'profile-unusable': {
    says: 'A profile in the shared configuration names a role, and its source gives no credentials, or the profile does not exist.',
    tell: 'AWS_CONFIG_FILE has role_arn with a source_profile without web_identity_token_file.',
    fix: 'Write role_arn and web_identity_token_file=$AWS_WEB_IDENTITY_TOKEN_FILE into the source profile (credential_source = EcsContainer with Pod Identity), or remove the profile.',
    rules: ['pod-static-credentials'],
    unseen: 'profiles in the files of an image',
  },
  'role-before-keys': {
    says: 'The program is to use other credentials than the role of the pod, and its SDK takes the variables of the role first.',
    tell: 'AWS_ROLE_ARN is set in the container, and the other credentials are in a file or a profile.',
    fix: 'Give the other credentials where the SDK looks first (AWS_ACCESS_KEY_ID), or start the step with env -u AWS_ROLE_ARN -u AWS_WEB_IDENTITY_TOKEN_FILE.',
  },
  'cloudwatch-agent-file': {
    says: 'The CloudWatch agent takes itself for one outside of AWS, since no metadata answers, and looks at a credentials file alone.',
    tell: 'Its log says that /root/.aws/credentials is missing, and names no other place.',
    fix: 'Set RUN_WITH_IRSA to True in its container, and the region in its configuration.',
  },
  'credentials-kept': {
    says: 'The program keeps a token, a session or a signed login that it got once, and uses it after its end; or its SDK does not renew it.',
    tell: 'It fails an hour (a token: a day; a login: 15 minutes) after its start, and works after a restart.',
    fix: 'Update the program or its SDK; restart the pod until then.',
    rules: ['runtime-sdk-unsupported'],
  },
  'role-recreated': {
    says: 'The role was deleted and created again, or its sessions were revoked, and the program keeps a session of the old one.',
    tell: 'aws iam get-role --query Role.CreateDate is later than the start of the pod.',
    fix: 'Restart the pods.',
    rules: ['pod-role-stale', 'service-account-role-missing'],
    unseen: 'the session that a program keeps',
  },
  clock: {
    says: 'The clock of the machine is wrong, or the request waited for minutes between signing and sending.',
    tell: 'date --utc on the node differs from the time in the answer of AWS.',
    fix: 'Repair the time service of the node (chrony), or give the program more CPU.',
  },
  'region-missing': {
    says: 'No region is set for the program, or it does not pass its region to its client for STS.',
    tell: 'kubectl exec <pod> -- env shows no AWS_REGION and no AWS_DEFAULT_REGION.',
    fix: 'Set AWS_REGION in the container (the webhook does so where it knows the region), or the region in the configuration of the program.',
    rules: ['pod-not-injected'],
    unseen: 'the region that a program gives to its clients',
  },
  'region-wrong': {
    says: 'The program asks in a region that does not exist, or in another one than that of the resource, or of another partition than its credentials (prices for GovCloud and China).',
    tell: 'The host in the text, or AWS_REGION in the container, names another region.',
    fix: 'Correct the region in the configuration of the program, or AWS_REGION.',
  },
  'session-name': {
    says: 'The name of the session is empty or not valid: AWS_ROLE_SESSION_NAME, or the one that the program gives.',
    tell: 'AWS_ROLE_SESSION_NAME is set to something else than 2 to 64 letters, digits and _+=,.@-, or the program wants it and it is not set.',
    fix: 'Set AWS_ROLE_SESSION_NAME to a valid name, or update the program.',
  },
  'session-duration': {
    says: 'The program asks for a longer session than the role allows; with a second role an hour is the most.',
    tell: 'AWS_ROLE_DURATION or duration_seconds is more than aws iam get-role --query Role.MaxSessionDuration.',
    fix: 'Remove the setting, or raise MaxSessionDuration of the role.',
  },
  'too-many-requests': {
    says: 'Too many calls in a short time: many pods start at once, or the program makes a session for each call.',
    tell: 'The answer is Throttling or 429, and passes.',
    fix: 'Make one client for the process, let the SDK try again (AWS_RETRY_MODE=standard, AWS_METADATA_SERVICE_NUM_ATTEMPTS), let pods start apart.',
  },
  'msk-library': {
    says: 'The jar aws-msk-iam-auth is not on the class path of the process, or its class is mistyped in the configuration.',
    tell: 'sasl.jaas.config or sasl.client.callback.handler.class names a class that no jar of the image has.',
    fix: 'Put aws-msk-iam-auth (the -all jar) beside the jars of Kafka, and name software.amazon.msk.auth.iam.IAMLoginModule and IAMClientCallbackHandler.',
  },
  'keda-authentication': {
    says: 'KEDA is not told to use a role for this trigger, or takes that of another account than meant.',
    tell: 'The ScaledObject has no authenticationRef, or its TriggerAuthentication no podIdentity with provider aws.',
    fix: 'Set podIdentity.provider: aws in the TriggerAuthentication and refer to it. identityOwner: workload reads the annotation of the service account of the workload, keda that of keda-operator.',
    rules: ['service-account-role-unannotated'],
    unseen: 'the settings of triggers',
  },
  'cert-manager-ambient': {
    says: 'cert-manager may not use its own credentials for this issuer: a ClusterIssuer may by default, an Issuer may not.',
    tell: 'The Issuer names no service account, and cert-manager runs without --issuer-ambient-credentials.',
    fix: 'Use a ClusterIssuer, start cert-manager with --issuer-ambient-credentials, or set auth.kubernetes.serviceAccountRef.',
  },
  'registry-login': {
    says: 'The program asks the registry without a login, or with one that has expired: a role gives no login by itself.',
    tell: 'The answer is 401, and the configuration names no credential helper.',
    fix: 'Set provider: aws in the repositories of Flux, or the credential helper ecr-login in the Docker configuration (kaniko, BuildKit); with older Go helpers AWS_SDK_LOAD_CONFIG=true.',
  },
  'second-role-by-token': {
    says: 'The program asks with its token for another role than that of the annotation, one of its own configuration, which does not trust the provider.',
    tell: 'AWS_ROLE_ARN in the container is not the role of the refused call (CloudTrail: requestParameters.roleArn).',
    fix: 'Let the program assume that role with the session of its own role, or let that role trust the provider and the subject.',
    rules: ['service-account-second-role'],
    messages: { 'service-account-second-role': ['token'] },
    unseen: 'roles in Secrets and configuration files',
  },
} as const satisfies Readonly<Record<string, CauseText>>;
