import type { HostFacts, ServedCertificate } from '../../../model/issuer.ts';

/**
 * Certificates that were sent and that nobody needs to get from the server's own to its public root,
 * such as that root cross-signed by an older one, or an intermediate that ended beside its successor: when they end, the
 * chain is as good as before. None where the way is not known.
 */
export const spareCertificates = ({ chain, trust }: HostFacts): ReadonlySet<ServedCertificate> => {
  const path = trust.verdict === 'public' ? trust.path : undefined;
  return new Set(path === undefined ? [] : chain.filter(({ sha1 }) => !path.includes(sha1)));
};
