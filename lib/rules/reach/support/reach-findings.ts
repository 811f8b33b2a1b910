/** The shared part of the rules of the group: who can become which roles of a cluster's account, and how it is told. */

import type { ClusterSubject, Facts } from '../../../facts.ts';
import {
  type Cluster,
  type Level,
  providerHostPath,
  type Role,
  type RoleLevel,
  readFailuresOf,
  stripScheme,
  type Undecided,
  valueOr,
} from '../../../model.ts';
import { reachOfAccount } from '../../../reach/graph/reach-of.ts';
import { chainStepsOf } from '../../../reach/graph/words.ts';
import { levelNames } from '../../../reach/level-in-words.ts';
import { levelOf } from '../../../reach/level-of.ts';
import type { ReachGraph } from '../../../reach/node/reach-graph.ts';
import { type Reacher, reachersOf } from '../../../reach/reachers.ts';
import type { EvidenceDraft } from '../../prelude.ts';

/** A role with its level, and somebody who can become it. */
export interface ReachedRole extends Reacher {
  readonly role: Role;
  readonly level: RoleLevel;
}

/** Everybody of a cluster who can become a role of its account and should not, with what is not known of it. */
export const reachedIn = (
  { cluster }: ClusterSubject,
  facts: Facts,
  isWanted: (level: RoleLevel) => boolean,
): {
  readonly graph: ReachGraph;
  readonly reached: readonly ReachedRole[];
  readonly missing: Undecided | undefined;
} => {
  const graph = reachOfAccount(facts);
  const all = valueOr(facts.snapshot.roles, []).flatMap(role => {
    const level = levelOf(facts.snapshot, role.arn);
    return isWanted(level) || level.level === 'unknown'
      ? reachersOf(graph, cluster.arn, role.arn).map((reacher): ReachedRole => ({ ...reacher, role, level }))
      : [];
  });
  const reached = all.filter(({ level }) => isWanted(level));
  const open = all.find(({ level }) => level.level === 'unknown');
  const gap = graph.missing.find(({ clusterArn, isAsked }) => clusterArn === cluster.arn && isAsked);
  const why = gap?.why ?? unreadInAccount(cluster, facts) ?? (open && `the permissions of role ${open.role.name}`);
  return { graph, reached, missing: why === undefined ? undefined : { kind: 'unread', missing: why } };
};

/** Why a role of the account, or its trust in the cluster, may be there and was not read. */
const unreadInAccount = ({ issuer = '' }: Cluster, { snapshot }: Facts): string | undefined => {
  const { roles, providers } = snapshot;
  const own = valueOr(providers, []).filter(({ arn }) => providerHostPath(arn) === stripScheme(issuer));
  const [gap] = [roles, providers, ...own.map(({ detail }) => detail)]
    .flatMap(readFailuresOf)
    .filter(({ kind }) => kind !== 'not-asked-for');
  return gap && `${gap.operation}: ${gap.message}`;
};

/** Of each person, group or workload: the roles, the strongest level first. */
export const byWho = (reached: readonly ReachedRole[]): readonly (readonly [ReachedRole, ...ReachedRole[]])[] =>
  [...Map.groupBy(reached, ({ who }) => who.id).values()].map(
    list => list.toSorted((a, b) => a.path.steps.length - b.path.steps.length) as [ReachedRole, ...ReachedRole[]],
  );

/** The steps of a way as evidence. A pod is another one after each roll-out. */
export const stepsOf = (graph: ReachGraph, { path, who }: Reacher): readonly EvidenceDraft[] =>
  chainStepsOf(graph, path).map(({ from, says, by, to }, at) => ({
    what: `step ${at + 1}: ${from} ${says}`,
    readFrom: `${by.startsWith('pod ') ? 'pods' : 'roles and bindings'} of cluster ${who.clusterArn?.split('/').at(-1) ?? ''}`,
    got: `${by} → ${to}`,
    ...(by.startsWith('pod ') && { volatile: true as const }),
  }));

/** The number of steps that a person reads, and the first of them: the right that opens the way. */
export const wayInWords = (
  graph: ReachGraph,
  { path }: Reacher,
): { readonly steps: number; readonly first: string } => {
  const chain = chainStepsOf(graph, path);
  const [first] = chain;
  return { steps: chain.length, first: first === undefined ? '' : `it ${first.says} (${first.to}), by ${first.by}` };
};

/** The level for people. */
export const levelWords: Readonly<Record<Level, string>> = {
  ...levelNames,
  administrator: 'is an administrator',
  'can-become-administrator': 'can become an administrator',
  little: 'can do little',
  unknown: 'has permissions that are not known',
};
