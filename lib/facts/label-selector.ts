import {
  type KubernetesFacts,
  type LabelExpression,
  type LabelSelector,
  type Pod,
  skipWebhookLabel,
  valueOr,
} from '../model.ts';

type Labels = Readonly<Record<string, string>>;

/** Why labels do not satisfy a selector: the first requirement that fails; undefined if they do. A requirement with an
 *  operator that Kubernetes does not have is never satisfied here: the API server would not have taken it. */
export const unmetRequirement = (selector: LabelSelector, labels: Labels): LabelExpression | undefined => {
  for (const [key, value] of Object.entries(selector.matchLabels))
    if (labels[key] !== value) return { key, operator: 'In', values: [value] };
  return selector.matchExpressions.find(expression => !satisfies(expression, labels));
};

const satisfies = ({ key, operator, values }: LabelExpression, labels: Labels): boolean => {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
};

/** A requirement as kubectl writes it. */
export const requirementText = ({ key, operator, values }: LabelExpression): string =>
  values.length === 0 ? `${key} ${operator}` : `${key} ${operator} (${values.join(', ')})`;

/** True if a label that a pod carries takes it out (`DoesNotExist`, `NotIn`): the pod's own choice, not the selector's. */
export const isOptOut = ({ operator }: LabelExpression): boolean => operator === 'DoesNotExist' || operator === 'NotIn';

/** True for a pod whose own label tells the webhook to leave it alone: that it has no role is somebody's choice. The label
 *  of EKS's webhook counts even where the configuration is gone or does not look at it. */
export const optsOut = (pod: Pod, { webhook }: Pick<KubernetesFacts, 'webhook'>): boolean => {
  if (pod.labels[skipWebhookLabel] !== undefined || pod.conditions?.byOwnMark) return true;
  const entries = valueOr(webhook, undefined)?.webhooks ?? [];
  return entries.some(({ objectSelector }) => {
    const unmet = unmetRequirement(objectSelector, pod.labels);
    return unmet !== undefined && isOptOut(unmet);
  });
};
