import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { restartPods } from '../../../lib/core/facts/kubectl.ts';
import { requirementText, unmetRequirement } from '../../../lib/core/facts/label-selector.ts';
import { coverageOf } from '../../../lib/core/facts/pod-injection.ts';
import { aContainer } from '../../../lib/core/rules/example-cluster.ts';

const restart = (kind: string, name = 'cart', podNames: readonly string[] = ['a', 'b']) =>
  restartPods({ namespace: 'checkout' }, { kind, name, podNames });
const deletePods = 'kubectl --namespace checkout delete pod --ignore-not-found a b';
const rollOut = (workload: string) => `kubectl --namespace checkout rollout restart ${workload}`;
const unlessOnDelete = (workload: string) =>
  `[ "$(kubectl --namespace checkout get ${workload} --output jsonpath='{.spec.updateStrategy.type}')" != OnDelete ] || ${deletePods}`;

/** Runs commands with a kubectl that says what it was called with: `answers` are what it prints, by its verb; a verb
 *  that is not among them fails. */
const callsOf = (commands: readonly string[], answers: Readonly<Record<string, string>>): readonly string[] => {
  const kubectl = `kubectl() { echo "$3 $4" >&3; case "$3" in ${Object.entries(answers)
    .map(([verb, answer]) => `${verb}) printf '%s' '${answer}';;`)
    .join(' ')} *) return 1;; esac; }`;
  const script = [kubectl, ...commands.map(command => `${command} || exit 1`)].join('\n');
  return execFileSync('sh', ['-c', `{ ${script}\n} 3>&1 >/dev/null`], { encoding: 'utf8' })
    .split('\n')
    .filter(line => line !== '');
};

describe('how pods are restarted', () => {
  test.each([
    ['Deployment', [`${rollOut('deployment/cart')} || ${deletePods}`]],
    ['StatefulSet', [rollOut('statefulset/cart'), unlessOnDelete('statefulset/cart')]],
    ['DaemonSet', [rollOut('daemonset/cart'), unlessOnDelete('daemonset/cart')]],
    ['ReplicaSet', [deletePods]],
    ['ReplicationController', [deletePods]],
    ['CronJob', [deletePods]],
  ])('pods of a %s', (kind, commands) => expect(restart(kind).commands).toEqual(commands));

  test('of a paused deployment, which kubectl refuses, the pods are deleted', () => {
    expect(callsOf(restart('Deployment').commands, { rollout: '' })).toEqual(['rollout restart']);
    expect(callsOf(restart('Deployment').commands, { delete: '' })).toEqual(['rollout restart', 'delete pod']);
  });

  test('the pods of a StatefulSet are deleted only where its strategy is OnDelete', () => {
    const { commands } = restart('StatefulSet');
    const calls = (strategy: string) => callsOf(commands, { rollout: '', get: strategy, delete: '' });
    expect(calls('RollingUpdate')).toEqual(['rollout restart', 'get statefulset/cart']);
    expect(calls('OnDelete')).toEqual(['rollout restart', 'get statefulset/cart', 'delete pod']);
  });

  test('a person decides whether a running job is interrupted', () =>
    expect(restart('CronJob').choice).toContain('concurrencyPolicy Forbid'));

  test('a rollout of Argo is told the instant at which it is pasted', () => {
    const [command = ''] = restart('Rollout').commands;
    const words = execFileSync(
      'sh',
      ['-c', `for word in ${command.replace(/^kubectl /, '')}; do printf '%s\\n' "$word"; done`],
      {
        encoding: 'utf8',
      },
    ).split('\n');
    const patch: { spec: { restartAt: string } } = JSON.parse(words[words.indexOf('--patch') + 1] ?? '');
    expect(patch.spec.restartAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  test.each(['Pod', 'Job', 'Workflow'])(
    'nothing replaces a %s: nothing to paste, and a person is told what to do',
    kind => {
      expect(restart(kind)).toMatchObject({ commands: [], choice: expect.any(String) });
    },
  );
});

describe('label selectors', () => {
  const unmet = (operator: string, values: readonly string[], labels: Readonly<Record<string, string>>) =>
    unmetRequirement({ matchLabels: {}, matchExpressions: [{ key: 'env', operator, values }] }, labels) !== undefined;
  test.each<[string, readonly string[], Readonly<Record<string, string>>, boolean]>([
    ['In', ['prod'], { env: 'prod' }, false],
    ['In', ['prod'], { env: 'test' }, true],
    ['In', ['prod'], {}, true],
    ['NotIn', ['prod'], { env: 'prod' }, true],
    ['NotIn', ['prod'], {}, false],
    ['Exists', [], { env: '' }, false],
    ['Exists', [], {}, true],
    ['DoesNotExist', [], {}, false],
    ['DoesNotExist', [], { env: '' }, true],
    ['Gt', ['1'], { env: '2' }, true],
  ])('%s %j leaves out %j: %s', (operator, values, labels, expected) => {
    expect(unmet(operator, values, labels)).toBe(expected);
  });
  test.each<[string, readonly string[], string]>([
    ['Exists', [], 'env Exists'],
    ['In', ['a', 'b'], 'env In (a, b)'],
  ])('%s %j in words', (operator, values, words) => {
    expect(requirementText({ key: 'env', operator, values })).toBe(words);
  });
});

test('a token file by reference is not taken to lie in the usual place', () => {
  const variables = ['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'];
  expect(coverageOf(aContainer({ awsVariables: variables, irsaEnvironment: {}, mounts: {} }))).toBe('complete');
});
