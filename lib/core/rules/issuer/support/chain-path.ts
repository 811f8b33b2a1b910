import type { HostFacts, ServedCertificate } from '../../../model/issuer.ts';

/**
 * Certificates that were sent and that nobody needs to get from the server's own to the public root that vouches for it,
 * such as that root cross-signed by an older one: when they end, the chain is as good as before. None where the root is
 * not known, or the names of the chain do not lead to it.
 */
export const spareCertificates = ({ chain, trust }: HostFacts): ReadonlySet<ServedCertificate> => {
  const root = trust.verdict === 'public' ? trust.root : undefined;
  const needed = new Set<ServedCertificate>();
  let next = chain[0];
  while (root !== undefined && next !== undefined) {
    needed.add(next);
    if (next.sha1 === root.sha1 || next.issuer === root.subject) return new Set(chain.filter(one => !needed.has(one)));
    const { issuer } = next;
    next = chain.find(one => one.subject === issuer && !needed.has(one));
  }
  return new Set();
};
