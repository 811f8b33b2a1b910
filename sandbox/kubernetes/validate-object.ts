/** The refusals of the API server for the kinds that fixes write, and the fields it fills in. */

import { isObject, type JsonObject, objectOf, valueAt } from '../../lib/text.ts';
import type { FieldFault } from './answers.ts';
import { isEqual, listAt, textAt } from './json-value.ts';
import { keyFaults, metadataFaults } from './validate-metadata.ts';

const required = (field: string, message = 'Required value'): FieldFault => ({
  reason: 'FieldValueRequired',
  message,
  field,
});
const wrong = (field: string, value: unknown, why: string): FieldFault => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
  field,
});

/** Faults of an object, in the order in which the API server finds them. `before` is absent where it is created. */
export const faultsOf = (object: JsonObject, before: JsonObject | undefined): readonly FieldFault[] => {
  const kind = textAt(object, 'kind');
  const own = metadataFaults(object);
  // The metadata is checked by several layers, each of which reports it.
  const times = before === undefined ? 1 : 4;
  return [...Array.from({ length: times }, () => own).flat(), ...specFaults(kind, object, before)];
};

const specFaults = (kind: string, object: JsonObject, before: JsonObject | undefined): readonly FieldFault[] => {
  if (kind === 'MutatingWebhookConfiguration')
    return listAt(object, 'webhooks').flatMap((entry, index) => webhookFaults(entry, `webhooks[${index}]`));
  if (kind === 'ClusterRoleBinding' && before !== undefined) return roleRefFaults(object, before);
  if (['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind)) return workloadFaults(object, before);
  return [];
};

const webhookFaults = (entry: unknown, path: string): readonly FieldFault[] => {
  const { sideEffects, timeoutSeconds, clientConfig } = objectOf(entry);
  const { url, service } = objectOf(clientConfig);
  const isKnownEffect = sideEffects === 'None' || sideEffects === 'NoneOnDryRun';
  return [
    ...(isKnownEffect
      ? []
      : [
          {
            reason: 'FieldValueNotSupported' as const,
            message: `Unsupported value: ${JSON.stringify(sideEffects)}: supported values: "None", "NoneOnDryRun"`,
            field: `${path}.sideEffects`,
          },
        ]),
    ...(typeof timeoutSeconds === 'number' && (timeoutSeconds < 1 || timeoutSeconds > 30)
      ? [wrong(`${path}.timeoutSeconds`, timeoutSeconds, 'the timeout value must be between 1 and 30 seconds')]
      : []),
    ...((url === undefined) === (service === undefined)
      ? [required(`${path}.clientConfig`, 'Required value: exactly one of url or service is required')]
      : []),
    ...listAt(entry, 'matchConditions').flatMap((condition, index) =>
      keyFaults(textAt(condition, 'name')).map(fault =>
        wrong(`${path}.matchConditions[${index}].name`, textAt(condition, 'name'), fault),
      ),
    ),
  ];
};

const roleRefFaults = (object: JsonObject, before: JsonObject): readonly FieldFault[] => {
  const { apiGroup, kind, name } = objectOf(object.roleRef);
  return isEqual(object.roleRef, before.roleRef)
    ? []
    : [wrong('roleRef', { APIGroup: apiGroup, Kind: kind, Name: name }, 'cannot change roleRef')];
};

const workloadFaults = (object: JsonObject, before: JsonObject | undefined): readonly FieldFault[] => {
  const containers = listAt(object, 'spec', 'template', 'spec', 'containers');
  const labels = objectOf(valueAt(object, 'spec', 'template', 'metadata', 'labels'));
  const selected = objectOf(valueAt(object, 'spec', 'selector', 'matchLabels'));
  const isSelected = Object.entries(selected).every(([key, value]) => labels[key] === value);
  const selector = valueAt(object, 'spec', 'selector');
  return [
    ...containers.flatMap((container, index) => containerFaults(container, `spec.template.spec.containers[${index}]`)),
    ...(isSelected
      ? []
      : [wrong('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')]),
    ...(before === undefined || isEqual(selector, valueAt(before, 'spec', 'selector'))
      ? []
      : [wrong('spec.selector', selector, 'field is immutable')]),
  ];
};

const containerFaults = (container: unknown, path: string): readonly FieldFault[] => [
  ...listAt(container, 'env').flatMap((variable, index) =>
    textAt(variable, 'value') !== '' && valueAt(variable, 'valueFrom') !== undefined
      ? [wrong(`${path}.env[${index}].valueFrom`, '', 'may not be specified when `value` is not empty')]
      : [],
  ),
  ...(textAt(container, 'image') === '' ? [required(`${path}.image`)] : []),
];

/** Variables of a container that are named twice: taken, with a warning. */
export const warningsOf = (object: JsonObject): readonly string[] =>
  listAt(object, 'spec', 'template', 'spec', 'containers').flatMap((container, index) => {
    const names = listAt(container, 'env').map(one => textAt(one, 'name'));
    return names.flatMap((name, place) =>
      names.indexOf(name) === place
        ? []
        : [
            `spec.template.spec.containers[${index}].env[${place}]: hides previous definition of "${name}", which may be dropped when using apply`,
          ],
    );
  });

/** The object with the defaults of its kind. */
export const withDefaults = (object: JsonObject): JsonObject => {
  if (object.kind === 'MutatingWebhookConfiguration' && Array.isArray(object.webhooks))
    return { ...object, webhooks: object.webhooks.map(filledEntry) };
  const podSpec = valueAt(object, 'spec', 'template', 'spec');
  if (!isObject(podSpec)) return object;
  const { serviceAccountName, containers } = podSpec;
  const filled = {
    ...podSpec,
    ...(Array.isArray(containers) ? { containers: containers.map(filledContainer) } : {}),
    // The old name of the same field.
    ...(typeof serviceAccountName === 'string' ? { serviceAccount: serviceAccountName } : {}),
  };
  const spec = objectOf(object.spec);
  return { ...object, spec: { ...spec, template: { ...objectOf(spec.template), spec: filled } } };
};

const filledEntry = (entry: unknown): JsonObject => {
  const filled = { ...entryDefaults, ...withoutNull(objectOf(entry)) };
  const rules = listAt(filled, 'rules').map(rule => ({ scope: '*', ...objectOf(rule) }));
  return { ...filled, ...(rules.length === 0 ? {} : { rules }) };
};

const filledContainer = (container: unknown): unknown =>
  textAt(container, 'image') === '' ? container : { ...containerDefaults(container), ...objectOf(container) };

const containerDefaults = (container: unknown): JsonObject => ({
  imagePullPolicy: /:(?!latest$)[^/]+$/.test(textAt(container, 'image')) ? 'IfNotPresent' : 'Always',
  resources: {},
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
});

const entryDefaults: JsonObject = {
  failurePolicy: 'Fail',
  matchPolicy: 'Equivalent',
  namespaceSelector: {},
  objectSelector: {},
  reinvocationPolicy: 'Never',
  timeoutSeconds: 10,
};

const withoutNull = (value: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(value).filter(([, one]) => one !== null && !(Array.isArray(one) && one.length === 0)),
  );

const webhookFields = new Set([
  ...['name', 'clientConfig', 'rules', 'failurePolicy', 'matchPolicy', 'namespaceSelector', 'objectSelector'],
  ...['sideEffects', 'timeoutSeconds', 'admissionReviewVersions', 'reinvocationPolicy', 'matchConditions'],
]);

/** Fields that the kind does not have, as paths: known only for the webhook's configuration. */
export const unknownFields = (object: JsonObject): readonly string[] =>
  object.kind !== 'MutatingWebhookConfiguration'
    ? []
    : listAt(object, 'webhooks').flatMap((entry, index) =>
        Object.keys(objectOf(entry)).flatMap(name => (webhookFields.has(name) ? [] : [`webhooks[${index}].${name}`])),
      );

/** The object without fields that its kind does not have. */
export const knownOnly = (object: JsonObject): JsonObject =>
  object.kind !== 'MutatingWebhookConfiguration' || !Array.isArray(object.webhooks)
    ? object
    : {
        ...object,
        webhooks: object.webhooks.map(entry =>
          isObject(entry)
            ? Object.fromEntries(Object.entries(entry).filter(([name]) => webhookFields.has(name)))
            : entry,
        ),
      };
