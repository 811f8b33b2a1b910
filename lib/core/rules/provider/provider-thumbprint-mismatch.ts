import { isEksHost } from '../../facts/eks-issuer.ts';
import type { Facts } from '../../facts/facts.ts';
import type { ProviderSubject } from '../../facts/subjects.ts';
import { complete } from '../../model/collected.ts';
import type { Fix, Severity } from '../../model/finding.ts';
import type { HostFacts } from '../../model/issuer.ts';
import { defineRule, fail, notApplicable, pass, unknown } from '../define-rule.ts';
import { aProvider, someFacts } from '../example-world.ts';
import { withoutCluster } from './support/issuer-liveness.ts';
import { placeOfIssuer } from './support/issuer-users.ts';
import { updateThumbprints } from './support/provider-commands.ts';
import {
  chainInWords,
  chainOf,
  consultsThumbprints,
  handshakeOf,
  knownAuthorities,
  normalThumbprint,
  type ReadChain,
} from './support/served-chain.ts';

/** Compares the thumbprints with every certificate that the issuer's server sent. */
export const providerThumbprintMismatch = defineRule({
  id: 'provider-thumbprint-mismatch',
  kind: 'provider',
  group: 'provider',
  impact: 'breaks',
  severity: 'low',
  articleStep: 'provider-thumbprint',
  title: "A thumbprint of the provider is in the chain that the issuer's server sends",
  needs: ['provider-detail'],
  docs: {
    why: 'Where AWS consults thumbprints, one of them must be of a certificate that the server sends, or every token is refused. For chains that a public authority vouches for AWS does not consult them (IAM User Guide), so there it is untidy and not broken; CloudTrail shows which way was taken.',
    fix: 'Set the thumbprint of the last certificate that the server sends.',
    references: [
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html',
      'docs/facts.md §0.1, §B.4',
    ],
  },
  check: (subject, facts) => {
    if (subject.detail.status === 'unavailable') return unknown('unread', 'the thumbprints of the provider');
    const thumbprints = subject.detail.value.thumbprints.map(normalThumbprint);
    const bare = thumbprints.length === 0 ? notApplicable : withoutCluster(subject.issuer, facts);
    if (bare !== undefined) return bare;
    const found = chainOf(subject.issuer, facts);
    if (found.status === 'unread') return unknown('unread', found.why);
    const { chain } = found.host;
    if (chain.some(({ sha1 }) => thumbprints.includes(sha1))) return pass;
    const severity = severityOf(subject, thumbprints, found.host, facts);
    return fail({
      severity,
      message: `none of the thumbprints of the provider ${subject.id} is of a certificate that ${found.host.host} sends${remark(severity, found.host)}`,
      evidence: [
        {
          what: 'thumbprints of the provider',
          got: thumbprints.map(one => (knownAuthorities[one] ? `${one} (${knownAuthorities[one]})` : one)).join(', '),
          wanted: found.last.sha1,
          readFrom: 'iam:GetOpenIDConnectProvider',
        },
        { what: 'certificates in the order sent', got: chainInWords(chain), readFrom: handshakeOf(found.host) },
      ],
      podError: "InvalidIdentityToken: OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint",
      place: placeOfIssuer(subject.issuer, facts),
      fix: fixOf(subject, found, facts),
    });
  },
  examples: {
    pass: {
      title: 'the last certificate is pinned, in upper case',
      facts: () =>
        someFacts({ providers: complete([aProvider({ thumbprints: ['06B25927C42A721631C1EFD9431E648FA62E1E39'] })]) }),
    },
    fail: {
      title: 'a thumbprint of another server is pinned',
      facts: () => someFacts({ providers: complete([aProvider({ thumbprints: ['ab'.repeat(20)] })]) }),
    },
    unknown: { title: 'the issuer was not probed', facts: () => someFacts({ issuers: [] }) },
  },
});

/** High only where AWS consults thumbprints; info where the one that is pinned is a root of the very authority. */
const severityOf = (
  subject: ProviderSubject,
  thumbprints: readonly string[],
  host: HostFacts,
  facts: Facts,
): Severity => {
  if (host.trust.verdict !== 'public' || consultsThumbprints(subject.id, facts.snapshot)) return 'high';
  const root = host.trust.root?.sha1;
  const isRoot = (one: string) => one === root || (isEksHost(subject.issuer) && knownAuthorities[one] !== undefined);
  return thumbprints.some(isRoot) ? 'info' : 'low';
};

const remark = (severity: Severity, host: HostFacts): string => {
  if (severity === 'info') return '; they are of roots of a public authority, which AWS trusts anyway';
  if (host.trust.verdict === 'public' && severity === 'low')
    return '; the chain is publicly trusted, so AWS does not consult them';
  return '';
};

/** A thumbprint of a chain that nobody vouches for is never proposed: it may be a stranger's. */
const fixOf = (subject: ProviderSubject, { host, last }: ReadChain, facts: Facts): Fix => {
  if (host.trust.verdict !== 'public')
    return {
      summary: 'Find out first who signs the certificates that were sent: they do not lead to a public authority.',
      commands: [],
      choice: `Only if ${last.subject} is your own authority and AWS sees the same chain, set its thumbprint ${last.sha1}.`,
    };
  return {
    summary: 'Set the thumbprint of the last certificate that the server sends.',
    ...updateThumbprints(facts.snapshot.partition, subject.id, [last.sha1]),
    terraform: `thumbprint_list = ["${last.sha1}"]`,
    cdk: `thumbprints: ['${last.sha1}']`,
  };
};
