import * as z from 'zod';
import { type KubernetesWorld, ownAuthority } from '../world/kubernetes-world.ts';
import { type ApiAnswer, listOf, noSuchPath, notFound, type Wanted } from './answers.ts';

/** What a request is answered from. */
export interface Cluster {
  readonly world: KubernetesWorld;
  readonly url: string;
  readonly caPem: string;
  /** Signs a token for a service account; TokenRequest answers 404 without it. */
  readonly mintToken?: MintToken;
  readonly jwks?: unknown;
}

/** Makes the JWT that TokenRequest gives. */
export type MintToken = (claims: {
  readonly issuer: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly audiences: readonly string[];
  readonly expirationSeconds: number;
}) => Promise<string> | string;

/** A request that the API knows: what it wants, and how it is answered once it may. */
export interface Route {
  readonly wanted: Wanted;
  readonly answer: () => ApiAnswer | Promise<ApiAnswer>;
}

/** A request as far as routes look at it. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly body: string;
}

const named = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }).loose(),
});
const tokenRequest = z.object({
  spec: z.object({ audiences: z.array(z.string()).default([]), expirationSeconds: z.number().default(3600) }),
});
const patchBody = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string().nullable()) }),
});
const annotated = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).optional() }).loose(),
});

const lists: Readonly<Record<string, { readonly kind: string; readonly of: (world: KubernetesWorld) => unknown[] }>> = {
  namespaces: { kind: 'NamespaceList', of: world => world.namespaces },
  serviceaccounts: { kind: 'ServiceAccountList', of: world => world.serviceAccounts },
  pods: { kind: 'PodList', of: world => world.pods },
};

const webhookGroup = 'admissionregistration.k8s.io';
const webhookPath = /^\/apis\/admissionregistration\.k8s\.io\/v1\/mutatingwebhookconfigurations(?:\/([^/]+))?$/;
const accountPath = /^\/api\/v1\/namespaces\/([^/]+)\/serviceaccounts\/([^/]+?)(\/token)?$/;

/** Finds the route of a request; undefined where the API has no such path. */
export const routeOf = (cluster: Cluster, request: ApiRequest): Route | undefined =>
  request.method === 'GET'
    ? (readRoute(cluster, request) ??
      listRoute(cluster, request) ??
      podRoute(cluster, request) ??
      accountRoute(cluster, request))
    : (rbacRoute(request) ?? accountRoute(cluster, request));

const ok = (body: unknown): ApiAnswer => ({ status: 200, body });

const readRoute = (cluster: Cluster, { path }: ApiRequest): Route | undefined => {
  const { world, url, jwks } = cluster;
  const wanted: Wanted = { verb: 'get', resource: path, group: '' };
  if (path === '/version') return { wanted, answer: () => ok({ major: '1', gitVersion: world.version }) };
  if (path === '/openid/v1/jwks') return { wanted, answer: () => (jwks === undefined ? noSuchPath() : ok(jwks)) };
  if (path !== '/.well-known/openid-configuration') return undefined;
  return {
    wanted,
    answer: () =>
      world.issuer === undefined ? noSuchPath() : ok({ issuer: world.issuer, jwks_uri: `${url}/openid/v1/jwks` }),
  };
};

const listRoute = (cluster: Cluster, { path, query, accept }: ApiRequest): Route | undefined => {
  const webhook = webhookPath.exec(path);
  if (webhook) return webhookRoute(cluster, webhook[1]);
  const [, namespace, resource] = /^\/api\/v1\/(?:namespaces\/([^/]+)\/)?([a-z]+)$/.exec(path) ?? [];
  const list = resource === undefined ? undefined : lists[resource];
  if (resource === undefined || !list) return undefined;
  return {
    wanted: { verb: 'list', resource, group: '', ...(namespace === undefined ? {} : { namespace }) },
    answer: () =>
      listOf(
        { kind: list.kind, apiVersion: 'v1', items: itemsOf(list.of(cluster.world), namespace) },
        query,
        accept.includes('as=PartialObjectMetadataList'),
      ),
  };
};

const itemsOf = (items: readonly unknown[], namespace: string | undefined): unknown[] =>
  items.filter(item => namespace === undefined || named.safeParse(item).data?.metadata.namespace === namespace);

const podPath = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)$/;

const podRoute = ({ world }: Cluster, { path }: ApiRequest): Route | undefined => {
  const [, namespace, name] = podPath.exec(path) ?? [];
  if (namespace === undefined || name === undefined) return undefined;
  const wanted: Wanted = { verb: 'get', resource: 'pods', group: '', name };
  const found = itemsOf(world.pods, namespace).find(item => named.safeParse(item).data?.metadata.name === name);
  return {
    wanted,
    answer: () => (found === undefined ? notFound(wanted) : ok({ kind: 'Pod', apiVersion: 'v1', ...asObject(found) })),
  };
};

const rbacPath = /^\/apis\/rbac\.authorization\.k8s\.io\/v1\/(clusterroles|clusterrolebindings)\/([^/]+)$/;

/** A server-side apply of RBAC: taken and given back, not enforced; `allowed` says what a caller may do. */
const rbacRoute = ({ method, path, body }: ApiRequest): Route | undefined => {
  const [, resource, name] = rbacPath.exec(path) ?? [];
  if (method !== 'PATCH' || resource === undefined || name === undefined) return undefined;
  return {
    wanted: { verb: 'patch', resource, group: 'rbac.authorization.k8s.io', name },
    answer: () => ok(JSON.parse(body)),
  };
};

/** An object by itself says its kind; in a list it does not. */
const asObject = (item: unknown): object => (typeof item === 'object' && item !== null ? item : {});

const webhookRoute = ({ world, caPem }: Cluster, name: string | undefined): Route => {
  const wanted: Wanted = {
    verb: name === undefined ? 'list' : 'get',
    resource: 'mutatingwebhookconfigurations',
    group: webhookGroup,
    ...(name === undefined ? {} : { name }),
  };
  const filled = (): unknown[] =>
    JSON.parse(JSON.stringify(world.webhooks).replaceAll(ownAuthority, Buffer.from(caPem).toString('base64')));
  const answer = (): ApiAnswer => {
    if (name === undefined)
      return ok({ kind: 'MutatingWebhookConfigurationList', apiVersion: `${webhookGroup}/v1`, items: filled() });
    const found = filled().find(item => named.safeParse(item).data?.metadata.name === name);
    if (found === undefined) return notFound(wanted);
    return ok({ kind: 'MutatingWebhookConfiguration', apiVersion: `${webhookGroup}/v1`, ...asObject(found) });
  };
  return { wanted, answer };
};

const accountRoute = (cluster: Cluster, request: ApiRequest): Route | undefined => {
  const match = accountPath.exec(request.path);
  const [, namespace, name, token] = match ?? [];
  if (namespace === undefined || name === undefined) return undefined;
  const resource = token === undefined ? 'serviceaccounts' : 'serviceaccounts/token';
  const verb = token === undefined ? (request.method === 'PATCH' ? 'patch' : 'get') : 'create';
  const wanted: Wanted = { verb, resource, group: '', name };
  const index = cluster.world.serviceAccounts.findIndex(item => {
    const metadata = named.safeParse(item).data?.metadata;
    return metadata?.name === name && metadata.namespace === namespace;
  });
  const answer = (): ApiAnswer | Promise<ApiAnswer> => {
    if (index < 0) return notFound({ ...wanted, resource: 'serviceaccounts' });
    if (verb === 'create') return mint(cluster, namespace, name, request.body);
    if (verb === 'patch') cluster.world.serviceAccounts[index] = patched(cluster.world.serviceAccounts[index], request);
    return ok({ kind: 'ServiceAccount', apiVersion: 'v1', ...asObject(cluster.world.serviceAccounts[index]) });
  };
  return { wanted, answer };
};

/** TokenRequest: an empty list of audiences gives the API server's own, its issuer. */
const mint = async (cluster: Cluster, namespace: string, name: string, body: string): Promise<ApiAnswer> => {
  const { spec } = tokenRequest.parse(JSON.parse(body));
  const issuer = cluster.world.issuer;
  if (!cluster.mintToken || issuer === undefined) return noSuchPath();
  const expirationSeconds = Math.max(600, spec.expirationSeconds);
  const audiences = spec.audiences.length > 0 ? spec.audiences : [issuer];
  const token = await cluster.mintToken({ issuer, namespace, serviceAccount: name, audiences, expirationSeconds });
  return {
    status: 201,
    body: {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name, namespace },
      spec: { audiences, expirationSeconds },
      status: { token },
    },
  };
};

/** A merge patch of annotations, as `kubectl annotate` sends it: null takes one away. */
const patched = (item: unknown, { body }: ApiRequest): unknown => {
  const patch = patchBody.parse(JSON.parse(body));
  const account = annotated.loose().parse(item);
  const merged = { ...account.metadata.annotations, ...patch.metadata.annotations };
  return {
    ...account,
    metadata: {
      ...account.metadata,
      annotations: Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null)),
    },
  };
};
