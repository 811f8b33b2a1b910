import type { Pod } from '../../../model/kubernetes.ts';
import type { MessageData } from '../../../text/message.ts';
import type { EvidenceDraft } from '../../define-rule.ts';

/** What is wrong, each with its message: worst first. */
export const faultMessages = {
  noEntry: 'webhook configuration {name} of cluster {cluster} has no webhook in it',
  url: 'the webhook of cluster {cluster} does not mutate pods: its URL {url} is not the one of EKS',
  otherHost: 'the webhook of cluster {cluster} is on host {host}: the webhook of EKS runs on the API server',
  noTarget: 'the webhook of cluster {cluster} does not mutate pods: it has neither URL nor service',
  noPath: 'the webhook of cluster {cluster} does not mutate pods: its service has no path, /mutate is required',
  namespaceMissing:
    'the webhook of cluster {cluster} does not mutate pods: namespace {namespace} of its service does not exist',
  noEndpoints: 'the webhook of cluster {cluster} does not mutate pods: its service {service} has no ready endpoint',
  rules: 'the webhook of cluster {cluster} does not mutate pods: no rule matches pod CREATE',
  reviewVersions:
    'the webhook of cluster {cluster} does not mutate pods: the API server sends none of its review versions',
  bundle: 'the webhook of cluster {cluster} does not mutate pods: its caBundle cannot be used',
  caExpired: 'the webhook of cluster {cluster} does not mutate pods: its CA {authority} expired at {at}',
  caNotYetValid: 'the webhook of cluster {cluster} does not mutate pods: its CA {authority} is valid from {at}',
  namespaceSelector:
    'the webhook of cluster {cluster} leaves out namespace {namespaces}, where service accounts have a role',
  objectSelector:
    'the webhook of cluster {cluster} leaves out every pod with a role: its objectSelector needs {requirement}',
  objectSelectorSome:
    'the webhook of cluster {cluster} leaves out some pods with a role: its objectSelector needs {requirement}',
  conditionNamespaces:
    'the webhook of cluster {cluster} leaves out namespace {namespaces}, where service accounts have a role: its matchCondition {condition} is not true there',
  conditionPods:
    'the webhook of cluster {cluster} leaves out pods with a role: its matchCondition {condition} is not true for them',
  conditionRefuses:
    'the API server of cluster {cluster} refuses new pods with a role: matchCondition {condition} of the webhook ends in an error for them, and its failurePolicy is Fail',
} as const;

/** One fault. `pods` are those that it keeps from injection; all of the cluster if absent. */
export interface EntryFault {
  readonly id: keyof typeof faultMessages;
  readonly data: MessageData;
  readonly evidence: EvidenceDraft;
  readonly pods?: readonly Pod[];
}
