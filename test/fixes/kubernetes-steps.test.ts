import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { authorityHash } from '../../lib/fixes/authority-hash.ts';
import { restartPods } from '../../lib/fixes/kubernetes-steps.ts';
import { lookShape } from '../../lib/fixes/look-table.ts';
import { posixCommands } from '../../lib/fixes/render-step.ts';
import { webhookDocument } from '../../lib/fixes/webhook-document.ts';
import { aCluster } from '../support/example-world.ts';
import { optionOf } from '../support/step-options.ts';

const place = { cluster: aCluster({ context: 'prod' }), namespace: 'checkout' };
const restart = (kind: string, name = 'cart', createdAt = '2026-11-01T05:00:00Z') => {
  const pods = ['a', 'b'].map(pod => ({ name: pod, createdAt }));
  const { steps, ...rest } = restartPods(place, { kind, name, pods });
  return { ...rest, steps, commands: posixCommands(steps) };
};
const kubectl = 'kubectl --context prod --namespace checkout';
const evict = (pod: string, unless = ''): string =>
  `${unless}[ "$(${kubectl} get --ignore-not-found --output 'jsonpath={.metadata.creationTimestamp}' -- pod/${pod})" != 2026-11-01T05:00:00Z ] || printf '%s' '{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"${pod}","namespace":"checkout"}}' | kubectl --context prod create --raw /api/v1/namespaces/checkout/pods/${pod}/eviction --filename -`;
const evictBoth = [evict('a'), evict('b')];
const rollOut = (workload: string) =>
  `${kubectl} patch --type merge --patch '{"spec":{"template":{"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":"2026-11-01T05:00:01Z"}}}}}' -- ${workload}`;
const onDelete = (workload: string) => {
  const unless = `[ "$(${kubectl} get --output 'jsonpath={.spec.updateStrategy.type}' -- ${workload})" != OnDelete ] || `;
  return [evict('a', unless), evict('b', unless)];
};

test('an authority is the same one however its base64 is broken into lines', () => {
  const [whole, broken, other] = ['QUJDRA==', 'QUJD\r\n RA==\n', 'QUJDRQ=='].map(authorityHash);
  expect(whole).toMatch(/^[0-9a-f]{64}$/);
  expect(broken).toBe(whole);
  expect(other).not.toBe(whole);
});

describe('how pods are restarted', () => {
  test.each([
    ['Deployment', [rollOut('deployment/cart')]],
    ['StatefulSet', [rollOut('statefulset/cart'), ...onDelete('statefulset/cart')]],
    ['DaemonSet', [rollOut('daemonset/cart'), ...onDelete('daemonset/cart')]],
    ['ReplicaSet', evictBoth],
    ['ReplicationController', evictBoth],
    ['CronJob', evictBoth],
  ])('pods of a %s', (kind, commands) => expect(restart(kind).commands).toEqual(commands));

  test('no error of a roll-out deletes the pods of a Deployment at once, past its budget of disruptions', () =>
    expect(restart('Deployment').commands.join('\n')).not.toContain('delete'));

  test('the pods of a StatefulSet are evicted only where its strategy is OnDelete, and only those of the audit', () => {
    const { commands } = restart('StatefulSet');
    const calls = (strategy: string, created: string) => {
      const program = `kubectl() { case "$*" in *updateStrategy*) printf ${strategy};; *creation*) printf ${created};; *eviction*) echo evicted >&3;; *patch*) echo patched >&3;; esac; }`;
      const script = [program, ...commands.map(command => `${command} || exit 1`)].join('\n');
      return execFileSync('sh', ['-c', `{ ${script}\n} 3>&1 >/dev/null`], { encoding: 'utf8' })
        .trim()
        .split('\n');
    };
    expect(calls('RollingUpdate', '2026-11-01T05:00:00Z')).toEqual(['patched']);
    expect(calls('OnDelete', '2026-11-01T05:00:00Z')).toEqual(['patched', 'evicted', 'evicted']);
    expect(calls('OnDelete', '2026-11-01T06:00:00Z')).toEqual(['patched']);
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
  const { steps } = restartPods(at, { kind: 'Deployment', name: 'cart', pods: [{ name: 'a' }] });
  expect(posixCommands(steps)[0]?.split(' ').slice(1, 3)).toEqual(['--context', context]);
});

test('the webhook that a fix writes is the one that a cluster has', () => {
  const { body } = JSON.parse(readFileSync('test/fixtures/kubernetes/mutatingwebhookconfiguration.json', 'utf8'));
  const [{ clientConfig, ...entry }] = body.webhooks;
  expect(webhookDocument(clientConfig.caBundle)).toEqual({
    apiVersion: body.apiVersion,
    kind: body.kind,
    metadata: { name: body.metadata.name },
    webhooks: [{ ...entry, clientConfig }],
  });
});

test('a look that is not whole is refused where it is stored, with the place of its fault', () => {
  const look = { kind: 'annotated-service-accounts', cluster: { name: 'shop', arn: 'not an ARN' } };
  const faults = lookShape.safeParse(look).error?.issues.map(({ path }) => path.join('.'));
  expect(faults).toEqual(['cluster.arn']);
  expect(lookShape.safeParse({ kind: 'no such look' }).success).toBe(false);
});
