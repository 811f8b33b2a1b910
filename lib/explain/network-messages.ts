import { notInjected } from './common-causes.ts';
import type { Cause, KnownMessage } from './known-message.ts';
import { otherEndpoint } from './sts-answer-messages.ts';
import { stsHostPattern, webIdentity } from './sts-host.ts';

/** Up to 160 characters in which nothing answered. */
const unanswered = '(?:(?!api error|accessdenied|not authorized|invalididentity|status code: [45]).){0,160}';
export const noAnswer =
  '(i/o timeout|timed ?out|connect timeout|handshake timeout|no such host|connection refused|connection reset|could not connect|enotfound|eai_again|econnrefused|econnreset|unknownhostexception|no route to host|network is unreachable|temporary failure in name resolution|server misbehaving|deadline exceeded|code for connect|proxyconnect|: EOF\\b|remote error: tls|connection was closed before we received a valid response)';
const badCertificate =
  '(x509:|certificate verify failed|certificate_verify_failed|hostname \\S{1,80} doesn.t match|unable to get local issuer certificate|self.signed certificate|pkix path building failed)';

/** Something that answers in place of AWS. */
const refusedOnTheWay: Cause = {
  text: 'A proxy or a firewall on the way answered, and refused the connection: it closes TLS with an alert, or resets it, for hosts that it does not allow. Allow the address of STS there, or go round it (NO_PROXY, a VPC endpoint).',
  rules: [],
  tell: 'The message says "remote error: tls" or "connection reset"; openssl s_client -connect sts.<region>.amazonaws.com:443 in the pod ends with the same alert.',
  decisive: ['tls-refused'],
};

/** The proxy of a mesh takes every connection of its pod. */
export const meshInBetween: Cause = {
  text: 'The sidecar of a service mesh (Istio, Linkerd, App Mesh) takes the connection: its proxy is not ready when the program starts, or allows no hosts outside of the mesh. Let the program wait for it (holdApplicationUntilProxyStarts), add a ServiceEntry for STS, or leave its addresses out of the interception.',
  rules: [],
  tell: 'kubectl get pod <pod> --output yaml has istio-proxy, linkerd-proxy or envoy, and pods without it reach STS.',
  decisive: ['mesh'],
};

const noAuthorities: Cause = {
  text: 'The image has no CA certificates, or old ones: install ca-certificates.',
  rules: [],
  tell: 'ls /etc/ssl/certs in the container is empty, and other images of the cluster have no such error.',
};

const inspectedTls: Cause = {
  text: 'A proxy that inspects TLS is in front of STS, and its CA is not trusted in the container.',
  rules: [],
  tell: 'openssl s_client -connect sts.<region>.amazonaws.com:443 in the pod shows another issuer than Amazon.',
  decisive: ['inspected-tls'],
};

/** Messages of SDKs whose call did not reach STS (docs/facts.md §C.3). */
export const networkMessages: readonly KnownMessage[] = [
  {
    id: 'sdk-region-missing',
    from: 'sdk',
    sample: 'failed to resolve service endpoint, endpoint rule error, Invalid Configuration: Missing Region',
    patterns: [
      /invalid configuration: missing region/i,
      /missingregion(error)?\b|missing region configuration/i,
      /could not find region configuration/i,
      /an aws region is required, but was not found/i,
      /noregionerror|you must specify a region\. you can also configure/i,
      /missing required AWS_REGION/i,
      /unable to find a region via the region provider chain/i,
      /no regionendpoint or serviceurl configured/i,
      /\bsts\.\.amazonaws\.com/i,
      /service: "sts", region: ""/i,
      /error: region is missing/i,
    ],
    says: 'The SDK does not know which region to call. It did not call STS, so nothing is known about token and role.',
    causes: [
      {
        text: 'Neither AWS_REGION nor AWS_DEFAULT_REGION is set in the container. If the webhook sets them, the pod was not injected.',
        rules: notInjected,
        tell: 'kubectl exec <pod> -- env shows neither of the two.',
      },
      {
        text: 'The configuration of the program has an empty region, or does not pass the region to its client for STS.',
        rules: [],
        tell: 'AWS_REGION is set in the container.',
      },
    ],
  },
  {
    id: 'sdk-wrong-endpoint',
    from: 'sdk',
    sample: 'InvalidAction: Could not find operation AssumeRoleWithWebIdentity for version 2011-06-15',
    patterns: [
      /could not find operation AssumeRoleWithWebIdentity/i,
      // no code of STS: another server answered
      /\((Unknown|40[045]|501|NoSuch\w+|MethodNotAllowed|NotImplemented|InvalidRequest|MissingAuthenticationToken\w*)\) when calling the AssumeRoleWithWebIdentity operation/i,
      /AssumeRoleWithWebIdentity, .{0,160}api error (NoSuch\w+|InvalidAction|Unknown\w*|MissingAuthenticationToken\w*|MethodNotAllowed|NotImplemented|InvalidRequest|AuthorizationHeaderMalformed|NotFound)\b/i,
      /sts\.\S{0,60}amazonaws\.com\S{0,20}action=AssumeRoleWithWebIdentity.{0,300}unsupported protocol scheme/i,
      /\bAWS_ENDPOINT_URL\b[^.]{0,160}\b(sts|assume\w*)\b.{0,60}\b(fail\w{0,6}|break\w*|broken|errors?|not)\b/i,
      /webidentityerr: failed to retrieve credentials.{0,40}serializationerror: failed to unmarshal error message/i,
    ],
    says: 'The call AssumeRoleWithWebIdentity did not go to STS: its address is wrong.',
    causes: [
      otherEndpoint,
      {
        text: 'A proxy or a gateway answered instead of STS.',
        rules: [],
        tell: 'The body of the answer is HTML, or names the proxy.',
      },
      {
        text: 'The program writes the address of STS without https://: update it.',
        rules: [],
        tell: 'The message says "unsupported protocol scheme".',
      },
    ],
  },
  {
    id: 'service-certificate',
    from: 'other-service',
    sample:
      'RequestError: send request failed, Get https://route53.amazonaws.com/2013-04-01/hostedzone: x509: certificate signed by unknown authority',
    patterns: [
      new RegExp(
        `https?://(?!sts[.-]|oidc|[\\w.-]*\\.eks\\.amazonaws|[\\w.-]*\\.amazonaws\\.com:?\\d*/id/)[\\w.-]+\\.(?:amazonaws\\.com|api\\.aws)\\S{0,160}.{0,24}${badCertificate}`,
        'i',
      ),
    ],
    says: 'The program does not trust the certificate of a service of AWS, and sent nothing: no role is asked so far. The same image would not trust STS either.',
    causes: [noAuthorities, inspectedTls],
    unless: ['sdk-sts-certificate'],
  },
  {
    id: 'sdk-sts-certificate',
    from: 'sdk',
    sample:
      'WebIdentityErr: failed to retrieve credentials, RequestError: send request failed, x509: certificate signed by unknown authority',
    patterns: [
      new RegExp(`${stsHostPattern}.{0,160}${badCertificate}`, 'i'),
      new RegExp(`${badCertificate}.{0,60}${stsHostPattern}`, 'i'),
      new RegExp(`${webIdentity}.{0,160}${badCertificate}`, 'i'),
      new RegExp(`${badCertificate}.{0,400}(assume role using web identity|${webIdentity})`, 'i'),
    ],
    says: 'The program does not trust the certificate of the STS endpoint, and sent nothing. The certificate of the issuer is not the cause.',
    causes: [
      noAuthorities,
      inspectedTls,
      {
        text: 'The name sts.amazonaws.com was sent to the regional VPC endpoint by a record of DNS. Call the regional name instead: AWS_STS_REGIONAL_ENDPOINTS=regional.',
        rules: ['service-account-option-ignored'],
        tell: "The message says that the host name doesn't match, or names another host of the certificate.",
      },
    ],
  },
  {
    id: 'sdk-sts-global-unreachable',
    from: 'sdk',
    sample: 'Post "https://sts.amazonaws.com/": dial tcp 52.94.241.129:443: i/o timeout',
    patterns: [
      new RegExp(`//sts\\.amazonaws\\.com(:443)?/?["' :].{0,160}${noAnswer}`, 'i'),
      new RegExp(`${noAnswer}.{0,60}//sts\\.amazonaws\\.com(:443)?(/?["' ]|/?$)`, 'i'),
      /(new https connection \(\d\): |connect to )sts\.amazonaws\.com:443.{0,120}time(d )?-?out/i,
    ],
    says: 'The program called the global endpoint of STS and got no answer. Nothing is known yet about the token, the provider and the role.',
    causes: [
      {
        text: 'The subnets reach STS by a VPC endpoint alone, which serves the regional name: set AWS_STS_REGIONAL_ENDPOINTS=regional and AWS_REGION in the container (the annotation eks.amazonaws.com/sts-regional-endpoints: "true" does the first).',
        rules: ['service-account-option-ignored'],
        sign: 'sts-by-endpoint-alone',
        tell: 'curl https://sts.<region>.amazonaws.com from a pod answers, and curl https://sts.amazonaws.com does not.',
      },
      {
        text: 'The variables are set and the program ignores them: its SDK is old, or it makes its own client for STS. Update it, or give it the endpoint or the region by its own setting.',
        rules: ['runtime-sdk-unsupported'],
        tell: 'kubectl exec … env shows AWS_STS_REGIONAL_ENDPOINTS=regional, and the message still names sts.amazonaws.com.',
        decisive: ['setting-ignored', 'own-sts-client'],
      },
      {
        text: 'The pod has no route to the internet at all: no NAT, a security group, a network policy, a firewall, a proxy that is not set.',
        rules: ['cluster-sts-unreachable', 'pod-egress-closed'],
        sign: 'sts-by-other-way',
        tell: 'Neither of the two names answers from a pod.',
      },
      refusedOnTheWay,
      meshInBetween,
    ],
    unless: ['sdk-region-missing', 'sdk-sts-certificate', 'sdk-sts-dns-silent'],
    transient: true,
  },
  {
    id: 'sdk-sts-foreign-host',
    from: 'sdk',
    sample: 'AssumeRoleWithWebIdentity: Post "https://sts.minio.example.com/": 404 Not Found',
    patterns: [
      new RegExp(
        `${webIdentity}.{0,200}(post|put|get) \\W{0,3}https?://(?![\\w.-]*(amazonaws\\.com|api\\.aws|amazonaws\\.eu|c2s\\.ic\\.gov|sc2s\\.sgov\\.gov|169\\.254\\.))[\\w.-]+`,
        'i',
      ),
      /(post|put|get|lookup|endpoint url:?|host:?) \W{0,3}(https?:\/\/)?sts\.(?!amazonaws\.com|[a-z0-9-]+\.amazonaws\.|[\w-]+\.api\.)[a-z0-9-]+(\.[a-z0-9-]+)+/i,
    ],
    says: 'The program sent the token to a host that is not STS of AWS, or asked for its address.',
    causes: [
      {
        text: 'An endpoint for another service (MinIO, an S3-compatible store, a proxy) is configured, and the program or its SDK uses it for STS too: remove it, or set the endpoint for S3 alone (AWS_ENDPOINT_URL_S3).',
        rules: [],
        tell: 'kubectl exec … env shows AWS_ENDPOINT_URL, or the configuration of the program names the host.',
      },
    ],
    unless: ['sdk-sts-certificate'],
  },
  {
    id: 'sdk-sts-unreachable',
    from: 'sdk',
    sample:
      'WebIdentityErr: failed to retrieve credentials, RequestError: send request failed, dial tcp 52.94.5.9:443: i/o timeout',
    patterns: [
      new RegExp(`${stsHostPattern}.{0,160}${noAnswer}`, 'i'),
      new RegExp(`${noAnswer}.{0,60}${stsHostPattern}`, 'i'),
      new RegExp(`curl error (7|28|35|52|56): .{0,200}${stsHostPattern}`, 'i'),
      /\b(connect\w*|read|request) time(d )?-?out (to|on|for|from) (the )?\W?sts\b/i,
      /\b(connection refused|connection reset|timed out|time-?outs?)\b.{0,60}\b(to|with|reach\w*) (the )?(aws )?sts\b/i,
      new RegExp(`${webIdentity}${unanswered}${noAnswer}`, 'i'),
      // the SDK for Rust: DNS, connection or TLS
      /(webidentity|\bsts\b|assumerole|assume role).{0,200}dispatch ?failure/i,
      // a stack trace of Java: the exception, then the client that waited
      /SocketTimeoutException: .{0,40}timed out.{0,4000}\b(AWSSecurityTokenServiceClient|services\.sts\.(Default)?StsClient)\b/i,
    ],
    says: 'The program could not reach STS. Nothing is known yet about the token, the provider and the role.',
    causes: [
      {
        text: 'The pod has no route to STS: no NAT and no VPC endpoint for STS, a security group (of the endpoint, of the node, or of the pod by a SecurityGroupPolicy), a network policy, a firewall, a proxy that refuses or is not set.',
        rules: ['cluster-sts-unreachable', 'pod-egress-closed'],
        messages: { 'pod-egress-closed': ['policies'] },
        tell: 'curl https://sts.<region>.amazonaws.com from a pod gets no answer. It answers from the node: then a network policy or a security group for pods is the cause.',
      },
      {
        text: 'The pod has a security group of its own: its packets leave with its own address, which has no way to the internet from a public subnet. Put such pods on nodes in private subnets with NAT, or add a VPC endpoint for STS that admits the group.',
        rules: ['pod-egress-closed'],
        messages: { 'pod-egress-closed': ['groups'] },
        tell: 'kubectl get securitygrouppolicies selects the pod, and other pods of the node reach STS.',
        decisive: ['pod-security-group'],
      },
      {
        text: 'The address is the global sts.amazonaws.com, and only a VPC endpoint for the regional one exists: AWS_STS_REGIONAL_ENDPOINTS=regional.',
        rules: ['service-account-option-ignored'],
        tell: 'The message, or the debug log of the SDK, names sts.amazonaws.com without a region.',
      },
      {
        text: 'Names are not resolved in the pod: CoreDNS, or an endpoint without private DNS.',
        rules: [],
        tell: 'nslookup sts.<region>.amazonaws.com in the pod fails.',
      },
      meshInBetween,
      refusedOnTheWay,
    ],
    unless: [
      ...['sdk-region-missing', 'sdk-sts-certificate', 'sdk-sts-global-unreachable'],
      ...['sdk-sts-dns-silent', 'sdk-sts-not-resolved', 'sdk-sts-foreign-host', 'sts-without-tls'],
    ],
    transient: true,
  },
  {
    id: 'sdk-credentials-canceled',
    from: 'sdk',
    sample: 'get identity: get credentials: request canceled, context canceled',
    patterns: [/(get credentials:|assumerolewithwebidentity,) (request )?cancell?ed, context/i],
    says: 'The program gave up before it had credentials. The text does not say what was too slow: STS, the Pod Identity agent or the metadata service of the node.',
    causes: [
      {
        text: 'The pod was not injected, and the SDK waits for the metadata service of the node, which pods often cannot reach (hop limit 1).',
        rules: notInjected,
        tell: 'kubectl exec <pod> -- env shows no AWS_ROLE_ARN.',
      },
      {
        text: 'The route from the pod to STS is slow or closed: no VPC endpoint, a firewall, DNS.',
        rules: [],
        tell: 'AWS_ROLE_ARN is set in the container, and curl https://sts.<region>.amazonaws.com there takes seconds.',
      },
      { text: 'The program was being stopped.', rules: [], tell: 'It is the last line of a pod that ended.' },
    ],
    unless: ['sdk-sts-unreachable'],
    isSymptom: true,
    transient: true,
  },
  {
    id: 'issuer-not-reached',
    from: 'cluster',
    sample: 'dial tcp: lookup oidc.eks.<region>.amazonaws.com: no such host',
    patterns: [
      new RegExp(
        `oidc[.-]eks\\.[\\w<>-]{1,30}\\.(amazonaws\\.com|api\\.aws).{0,120}(${noAnswer}|${badCertificate})`,
        'i',
      ),
    ],
    says: 'The issuer of the cluster could not be reached from where this ran. STS reaches it over the internet; a pod does not need it.',
    causes: [
      {
        text: 'The region or the id in the URL is wrong, or the cluster was deleted.',
        rules: ['issuer-unreachable', 'provider-url-mismatch'],
        tell: 'aws eks describe-cluster --name <cluster> --query cluster.identity.oidc.issuer prints another address, or finds no cluster.',
      },
      {
        text: 'The machine that ran this (Terraform, a pipeline) has no route to the internet.',
        rules: [],
        tell: 'curl of the address from that machine fails, and succeeds elsewhere.',
      },
    ],
  },
];
