/** One identity with its grants, the place that is asked about, and how its ways are noted. */

import type { KubernetesFacts, Pod } from '../../model.ts';
import { given } from '../../text.ts';
import type { ReachEdge, ReachNode } from '../node/reach-graph.ts';
import type { WayId } from '../node/way.ts';
import type { Rbac, RbacGrant } from '../rbac/grants.ts';
import type { Rights } from './scope.ts';

/** A cluster as ways are looked for in it. */
export interface ReachCluster {
  readonly arn: string;
  readonly kubernetes: KubernetesFacts;
  readonly rbac: Rbac;
  readonly pods: readonly Pod[];
  /** Names of all namespaces that were seen. */
  readonly namespaces: readonly string[];
  /** Service accounts by namespace, existing ones. */
  readonly accounts: ReadonlyMap<string, readonly string[]>;
  /** Service accounts by namespace that roles name and that do not exist. */
  readonly absent: ReadonlyMap<string, readonly string[]>;
  /** Users and groups of bindings and access entries; the masters are always one. */
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

/** An identity at one place. */
export interface PlacedIdentity {
  readonly cluster: ReachCluster;
  readonly from: ReachNode;
  readonly grants: readonly RbacGrant[];
  readonly rights: Rights;
}

/** A way that was found. */
export type FoundEdge = Omit<ReachEdge, 'from' | 'to'> & { readonly to: ReachNode };

/** A way by a source; none where there is no source. */
export const wayBy = (
  { rights: { namespace } }: Pick<PlacedIdentity, 'rights'>,
  way: WayId,
  by: string | undefined,
  to: ReachNode,
  depends?: string,
): readonly FoundEdge[] =>
  by === undefined ? [] : [{ way, by, to, ...(namespace === '' ? {} : { namespace }), ...given({ depends }) }];
