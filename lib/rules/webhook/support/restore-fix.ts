import type { WebhookSubject } from '../../../facts/subjects.ts';
import { writeDocuments } from '../../../fixes/kubernetes-steps.ts';
import type { FixDraft } from '../../../model/finding.ts';
import { skipWebhookLabel } from '../../../model/irsa-annotation.ts';
import { webhookName } from '../../../model/kubernetes.ts';
import { isOfEks } from './webhook-view.ts';

/** The configuration of managed EKS, with the cluster's own certificate authority (docs/facts.md §D.5). */
const managed = (caBundle: string) => ({
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
      objectSelector: {
        matchExpressions: [{ key: skipWebhookLabel, operator: 'DoesNotExist' }],
      },
      rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], scope: '*' }],
    },
  ],
});

/**
 * Restores the configuration of managed EKS. One that is there is replaced: `apply` leaves wrong selectors and conditions
 * in place and refuses a url beside a service, and a `replace --force` that is refused loses the object (recorded,
 * docs/facts.md §F.2). One that is missing is applied, which may be run twice.
 */
export const restoreFix = (subject: WebhookSubject, verb: 'apply' | 'replace'): FixDraft => {
  const { cluster } = subject;
  if (!isOfEks(subject))
    return {
      summary: `Apply the manifest of the webhook of cluster ${cluster.name} again, then restart the pods that were created without it.`,
      steps: [],
      choice: 'Where the webhook listens, and with which certificate authority: only its operator knows.',
    };
  const known = cluster.certificateAuthority;
  const summary = `Restore the EKS pod identity webhook on cluster ${cluster.name}, then restart the pods that were created without it.`;
  return known === undefined
    ? {
        summary,
        steps: [],
        choice: 'Which certificate authority the cluster has: aws eks describe-cluster shows it.',
      }
    : { summary, steps: [writeDocuments(cluster, verb, [managed(known)])] };
};
