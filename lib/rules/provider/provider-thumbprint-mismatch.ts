import { type Facts, isEksHost, type ProviderSubject, wrongThumbprint } from '../../facts.ts';
import { setThumbprints } from '../../fixes/aws-steps.ts';
import type { FixDraft, HostFacts, Severity } from '../../model.ts';
import { withoutCluster } from '../oidc/issuer-liveness.ts';
import { issuerName, placeOfIssuer } from '../oidc/issuer-users.ts';
import {
  chainInWords,
  consultsThumbprints,
  handshakeOf,
  knownAuthorities,
  normalThumbprint,
  type ReadChain,
  servedChainOf,
} from '../oidc/served-chain.ts';
import { defineRule, iamGuide, notApplicable, pass, unknown } from '../prelude.ts';

/** Compares the thumbprints with every certificate that the issuer's server sent. */
export const providerThumbprintMismatch = defineRule({
  id: 'provider-thumbprint-mismatch',
  kind: 'provider',
  impact: 'breaks',
  severity: 'low',
  articleStep: 'provider-thumbprint',
  title: 'A thumbprint matches a certificate that is served',
  fault: 'No thumbprint matches a certificate that is served',
  says: {
    consulted: [
      'no thumbprint matches',
      'no thumbprint of the provider of {issuer} matches a certificate that {host} sends',
    ],
    notConsulted: [
      'no thumbprint matches',
      'no thumbprint of the provider of {issuer} matches a certificate that {host} sends; the CA is publicly trusted, so AWS does not consult them',
    ],
    root: [
      'no thumbprint matches',
      'the thumbprints of the provider of {issuer} are of root certificates, which {host} does not send; AWS trusts the CA anyway',
    ],
  },
  needs: ['provider-detail', 'issuer'],
  why: 'Where AWS consults thumbprints, one of them must match a certificate that the server sends, or AWS refuses every token. AWS does not consult them for a chain of a publicly trusted CA (IAM User Guide): there a mismatch breaks nothing. CloudTrail shows which way AWS used.',
  fix: 'Set the thumbprint of the last certificate that the server sends.',
  references: [iamGuide('id_roles_providers_create_oidc_verify-thumbprint'), 'docs/facts.md §0.1, §B.4'],
  check: (subject, facts, fail) => {
    if (subject.detail.status === 'unavailable') return unknown('unread', 'the thumbprints of the provider');
    const thumbprints = subject.detail.value.thumbprints.map(normalThumbprint);
    const bare = thumbprints.length === 0 ? notApplicable : withoutCluster(subject.issuer, facts);
    if (bare !== undefined) return bare;
    const found = servedChainOf(subject.issuer, facts);
    if (found.status === 'unread') return unknown(found.kind, found.why);
    if (found.host.chain.some(({ sha1 }) => thumbprints.includes(sha1))) return pass;
    const severity = severityOf(subject, thumbprints, found.host, facts);
    return fail[saidOf(severity)]({ issuer: issuerName(subject.issuer, facts), host: found.host.host })
      .severity(severity)
      .evidence(
        'thumbprints of the provider',
        'iam:GetOpenIDConnectProvider',
        thumbprints.map(one => (knownAuthorities[one] ? `${one} (${knownAuthorities[one]})` : one)).join(', '),
        found.last.sha1,
      )
      .changing('certificates in the order sent', handshakeOf(found.host), chainInWords(found.host.chain))
      .podError(wrongThumbprint)
      .place(placeOfIssuer(subject.issuer, facts))
      .fix(fixOf(subject.id, subject.detail.value.thumbprints, found));
  },
});

/** High only where AWS consults thumbprints; info where the one that is pinned is a root of the very authority. */
const severityOf = (subject: ProviderSubject, pinned: readonly string[], host: HostFacts, facts: Facts): Severity => {
  if (host.trust.verdict !== 'public' || consultsThumbprints(subject.id, facts.snapshot)) return 'high';
  const root = host.trust.root?.sha1;
  const isRoot = (one: string) => one === root || (isEksHost(subject.issuer) && knownAuthorities[one] !== undefined);
  return pinned.some(isRoot) ? 'info' : 'low';
};

const saidOf = (severity: Severity): 'consulted' | 'notConsulted' | 'root' =>
  severity === 'info' ? 'root' : severity === 'low' ? 'notConsulted' : 'consulted';

/** A thumbprint of a chain that leads to no publicly trusted CA is never proposed: it may be a stranger's. */
const fixOf = (arn: string, pinned: readonly string[], { host, last }: ReadChain): FixDraft => {
  if (host.trust.verdict !== 'public')
    return {
      summary: `First find out who issued the certificates, which do not verify: ${host.trust.why}.`,
      choice: `Set the thumbprint ${last.sha1} only if ${last.subject} is your own CA and AWS sees the same chain.`,
    };
  return {
    summary: 'Set the thumbprint of the last certificate that the server sends.',
    steps: [setThumbprints(arn, pinned, [last.sha1])],
    terraform: `thumbprint_list = ["${last.sha1}"]`,
    cdk: `thumbprints: ['${last.sha1}']`,
  };
};
