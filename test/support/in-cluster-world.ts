import type { Facts } from '../../lib/facts/facts.ts';
import { complete, type Gap, type ReadFailure, unavailable } from '../../lib/model/collected.ts';
import type { Pod, PodContainer } from '../../lib/model/kubernetes.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from './example-cluster.ts';
import { aCluster, aRole, someFacts } from './example-world.ts';
import { reportedBy } from './verdict-of.ts';

/** Worlds of one cluster, for tables of rules that look inside clusters. */

type Inside = NonNullable<Parameters<typeof aReadCluster>[0]>;
type Over = Parameters<typeof someFacts>[0];

/** A world whose cluster has this inside; `cluster` overrides the rest of its snapshot. */
export const worldOf = (inside: Inside, over: Over = {}, cluster: Parameters<typeof aReadCluster>[1] = {}): Facts =>
  someFacts({ clusters: complete([aReadCluster(inside, cluster)]), ...over });

/** The annotated service account `checkout/cart` without pods, with more annotations. */
export const annotatedWith = (
  annotations: Readonly<Record<string, string>>,
  over: Parameters<typeof aServiceAccount>[0] = {},
): Inside => ({
  serviceAccounts: complete([
    aServiceAccount({ annotations: { 'eks.amazonaws.com/role-arn': aRole().arn, ...annotations }, ...over }),
  ]),
  pods: complete([]),
});

/** The example's service account with these pods. */
export const withPods = (...pods: readonly Pod[]): Inside => ({ pods: complete(pods) });

/** A container that nobody gave anything. */
export const bareContainer = (over: Partial<PodContainer> = {}): PodContainer =>
  aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {}, ...over });

/** A pod that the webhook did not touch. */
export const barePod = (over: Partial<Pod> = {}): Pod => aPod({ containers: [bareContainer()], volumes: [], ...over });

/** A refused read. */
export const denied: ReadFailure = { kind: 'denied', operation: 'list pods', message: '403' };

/** A section that was refused. */
export const refused = unavailable<never>(denied);

/** A page that was not read. */
export const aGap = (operation: string): Gap => ({
  what: 'page 2',
  reason: { kind: 'throttled', operation, message: 'Rate exceeded' },
});

/** A cluster that EKS describes without an issuer of its own. */
export const withoutIssuer = () => {
  const { issuer: _none, ...cluster } = aCluster();
  return { cluster };
};

/** `high missing`, `unknown unread`: the verdict without its values. */
export const verdicts = (ruleId: string, facts: Facts): readonly string[] =>
  reportedBy(ruleId, facts).map(([outcome, id]) => `${outcome} ${id}`);
