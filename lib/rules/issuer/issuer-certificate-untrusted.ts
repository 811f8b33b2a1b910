import { clustersOf, type Facts, isEksHost, wrongThumbprint } from '../../facts.ts';
import { certificatesStep } from '../../fixes/look-steps.ts';
import { canBeReadInside, type FixDraft, type HostFacts, providerArn, valueOr } from '../../model.ts';
import { compareText, phrase } from '../../text.ts';
import {
  authorityOf,
  chainInWords,
  handshakeOf,
  isOfAmazon,
  normalThumbprint,
  proxyAuthorityOf,
  sentChainOf,
  servedChainOf,
} from '../oidc/served-chain.ts';
import { defineRule, type FailureDraft, failures, iamGuide, notApplicable, pass, unknown } from '../prelude.ts';

const fail = failures({
  otherAuthority: [
    'certificate not trusted',
    'the certificate of {host} is not issued by a publicly trusted CA; its CA is {authority}',
  ],
  clock: [
    'clock of the auditor',
    'the certificate of {host} does not verify, though its last certificate is of Amazon Trust Services: check the clock of the auditor first, then look for a proxy',
  ],
  proxy: [
    'reached through a proxy',
    'the auditor reaches {host} through a proxy that inspects TLS, or by a private resolver: {authority} issued the certificate, a CA that EKS does not use',
  ],
});

const ruleId = 'issuer-certificate-untrusted';
/** The chain that was sent leads to no publicly trusted CA: a proxy or a private CA is in between. */
export const issuerCertificateUntrusted = defineRule({
  id: ruleId,
  kind: 'issuer',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'provider-thumbprint',
  title: 'Issuer certificates are publicly trusted',
  fault: 'The issuer’s certificate is not publicly trusted',
  says: fail.says,
  needs: ['issuer'],
  why: 'An issuer of your own with a certificate of a private CA works only where the provider has its thumbprint: else AWS refuses every token. Where the provider pins another one, the thumbprint decides, and provider-thumbprint-mismatch tells it. The issuers of EKS have publicly trusted certificates: another chain is of a proxy between the auditor and AWS. The proxy breaks no pod and is told once, as low; tools that run behind it pin its thumbprint, and rules about certificates are unknown, also for your own issuers that it hides.',
  fix: 'Run the audit, and whatever creates providers, from a network without TLS inspection. Never pin the thumbprint of a proxy. Give an issuer of your own a publicly trusted certificate.',
  references: ['docs/facts.md §B.4, §B.6', iamGuide('id_roles_providers_create_oidc_verify-thumbprint')],
  check: (subject, facts) => {
    if (subject.isForeign) return notApplicable;
    const isOwn = !isEksHost(subject.url);
    // A proxy is told once, of the issuers of EKS: which of the others it hides is not known.
    const found = isOwn ? servedChainOf(subject.url, facts) : sentChainOf(subject.url, facts);
    if (found.status === 'unread') return unknown(found.kind, found.why);
    if (found.trust.verdict !== 'untrusted') return pass;
    const authority = authorityOf(found.host);
    const { accountId, partition } = facts.snapshot;
    const provider = providerArn(partition, accountId, subject.url);
    const pinned = isOwn ? pinnedOf(provider, facts) : [];
    if (pinned === undefined) return unknown('unread', `the thumbprints of ${provider}`);
    if (isDecidedByThumbprint(pinned, found.host)) return pass;
    return failureOf(subject.url, found.host, authority)
      .evidence(
        'verification of the chain',
        handshakeOf(found.host),
        found.trust.why,
        phrase('a path to a public root'),
      )
      .changing('certificates in the order sent', handshakeOf(found.host), chainInWords(found.host.chain))
      .severity(isOwn ? undefined : 'low')
      .impact(isOwn ? undefined : 'hygiene')
      .podError(isOwn ? wrongThumbprint : undefined)
      .place(isOwn ? { providerArn: provider } : undefined)
      .explains([
        ...effectsOnProvider.map(ruleId => ({ ruleId, subject: provider })),
        ...effectsOnIssuer.map(ruleId => ({ ruleId, subject: subject.url })),
        ...othersBehindProxy(subject.url, facts).map(url => ({ ruleId, subject: url })),
      ])
      .fix(untrustedFix(subject.url, found.host, authority));
  },
});

/** The issuers that the auditor reaches through the same proxy: the first of them, by name, tells of it for all. Another authority
 *  is told by itself: it may be of an attack. */
const othersBehindProxy = (url: string, facts: Facts): readonly string[] => {
  const proxyOf = (issuer: string): string | undefined => proxyAuthorityOf(issuer, facts.issuers[issuer]);
  const authority = proxyOf(url);
  if (authority === undefined) return [];
  const [first, ...others] = clustersOf(facts.snapshot)
    .filter(({ cluster }) => canBeReadInside(cluster))
    .flatMap(({ cluster }) => cluster.issuer ?? [])
    .filter(issuer => proxyOf(issuer) === authority)
    .sort(compareText);
  return url === first ? others.filter(other => other !== url) : [];
};

/** The thumbprints of the provider, none where there is no provider. Undefined where it was not read. */
const pinnedOf = (provider: string, { snapshot }: Facts): readonly string[] | undefined => {
  const found = valueOr(snapshot.providers, []).find(({ arn }) => arn === provider);
  if (found === undefined) return snapshot.providers.status === 'complete' ? [] : undefined;
  return found.detail.status === 'unavailable' ? undefined : found.detail.value.thumbprints.map(normalThumbprint);
};

/** IAM goes by the thumbprint where no public CA signed (docs/facts.md §B.4): that of the last certificate makes it trusted. Where the
 *  provider pins none that is served, `provider-thumbprint-mismatch` tells it, unless the certificate itself is at fault. */
const isDecidedByThumbprint = (pinned: readonly string[], { chain, trust }: HostFacts): boolean => {
  const why = trust.verdict === 'untrusted' ? trust.why : '';
  if (pinned.length === 0) return false;
  return (
    pinned.includes(chain.at(-1)?.sha1.toLowerCase() ?? '') ||
    (!isOutOfTime(why) && !isForOther(why) && !chain.some(({ sha1 }) => pinned.includes(sha1.toLowerCase())))
  );
};

const isOutOfTime = (why: string): boolean => / ended on | begins only on /.test(why);
const isForOther = (why: string): boolean => / is for .*, not for /.test(why);

const failureOf = (url: string, { host, chain }: HostFacts, authority: string): FailureDraft => {
  if (!isEksHost(url)) return fail.otherAuthority({ host, authority });
  return isOfAmazon(chain) ? fail.clock({ host }) : fail.proxy({ host, authority });
};

const effectsOnProvider = ['provider-thumbprint-mismatch', 'provider-thumbprint-not-root', 'provider-thumbprint-stale'];
const effectsOnIssuer = ['issuer-certificate-expiring', 'issuer-discovery-invalid', 'issuer-unreachable'];

const summaryOf = (url: string, { host, chain, trust }: HostFacts, authority: string): string => {
  const name = host.split(':')[0] ?? '';
  const why = trust.verdict === 'untrusted' ? trust.why : '';
  if (!isEksHost(url)) {
    if (isOutOfTime(why)) return `Renew the certificates of ${name}: ${why}.`;
    if (isForOther(why)) return `Give ${name} a certificate for its own name: ${why}.`;
    return `If ${authority} is your own CA, set the thumbprint ${chain.at(-1)?.sha1} of the last certificate that is served in the provider. Else give ${name} a certificate of a publicly trusted CA, sent with its intermediates.`;
  }
  return isOfAmazon(chain)
    ? 'Check the clock of the auditor, and which chain another machine sees.'
    : `Run the audit from a network that reaches ${name} without TLS inspection; do not pin the thumbprint of ${authority}.`;
};

/** Where to look next: another network, the clock, or the server's own certificate. No step pins anything. */
const untrustedFix = (url: string, served: HostFacts, authority: string): FixDraft => ({
  summary: summaryOf(url, served, authority),
  steps: [certificatesStep(served.host)],
  choice: isEksHost(url)
    ? 'Run the command from another network: if the chain is publicly trusted there, only your own network is the cause.'
    : 'Whether AWS sees the same chain: run the command from another network. Another chain there is of a proxy, whose thumbprint must not be set.',
});
