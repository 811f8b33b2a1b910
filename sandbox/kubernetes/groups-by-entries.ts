/**
 * The callers that EKS knows by a cluster's access entries, without any code of the auditor. Sources: aws-iam-authenticator, "API Authorization from
 * Outside a Cluster" (the token is a presigned GetCallerIdentity); EKS API Reference, `AccessEntry`, `principalArn` (an entry stays bound
 * to the id of the role that it was made for).
 */
import { callerOf } from '../aws/credentials.ts';
import type { WorldAccount, WorldCluster } from '../world/world.ts';

/** The group that Kubernetes refuses nothing. */
export const masters = 'system:masters';

/** The groups of a token's principal in a cluster; undefined where the cluster does not know it. Users of the account and the roles of
 *  `administrators` may do everything, as whoever made the cluster may. */
export const groupsByEntries =
  ({ accountId, partition, roles }: WorldAccount, cluster: WorldCluster, administrators: readonly string[]) =>
  (token: string): readonly string[] | undefined => {
    const [, encoded] = /^k8s-aws-v1\.([\w-]+)$/.exec(token) ?? [];
    if (encoded === undefined) return undefined;
    const asked = new URL(Buffer.from(encoded, 'base64url').toString('utf8')).searchParams;
    const [key] = (asked.get('X-Amz-Credential') ?? '').split('/');
    const caller = callerOf(key, asked.get('X-Amz-Security-Token') ?? undefined);
    if (typeof caller === 'string' || caller.accountId !== accountId) return undefined;
    const [name] = caller.session ?? [];
    if (name === undefined || administrators.includes(name)) return [masters];
    const role = roles.find(one => one.name === name);
    const arn = `arn:${partition}:iam::${accountId}:role${role?.path}${name}`;
    const entry = cluster.accessEntries?.find(one => one.principalArn === arn);
    const madeAt = Date.parse(entry?.createdAt ?? cluster.createdAt);
    return role === undefined || entry === undefined || madeAt < Date.parse(role.createdAt)
      ? undefined
      : entry.kubernetesGroups;
  };
