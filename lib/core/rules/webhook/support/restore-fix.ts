import { kubectl } from '../../../facts/kubectl.ts';
import type { WebhookSubject } from '../../../facts/subjects.ts';
import { unknownRegion } from '../../../model/cluster.ts';
import type { Fix } from '../../../model/finding.ts';
import { skipWebhookLabel } from '../../../model/irsa-annotation.ts';
import { webhookName } from '../../../model/kubernetes.ts';
import { shellQuote } from '../../../text/shell-quote.ts';
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

const placeholder = '__CA__';

/**
 * Restores the configuration of managed EKS. One that is there is replaced: `apply` leaves wrong selectors and conditions
 * in place and refuses a url beside a service, and a `replace --force` that is refused loses the object (recorded,
 * docs/facts.md §F.2). One that is missing is applied, which may be run twice.
 */
export const restoreFix = (subject: WebhookSubject, verb: 'apply' | 'replace'): Fix => {
  const { cluster } = subject;
  if (!isOfEks(subject))
    return {
      summary: `Apply the manifest of the webhook of cluster ${cluster.name} again, then restart the pods that were created without it.`,
      commands: [],
      choice: 'Where the webhook listens, and with which certificate authority: only its operator knows.',
    };
  const known = cluster.certificateAuthority;
  const summary = `Restore the EKS pod identity webhook on cluster ${cluster.name}, then restart the pods that were created without it.`;
  const document = shellQuote(JSON.stringify(managed(known ?? placeholder)));
  const target = cluster.context === undefined ? {} : { context: cluster.context };
  const put = `${kubectl(target)} ${verb} --filename -`;
  if (known !== undefined) return { summary, commands: [`printf '%s' ${document} | ${put}`] };
  if (cluster.region === unknownRegion)
    return {
      summary,
      commands: [],
      choice: 'Which certificate authority the cluster has: aws eks describe-cluster shows it.',
    };
  const readCa = `CA=$(aws eks describe-cluster --name ${shellQuote(cluster.name)} --region ${shellQuote(cluster.region)} --query cluster.certificateAuthority.data --output text)`;
  return { summary, commands: [`${readCa} && printf '%s' ${document} | sed "s|${placeholder}|$CA|" | ${put}`] };
};
