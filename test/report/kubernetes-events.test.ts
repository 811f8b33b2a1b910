import { expect, test } from '@jest/globals';
import { kubernetesEvents } from '../../lib/report/kubernetes-events.ts';
import { aFinding, aReport } from './sample-report.ts';

const about = { clusterName: 'shop', namespace: 'orders', serviceAccount: 'cart' };

test('a finding about a service account of the cluster is an event about it, renewed under its id', () => {
  const [event, ...others] = kubernetesEvents(aReport({ findings: [aFinding(about)] }), 'shop');
  expect(others).toEqual([]);
  expect(event).toMatchObject({
    metadata: { name: 'irsa-auditor.f1d2c3b4a5968778', namespace: 'orders' },
    involvedObject: { kind: 'ServiceAccount', namespace: 'orders', name: 'cart' },
    type: 'Warning',
    reason: 'TrustAnySubject',
    lastTimestamp: expect.stringMatching(/^[-\d]+T[\d:]+Z$/),
  });
});

test.each([
  ['of another cluster', { clusterName: 'search' }],
  ['without a service account', { serviceAccount: undefined }],
  ['that is informational', { severity: 'info' as const }],
  ['with a waiver', { waiver: { reason: 'known', owner: 'x', expires: '2027-01-01' } }],
])('a finding %s is no event', (_, change) => {
  const finding = { ...aFinding(about), ...change };
  // @ts-expect-error exactOptionalPropertyTypes: a finding without a service account has no such key
  expect(kubernetesEvents(aReport({ findings: [finding] }), 'shop')).toEqual([]);
});

test('at most a hundred, each with a message that Kubernetes takes', () => {
  const findings = Array.from({ length: 150 }, () => aFinding({ ...about, message: '界'.repeat(3000) }));
  const events = kubernetesEvents(aReport({ findings }), 'shop');
  expect(events).toHaveLength(100);
  for (const { message } of events) expect(Buffer.byteLength(message)).toBeLessThanOrEqual(1024);
});
