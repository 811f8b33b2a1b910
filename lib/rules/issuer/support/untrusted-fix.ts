import { isEksHost } from '../../../facts/eks-issuer.ts';
import { certificatesStep } from '../../../fixes/look-steps.ts';
import type { FixDraft } from '../../../model/finding.ts';
import type { HostFacts, ServedCertificate } from '../../../model/issuer.ts';
import { knownAuthorities } from '../../oidc/served-chain.ts';

/** True where the last certificate that was sent is one of Amazon Trust Services. */
export const isOfAmazon = (chain: readonly ServedCertificate[]): boolean =>
  chain.slice(-1).some(({ sha1 }) => knownAuthorities[sha1] !== undefined);

const summaryOf = (url: string, name: string, chain: readonly ServedCertificate[], authority: string): string => {
  if (!isEksHost(url)) return `Give ${name} a certificate of a publicly trusted CA, sent with its intermediates.`;
  return isOfAmazon(chain)
    ? 'Check the clock of the auditor, and which chain another machine sees.'
    : `Run the audit from a network that reaches ${name} without TLS inspection; do not pin the thumbprint of ${authority}.`;
};

/** Where to look next: another network, the clock, or the server's own certificate. Nothing is ever pinned. */
export const untrustedFix = (url: string, { host, chain }: HostFacts, authority: string): FixDraft => {
  return {
    summary: summaryOf(url, host.split(':')[0] ?? '', chain, authority),
    steps: [certificatesStep(host)],
    choice:
      'Run the command from another network: if the chain is publicly trusted there, only your own network is the cause.',
  };
};
