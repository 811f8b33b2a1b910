import { expect, test } from '@jest/globals';
import { boundedManager, managerIn } from '../../../lib/collect/kubernetes/object-manager.ts';

const helm = (name: string) => ({
  labels: { 'app.kubernetes.io/managed-by': 'Helm' },
  annotations: { 'meta.helm.sh/release-name': name, 'meta.helm.sh/release-namespace': 'shop' },
});

test('an object is managed by whoever its marks tell of; nothing tells of nobody', () => {
  expect(managerIn({ ...helm('cart'), managedFields: null })).toEqual({ tool: 'Helm', name: 'cart' });
  expect(
    managerIn({ labels: null, annotations: undefined, managedFields: [{ manager: 'kustomize-controller' }] }),
  ).toEqual({ tool: 'Flux' });
  expect(managerIn({ labels: null, annotations: undefined, managedFields: [{}] })).toBeUndefined();
  expect(boundedManager({ labels: {}, annotations: {}, writers: ['kubectl-edit'] })).toBeUndefined();
});

test('of a name that is too long the tool is left', () => {
  expect(boundedManager({ ...helm('x'.repeat(100_000)), writers: [] })).toEqual({ tool: 'Helm' });
});
