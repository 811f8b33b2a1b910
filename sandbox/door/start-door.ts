/**
 * One HTTP door in front of every service of AWS: a request is understood, its caller known, each permission that it needs
 * judged by the deployed policies, its sizes checked; then it is answered here or by the backend of its service. What no table
 * knows is a fault of the door, goes nowhere, and stands in `faults`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, identityAnswer, refusalAnswer, refusalCode } from './answers.ts';
import { type Asked, askedOf, bodyOf } from './asked.ts';
import { type Allowed, type Backend, forward } from './backends.ts';
import type { WorldClock } from './clock/world-clock.ts';
import type { Identities } from './identities.ts';
import { decide, type Law, type Principal, principalArn, type Question } from './judge.ts';
import type { Pace } from './real-pace.ts';
import * as accounts from './services/accounts.ts';
import * as messages from './services/messages.ts';
import type { Call, Operations } from './services/needed.ts';
import { dynamodb, listingOf, s3, writtenItems } from './services/storage.ts';
import { type KeysOfIndexes, sizeFault } from './sizes.ts';

const tables: Readonly<Record<string, Operations>> = { ...accounts, ...messages, s3, dynamodb };

/** A permission that was asked of a request, and how it was decided. */
export interface Recorded extends Question {
  /** Absent where it was allowed. */
  readonly errorCode?: string;
  /** The kind of policy that refuses, in IAM's words. */
  readonly because?: string;
  /** The request that needed it, `s3:PutObject`. */
  readonly operation: string;
  /** Of a write to a table, the sort keys of its items. */
  readonly items?: readonly string[];
}

/** All that the door needs to know of a deployment. */
export interface DoorOptions {
  readonly law: Law;
  readonly clock: WorldClock;
  readonly identities: Identities;
  readonly partition: string;
  readonly backends: Readonly<Record<string, Backend>>;
  /** Answers of the door itself, before any backend. */
  readonly own?: (allowed: Allowed) => Answer | undefined | Promise<Answer | undefined>;
  readonly facts: Pick<Call, 'policyArn' | 'organization' | 'keyOf'>;
  readonly indexKeys?: KeysOfIndexes;
  readonly pace?: Pace;
  readonly port?: number;
}

export interface Door {
  /** The value of AWS_ENDPOINT_URL. */
  readonly url: string;
  /** Every permission that was asked for so far. */
  readonly recorded: readonly Recorded[];
  /** Refusals so far, each with the sentence that tells it. */
  readonly refused: () => readonly string[];
  /** Faults of the door itself: operations that no table knows, questions that the simulator could not take. */
  readonly faults: readonly string[];
  /** Errors that services answered to requests that were allowed: operation, status and the beginning of the answer. */
  readonly errors: readonly string[];
  /** Judges a permission that a service needs on behalf of a principal, and records it. */
  readonly ask: (question: Question, operation: string, items?: readonly string[]) => Promise<boolean>;
  readonly stop: () => Promise<void>;
}

/** Opens the door on a free loopback port, or the given one. */
export const startDoor = async (options: DoorOptions): Promise<Door> => {
  const recorded: Recorded[] = [];
  const faults: string[] = [];
  const errors: string[] = [];
  const refusalOf: Ask = async (question, operation, items) => {
    const { verdict, because } = await decide(options.law, question);
    const service = operation.split(':')[0] ?? '';
    const errorCode = verdict === 'Allowed' ? undefined : refusalCode(service, question.action);
    recorded.push({
      ...{ ...question, operation },
      ...(errorCode === undefined ? {} : { errorCode, because: because ?? '' }),
      ...(items === undefined || items.length === 0 ? {} : { items }),
    });
    return errorCode === undefined ? undefined : (because ?? '');
  };
  const server = createServer(async (message, response) => {
    try {
      const judged = { ...options, failed: (error: string) => void errors.push(error) };
      response.setHeader('date', new Date(options.clock.now()).toUTCString());
      send(response, await options.clock.during(() => answerOf(message, judged, refusalOf)));
    } catch (error) {
      const fault = `${message.method} ${message.url}: ${error instanceof Error ? error.message : String(error)}`;
      faults.push(fault);
      // Not repeated by the SDK, as a status of 500 would be.
      send(response, { status: 501, headers: { 'content-type': 'text/plain' }, body: fault });
    }
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ recorded, faults, errors },
    ask: (...asked) => options.clock.during(async () => (await refusalOf(...asked)) === undefined),
    refused: () => recorded.filter(({ errorCode }) => errorCode !== undefined).map(refusalSentence),
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** Asks; answers why it is refused, undefined where it is allowed. */
type Ask = (...asked: Parameters<Door['ask']>) => Promise<string | undefined>;

interface Judged extends DoorOptions {
  readonly failed: (error: string) => void;
}

const answerOf = async (message: IncomingMessage, options: Judged, ask: Ask): Promise<Answer> => {
  const body = await bodyOf(message);
  // A token of a cluster is no key of AWS: STS decides by the trust policy of the role alone.
  if (isWebIdentity(message, body)) return forward(options.backends.sts, message, body);
  const asked = askedOf(message, body);
  const caller = options.identities.callerOf(asked);
  if (typeof caller === 'string') return identityAnswer(asked, caller);
  const call = callOf(asked, caller, options);
  const operation = `${asked.service}:${asked.operation}`;
  const needed = tables[asked.service]?.[asked.operation];
  // A person may do everything in the account; nobody else goes past a table.
  if (needed === undefined && caller.kind !== 'person') throw new Error(`no table has ${operation}`);
  for (const permission of needed?.(call) ?? []) {
    const question = { ...permission, principal: caller, region: asked.region };
    const because = await ask(question, operation, permission.action.startsWith('kms:') ? [] : writtenItems(asked));
    if (because !== undefined) return refusalAnswer(asked, permission.action, refusalText(question, because));
  }
  const allowed = { call, caller };
  const answered =
    sizeFault(asked, options.indexKeys) ??
    options.pace?.before(call) ??
    (await options.own?.(allowed)) ??
    (await forward(options.backends[asked.service], message, body, allowed));
  const answer = (await options.pace?.after(call, answered)) ?? answered;
  if (answer.status >= 400) options.failed(`${operation} ${answer.status} ${answer.body.toString().slice(0, 300)}`);
  if (operation !== 's3:GetObject' || answer.status !== 404) return answer;
  const listing = { ...listingOf(call), principal: caller, region: asked.region };
  const because = await ask(listing, operation);
  return because === undefined ? answer : refusalAnswer(asked, 's3:ListBucket', refusalText(listing, because));
};

const isWebIdentity = ({ headers, method }: IncomingMessage, body: Buffer): boolean =>
  method === 'POST' &&
  headers.authorization === undefined &&
  new URLSearchParams(body.toString('utf8')).get('Action') === 'AssumeRoleWithWebIdentity';

const callOf = (asked: Asked, caller: Principal, { law, partition, facts }: DoorOptions): Call => {
  const [, , , , accountId = law.home.accountId] = principalArn(caller).split(':');
  return { ...asked, ...facts, partition, accountId };
};

const refusalText = ({ principal, action, resource }: Question, because: string): string =>
  `User: ${principalArn(principal)} is not authorized to perform: ${action} on resource: ${resource} ${because}`;

/** A refusal in one sentence: who, what, and the statement that would allow it; where a policy denies it, that one. */
const refusalSentence = ({ principal, action, resource, operation, errorCode, because = '' }: Recorded): string => {
  const who = principal.kind === 'session' ? principal.roleArn : principalArn(principal);
  const statement = JSON.stringify({ Effect: 'Allow', Action: action, Resource: resource });
  const refused = `${who} was refused ${action} on ${resource} (${operation}, ${errorCode})`;
  if (!because.includes('no identity-based policy')) return `${refused} ${because}`;
  return `${refused}; this statement would allow it: ${statement}`;
};

const send = (response: ServerResponse, { status, headers, body }: Answer): void => {
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  response.end(body);
};
