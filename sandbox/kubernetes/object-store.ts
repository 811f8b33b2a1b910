/** Objects of a world as the API gives them: with kind, version and uid. */

import { createHash } from 'node:crypto';
import { given, isObject, type JsonObject, objectOf } from '../../lib/text.ts';
import { type KubernetesWorld, ownAuthority } from '../world/kubernetes-world.ts';
import { type ApiPath, type ApiResource, apiVersionOf, documentsOf, shelfOf } from './api-resources.ts';
import { textAt } from './json-value.ts';
import { withDefaults } from './validate-object.ts';

/** The store behind the objects of a running API. */
export interface Store {
  readonly world: KubernetesWorld;
  /** The authority of the cluster, PEM. */
  readonly caPem: string;
  /** ISO 8601, without fractions of a second. */
  readonly now: () => string;
  readonly nextVersion: () => string;
  readonly newUid: () => string;
}

const isNamed = (document: unknown, { name, namespace }: ApiPath): boolean =>
  textAt(document, 'metadata', 'name') === name && textAt(document, 'metadata', 'namespace') === (namespace ?? '');

/** The object that a path names; undefined where there is none. */
export const objectAt = (store: Store, path: ApiPath): JsonObject | undefined => {
  const found = documentsOf(store.world, path.resource).find(one => isNamed(one, path));
  return found === undefined ? undefined : asObject(store, path.resource, found);
};

/** The objects of a resource, in a namespace or in all. */
export const objectsOf = (store: Store, { resource, namespace }: ApiPath): readonly unknown[] =>
  documentsOf(store.world, resource)
    .filter(one => namespace === undefined || textAt(one, 'metadata', 'namespace') === namespace)
    .map(one => withAuthority(store, resource, one));

const withAuthority = ({ caPem }: Store, { plural }: ApiResource, document: unknown): unknown =>
  plural === 'mutatingwebhookconfigurations'
    ? JSON.parse(JSON.stringify(document).replaceAll(ownAuthority, Buffer.from(caPem).toString('base64')))
    : document;

/** A document of a world need not say what every object has. */
const asObject = (store: Store, resource: ApiResource, document: unknown): JsonObject => {
  const object = structuredClone(objectOf(withAuthority(store, resource, document)));
  const { kind: _, apiVersion: __, metadata, ...rest } = object;
  const { name, namespace, uid, ...others } = objectOf(metadata);
  return withDefaults({
    kind: resource.kind,
    apiVersion: apiVersionOf(resource),
    metadata: {
      name,
      ...given({ namespace }),
      uid: uid ?? uidOf(resource.kind, namespace, name),
      resourceVersion: '1',
      ...others,
    },
    ...rest,
  });
};

const uidOf = (...parts: readonly unknown[]): string =>
  createHash('sha256')
    .update(JSON.stringify(parts))
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');

/** Stores an object in the place of the one that had its name. */
export const putObject = ({ world }: Store, path: ApiPath, object: JsonObject): void => {
  const shelf = shelfOf(world, path.resource);
  const index = shelf.findIndex(one => isSameObject(one, path));
  if (index < 0) shelf.push(object);
  else shelf[index] = object;
};

/** Takes an object away. */
export const removeObject = ({ world }: Store, path: ApiPath): void => {
  const shelf = shelfOf(world, path.resource);
  const index = shelf.findIndex(one => isSameObject(one, path));
  if (index >= 0) shelf.splice(index, 1);
};

const isSameObject = (document: unknown, path: ApiPath): boolean =>
  isNamed(document, path) &&
  (!isObject(document) || document.kind === undefined || document.kind === path.resource.kind);

/** True where a namespace is there. */
export const hasNamespace = ({ world }: Store, name: string): boolean =>
  world.namespaces.some(one => textAt(one, 'metadata', 'name') === name);
