/** Nodes and ways of the reach graph in words. */

import { roleNameOf } from '../../model.ts';
import { given } from '../../text.ts';
import type { ReachGraph, ReachNode } from '../node/reach-graph.ts';
import { ways } from '../node/way.ts';
import type { Path } from './paths.ts';

/** One step that a person reads: places that only include the next node are left out. */
export interface ChainStep {
  readonly from: string;
  /** The act of `from`. */
  readonly says: string;
  readonly to: string;
  /** The fact that shows it. */
  readonly by: string;
  /** Where that fact was read. */
  readonly depends?: string;
}

/** A node for people. */
export const nodeInWords = ({ kind, name, namespace }: ReachNode): string => {
  const where = namespace === undefined ? 'the cluster' : `namespace ${namespace}`;
  switch (kind) {
    case 'group':
    case 'user':
      return `${kind} ${name}`;
    case 'principal':
      return name;
    case 'rights':
    case 'service-account':
      return `service account ${name}`;
    case 'pods':
      return name.startsWith('Pod ') ? `pod ${name.slice('Pod '.length)}` : `a pod of ${name}`;
    case 'accounts':
      return `every service account of ${where}`;
    case 'running':
      return `every running pod of ${where}`;
    case 'identities':
      return `the Kubernetes rights of every service account of ${where}`;
    case 'cluster':
      return 'the whole cluster';
    case 'granted':
      return `ClusterRole ${name.replace(/^\//, '')}`;
    case 'role':
      return `role ${roleNameOf(name) || name}`;
  }
};

/** A way as its steps, with what only includes something left out: a step leads to the last that it includes. */
export const chainStepsOf = (graph: ReachGraph, { steps }: Path): readonly ChainStep[] => {
  const name = (id: string): string => {
    const node = graph.nodes.get(id);
    return node === undefined ? id : nodeInWords(node);
  };
  const chain: ChainStep[] = [];
  for (const { from, to, way, by, depends } of steps) {
    const last = chain.at(-1);
    const isPart = way === 'includes' || (way === 'token' && graph.nodes.get(from)?.kind === 'service-account');
    if (isPart && last !== undefined) chain[chain.length - 1] = { ...last, to: name(to) };
    else if (!isPart) chain.push({ from: name(from), says: ways[way].says, to: name(to), by, ...given({ depends }) });
  }
  return chain;
};
