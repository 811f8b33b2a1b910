import type { Facts } from '../../facts/facts.ts';
import type { Severity } from '../../model/finding.ts';
import type { HostFacts, ServedCertificate } from '../../model/issuer.ts';
import { phrase } from '../../text/message.ts';
import { defineRule, failOrPass, pass, unknown } from '../define-rule.ts';
import type { Failure } from '../failure.ts';
import { failures } from '../failure.ts';
import { chainOf, handshakeOf, roleInChain } from '../oidc/served-chain.ts';
import { spareCertificates } from './support/chain-path.ts';
import { isPinConsulted, pinnedBy, renewalFix } from './support/pinned.ts';

const day = 86_400_000;

const fail = failures({
  ends: ['certificate at its end', 'certificate {certificate} of {host} ends on {end}, in {days:day}'],
  ended: ['certificate at its end', 'certificate {certificate} of {host} ended on {end}'],
  pinnedEnds: [
    'certificate at its end',
    'certificate {certificate} of {host}, which a thumbprint pins, ends on {end}, in {days:day}',
  ],
  pinnedEnded: [
    'certificate at its end',
    'certificate {certificate} of {host}, which a thumbprint pins, ended on {end}',
  ],
});

/** An authority in the chain, or whatever a thumbprint pins, ends soon: then another chain is served. */
export const issuerCertificateExpiring = defineRule({
  id: 'issuer-certificate-expiring',
  kind: 'issuer',
  group: 'issuer',
  impact: 'breaks',
  severity: 'low',
  articleStep: 'provider-thumbprint',
  title: 'Certificates in use are valid for 180 more days',
  says: fail.says,
  needs: ['issuer'],
  docs: {
    why: 'When a CA certificate of the chain ends, the server must send another chain. A pinned thumbprint may then match nothing. Low below 180 days, medium below 30, high below 7; at most low where only a thumbprint needs the certificate and AWS does not consult it. Certificates that a public chain does not need are left out.',
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
      // Only a thumbprint needs it, and AWS does not consult that.
      return isNeeded || found.trust.verdict !== 'public' || isPinConsulted(subject.url, facts)
        ? ending
        : ending.map(asLow);
    });
    if (failures.length > 0) return failOrPass(failures);
    return pinned === undefined ? unknown('unread', `the thumbprints pinned for ${subject.url}`) : pass;
  },
});

const asLow = (failure: Failure): Failure => ({ ...failure, severity: 'low' });

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
  const said = { certificate: certificate.subject, host: host.host, end: certificate.notAfter.slice(0, 10) };
  const left = { ...said, days: Math.floor(days) };
  return [
    (days < 0 ? fail[isPinned ? 'pinnedEnded' : 'ended'](said) : fail[isPinned ? 'pinnedEnds' : 'ends'](left))
      .discriminator(certificate.sha1)
      .severity(severity)
      .evidence(
        'valid',
        handshakeOf(host),
        phrase('from {from} to {to}', { from: certificate.notBefore, to: certificate.notAfter }),
        phrase('180 more days'),
      )
      .evidence(`thumbprint of ${roleInChain(certificate, host.chain)}`, handshakeOf(host), certificate.sha1)
      .volatile(['days'])
      .fix(renewalFix(certificate, url, host, isPinned, facts)),
  ];
};
