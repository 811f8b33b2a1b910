import * as z from 'zod';
import { given, type JsonObject, objectOf } from '../../lib/text.ts';
import {
  type ApiAnswer,
  badRequest,
  type FieldFault,
  invalid,
  listOf,
  noSuchPath,
  notFound,
  type Route,
  type Wanted,
} from './answers.ts';
import { type ApiPath, apiPath, apiVersionOf } from './api-resources.ts';
import { discoveryAt } from './discovery.ts';
import { objectAt, objectsOf, type Store } from './object-store.ts';
import type { Associated } from './pod-admission.ts';
import { fromProtobuf } from './protobuf.ts';
import { reviewRoute } from './reviews.ts';
import { write } from './write-objects.ts';

/** The state that answers a request. */
export interface Cluster extends Store {
  readonly url: string;
  /** Signs a token for a service account; TokenRequest answers 404 without it. */
  readonly mintToken?: MintToken;
  readonly jwks?: unknown;
  /** Service accounts with an association of Pod Identity. */
  readonly associations?: () => readonly Associated[];
}

/** Makes the JWT that TokenRequest gives. */
export type MintToken = (claims: {
  readonly issuer: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly audiences: readonly string[];
  readonly expirationSeconds: number;
}) => Promise<string> | string;

/** A request as far as routes look at it. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly contentType: string;
  readonly userAgent: string;
  readonly body: Buffer;
}

const tokenRequest = z.object({
  spec: z.object({ audiences: z.array(z.string()).default([]), expirationSeconds: z.number().default(3600) }),
});

/** Finds the route of a request; undefined where the API has no such path. */
export const routeOf = (cluster: Cluster, request: ApiRequest): Route | undefined => {
  const { method, path } = request;
  if (method === 'GET') {
    const found = readRoute(cluster, request) ?? discoveryRoute(path);
    if (found !== undefined) return found;
  }
  const review = method === 'POST' ? reviewRoute(cluster.world, path, () => bodyOf(request)) : undefined;
  if (review !== undefined) return review;
  const named = apiPath(path);
  if (named === undefined) return undefined;
  if (named.subresource !== undefined)
    return tokenRoute(cluster, named, request) ?? evictionRoute(cluster, named, request);
  return method === 'GET' ? objectRoute(cluster, named, request) : writeRoute(cluster, named, request);
};

const ok = (body: unknown): ApiAnswer => ({ status: 200, body });

const discoveryRoute = (path: string): Route | undefined => {
  const answer = discoveryAt(path);
  return answer === undefined
    ? undefined
    : { wanted: { verb: 'get', resource: path, group: '' }, isFree: true, answer: () => answer };
};

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

const wantedOf = (verb: string, { resource, name, namespace, subresource }: ApiPath): Wanted => ({
  verb,
  resource: subresource === undefined ? resource.plural : `${resource.plural}/${subresource}`,
  group: resource.group,
  ...given({ name, namespace }),
});

const objectRoute = (cluster: Cluster, path: ApiPath, { query, accept }: ApiRequest): Route => {
  const wanted = wantedOf(path.name === undefined ? 'list' : 'get', path);
  if (path.name !== undefined)
    return {
      wanted,
      answer: () => {
        const found = objectAt(cluster, path);
        return found === undefined ? notFound(wanted) : ok(found);
      },
    };
  const { resource } = path;
  return {
    wanted,
    answer: () =>
      listOf(
        {
          kind: `${resource.kind}List`,
          apiVersion: apiVersionOf(resource),
          items: objectsOf(cluster, path).filter(isSelected(query)),
        },
        query,
        accept.includes('as=PartialObjectMetadataList'),
      ),
  };
};

/** `fieldSelector=metadata.name=<name>`, as kubectl waits for one object. */
const isSelected = (query: URLSearchParams) => {
  const name = /^metadata\.name=(.+)$/.exec(query.get('fieldSelector') ?? '')?.[1];
  return (item: unknown): boolean => name === undefined || objectOf(objectOf(item).metadata).name === name;
};

const writeVerbs: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

const writeRoute = (cluster: Cluster, path: ApiPath, request: ApiRequest): Route | undefined => {
  const { method, query, contentType, userAgent } = request;
  const verb = writeVerbs[method];
  if (verb === undefined || (path.name === undefined) !== (method === 'POST')) return undefined;
  const wanted = wantedOf(verb, path);
  return {
    wanted,
    answer: () => write(cluster, method, { path, wanted, query, contentType, userAgent, body: bodyOf(request) }),
  };
};

/** The body as JSON, whichever way it came. */
const bodyOf = ({ contentType, body }: ApiRequest): unknown => {
  if (body.length === 0) return undefined;
  return contentType.startsWith('application/vnd.kubernetes.protobuf')
    ? fromProtobuf(body)
    : JSON.parse(body.toString('utf8'));
};

const tokenRoute = (cluster: Cluster, path: ApiPath, request: ApiRequest): Route | undefined => {
  const { name = '', namespace = '', resource, subresource } = path;
  if (request.method !== 'POST' || resource.plural !== 'serviceaccounts' || subresource !== 'token') return undefined;
  const wanted = wantedOf('create', path);
  return {
    wanted,
    answer: () => {
      const account = objectAt(cluster, path);
      if (account === undefined) return notFound({ ...wanted, resource: 'serviceaccounts' });
      return mint(cluster, namespace, name, objectOf(bodyOf(request)));
    },
  };
};

/** An eviction of a pod: no budget of disruptions is kept here, so that each is granted. */
const evictionRoute = (cluster: Cluster, path: ApiPath, request: ApiRequest): Route | undefined => {
  const { resource, subresource } = path;
  if (request.method !== 'POST' || resource.plural !== 'pods' || subresource !== 'eviction') return undefined;
  const { query, contentType, userAgent } = request;
  const wanted = wantedOf('create', path);
  const { subresource: _, ...pod } = path;
  return {
    wanted,
    answer: () => {
      const gone = write(cluster, 'DELETE', {
        path: pod,
        wanted: { ...wanted, resource: 'pods' },
        ...{ query, contentType, userAgent, body: undefined },
      });
      return gone.status === 200
        ? { status: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } }
        : gone;
    },
  };
};

const tooShort = (seconds: number): FieldFault => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${seconds}: may not specify a duration less than 10 minutes`,
  field: 'spec.expirationSeconds',
});

const notAList =
  'TokenRequest in version "v1" cannot be handled as a TokenRequest: json: cannot unmarshal string into Go struct field TokenRequestSpec.spec.audiences of type []string';

/** TokenRequest: an empty list of audiences gives the API server's own, its issuer. */
const mint = async (cluster: Cluster, namespace: string, name: string, body: JsonObject): Promise<ApiAnswer> => {
  if (typeof objectOf(body.spec).audiences === 'string') return badRequest(notAList);
  const { spec } = tokenRequest.parse(body);
  const issuer = cluster.world.issuer;
  if (!cluster.mintToken || issuer === undefined) return noSuchPath();
  const { expirationSeconds } = spec;
  if (expirationSeconds < 600)
    return invalid({ kind: 'TokenRequest', group: 'authentication.k8s.io', name: '' }, [tooShort(expirationSeconds)]);
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
