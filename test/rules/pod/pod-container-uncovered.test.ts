import { expect, test } from '@jest/globals';
import type { PodContainer } from '../../../lib/model/kubernetes.ts';
import { aContainer, aPod } from '../../support/example-cluster.ts';
import { bareContainer, withPods, worldOf } from '../../support/in-cluster-world.ts';
import { reportedBy } from '../../support/verdict-of.ts';
import { annotatedAt, ofRole, other, run, stalePod } from './worlds.ts';

const together = (...containers: readonly PodContainer[]) => worldOf(withPods(aPod({ containers })));

const skipping = (value: string, ...names: readonly string[]) =>
  worldOf(
    withPods(
      aPod({
        annotations: { 'eks.amazonaws.com/skip-containers': value },
        containers: [aContainer(), ...names.map(name => bareContainer({ name }))],
      }),
    ),
  );

run('pod-container-uncovered', [
  ['is silent for a container with a role of its own', together(aContainer(), ofRole(other, { name: 'b' })), []],
  [
    'reports a lone variable',
    together(aContainer(), aContainer({ name: 'b', awsVariables: ['AWS_ROLE_ARN'] })),
    ['medium loneVariable'],
  ],
  [
    'reports variables without the mount',
    together(aContainer(), aContainer({ name: 'b', mounts: {} })),
    ['medium noMount'],
  ],
  [
    'is silent for variables from elsewhere',
    together(aContainer(), bareContainer({ name: 'b', hasEnvFrom: true })),
    [],
  ],
  ['reports a container with nothing', together(aContainer(), bareContainer({ name: 'b' })), ['medium nothing']],
  [
    'is silent for a proxy of a mesh that was added later',
    together(aContainer(), bareContainer({ name: 'linkerd-proxy' })),
    [],
  ],
  ['is silent for a proxy of a mesh that is skipped', skipping('istio-proxy', 'istio-proxy'), []],
  ['takes any other skipped container as a choice', skipping('exporter', 'exporter'), ['low skipped']],
  ['reads quoted names as the webhook does', skipping('"exporter","a ""b"""', 'exporter', 'a "b"'), ['low skipped']],
  ['keeps blanks as part of a name', skipping('x, exporter', 'exporter'), ['medium nothing']],
  ['skips none where the webhook cannot read the list', skipping('ex"porter,exporter', 'exporter'), ['medium nothing']],
  ['reads the first line only', skipping('\nexporter\nother', 'exporter', 'other'), ['medium nothing']],
]);

test('messages name workloads, roles and containers', () => {
  expect(reportedBy('pod-container-uncovered', skipping('exporter', 'exporter'))).toEqual([
    ['low', 'skipped', { containers: ['exporter'], workload: 'Deployment checkout/cart' }],
  ]);
  expect(reportedBy('pod-role-stale', annotatedAt(undefined, stalePod('2026-10-01T00:00:00Z')))).toEqual([
    ['high', 'stale', { workload: 'Deployment checkout/cart', old: ['other'], role: 'checkout-cart' }],
  ]);
});
