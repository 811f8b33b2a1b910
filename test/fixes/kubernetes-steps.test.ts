import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { restartPods } from '../../lib/fixes/kubernetes-steps.ts';
import { posixCommands } from '../../lib/fixes/render-step.ts';
import { aCluster } from '../support/example-world.ts';
import { optionOf } from '../support/step-options.ts';

const place = { cluster: aCluster({ context: 'prod' }), namespace: 'checkout' };
const restart = (kind: string, name = 'cart', createdAt = '2026-11-01T05:00:00Z') => {
  const pods = ['a', 'b'].map(pod => ({ name: pod, createdAt }));
  const { steps, ...rest } = restartPods(place, { kind, name, pods });
  return { ...rest, steps, commands: posixCommands(steps) };
};
const kubectl = 'kubectl --context prod --namespace checkout';
const deletePods = `${kubectl} delete --ignore-not-found -- pod/a pod/b`;
const rollOut = (workload: string) => `${kubectl} rollout restart -- ${workload}`;
const unlessOnDelete = (workload: string) =>
  `[ "$(${kubectl} get --output 'jsonpath={.spec.updateStrategy.type}' -- ${workload})" != OnDelete ] || ${deletePods}`;

/** Runs commands with a kubectl that says what it was called with: `answers` are what it prints, by its verb; a verb
 *  that is not among them fails. */
const callsOf = (commands: readonly string[], answers: Readonly<Record<string, string>>): readonly string[] => {
  const program = `kubectl() { echo "$5 $6" >&3; case "$5" in ${Object.entries(answers)
    .map(([verb, answer]) => `${verb}) printf '%s' '${answer}';;`)
    .join(' ')} *) return 1;; esac; }`;
  const script = [program, ...commands.map(command => `${command} || exit 1`)].join('\n');
  return execFileSync('sh', ['-c', `{ ${script}\n} 3>&1 >/dev/null`], { encoding: 'utf8' })
    .split('\n')
    .filter(line => line !== '');
};

describe('how pods are restarted', () => {
  test.each([
    ['Deployment', [rollOut('deployment/cart')]],
    ['StatefulSet', [rollOut('statefulset/cart'), unlessOnDelete('statefulset/cart')]],
    ['DaemonSet', [rollOut('daemonset/cart'), unlessOnDelete('daemonset/cart')]],
    ['ReplicaSet', [deletePods]],
    ['ReplicationController', [deletePods]],
    ['CronJob', [deletePods]],
  ])('pods of a %s', (kind, commands) => expect(restart(kind).commands).toEqual(commands));

  test('no error of a roll-out deletes the pods of a Deployment at once, past its budget of disruptions', () =>
    expect(restart('Deployment').commands.join('\n')).not.toContain('delete'));

  test('the pods of a StatefulSet are deleted only where its strategy is OnDelete', () => {
    const { commands } = restart('StatefulSet');
    const calls = (strategy: string) => callsOf(commands, { rollout: '', get: strategy, delete: '' });
    expect(calls('RollingUpdate')).toEqual(['rollout restart', 'get --output']);
    expect(calls('OnDelete')).toEqual(['rollout restart', 'get --output', 'delete --ignore-not-found']);
  });

  test('a person decides whether a running job is interrupted', () =>
    expect(restart('CronJob').choice).toContain('concurrencyPolicy Forbid'));

  test('a rollout of Argo replaces the pods that were created up to the youngest of them', () => {
    const [step] = restart('Rollout').steps;
    expect(JSON.parse((step && optionOf(step, '--patch')) ?? '')).toEqual({
      spec: { restartAt: '2026-11-01T05:00:01Z' },
    });
    expect(restart('Rollout', 'cart', 'unknown')).toMatchObject({
      steps: [],
      choice: expect.stringContaining('argo rollouts'),
    });
  });

  test.each(['Pod', 'Job', 'Workflow'])(
    'nothing replaces a %s: nothing to paste, and a person is told what to do',
    kind => {
      expect(restart(kind)).toMatchObject({ commands: [], choice: expect.any(String) });
    },
  );
});

test.each([
  ['the context that it was read through', { context: 'prod' }, 'prod'],
  ['else the context that aws eks update-kubeconfig makes', {}, 'arn:aws:eks:eu-west-1:111122223333:cluster/shop'],
])('a step names its cluster by %s', (_, over, context) => {
  const { context: __, ...cluster } = { context: undefined, ...aCluster(over) };
  const at = { cluster: { ...cluster, ...over }, namespace: 'checkout' };
  const { steps } = restartPods(at, { kind: 'ReplicaSet', name: 'cart', pods: [{ name: 'a' }] });
  expect(posixCommands(steps)[0]?.split(' ').slice(1, 3)).toEqual(['--context', context]);
});
