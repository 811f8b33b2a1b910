import { skipWebhookLabel, webhookName } from '../model.ts';

/** The configuration of managed EKS, with the cluster's own certificate authority: base64 of PEM (docs/facts.md §D.5). */
export const webhookDocument = (caBundle: string) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: webhookName },
  webhooks: [
    {
      name: 'iam-for-pods.amazonaws.com',
      clientConfig: { url: 'https://127.0.0.1:23443/mutate', caBundle },
      failurePolicy: 'Ignore',
      matchPolicy: 'Equivalent',
      reinvocationPolicy: 'IfNeeded',
      sideEffects: 'None',
      timeoutSeconds: 10,
      admissionReviewVersions: ['v1beta1'],
      namespaceSelector: {},
      objectSelector: { matchExpressions: [{ key: skipWebhookLabel, operator: 'DoesNotExist' }] },
      rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], scope: '*' }],
    },
  ],
});
