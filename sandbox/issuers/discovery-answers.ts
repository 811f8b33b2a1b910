import type { ServerResponse } from 'node:http';
import { jwksOf } from '../world/signing-keys.ts';

/** The states of an issuer's documents: `valid`, or one fault. */
const discoveryModes = [
  'valid',
  'wrong-issuer',
  'no-jwks-uri',
  'other-host',
  'other-port',
  'too-many-keys',
  'no-usable-key',
  'not-json',
  'too-big',
  /** The answer never ends. */
  'slow',
  /** The connection breaks in the middle of the answer. */
  'reset',
  'not-found',
  /** S3's answer for a bucket that was deleted. */
  'no-such-bucket',
  /** 429 always. */
  'throttled',
  /** 429 once, then valid. */
  'throttled-once',
  'server-error',
  /** One redirect on the same host, then valid. */
  'redirect',
  'redirect-elsewhere',
] as const;
export type DiscoveryMode = (typeof discoveryModes)[number];

/** True if a text names a mode. */
export const isDiscoveryMode = (text: string): text is DiscoveryMode => discoveryModes.some(mode => mode === text);

/** One request for one of an issuer's documents. */
export interface DocumentRequest {
  readonly issuer: string;
  readonly document: 'discovery' | 'keys';
  readonly mode: DiscoveryMode;
  /** How often this document of this issuer was asked for before. */
  readonly before: number;
  readonly isRedirected: boolean;
}

/** Answers one request as the mode says. A fault of the transport shows on the discovery document. */
export const answerDocument = (request: DocumentRequest, response: ServerResponse): void => {
  const answer = request.document === 'keys' ? json(keysOf(request)) : discoveryAnswer(request);
  const { status, type, body, headers = {}, ending = 'whole' } = answer;
  const length = ending === 'whole' ? { 'content-length': String(Buffer.byteLength(body)) } : {};
  response.writeHead(status, { 'content-type': type, ...length, ...headers });
  if (ending === 'whole') response.end(body);
  else response.write(body, () => (ending === 'reset' ? response.socket?.destroy() : undefined));
};

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly ending?: 'whole' | 'never' | 'reset';
}

const json = (value: unknown): Answer => ({ status: 200, type: 'application/json', body: JSON.stringify(value) });
const plain = (status: number, body: string, headers: Answer['headers'] = {}): Answer => ({
  status,
  type: 'text/plain',
  body,
  headers,
});

const discoveryAnswer = (request: DocumentRequest): Answer => {
  switch (request.mode) {
    case 'slow':
      return { ...json({}), body: '{', ending: 'never' };
    case 'reset':
      return { ...json({}), body: '{', ending: 'reset' };
    case 'not-found':
      return plain(404, 'no such issuer');
    case 'no-such-bucket':
      return {
        status: 404,
        type: 'application/xml',
        headers: { server: 'AmazonS3' },
        body: '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message><BucketName>kops-oidc</BucketName><RequestId>X</RequestId></Error>',
      };
    case 'throttled':
      return plain(429, 'slow down', { 'retry-after': '0' });
    case 'server-error':
      return plain(503, 'later');
    case 'not-json':
      return { status: 200, type: 'text/html', body: '<html><body>Please sign in to the network</body></html>' };
    case 'too-big':
      return json({ issuer: 'x'.repeat(1_100_000) });
    case 'redirect-elsewhere':
      return plain(302, '', { location: 'https://elsewhere.example/.well-known/openid-configuration' });
    default:
      return mendableAnswer(request);
  }
};

const mendableAnswer = (request: DocumentRequest): Answer => {
  if (request.mode === 'throttled-once' && request.before === 0) return plain(429, 'slow down', { 'retry-after': '0' });
  if (request.mode === 'redirect' && !request.isRedirected)
    return plain(302, '', { location: `${new URL(request.issuer).pathname}/.well-known/openid-configuration?again` });
  return json(discoveryOf(request));
};

/** The keys of another host, or of another port of the same one. */
const elsewhere = (mode: DiscoveryMode, issuer: string): string | undefined =>
  mode === 'other-host'
    ? 'https://keys.elsewhere.example/keys'
    : mode === 'other-port'
      ? `https://${new URL(issuer).hostname}:8443/keys`
      : undefined;

/** The document that EKS serves, with the one thing changed that the mode names. */
const discoveryOf = ({ issuer, mode }: DocumentRequest): unknown => {
  const jwksUri = elsewhere(mode, issuer) ?? `${issuer}/keys`;
  return {
    issuer: mode === 'wrong-issuer' ? `${issuer}X` : issuer,
    ...(mode === 'no-jwks-uri' ? {} : { jwks_uri: jwksUri }),
    authorization_endpoint: 'urn:kubernetes:programmatic_authorization',
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    claims_supported: ['sub', 'iss'],
  };
};

const keysOf = ({ issuer, mode }: DocumentRequest): unknown => {
  const { keys } = jwksOf(issuer);
  if (mode === 'no-usable-key') return { keys: keys.map(key => ({ ...key, alg: 'HS256' })) };
  if (mode === 'too-many-keys')
    return { keys: Array.from({ length: 101 }, (_, index) => ({ ...keys[0], kid: `key-${index}` })) };
  return { keys };
};
