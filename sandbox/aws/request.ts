/** Tells service, operation, region and parameters of an HTTP request apart, as AWS's three protocols carry them. */
import type { IncomingMessage } from 'node:http';
import { eksRoute } from './eks/routes.ts';

/** A request that was understood. */
export interface AwsRequest {
  readonly protocol: 'query' | 'json' | 'rest';
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly accessKeyId?: string;
  readonly sessionToken?: string;
}

const maxBody = 1024 * 1024;

/** Reads the body, at most 1 MiB. */
export const bodyOf = async (message: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const part: Buffer = Buffer.from(chunk);
    size += part.length;
    if (size > maxBody) throw new RangeError('the request is larger than 1 MiB');
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/** Understands a request; undefined for what no AWS client sends. */
export const parseRequest = (message: IncomingMessage, body: string): AwsRequest | undefined => {
  const url = new URL(message.url ?? '/', 'http://localhost');
  const scope = /Credential=([^/,\s]+)\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request/.exec(
    message.headers.authorization ?? '',
  );
  const token = message.headers['x-amz-security-token'];
  const common = {
    region: scope?.[2] ?? 'us-east-1',
    ...(scope?.[1] === undefined ? {} : { accessKeyId: scope[1] }),
    ...(typeof token === 'string' ? { sessionToken: token } : {}),
  };
  const target = message.headers['x-amz-target'];
  if (typeof target === 'string') return { ...common, ...jsonCall(target, body) };
  const form = new URLSearchParams(message.method === 'GET' ? url.search : body);
  const operation = form.get('Action');
  if (operation !== null) {
    const service = queryServices[form.get('Version') ?? ''] ?? 'iam';
    return { ...common, protocol: 'query', service, operation, input: nested(form) };
  }
  const route = eksRoute(message.method ?? 'GET', url, body);
  return route && { ...common, protocol: 'rest', service: 'eks', ...route };
};

/** The services of the query protocol beside IAM, by the version of their API. */
const queryServices: Readonly<Record<string, string>> = { '2011-06-15': 'sts', '2016-11-15': 'ec2' };

/** The operation in the target header, and the service. */
const jsonServices = [
  ['Organizations', 'organizations'],
  ['CloudTrail', 'cloudtrail'],
  ['ServiceQuotas', 'servicequotas'],
] as const;

const jsonCall = (target: string, body: string) => {
  const [prefix = '', operation = ''] = [
    target.slice(0, target.lastIndexOf('.')),
    target.slice(target.lastIndexOf('.') + 1),
  ];
  const service = jsonServices.find(([name]) => prefix.includes(name))?.[1] ?? prefix;
  return { protocol: 'json', service, operation, input: jsonObject(body) } as const;
};

/** A JSON object, or an empty one for an empty body. Throws SyntaxError for anything else. */
const jsonObject = (body: string): Readonly<Record<string, unknown>> => {
  const value: unknown = body === '' ? {} : JSON.parse(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SyntaxError('not a JSON object');
  return { ...value };
};

/** `A.member.1.Key=x` as `{ A: [{ Key: 'x' }] }`. */
const nested = (form: URLSearchParams): Record<string, unknown> => {
  const root = new Map<string, unknown>();
  for (const [name, value] of form) {
    const steps = name.split('.').filter(step => step !== 'member');
    let node = root;
    for (const step of steps.slice(0, -1)) {
      const next = node.get(step);
      const child: Map<string, unknown> = next instanceof Map ? next : new Map();
      node.set(step, child);
      node = child;
    }
    node.set(steps.at(-1) ?? name, value);
  }
  return Object.fromEntries([...root].map(([name, value]) => [name, plain(value)]));
};

const plain = (value: unknown): unknown => {
  if (!(value instanceof Map)) return value;
  const entries: [string, unknown][] = [...value].map(([name, entry]) => [String(name), plain(entry)]);
  return entries.every(([name]) => /^\d+$/.test(name))
    ? entries.map(([, entry]) => entry)
    : Object.fromEntries(entries);
};
