/** The servers of others behind the door. */
import { Agent, type IncomingMessage, request } from 'node:http';
import type { Answer } from './answers.ts';
import type { Principal } from './judge.ts';
import type { Call } from './services/needed.ts';

/** A request that was allowed. */
export interface Allowed {
  readonly call: Call;
  readonly caller: Principal;
}

/** A server, with the account under which it knows queues and topics. */
export interface Backend {
  readonly url: string;
  readonly accountId?: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Hands a request on, and its answer back. Throws where the service has no backend. */
export const forward = async (
  backend: Backend | undefined,
  message: IncomingMessage,
  body: Buffer,
  allowed?: Allowed,
): Promise<Answer> => {
  if (backend === undefined) throw new Error('no backend');
  if (backend.accountId === undefined || allowed === undefined) return sent(backend.url, message, body);
  const said = isByProtocol(allowed.call) ? withoutAttributes(body) : body.toString('utf8');
  // The backend has one account and one partition only: they are renamed on the way, in ARNs and in the paths of queues.
  const names = { ours: allowed.call, theirs: { partition: 'aws', accountId: backend.accountId } };
  const answer = await sent(backend.url, message, Buffer.from(renamed(said, names.ours, names.theirs)));
  return { ...answer, body: renamed(answer.body.toString('utf8'), names.theirs, names.ours) };
};

const isByProtocol = ({ service, operation, input }: Call): boolean =>
  service === 'sns' && operation === 'Publish' && input.MessageStructure === 'json';

/** A message with a form for each protocol is sent without its attributes (SNS Developer Guide, "Amazon SNS message attributes"). */
const withoutAttributes = (body: Buffer): string =>
  String(
    new URLSearchParams(
      [...new URLSearchParams(body.toString('utf8'))].filter(([name]) => !name.startsWith('MessageAttributes.')),
    ),
  );

type Names = Pick<Call, 'partition' | 'accountId'>;

const renamed = (text: string, from: Names, to: Names): string =>
  ['sns', 'sqs']
    .reduce((arns, service) => {
      const [one, other] = [from, to].map(({ partition }) => `arn:${partition}:${service}:`);
      return arns
        .replaceAll(one ?? '', other ?? '')
        .replaceAll(encodeURIComponent(one ?? ''), encodeURIComponent(other ?? ''));
    }, text)
    .replaceAll(`:${from.accountId}:`, `:${to.accountId}:`)
    .replaceAll(`%3A${from.accountId}%3A`, `%3A${to.accountId}%3A`)
    .replaceAll(`/${from.accountId}/`, `/${to.accountId}/`);

const sent = (url: string, message: IncomingMessage, body: Buffer): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const headers = { ...message.headers, 'content-length': String(body.length) };
    const { method } = message;
    const out = request(new URL(message.url ?? '/', url), { method, headers, agent }, answer => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const kept = Object.entries(answer.headers).flatMap(([name, value]) =>
          value === undefined || dropped.has(name) ? [] : [[name, String(value)] as const],
        );
        resolve({
          ...{ status: answer.statusCode ?? 500, headers: Object.fromEntries(kept) },
          body: Buffer.concat(chunks),
        });
      });
    });
    out.on('error', reject);
    out.end(body);
  });

const dropped = new Set(['transfer-encoding', 'content-length', 'connection', 'keep-alive']);
