import type { Fix } from '../model/finding.ts';
import { shellQuote } from '../text/shell-quote.ts';

const inNamespace = (namespace: string): string => `kubectl --namespace ${shellQuote(namespace)}`;

/** Sets an annotation of a service account. */
export const annotateServiceAccount = (namespace: string, name: string, key: string, value: string): string =>
  `${inNamespace(namespace)} annotate serviceaccount ${shellQuote(name)} --overwrite ${shellQuote(`${key}=${value}`)}`;

/** Takes an annotation away. */
export const unannotateServiceAccount = (namespace: string, name: string, key: string): string =>
  `${inNamespace(namespace)} annotate serviceaccount ${shellQuote(name)} ${shellQuote(`${key}-`)}`;

/** Takes a label away. */
export const unlabelServiceAccount = (namespace: string, name: string, key: string): string =>
  `${inNamespace(namespace)} label serviceaccount ${shellQuote(name)} ${shellQuote(`${key}-`)}`;

/** Kinds that `kubectl rollout restart` takes. */
const restartable: Readonly<Record<string, string>> = {
  Deployment: 'deployment',
  StatefulSet: 'statefulset',
  DaemonSet: 'daemonset',
};

/** How the pods of one owner are restarted: a running pod's environment cannot change. Where nothing restarts them by
 *  itself, the choice says what a person must do. */
export const restartPods = (
  owner: { readonly namespace: string; readonly kind: string; readonly name: string },
  podNames: readonly string[],
): Pick<Fix, 'commands' | 'choice'> => {
  const { namespace, kind, name } = owner;
  const known = restartable[kind];
  if (known !== undefined)
    return { commands: [`${inNamespace(namespace)} rollout restart ${shellQuote(`${known}/${name}`)}`] };
  if (kind === 'Rollout')
    return {
      commands: [
        `${inNamespace(namespace)} patch rollouts.argoproj.io ${shellQuote(name)} --type merge --patch "{\\"spec\\":{\\"restartAt\\":\\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\\"}}"`,
      ],
    };
  if (kind === 'ReplicaSet' || kind === 'ReplicationController')
    return { commands: [`${inNamespace(namespace)} delete pod ${podNames.map(shellQuote).join(' ')}`] };
  if (kind === 'CronJob')
    return {
      commands: [
        `${inNamespace(namespace)} create job --from=${shellQuote(`cronjob/${name}`)} ${shellQuote(`${name.slice(0, 45)}-again`)}`,
      ],
      choice: 'The next run gets it by itself: the command starts one now, if that is wanted.',
    };
  const what = kind === 'Pod' ? `the pod ${name}` : `${kind} ${name}`;
  return {
    commands: [],
    choice: `Nothing restarts ${what}: delete it and apply its manifest again, if it may run again. A manifest exported from the running pod keeps the old variables.`,
  };
};
