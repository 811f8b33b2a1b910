/** AWS under one URL, as a function reaches it: each request goes on to who serves it in the sandbox, and is noted. */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** Where a service is served: another URL, or an answer of its own. */
export type Backend = string | ((operation: string) => { readonly status: number; readonly body: object });

export interface FunctionAws {
  readonly url: string;
  /** The requests since they were last taken, as `service:operation`, with the key of a document or the name of a topic. */
  readonly takeRequests: () => readonly string[];
  /** From now on, how every request is refused, or those `of` a kind; undefined serves them. */
  refusal: { readonly status: number; readonly code: string; readonly of?: RegExp } | undefined;
  /** The messages to topics since they were last taken. */
  readonly takeMessages: () => readonly string[];
  /** The requests with a body since they were last taken, each with its body. */
  readonly takeBodies: () => readonly (readonly [request: string, body: unknown])[];
  readonly stop: () => Promise<void>;
}

const serviceOf = (message: IncomingMessage): string =>
  /Credential=[^,]*\/([a-z0-9-]+)\/aws4_request/.exec(message.headers.authorization ?? '')?.[1] ?? 'unsigned';

const operationOf = (message: IncomingMessage, body: string): string => {
  const target = String(message.headers['x-amz-target'] ?? '');
  if (target !== '') return target.slice(target.lastIndexOf('.') + 1);
  const path = decodeURIComponent((message.url ?? '').replace(/\?.*/, ''));
  const form = new URLSearchParams(body);
  const topic = form.get('TopicArn')?.replace(/.*:/, ' ') ?? '';
  return form.has('Action') ? `${form.get('Action')}${topic}` : `${message.method} ${path}`;
};

const bodyOf = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
};

/** The content of a body, whatever its form. */
const contentOf = (message: IncomingMessage, body: Buffer): unknown => {
  const plain = message.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
  const text = String(plain);
  const type = String(message.headers['content-type']);
  if (type.includes('x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text));
  return type.includes('json') ? JSON.parse(text) : `${type}, ${text.length > 0 ? 'not empty' : 'empty'}`;
};

const forward = (url: string, message: IncomingMessage, body: Buffer, response: ServerResponse, date: string): void => {
  const { method, headers } = message;
  const asked = request(new URL(message.url ?? '/', url), { method, headers, agent: false }, answer => {
    response.writeHead(answer.statusCode ?? 500, { ...answer.headers, date });
    answer.pipe(response);
  });
  asked.on('error', () => response.destroy());
  asked.end(body);
};

/** `backends`: by the service's name in signatures. Answers have the date of `now`, the clock of the functions: the SDK takes
 *  another one for a skew of the function's clock, and repeats the call. */
export const startFunctionAws = async (
  backends: Readonly<Record<string, Backend>>,
  now: () => number,
): Promise<FunctionAws> => {
  const requests: string[] = [];
  const messages: string[] = [];
  const bodies: (readonly [string, unknown])[] = [];
  const aws = { refusal: undefined as FunctionAws['refusal'] };
  const server = createServer(async (message, response) => {
    const service = serviceOf(message);
    const date = new Date(now()).toUTCString();
    response.setHeader('date', date);
    const body = await bodyOf(message);
    const operation = operationOf(message, String(body));
    requests.push(`${service}:${operation}`);
    if (body.length > 0) bodies.push([`${service}:${operation}`, contentOf(message, body)]);
    if (operation.startsWith('Publish ')) messages.push(new URLSearchParams(String(body)).get('Message') ?? '');
    const backend = backends[service];
    const refusal = aws.refusal?.of?.test(operation) === false ? undefined : aws.refusal;
    if (refusal === undefined && typeof backend === 'string') return forward(backend, message, body, response, date);
    const { status, code } = refusal ?? { status: 501, code: 'NotServed' };
    const answer = refusal === undefined ? backend : undefined;
    const own = typeof answer === 'function' ? answer(operation) : undefined;
    const isXml = ['s3', 'iam', 'sts', 'sns'].includes(service);
    response.writeHead(own?.status ?? status, { 'content-type': isXml ? 'text/xml' : 'application/x-amz-json-1.1' });
    const error = isXml
      ? `<ErrorResponse><Error><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`
      : JSON.stringify({ __type: code, message: 'no' });
    const s3Error = `<Error><Code>${code}</Code><Message>no</Message></Error>`;
    response.end(own === undefined ? (service === 's3' ? s3Error : error) : JSON.stringify(own.body));
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(aws, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeRequests: () => requests.splice(0),
    takeMessages: () => messages.splice(0),
    takeBodies: () => bodies.splice(0),
    stop: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
};
