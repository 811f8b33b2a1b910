import type { Cause, KnownMessage } from './known-message.ts';

/** The address of the agent as the host of a call, and not as the value of a printed variable. */
const agent = '(?<!full_uri\\W{1,12}(value\\W{1,3})?(https?:\\/\\/)?)(169\\.254\\.170\\.23|\\[?fd00:ec2::23\\b)';

const agentAbsent: Cause = {
  text: 'The Pod Identity agent does not run on the node: the add-on eks-pod-identity-agent is missing, or the node is Fargate or Windows, which have none; hybrid nodes need its DaemonSet for them (hybrid.create of the add-on).',
  rules: ['pod-identity-agent-missing', 'pod-identity-pods-without'],
  tell: 'kubectl --namespace kube-system get pods --selector app.kubernetes.io/name=eks-pod-identity-agent --output wide lists a Running pod for the node of the program, or does not.',
};

/** The agent listens on the node itself. */
const byFirewall: Cause = {
  text: 'A firewall on the node (a hardened image, iptables with a default of DROP) keeps pods from the agent, which listens on the node: allow TCP port 80 to 169.254.170.23 in the INPUT chain.',
  rules: [],
  tell: 'Pods of nodes with another image get credentials; iptables -L INPUT on the node shows the rule.',
  decisive: ['node-firewall'],
};

const byPolicy: Cause = {
  text: 'A network policy of the namespace keeps the pod from the agent: allow egress to 169.254.170.23 port 80 (Cilium: toEntities host).',
  rules: ['pod-egress-closed'],
  tell: 'The log of the network plugin has DROPPED or denied with this address, or the call times out while the agent runs.',
  decisive: ['network-policy'],
};
const byPlugin: Cause = {
  text: 'The network plugin itself drops or redirects the packets to the agent, without a policy: Cilium 1.16 with BPF host routing, or one that replaces kube-proxy and takes the address for a service. Update the plugin, or set bpf.hostLegacyRouting.',
  rules: [],
  tell: 'hubble observe shows DROPPED with another reason than a policy, and curl http://169.254.170.23/ answers on the node.',
  decisive: ['datapath'],
};

/** Messages of EKS Pod Identity, which people take for IRSA (docs/facts.md §C.3, §H.3). */
export const podIdentityMessages: readonly KnownMessage[] = [
  {
    id: 'pod-identity-sdk-too-old',
    from: 'sdk',
    sample: 'invalid endpoint host, "169.254.170.23", only loopback hosts are allowed',
    patterns: [
      /invalid endpoint host,.{0,60}only loopback hosts are allowed/i,
      /invalid full URI for ECS provider/i,
      /URI did not refer to the loopback interface/i,
      /is not a valid container metadata service (hostname|protocol)/i,
      /(?<!fd00:ec2::23\]?\S{0,40}.{0,10})contained withing? environment variable.{0,80}has an invalid host/i,
      /unsupported host(name)?\b.{0,160}169\.254\.170\.23|169\.254\.170\.23\S{0,40} contains an unsupported host/i,
      /AWS_CONTAINER_CREDENTIALS_FULL_URI must use a (local )?loopback/i,
      /169\.254\.170\.23\S{0,40} has an invalid host/i,
      /only (retrieve metadata|loopback).{0,120}169\.254\.170\.23|169\.254\.170\.23.{0,60}(not|only).{0,30}loopback/i,
    ],
    says: 'The SDK is older than EKS Pod Identity: for container credentials it accepts a loopback address alone, and refuses the address of the agent. The association, the agent and the role are not the cause.',
    causes: [
      {
        text: 'Update the SDK in the program to a version that supports Pod Identity: Python boto3 and botocore 1.34.41, AWS CLI 2.15.0 or 1.30.0, Go v2 release-2023-11-14, Go v1 1.47.11, Java v2 2.21.30, Java v1 1.12.746, JavaScript v3 3.458.0, JavaScript v2 2.1550.0, Rust release-2024-03-13, Ruby 3.188.0, PHP 3.287.1, .NET 3.7.734.0, C++ 1.11.263, Kotlin 1.0.1.',
        rules: ['runtime-sdk-unsupported', 'pod-identity-role-never-used'],
        tell: 'The program comes with its SDK: a newer release of the program is usually the fix.',
      },
      {
        text: 'No newer version exists: give the service account its role by IRSA. Delete the association, annotate the service account, restart the pods.',
        rules: ['service-account-pod-identity-overrides'],
        tell: 'The newest release of the program still has an older SDK than these versions.',
      },
    ],
  },
  {
    id: 'pod-identity-client-timeout',
    from: 'sdk',
    sample:
      'unable to fetch credentials from EKS Auth: operation error EKS Auth: AssumeRoleForPodIdentity, https response error StatusCode: 0, canceled, context canceled',
    patterns: [
      /AssumeRoleForPodIdentity.{0,160}(context canceled|cancell?ed, context|request canceled)/i,
      new RegExp(`${agent}.{0,120}(client\\.timeout exceeded|awaiting headers)`, 'i'),
    ],
    says: 'The program closed its request before the Pod Identity agent had the answer of EKS. Its time-out is shorter than the first call takes.',
    causes: [
      {
        text: 'Raise the time-out of the program for container credentials to some seconds: podIdentityHttpTimeout of the Secrets Store CSI provider, the metadata time-out of an SDK. Update the program where it has no such setting.',
        rules: [],
        tell: "The agent's log has StatusCode: 0 and context canceled at the time of the error.",
      },
      {
        text: 'The agent reaches the EKS Auth endpoint slowly: a proxy, or no VPC endpoint for eks-auth.',
        rules: [],
        tell: 'The requests of every program on that node are slow.',
      },
    ],
    transient: true,
  },
  {
    id: 'pod-identity-throttled',
    from: 'sdk',
    sample:
      'operation error EKS Auth: AssumeRoleForPodIdentity, exceeded maximum number of attempts, ThrottlingException',
    patterns: [
      /AssumeRoleForPodIdentity.{0,200}(\bthrottl\w+|\brate limit|\btoo many requests|\b429\b)/i,
      /(\bthrottl\w+|\brate limit\w*|\btoo many requests|\b429\b).{0,160}AssumeRoleForPodIdentity/i,
    ],
    says: 'EKS Auth had too many calls of the agents of EKS Pod Identity in a short time. Its limit is one of the account and the region.',
    causes: [
      {
        text: 'Many pods start at once (jobs, a new deployment): the agent keeps the credentials of each pod, and asks for each new one, of the same role too. Let them start apart, and let their SDKs try again.',
        rules: [],
        tell: 'It happens when many pods start, and passes.',
      },
      {
        text: 'Programs make a session (boto3.Session) or a client for each call: make one for the process, which keeps and renews its credentials.',
        rules: [],
        tell: 'The log of the agent has many requests of one client-addr in a second.',
        decisive: ['sessions-many'],
      },
    ],
    transient: true,
  },
  {
    id: 'pod-identity-role-refused',
    from: 'sdk',
    sample: 'Unauthorized Exception! EKS does not have permissions to assume the associated role.',
    patterns: [/EKS does not have permissions to assume the associated role/i],
    says: 'EKS knows the association and may not assume its role.',
    causes: [
      {
        text: 'The trust policy of the role does not allow both sts:AssumeRole and sts:TagSession to pods.eks.amazonaws.com, or it has a condition that the association does not meet. A role made for IRSA trusts an OIDC provider instead.',
        rules: ['pod-identity-role-not-trusting'],
        tell: 'aws iam get-role --role-name <role> --query Role.AssumeRolePolicyDocument shows no pods.eks.amazonaws.com with both actions.',
      },
      {
        text: 'The role was deleted.',
        rules: ['pod-identity-role-missing'],
        tell: 'aws iam get-role --role-name <role> finds nothing.',
      },
      {
        text: 'The role trusts since a moment ago: IAM takes some seconds.',
        rules: [],
        tell: 'A retry after a minute succeeds.',
      },
    ],
  },
  {
    id: 'pod-identity-no-association',
    from: 'sdk',
    sample:
      '(ResourceNotFoundException): The token included in the request has no service account role association for it.',
    patterns: [/has no service account role association/i, /no (pod identity )?association (was )?found/i],
    says: 'The program asked for a role by EKS Pod Identity, and EKS has no association for its service account.',
    causes: [
      {
        text: 'The association was deleted, or was never made for this namespace, service account and cluster. Pods keep what EKS gave them until they are created again.',
        rules: ['pod-identity-service-account-missing'],
        tell: 'aws eks list-pod-identity-associations --cluster-name <cluster> --namespace <namespace> --service-account <name> lists nothing.',
      },
      {
        text: 'The service account is meant to have its role by IRSA: restart pods that still have Pod Identity, and switch it off in the program where that asks for it.',
        rules: [],
        tell: 'kubectl get serviceaccount <name> --output yaml has eks.amazonaws.com/role-arn.',
      },
    ],
  },
  {
    id: 'pod-identity-agent-unreachable',
    from: 'sdk',
    sample: 'Get "http://169.254.170.23/v1/credentials": dial tcp 169.254.170.23:80: connect: connection refused',
    patterns: [
      new RegExp(
        `${agent}.{0,120}(refused|timed? ?out|no route|unreachable|deadline exceeded|proxy|40[37]|50[234])`,
        'i',
      ),
      new RegExp(`(denied|dropped|blocked|refused|timed? ?out|reject).{0,60}${agent}`, 'i'),
      new RegExp(`connect to proxy\\b.{0,160}${agent}`, 'i'),
      new RegExp(`status ?code:? (403|407|50[234])\\b.{0,40}${agent}`, 'i'),
      new RegExp(`${agent}.{0,120}\\b(denied|dropped|blocked|reject\\w*)\\b`, 'i'),
      /\bno_?proxy\b.{0,300}\bpod[- ]identit|\bpod[- ]identit.{0,300}\bno_?proxy\b/i,
      /\bpod[- ]identity[- ]agent\b.{0,200}(\bcannot|n.t|\bnot|\bunable to) (be )?reach/i,
    ],
    says: 'The program could not reach the Pod Identity agent of its node. The association and the role are not the cause.',
    causes: [
      byPolicy,
      agentAbsent,
      byPlugin,
      byFirewall,
      {
        text: 'HTTP_PROXY is set in the container and NO_PROXY lacks 169.254.170.23 and [fd00:ec2::23].',
        rules: [],
        tell: 'The answer comes from a proxy (403, 407, 502, 503), and kubectl exec … env shows HTTP_PROXY.',
        decisive: ['proxy-spoken-of'],
      },
      {
        text: 'The pod runs with hostNetwork and the agent listens on an address that the node does not route.',
        rules: [],
        tell: 'The pod has hostNetwork: true; other pods of the node get credentials.',
        likelier: ['host-network'],
      },
      {
        text: 'The program asks the IPv6 address of the agent in a cluster with IPv4, or the node has IPv6 disabled: set AWS_CONTAINER_CREDENTIALS_FULL_URI no longer by hand, and update the add-on.',
        rules: [],
        tell: 'aws eks describe-cluster --query cluster.kubernetesNetworkConfig.ipFamily says ipv4.',
        likelier: ['agent-ipv6'],
        decisive: ['ipv6-spoken-of'],
      },
    ],
    unless: [
      'pod-identity-client-timeout',
      'pod-identity-sdk-too-old',
      'pod-identity-token-expired',
      'pod-identity-eks-auth-unreachable',
      'pod-identity-agent-port',
    ],
  },
  {
    id: 'sdk-pod-identity',
    from: 'sdk',
    everywhere: true,
    sample: 'Error when retrieving credentials from container-role: 169.254.170.23',
    patterns: [
      /retrieving credentials from container-role/i,
      new RegExp(agent, 'i'),
      /AssumeRoleForPodIdentity/i,
      /credentialsendpointerror|failed to refresh cached credentials, failed to load credentials/i,
      /EcsContainer.{0,200}non-success status from HTTP credential provider/i,
    ],
    says: 'This is EKS Pod Identity, not IRSA: the pod has an association, which takes precedence over the annotation. The text does not say what failed.',
    causes: [
      agentAbsent,
      {
        text: 'The role of the association does not allow sts:AssumeRole and sts:TagSession to pods.eks.amazonaws.com. A role made for IRSA does not.',
        rules: ['pod-identity-role-not-trusting', 'pod-identity-role-missing'],
        tell: 'aws iam get-role --role-name <role> --query Role.AssumeRolePolicyDocument shows no pods.eks.amazonaws.com.',
      },
      {
        text: 'The SDK is older than EKS Pod Identity.',
        rules: ['runtime-sdk-unsupported'],
        tell: 'Its error says "only loopback hosts are allowed" or "not a valid container metadata service hostname".',
      },
      {
        text: 'The service account has both an annotation and a Pod Identity association, and IRSA was meant.',
        rules: ['service-account-pod-identity-overrides'],
        tell: 'kubectl get serviceaccount <name> --output yaml has eks.amazonaws.com/role-arn.',
      },
      {
        text: 'The role of the node, or a policy of the organization, does not allow eks-auth:AssumeRoleForPodIdentity.',
        rules: [],
        tell: 'The log of the agent says AccessDeniedException for eks-auth:AssumeRoleForPodIdentity.',
        decisive: ['organization-policy'],
      },
      byPolicy,
      byPlugin,
      byFirewall,
    ],
    unless: [
      ...['pod-identity-no-association', 'pod-identity-sdk-too-old'],
      'pod-identity-client-timeout',
      'pod-identity-throttled',
      'pod-identity-token-malformed',
      'pod-identity-token-empty',
      'pod-identity-agent-ipv6',
      'pod-identity-java-ipv6',
      'pod-identity-agent-port',
      'pod-identity-node-denied',
      'pod-identity-eks-auth-unreachable',
      'pod-identity-token-expired',
      'pod-identity-agent-certificate',
      'pod-identity-token-file',
      'pod-identity-role-refused',
      'pod-identity-agent-unreachable',
      'sts-packed-session-tags',
    ],
    isSymptom: true,
  },
];
