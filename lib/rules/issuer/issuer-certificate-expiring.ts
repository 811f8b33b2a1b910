import type { Facts } from '../../facts/facts.ts';
import { complete } from '../../model/collected.ts';
import type { Severity } from '../../model/finding.ts';
import type { HostFacts, ServedCertificate } from '../../model/issuer.ts';
import { defineMessages, phrase } from '../../text/message.ts';
import { defineRule, type Failure, failOrPass, pass, unknown } from '../define-rule.ts';
import { aCertificate, aHost, anIssuer, someFacts } from '../example-world.ts';
import { chainOf, handshakeOf, roleInChain } from '../oidc/served-chain.ts';
import { spareCertificates } from './support/chain-path.ts';
import { isPinConsulted, pinnedBy, renewalFix } from './support/pinned.ts';

const day = 86_400_000;
const message = defineMessages({
  ends: 'certificate {certificate} of {host} ends on {end}, in {days:day}',
  ended: 'certificate {certificate} of {host} ended on {end}',
  pinnedEnds: 'certificate {certificate} of {host}, which a thumbprint pins, ends on {end}, in {days:day}',
  pinnedEnded: 'certificate {certificate} of {host}, which a thumbprint pins, ended on {end}',
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
  brief: 'certificate at its end',
  messages: message.templates,
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
    {
      discriminator: certificate.sha1,
      severity,
      ...(days < 0
        ? message(isPinned ? 'pinnedEnded' : 'ended', said)
        : message(isPinned ? 'pinnedEnds' : 'ends', left)),
      volatile: ['days'],
      evidence: [
        {
          what: 'valid',
          got: phrase('from {from} to {to}', { from: certificate.notBefore, to: certificate.notAfter }),
          wanted: phrase('180 more days'),
          readFrom: handshakeOf(host),
        },
        {
          what: `thumbprint of ${roleInChain(certificate, host.chain)}`,
          got: certificate.sha1,
          readFrom: handshakeOf(host),
        },
      ],
      fix: renewalFix(certificate, url, host, isPinned, facts),
    },
  ];
};
