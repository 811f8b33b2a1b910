import { expect, test } from '@jest/globals';
import { boundedManager, managerIn } from '../../../lib/collect/kubernetes/object-manager.ts';

const helm = (name: string) => ({
  labels: { 'app.kubernetes.io/managed-by': 'Helm' },
  annotations: { 'meta.helm.sh/release-name': name, 'meta.helm.sh/release-namespace': 'shop' },
});

test('an object is managed by whoever its marks tell of; nothing tells of nobody', () => {
  expect(managerIn({ ...helm('cart'), managedFields: null })).toEqual(boundedManager({ ...helm('cart'), writers: [] }));
  expect(boundedManager({ ...helm('cart'), writers: [] })?.name).toContain('cart');
  expect(managerIn({ labels: null, annotations: undefined, managedFields: [{}] })).toBeUndefined();
  expect(boundedManager({ labels: {}, annotations: {}, writers: ['kubectl-edit'] })?.name).toBeUndefined();
});
