import { given } from '../../lib/text.ts';
/** Answers in the shapes of kube-apiserver v1.34: see test/fixtures/kubernetes for recorded ones. */

/** One HTTP answer. A string body is sent as it is. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The request of a caller, in RBAC's words. */
export interface Wanted {
  readonly verb: string;
  /** Plural name, with `/subresource`; or a path for non-resource URLs. */
  readonly resource: string;
  readonly group: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** A request that the API knows: what it wants, and how it is answered once it may. */
export interface Route {
  readonly wanted: Wanted;
  /** Every caller with a valid token may. */
  readonly isFree?: true;
  readonly answer: () => ApiAnswer | Promise<ApiAnswer>;
}

const status = (code: number, reason: string, message: string, details?: unknown): ApiAnswer => ({
  status: code,
  body: {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...given({ details }),
    code,
  },
});

/** The plural with its group, as messages name it. */
const qualified = (wanted: Wanted): string =>
  wanted.group === '' ? pluralOf(wanted) : `${pluralOf(wanted)}.${wanted.group}`;

/** A subresource is refused in the name of its resource. */
const pluralOf = ({ resource }: Wanted): string =>
  resource.startsWith('/') ? resource : (resource.split('/')[0] ?? '');

export const unauthorized = (): ApiAnswer => status(401, 'Unauthorized', 'Unauthorized');

/** RBAC refuses. `user` is who the caller is to the cluster. */
export const forbidden = (wanted: Wanted, user: string): ApiAnswer => {
  const { verb, resource, group, name, namespace } = wanted;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  if (resource.startsWith('/'))
    return status(403, 'Forbidden', `forbidden: User "${user}" cannot ${verb} path "${resource}"`, {});
  const what = name === undefined ? qualified(wanted) : `${qualified(wanted)} "${name}"`;
  return status(
    403,
    'Forbidden',
    `${what} is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`,
    { ...given({ name }), ...(group === '' ? {} : { group }), kind: pluralOf(wanted) },
  );
};

export const notFound = (wanted: Wanted): ApiAnswer =>
  status(404, 'NotFound', `${qualified(wanted)} "${wanted.name}" not found`, detailsOf(wanted));

/** Names of objects that are to be created. */
export const alreadyExists = (wanted: Wanted): ApiAnswer =>
  status(409, 'AlreadyExists', `${qualified(wanted)} "${wanted.name}" already exists`, detailsOf(wanted));

/** A conflict of resourceVersions or of field managers. */
export const conflict = (message: string, details: unknown): ApiAnswer => status(409, 'Conflict', message, details);

/** A write of an older version of an object. */
export const modified = (wanted: Wanted, why: string): ApiAnswer =>
  conflict(`Operation cannot be fulfilled on ${qualified(wanted)} "${wanted.name}": ${why}`, detailsOf(wanted));

/** A body that is no object of the kind. */
export const badRequest = (message: string): ApiAnswer => status(400, 'BadRequest', message);

/** A fault of a field of an object. */
export interface FieldFault {
  readonly reason: 'FieldValueRequired' | 'FieldValueInvalid' | 'FieldValueNotSupported' | 'FieldValueDuplicate';
  readonly message: string;
  readonly field: string;
}

/** An object that breaks rules of its kind. Each fault is said once, and is a cause as often as it was found. */
export const invalid = (
  { kind, group, name }: { readonly kind: string; readonly group: string; readonly name: string },
  faults: readonly FieldFault[],
): ApiAnswer => {
  const texts = [...new Set(faults.map(({ field, message }) => `${field}: ${message}`))];
  const [first = ''] = texts;
  const list = texts.length === 1 ? first : `[${texts.join(', ')}]`;
  return status(422, 'Invalid', `${group === '' ? kind : `${kind}.${group}`} "${name}" is invalid: ${list}`, {
    ...(name === '' ? {} : { name }),
    ...(group === '' ? {} : { group }),
    ...(kind === '' ? {} : { kind }),
    causes: faults,
  });
};

/** A JSON patch that cannot be applied: the answer names nothing. */
export const unprocessable = (): ApiAnswer =>
  status(422, 'Invalid', 'the server rejected our request due to an error in our request', {});

/** A deletion of an object without finalizers and grace. */
export const deleted = (wanted: Wanted, uid: string): ApiAnswer => ({
  status: 200,
  body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details: { ...detailsOf(wanted), uid } },
});

const detailsOf = (wanted: Wanted) => ({
  name: wanted.name,
  ...(wanted.group === '' ? {} : { group: wanted.group }),
  kind: pluralOf(wanted),
});

export const noSuchPath = (): ApiAnswer => ({ status: 404, body: '404 page not found\n' });

const badContinue = (): ApiAnswer =>
  status(400, 'BadRequest', 'invalid continue token: continue key is not valid: not one of this server');

export const expiredContinue = (): ApiAnswer =>
  status(
    410,
    'Expired',
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
  );

export const tooManyRequests = (): ApiAnswer => ({
  ...status(429, 'TooManyRequests', 'Too many requests, please try again later.', { retryAfterSeconds: 0 }),
  headers: { 'retry-after': '0' },
});

export const internalError = (): ApiAnswer =>
  status(500, 'InternalError', 'Internal error occurred: etcdserver: leader changed');

/** A list, whole or one page of it. With `partial`, items are reduced to their metadata. */
export const listOf = (
  list: { readonly kind: string; readonly apiVersion: string; readonly items: readonly unknown[] },
  query: URLSearchParams,
  partial: boolean,
): ApiAnswer => {
  const limit = Number(query.get('limit') ?? 0);
  const token = query.get('continue');
  const start = token ? startOf(token) : 0;
  if (start === undefined) return badContinue();
  const end = limit > 0 ? Math.min(start + limit, list.items.length) : list.items.length;
  const page = list.items.slice(start, end);
  const left = list.items.length - end;
  return {
    status: 200,
    body: {
      kind: partial ? 'PartialObjectMetadataList' : list.kind,
      apiVersion: partial ? 'meta.k8s.io/v1' : list.apiVersion,
      metadata: { resourceVersion: '1', ...(left > 0 ? { continue: tokenFor(end), remainingItemCount: left } : {}) },
      items: partial ? page.map(metadataOf) : page,
    },
  };
};

const metadataOf = (item: unknown): unknown => ({
  metadata: typeof item === 'object' && item !== null && 'metadata' in item ? item.metadata : {},
});

const tokenFor = (start: number): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: 1, start })).toString('base64url');

const startOf = (token: string): number | undefined => {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    const start = typeof parsed === 'object' && parsed !== null && 'start' in parsed ? parsed.start : undefined;
    return typeof start === 'number' ? start : undefined;
  } catch {
    return undefined;
  }
};
