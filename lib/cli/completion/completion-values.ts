import { parseArn } from '../../model/arn.ts';
import { compareText } from '../../text/compare-text.ts';
import { lastNames } from '../findings/last-names.ts';
import { allContexts } from '../kubeconfig/kubeconfig-files.ts';
import type { Io } from '../shell/io.ts';

/** Names that completion looks up. */
export const valueKinds = ['contexts', 'clusters', 'roles'] as const;
export type ValueKind = (typeof valueKinds)[number];

/** A shell expands the words that it is given to complete: a name with anything else in it is left out. */
const plainName = /^[\w@:./+-]+$/;

/** The contexts of the kubeconfig; the clusters that they lead to (of EKS by their own name) and those of the last scan; the
 *  roles of that. Nothing where nothing can be read: completion says no errors. */
export const completionValues = async (kind: ValueKind, io: Io): Promise<readonly string[]> => {
  const last = await lastNames(io);
  const names = { contexts: [], clusters: last.clusters, roles: last.roles }[kind];
  const ofContexts = kind === 'roles' ? [] : await contextNames(kind, io);
  return [...new Set([...names, ...ofContexts])].filter(name => plainName.test(name)).sort(compareText);
};

const contextNames = async (kind: 'contexts' | 'clusters', io: Io): Promise<readonly string[]> => {
  try {
    const contexts = await allContexts(io);
    return contexts.map(({ name, cluster }) => (kind === 'contexts' ? name : clusterOf(cluster.name)));
  } catch {
    return [];
  }
};

const clusterOf = (name: string): string => parseArn(name)?.resource.replace(/^cluster\//, '') ?? name;
