import type { WhyTarget } from '../../why/why-subject.ts';
import { UsageError } from '../shell/io.ts';
import { unknownName } from '../shell/unknown-name.ts';

/** Kinds as kubectl knows them: the full name, its plural, its short names. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  Pod: ['pod', 'pods', 'po'],
  ServiceAccount: ['serviceaccount', 'serviceaccounts', 'sa'],
  Deployment: ['deployment', 'deployments', 'deploy'],
  StatefulSet: ['statefulset', 'statefulsets', 'sts'],
  DaemonSet: ['daemonset', 'daemonsets', 'ds'],
  Job: ['job', 'jobs'],
  CronJob: ['cronjob', 'cronjobs', 'cj'],
  Rollout: ['rollout', 'rollouts', 'ro'],
};

/** The kind as the command line writes it: `pod`, `serviceaccount`. */
export const wordOf = (kind: string): string => kind.toLowerCase();

/** What `pod/cart`, `pod cart`, `deploy/cart`, `deployments.apps/cart` or a bare `cart` (a pod) names. Throws `UsageError`. */
export const targetOf = (words: readonly string[], namespace: string): WhyTarget => {
  const parts = words.join('/').split('/');
  if (parts.length > 2 || parts.includes('')) throw wanted(words.join(' '));
  const [first = '', second] = parts;
  if (second === undefined) return { kind: 'Pod', namespace, name: first };
  const word = first.toLowerCase().split('.')[0] ?? '';
  const [kind] = Object.entries(kinds).find(([, names]) => names.includes(word)) ?? [];
  if (kind === undefined) throw unknownName('why', 'kind', first, Object.keys(kinds).map(wordOf));
  return { kind, namespace, name: second };
};

const wanted = (got: string): UsageError =>
  new UsageError(`why: got "${got}", wanted pod/NAME, deployment/NAME or serviceaccount/NAME`);
