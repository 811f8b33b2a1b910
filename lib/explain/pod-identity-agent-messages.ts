import type { KnownMessage } from './known-message.ts';

/** Messages of the Pod Identity agent itself: it does not start, or does not reach EKS (docs/facts.md §H.3). */
export const podIdentityAgentMessages: readonly KnownMessage[] = [
  {
    id: 'pod-identity-agent-certificate',
    from: 'sdk',
    sample:
      'operation error EKS Auth: AssumeRoleForPodIdentity, Post "https://eks-auth.<region>.api.aws/clusters/<cluster>/assume-role-for-pod-identity": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    patterns: [
      /(eks-auth\.|eks auth:|AssumeRoleForPodIdentity).{0,240}(x509:|certificate verify failed)/i,
      /\beks-pod-identity-(pod|agent)\b.{0,200}(x509:|certificate verify failed)/i,
    ],
    says: 'The Pod Identity agent does not trust the certificate of the EKS Auth endpoint.',
    causes: [
      {
        text: 'A proxy that inspects TLS stands between the nodes and eks-auth.<region>.api.aws: let that host pass, or add a VPC endpoint for eks-auth.',
        rules: [],
        tell: 'openssl s_client -connect eks-auth.<region>.api.aws:443 on the node shows another issuer than Amazon.',
      },
    ],
  },
  {
    id: 'pod-identity-agent-ipv6',
    from: 'cluster',
    sample: 'Unable to start server: listen tcp [fd00:ec2::23]:80: bind: cannot assign requested address',
    patterns: [/\[fd00:ec2::23\]\S{0,8}: bind: cannot assign requested address/i],
    says: 'The Pod Identity agent does not start: IPv6 is disabled on the node, and the agent listens on an IPv6 address too.',
    causes: [
      {
        text: 'Give the agent the IPv4 address alone: aws eks update-addon --addon-name eks-pod-identity-agent --configuration-values \'{"agent":{"additionalArgs":{"-b":"169.254.170.23"}}}\'. A newer version of the add-on does this by itself in IPv4 clusters.',
        rules: ['pod-identity-agent-missing'],
        tell: 'The pods of eks-pod-identity-agent restart over and over on those nodes.',
      },
    ],
  },
  {
    id: 'pod-identity-java-ipv6',
    from: 'sdk',
    sample:
      'ContainerCredentialsProvider(): The full URI (http://[fd00:ec2::23]/v1/credentials) contained within environment variable AWS_CONTAINER_CREDENTIALS_FULL_URI has an invalid host.',
    patterns: [/fd00:ec2::23\]?\S{0,40}.{0,10}contained within environment variable.{0,80}has an invalid host/i],
    says: 'The SDK for Java refuses the IPv6 address of the Pod Identity agent. The association, the agent and the role are not the cause.',
    causes: [
      {
        text: 'The cluster has IPv6, and the SDK for Java takes this address with AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=IPv6 alone, which nothing sets: set it in the container. The metadata service is then asked by IPv6 too.',
        rules: [],
        tell: 'kubectl exec <pod> -- env shows no AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE; programs with other SDKs get credentials on the same node.',
      },
      {
        text: 'The SDK is older than EKS Pod Identity: Java v2 2.21.30, Java v1 1.12.746.',
        rules: ['runtime-sdk-unsupported'],
        tell: 'The variable is set, and the message stays.',
      },
    ],
  },
  {
    id: 'pod-identity-agent-port',
    from: 'cluster',
    sample: 'Unable to start server: listen tcp 169.254.170.23:80: bind: address already in use',
    patterns: [/(169\.254\.170\.23|fd00:ec2::23\]?):(80|2703): bind: address already in use/i],
    says: 'The Pod Identity agent does not start: another process of the node has its port.',
    causes: [
      {
        text: 'A pod with hostNetwork or hostPort 80 listens on every address of the node: an ingress controller, a proxy, another instance of the agent. Move it to another port or to other nodes.',
        rules: ['pod-identity-agent-missing'],
        tell: 'ss -ltnp on the node shows the process on port 80.',
      },
    ],
  },
  {
    id: 'pod-identity-agent-cache',
    from: 'cluster',
    sample:
      'Removing credentials from cache, got non recoverable error: … ExpiredTokenException: The token included in the request is expired',
    patterns: [/removing credentials from cache, got non.?recoverable error.{0,400}ExpiredTokenException/i],
    says: 'The Pod Identity agent renews credentials before they end. The token with which a pod had asked for these is over, and the agent forgets them.',
    causes: [
      {
        text: 'The pod is gone. Nothing is to be done: no program asks for these credentials any more.',
        rules: [],
        tell: 'No program of that node logs an error at the same time.',
      },
      {
        text: 'The program of the pod keeps its first token: its SDK reads AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE once. Update it, and restart the pod until then.',
        rules: ['runtime-sdk-unsupported'],
        tell: 'A program of that node fails with the same words, and a restart of its pod helps.',
      },
    ],
  },
  {
    id: 'pod-identity-node-denied',
    from: 'cluster',
    sample:
      'AccessDeniedException: User: arn:aws:sts::<account>:assumed-role/<role of the node>/i-0123456789abcdef0 is not authorized to perform: eks-auth:AssumeRoleForPodIdentity',
    patterns: [/not authorized to perform: eks-auth:AssumeRoleForPodIdentity/i],
    says: 'The Pod Identity agent calls EKS Auth with the role of its node, and that role has no permission for it. The association and the role of the pod are not the cause.',
    causes: [
      {
        text: 'Attach AmazonEKSWorkerNodePolicy (or AmazonEKSWorkerNodeMinimalPolicy) to the role of the node, or allow eks-auth:AssumeRoleForPodIdentity in a policy of your own.',
        rules: [],
        tell: 'aws iam list-attached-role-policies of the role in the message shows neither.',
      },
      {
        text: 'A service control policy or the policy of the VPC endpoint for eks-auth denies it.',
        rules: [],
        tell: 'The end of the message names the type of the policy.',
      },
    ],
  },
  {
    id: 'pod-identity-eks-auth-unreachable',
    from: 'cluster',
    sample:
      'operation error EKS Auth: AssumeRoleForPodIdentity, Post "https://eks-auth.<region>.api.aws/clusters/<cluster>/assume-role-for-pod-identity": dial tcp: i/o timeout',
    patterns: [
      /eks-auth\..{0,320}(i\/o timeout|timed? ?out|no such host|connection refused|connection reset|no route to host|network is unreachable|deadline exceeded|: EOF\b)/i,
      /\beks[-_ ]auth\b.{0,200}\b(private|vpc) endpoints?\b|\b(private|vpc) endpoints?\b.{0,120}\beks[-_ ]auth\b/i,
    ],
    says: 'The Pod Identity agent could not reach EKS Auth (eks-auth.<region>.api.aws) from the node. The association and the role are not the cause.',
    causes: [
      {
        text: 'The subnets of the nodes have no NAT and no VPC endpoint for com.amazonaws.<region>.eks-auth with private DNS, or its security group does not admit the nodes on port 443.',
        rules: [],
        tell: 'curl https://eks-auth.<region>.api.aws on the node gets no answer.',
      },
      {
        text: 'The VPC endpoint for eks-auth has another name for the nodes (in another VPC, without private DNS, or for one of the two domains): give the agent its address by AWS_ENDPOINT_URL_EKS_AUTH, or make a private hosted zone for eks-auth.<region>.api.aws that leads there.',
        rules: [],
        tell: 'nslookup eks-auth.<region>.api.aws on the node prints a public address.',
        decisive: ['shared-endpoint'],
      },
      {
        text: 'The nodes reach the internet by a proxy alone, and the agent does not know it.',
        rules: [],
        tell: 'The same call with the proxy set is answered.',
      },
    ],
    transient: true,
  },
];
