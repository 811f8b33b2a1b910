import type { Facts } from '../../../facts/facts.ts';
import { setThumbprints } from '../../../fixes/aws-steps.ts';
import { certificatesStep } from '../../../fixes/look-steps.ts';
import { providerArn } from '../../../model/arn.ts';
import { valueOr } from '../../../model/collected.ts';
import type { FixDraft } from '../../../model/finding.ts';
import type { HostFacts, ServedCertificate } from '../../../model/issuer.ts';
import { consultsThumbprints, normalThumbprint, rightThumbprints } from '../../oidc/served-chain.ts';

/** The list as it stands; empty where it was not read: nothing is pinned then. */
const pinnedThumbprints = (url: string, { snapshot }: Facts): readonly string[] => {
  const arn = providerArn(snapshot.partition, snapshot.accountId, url);
  const detail = valueOr(snapshot.providers, []).find(one => one.arn === arn)?.detail;
  return detail === undefined || detail.status === 'unavailable' ? [] : detail.value.thumbprints;
};

/** Thumbprints of the account's provider of this issuer; undefined if there may be some that were not read. */
export const pinnedBy = (url: string, facts: Facts): ReadonlySet<string> | undefined => {
  const { providers, partition, accountId } = facts.snapshot;
  const provider = valueOr(providers, []).find(({ arn }) => arn === providerArn(partition, accountId, url));
  if (provider === undefined) return providers.status === 'complete' ? new Set() : undefined;
  return provider.detail.status === 'unavailable'
    ? undefined
    : new Set(provider.detail.value.thumbprints.map(normalThumbprint));
};

/** True where CloudTrail shows that AWS consults the thumbprints of the account's provider of this issuer. */
export const isPinConsulted = (url: string, { snapshot }: Facts): boolean =>
  consultsThumbprints(providerArn(snapshot.partition, snapshot.accountId, url), snapshot);

/** Pins the last certificate where a lower one is pinned; else there is nothing to do before the chain changes. */
export const renewalFix = (
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
