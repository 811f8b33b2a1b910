/** Whether nothing used a role with tokens of one issuer for some days, by what was read. */

import { type Facts, regionOfIssuer, roleOfContainer } from '../../facts.ts';
import {
  type AssumeEvents,
  assumeEventsOf,
  providerArnBeside,
  providerHostPath,
  type Role,
  readFailuresOf,
  valueOr,
} from '../../model.ts';
import { lifeOf } from '../../rules/oidc/issuer-liveness.ts';
import { counted, daysBetween, listed } from '../../text.ts';
import type { End } from './clusters.ts';

/** The part of the users that is asked about. */
interface Users {
  readonly from: End;
  /** One service account of it; absent: all. */
  readonly subject?: string;
}

/**
 * Why it is not proven that the role was not used for so many days: pods that have it now, calls, or what was not read. Undefined
 * where it is proven: the cluster is gone and its issuer says so, or no pod of it has the role, and CloudTrail of the
 * whole time, or IAM's last use, shows no use.
 */
export const usedBecause = (role: Role, facts: Facts, users: Users, days: number): string | undefined => {
  const { from } = users;
  if (from.cluster === undefined) return aliveBecause(role, facts, from);
  const pods = podsBecause(role, users);
  if (pods !== undefined) return pods;
  const seen = callsBecause(role, facts, users, days);
  if (seen.kind === 'proven') return undefined;
  // A call that was seen is a use, whatever IAM says: its record comes late.
  if (seen.kind === 'used') return seen.why;
  const last = lastUseBecause(role, facts, days);
  return last === undefined ? undefined : `${seen.why}; ${last}`;
};

/** The issuer of a cluster that no audited account has must say itself that it is gone. */
const aliveBecause = (role: Role, facts: Facts, { issuer }: End): string | undefined => {
  const url = `https://${issuer}`;
  const life = lifeOf(url, providerArnBeside(role.arn, issuer), facts);
  const probed = facts.issuers[url]?.discovery;
  const isNotFound = probed !== undefined && readFailuresOf(probed).some(({ kind }) => kind === 'not-found');
  if (life.status === 'gone' && isNotFound) return undefined;
  return `whether its cluster is gone: ${life.status === 'gone' ? 'the issuer did not answer that it does not exist' : life.why}`;
};

const podsBecause = (role: Role, { from, subject }: Users): string | undefined => {
  if (from.cluster === undefined) return undefined;
  const { kubernetes } = from.cluster;
  const pods = kubernetes.status === 'unavailable' ? kubernetes : kubernetes.value.pods;
  const [gap] = readFailuresOf(pods);
  if (gap !== undefined || kubernetes.status === 'unavailable')
    return `the pods of ${from.name} were not all read (${gap?.operation}: ${gap?.message}; --in-cluster or --context)`;
  const having = valueOr(kubernetes.value.pods, []).filter(
    pod =>
      (subject === undefined || subject === `system:serviceaccount:${pod.namespace}:${pod.serviceAccount}`) &&
      pod.containers.some(container => roleOfContainer(container) === role.arn),
  );
  return having.length === 0
    ? undefined
    : `${counted(having.length, 'pod')} of ${from.name} ${having.length === 1 ? 'has' : 'have'} the role now (${listed(
        having.map(({ namespace, name }) => `${namespace}/${name}`),
        3,
      )})`;
};

type Seen = { readonly kind: 'proven' } | { readonly kind: 'used' | 'unread'; readonly why: string };

/** By CloudTrail: the whole time, in the regions in which calls are logged. Old SDKs call the global endpoint, in us-east-1. */
const callsBecause = (role: Role, { snapshot, now }: Facts, { from, subject }: Users, days: number): Seen => {
  const { runtime } = snapshot;
  const isMeant = (one: AssumeEvents): boolean =>
    one.roleArn === role.arn &&
    (one.providerArn === undefined || providerHostPath(one.providerArn) === from.issuer) &&
    (subject === undefined || one.subject === undefined || one.subject === subject);
  const used = assumeEventsOf(runtime).find(
    one => isMeant(one) && one.successes > 0 && daysBetween(one.lastAt, now) < days,
  );
  if (used !== undefined)
    return { kind: 'used', why: `CloudTrail shows a use by ${used.subject ?? 'an unnamed subject'} at ${used.lastAt}` };
  const [gap] = readFailuresOf(runtime);
  if (gap !== undefined || runtime.status !== 'complete')
    return {
      kind: 'unread',
      why: `CloudTrail was not read wholly (${gap?.message ?? 'not asked for'}; --cloud-trail)`,
    };
  const { from: start } = runtime.value;
  if (daysBetween(start, now) < days) return { kind: 'unread', why: `CloudTrail was read since ${start} alone` };
  const needed = [regionOfIssuer(from.issuer), snapshot.partition === 'aws' ? 'us-east-1' : undefined];
  const unread = needed.filter(region => region !== undefined && !snapshot.regions.some(one => one.region === region));
  return unread.length === 0
    ? { kind: 'proven' }
    : { kind: 'unread', why: `calls in ${listed(unread as readonly string[])} were not read (--region)` };
};

/** By IAM, which covers each way to assume the role. */
const lastUseBecause = ({ detail }: Role, { now }: Facts, days: number): string | undefined => {
  if (detail.status !== 'complete') return 'IAM’s last use was not read (--role-details)';
  const { lastUsedAt } = detail.value;
  return lastUsedAt === undefined || daysBetween(lastUsedAt, now) >= days
    ? undefined
    : `IAM says that the role was last used at ${lastUsedAt}, and does not name the caller`;
};
