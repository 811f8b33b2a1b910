import type { Facts } from '../../facts/facts.ts';
import { providerArn } from '../../model/arn.ts';
import { complete } from '../../model/collected.ts';
import type { Severity } from '../../model/finding.ts';
import type { HostFacts, ServedCertificate } from '../../model/issuer.ts';
import { defineRule, type Failure, failOrPass, pass, unknown } from '../define-rule.ts';
import { aCertificate, aHost, anIssuer, someFacts } from '../example-world.ts';
import { chainOf, consultsThumbprints, handshakeOf, roleInChain } from '../provider/support/served-chain.ts';
import { spareCertificates } from './support/chain-path.ts';
import { pinnedBy, renewalFix } from './support/pinned.ts';

const day = 86_400_000;

/** An authority in the chain, or whatever a thumbprint pins, ends soon: then another chain is served. */
export const issuerCertificateExpiring = defineRule({
  id: 'issuer-certificate-expiring',
  kind: 'issuer',
  group: 'issuer',
  impact: 'breaks',
  severity: 'low',
  articleStep: 'provider-thumbprint',
  title: 'The authorities of the served chain, and what is pinned, are valid for at least 180 days more',
  needs: ['issuer'],
  docs: {
    why: 'When a certificate authority of the chain ends, the server must send another chain, and a pinned thumbprint may match nothing from then on. Low below 180 days, medium below 30, high below 7; no more than low where only a thumbprint needs the certificate and AWS does not consult it. Certificates that a public chain does not need are left out.',
    fix: 'When the new chain is served, set the thumbprint of its last certificate.',
    references: [
      'docs/facts.md §B.4',
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html',
    ],
  },
  check: (subject, facts) => {
    const found = chainOf(subject.url, facts);
    if (found.status === 'unread') return unknown('unread', found.why);
    const pinned = pinnedBy(subject.url, facts);
    const spare = spareCertificates(found.host);
    const failures = found.host.chain.flatMap(certificate => {
      const isNeeded = certificate.isCa && !spare.has(certificate);
      if (!isNeeded && !pinned?.has(certificate.sha1)) return [];
      const ending = failureOf(certificate, subject.url, found.host, pinned, facts);
      // A thumbprint is all that it matters for, and AWS does not look at that.
      return isNeeded || found.trust.verdict !== 'public' || isConsulted(subject.url, facts)
        ? ending
        : ending.map(asLow);
    });
    if (failures.length > 0) return failOrPass(failures);
    return pinned === undefined ? unknown('unread', `the thumbprints that are pinned for ${subject.url}`) : pass;
  },
  examples: {
    pass: { title: 'years to go', facts: () => someFacts() },
    fail: {
      title: 'the intermediate ends in three weeks',
      facts: () => {
        const ending = aCertificate({
          subject: 'CN=Amazon RSA 2048 M01',
          sha1: '2'.repeat(40),
          notAfter: '2026-11-22T00:00:00.000Z',
        });
        return someFacts({ issuers: [anIssuer({ host: complete(aHost({ chain: [ending, aCertificate()] })) })] });
      },
    },
    unknown: { title: 'the issuer was not probed', facts: () => someFacts({ issuers: [] }) },
  },
});

const asLow = (failure: Failure): Failure => ({ ...failure, severity: 'low' });

const isConsulted = (url: string, { snapshot }: Facts): boolean =>
  consultsThumbprints(providerArn(snapshot.partition, snapshot.accountId, url), snapshot);

const severityOf = (days: number): Severity | undefined => {
  if (days < 7) return 'high';
  if (days < 30) return 'medium';
  return days < 180 ? 'low' : undefined;
};

const failureOf = (
  certificate: ServedCertificate,
  url: string,
  host: HostFacts,
  pinned: ReadonlySet<string> | undefined,
  facts: Facts,
): Failure[] => {
  const days = (Date.parse(certificate.notAfter) - Date.parse(facts.now)) / day;
  const severity = severityOf(days);
  if (severity === undefined) return [];
  const isPinned = pinned?.has(certificate.sha1) === true;
  const end =
    days < 0
      ? `ended on ${certificate.notAfter.slice(0, 10)}`
      : `ends on ${certificate.notAfter.slice(0, 10)}, in ${Math.floor(days)} days`;
  return [
    {
      discriminator: certificate.sha1,
      severity,
      message: `${roleInChain(certificate, host.chain)} of ${host.host} (${certificate.subject})${isPinned ? ', which a thumbprint pins,' : ''} ${end}`,
      evidence: [
        {
          what: 'valid',
          got: `from ${certificate.notBefore} to ${certificate.notAfter}`,
          wanted: '180 days more',
          readFrom: handshakeOf(host),
        },
        { what: 'thumbprint', got: certificate.sha1, readFrom: handshakeOf(host) },
      ],
      fix: renewalFix(certificate, url, host, isPinned, facts),
    },
  ];
};
