/** Whether the API server can reach the webhook at the address that its configuration gives. */
import type { WebhookSubject } from '../../../facts.ts';
import { readFailuresOf, type Undecided, valueOr, type WebhookEntry } from '../../../model.ts';
import { type MessageData, phrase } from '../../../text.ts';
import { unknownKindOf } from '../../prelude.ts';
import type { EntryFault } from './entry-fault.ts';
import { injectedRecently, isOfEks, webhookEvidence } from './webhook-view.ts';

const managedUrl = 'https://127.0.0.1:23443/mutate';

/** The fault of the address; at most one. */
export const endpointFaults = (entry: WebhookEntry, subject: WebhookSubject, now: string): readonly EntryFault[] => {
  if (entry.url !== undefined) return urlFaults(entry.url, subject, now);
  const { service } = entry;
  if (service === undefined) return [faultOf('noTarget', {}, phrase('neither url nor service'))];
  const { namespace, name, path = '/', ready } = service;
  if (path === '/') return [faultOf('noPath', {}, phrase('path {path}', { path }), phrase('path /mutate'))];
  const { namespaces } = subject.kubernetes;
  const wanted = phrase('an existing service');
  if (namespaces.status === 'complete' && !namespaces.value.some(one => one.name === namespace))
    return [faultOf('namespaceMissing', { namespace }, `${namespace}/${name}`, wanted)];
  // One that gave a pod its role just now may be restarting.
  return ready.status === 'complete' && ready.value === 0 && !injectedRecently(subject, now)
    ? [faultOf('noEndpoints', { service: `${namespace}/${name}` }, `${namespace}/${name}`, phrase('a ready endpoint'))]
    : [];
};

const faultOf = (
  id: EntryFault['id'],
  data: MessageData,
  got: EntryFault['evidence']['got'],
  wanted: EntryFault['evidence']['got'] = managedUrl,
): EntryFault => ({ id, data, evidence: webhookEvidence('clientConfig', got, wanted) });

/** True for the API server's own host, where the webhook of managed EKS listens. */
export const isOnLoopback = (url = ''): boolean => /^https:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(url);

const urlParts = /^https:\/\/(\[[^\]]+\]|[^/:]+)(?::(\d+))?(\/[^?#]*)?$/;

/** On the API server's own host it has to be exactly where the webhook of EKS listens. Another host may be right where
 *  somebody runs a webhook there: on EKS that is believed only of one that is seen to inject. */
const urlFaults = (url: string, subject: WebhookSubject, now: string): readonly EntryFault[] => {
  const [, host, port, path] = urlParts.exec(url) ?? [];
  if (host === undefined) return [faultOf('url', { url }, url)];
  if (isOnLoopback(url)) return port === '23443' && path === '/mutate' ? [] : [faultOf('url', { url }, url)];
  return isOfEks(subject) && !injectedRecently(subject, now) ? [faultOf('otherHost', { host }, url)] : [];
};

/** The reason why it is open whether the service of an entry without url is there; undefined where that is known. */
export const serviceUnread = (
  { url, service }: WebhookEntry,
  { kubernetes: { namespaces } }: WebhookSubject,
): Undecided | undefined => {
  if (url !== undefined || service === undefined) return undefined;
  const { namespace, name, ready } = service;
  const [unread] = readFailuresOf(ready);
  if (unread)
    return {
      kind: unknownKindOf(unread),
      missing: `whether the webhook’s service ${namespace}/${name} has an endpoint: ${unread.operation}: ${unread.message}`,
    };
  if (valueOr(ready, 0) === 0)
    return { kind: 'ambiguous', missing: `whether the webhook’s service ${namespace}/${name} is only restarting` };
  const [gap] = readFailuresOf(namespaces);
  if (gap === undefined || valueOr(namespaces, []).some(one => one.name === namespace)) return undefined;
  return {
    kind: unknownKindOf(gap),
    missing: `whether the namespace ${namespace} of the webhook’s service exists: ${gap.operation}: ${gap.message}`,
  };
};
