import type { Facts } from '../../../facts/facts.ts';
import { providerArn } from '../../../model/arn.ts';
import { valueOr } from '../../../model/collected.ts';
import type { Fix } from '../../../model/finding.ts';
import type { HostFacts, ServedCertificate } from '../../../model/issuer.ts';
import { shellQuote } from '../../../text/shell-quote.ts';
import { updateThumbprints } from '../../oidc/provider-commands.ts';
import { consultsThumbprints, normalThumbprint, rightThumbprints } from '../../oidc/served-chain.ts';

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
): Fix => {
  const { accountId, partition } = facts.snapshot;
  const last = host.chain.at(-1)?.sha1;
  const [name = '', port = '443'] = host.host.split(':');
  if (
    isPinned &&
    host.trust.verdict === 'public' &&
    last !== undefined &&
    !rightThumbprints(host).has(certificate.sha1)
  )
    return {
      summary: 'Pin the last certificate that the server sends instead.',
      ...updateThumbprints(partition, providerArn(partition, accountId, url), [last]),
      terraform: `thumbprint_list = ["${last}"]`,
    };
  return {
    summary:
      'When the server sends another chain, set the thumbprint of its last certificate; this shows the chain of now.',
    commands: [
      `openssl s_client -showcerts -servername ${shellQuote(name)} -connect ${shellQuote(`${name}:${port}`)} </dev/null`,
    ],
  };
};
