/** Who owns which field of an object: `metadata.managedFields`, kept as the API server keeps it. */

import { isObject, type JsonObject, objectOf, valueAt } from '../../lib/text.ts';
import { type Comparison, compareFields, type FieldSet, fromFieldsV1, minus, toFieldsV1, union } from './field-sets.ts';
import { isEqual, textAt } from './json-value.ts';
import type { Shape } from './list-shapes.ts';

/** One manager of fields. */
export interface Manager {
  readonly manager: string;
  readonly operation: 'Update' | 'Apply';
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time: string;
  readonly fields: FieldSet;
}

/** The managers of an object. */
export const managersOf = (object: unknown): readonly Manager[] => {
  const list = valueAt(object, 'metadata', 'managedFields');
  return (Array.isArray(list) ? list : []).map(entry => ({
    manager: textAt(entry, 'manager'),
    operation: textAt(entry, 'operation') === 'Apply' ? 'Apply' : 'Update',
    apiVersion: textAt(entry, 'apiVersion'),
    subresource: textAt(entry, 'subresource'),
    time: textAt(entry, 'time'),
    fields: fromFieldsV1(objectOf(valueAt(entry, 'fieldsV1'))),
  }));
};

/** The object with these managers; those without fields are left out. */
export const withManagers = (object: JsonObject, managers: readonly Manager[]): JsonObject => {
  const entries = managers
    .filter(({ fields }) => fields.size > 0)
    .toSorted((a, b) => orderOf(a).localeCompare(orderOf(b)))
    .map(({ manager, operation, apiVersion, subresource, time, fields }) => ({
      manager,
      operation,
      apiVersion,
      time,
      fieldsType: 'FieldsV1',
      fieldsV1: toFieldsV1(fields),
      ...(subresource === '' ? {} : { subresource }),
    }));
  const { managedFields: _, ...metadata } = objectOf(object.metadata);
  return { ...object, metadata: entries.length === 0 ? metadata : { ...metadata, managedFields: entries } };
};

const orderOf = ({ operation, time, manager }: Manager): string => [operation, time, manager].join('\u0000');

/** Who writes. */
export interface Writer {
  readonly manager: string;
  readonly apiVersion: string;
  readonly now: string;
}

const isUpdateOf = ({ manager, apiVersion }: Writer, one: Manager): boolean =>
  one.operation === 'Update' && one.subresource === '' && one.manager === manager && one.apiVersion === apiVersion;

/** Others lose what a write changed or removed. */
export const takenFrom = (others: readonly Manager[], { added, modified, removed }: Comparison): readonly Manager[] =>
  others.map(one => ({ ...one, fields: minus(one.fields, union(added, modified, removed)) }));

/**
 * The object after a write that is no apply: its writer owns what it changed. Objects without managers stay without, as
 * the API server leaves those that were written before it kept them; an object that is created gets its first.
 */
export const afterUpdate = (
  before: JsonObject | undefined,
  after: JsonObject,
  shape: Shape,
  writer: Writer,
): JsonObject => {
  const given = valueAt(after, 'metadata', 'managedFields');
  if (before !== undefined && !isEqual(given, valueAt(before, 'metadata', 'managedFields')) && Array.isArray(given))
    return emptied(after, given);
  const managers = managersOf(before);
  if (before !== undefined && managers.length === 0) return withManagers(after, []);
  const comparison = compareFields(bare(before ?? emptyObject(textAt(after, 'kind'))), bare(after), shape);
  const { added, modified, removed } = comparison;
  const own = managers.find(one => isUpdateOf(writer, one));
  const fields = minus(union(own?.fields ?? new Set(), added, modified), removed);
  const others = takenFrom(
    managers.filter(one => one !== own),
    comparison,
  );
  const isChanged = added.size + modified.size > 0 || (own !== undefined && own.fields.size !== fields.size);
  const { now, ...who } = writer;
  const mine: Manager = {
    ...who,
    operation: 'Update',
    subresource: '',
    time: isChanged ? now : (own?.time ?? now),
    fields,
  };
  return withManagers(after, [...others, mine]);
};

/** A write of managedFields themselves is taken as it is; one empty entry empties them. */
const emptied = (after: JsonObject, given: readonly unknown[]): JsonObject =>
  given.some(one => isObject(one) && Object.keys(one).length > 0) ? after : withManagers(after, []);

/** The object without who owns it. */
export const bare = (object: JsonObject): JsonObject => {
  const { managedFields: _, ...metadata } = objectOf(object.metadata);
  return { ...object, metadata };
};

/** The parts of a Go object before anything is set: they are no fields of its creator. */
const emptyObject = (kind: string): JsonObject => {
  if (kind === 'ClusterRoleBinding') return { metadata: {}, roleRef: { apiGroup: '', kind: '', name: '' } };
  if (kind === 'ClusterRole') return { metadata: {}, rules: null };
  const template = { metadata: {}, spec: { containers: null } };
  if (kind === 'Job') return { metadata: {}, spec: { template }, status: {} };
  if (kind === 'Deployment' || kind === 'StatefulSet' || kind === 'DaemonSet')
    return { metadata: {}, spec: { selector: null, template, strategy: {}, updateStrategy: {} }, status: {} };
  return { metadata: {} };
};
