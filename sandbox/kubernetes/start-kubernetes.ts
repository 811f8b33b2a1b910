import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { given } from '../../lib/text.ts';
import type { KubernetesFault, KubernetesWorld } from '../world/kubernetes-world.ts';
import { type World, worldTime } from '../world/world.ts';
import {
  type ApiAnswer,
  expiredContinue,
  forbidden,
  internalError,
  noSuchPath,
  type Route,
  tooManyRequests,
  unauthorized,
  type Wanted,
} from './answers.ts';
import { type ClusterAuthority, makeAuthority } from './authority.ts';
import { masters } from './groups-by-entries.ts';
import type { Store } from './object-store.ts';
import type { Associated } from './pod-admission.ts';
import { isAllowed } from './reviews.ts';
import { type MintToken, routeOf } from './routes.ts';

/** Choices of one Kubernetes API of the sandbox. */
export interface KubernetesOptions {
  /** Decides on tokens other than `token`: EKS tokens, for example. Groups: RBAC decides on their rights. */
  readonly authenticate?: (token: string) => boolean | readonly string[] | undefined;
  readonly mintToken?: MintToken;
  readonly jwks?: unknown;
  readonly authority?: ClusterAuthority;
  /** The world's clock; absent: the machine's. */
  readonly now?: () => number;
  /** Who the caller is to RBAC's messages. */
  readonly user?: string;
  /** Service accounts with an association of Pod Identity: pods that are created get it. */
  readonly associations?: () => readonly Associated[];
}

/** A request as it came, without its token. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly status: number;
}

/** A running Kubernetes API. */
export interface RunningKubernetes {
  /** `https://127.0.0.1:<port>` */
  readonly url: string;
  readonly caPem: string;
  /** `certificateAuthority.data` as EKS gives it: base64 of the PEM. */
  readonly certificateAuthority: string;
  /** A bearer token that the API accepts. */
  readonly token: string;
  requests(): readonly SeenRequest[];
  stop(): Promise<void>;
}

const maxBody = 1024 * 1024;

/** Starts a Kubernetes API over a world on a free loopback port, with TLS of its own authority and RBAC by the world's
 *  `allowed`. The world may change while it runs. */
export const startKubernetes = async (
  world: KubernetesWorld,
  options: KubernetesOptions = {},
): Promise<RunningKubernetes> => {
  const authority = options.authority ?? (await makeAuthority());
  const token = `sandbox-${randomBytes(16).toString('hex')}`;
  const seen: SeenRequest[] = [];
  const store = storeOf(world, authority.caPem, options);
  let url = '';
  const server = createServer({ cert: authority.serverCertPem, key: authority.serverKeyPem }, (request, response) => {
    const target = new URL(request.url ?? '/', 'https://cluster');
    const handle = async (): Promise<void> => {
      const body = await bodyOf(request);
      const bearer = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
      // Whoever starts the API has a token of an administrator where RBAC decides on the others.
      const known = bearer === token ? [masters] : (options.authenticate?.(bearer) ?? false);
      const route = routeOf(
        { ...store, url, ...pick(options) },
        {
          method: request.method ?? 'GET',
          path: target.pathname,
          query: target.searchParams,
          accept: request.headers.accept ?? '',
          contentType: request.headers['content-type'] ?? '',
          userAgent: request.headers['user-agent'] ?? '',
          body,
        },
      );
      const answer = known
        ? await decide(withGroups(world, known), route, target, options.user ?? 'irsa-auditor')
        : unauthorized();
      const status = answer === 'time-out' || answer === 'cut' ? 0 : answer.status;
      seen.push({ method: request.method ?? 'GET', path: target.pathname, query: target.search, status });
      send(response, answer);
    };
    handle().catch((error: unknown) => {
      send(response, { status: 500, body: error instanceof Error ? error.message : String(error) });
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `https://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  return {
    url,
    caPem: authority.caPem,
    certificateAuthority: Buffer.from(authority.caPem).toString('base64'),
    token,
    requests: () => seen,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** The world as a caller of these groups has it; without groups as it is. */
const withGroups = (world: KubernetesWorld, known: true | readonly string[]): KubernetesWorld => {
  if (known === true) return world;
  const { groups, ...all } = world;
  if (!known.includes(masters)) return { ...world, groups: [...known] };
  return groups === undefined ? world : all;
};

/** Versions count on from what no document of a world has. */
const storeOf = (world: KubernetesWorld, caPem: string, clock: Pick<World, 'now'>): Store => {
  let version = 1000;
  return {
    world,
    caPem,
    now: () => worldTime(clock).replace(/\.\d+Z$/, 'Z'),
    nextVersion: () => {
      version += 1;
      return String(version);
    },
    newUid: randomUUID,
  };
};

const pick = ({ mintToken, jwks, associations }: KubernetesOptions) => ({
  ...(associations ? { associations } : {}),
  ...(mintToken ? { mintToken } : {}),
  ...given({ jwks }),
});

/** A request in the words of `allowed` and of faults: `list pods`. */
const callOf = ({ verb, resource }: Wanted): string => `${verb} ${resource}`;

type Reply = ApiAnswer | 'time-out' | 'cut';

const decide = async (world: KubernetesWorld, route: Route | undefined, target: URL, user: string): Promise<Reply> => {
  if (!route) return noSuchPath();
  const call = callOf(route.wanted);
  if (!route.isFree && !isAllowed(world, route.wanted)) return forbidden(route.wanted, user);
  const fault = world.faults?.find(
    one =>
      one.call === call && one.times !== 0 && (one.kind !== 'expire' || target.searchParams.get('continue') !== null),
  );
  if (fault?.kind === 'deny') return forbidden(route.wanted, user);
  return fault ? faulty(fault, await route.answer()) : route.answer();
};

const faulty = (fault: KubernetesFault, answer: ApiAnswer): Reply => {
  if (fault.times !== undefined) fault.times -= 1;
  if (fault.kind === 'time-out' || fault.kind === 'cut') return fault.kind;
  if (fault.kind === 'throttle') return tooManyRequests();
  if (fault.kind === 'crash') return internalError();
  return fault.kind === 'expire' ? expiredContinue() : { ...answer, body: '<html>not JSON</html>' };
};

const send = (response: ServerResponse, answer: Reply): void => {
  if (answer === 'time-out') return;
  if (answer === 'cut') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"kind":"PodList","items":[');
    setImmediate(() => response.destroy());
    return;
  }
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    'content-type': typeof answer.body === 'string' ? 'text/plain' : 'application/json',
    ...answer.headers,
  });
  response.end(text);
};

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const buffer = Buffer.from(chunk);
    size += buffer.length;
    if (size > maxBody) throw new Error('the request body is larger than 1 MiB');
    chunks.push(buffer);
  }
  return Buffer.concat(chunks);
};
