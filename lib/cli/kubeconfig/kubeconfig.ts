import { resolve } from 'node:path';
import type { KubeConfig, Cluster as KubeconfigCluster, User as KubeconfigUser } from '@kubernetes/client-node';
import { parse } from 'yaml';
import * as z from 'zod';
import { formFault } from '../../collect/unread-from-error.ts';
import { namedError } from '../../text.ts';

const clusterShape = z.object({
  server: z.string().min(1),
  'certificate-authority': z.string().optional(),
  'certificate-authority-data': z.string().optional(),
  'insecure-skip-tls-verify': z.boolean().optional(),
  'tls-server-name': z.string().optional(),
  'proxy-url': z.string().optional(),
});
const execShape = z.object({
  apiVersion: z.string().default('client.authentication.k8s.io/v1'),
  command: z.string().min(1),
  args: z
    .array(z.string())
    .nullish()
    .transform(list => list ?? []),
  env: z
    .array(z.object({ name: z.string(), value: z.string() }))
    .nullish()
    .transform(list => list ?? []),
});
/** Unknown keys are dropped: of `token-file`, which kubectl does not know, the client would read the file at once. */
const userShape = z.object({
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  'client-certificate': z.string().optional(),
  'client-certificate-data': z.string().optional(),
  'client-key': z.string().optional(),
  'client-key-data': z.string().optional(),
  exec: execShape.nullish(),
  username: z.string().optional(),
  'auth-provider': z.unknown().optional(),
  as: z.string().optional(),
});
const contextShape = z.object({
  cluster: z.string().min(1),
  user: z.string().default(''),
  namespace: z.string().optional(),
});

const named = z.object({
  name: z.string(),
  cluster: z.unknown().optional(),
  context: z.unknown().optional(),
  user: z.unknown().optional(),
});
const namedList = z
  .array(named)
  .nullish()
  .transform(list => list ?? []);

const fileShape = z.object({
  'current-context': z.string().nullish(),
  clusters: namedList,
  contexts: namedList,
  users: namedList,
});
type FileContent = z.output<typeof fileShape>;
type Entry = z.output<typeof named>;

/** A plugin that gives credentials, as `exec` of a user's entry names it; the command is a path or is looked up. */
export type KubeconfigExec = z.output<typeof execShape>;

/** The text of one kubeconfig file. `source` names it in messages; paths in it are relative to `directory`. */
interface KubeconfigFile {
  readonly text: string;
  readonly source: string;
  readonly directory: string;
}

/** One context with what it points at, in the client's own types; paths are absolute, or relative to where the program
 *  runs if the file's directory is. `aws eks update-kubeconfig` writes the cluster's ARN as the name of its entry. */
export interface KubeconfigContext {
  readonly name: string;
  readonly cluster: KubeconfigCluster;
  /** Absent where the context names no user, or one that is not there: then the API is asked as nobody. */
  readonly user?: KubeconfigUser;
  /** The namespace that kubectl would use; absent where the context names none: `default`. */
  readonly namespace?: string;
}

/** The contents of one or several kubeconfig files together. */
export interface Kubeconfig {
  readonly entries: KubeConfig;
  /** Names of the files, for messages. */
  readonly source: string;
  /** Entries that cannot be used, as `cluster shop`, and why. */
  readonly broken: ReadonlyMap<string, string>;
}

/** Thrown for a kubeconfig, or a context of one, that cannot be used; the message says which key and why. */
export const KubeconfigInvalid = namedError('KubeconfigInvalid', 'kubeconfig-invalid');

/** A kubeconfig is small: more than this is another file. */
const maxLength = 4 * 1024 * 1024;

/**
 * Parses kubeconfig files and puts them together as kubectl does (Kubernetes, "Organizing Cluster Access Using kubeconfig
 * Files", "Merging kubeconfig files"): of two entries with one name the first counts, and so does the first current
 * context. A context that cannot be used is no fault until it is asked for. Throws `KubeconfigInvalid`.
 *
 * The client's own loader trusts what it reads (an alias bomb, a list that is a map, a number as a token, two entries of
 * one name), so that only checked entries are handed to it. It is imported when a kubeconfig is read and not before: it
 * takes most of a second.
 */
export const parseKubeconfigs = async (files: readonly KubeconfigFile[]): Promise<Kubeconfig> => {
  const contents = files.map(file => ({ file, content: parseFile(file) }));
  const { KubeConfig } = await import('./kubernetes-client.ts');
  const entries = new KubeConfig();
  const broken = new Map<string, string>();
  const seen = new Set<string>();
  for (const { file, content } of contents) {
    const one = new KubeConfig();
    one.loadFromString(JSON.stringify(usableEntries(content, file.directory, { seen, broken })));
    one.makePathsAbsolute(file.directory);
    entries.mergeConfig(one, Boolean(entries.getCurrentContext()));
  }
  return { entries, source: files.map(file => file.source).join(', '), broken };
};

const parseFile = ({ text, source }: KubeconfigFile): FileContent => {
  if (text.length > maxLength) throw new KubeconfigInvalid(`${source} is not a kubeconfig: it is larger than 4 MiB`);
  const parsed = fileShape.safeParse(documentOf(text, source));
  if (!parsed.success) throw new KubeconfigInvalid(`${source} is not a kubeconfig: ${formFault(parsed.error)}`);
  return parsed.data;
};

/** An empty file is a kubeconfig of nothing, as for kubectl. */
const documentOf = (text: string, source: string): unknown => {
  try {
    return (parse(text, { maxAliasCount: 20 }) as unknown) ?? {};
  } catch (cause) {
    throw new KubeconfigInvalid(`${source} is not a kubeconfig: ${String(cause).split('\n')[0]}`, { cause });
  }
};

interface Merging {
  /** Entries of earlier files and of this one, as `cluster shop`. */
  readonly seen: Set<string>;
  readonly broken: Map<string, string>;
}

/** The entries of a file that no earlier one has and that have the documented form. */
const usableEntries = (content: FileContent, directory: string, merging: Merging): object => {
  const list = <K extends 'cluster' | 'context' | 'user', T>(kind: K, entries: readonly Entry[], shape: z.ZodType<T>) =>
    entries.flatMap(entry => {
      const key = `${kind} ${entry.name}`;
      if (entry.name === '' || merging.seen.has(key)) return [];
      merging.seen.add(key);
      const parsed = shape.safeParse(kind === 'user' ? (entry[kind] ?? {}) : entry[kind]);
      if (parsed.success) return [{ name: entry.name, [kind]: parsed.data }];
      merging.broken.set(key, formFault(parsed.error));
      return [];
    });
  const user = userShape.transform(value => withPaths(value, directory));
  return {
    'current-context': content['current-context'] ?? '',
    clusters: list('cluster', content.clusters, clusterShape),
    contexts: list('context', content.contexts, contextShape),
    users: list('user', content.users, user),
  };
};

/** The client makes the paths of certificates absolute; token files, of which it keeps none, and plugins are left. A
 *  token file becomes what the client itself makes of the one inside a pod. */
const withPaths = ({ tokenFile, exec, ...user }: z.output<typeof userShape>, directory: string): object => ({
  ...user,
  ...(tokenFile
    ? { 'auth-provider': { name: 'tokenFile', config: { tokenFile: resolve(directory, tokenFile) } } }
    : {}),
  ...(exec
    ? { exec: { ...exec, command: exec.command.includes('/') ? resolve(directory, exec.command) : exec.command } }
    : {}),
});

/** The contexts that can be used. */
export const usableContexts = (config: Kubeconfig): readonly KubeconfigContext[] =>
  config.entries.getContexts().flatMap(({ name }) => {
    const resolved = resolveContext(config, name);
    return typeof resolved === 'string' ? [] : [resolved];
  });

/** A context with its cluster and user, or why it cannot be used. */
const resolveContext = ({ entries, broken }: Kubeconfig, name: string): KubeconfigContext | string => {
  const context = entries.getContextObject(name);
  if (!context) return broken.get(`context ${name}`) ?? 'there is no such context';
  const userFault = broken.get(`user ${context.user}`);
  if (userFault !== undefined) return `user ${context.user}: ${userFault}`;
  const cluster = entries.getCluster(context.cluster);
  const clusterFault = broken.get(`cluster ${context.cluster}`);
  if (!cluster)
    return clusterFault === undefined
      ? `there is no cluster ${context.cluster}`
      : `cluster ${context.cluster}: ${clusterFault}`;
  const user = entries.getUser(context.user);
  return { name, cluster, ...(user ? { user } : {}), ...(context.namespace ? { namespace: context.namespace } : {}) };
};

/** The context of a name, or the current one. Throws `KubeconfigInvalid` with the names that there are. */
export const contextOf = (config: Kubeconfig, name: string | undefined): KubeconfigContext => {
  const { source, entries, broken } = config;
  const wanted = name ?? (entries.getCurrentContext() || undefined);
  if (wanted === undefined) throw new KubeconfigInvalid(`${source} has no current context: name one with --context`);
  if (entries.getContextObject(wanted) || broken.has(`context ${wanted}`)) {
    const resolved = resolveContext(config, wanted);
    if (typeof resolved !== 'string') return resolved;
    throw new KubeconfigInvalid(`${source}: context ${wanted} cannot be used: ${resolved}`);
  }
  const names = usableContexts(config).map(context => context.name);
  throw new KubeconfigInvalid(`${source} has no usable context ${wanted}; it has: ${names.join(', ') || 'none'}`);
};
