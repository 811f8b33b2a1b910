import type { Pod } from '../../../model.ts';
import type { MessageData } from '../../../text.ts';
import type { EvidenceDraft, Says } from '../../prelude.ts';

/** The faults, each with its texts: worst first. */
export const faultSays = {
  noEntry: ['configuration is empty', 'webhook configuration {name} of cluster {cluster} has no webhook in it'],
  url: [
    'URL is not the one of EKS',
    'the webhook of cluster {cluster} does not mutate pods: its URL {url} is not the one of EKS',
  ],
  otherHost: [
    'on another host',
    'the webhook of cluster {cluster} is on host {host}: the webhook of EKS runs on the API server',
  ],
  noTarget: [
    'neither URL nor service',
    'the webhook of cluster {cluster} does not mutate pods: it has neither URL nor service',
  ],
  noPath: [
    'service without a path',
    'the webhook of cluster {cluster} does not mutate pods: its service has no path, /mutate is required',
  ],
  namespaceMissing: [
    'namespace does not exist',
    'the webhook of cluster {cluster} does not mutate pods: namespace {namespace} of its service does not exist',
  ],
  noEndpoints: [
    'service has no endpoint',
    'the webhook of cluster {cluster} does not mutate pods: its service {service} has no ready endpoint',
  ],
  rules: ['no rule for new pods', 'the webhook of cluster {cluster} does not mutate pods: no rule matches pod CREATE'],
  reviewVersions: [
    'review version not sent',
    'the webhook of cluster {cluster} does not mutate pods: the API server sends none of its review versions',
  ],
  reviewAnswer: [
    'review version of another',
    'the webhook of cluster {cluster} does not mutate pods: the API server sends AdmissionReview v1, which versions of the webhook before August 2026 do not answer',
  ],
  bundle: ['caBundle not usable', 'the webhook of cluster {cluster} does not mutate pods: its caBundle cannot be used'],
  caExpired: [
    'CA has expired',
    'the webhook of cluster {cluster} does not mutate pods: its CA {authority} expired at {at}',
  ],
  caNotYetValid: [
    'CA is not valid yet',
    'the webhook of cluster {cluster} does not mutate pods: its CA {authority} is valid from {at}',
  ],
  namespaceSelector: [
    'leaves out a namespace',
    'the webhook of cluster {cluster} leaves out namespace {namespaces}, where service accounts have a role',
  ],
  objectSelector: [
    'leaves out pods',
    'the webhook of cluster {cluster} leaves out every pod with a role: its objectSelector needs {requirement}',
  ],
  objectSelectorSome: [
    'leaves out some pods',
    'the webhook of cluster {cluster} leaves out some pods with a role: its objectSelector needs {requirement}',
  ],
  conditionNamespaces: [
    'leaves out a namespace',
    'the webhook of cluster {cluster} leaves out namespace {namespaces}, where service accounts have a role: its matchCondition {condition} is not true there',
  ],
  conditionPods: [
    'leaves out some pods',
    'the webhook of cluster {cluster} leaves out pods with a role: its matchCondition {condition} is not true for them',
  ],
  conditionRefuses: [
    'condition ends in an error',
    'the API server of cluster {cluster} refuses new pods with a role: matchCondition {condition} of the webhook ends in an error for them, and its failurePolicy is Fail',
  ],
} as const satisfies Says;

/** One fault. `pods` are those that it keeps from injection; all of the cluster if absent. */
export interface EntryFault {
  readonly id: keyof typeof faultSays;
  readonly data: MessageData;
  readonly evidence: EvidenceDraft;
  readonly pods?: readonly Pod[];
}
