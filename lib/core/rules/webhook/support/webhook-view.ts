import { isEksHost } from '../../../facts/eks-issuer.ts';
import { podSubjectIds } from '../../../facts/pods-of-service-account.ts';
import type { WebhookSubject } from '../../../facts/subjects.ts';
import { hasNoIssuer, unknownRegion } from '../../../model/cluster.ts';
import { readFailuresOf, valueOr } from '../../../model/collected.ts';
import type { Evidence, Fix } from '../../../model/finding.ts';
import { roleArnKey, skipWebhookLabel } from '../../../model/irsa-annotation.ts';
import { type Pod, type ServiceAccount, type WebhookEntry, webhookName } from '../../../model/kubernetes.ts';
import { shellQuote } from '../../../text/shell-quote.ts';
import type { Explained } from '../../define-rule.ts';

/** Service accounts that want a role, as far as they were read. */
export const annotatedAccounts = ({ kubernetes }: WebhookSubject): readonly ServiceAccount[] =>
  valueOr(kubernetes.serviceAccounts, []).filter(account => account.annotations[roleArnKey]);

/** True where it is a fact that no account wants a role, or that none can have one: the webhook has nothing to do for
 *  IRSA. */
export const isUnused = (subject: WebhookSubject): boolean =>
  hasNoIssuer(subject.cluster) ||
  (subject.kubernetes.serviceAccounts.status === 'complete' && annotatedAccounts(subject).length === 0);

const eksEndpoint =
  /^https:\/\/[^/]+\.(?:eks\.amazonaws\.(?:com(?:\.cn)?|eu)|eks-cluster\.[^./]+\.api\.aws)(?:[:/]|$)/i;

/** True for a cluster of EKS, whose webhook is AWS's. One that is known by its kubeconfig alone may be anybody's, with a
 *  webhook of its own under another name and at another place. */
export const isOfEks = ({ cluster, kubernetes }: WebhookSubject): boolean =>
  cluster.region !== unknownRegion ||
  isEksHost(cluster.issuer ?? valueOr(kubernetes.issuer, '')) ||
  eksEndpoint.test(cluster.endpoint ?? '');

/** What keeps it open whether any account wants a role: none of those that were read does, and others were not read. */
export const useUnread = (subject: WebhookSubject): string | undefined => {
  const [gap] = readFailuresOf(subject.kubernetes.serviceAccounts);
  return gap && annotatedAccounts(subject).length === 0
    ? `whether a service account of cluster ${subject.cluster.name} wants a role: ${gap.operation}: ${gap.message}`
    : undefined;
};

/** The entry that injects: by its name on EKS and self-hosted, else the only one. */
export const injectingEntry = (webhooks: readonly WebhookEntry[]): WebhookEntry | undefined =>
  webhooks.find(({ name }) => name === 'iam-for-pods.amazonaws.com' || name === 'pod-identity-webhook.amazonaws.com') ??
  webhooks[0];

/** Where the configuration was read. */
export const readFrom = `get mutatingwebhookconfigurations/${webhookName}`;

/** A fact of the configuration as evidence. */
export const webhookEvidence = (what: string, got: string, wanted: string): Evidence => ({
  what,
  got,
  wanted,
  readFrom,
});

/** What a pod logs that should have a role and runs as its node. */
export const nodeRoleError =
  'User: arn:<partition>:sts::<account>:assumed-role/<node role>/<instance> is not authorized to perform …';

/** Pods without injection that a broken webhook explains: all of the cluster, or some. */
export const explainsPods = (subject: WebhookSubject, pods?: readonly Pod[]): readonly Explained[] =>
  podSubjectIds(subject.cluster.arn, pods ?? valueOr(subject.kubernetes.pods, [])).map(id => ({
    ruleId: 'pod-not-injected',
    subject: id,
  }));

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

/** Puts the configuration of managed EKS back, over whatever stands there. */
export const restoreFix = (subject: WebhookSubject): Fix => {
  const { cluster } = subject;
  if (!isOfEks(subject))
    return {
      summary: `Apply the manifest of the webhook of cluster ${cluster.name} again, then make pods anew that were started without it.`,
      commands: [],
      choice:
        'Where its webhook listens, and with which authority: only whoever runs it knows. That of EKS is not there.',
    };
  const placeholder = '__CA__';
  const known = cluster.certificateAuthority;
  const document = shellQuote(JSON.stringify(managed(known ?? placeholder)));
  const apply = `printf '%s' ${document} | kubectl apply --filename -`;
  const summary = `Put the webhook configuration of EKS back on cluster ${cluster.name}, then make pods anew that were started without it.`;
  if (known !== undefined) return { summary, commands: [apply] };
  const readCa = `CA=$(aws eks describe-cluster --name ${shellQuote(cluster.name)} --region ${shellQuote(cluster.region)} --query cluster.certificateAuthority.data --output text)`;
  const filled = `printf '%s' ${document} | sed "s|${placeholder}|$CA|" | kubectl apply --filename -`;
  return { summary, commands: [`${readCa} && ${filled}`] };
};
