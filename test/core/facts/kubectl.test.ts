import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { restartPods } from '../../../lib/core/facts/kubectl.ts';
import { requirementText, unmetRequirement } from '../../../lib/core/facts/label-selector.ts';
import { coverageOf } from '../../../lib/core/facts/pod-injection.ts';
import { roleArnFault } from '../../../lib/core/facts/role-arn-fault.ts';
import { aContainer } from '../../../lib/core/rules/example-cluster.ts';

const restart = (kind: string, name = 'cart') => restartPods({ namespace: 'checkout', kind, name }, ['a', 'b']);

describe('how pods are restarted', () => {
  test.each([
    ['Deployment', 'kubectl --namespace checkout rollout restart deployment/cart'],
    ['StatefulSet', 'kubectl --namespace checkout rollout restart statefulset/cart'],
    ['DaemonSet', 'kubectl --namespace checkout rollout restart daemonset/cart'],
    ['ReplicaSet', 'kubectl --namespace checkout delete pod a b'],
    ['ReplicationController', 'kubectl --namespace checkout delete pod a b'],
    ['CronJob', 'kubectl --namespace checkout create job --from=cronjob/cart cart-again'],
  ])('%s: %s', (kind, command) => expect(restart(kind).commands).toEqual([command]));

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

  test('a job of a long name stays within what Kubernetes takes', () => {
    const [command = ''] = restart('CronJob', 'c'.repeat(52)).commands;
    expect(command.split(' ').at(-1)?.length).toBeLessThanOrEqual(63);
    expect(restart('CronJob').choice).toContain('The next run gets it by itself');
  });

  test.each([
    ['Pod', 'the pod cart'],
    ['Job', 'Job cart'],
    ['Workflow', 'Workflow cart'],
  ])('nothing restarts a %s: nothing to paste, and a person is told what to do', (kind, what) => {
    expect(restart(kind)).toMatchObject({
      commands: [],
      choice: expect.stringContaining(`Nothing restarts ${what}`),
    });
  });
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

describe('what is wrong with the text of a role', () => {
  test.each<[string, string]>([
    ['checkout-cart', 'it is a name, not an ARN: the webhook of EKS does not complete it'],
    ['role:checkout-cart', 'it does not begin with `arn:`: the webhook of EKS does not complete it'],
    ['arn:', 'its service is "", a role’s is "iam"'],
    ['arn:aws:iam::role/x', 'it has too few colons: an ARN of a role has five, two of them together'],
    ['arn:aws:iam::::111122223333:role/x', 'it has too many colons: an ARN of a role has five, two of them together'],
    ['arn:aws:iam:::role/x', 'the account is missing'],
    ['arn:aws:iam::11112222333:role/x', 'the account 11112222333 has 11 digits, not 12'],
    ['arn:aws:iam::my-account:role/x', 'the account is "my-account", not 12 digits'],
    ['arn:aws:iam::111122223333:instance-profile/x', 'it names an instance profile, not a role'],
    ['arn:aws:iam::111122223333:policy/x', 'it names a policy, not a role'],
    ['arn:aws:iam::111122223333:', 'it names nothing, not a role'],
    ['arn:aws:iam::111122223333:role/', 'the role’s name is missing'],
    ['arn:aws:iam::111122223333:role/team/', 'the role’s name is missing'],
    ['   ', 'it is blank'],
  ])('%j: %s', (text, message) => expect(roleArnFault(text, 'aws')?.message).toBe(message));
});

test('a token file by reference is not taken to lie in the usual place', () => {
  const variables = ['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'];
  expect(coverageOf(aContainer({ awsVariables: variables, irsaEnvironment: {}, mounts: {} }))).toBe('complete');
});
