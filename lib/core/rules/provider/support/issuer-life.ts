import type { Facts } from '../../../evaluate/facts.ts';
import { clustersWithIssuer } from '../../../evaluate/fleet-index.ts';
import { providerArn as arnOf, stripScheme } from '../../../model/arn.ts';
import { valueOr } from '../../../model/collected.ts';
import { isEksHost } from '../../../trust/eks-issuer.ts';
import { namesInWords } from './issuer-users.ts';

/**
 * What keeps it open whether the cluster of an issuer (with `https://`) is gone, where no cluster that was read has it;
 * undefined if nothing does. Asked before anything is called an orphan or dead.
 */
export const mayStillLive = (issuer: string, providerArn: string, facts: Facts): string | undefined => {
  if (facts.fleet.gaps.length > 0) return `all clusters: ${namesInWords(facts.fleet.gaps, 10)}`;
  const region = /^oidc[.-]eks(?:-fips)?\.([^.]+)\./i.exec(stripScheme(issuer))?.[1]?.toLowerCase();
  if (!facts.snapshot.regions.some(audited => audited.region === region))
    return `the clusters of the region ${region ?? ''}: it is not audited`;
  const probed = facts.issuers[issuer];
  if (probed?.discovery.status === 'complete' && probed.discovery.value.issuer === issuer)
    return 'the account of its cluster: the issuer still answers, so the cluster lives in an account or region that is not audited';
  const isUsed = valueOr(facts.snapshot.runtime, { from: '', to: '', events: [] }).events.some(
    event => event.providerArn === providerArn && event.successes > 0,
  );
  return isUsed ? 'the account of its cluster: CloudTrail shows that its tokens are still accepted' : undefined;
};

/** Whether an EKS issuer has a cluster: `none` only where nothing keeps that open. What is wrong with the provider of a
 *  cluster that is gone harms nobody, and provider-orphaned says it once. */
export const clusterStateOf = (issuer: string, facts: Facts): 'exists' | 'none' | 'unknown' => {
  if (clustersWithIssuer(facts.fleet, issuer).length > 0) return 'exists';
  const { partition, accountId } = facts.snapshot;
  const isGone = isEksHost(issuer) && mayStillLive(issuer, arnOf(partition, accountId, issuer), facts) === undefined;
  return isGone ? 'none' : 'unknown';
};
