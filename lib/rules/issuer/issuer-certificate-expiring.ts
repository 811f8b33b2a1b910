import type { Facts } from '../../facts.ts';
import { setThumbprints } from '../../fixes/aws-steps.ts';
import { certificatesStep } from '../../fixes/look-steps.ts';
import {
  type FixDraft,
  type HostFacts,
  providerArn,
  type ServedCertificate,
  type Severity,
  valueOr,
} from '../../model.ts';
import { phrase } from '../../text.ts';
import {
  consultsThumbprints,
  handshakeOf,
  nameInChain,
  normalThumbprint,
  rightThumbprints,
  roleInChain,
  servedChainOf,
} from '../oidc/served-chain.ts';
import { defineRule, type Failure, failOrPass, failures, iamGuide, notApplicable, pass, unknown } from '../prelude.ts';

const day = 86_400_000;

const fail = failures({
  ends: ['certificate expires soon', 'certificate {certificate} of {host} ends on {end}, in {days:day}'],
  ended: ['certificate expired', 'certificate {certificate} of {host} ended on {end}'],
  pinnedEnds: [
    'pinned certificate expires',
    'certificate {certificate} of {host}, which a thumbprint pins, ends on {end}, in {days:day}',
  ],
  pinnedEnded: [
    'pinned certificate expired',
    'certificate {certificate} of {host}, which a thumbprint pins, ended on {end}',
  ],
});

/** An authority in the chain, or whatever a thumbprint pins, ends soon: then another chain is served. */
export const issuerCertificateExpiring = defineRule({
  id: 'issuer-certificate-expiring',
  kind: 'issuer',
  impact: 'breaks',
  severity: 'low',
  articleStep: 'provider-thumbprint',
  title: 'Certificates in use are valid for 180 more days',
  fault: 'A certificate in use expires soon',
  says: fail.says,
  needs: ['issuer'],
  why: 'When a CA certificate of the chain ends, the server must send another chain. A pinned thumbprint may then match nothing. Low below 180 days, medium below 30, high below 7; at most low where only a thumbprint needs the certificate and AWS does not consult it. Certificates that a public chain does not need are left out.',
  fix: 'When the new chain is served, set the thumbprint of its last certificate.',
  references: ['docs/facts.md §B.4', iamGuide('id_roles_providers_create_oidc_verify-thumbprint')],
  check: (subject, facts) => {
    if (subject.isForeign) return notApplicable;
    const found = servedChainOf(subject.url, facts);
    if (found.status === 'unread') return unknown(found.kind, found.why);
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
      .discriminator(nameInChain(certificate, host.chain))
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

/**
 * Certificates that were sent and that nobody needs to get from the server's own to its public root,
 * such as that root cross-signed by an older one, or an intermediate that ended beside its successor: when they end, the
 * chain is as good as before. None where the way is not known.
 */
const spareCertificates = ({ chain, trust }: HostFacts): ReadonlySet<ServedCertificate> => {
  const path = trust.verdict === 'public' ? trust.path : undefined;
  return new Set(path === undefined ? [] : chain.filter(({ sha1 }) => !path.includes(sha1)));
};

/** The list as it stands; empty where it was not read: nothing is pinned then. */
const pinnedThumbprints = (url: string, { snapshot }: Facts): readonly string[] => {
  const arn = providerArn(snapshot.partition, snapshot.accountId, url);
  const detail = valueOr(snapshot.providers, []).find(one => one.arn === arn)?.detail;
  return detail === undefined || detail.status === 'unavailable' ? [] : detail.value.thumbprints;
};

/** Thumbprints of the account's provider of this issuer; undefined if there may be some that were not read. */
const pinnedBy = (url: string, facts: Facts): ReadonlySet<string> | undefined => {
  const { providers, partition, accountId } = facts.snapshot;
  const provider = valueOr(providers, []).find(({ arn }) => arn === providerArn(partition, accountId, url));
  if (provider === undefined) return providers.status === 'complete' ? new Set() : undefined;
  return provider.detail.status === 'unavailable'
    ? undefined
    : new Set(provider.detail.value.thumbprints.map(normalThumbprint));
};

/** True where CloudTrail shows that AWS consults the thumbprints of the account's provider of this issuer. */
const isPinConsulted = (url: string, { snapshot }: Facts): boolean =>
  consultsThumbprints(providerArn(snapshot.partition, snapshot.accountId, url), snapshot);

/** Pins the last certificate where a lower one is pinned; else there is nothing to do before the chain changes. */
const renewalFix = (
  certificate: ServedCertificate,
  url: string,
  host: HostFacts,
  isPinned: boolean,
  facts: Facts,
): FixDraft => {
  const { accountId, partition } = facts.snapshot;
  const last = host.chain.at(-1)?.sha1;
  if (
    isPinned &&
    host.trust.verdict === 'public' &&
    last !== undefined &&
    !rightThumbprints(host).has(certificate.sha1)
  )
    return {
      summary: 'Pin the last certificate that the server sends instead.',
      steps: [setThumbprints(providerArn(partition, accountId, url), pinnedThumbprints(url, facts), [last])],
      terraform: `thumbprint_list = ["${last}"]`,
    };
  return {
    summary:
      'When the server sends another chain, set the thumbprint of its last certificate; this shows the chain of now.',
    steps: [certificatesStep(host.host)],
  };
};
