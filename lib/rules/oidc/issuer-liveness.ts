import { clustersWithIssuer, type Facts, fleetGapInWords, isEksHost, regionOfIssuer } from '../../facts.ts';
import {
  providerArn as arnOf,
  assumeEventsOf,
  complete,
  type ReadFailureKind,
  readFailuresOf,
  stripScheme,
} from '../../model.ts';
import { shortListOf } from '../../text.ts';
import { notApplicable, unknown, type Verdict } from '../prelude.ts';
import { servedChainOf } from './served-chain.ts';

/**
 * Whether the cluster of an EKS issuer that no cluster of the fleet has is gone. An issuer is judged by its own region, its
 * own answer and the accounts that could have its cluster: what else was not read does not matter. `unread`: something
 * that would tell was not read. `elsewhere`: something that was read shows that it lives, or may live, where nothing is
 * audited.
 */
export type Life = { readonly status: 'gone' } | { readonly status: 'unread' | 'elsewhere'; readonly why: string };

/** The life of an issuer (with `https://`) that no cluster of the fleet has. */
export const lifeOf = (issuer: string, providerArn: string, facts: Facts): Life => {
  const { snapshot, fleet } = facts;
  const region = regionOfIssuer(issuer);
  if (region === undefined) {
    const looksLikeEks = /^oidc[.-]eks\b/i.test(stripScheme(issuer));
    const why = looksLikeEks ? 'its host names no region' : 'it is not of EKS, and was not read inside';
    return { status: 'elsewhere', why: `the cluster of ${issuer}: ${why}` };
  }
  if (!snapshot.regions.some(audited => audited.region === region))
    return { status: 'elsewhere', why: `the clusters of the region ${region}: it is not audited` };
  const probed = facts.issuers[issuer]?.discovery;
  if (probed?.status === 'complete' && probed.value.issuer === issuer)
    return {
      status: 'elsewhere',
      why: 'the account of its cluster: the issuer still answers, so the cluster lives in an account or region that is not audited',
    };
  const silence = unansweredBecause(issuer, facts);
  const unread = fleet.gaps.filter(gap => gap.region === undefined || gap.region === region);
  if (unread.length > 0)
    return { status: 'unread', why: `all clusters of ${region}: ${shortListOf(unread.map(fleetGapInWords), 10)}` };
  if (silence !== undefined) return { status: 'unread', why: `no answer of the issuer was read, because ${silence}` };
  // Gone for good: calls of the same hours were made before.
  if (readFailuresOf(probed ?? neverProbed).some(({ kind }) => kind === 'not-found')) return { status: 'gone' };
  const { runtime } = snapshot;
  const isUsed = assumeEventsOf(runtime).some(event => event.providerArn === providerArn && event.successes > 0);
  if (isUsed)
    return {
      status: 'elsewhere',
      why: 'the account of its cluster: CloudTrail shows that its tokens are still accepted',
    };
  const unseen = readFailuresOf(runtime).find(({ kind }) => kind !== 'not-asked-for');
  return unseen === undefined
    ? { status: 'gone' }
    : {
        status: 'unread',
        why: `${unseen.operation} did not show whether its tokens are still used: ${unseen.message}`,
      };
};

/** An issuer that was not probed: nothing failed. */
const neverProbed = complete(undefined);

/** Failures that say nothing of the issuer: the next run may reach it. */
const passing: readonly ReadFailureKind[] = ['throttled', 'timed-out', 'unreachable'];

/** Why it is not known whether the issuer answers. Issuers are probed all in one step: that none was is its failure.
 *  The answer of a host that was not reached, or that no publicly trusted CA issued, is not the issuer's. */
const unansweredBecause = (issuer: string, facts: Facts): string | undefined => {
  if (Object.keys(facts.issuers).length === 0) return 'no issuer was probed';
  const probed = facts.issuers[issuer];
  if (probed === undefined) return unlistedBecause(facts);
  const seen = servedChainOf(issuer, facts);
  if (seen.status === 'unread') return seen.why;
  if (seen.trust.verdict === 'untrusted') return `its certificates are not publicly trusted: ${seen.trust.why}`;
  const failed = readFailuresOf(probed.discovery).find(({ kind }) => passing.includes(kind));
  return failed && `${failed.operation} failed: ${failed.message}`;
};

/** Why an issuer may have a provider that is in no list: it would have been probed then. Details that were not read leave
 *  the list whole. */
const unlistedBecause = ({ snapshot: { providers } }: Facts): string | undefined => {
  if (providers.status !== 'partial') return undefined;
  const listed = new Set(providers.value.map(({ arn }) => arn));
  const gap = providers.gaps.find(({ what }) => !listed.has(what));
  return gap && `${gap.reason.operation} did not read ${gap.what} of the providers: ${gap.reason.message}`;
};

/**
 * The reason why it is open whether the cluster of an issuer (with `https://`) is gone, where no cluster that was read
 * has it; undefined if nothing does. Asked before anything is called an orphan or dead.
 */
export const mayStillLive = (issuer: string, providerArn: string, facts: Facts): string | undefined => {
  const life = lifeOf(issuer, providerArn, facts);
  return life.status === 'gone' ? undefined : life.why;
};

/** The verdict of rules on a provider that has no cluster: a fault of the provider of a cluster that is gone harms
 *  nobody, and provider-orphaned says it once; and whether it is gone may not be known. Undefined where they must
 *  judge. */
export const withoutCluster = (issuer: string, facts: Facts): Verdict | undefined => {
  if (!isEksHost(issuer) || clustersWithIssuer(facts.fleet, issuer).length > 0) return undefined;
  const { partition, accountId } = facts.snapshot;
  const life = lifeOf(issuer, arnOf(partition, accountId, issuer), facts);
  if (life.status === 'elsewhere') return undefined;
  return life.status === 'gone' ? notApplicable : unknown('unread', life.why);
};
