import type { KnownMessage } from './known-message.ts';

/** Messages of EKS Pod Identity: SDKs, the agent, EKS Auth. */
export const podIdentityMessages: readonly KnownMessage[] = [
  {
    id: 'pod-identity-java-ipv6',
    by: 'AWS SDK for Java',
    sample:
      'ContainerCredentialsProvider(): The full URI (http://[fd00:ec2::23]/v1/credentials) contained within environment variable AWS_CONTAINER_CREDENTIALS_FULL_URI has an invalid host.',
    texts: ['fd00:ec2::23*has an invalid host'],
    says: 'The SDK for Java refuses the IPv6 address of the Pod Identity agent. The association, the agent and the role are not the cause.',
    causes: ['agent-address', 'sdk-before-pod-identity'],
  },
  {
    id: 'pod-identity-sdk-too-old',
    by: 'AWS SDKs older than EKS Pod Identity',
    sample: 'invalid endpoint host, "169.254.170.23", only loopback hosts are allowed',
    texts: [
      ...['invalid endpoint host*only loopback hosts are allowed', 'invalid full URI for ECS provider'],
      ...['URI did not refer to the loopback interface', 'is not a valid container metadata service'],
      ...['has an invalid host', 'unsupported host*169.254.170.23', '169.254.170.23*unsupported host'],
    ],
    says: 'The SDK is older than EKS Pod Identity: for container credentials it accepts a loopback address alone, and refuses the address of the agent. The association, the agent and the role are not the cause.',
    causes: ['sdk-before-pod-identity'],
    unless: ['pod-identity-java-ipv6'],
  },
  {
    id: 'pod-identity-client-timeout',
    by: 'Secrets Store CSI provider, the agent, AWS SDKs',
    sample:
      'unable to fetch credentials from EKS Auth: operation error EKS Auth: AssumeRoleForPodIdentity, https response error StatusCode: 0, canceled, context canceled',
    texts: [
      ...['AssumeRoleForPodIdentity*context canceled', 'AssumeRoleForPodIdentity*request canceled'],
      ...['{agent}*client.timeout exceeded', '{agent}*awaiting headers'],
    ],
    says: 'The program closed its request before the Pod Identity agent had the answer of EKS. Its time-out is shorter than the first call takes.',
    causes: ['client-timeout'],
    transient: true,
  },
  {
    id: 'pod-identity-throttled',
    by: 'EKS Auth',
    sample:
      'operation error EKS Auth: AssumeRoleForPodIdentity, exceeded maximum number of attempts, ThrottlingException',
    texts: [
      ...['AssumeRoleForPodIdentity*throttl', 'AssumeRoleForPodIdentity*rate limit'],
      ...['AssumeRoleForPodIdentity*too many requests', 'AssumeRoleForPodIdentity*429'],
    ],
    says: 'EKS Auth had too many calls of the agents of EKS Pod Identity in a short time. Its limit is one of the account and the region.',
    causes: ['too-many-requests'],
    transient: true,
  },
  {
    id: 'pod-identity-role-refused',
    by: 'EKS Auth',
    sample: 'Unauthorized Exception! EKS does not have permissions to assume the associated role.',
    texts: ['EKS does not have permissions to assume the associated role'],
    says: 'EKS knows the association and may not assume its role.',
    causes: ['association-role-refuses', 'role-missing', 'passing-fault'],
  },
  {
    id: 'pod-identity-no-association',
    by: 'EKS Auth',
    sample:
      '(ResourceNotFoundException): The token included in the request has no service account role association for it.',
    texts: ['has no service account role association', 'no pod identity association found', 'no association found'],
    says: 'The program asked for a role by EKS Pod Identity, and EKS has no association for its service account.',
    causes: ['association-missing', 'association-overrides'],
  },
  {
    id: 'pod-identity-agent-port',
    by: 'the Pod Identity agent',
    sample: 'Unable to start server: listen tcp 169.254.170.23:80: bind: address already in use',
    texts: [
      ...['169.254.170.23:80: bind: address already in use', 'fd00:ec2::23]:80: bind: address already in use'],
      ':2703: bind: address already in use',
    ],
    says: 'The Pod Identity agent does not start: another process of the node has its port.',
    causes: ['agent-port'],
  },
  {
    id: 'pod-identity-agent-ipv6',
    by: 'the Pod Identity agent',
    sample: 'Unable to start server: listen tcp [fd00:ec2::23]:80: bind: cannot assign requested address',
    texts: ['[fd00:ec2::23]:80: bind: cannot assign requested address', 'fd00:ec2::23*cannot assign requested address'],
    says: 'The Pod Identity agent does not start: IPv6 is disabled on the node, and the agent listens on an IPv6 address too.',
    causes: ['agent-address'],
  },
  {
    id: 'pod-identity-agent-unreachable',
    by: 'AWS SDKs',
    sample: 'Get "http://169.254.170.23/v1/credentials": dial tcp 169.254.170.23:80: connect: connection refused',
    texts: [
      ...['denied*{agent}', 'dropped*{agent}', '{agent}*{unreached}', '{agent}*StatusCode: 403'],
      ...['{agent}*403 Forbidden', '{agent}*status code: 502', '{agent}*status code: 503', '{unreached}*{agent}'],
      'connect to proxy*{agent}',
    ],
    says: 'The program could not reach the Pod Identity agent of its node. The association and the role are not the cause.',
    causes: ['egress-policy', 'agent-missing', 'agent-unreachable', 'proxy', 'agent-address', 'policy-enforcer'],
    unless: [
      ...['pod-identity-client-timeout', 'pod-identity-sdk-too-old', 'pod-identity-token-expired'],
      ...['pod-identity-eks-auth-unreachable', 'pod-identity-agent-port', 'pod-identity-java-ipv6'],
    ],
  },
  {
    id: 'pod-identity-token-malformed',
    by: 'the Pod Identity agent',
    sample:
      'Service account token cannot be parsed: token is malformed: could not base64 decode header: illegal base64 data at input byte 6',
    texts: ['service account token cannot be parsed', 'token is malformed: could not'],
    says: 'The Pod Identity agent got something that is not a JSON Web Token in the Authorization header (it wants no "Bearer ").',
    causes: ['program-fault', 'variables-by-hand'],
  },
  {
    id: 'pod-identity-token-empty',
    by: 'the Pod Identity agent',
    sample: '400 Bad Request: Service account token cannot be empty',
    texts: ['service account token cannot be empty'],
    says: 'The program reached the Pod Identity agent and sent no token.',
    causes: ['sdk-before-pod-identity', 'variables-not-passed', 'token-unreadable'],
  },
  {
    id: 'pod-identity-agent-cache',
    by: 'the Pod Identity agent',
    sample:
      'Removing credentials from cache, got non recoverable error: … ExpiredTokenException: The token included in the request is expired',
    texts: ['removing credentials from cache, got non'],
    says: 'The Pod Identity agent renews credentials before they end. The token with which a pod had asked for these is over, and the agent forgets them.',
    causes: ['pod-gone', 'credentials-kept'],
  },
  {
    id: 'pod-identity-token-expired',
    by: 'EKS Auth',
    sample:
      '(ExpiredTokenException): The token included in the request is expired: current date/time 2026-01-01T08:00:00Z must be before the expiration date/time 2026-01-01T07:00:00Z.',
    texts: [
      ...['the token included in the request is expired', 'failed basic claim validations: token is expired'],
      ...['AssumeRoleForPodIdentity*ExpiredTokenException', '{agent}*ExpiredTokenException'],
      'kubernetes service account token is expired',
    ],
    says: 'The token of the service account had expired when EKS received it. The kubelet renews the file; the program or its SDK kept the first one.',
    causes: ['credentials-kept', 'pod-gone', 'clock'],
    unless: ['pod-identity-agent-cache'],
  },
  {
    id: 'pod-identity-token-file',
    by: 'AWS SDKs',
    sample:
      'open /var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token: no such file or directory',
    texts: ['eks-pod-identity-token*{not-there}', 'eks-pod-identity-token*{not-read}'],
    says: 'The variables of EKS Pod Identity are set in the container, and the program cannot read the token.',
    causes: ['variables-by-hand', 'token-unreadable', 'container-skipped'],
  },
  {
    id: 'pod-identity-agent-certificate',
    by: 'the Pod Identity agent',
    sample:
      'operation error EKS Auth: AssumeRoleForPodIdentity, Post "https://eks-auth.<region>.api.aws/clusters/<cluster>/assume-role-for-pod-identity": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    texts: [
      ...['eks-auth.*{not-trusted}', 'eks auth:*{not-trusted}', 'AssumeRoleForPodIdentity*{not-trusted}'],
      'eks-pod-identity-agent*{not-trusted}',
    ],
    says: 'The Pod Identity agent does not trust the certificate of the EKS Auth endpoint.',
    causes: ['tls-proxy'],
  },
  {
    id: 'pod-identity-node-denied',
    by: 'EKS Auth',
    sample:
      'AccessDeniedException: User: arn:aws:sts::<account>:assumed-role/<role of the node>/i-0123456789abcdef0 is not authorized to perform: eks-auth:AssumeRoleForPodIdentity',
    texts: ['not authorized to perform: eks-auth:AssumeRoleForPodIdentity'],
    says: 'The Pod Identity agent calls EKS Auth with the role of its node, and that role has no permission for it.',
    causes: ['node-lacks-eks-auth', 'control-policy'],
  },
  {
    id: 'pod-identity-eks-auth-unreachable',
    by: 'the Pod Identity agent',
    sample:
      'operation error EKS Auth: AssumeRoleForPodIdentity, Post "https://eks-auth.<region>.api.aws/clusters/<cluster>/assume-role-for-pod-identity": dial tcp: i/o timeout',
    texts: ['eks-auth.*{unreached}', 'eks-auth.*{no-host}'],
    says: 'The Pod Identity agent could not reach EKS Auth (eks-auth.<region>.api.aws) from the node. The association and the role are not the cause.',
    causes: ['eks-auth-unreachable', 'proxy', 'dns-silent'],
    transient: true,
  },
  {
    id: 'sdk-pod-identity',
    by: 'AWS SDKs',
    sample: 'Error when retrieving credentials from container-role: 169.254.170.23',
    texts: [
      ...['retrieving credentials from container-role', 'AssumeRoleForPodIdentity', 'credentialsendpointerror'],
      'failed to refresh cached credentials, failed to load credentials',
      'EcsContainer*non-success status from HTTP credential provider',
    ],
    says: 'This is EKS Pod Identity, not IRSA: the pod has an association, which takes precedence over the annotation. The text does not say what failed.',
    causes: [
      ...(['agent-missing', 'association-role-refuses', 'sdk-before-pod-identity', 'association-overrides'] as const),
      ...(['node-lacks-eks-auth', 'egress-policy', 'agent-unreachable', 'credentials-kept', 'proxy'] as const),
      ...(['association-missing', 'too-many-requests', 'client-timeout', 'program-fault'] as const),
      'pod-older-than-association',
    ],
    isSymptom: true,
    unless: [
      ...['pod-identity-no-association', 'pod-identity-sdk-too-old', 'pod-identity-client-timeout'],
      ...['pod-identity-throttled', 'pod-identity-token-malformed', 'pod-identity-token-empty'],
      ...['pod-identity-agent-ipv6', 'pod-identity-java-ipv6', 'pod-identity-agent-port', 'pod-identity-node-denied'],
      ...['pod-identity-eks-auth-unreachable', 'pod-identity-token-file', 'pod-identity-token-expired'],
      ...['pod-identity-agent-certificate', 'pod-identity-role-refused', 'sts-packed-policy'],
      'pod-identity-agent-unreachable',
    ],
  },
  {
    id: 'pod-identity-association-exists',
    by: 'EKS',
    sample: 'ResourceInUseException (CreatePodIdentityAssociation): Association already exists: <id>',
    texts: ['association already exists: a-', 'CreatePodIdentityAssociation*association already exists'],
    says: 'The service account of this cluster has a Pod Identity association already; it can have one.',
    causes: ['association-overrides'],
  },
  {
    id: 'pod-identity-trust-invalid',
    by: 'EKS',
    sample:
      'EKS: CreatePodIdentityAssociation, InvalidParameterException: Trust policy of the role provided is invalid',
    texts: ['trust policy of the role provided is invalid'],
    says: 'EKS does not make the association, because its role does not trust EKS Pod Identity.',
    causes: ['association-role-refuses'],
  },
  {
    id: 'eks-add-on-pod-identity',
    by: 'EKS',
    sample:
      'EKS: UpdateAddon, InvalidParameterException: Pod Identity feature is not supported for addon version: <version>',
    texts: ['pod identity feature is not supported for add', 'in pod identity configuration is not supported for add'],
    says: 'EKS refuses the pod identity associations that were given to the add-on. No association was made.',
    causes: ['addon-without-association'],
  },
  {
    id: 'eks-pass-role-other-account',
    by: 'EKS',
    sample: 'EKS: InvalidParameterException: Cross-account pass role is not allowed.',
    texts: [
      ...['eks*cross-account pass role is not allowed', 'add-on*cross-account pass role is not allowed'],
      ...['podidentity*cross-account pass role is not allowed', 'cross-account pass role is not allowed*eks'],
    ],
    says: 'EKS takes the role of an add-on or of a Pod Identity association from the AWS account of the cluster alone.',
    causes: ['pass-role-account'],
  },
];
