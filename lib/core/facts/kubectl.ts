/** Commands of kubectl, ready to be pasted. Each may be run twice: the second time changes nothing that the first did
 *  (recorded against a real API server, docs/facts.md §F.2). */
import type { Fix } from '../model/finding.ts';
import type { PodOwner } from '../model/kubernetes.ts';
import { shellQuote } from '../text/shell-quote.ts';

/** Where a command goes: a context of the kubeconfig, where one is known, and a namespace, where the resource has one. */
export interface KubectlTarget {
  readonly context?: string;
  readonly namespace?: string;
}

/** `kubectl` with its target. */
export const kubectl = ({ context, namespace }: KubectlTarget): string =>
  [
    'kubectl',
    ...(context === undefined ? [] : [`--context ${shellQuote(context)}`]),
    ...(namespace === undefined ? [] : [`--namespace ${shellQuote(namespace)}`]),
  ].join(' ');

/** Sets an annotation of a service account. */
export const annotateServiceAccount = (target: KubectlTarget, name: string, key: string, value: string): string =>
  `${kubectl(target)} annotate serviceaccount ${shellQuote(name)} --overwrite ${shellQuote(`${key}=${value}`)}`;

/** Removes an annotation; where there is none, nothing changes. */
export const unannotateServiceAccount = (target: KubectlTarget, name: string, key: string): string =>
  `${kubectl(target)} annotate serviceaccount ${shellQuote(name)} ${shellQuote(`${key}-`)}`;

/** Removes a label. */
export const unlabelServiceAccount = (target: KubectlTarget, name: string, key: string): string =>
  `${kubectl(target)} label serviceaccount ${shellQuote(name)} ${shellQuote(`${key}-`)}`;

/** Creates a service account with its annotations in one step, so that no pod is created between the two. */
export const applyServiceAccount = (
  target: KubectlTarget,
  name: string,
  annotations: Readonly<Record<string, string>>,
): string => {
  const document = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, annotations } };
  return `printf '%s' ${shellQuote(JSON.stringify(document))} | ${kubectl(target)} apply --filename -`;
};

/** Kinds whose template has a roll-out, as kubectl names them. */
const rolledOut: Readonly<Record<string, string>> = {
  Deployment: 'deployment',
  StatefulSet: 'statefulset',
  DaemonSet: 'daemonset',
};

/** Names another service account in a workload's template; undefined for a kind whose template cannot be changed so. */
export const setServiceAccount = (
  target: KubectlTarget,
  { kind, name }: PodOwner,
  serviceAccount: string,
): string | undefined => {
  const known = rolledOut[kind];
  return (
    known && `${kubectl(target)} set serviceaccount ${shellQuote(`${known}/${name}`)} ${shellQuote(serviceAccount)}`
  );
};

/** A workload with the pods that are to be replaced. */
export interface Restarted extends PodOwner {
  readonly podNames: readonly string[];
}

/** How the pods of one owner are restarted: a running pod's environment cannot change. Where nothing restarts them by
 *  itself, the choice says what a person must do. */
export const restartPods = (target: KubectlTarget, owner: Restarted): Pick<Fix, 'commands' | 'choice'> => {
  const { kind, name } = owner;
  const known = rolledOut[kind];
  if (known !== undefined) return { commands: rollOut(target, `${known}/${name}`, owner) };
  if (kind === 'Rollout')
    return {
      commands: [
        `${kubectl(target)} patch rollouts.argoproj.io ${shellQuote(name)} --type merge --patch "{\\"spec\\":{\\"restartAt\\":\\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\\"}}"`,
      ],
    };
  if (kind === 'ReplicaSet' || kind === 'ReplicationController') return { commands: [deletePods(target, owner)] };
  if (kind === 'CronJob')
    return {
      commands: [deletePods(target, owner)],
      choice:
        'Whether the running job may be interrupted. Otherwise wait: the next run gets the role, with concurrencyPolicy Forbid once this one has ended.',
    };
  const what = kind === 'Pod' ? `pod ${name}` : `${kind} ${name}`;
  return {
    commands: [],
    choice: `Nothing restarts ${what}: delete it and apply its manifest again, if it may run again. A manifest exported from the running pod keeps the old variables.`,
  };
};

const deletePods = (target: KubectlTarget, { podNames }: Restarted): string =>
  `${kubectl(target)} delete pod --ignore-not-found ${podNames.map(shellQuote).join(' ')}`;

/** Of a paused deployment kubectl refuses the roll-out, and its ReplicaSet replaces the pods that are deleted. With the
 *  strategy OnDelete kubectl says "restarted" and no pod is replaced (recorded, docs/facts.md §F.2). */
const rollOut = (target: KubectlTarget, workload: string, owner: Restarted): readonly string[] => {
  const restart = `${kubectl(target)} rollout restart ${shellQuote(workload)}`;
  if (owner.kind === 'Deployment') return [`${restart} || ${deletePods(target, owner)}`];
  const strategy = `${kubectl(target)} get ${shellQuote(workload)} --output jsonpath='{.spec.updateStrategy.type}'`;
  return [restart, `[ "$(${strategy})" != OnDelete ] || ${deletePods(target, owner)}`];
};
