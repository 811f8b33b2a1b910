/**
 * AWS on the loopback interface: IAM, STS, EKS, Organizations, CloudTrail and Service Quotas of one world, over the
 * protocols that the real clients speak. One port serves all; the service is in the signature. Signatures are not checked.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { World } from '../world/world.ts';
import { type Answer, errorAnswer, successAnswer } from './answer.ts';
import { type ApiEvent, apiEventOf } from './api-event.ts';
import { cloudTrailOperations } from './cloudtrail.ts';
import { callerOf } from './credentials.ts';
import { accessEntryOperations, associationOperations } from './eks/access.ts';
import { addonOperations } from './eks/addons.ts';
import { clusterOperations } from './eks/clusters.ts';
import { type Interference, interfere } from './faults.ts';
import { providerOperations } from './iam/providers.ts';
import { roleOperations } from './iam/roles.ts';
import { AwsFault, type Call, type Operations } from './operation.ts';
import { organizationOperations } from './organizations.ts';
import { quotaOperations, summaryOperations } from './quotas.ts';
import { type AwsRequest, bodyOf, parseRequest } from './request.ts';
import { resourceOf } from './resource.ts';
import { stsOperations } from './sts/operations.ts';

/** A running sandbox AWS. */
export interface SandboxAws {
  /** The value of AWS_ENDPOINT_URL. */
  readonly url: string;
  /** Requests so far by operation, failed ones included. */
  calls(): Readonly<Record<string, number>>;
  /** Events of calls that changed something since they were last taken, as EventBridge hands them on. */
  takeEvents(): readonly ApiEvent[];
  stop(): Promise<void>;
}

const services: Readonly<Record<string, Operations>> = {
  iam: { ...providerOperations, ...roleOperations, ...summaryOperations },
  servicequotas: quotaOperations,
  sts: stsOperations,
  eks: { ...clusterOperations, ...associationOperations, ...addonOperations, ...accessEntryOperations },
  organizations: organizationOperations,
  cloudtrail: cloudTrailOperations,
};

/** Serves the world on a free loopback port (or the given one) until it is stopped. Writes change the world. */
export const startAws = async (world: World, options: { readonly port?: number } = {}): Promise<SandboxAws> => {
  const counts = new Map<string, number>();
  const events: ApiEvent[] = [];
  const server = createServer((message, response) => {
    void serve({ world, counts, events }, message, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls: () => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
    takeEvents: () => events.splice(0),
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** The state that requests see and leave. */
interface Served {
  readonly world: World;
  readonly counts: Map<string, number>;
  readonly events: ApiEvent[];
}

/** Events that are kept until somebody takes them: the newest. */
const maxEvents = 1000;

const serve = async (
  { world, counts, events }: Served,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const request = parseRequest(message, await bodyOf(message));
  if (!request) {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"no such operation"}');
    return;
  }
  const operation = `${request.service}:${request.operation}`;
  counts.set(operation, (counts.get(operation) ?? 0) + 1);
  const requestId = randomUUID();
  let answer: Answer;
  let interference: Interference = 'none';
  try {
    const call = callOf(world, request, message.headers['user-agent'] ?? '');
    const continued = ['Marker', 'NextToken', 'nextToken'].some(name => request.input[name] !== undefined);
    interference = interfere(operation, call, resourceOf(call, request), continued);
    answer =
      interference === 'none' || interference === 'cut'
        ? await run(call, request, requestId)
        : { status: 200, type: '', body: '' };
    const event = apiEventOf(call, request, message.socket.remoteAddress ?? '');
    if (event !== undefined) events.push(event);
    if (events.length > maxEvents) events.shift();
  } catch (error) {
    answer = errorAnswer(request, faultOf(error), requestId);
  }
  send(response, answer, interference, requestId);
};

const run = async (call: Call, request: AwsRequest, requestId: string): Promise<Answer> => {
  const operation = services[request.service]?.[request.operation];
  if (!operation)
    throw new AwsFault('InvalidAction', `The sandbox has no operation ${request.service}:${request.operation}`);
  return successAnswer(request, await operation(call), requestId);
};

const callOf = (world: World, request: AwsRequest, userAgent: string): Call => {
  const unsigned = request.operation === 'AssumeRoleWithWebIdentity';
  const caller = callerOf(request.accessKeyId, request.sessionToken);
  if (caller === 'expired') throw new AwsFault(...expired(request));
  const [first] = world.accounts;
  const account =
    caller === 'unknown' || caller.accountId === undefined
      ? first
      : (world.accounts.find(candidate => candidate.accountId === caller.accountId) ?? first);
  const regional = request.service === 'eks' || request.service === 'cloudtrail';
  if (
    !account ||
    (caller === 'unknown' && !unsigned) ||
    (regional && account.disabledRegions?.includes(request.region))
  )
    throw new AwsFault(...unknown(request));
  const session = caller === 'unknown' ? undefined : caller.session;
  const callerArn = session
    ? `arn:${account.partition}:sts::${account.accountId}:assumed-role/${session[0]}/${session[1]}`
    : `arn:${account.partition}:iam::${account.accountId}:user/sandbox`;
  return { world, account, callerArn, region: request.region, userAgent, input: request.input };
};

const expired = (request: AwsRequest): [string, string, number] =>
  request.protocol === 'query'
    ? ['ExpiredToken', 'The security token included in the request is expired', 403]
    : ['ExpiredTokenException', 'The security token included in the request is expired', 403];

const unknown = (request: AwsRequest): [string, string, number] => [
  request.protocol === 'query' ? 'InvalidClientTokenId' : 'UnrecognizedClientException',
  'The security token included in the request is invalid.',
  403,
];

/** An error other than a fault of AWS is a defect of the sandbox: it shows as AWS's own 500 with the reason. */
const faultOf = (error: unknown): AwsFault =>
  error instanceof AwsFault
    ? error
    : new AwsFault('InternalFailure', `sandbox: ${error instanceof Error ? error.message : String(error)}`, 500);

const send = (response: ServerResponse, answer: Answer, interference: Interference, requestId: string): void => {
  if (interference === 'time-out') return;
  if (interference === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  response.writeHead(answer.status, {
    'content-type': answer.type,
    'content-length': Buffer.byteLength(answer.body),
    'x-amzn-requestid': requestId,
    ...(answer.headers ?? {}),
  });
  if (interference === 'cut') {
    response.write(answer.body.slice(0, answer.body.length / 2), () => response.socket?.destroy());
    return;
  }
  response.end(answer.body);
};
