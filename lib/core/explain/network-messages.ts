import { notInjected } from './common-causes.ts';
import type { KnownMessage } from './known-message.ts';

const hostOfSts = '([\\w-]{1,63}\\.){0,6}sts[.-][\\w.-]{0,80}(amazonaws\\.com|api\\.aws)(?!\\S{0,9}/doc)';
/** STS named as the one that is called; as an audience or in the name space of XML it is not. */
const stsHost = `(?://|lookup |getaddrinfo |connect to |host["':= ]{1,4})${hostOfSts}`;
const webIdentity = '(webidentityerr|assumerolewithwebidentity|assume role from web identity)';
const noAnswer =
  '(i/o timeout|timed ?out|connect timeout|handshake timeout|no such host|connection refused|connection reset|could not connect|enotfound|eai_again|econnrefused|econnreset|unknownhostexception|no route to host|network is unreachable|temporary failure in name resolution|server misbehaving|deadline exceeded|code for connect|proxyconnect)';
const badCertificate =
  '(x509:|certificate verify failed|certificate_verify_failed|unable to get local issuer certificate|self.signed certificate|pkix path building failed)';

/** What SDKs say where the call never got to STS, or to something else (docs/facts.md §C.3). */
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
      /noregionerror|you must specify a region\b/i,
      /missing required AWS_REGION/i,
      /unable to find a region via the region provider chain/i,
      /no regionendpoint or serviceurl configured/i,
      /\bsts\.\.amazonaws\.com/i,
      /service: "sts", region: ""/i,
      /error: region is missing/i,
    ],
    says: 'The SDK does not know in which region to call, so it asked nobody: neither token nor role were looked at.',
    causes: [
      {
        text: 'Neither AWS_REGION nor AWS_DEFAULT_REGION is set in the container. Where the webhook sets them, a pod that was not injected lacks them too.',
        rules: notInjected,
      },
      {
        text: 'The configuration of the program has an empty region, or its SDK client for STS is not given the one that the others have.',
        rules: [],
      },
    ],
  },
  {
    id: 'sdk-wrong-endpoint',
    from: 'sdk',
    sample: 'InvalidAction: Could not find operation AssumeRoleWithWebIdentity for version 2011-06-15',
    patterns: [
      /could not find operation AssumeRoleWithWebIdentity/i,
      /webidentityerr: failed to retrieve credentials.{0,40}serializationerror: failed to unmarshal error message/i,
    ],
    says: 'Something else than STS answered the call AssumeRoleWithWebIdentity.',
    causes: [
      {
        text: 'The program is given an endpoint for another service (S3, DynamoDB, AWS_ENDPOINT_URL) and its SDK uses it for STS as well: set the region and leave the endpoint out.',
        rules: [],
      },
      { text: 'A proxy or a gateway answered in the place of STS.', rules: [] },
    ],
  },
  {
    id: 'sdk-sts-certificate',
    from: 'sdk',
    sample:
      'WebIdentityErr: failed to retrieve credentials, RequestError: send request failed, x509: certificate signed by unknown authority',
    patterns: [
      new RegExp(`${stsHost}.{0,160}${badCertificate}`, 'i'),
      new RegExp(`${badCertificate}.{0,60}${stsHost}`, 'i'),
      new RegExp(`${webIdentity}.{0,160}${badCertificate}`, 'i'),
    ],
    says: 'The program does not trust the certificate that was shown for STS, and sent nothing. It has nothing to do with the certificate of the issuer.',
    causes: [
      { text: 'The image has no, or old, CA certificates: install ca-certificates.', rules: [] },
      {
        text: 'A proxy that inspects TLS stands before STS, and its CA is not trusted in the container.',
        rules: [],
      },
    ],
  },
  {
    id: 'sdk-sts-unreachable',
    from: 'sdk',
    sample: 'WebIdentityErr: failed to retrieve credentials, RequestError: send request failed, dial tcp: i/o timeout',
    patterns: [
      new RegExp(`${stsHost}.{0,160}${noAnswer}`, 'i'),
      new RegExp(`${noAnswer}.{0,60}${stsHost}`, 'i'),
      new RegExp(`(enotfound|eai_again|unknownhostexception:) ${hostOfSts}`, 'i'),
      new RegExp(`${webIdentity}.{0,160}${noAnswer}`, 'i'),
    ],
    says: 'The program could not reach STS: nothing is known yet of the token, the provider or the role.',
    causes: [
      {
        text: 'The pod has no way there: no NAT and no VPC endpoint for STS, a security group, a network policy, a firewall, a proxy that refuses or is not set.',
        rules: [],
      },
      {
        text: 'The address is the global sts.amazonaws.com, and only a VPC endpoint for the regional one exists: AWS_STS_REGIONAL_ENDPOINTS=regional.',
        rules: ['service-account-option-ignored'],
      },
      { text: 'Names are not resolved in the pod: CoreDNS, or an endpoint without private DNS.', rules: [] },
    ],
    transient: true,
  },
  {
    id: 'sdk-credentials-canceled',
    from: 'sdk',
    sample: 'get identity: get credentials: request canceled, context canceled',
    patterns: [/(get credentials:|assumerolewithwebidentity,) (request )?cancell?ed, context/i],
    says: 'The program gave up before it had credentials. The text does not say who was too slow: STS, the Pod Identity agent or the metadata service of the node.',
    causes: [
      {
        text: 'The pod was not injected, and the SDK waits for the metadata service of the node, which pods often cannot reach (hop limit 1).',
        rules: notInjected,
      },
      { text: 'The way from the pod to STS is slow or closed: no VPC endpoint, a firewall, DNS.', rules: [] },
      { text: 'The program was just being stopped.', rules: [] },
    ],
    transient: true,
  },
];
