import { type FleetPart, isEksHost } from '../../facts.ts';
import { providerHostPath, stripScheme } from '../../model.ts';
import { publicIssuerOf } from '../../policy.ts';

/** The issuers that concern each account: those of its clusters and of its providers. The name of a public issuer (GitHub,
 *  GitLab) can be claimed by nobody: those alone are not probed. */
export const issuersByAccount = (
  shares: readonly FleetPart[],
  registered: readonly string[],
): ReadonlyMap<string, ReadonlySet<string>> => {
  const audited = new Set(registered.map(stripScheme));
  const byAccount = new Map<string, Set<string>>();
  const add = (accountId: string, hostPath: string) => {
    const issuers = byAccount.get(accountId) ?? new Set();
    byAccount.set(accountId, issuers.add(`https://${hostPath}`));
  };
  for (const { clusters } of shares)
    for (const { accountId, issuer } of clusters) {
      if (issuer === undefined) continue;
      const hostPath = stripScheme(issuer);
      if (!isEksHost(hostPath)) audited.add(hostPath);
      add(accountId, hostPath);
    }
  for (const { providers } of shares)
    for (const { accountId, arn } of providers) {
      const hostPath = providerHostPath(arn);
      if (hostPath !== undefined && (audited.has(hostPath) || !publicIssuerOf(hostPath))) add(accountId, hostPath);
    }
  return byAccount;
};
