import { isEksHost } from '../../facts/eks-issuer.ts';
import { providerArn } from '../../model/arn.ts';
import { complete } from '../../model/collected.ts';
import type { HostFacts, ServedCertificate } from '../../model/issuer.ts';
import { shellQuote } from '../../text/shell-quote.ts';
import { defineRule, fail, pass, unknown } from '../define-rule.ts';
import { aCertificate, aHost, anIssuer, someFacts } from '../example-world.ts';
import { chainInWords, chainOf, handshakeOf, knownAuthorities } from '../provider/support/served-chain.ts';

/** The chain that was sent leads to no public authority: somebody else's certificates stand in the way. */
export const issuerCertificateUntrusted = defineRule({
  id: 'issuer-certificate-untrusted',
  kind: 'issuer',
  group: 'issuer',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'provider-thumbprint',
  title: "Every issuer's certificate is vouched for by a public authority",
  needs: ['issuer'],
  docs: {
    why: 'The issuers of EKS have publicly trusted certificates. If another chain is served, a private authority or a proxy that inspects TLS stands between; tools that run there pin its thumbprint. Where AWS sees that chain too, it refuses every token unless the thumbprint is pinned.',
    fix: 'Run the audit, and whatever creates providers, from a network without TLS inspection; never pin the thumbprint of a proxy.',
    references: [
      'docs/facts.md §B.4, §B.6',
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html',
    ],
  },
  check: (subject, facts) => {
    const found = chainOf(subject.url, facts);
    if (found.status === 'unread') return unknown('unread', found.why);
    if (found.trust.verdict !== 'untrusted') return pass;
    const authority = authorityOf(found.last);
    const { accountId, partition } = facts.snapshot;
    const provider = providerArn(partition, accountId, subject.url);
    return fail({
      message: `the certificate of ${found.host.host} is not vouched for by a public authority: ${found.trust.why}${culprit(subject.url, found.host, authority)}`,
      evidence: [
        {
          what: 'verification of the chain',
          got: found.trust.why,
          wanted: 'a path to a public root',
          readFrom: handshakeOf(found.host),
        },
        {
          what: 'certificates in the order sent',
          got: chainInWords(found.host.chain),
          readFrom: handshakeOf(found.host),
        },
      ],
      podError: "InvalidIdentityToken: OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint",
      place: { providerArn: provider },
      fix: fixOf(subject.url, found.host, authority),
      explains: [
        ...['provider-thumbprint-mismatch', 'provider-thumbprint-not-root', 'provider-thumbprint-stale'].map(
          ruleId => ({ ruleId, subject: provider }),
        ),
        ...['issuer-certificate-expiring', 'issuer-discovery-invalid', 'issuer-unreachable'].map(ruleId => ({
          ruleId,
          subject: subject.url,
        })),
      ],
    });
  },
  examples: {
    pass: { title: 'a public chain', facts: () => someFacts() },
    fail: {
      title: 'a proxy signs in place of the real authority',
      facts: () => {
        const proxy = aCertificate({
          subject: 'CN=Example Web Gateway CA',
          issuer: 'CN=Example Web Gateway CA',
          sha1: '9'.repeat(40),
          isSelfSigned: true,
        });
        const why = 'the chain ends at CN=Example Web Gateway CA, which is not a public certificate authority';
        return someFacts({
          issuers: [anIssuer({ host: complete(aHost({ chain: [proxy], trust: { verdict: 'untrusted', why } })) })],
        });
      },
    },
    unknown: { title: 'the issuer was not probed', facts: () => someFacts({ issuers: [] }) },
  },
});

/** The authority at the end of the chain, by its subject. */
const authorityOf = ({ isSelfSigned, subject, issuer }: ServedCertificate): string => (isSelfSigned ? subject : issuer);

const culprit = (url: string, { chain }: HostFacts, authority: string): string => {
  if (!isEksHost(url)) return `. Its authority is ${authority}`;
  return isOfAmazon(chain)
    ? '. Its last certificate is one of Amazon Trust Services, as EKS has it: look at the clock of the auditor first, then for a proxy'
    : `. EKS does not use ${authority}: a proxy that inspects TLS, or a private resolver, stands between the auditor and AWS`;
};

const isOfAmazon = (chain: readonly ServedCertificate[]): boolean =>
  chain.slice(-1).some(({ sha1 }) => knownAuthorities[sha1] !== undefined);

const summaryOf = (url: string, name: string, chain: readonly ServedCertificate[], authority: string): string => {
  if (!isEksHost(url)) return `Give ${name} a certificate of a public authority, sent with its intermediates.`;
  return isOfAmazon(chain)
    ? 'See whether the clock of the auditor is right, and which chain another machine sees.'
    : `Run the audit from a network that reaches ${name} without TLS inspection; do not pin the thumbprint of ${authority}.`;
};

const fixOf = (url: string, { host, chain }: HostFacts, authority: string) => {
  const [name = '', port = '443'] = host.split(':');
  return {
    summary: summaryOf(url, name, chain, authority),
    commands: [
      `openssl s_client -showcerts -servername ${shellQuote(name)} -connect ${shellQuote(`${name}:${port}`)} </dev/null`,
    ],
    choice:
      'Run the command from another network: if the chain is a public one there, only your own network is in the way.',
  };
};
