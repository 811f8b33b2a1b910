import { hasNoRole, isNotCovered, metadataIsClosed, runsAsAnother, sdkIsOld, wasNotInjected } from './common-causes.ts';
import type { KnownMessage } from './known-message.ts';

/** Messages of SDKs that found no credentials, or other ones than a token (docs/facts.md §C.3). */
export const sdkCredentialsMessages: readonly KnownMessage[] = [
  {
    id: 'sdk-sso-expired',
    from: 'sdk',
    sample: "Token is expired. To refresh this SSO session run 'aws sso login' with the corresponding profile.",
    patterns: [
      /to refresh this sso session run/i,
      /sso session (associated with this profile )?(has expired|is (expired|otherwise invalid))/i,
      /error loading sso token|run .{0,3}aws sso login|retrieving token from sso/i,
    ],
    says: 'This is a sign-in of IAM Identity Center on the machine of a person. IRSA is not the cause: pods have no such profile.',
    causes: [{ text: 'The sign-in has expired: run aws sso login.', rules: [] }],
  },
  {
    id: 'sdk-profile-missing',
    from: 'sdk',
    sample: 'The config profile (<name>) could not be found',
    patterns: [
      /config profile \(.{1,80}\) could not be found/i,
      /failed to get shared config profile/i,
      /could not resolve credentials using profile/i,
      /profile \S{1,80} could not be found or parsed in shared credentials file/i,
      /nosuchprofileerror/i,
      /cannot read credentials from \S{0,200}\.aws\b/i,
    ],
    says: 'The program is configured to use a profile that the container does not have, so the SDK did not get as far as the token.',
    causes: [
      {
        text: 'AWS_PROFILE, or a setting of the program, names the profile: remove it. Some SDKs read a profile before the token.',
        rules: ['pod-static-credentials'],
      },
    ],
  },
  {
    id: 'sdk-profile-unusable',
    from: 'sdk',
    sample:
      'SharedConfigAssumeRoleError: failed to load assume role for <role>, source profile has no shared credentials',
    patterns: [
      /sharedconfigassumeroleerror|source profile has no shared credentials/i,
      /the source profile \S{1,80} must have credentials/i,
      /partial credentials found in assume-role, missing/i,
      /infinite loop in credential configuration detected/i,
    ],
    says: 'A profile in the shared configuration names a role, and its source (source_profile, credential_source) gives no credentials to assume it with. The SDK did not get as far as the token.',
    causes: [
      {
        text: 'Write role_arn and web_identity_token_file=/var/run/secrets/eks.amazonaws.com/serviceaccount/token into the source profile, or remove the profile: without one the SDK uses the variables of the webhook.',
        rules: ['pod-static-credentials'],
        tell: 'AWS_PROFILE is set in the container, or a configuration file is mounted at ~/.aws/config or AWS_CONFIG_FILE.',
      },
    ],
  },
  {
    id: 'sdk-partial-credentials',
    from: 'sdk',
    sample: 'PartialCredentialsError: Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY',
    patterns: [/partial credentials found (in|for profile) /i],
    says: 'One half of an access key is set and the other is not: the SDK stops there and does not get as far as the token.',
    causes: [
      {
        text: 'A variable, a shared file or the program itself has AWS_ACCESS_KEY_ID without AWS_SECRET_ACCESS_KEY, or the other way round: remove it.',
        rules: ['pod-static-credentials'],
      },
    ],
  },
  {
    id: 'sdk-no-credentials',
    from: 'sdk',
    sample: 'Unable to locate credentials',
    patterns: [
      /unable to locate credentials/i,
      /nocredentialproviders|\bnocredentialserror/i,
      /no ec2 imds role found/i,
      /could not load credentials from any providers/i,
      /unable to load (aws )?credentials from (any (of the )?provider|service endpoint)/i,
      /unable to (find|get) (iam security|aws) credentials/i,
      /failed to resolve aws credentials/i,
      /failed to find aws iam credentials/i,
      /no valid credential sources (found )?for|error: no valid credential sources found/i,
      /missing credentials in config/i,
      /unable to sign request without credentials/i,
      /Sigv4::Errors::MissingCredentialsError|InstanceProfileCredentials::Non200Response/,
      /kind: MissingCredentials/,
      /provider returned no credentials, service=/i,
      /credentialsprovidererror(?!: (token is expired|profile \S{1,80} could not be found|could not resolve credentials using profile|the sso session))/i,
      /no providers in chain provided credentials/i,
      /no credentials could be loaded from the chain/i,
      /(?<!did not provide credentials.{0,200})\bthe credential provider was not enabled/i,
      /no identity could be resolved from the chain/i,
      /attempt to sign an http request without credentials/i,
      /ec2rolerequesterror: /i,
      /error retrieving credentials from the instance profile metadata service/i,
      /secret access key are not found in aws credentials file/i,
      /no valid aws credentials found/i,
      /unable to load credentials from \S{0,60}(ec2containercredentialsproviderwrapper|instanceprofilecredentialsprovider)/i,
      /cannot fetch credentials from container - neither/i,
      /container metadata credential provider cannot be used unless/i,
      /unable to connect to instance metadata service/i,
    ],
    says: 'The SDK found no credentials: no web identity token in the container, and no answer of the metadata service of the node.',
    causes: [hasNoRole, wasNotInjected, runsAsAnother, sdkIsOld, isNotCovered, metadataIsClosed],
    isSymptom: true,
  },
  {
    id: 'sdk-metadata-refused',
    from: 'sdk',
    sample: 'EC2MetadataError: failed to make EC2Metadata request, status code: 401',
    patterns: [
      /ec2metadataerror: failed to make ec2metadata request/i,
      /ec2 ?metadata.{0,80}status code:? ?401/i,
      /169\.254\.169\.254.{0,80}\b401\b/,
    ],
    says: 'The metadata service of the node (IMDS) refused the request: it answers to tokens of IMDSv2 alone. With IRSA no SDK asks it for credentials.',
    causes: [
      {
        text: 'The program asks it for the region, the VPC or the instance: give it the value (AWS_REGION, --aws-vpc-id), or update it to a version with IMDSv2.',
        rules: [],
        tell: 'AWS_ROLE_ARN is set in the container, so the request is not for credentials.',
      },
      hasNoRole,
      metadataIsClosed,
      sdkIsOld,
    ],
    unless: ['sdk-no-credentials', 'imds-metadata'],
  },
  {
    id: 'sdk-variables-missing',
    from: 'sdk',
    sample: 'Pod is missing required variables: AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE',
    patterns: [
      /(missing|required|not set|unset|undefined).{0,60}AWS_ROLE_ARN.{0,40}AWS_WEB_IDENTITY_TOKEN_FILE/i,
      /AWS_ROLE_ARN.{0,40}AWS_WEB_IDENTITY_TOKEN_FILE.{0,40}(missing|not set|unset|undefined|not found)/i,
    ],
    says: 'The variables that the webhook adds are not in the container.',
    causes: [wasNotInjected, hasNoRole, runsAsAnother, isNotCovered],
    unless: ['sdk-token-file-unset', 'sdk-role-arn-missing'],
    isSymptom: true,
  },
];
