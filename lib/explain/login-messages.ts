import { notInjected } from './common-causes.ts';
import type { KnownMessage } from './known-message.ts';

/** Answers of servers that take a signed request of AWS as a login: they name neither the caller nor the reason. */
export const loginMessages: readonly KnownMessage[] = [
  {
    id: 'login-database-refused',
    from: 'other-service',
    sample: 'FATAL: PAM authentication failed for user "<user>"',
    patterns: [
      /pam authentication failed for user/i,
      /pam_authenticate failed: permission denied/i,
      /\b(rds|iam)\b.{0,20}\bauth\w* tokens?\b.{0,20}\bexpires? after\b/i,
      /access denied for user .{1,120}(AWSAuthenticationPlugin|rds[ _-]iam|rds auth(entication)? token)/i,
      /(AWSAuthenticationPlugin|rds[ _-]iam|rds auth(entication)? token).{0,200}access denied for user/i,
    ],
    says: 'The database refused a login with IAM, which is a request signed with the credentials of the program. STS was not the one that refused, and the database does not say which role signed. If it is no database of Amazon RDS with IAM authentication, IRSA is not the cause.',
    causes: [
      {
        text: 'The role has no rds-db:connect on this user: the resource is arn:aws:rds-db:<region>:<account>:dbuser:<resource id of the database, db-… or cluster-…>/<user>, not the ARN or the name of the instance.',
        rules: [],
        tell: 'aws sts get-caller-identity in the pod names the role of the annotation, and aws iam simulate-principal-policy denies rds-db:connect on this resource.',
      },
      {
        text: 'It was signed by another role than the one of the annotation: the one of the node, or of access keys.',
        rules: [...notInjected, 'pod-static-credentials', 'runtime-role-never-assumed'],
        tell: 'kubectl exec <pod> -- aws sts get-caller-identity names another role.',
      },
      {
        text: 'The user of the database does not have the role rds_iam, IAM authentication is off, the connection has no TLS, or the token was made for another host, port, region or user.',
        decisive: ['no-encryption'],
        rules: [],
        tell: 'aws rds describe-db-instances shows IAMDatabaseAuthenticationEnabled: false, or \\du in psql shows no rds_iam.',
      },
      {
        text: 'The token is older than 15 minutes, or the session that signed it has ended: the program keeps one of them.',
        rules: ['runtime-sdk-unsupported'],
        tell: 'New connections fail some time after the start, and a restart helps.',
        likelier: ['now-and-then'],
        decisive: ['login-kept'],
      },
    ],
  },
  {
    id: 'login-kafka-refused',
    from: 'other-service',
    sample: 'SASL Authentication failed: Access denied (Amazon MSK with IAM)',
    patterns: [
      /\bsasl_?\w* ?authentication ?(failed|error|exception)\w*.{0,120}access denied|access denied:? .{0,20}\bsasl_authentication_failed/i,
      /kafka\.[a-z0-9-]+\.amazonaws\.com.{0,300}sasl_authentication_failed|sasl_authentication_failed.{0,300}kafka\.[a-z0-9-]+\.amazonaws\.com/i,
    ],
    says: 'Kafka (Amazon MSK with IAM) refused the login, which is a request signed with the credentials of the program. It does not say which role signed. If the cluster is not one of Amazon MSK, IRSA is not the cause.',
    causes: [
      {
        text: 'The role has no kafka-cluster:Connect on the cluster: the actions are kafka-cluster:…, not kafka:…, and the resource is the ARN of the cluster, topic or group with its id.',
        rules: [],
        tell: 'aws sts get-caller-identity in the pod names the role of the annotation, and aws iam simulate-principal-policy denies kafka-cluster:Connect.',
      },
      {
        text: 'It was signed by another role: the library for MSK has an SDK that is too old for IRSA or for Pod Identity, lacks its module for STS, and went on to the node. Update it.',
        rules: [...notInjected, 'runtime-sdk-unsupported', 'pod-static-credentials'],
        tell: 'awsDebugCreds=true in the JAAS configuration logs another role, or aws sts get-caller-identity in the pod does.',
      },
      {
        text: 'The cluster is in another account: its policy must allow the role, or the program must assume a role there (awsRoleArn).',
        rules: [],
        tell: 'The account in the ARN of the cluster is not that of the role.',
      },
    ],
  },
  {
    id: 'msk-library-missing',
    from: 'sdk',
    sample:
      'Invalid value software.amazon.msk.auth.iam.IAMClientCallbackHandler for configuration sasl.client.callback.handler.class: Class could not be found.',
    patterns: [
      /IAMClientCallbackHandler.{0,200}(could not be found|not found)|(classnotfoundexception|no loginmodule found for|unable to find loginmodule class):? ?\S{0,60}msk\.auth\.iam/i,
    ],
    says: 'Kafka does not find the library of Amazon MSK for logins with IAM (aws-msk-iam-auth). Nothing was signed: the role and IRSA are not the cause.',
    causes: [
      {
        text: 'The jar aws-msk-iam-auth (with all its dependencies: the -all jar) is not on the class path of this process, or its file is empty: put it into the image, beside the jars of Kafka.',
        rules: [],
        tell: 'ls of the jars in the container shows no aws-msk-iam-auth, or the process has another class path than its plugins.',
      },
      {
        text: 'The name of the class is mistyped in sasl.jaas.config or sasl.client.callback.handler.class: software.amazon.msk.auth.iam.IAMLoginModule and software.amazon.msk.auth.iam.IAMClientCallbackHandler.',
        rules: [],
        tell: 'The name in the message differs from these by a letter.',
      },
    ],
  },
];
