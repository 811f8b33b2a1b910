/** Rules for keys of annotations and labels (apimachinery's validation of qualified names). */

import { isObject, valueAt } from '../../lib/text.ts';
import type { FieldFault } from './answers.ts';

const namePattern = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const prefixPattern = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const nameText =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const prefixText =
  "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** The faults of a key; empty for a sound one. */
export const keyFaults = (key: string): readonly string[] => {
  const parts = key.split('/');
  if (parts.length > 2)
    return [
      "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    ];
  const [prefix, name = ''] = parts.length === 2 ? parts : [undefined, parts[0]];
  return [
    ...(prefix === '' ? ['prefix part must be non-empty'] : []),
    ...(prefix !== undefined && prefix !== '' && !prefixPattern.test(prefix) ? [prefixText] : []),
    ...(name === '' ? ['name part must be non-empty'] : []),
    ...(name.length > 63 ? ['name part must be no more than 63 characters'] : []),
    ...(namePattern.test(name) ? [] : [nameText]),
  ];
};

/** Faults of the annotations; an update reports each of them four times, as the API server does. */
export const metadataFaults = (object: unknown): readonly FieldFault[] => {
  const annotations = valueAt(object, 'metadata', 'annotations');
  return Object.keys(isObject(annotations) ? annotations : {})
    .sort()
    .flatMap(key =>
      keyFaults(key).map(fault => ({
        reason: 'FieldValueInvalid' as const,
        message: `Invalid value: ${JSON.stringify(key)}: ${fault}`,
        field: 'metadata.annotations',
      })),
    );
};
