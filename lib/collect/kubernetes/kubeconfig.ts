import { parse } from 'yaml';
import { z } from 'zod';

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
const contextShape = z.object({ cluster: z.string(), user: z.string().default('') });

const fileShape = z.object({
  'current-context': z.string().nullish(),
  clusters: namedList,
  contexts: namedList,
  users: namedList,
});

export type KubeconfigCluster = z.output<typeof clusterShape>;
export type KubeconfigUser = z.output<typeof userShape>;
export type KubeconfigExec = z.output<typeof execShape>;

/** One context with what it points at. Paths in it are relative to `directory`. */
export interface KubeconfigContext {
  readonly name: string;
  /** Name of the cluster's entry: `aws eks update-kubeconfig` writes the cluster's ARN there. */
  readonly clusterName: string;
  readonly cluster: KubeconfigCluster;
  readonly user: KubeconfigUser;
  readonly directory: string;
}

/** A parsed kubeconfig file. */
export interface Kubeconfig {
  readonly currentContext?: string;
  readonly contexts: readonly KubeconfigContext[];
}

/** Thrown for a kubeconfig, or a context of one, that cannot be used; the message says which key and why. */
export class KubeconfigInvalid extends Error {
  override readonly name = 'KubeconfigInvalid';
  readonly code = 'kubeconfig-invalid';
}

/** A kubeconfig is small: more than this is another file. */
const maxLength = 4 * 1024 * 1024;

/**
 * Parses the text of a kubeconfig. `source` names the file in messages, `directory` is what relative paths in it are
 * relative to. A context whose cluster is missing is left out: it is useless to kubectl as well. Throws
 * `KubeconfigInvalid`.
 */
export const parseKubeconfig = (text: string, source: string, directory: string): Kubeconfig => {
  if (text.length > maxLength) throw new KubeconfigInvalid(`${source} is no kubeconfig: it is larger than 4 MiB`);
  const parsed = fileShape.safeParse(documentOf(text, source));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new KubeconfigInvalid(`${source} is no kubeconfig: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { clusters, contexts, users } = parsed.data;
  const current = parsed.data['current-context'];
  return {
    ...(current ? { currentContext: current } : {}),
    contexts: contexts.flatMap(({ name, context }) => {
      const points = contextShape.safeParse(context);
      if (!points.success) return [];
      const cluster = clusterShape.safeParse(clusters.find(one => one.name === points.data.cluster)?.cluster);
      const user = userShape.safeParse(users.find(one => one.name === points.data.user)?.user ?? {});
      if (!cluster.success || !user.success) return [];
      return [{ name, clusterName: points.data.cluster, cluster: cluster.data, user: user.data, directory }];
    }),
  };
};

const documentOf = (text: string, source: string): unknown => {
  try {
    return parse(text, { maxAliasCount: 20 }) as unknown;
  } catch (cause) {
    const first = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new KubeconfigInvalid(`${source} is no kubeconfig: ${first}`, { cause });
  }
};

/** The context of a name, or the current one. Throws `KubeconfigInvalid` with the names that there are. */
export const contextOf = (config: Kubeconfig, name: string | undefined, source: string): KubeconfigContext => {
  const wanted = name ?? config.currentContext;
  if (wanted === undefined) throw new KubeconfigInvalid(`${source} has no current context: name one with --context`);
  const found = config.contexts.find(context => context.name === wanted);
  if (found) return found;
  const names = config.contexts.map(context => context.name).join(', ') || 'none';
  throw new KubeconfigInvalid(`${source} has no usable context ${wanted}; it has: ${names}`);
};
