/** The rules on service accounts that need no AWS, as a policy that the API server applies itself (Kubernetes, "Validating
 *  Admission Policy"). */
import { booleanTexts, expirationBounds, roleArnForm } from '../../facts.ts';
import { nearMissPattern, regionalEndpointsKey, roleArnKey, tokenExpirationKey } from '../../model.ts';
import type { AnyRule } from '../../rules/define-rule.ts';
import { serviceAccountAnnotationMistyped } from '../../rules/service-account/service-account-annotation-mistyped.ts';
import { serviceAccountOnDefault } from '../../rules/service-account/service-account-on-default.ts';
import { serviceAccountOptionIgnored } from '../../rules/service-account/service-account-option-ignored.ts';
import { serviceAccountRoleArnMalformed } from '../../rules/service-account/service-account-role-arn-malformed.ts';

/** The steps of the API server on a service account with a fault. */
export const admissionActions = ['deny', 'warn', 'audit'] as const;
export type AdmissionAction = (typeof admissionActions)[number];

/** One test of the policy: an expression that holds for a sound service account, and the rule that it stands for. */
interface Validation {
  readonly rule: AnyRule;
  readonly expression: string;
}

/** A text in CEL: JSON's escapes are among those of CEL. */
const text = (value: string): string => JSON.stringify(value);

const value = (key: string): string => `variables.annotations[${text(key)}]`;
const has = (key: string): string => `${text(key)} in variables.annotations`;
const { min, max } = expirationBounds;
const isNearMiss = `key.matches(${text(nearMissPattern)})`;

/** Annotations and labels; an object without them has none. */
export const variables: Readonly<Record<string, string>> = {
  annotations: 'has(object.metadata.annotations) ? object.metadata.annotations : {}',
  labels: 'has(object.metadata.labels) ? object.metadata.labels : {}',
};

/** An object whose annotations and labels stay as they were is admitted: nobody is kept from changing the rest of it. */
export const marksChanged: string = ['annotations', 'labels']
  .map(
    map =>
      `(has(object.metadata.${map}) ? object.metadata.${map} : {}) != (has(oldObject.metadata.${map}) ? oldObject.metadata.${map} : {})`,
  )
  .join(' || ');

/** The tests, in the order of the policy. */
export const validations: readonly Validation[] = [
  {
    rule: serviceAccountRoleArnMalformed,
    expression: `!(${has(roleArnKey)}) || (size(${value(roleArnKey)}) <= ${roleArnForm.maxLength} && ${value(roleArnKey)}.matches(${text(roleArnForm.pattern)}))`,
  },
  {
    rule: serviceAccountAnnotationMistyped,
    expression: `${has(roleArnKey)} || (!variables.annotations.exists(key, ${isNearMiss}) && !variables.labels.exists(key, ${isNearMiss}))`,
  },
  {
    rule: serviceAccountOnDefault,
    expression: `object.metadata.name != "default" || !(${has(roleArnKey)}) || ${value(roleArnKey)} == ""`,
  },
  {
    rule: serviceAccountOptionIgnored,
    expression: [
      `!(${has(roleArnKey)}) || ${value(roleArnKey)} == "" || (`,
      `(!(${has(tokenExpirationKey)}) || (${value(tokenExpirationKey)}.matches("^[+-]?[0-9]{1,18}$") && int(${value(tokenExpirationKey)}) >= ${min} && int(${value(tokenExpirationKey)}) <= ${max}))`,
      ` && (!(${has(regionalEndpointsKey)}) || ${value(regionalEndpointsKey)} in ${JSON.stringify(booleanTexts)}))`,
    ].join(''),
  },
];

const words: Readonly<Record<AdmissionAction, readonly string[]>> = {
  deny: ['Deny', 'Audit'],
  warn: ['Warn', 'Audit'],
  audit: ['Audit'],
};

/** The policy and its binding, as objects. `name` is the name of both. */
export const admissionPolicy = (name: string, action: AdmissionAction): readonly object[] => [
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['serviceaccounts'] },
        ],
      },
      matchConditions: [
        { name: 'created-or-marks-changed', expression: `request.operation == "CREATE" || ${marksChanged}` },
      ],
      variables: Object.entries(variables).map(([key, expression]) => ({ name: key, expression })),
      validations: validations.map(({ rule, expression }) => ({
        expression,
        message: `${rule.id}: ${rule.fault}. ${rule.fix}`,
        reason: 'Invalid',
      })),
    },
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: { policyName: name, validationActions: words[action] },
  },
];
