import type { CauseText } from './cause.ts';

/** The way from the pod to STS, to AWS, and to the metadata of its node. */
export const networkCauses = {
  'metadata-closed': {
    says: 'The pod has no role of its own, so the SDK asked the node, whose metadata service does not answer pods: its hop limit is 1 (the default of AL2023 and of Karpenter), or it wants IMDSv2.',
    tell: 'kubectl exec <pod> -- env shows no AWS_ROLE_ARN, and aws ec2 describe-instances shows HttpPutResponseHopLimit: 1 for the node.',
    fix: 'Give the service account a role and restart the pod. If the role of the node is meant, raise the hop limit to 2 (3 with an overlay network): every pod can then use it.',
    sign: 'metadata-closed',
  },
  'wants-metadata': {
    says: 'The program asks the metadata service of the node for a region, a VPC or an instance, and not for credentials: no role gives it that, and Fargate has no such service.',
    tell: 'The text names a region, a VPC, an instance or an availability zone; AWS_ROLE_ARN may well be set.',
    fix: 'Give the program the value (AWS_REGION, --aws-region, --aws-vpc-id, its Helm values), run it with hostNetwork, or raise the hop limit of the nodes to 2.',
    sign: 'metadata-closed',
  },
  'node-role-reachable': {
    says: 'The metadata service of the nodes answers pods, so every pod can take the role of its node.',
    tell: 'aws ec2 describe-instances shows HttpPutResponseHopLimit 2 or HttpTokens optional for the nodes; scan --network reads it.',
    fix: 'Give each pod that calls AWS a role of its own, then set HttpTokens: required and a hop limit of 1 in the launch template or EC2NodeClass.',
    rules: ['cluster-node-role-reachable'],
    identity: 'node',
  },
  'no-route': {
    says: 'The pod has no way to the endpoint of STS or of the service: no NAT, no VPC endpoint, a route, a security group, a network ACL or a firewall.',
    tell: 'curl -sS https://sts.<region>.amazonaws.com in the pod times out.',
    fix: 'Add NAT, or a VPC endpoint (with private DNS) for STS and for each service that the program calls, whose security group admits the nodes on port 443.',
    rules: ['cluster-sts-unreachable'],
    sign: 'sts-by-other-way',
    unseen: 'firewalls, and the security groups of pods',
  },
  'egress-policy': {
    says: 'A network policy, or the security group of the pod, closes the way to the address.',
    tell: 'The same pod in a namespace without network policies gets an answer.',
    fix: 'Allow egress to it: port 443 for STS, 169.254.170.23 port 80 for the Pod Identity agent, 169.254.169.254 port 80 for metadata (Cilium: toEntities host). With security groups for pods set POD_SECURITY_GROUP_ENFORCING_MODE=standard on aws-node.',
    rules: ['pod-egress-closed'],
    unseen: 'the security groups of pods',
  },
  'policy-enforcer': {
    says: 'The network policy allows the call, and its enforcer drops it: the agent of the VPC CNI is late for a new pod, or misreads a rule.',
    tell: 'The log of the agent has DENY for an address that a rule allows, or only the first calls of a pod fail.',
    fix: 'Update the VPC CNI (or use its strict mode), and let the program try again.',
  },
  proxy: {
    says: 'A proxy on the way refuses the call or is not used for it: HTTPS_PROXY is not set for this call, NO_PROXY lacks an address, or the proxy does not allow the host.',
    tell: 'kubectl exec <pod> -- env shows HTTPS_PROXY, and NO_PROXY lacks 169.254.170.23 and 169.254.169.254.',
    fix: 'Allow the host of STS in the proxy, set HTTPS_PROXY and NO_PROXY in the container, or add a VPC endpoint for STS.',
    rules: ['cluster-sts-unreachable'],
    unseen: 'proxies, and the variables for them',
  },
  'tls-proxy': {
    says: 'A proxy that inspects TLS stands on the way, and its CA is not trusted by the program or the agent.',
    tell: 'openssl s_client -connect sts.<region>.amazonaws.com:443 in the pod shows an issuer of your own.',
    fix: 'Let sts.<region>.amazonaws.com and eks-auth.<region>.api.aws pass without inspection, or mount the CA and name it in AWS_CA_BUNDLE.',
  },
  'ca-certificates': {
    says: 'The image has no CA certificates, old ones, or ones that its user may not read.',
    tell: 'ls -l /etc/ssl/certs in the container shows no bundle, or one that is not readable.',
    fix: 'Install ca-certificates in the image.',
  },
  mesh: {
    says: 'The sidecar of a service mesh takes the connection: its proxy is not ready when the program starts, or allows no hosts outside of the mesh.',
    tell: 'The pod has a container istio-proxy, linkerd-proxy or envoy, and the call succeeds later or without it.',
    fix: 'Set holdApplicationUntilProxyStarts, add a ServiceEntry for STS, or leave its addresses out of the interception.',
  },
  'dns-silent': {
    says: 'Names are not resolved in the pod: CoreDNS does not run or answer, port 53 is blocked, or a VPC endpoint has no private DNS.',
    tell: 'kubectl --namespace kube-system get pods --selector k8s-app=kube-dns shows pods that do not run, or nslookup sts.<region>.amazonaws.com in the pod fails.',
    fix: 'Repair CoreDNS (pending pods, security group between nodes, UDP and TCP port 53), or enable private DNS of the endpoint.',
    rules: ['pod-egress-closed', 'cluster-sts-unreachable'],
    unseen: 'whether CoreDNS answers',
    sign: 'dns-pending',
  },
  'dns-before-coredns': {
    says: 'The program must run before CoreDNS can (Karpenter, a network plugin, the first pods on Fargate), and asks it for the address of STS.',
    tell: 'CoreDNS is pending, and waits for nodes that this program creates.',
    fix: 'Set dnsPolicy: Default in the pods of the program.',
    sign: 'dns-pending',
  },
  'sts-global': {
    says: 'The SDK calls the global endpoint sts.amazonaws.com, where the subnets reach a regional VPC endpoint alone, or the regional one is wanted.',
    tell: 'The text names sts.amazonaws.com, and the container has no AWS_STS_REGIONAL_ENDPOINTS=regional.',
    fix: 'Set AWS_STS_REGIONAL_ENDPOINTS=regional and AWS_REGION in the container; the annotation eks.amazonaws.com/sts-regional-endpoints: "true" does the first.',
    rules: ['service-account-option-ignored', 'runtime-sts-region', 'cluster-sts-unreachable'],
    sign: 'sts-by-endpoint-alone',
  },
  'sts-endpoint-ignored': {
    says: 'AWS_STS_REGIONAL_ENDPOINTS and AWS_REGION are set, and the program ignores them: its SDK is older, or it makes its own client for STS without the region.',
    tell: 'The container has AWS_STS_REGIONAL_ENDPOINTS=regional, and the program calls sts.amazonaws.com.',
    fix: 'Update the program, or give the region or the endpoint to its client for STS by its own setting.',
    rules: ['runtime-sts-region', 'runtime-sdk-unsupported'],
  },
  'sts-other-region': {
    says: 'The provider exists, and the SDK called STS of another partition or region than that of the cluster (from GovCloud or China the global endpoint or us-east-1).',
    tell: 'The host of STS in the log is of another partition than the issuer.',
    fix: 'Set AWS_REGION and AWS_STS_REGIONAL_ENDPOINTS=regional, give the region to the client for STS where the program makes one, or update the SDK.',
    rules: ['service-account-option-ignored', 'runtime-sts-region'],
  },
  'sts-region-disabled': {
    says: 'The AWS account of the role has not activated STS in the region that was called.',
    tell: 'aws account get-region-opt-status --region-name <region>, or the account settings of IAM, show it.',
    fix: 'Activate the region, or call STS of another one (AWS_REGION).',
  },
  'session-of-global-sts': {
    says: 'The session comes from the global endpoint of STS, and the region of the call is an opt-in region, which takes sessions of regional endpoints alone.',
    tell: 'The container has no AWS_STS_REGIONAL_ENDPOINTS=regional, and the region is opted in.',
    fix: 'Set AWS_STS_REGIONAL_ENDPOINTS=regional and AWS_REGION.',
    rules: ['runtime-sts-region', 'service-account-option-ignored'],
  },
  'foreign-endpoint': {
    says: 'The program has an endpoint for another service (MinIO, S3, AWS_ENDPOINT_URL), and its SDK sends the call for STS there too.',
    tell: 'The host in the text is not sts.<region>.amazonaws.com, or AWS_ENDPOINT_URL is set.',
    fix: 'Remove the endpoint, name it for the one service (AWS_ENDPOINT_URL_S3), or set AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true.',
  },
  'tls-off': {
    says: 'TLS is switched off for the service of the program (disableSSL, insecure: true, http://), and its SDK takes this for STS too.',
    tell: 'The text has http://sts.',
    fix: 'Switch TLS on, or remove the endpoint of http://.',
  },
} as const satisfies Readonly<Record<string, CauseText>>;
