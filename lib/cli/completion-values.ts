import { parseArn } from '../core/model/arn.ts';
import { compareText } from '../core/text/compare-text.ts';
import type { Io } from './io.ts';
import { allContexts } from './kubeconfig/kubeconfig-files.ts';

/** Names that completion looks up. */
export const valueKinds = ['contexts', 'clusters'] as const;
export type ValueKind = (typeof valueKinds)[number];

/** A shell expands the words that it is given to complete: a name with anything else in it is left out. */
const plainName = /^[\w@:./+-]+$/;

/** The contexts of the kubeconfig, or the clusters that they lead to: of EKS by their own name. Nothing where there is no
 *  kubeconfig, or none that can be read: completion says no errors. */
export const completionValues = async (kind: ValueKind, io: Io): Promise<readonly string[]> => {
  try {
    const contexts = await allContexts(io);
    const names = contexts.map(({ name, cluster }) => (kind === 'contexts' ? name : clusterOf(cluster.name)));
    return [...new Set(names)].filter(name => plainName.test(name)).sort(compareText);
  } catch {
    return [];
  }
};

const clusterOf = (name: string): string => parseArn(name)?.resource.replace(/^cluster\//, '') ?? name;
