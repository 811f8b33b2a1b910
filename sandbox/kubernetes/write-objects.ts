/** Writes of objects: POST, PUT, PATCH and DELETE, as the API server answers them. */

import { given, type JsonObject, objectOf, valueAt } from '../../lib/text.ts';
import {
  type ApiAnswer,
  alreadyExists,
  badRequest,
  deleted,
  invalid,
  modified,
  notFound,
  type Wanted,
} from './answers.ts';
import { type ApiPath, apiVersionOf } from './api-resources.ts';
import { reconcile } from './controllers.ts';
import { isEqual, textAt } from './json-value.ts';
import { shapeOfKind } from './list-shapes.ts';
import { afterUpdate, bare, type Writer } from './managed-fields.ts';
import { hasNamespace, objectAt, putObject, removeObject, type Store } from './object-store.ts';
import { patched } from './patch-object.ts';
import { Refused } from './refused.ts';
import { applied } from './server-side-apply.ts';
import { faultsOf, knownOnly, unknownFields, warningsOf, withDefaults } from './validate-object.ts';

/** A write as it was asked for. */
export interface WriteRequest {
  readonly path: ApiPath;
  readonly wanted: Wanted;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly userAgent: string;
  readonly body: unknown;
}

const withGeneration = new Set([
  ...['MutatingWebhookConfiguration', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Pod'],
]);

/** Answers a write; what it refuses, it answers too. */
export const write = (store: Store, method: string, request: WriteRequest): ApiAnswer => {
  try {
    if (method === 'POST') return create(store, request);
    if (method === 'PUT') return replace(store, request);
    return method === 'PATCH' ? patch(store, request) : remove(store, request);
  } catch (error) {
    if (error instanceof Refused) return error.answer;
    throw error;
  }
};

const writerOf = (store: Store, { path, query, userAgent }: WriteRequest): Writer => ({
  manager: query.get('fieldManager') ?? userAgent.split('/')[0] ?? '',
  apiVersion: apiVersionOf(path.resource),
  now: store.now(),
});

const create = (store: Store, request: WriteRequest): ApiAnswer => {
  const { path, wanted } = request;
  const { resource, namespace } = path;
  const given: JsonObject = { kind: resource.kind, apiVersion: apiVersionOf(resource), ...objectOf(request.body) };
  const name = textAt(given, 'metadata', 'name');
  const warnings = checkFields(given, request, 'create');
  if (namespace !== undefined && !hasNamespace(store, namespace))
    return notFound({ verb: 'create', resource: 'namespaces', group: '', name: namespace });
  const named: ApiPath = { ...path, name };
  if (objectAt(store, named) !== undefined) return alreadyExists({ ...wanted, name });
  const object = withDefaults(knownOnly(given));
  refuseFaults(object, undefined, named);
  const shape = shapeOfKind(resource.kind);
  const made = storeNew(store, { ...request, path: named }, object, one =>
    afterUpdate(undefined, one, shape, writerOf(store, request)),
  );
  return { status: 201, body: made, ...warningHeaders([...warnings, ...warningsOf(made)]) };
};

/** Gives a new object what the server writes itself, lets `owned` say whose its fields are, and stores it. */
const storeNew = (
  store: Store,
  { path, query }: WriteRequest,
  object: JsonObject,
  owned: (object: JsonObject) => JsonObject = one => one,
): JsonObject => {
  const { resourceVersion: _, uid: __, ...metadata } = objectOf(object.metadata);
  const made = owned({
    ...object,
    metadata: {
      ...metadata,
      ...given({ namespace: path.namespace }),
      uid: store.newUid(),
      resourceVersion: store.nextVersion(),
      ...(withGeneration.has(path.resource.kind) ? { generation: 1 } : {}),
      creationTimestamp: store.now(),
    },
  });
  if (query.get('dryRun') === null) {
    putObject(store, path, made);
    reconcile(store, undefined, made);
  }
  return made;
};

const replace = (store: Store, request: WriteRequest): ApiAnswer => {
  const before = objectAt(store, request.path);
  if (before === undefined) return notFound(request.wanted);
  const given: JsonObject = { ...objectOf(request.body), kind: before.kind, apiVersion: before.apiVersion };
  const warnings = checkFields(given, request, 'replace');
  const uid = textAt(given, 'metadata', 'uid');
  if (uid !== '' && uid !== textAt(before, 'metadata', 'uid'))
    return modified(request.wanted, uidConflict(request, uid, textAt(before, 'metadata', 'uid')));
  return update(store, request, before, given, warnings);
};

const uidConflict = ({ path }: WriteRequest, asked: string, real: string): string => {
  const key = ['/registry', path.resource.plural, path.namespace, path.name].filter(Boolean).join('/');
  return `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${asked}, UID in object meta: ${real}`;
};

const patch = (store: Store, request: WriteRequest): ApiAnswer => {
  const { path, query } = request;
  const before = objectAt(store, path);
  if (request.contentType.startsWith('application/apply-patch+')) return apply(store, request, before);
  if (before === undefined) return notFound(request.wanted);
  const after = patched(before, request);
  const warnings = checkFields(after, request, 'patch');
  return update(store, request, before, after, query.get('fieldValidation') === 'Ignore' ? [] : warnings);
};

const apply = (store: Store, request: WriteRequest, before: JsonObject | undefined): ApiAnswer => {
  const { path, query } = request;
  const writer = writerOf(store, request);
  const manifest = objectOf(request.body);
  const shape = shapeOfKind(path.resource.kind);
  const force = query.get('force') === 'true';
  if (before !== undefined) {
    const after = applied(before, manifest, shape, writer, force);
    return after === before ? { status: 200, body: before } : update(store, request, before, after, [], true);
  }
  const empty: JsonObject = { kind: path.resource.kind, apiVersion: apiVersionOf(path.resource), metadata: {} };
  const made = withDefaults(applied(empty, manifest, shape, writer, force));
  refuseFaults(made, undefined, path);
  return { status: 201, body: storeNew(store, request, made) };
};

const update = (
  store: Store,
  request: WriteRequest,
  before: JsonObject,
  given: JsonObject,
  warnings: readonly string[],
  isApply = false,
): ApiAnswer => {
  const { path, wanted, query } = request;
  const version = textAt(given, 'metadata', 'resourceVersion');
  if (version !== '' && version !== textAt(before, 'metadata', 'resourceVersion'))
    return modified(
      wanted,
      'the object has been modified; please apply your changes to the latest version and try again',
    );
  const filled = withDefaults(knownOnly(withOwnMetadata(given, before)));
  refuseFaults(filled, before, path);
  const shape = shapeOfKind(path.resource.kind);
  const written = isApply ? filled : afterUpdate(before, filled, shape, writerOf(store, request));
  const after = countedTemplate(before, written);
  if (isEqual(after, before)) return { status: 200, body: before, ...warningHeaders(warnings) };
  const isNewContent = !isEqual(contentOf(before), contentOf(after));
  const metadata = objectOf(after.metadata);
  const generation = Number(metadata.generation ?? 1) + (isNewContent ? 1 : 0);
  const stored: JsonObject = {
    ...after,
    metadata: {
      ...metadata,
      resourceVersion: store.nextVersion(),
      ...(withGeneration.has(path.resource.kind) ? { generation } : {}),
    },
  };
  if (query.get('dryRun') === null) {
    putObject(store, path, stored);
    reconcile(store, before, stored);
  }
  return { status: 200, body: stored, ...warningHeaders([...warnings, ...warningsOf(stored)]) };
};

/** A DaemonSet counts the versions of its template in an annotation. */
const countedTemplate = (before: JsonObject, after: JsonObject): JsonObject => {
  const key = 'deprecated.daemonset.template.generation';
  const count = Number(valueAt(before, 'metadata', 'annotations', key));
  if (!Number.isInteger(count) || isEqual(valueAt(before, 'spec', 'template'), valueAt(after, 'spec', 'template')))
    return after;
  const metadata = objectOf(after.metadata);
  const annotations = { ...objectOf(metadata.annotations), [key]: String(count + 1) };
  return { ...after, metadata: { ...metadata, annotations } };
};

/** The metadata that the server keeps, whatever a write says. */
const withOwnMetadata = (written: JsonObject, before: JsonObject): JsonObject => {
  const was = objectOf(before.metadata);
  const { resourceVersion: _, selfLink: __, ...metadata } = objectOf(written.metadata);
  const own = Object.fromEntries(
    ['name', 'namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp'].flatMap(key =>
      was[key] === undefined ? [] : [[key, was[key]]],
    ),
  );
  const kept = metadata.managedFields ?? was.managedFields;
  return { ...written, metadata: withoutBlank({ ...metadata, ...own, ...given({ managedFields: kept }) }) };
};

const withoutBlank = (metadata: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(metadata).filter(
      ([key, value]) => !((key === 'annotations' || key === 'labels') && isEqual(value ?? {}, {})),
    ),
  );

const contentOf = (object: JsonObject): JsonObject => {
  const { metadata: _, status: __, ...rest } = bare(object);
  return rest;
};

const refuseFaults = (object: JsonObject, before: JsonObject | undefined, { resource, name = '' }: ApiPath): void => {
  const faults = faultsOf(object, before);
  if (faults.length > 0) throw new Refused(invalid({ ...resource, name }, faults));
};

/** Fields that the kind does not have: refused, or a warning, as the request says. */
const checkFields = (object: JsonObject, request: WriteRequest, verb: string): readonly string[] => {
  const { kind } = request.path.resource;
  const unknown = unknownFields(object).map(path => `unknown field "${path}"`);
  const wrongType = wrongTypeOf(object);
  const cannot = `${kind} in version "v1" cannot be handled as a ${kind}: `;
  if (wrongType !== undefined) throw new Refused(badRequest(`${cannot}${wrongType}`));
  if (request.query.get('fieldValidation') !== 'Strict' || unknown.length === 0) return unknown;
  const why = `strict decoding error: ${unknown.join(', ')}`;
  if (verb !== 'patch') throw new Refused(badRequest(`${cannot}${why}`));
  const message = `Invalid value: ${JSON.stringify(JSON.stringify(request.body))}: ${why}`;
  throw new Refused(
    invalid({ kind: '', group: '', name: '' }, [{ reason: 'FieldValueInvalid', message, field: 'patch' }]),
  );
};

const wrongTypeOf = (object: JsonObject): string | undefined => {
  const entries = Array.isArray(object.webhooks) ? object.webhooks : [];
  return entries.some(entry => typeof objectOf(entry).timeoutSeconds === 'string')
    ? 'json: cannot unmarshal string into Go struct field MutatingWebhook.webhooks.timeoutSeconds of type int32'
    : undefined;
};

const warningHeaders = (warnings: readonly string[]): Pick<ApiAnswer, 'headers'> =>
  warnings.length === 0
    ? {}
    : { headers: { warning: warnings.map(text => `299 - ${JSON.stringify(text)}`).join(', ') } };

const remove = (store: Store, request: WriteRequest): ApiAnswer => {
  const { path, wanted } = request;
  const before = objectAt(store, path);
  if (before === undefined) return notFound(wanted);
  const uid = textAt(before, 'metadata', 'uid');
  const asked = textAt(request.body, 'preconditions', 'uid');
  if (asked !== '' && asked !== uid)
    return modified(wanted, `Precondition failed: UID in precondition: ${asked}, UID in object meta: ${uid}`);
  if (request.query.get('dryRun') === null) {
    removeObject(store, path);
    reconcile(store, before, undefined);
  }
  const { kind } = path.resource;
  if (kind !== 'ServiceAccount' && kind !== 'Pod') return deleted(wanted, uid);
  const metadata = { ...objectOf(before.metadata), resourceVersion: store.nextVersion() };
  return {
    status: 200,
    body: { ...before, metadata: kind === 'Pod' ? ended(store, request, before, metadata) : metadata },
  };
};

/** A pod on a node has time to end; there is no kubelet here, so it is gone at once all the same. */
const ended = (store: Store, { body }: WriteRequest, before: JsonObject, metadata: JsonObject): JsonObject => {
  const asked = valueAt(body, 'gracePeriodSeconds');
  const grace = textAt(before, 'spec', 'nodeName') === '' ? 0 : 30;
  return {
    ...metadata,
    generation: Number(metadata.generation ?? 1) + 1,
    deletionTimestamp: store.now(),
    deletionGracePeriodSeconds: typeof asked === 'number' ? asked : grace,
  };
};
