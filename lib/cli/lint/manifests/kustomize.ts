/** Changes that Kustomize and Flux make to the objects of other files: another namespace, another name (Kustomize reference, `namespace`,
 *  `namePrefix`, `nameSuffix`; Flux, Kustomization, `spec.targetNamespace`). */
import { join, normalize } from 'node:path/posix';
import { given } from '../../../text.ts';
import { folderOf, itemsOf, memberOf, type SourceDocument, type SourceNode, stringOf } from '../source-tree.ts';
import type { FoundKustomization, FoundObjects, FoundServiceAccount, FoundWorkload } from './objects.ts';

/** True for the file that Kustomize reads in a folder. */
export const isKustomizationFile = (name: string): boolean => /(?:^|[\\/])kustomization(?:\.ya?ml)?$/i.test(name);

const textsIn = (root: SourceNode, ...keys: readonly string[]): readonly string[] =>
  keys.flatMap(key =>
    itemsOf(memberOf(root, key)).flatMap(item => stringOf(item) ?? stringOf(memberOf(item, 'path')) ?? []),
  );

/** The changes of a kustomization. */
export const kustomizationIn = (root: SourceNode, document: SourceDocument): FoundKustomization => {
  const textAt = (key: string): string | undefined => stringOf(memberOf(root, key));
  const folder = folderOf(document.name);
  const paths = textsIn(root, 'resources', 'bases', 'components', 'patches', 'patchesStrategicMerge');
  return {
    folder,
    resources: paths.filter(path => !path.includes('\n')).map(path => normalize(join(folder, path))),
    ...given({ namespace: textAt('namespace'), prefix: textAt('namePrefix'), suffix: textAt('nameSuffix') }),
  };
};

/** The changes of Flux's Kustomization; undefined for one that changes nothing here. Its path is of the repository. */
export const fluxKustomizationIn = (root: SourceNode): FoundKustomization | undefined => {
  const spec = memberOf(root, 'spec');
  const [namespace, path] = [stringOf(memberOf(spec, 'targetNamespace')), stringOf(memberOf(spec, 'path'))];
  return namespace === undefined || path === undefined
    ? undefined
    : { folder: '', resources: [normalize(path).replace(/\/+$/, '')], namespace };
};

interface Change extends Pick<FoundKustomization, 'namespace' | 'prefix' | 'suffix'> {
  /** The outermost kustomization, as its number. */
  readonly by: number;
}

/** Deepest chain of kustomizations that is followed. */
const maxChain = 20;

/** The objects as they are deployed. Where several kustomizations give them several namespaces, theirs is one that is not
 *  known. */
export const asDeployed = (objects: FoundObjects): FoundObjects => {
  const { kustomizations, serviceAccounts, workloads } = objects;
  if (kustomizations.length === 0) return objects;
  const changes = changesByPath(kustomizations);
  const changed = <T extends { readonly document: SourceDocument; readonly name: string; readonly namespace?: string }>(
    one: T,
  ): T => {
    const all = changesFor(one.document.name, changes);
    if (all.length === 0 || 'isMention' in one) return one;
    const names = new Set(all.map(({ prefix = '', suffix = '' }) => `${prefix}${one.name}${suffix}`));
    const namespaces = new Set(all.map(({ namespace }) => namespace ?? one.namespace));
    const name = [...names].length === 1 ? [...names].join() : '<name by kustomization>';
    const namespace = namespaces.size === 1 ? [...namespaces][0] : '<namespace by kustomization>';
    const { namespace: _before, ...rest } = one;
    return { ...rest, name, ...given({ namespace }) } as T;
  };
  const accounts = serviceAccounts.map(changed);
  const byName = Map.groupBy(accounts, one => one.name);
  const beside = workloads.map(one => {
    const workload = changed(one);
    const folders = accountsDeployedWith(workload, byName.get(one.serviceAccount) ?? [], changes);
    return folders.size === 1 ? { ...workload, ...given({ folder: [...folders][0] }) } : workload;
  });
  return { ...objects, serviceAccounts: accounts, workloads: beside };
};

/** The folders of a workload's service account: its own one, else those from which one kustomization deploys both. */
const accountsDeployedWith = (
  { document, namespace }: FoundWorkload,
  named: readonly FoundServiceAccount[],
  changes: ReadonlyMap<string, readonly Change[]>,
): ReadonlySet<string> => {
  const same = named.filter(one => one.namespace === namespace && !one.isMention);
  const own = folderOf(document.name);
  if (same.some(one => folderOf(one.document.name) === own)) return new Set([own]);
  const roots = new Set(changesFor(document.name, changes).map(({ by }) => by));
  const together = same.filter(one => changesFor(one.document.name, changes).some(({ by }) => roots.has(by)));
  return new Set(together.map(one => folderOf(one.document.name)));
};

/** The changes for each path that a kustomization names, the outermost last. */
const changesByPath = (all: readonly FoundKustomization[]): ReadonlyMap<string, readonly Change[]> => {
  const byFolder = Map.groupBy(all, ({ folder }) => folder);
  const named = new Set(all.flatMap(({ resources }) => resources));
  const found = new Map<string, Change[]>();
  const visit = (one: FoundKustomization, outer: Change, depth: number): void => {
    if (depth > maxChain) return;
    const change: Change = {
      ...given({ namespace: outer.namespace ?? one.namespace }),
      by: outer.by,
      prefix: `${outer.prefix ?? ''}${one.prefix ?? ''}`,
      suffix: `${one.suffix ?? ''}${outer.suffix ?? ''}`,
    };
    for (const path of one.resources) {
      const inner = byFolder.get(path);
      if (inner === undefined) found.set(path, [...(found.get(path) ?? []), change]);
      else for (const next of inner) visit(next, change, depth + 1);
    }
  };
  for (const [by, one] of all.entries()) if (!named.has(one.folder)) visit(one, { by }, 0);
  return found;
};

const changesFor = (file: string, changes: ReadonlyMap<string, readonly Change[]>): readonly Change[] => {
  const path = normalize(file.replaceAll('\\', '/'));
  const found: Change[] = [...(changes.get(path) ?? [])];
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
    found.push(...(changes.get(path.slice(0, at)) ?? []));
  return found;
};
