/** Signs of a network, of a proxy or of a node between a program and AWS. */

/** One sign in a text. */
export interface Clue {
  /** The sign in words, after "In the text:". */
  readonly says: string;
  /** It is there if one of these is found in the text, white space collapsed. */
  readonly patterns: readonly RegExp[];
}

/** Part of the table of signs (clues.ts). */
export const networkClues = {
  'network-policy': {
    says: 'a network policy, or a verdict of one',
    patterns: [/network ?polic|policy-verdict|policy denied|(egress|ingress) denied|default[- ]deny/i],
  },
  mesh: {
    says: 'a sidecar of a service mesh',
    patterns: [
      /\bistio\b|\blinkerd\b|\bapp ?mesh\b|\bkuma-sidecar\b|\benvoy\b.{0,60}\b(sidecar|proxy|container)|\bconsul connect\b/i,
    ],
  },
  'tls-refused': {
    says: 'an alert of TLS, which only a server or a proxy that was reached sends',
    patterns: [/remote error: tls|\btlsv1 alert\b|sslv3 alert/i],
  },
  'proxy-spoken-of': { says: 'a proxy', patterns: [/\bno_?proxy\b|\bhttps?_proxy\b|\bprox(y|ied)\b/i] },
  datapath: {
    says: 'packets that the network plugin routes or drops, with no verdict of a policy',
    patterns: [/fib lookup|host ?routing|kube-?proxy ?replacement|\bDNAT\b|local ?redirect ?polic/i],
  },
  'ipv6-spoken-of': { says: 'an IPv6 address that is not reached', patterns: [/\bIPv6\b.{0,24}\baddress\b/i] },
  'agent-ipv6': { says: 'the IPv6 address of the agent', patterns: [/fd00:ec2::23/i] },
  'host-network': { says: 'the network of the host', patterns: [/host ?network/i] },
  'node-firewall': {
    says: 'a firewall on the node',
    patterns: [
      /\biptables -[APIN]\b|\bnftables\b|\bfirewalld\b|\bhost firewall\b|\bCIS (config\w*|benchmark|hardening|level|bottlerocket|amazon)/i,
    ],
  },
  'sts-throttle': {
    says: 'STS that throttles',
    patterns: [/\bthrottl\w+\b.{0,40}(\bsts\b|AssumeRoleWithWebIdentity)|\bsts throttl\w+/i],
  },
  'inspected-tls': {
    says: 'a certificate that no public authority made',
    patterns: [/self.?signed certificate in (certificate )?chain|\b(EE|CA) certificate key too weak\b/i],
  },
  'overlay-network': {
    says: 'a network plugin that adds a hop',
    patterns: [/\boverlays?\b|\bebpf\b|\bcilium\b|\bcalico\b|\bweave\b|\bcni plugins?\b/i],
  },
  'ingress-alone': {
    says: 'a policy for ingress alone',
    patterns: [/^(?!.*\begress\b).*?\bkind: NetworkPolicy\b.{0,200}\bingress:/i],
  },
  'global-sts-without-address': {
    says: 'the global address of STS, and a time-out that names no server of DNS',
    patterns: [/\/\/sts\.amazonaws\.com\/?\W{1,4}dial tcp: i\/o timeout/i],
  },
  'pod-security-group': {
    says: 'security groups for pods',
    patterns: [
      /security ?groups? for (the |our )?pods?|SecurityGroupPolic|security group polic|pod security groups?|pods? with (a )?security groups?/i,
    ],
  },
  'no-name': {
    says: 'a name without an address',
    patterns: [/no such host|enotfound|eai_again|name resolution|name or service not known|could not resolve host/i],
  },
} as const satisfies Readonly<Record<string, Clue>>;
