/** A request of AWS as the door understands it: service, operation and parameters, whichever protocol carried it. */
import type { IncomingMessage } from 'node:http';
import { eksRoute } from '../aws/eks/routes.ts';
import { type Json, record } from './stack.ts';

/** A request that was understood. */
export interface Asked {
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly sessionToken?: string;
  readonly method: string;
  /** Path with its query, as it came. */
  readonly path: string;
  /** Parameters under their API names; those of the query protocol as they came, `A.member.1`. */
  readonly input: Json;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** A request that no table of the door knows: it goes nowhere. */
class OperationUnknown extends Error {
  override readonly name = 'OperationUnknown';
  readonly code = 'operation-unknown';
}

/** The largest body that is read: an object of S3 in one part. */
const maxBody = 300 * 1024 * 1024;

/** Reads the body. Throws RangeError for one that is too large. */
export const bodyOf = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const part = Buffer.from(chunk);
    size += part.length;
    if (size > maxBody) throw new RangeError(`a request has more than ${maxBody} bytes`);
    chunks.push(part);
  }
  return Buffer.concat(chunks);
};

/** Understands a request; an operation that is not known has its method and path for a name. Throws `OperationUnknown` for a request
 *  without a signature. */
export const askedOf = (message: IncomingMessage, body: Buffer): Asked => {
  const { headers, method = 'GET', url: path = '/' } = message;
  const scope = /Credential=([^/,\s]+)\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request/.exec(
    headers.authorization ?? '',
  );
  const [, accessKeyId = '', region = '', service = ''] = scope ?? [];
  if (service === '') throw new OperationUnknown(`${method} ${path} has no signature`);
  const token = headers['x-amz-security-token'];
  const common = { service, region, accessKeyId, method, path, headers, body };
  const call = callOf(service, message, body);
  return { ...common, ...call, ...(typeof token === 'string' ? { sessionToken: token } : {}) };
};

const callOf = (service: string, { headers, method = 'GET', url: path = '/' }: IncomingMessage, body: Buffer) => {
  if (service === 's3') return s3Call(method, new URL(path, 'http://s3'));
  const target = headers['x-amz-target'];
  const text = body.toString('utf8');
  if (typeof target === 'string')
    return { operation: target.slice(target.lastIndexOf('.') + 1), input: record(JSON.parse(text || '{}'), target) };
  const form = new URLSearchParams(method === 'GET' ? new URL(path, 'http://aws').search : text);
  const action = form.get('Action');
  if (action !== null) return { operation: action, input: Object.fromEntries(form) };
  if (service === 'eks') {
    const route = eksRoute(method, new URL(path, 'http://eks'), text);
    if (route !== undefined) return route;
  }
  const rest = restCalls.find(each => each.service === service && each.method === method && each.path.test(path));
  if (rest !== undefined)
    return { operation: rest.operation, input: text === '' ? {} : record(JSON.parse(text), rest.operation) };
  return { operation: `${method} ${path}`, input: {} };
};

/** Paths of services with a REST API (their API References). */
const restCalls = [
  { service: 'securityhub', method: 'POST', path: /^\/findings\/import$/, operation: 'BatchImportFindings' },
  { service: 'scheduler', method: 'GET', path: /^\/schedules\/[^/]+$/, operation: 'GetSchedule' },
] as const;

/** The operation of S3 by method, path and query (S3 API Reference); the key is decoded as S3 decodes it. */
const s3Call = (method: string, url: URL): { readonly operation: string; readonly input: Json } => {
  const [Bucket = '', ...rest] = url.pathname.slice(1).split('/');
  const Key = decodeURIComponent(rest.join('/'));
  const of = Key === '' ? 'bucket' : 'object';
  const known: Readonly<Record<string, string>> = {
    'GET object': 'GetObject',
    'HEAD object': 'HeadObject',
    'PUT object': 'PutObject',
    'DELETE object': 'DeleteObject',
    'GET bucket': url.searchParams.has('list-type') ? 'ListObjectsV2' : '',
    'HEAD bucket': 'HeadBucket',
  };
  const operation = known[`${method} ${of}`] || `${method} ${url.pathname}${url.search}`;
  return { operation, input: { Bucket, Key, ...Object.fromEntries(url.searchParams) } };
};
