import type { CauseText } from './cause.ts';

/** Permissions, second roles, and EKS Pod Identity. */
export const accessCauses = {
  'role-permission': {
    says: 'The role is the right one, and a policy does not allow the call: its own, that of the bucket, key, queue or database, of the VPC endpoint, or of the organization.',
    tell: 'aws sts get-caller-identity in the pod names the role of the annotation; aws iam simulate-principal-policy says whether it may.',
    fix: 'Add the action to a policy of the role (the end of the message often names the policy that lacks it). IRSA works.',
  },
  'node-permission': {
    says: 'The role of the node (or the pod execution role of Fargate) is the one that calls by design, and has no permission: the kubelet and its credential provider, log routers of Fargate, an installation without service accounts of its own.',
    tell: 'Its documents say instance profile, node role or pod execution role.',
    fix: 'Attach the policy to that role, or give the program a service account with a role of its own.',
    identity: 'node',
  },
  'self-assume': {
    says: 'The program is configured to assume the role that it has already, and the role does not trust itself.',
    tell: 'The ARN after "on resource" is the role in assumed-role/<role>/ of the caller, or that of AWS_ROLE_ARN.',
    fix: 'Remove the setting (role of an issuer, assumeRoleARN, role_arn, roleArn). Where the program always assumes a role (Argo CD), let the role trust its own ARN with sts:AssumeRole.',
    rules: ['service-account-second-role'],
    messages: { 'service-account-second-role': ['own'] },
    unseen: 'roles in Secrets and configuration files',
  },
  'second-role-refuses': {
    says: 'The trust policy of the second role does not allow sts:AssumeRole to the role of the pod, or that role has no permission for it.',
    tell: 'aws iam get-role of the second role does not name the first in its trust policy.',
    fix: 'Allow sts:AssumeRole (with EKS Pod Identity sts:TagSession too) to the first role in the trust policy of the second, and both actions in a policy of the first.',
    rules: ['service-account-second-role', 'pod-identity-target-not-trusting'],
    messages: { 'service-account-second-role': ['absent', 'silent', 'chain', 'noFirst'] },
  },
  'second-role-not-taken': {
    says: 'The program was to assume a second role for this call, and asked with its own: the setting is missing, or this version does not read it.',
    tell: 'The caller in the message is the role of the pod, and not the one of the setting.',
    fix: 'Name the role where the program reads it, or in a profile (role_arn, source_profile) that AWS_CONFIG_FILE and AWS_PROFILE name; or annotate the second role and let it trust the cluster.',
  },
  'tag-session': {
    says: 'The trust policy of the second role allows sts:AssumeRole alone, and sessions of EKS Pod Identity have tags.',
    tell: 'The message names sts:TagSession.',
    fix: 'Allow sts:TagSession beside sts:AssumeRole to the first role, or switch the tags off: aws eks update-pod-identity-association --disable-session-tags.',
    rules: ['pod-identity-chain-refuses-tags', 'pod-identity-target-not-trusting', 'service-account-second-role'],
    messages: { 'service-account-second-role': ['noTags'] },
  },
  'session-tags-size': {
    says: 'The tags or the session policy of the call are too large: EKS Pod Identity adds six tags with long names of cluster, namespace, account and pod.',
    tell: 'The message is PackedPolicyTooLarge.',
    fix: 'aws eks update-pod-identity-association --disable-session-tags, if no policy tests aws:PrincipalTag; else pass smaller policies.',
  },
  'efs-iam-option': {
    says: 'The policy of the file system wants a principal, and the volume is mounted without one.',
    tell: 'mountOptions of the volume lack iam, and aws efs describe-file-system-policy tests a principal.',
    fix: 'Add iam to mountOptions of the StorageClass or the volume.',
  },
  'database-user': {
    says: 'The user of the database does not accept IAM: it lacks the role rds_iam, IAM authentication is off, TLS is missing, or the token is for another host, port, region or user.',
    tell: 'aws rds describe-db-instances --query DBInstances[].IAMDatabaseAuthenticationEnabled.',
    fix: 'GRANT rds_iam TO <user>, enable IAM authentication, connect with TLS, and sign for the name of the endpoint itself.',
  },
  'pass-role-account': {
    says: 'EKS takes the role of an add-on or of an association from the AWS account of the cluster alone, and the ARN has another account.',
    tell: 'The account in the ARN is not that of the cluster.',
    fix: 'Correct the account, or associate a role of this account and give the other one as targetRoleArn.',
    rules: ['addon-role-differs', 'pod-identity-role-missing'],
  },
  'association-missing': {
    says: 'The service account of the pod has no Pod Identity association: it was not created, was deleted, or names another cluster, namespace or service account.',
    tell: 'aws eks list-pod-identity-associations --cluster-name <cluster> lacks the namespace and service account of the pod.',
    fix: 'aws eks create-pod-identity-association with the namespace and service account of the pod, then restart the pods.',
    rules: ['pod-identity-service-account-missing', 'service-account-role-unannotated'],
  },
  'pod-older-than-association': {
    says: 'The pod is older than its Pod Identity association, or was created at the same moment: it has the variables of the annotation, or none.',
    tell: 'kubectl exec <pod> -- env shows no AWS_CONTAINER_CREDENTIALS_FULL_URI, and aws eks list-pod-identity-associations lists its service account.',
    fix: 'Restart the pods.',
    rules: ['pod-identity-pods-without'],
  },
  'association-overrides': {
    says: 'The service account has an annotation and a Pod Identity association: new pods get the variables of the association alone.',
    tell: 'aws eks list-pod-identity-associations lists a service account that has eks.amazonaws.com/role-arn.',
    fix: 'Keep one of the two: aws eks delete-pod-identity-association, or remove the annotation; then restart the pods.',
    rules: ['service-account-pod-identity-overrides'],
  },
  'association-role-refuses': {
    says: 'The trust policy of the role of the association does not allow sts:AssumeRole and sts:TagSession to pods.eks.amazonaws.com, or has a condition that the association does not meet.',
    tell: 'aws iam get-role --query Role.AssumeRolePolicyDocument: Principal is not pods.eks.amazonaws.com, or sts:TagSession is missing.',
    fix: 'Allow both actions to the service pods.eks.amazonaws.com. A role made for IRSA trusts an OIDC provider: add a statement.',
    rules: ['pod-identity-role-not-trusting'],
  },
  'addon-without-association': {
    says: 'The add-on, or this version of it, takes no Pod Identity association.',
    tell: 'aws eks describe-addon-versions shows no podIdentityConfiguration for it.',
    fix: 'Leave podIdentityAssociations out, and use aws eks create-pod-identity-association, or update the add-on.',
  },
  'agent-missing': {
    says: 'The Pod Identity agent does not run on the node of the pod: it is not installed, does not tolerate a taint, is not up yet, or the pod is on Fargate or Windows, which have none.',
    tell: 'kubectl --namespace kube-system get pods --selector app.kubernetes.io/name=eks-pod-identity-agent --output wide has none on the node of the pod.',
    fix: 'aws eks create-addon --addon-name eks-pod-identity-agent. On Fargate give the service account its role by IRSA.',
    rules: ['pod-identity-agent-missing', 'pod-identity-pods-without'],
    unseen: 'whether the agent runs on the node of the pod',
  },
  'agent-address': {
    says: 'The address of the agent does not fit the node or the SDK: IPv6 is disabled on the node, or only one side uses it.',
    tell: 'The text names fd00:ec2::23.',
    fix: 'Update the add-on, or give the agent the IPv4 address alone ({"agent":{"additionalArgs":{"-b":"169.254.170.23"}}}); with Java in an IPv6 cluster set AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=IPv6.',
    rules: ['pod-identity-agent-missing'],
  },
  'agent-port': {
    says: 'The agent does not start: another process of the node listens on its port.',
    tell: 'Its log says "address already in use"; a pod with hostNetwork or hostPort 80 is on the node.',
    fix: 'Move that pod to another port or to other nodes.',
    rules: ['pod-identity-agent-missing'],
  },
  'agent-unreachable': {
    says: 'The network plugin or a firewall on the node keeps pods from the agent, without a network policy.',
    tell: 'The agent runs on the node, and curl 169.254.170.23 in a pod of a namespace without policies fails.',
    fix: 'Update the plugin (Cilium: bpf.hostLegacyRouting), or allow TCP port 80 to 169.254.170.23 in the INPUT chain of the node.',
  },
  'agent-session-ended': {
    says: 'The agent that gives credentials out gave a session that had ended: the node or the agent was stopped for some time.',
    tell: 'The expiration in the answer of the agent is in the past.',
    fix: 'Restart the agent, then the pod.',
  },
  'client-timeout': {
    says: 'The program closes its request before the agent has the answer of EKS: its time-out is shorter than the first call takes.',
    tell: 'The text says context canceled or awaiting headers, and the second try succeeds.',
    fix: 'Raise the time-out for container credentials (podIdentityHttpTimeout of the Secrets Store CSI provider, AWS_METADATA_SERVICE_TIMEOUT).',
  },
  'node-lacks-eks-auth': {
    says: 'The role of the node does not allow eks-auth:AssumeRoleForPodIdentity, with which the agent calls EKS.',
    tell: 'aws iam list-attached-role-policies of the role of the node lacks AmazonEKSWorkerNodePolicy.',
    fix: 'Attach AmazonEKSWorkerNodePolicy (or AmazonEKSWorkerNodeMinimalPolicy) to the role of the node.',
    identity: 'node',
  },
  'eks-auth-unreachable': {
    says: 'The agent does not reach EKS Auth (eks-auth.<region>.api.aws) from the node.',
    tell: 'curl -sS https://eks-auth.<region>.api.aws on the node times out.',
    fix: 'Add NAT, or a VPC endpoint for com.amazonaws.<region>.eks-auth with private DNS, whose security group admits the nodes on port 443.',
  },
  'pod-gone': {
    says: 'The pod of the token is gone, and the agent renews credentials that it had cached for it.',
    tell: 'Only the log of the agent says it.',
    fix: 'Nothing is to be done.',
  },
  'token-of-another': {
    says: 'The program sends another token than the projected one: made by hand without the audience, of another identity provider, or the path in place of its content.',
    tell: 'The aud and iss in the token are not sts.amazonaws.com and the issuer of the cluster.',
    fix: 'Read the file that AWS_WEB_IDENTITY_TOKEN_FILE names before each call and send its content (by hand: kubectl create token <account> --audience sts.amazonaws.com).',
    rules: ['pod-container-uncovered'],
    messages: { 'pod-container-uncovered': ['otherAudience', 'wrongPath'] },
  },
  'token-of-api-server': {
    says: 'AWS_WEB_IDENTITY_TOKEN_FILE names the token of the Kubernetes API, whose audience is the API server.',
    tell: 'The variable names a path under kubernetes.io and not under eks.amazonaws.com.',
    fix: 'Remove both variables from the template, annotate the service account, restart the pods: the webhook mounts a token for STS.',
    rules: ['pod-container-uncovered'],
    messages: { 'pod-container-uncovered': ['apiToken'] },
  },
  'token-of-pod-identity': {
    says: 'The program sends the token of EKS Pod Identity to STS: a profile or a variable names it as web_identity_token_file.',
    tell: 'The path has pods.eks.amazonaws.com.',
    fix: 'Remove the setting: an SDK that supports Pod Identity uses AWS_CONTAINER_CREDENTIALS_FULL_URI by itself.',
    rules: ['pod-container-uncovered'],
    messages: { 'pod-container-uncovered': ['otherAudience'] },
  },
} as const satisfies Readonly<Record<string, CauseText>>;
