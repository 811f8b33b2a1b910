import { parse } from 'yaml';
import * as z from 'zod';
import { formFault } from '../../collect/unread-from-error.ts';

const namedList = z
  .array(
    z.object({
      name: z.string(),
      cluster: z.unknown().optional(),
      context: z.unknown().optional(),
      user: z.unknown().optional(),
    }),
  )
  .nullish()
  .transform(list => list ?? []);

const clusterShape = z.object({
  server: z.string(),
  'certificate-authority': z.string().optional(),
  'certificate-authority-data': z.string().optional(),
  'insecure-skip-tls-verify': z.boolean().optional(),
  'tls-server-name': z.string().optional(),
  'proxy-url': z.string().optional(),
});
const execShape = z.object({
  apiVersion: z.string().default('client.authentication.k8s.io/v1'),
  command: z.string().min(1),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
});
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
});
const contextShape = z.object({
  cluster: z.string(),
  user: z.string().default(''),
  namespace: z.string().optional(),
});

const fileShape = z.object({
  'current-context': z.string().nullish(),
  clusters: namedList,
  contexts: namedList,
  users: namedList,
});

export type KubeconfigCluster = z.output<typeof clusterShape>;
export type KubeconfigUser = z.output<typeof userShape>;
export type KubeconfigExec = z.output<typeof execShape>;

/** The text of one kubeconfig file. `source` names it in messages; paths in it are relative to `directory`. */
export interface KubeconfigFile {
  readonly text: string;
  readonly source: string;
  readonly directory: string;
}

/** One context with what it points at. Paths in an entry are relative to the file that has it. */
export interface KubeconfigContext {
  readonly name: string;
  /** Name of the cluster's entry: `aws eks update-kubeconfig` writes the cluster's ARN there. */
  readonly clusterName: string;
  readonly cluster: KubeconfigCluster;
  readonly clusterDirectory: string;
  readonly user: KubeconfigUser;
  readonly userDirectory: string;
  /** The namespace that kubectl would use; `default` where there is none. */
  readonly namespace?: string;
}

/** What one or several kubeconfig files say together. */
export interface Kubeconfig {
  readonly currentContext?: string;
  readonly contexts: readonly KubeconfigContext[];
  /** Names of the files, for messages. */
  readonly source: string;
  /** Contexts that cannot be used, and why. */
  readonly broken: ReadonlyMap<string, string>;
}

/** Thrown for a kubeconfig, or a context of one, that cannot be used; the message says which key and why. */
export class KubeconfigInvalid extends Error {
  override readonly name = 'KubeconfigInvalid';
  readonly code = 'kubeconfig-invalid';
}

/** A kubeconfig is small: more than this is another file. */
const maxLength = 4 * 1024 * 1024;

/**
 * Parses kubeconfig files and puts them together as kubectl does (Kubernetes, "Organizing Cluster Access Using kubeconfig
 * Files", "Merging kubeconfig files"): of two entries with one name the first counts, and so does the first current
 * context. A context that cannot be used is no fault until it is asked for. Throws `KubeconfigInvalid`.
 */
export const parseKubeconfigs = (files: readonly KubeconfigFile[]): Kubeconfig => {
  const parsed = files.map(parseFile);
  const current = parsed.map(file => file['current-context']).find(Boolean);
  const entries = {
    clusters: firstOfName(parsed.flatMap(file => file.clusters.map(one => ({ ...one, directory: file.directory })))),
    users: firstOfName(parsed.flatMap(file => file.users.map(one => ({ ...one, directory: file.directory })))),
  };
  const contexts: KubeconfigContext[] = [];
  const broken = new Map<string, string>();
  for (const [name, { context }] of firstOfName(parsed.flatMap(file => file.contexts))) {
    const resolved = contextFrom(name, context, entries);
    if (typeof resolved === 'string') broken.set(name, resolved);
    else contexts.push(resolved);
  }
  const source = files.map(file => file.source).join(', ');
  return { ...(current ? { currentContext: current } : {}), contexts, source, broken };
};

type Entry = z.output<typeof namedList>[number];
type Placed = Entry & { readonly directory: string };

const firstOfName = <T extends Entry>(entries: readonly T[]): ReadonlyMap<string, T> =>
  new Map(entries.toReversed().map(one => [one.name, one]));

const parseFile = (file: KubeconfigFile): z.output<typeof fileShape> & { readonly directory: string } => {
  const { text, source, directory } = file;
  if (text.length > maxLength) throw new KubeconfigInvalid(`${source} is no kubeconfig: it is larger than 4 MiB`);
  const parsed = fileShape.safeParse(documentOf(text, source));
  if (!parsed.success) throw new KubeconfigInvalid(`${source} is no kubeconfig: ${formFault(parsed.error)}`);
  return { ...parsed.data, directory };
};

/** An empty file is a kubeconfig of nothing, as for kubectl. */
const documentOf = (text: string, source: string): unknown => {
  try {
    return (parse(text, { maxAliasCount: 20 }) as unknown) ?? {};
  } catch (cause) {
    throw new KubeconfigInvalid(`${source} is no kubeconfig: ${String(cause).split('\n')[0]}`, { cause });
  }
};

/** A context with its cluster and user, or why it cannot be used. */
const contextFrom = (
  name: string,
  context: unknown,
  entries: { readonly clusters: ReadonlyMap<string, Placed>; readonly users: ReadonlyMap<string, Placed> },
): KubeconfigContext | string => {
  const points = contextShape.safeParse(context);
  if (!points.success) return formFault(points.error);
  const placed = entries.clusters.get(points.data.cluster);
  if (!placed) return `there is no cluster ${points.data.cluster}`;
  const cluster = clusterShape.safeParse(placed.cluster);
  if (!cluster.success) return `cluster ${placed.name}: ${formFault(cluster.error)}`;
  const owner = entries.users.get(points.data.user);
  const user = userShape.safeParse(owner?.user ?? {});
  if (!user.success) return `user ${points.data.user}: ${formFault(user.error)}`;
  return {
    name,
    clusterName: placed.name,
    cluster: cluster.data,
    clusterDirectory: placed.directory,
    user: user.data,
    userDirectory: owner?.directory ?? placed.directory,
    ...(points.data.namespace ? { namespace: points.data.namespace } : {}),
  };
};

/** The context of a name, or the current one. Throws `KubeconfigInvalid` with the names that there are. */
export const contextOf = (config: Kubeconfig, name: string | undefined): KubeconfigContext => {
  const wanted = name ?? config.currentContext;
  const { source, contexts, broken } = config;
  if (wanted === undefined) throw new KubeconfigInvalid(`${source} has no current context: name one with --context`);
  const found = contexts.find(context => context.name === wanted);
  if (found) return found;
  const why = broken.get(wanted);
  if (why !== undefined) throw new KubeconfigInvalid(`${source}: context ${wanted} cannot be used: ${why}`);
  const names = contexts.map(context => context.name).join(', ') || 'none';
  throw new KubeconfigInvalid(`${source} has no usable context ${wanted}; it has: ${names}`);
};
